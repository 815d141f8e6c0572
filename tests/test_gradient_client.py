"""The client's gradient against finite differences of the loss, and the routes that start from it."""

import tracemalloc

import numpy as np
import pytest

from reconlaw.numerics.gradients import blocks
from reconlaw.numerics.gradients.client import TwoLayerNetwork
from reconlaw.theory.activations import names
from reconlaw.theory.errors import InputError

ACTIVATIONS = [name.replace("SLOPE", "0.2").replace(":K", ":3") for name in names()] + ["relu+tanh", "power:2+power:3"]


def problem(activation, m=5, d=3, B=2, seed=0, **options):
    rng = np.random.default_rng(seed)
    network = TwoLayerNetwork(rng.standard_normal((m, d)), rng.standard_normal(m), activation, **options)
    return network, rng.standard_normal((B, d)), rng.standard_normal(B)


def loss(network, W, a, X, y, scale):
    """The definition, one sample at a time."""
    total = 0.0
    for x, target in zip(X, y, strict=True):
        u = W @ x + (0 if network.hidden_bias is None else network.hidden_bias)
        total += scale * (float(a @ network.activation.value(u)) + network.output_bias - target) ** 2
    return total


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_gradient_is_that_of_the_loss(activation, scale):
    network, X, y = problem(activation, hidden_bias=np.linspace(-0.5, 0.4, 5), output_bias=0.7)
    assert np.abs(X @ network.W.T + network.hidden_bias).min() > 1e-3  # away from kinks
    found = network.gradient(X, y, loss_scale=scale)
    h = 1e-5
    for name, array in (("grad_a", network.a), ("grad_W", network.W)):
        numeric = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            values = []
            for sign in (1, -1):
                moved = {"grad_a": network.a.copy(), "grad_W": network.W.copy()}
                moved[name][place] += sign * h
                values.append(loss(network, moved["grad_W"], moved["grad_a"], X, y, scale))
            numeric[place] = (values[0] - values[1]) / (2 * h)
        assert getattr(found, name) == pytest.approx(numeric, rel=2e-6, abs=2e-6 * np.abs(numeric).max())


def test_blocks_and_formulas(monkeypatch):
    network, X, y = problem("gelu", m=50, B=4, hidden_bias=0.3, output_bias=-0.2)
    whole = network.gradient(X, y, loss_scale=0.5)
    monkeypatch.setattr(blocks, "BUDGET", 300)
    parts = network.gradient(X, y, loss_scale=0.5)
    assert parts.grad_a == pytest.approx(whole.grad_a, abs=1e-13)
    assert parts.grad_W == pytest.approx(whole.grad_W, abs=1e-13)
    r = network.coefficients(X, y, loss_scale=0.5)
    assert r == pytest.approx(network.outputs(X) - y, abs=1e-13)
    assert whole.grad_a == pytest.approx(network.activation.value(X @ network.W.T + 0.3).T @ r, abs=1e-12)
    assert network.gradient(X, y, loss_scale=0.5, hidden=False).grad_W is None


def test_loss_scale_multiplies_and_a_mean_is_one_over_the_batch():
    network, X, y = problem("tanh")
    one, mean = network.gradient(X, y, loss_scale=1), network.gradient(X, y, loss_scale=0.5)
    assert mean.grad_W == pytest.approx(one.grad_W / 2, rel=1e-14)


def test_odd_activations_cannot_tell_a_sample_from_its_reflection():
    """(x, y) -> (-x, -y) leaves the whole gradient unchanged; not so for sigmoid, nor with a bias."""

    def change(activation, **options):
        network, X, y = problem(activation, m=40, **options)
        signs = np.array([1.0, -1.0])
        first, second = (network.gradient(s[:, None] * X, s * y, loss_scale=1) for s in (np.ones(2), signs))
        return max(np.abs(first.grad_a - second.grad_a).max(), np.abs(first.grad_W - second.grad_W).max())

    assert change("tanh") < 1e-12 and change("erf") < 1e-12
    assert change("sigmoid") > 0.1 and change("tanh", hidden_bias=0.5) > 0.1 and change("tanh", output_bias=0.5) > 0.1


def test_the_server_s_choice():
    network = TwoLayerNetwork.gaussian(2000, 3, "relu", 7, hidden_bias=0.5)
    assert network.shape == (2000, 3) and (network.a == 1 / 2000).all() and (network.hidden_bias == 0.5).all()
    assert np.abs(network.W.T @ network.W / 2000 - np.eye(3)).max() < 0.15
    assert (TwoLayerNetwork.gaussian(2000, 3, "relu", 7).W == network.W).all()
    assert TwoLayerNetwork.gaussian(2, 3, "relu", 7).hidden_bias is None


def test_memory_beside_the_gradient_is_bounded():
    network = TwoLayerNetwork.gaussian(4000, 500, "gelu", 0)
    X = np.random.default_rng(1).standard_normal((2000, 500)) / 20
    tracemalloc.start()
    network.gradient(X, np.zeros(2000), loss_scale=1.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 4000 * 500 + 2**27  # the (B, m) features would take 64 MB each, and several are needed


W, A, X0 = np.eye(3)[:2], np.ones(2), np.ones((1, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TwoLayerNetwork(W[0], A, "tanh"), "W has shape"),
        (lambda: TwoLayerNetwork(W, A[:1], "tanh"), "a has shape"),
        (lambda: TwoLayerNetwork(W * np.nan, A, "tanh"), "W.* = nan"),
        (lambda: TwoLayerNetwork(W, A, "nonesuch"), "activation = 'nonesuch'"),
        (lambda: TwoLayerNetwork(W, A, "tanh", hidden_bias=[1.0, 2, 3]), "hidden_bias has shape"),
        (lambda: TwoLayerNetwork(W, A, "tanh", output_bias=np.inf), "output_bias.* = inf"),
        (lambda: TwoLayerNetwork.gaussian(0, 3, "tanh", 0), "m = 0"),
        (lambda: TwoLayerNetwork.gaussian(10**7, 10**7, "tanh", 0), "GiB"),
        (lambda: TwoLayerNetwork(W, A, "tanh").gradient(X0[:, :2], [1.0], loss_scale=1), "X has shape"),
        (lambda: TwoLayerNetwork(W, A, "tanh").gradient(X0, [1.0, 2.0], loss_scale=1), "y has shape"),
        (lambda: TwoLayerNetwork(W, A, "tanh").gradient(X0, [np.nan], loss_scale=1), r"y\[0\] = nan"),
        (lambda: TwoLayerNetwork(W, A, "tanh").gradient(X0, [1.0], loss_scale=0), "loss_scale = 0"),
        (lambda: TwoLayerNetwork(W, A, "power:8").gradient(1e80 * X0, [1.0], loss_scale=1), "overflows"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()

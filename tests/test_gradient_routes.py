"""The moment routes: from a gradient to samples."""

import numpy as np
import pytest

from reconlaw.numerics.decomposition import decompose
from reconlaw.numerics.gradients import routes
from reconlaw.numerics.gradients.client import TwoLayerNetwork
from reconlaw.numerics.gradients.routes import moment_estimate, paper_estimate
from reconlaw.numerics.gradients.signs import recover
from reconlaw.numerics.gradients.subspace import hidden_mean_gradients, mean_gradients
from reconlaw.numerics.matching import match
from reconlaw.theory.errors import InputError

ORDERS = {"tanh": (3, 3), "sigmoid": (3, 3), "elu": (2, 3), "relu": (2, 4), "gelu": (2, 4)}


def problem(activation, B, d, m, seed, **options):
    rng = np.random.default_rng(seed)
    network = TwoLayerNetwork.gaussian(m, d, activation, rng, **options)
    X = rng.standard_normal((B, d))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    y = np.where(np.arange(B) % 2, 1.0, -1.0)
    return network, X, y, network.gradient(X, y, loss_scale=0.5), rng


def rms(X, V, components):
    return np.sqrt(np.mean(match(X, components @ V.T, "sign").errors ** 2))


def solve(route, activation, network, gradient, B, rng, **options):
    orders = dict(zip(("subspace_order", "tensor_order"), ORDERS[activation], strict=True))
    estimate = route(network.W, gradient.grad_a, B, rng, **orders, **options)
    return estimate, decompose(estimate.tensor, B, seed=0).components


@pytest.mark.parametrize("activation", ORDERS)
def test_the_repaired_route_recovers_where_the_paper_s_does_not(activation):
    network, X, y, gradient, rng = problem(activation, 2, 60, 12_000, 1)
    estimate, components = solve(moment_estimate, activation, network, gradient, 2, rng)
    _, printed = solve(paper_estimate, activation, network, gradient, 2, rng)
    V, P = estimate.V, solve(paper_estimate, activation, network, gradient, 2, rng)[0].V
    assert rms(X, V, components) < 0.15 and rms(X, P, printed) > 2 * rms(X, V, components)
    assert estimate.gap > 0.3
    found = recover(V, components, network, gradient.grad_a)
    aligned = match(X, found.X, "sign" if activation == "tanh" else "none")
    assert aligned.relative_error < 0.25
    coefficients = network.coefficients(X, y, loss_scale=0.5)
    assert found.coefficients[aligned.assignment] * aligned.scales == pytest.approx(coefficients, abs=0.2)
    assert found.signs_known == (activation != "tanh") and (activation != "tanh" or (found.coefficients > 0).all())


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_hidden_gradients_give_the_exact_span(activation):
    network, X, _, gradient, rng = problem(activation, 2, 60, 12_000, 1)
    estimate, components = solve(moment_estimate, activation, network, gradient, 2, rng, grad_W=gradient.grad_W)
    V = estimate.V
    assert np.abs(X - X @ V @ V.T).max() < 1e-12 and estimate.gap > 1 - 1e-10
    assert rms(X, V, components) < 0.1
    _, printed = solve(paper_estimate, activation, network, gradient, 2, rng, grad_W=gradient.grad_W)
    assert printed.shape == (2, 2)


@pytest.mark.parametrize(("activation", "hidden"), [("elu", False), ("tanh", False), ("relu", False), ("elu", True)])
def test_without_room_for_a_regression_the_neurons_are_split(activation, hidden, monkeypatch):
    network, X, _, gradient, rng = problem(activation, 2, 12, 12_000, 1)
    monkeypatch.setattr(routes, "regression_fits", lambda m, k, degree: False)
    options = {"grad_W": gradient.grad_W} if hidden else {}
    estimate, components = solve(moment_estimate, activation, network, gradient, 2, rng, **options)
    assert rms(X, estimate.V, components) < 0.3
    assert pytest.approx(estimate.tensor.transpose(2, 0, 1), abs=1e-12) == estimate.tensor


def test_mean_gradients_of_both_layers_agree_and_lie_in_the_span():
    network, X, _, gradient, rng = problem("elu", 2, 10, 200_000, 1)
    V = np.linalg.qr(rng.standard_normal((10, 2)))[0]
    hidden = hidden_mean_gradients(network.W, gradient.grad_W, V, 3)
    P = np.linalg.pinv(X) @ X
    assert hidden == pytest.approx(P @ hidden, abs=1e-12)
    assert mean_gradients(network.W, gradient.grad_a, V, 3) == pytest.approx(hidden, abs=0.02)
    assert np.abs(hidden).max() > 0.2


def test_a_wrong_batch_size_shows_in_the_gap():
    network, _, _, gradient, rng = problem("elu", 3, 40, 20_000, 0)
    gaps = {B: solve(moment_estimate, "elu", network, gradient, B, rng)[0].gap for B in (2, 3, 4)}
    assert gaps[3] > 0.5 > gaps[4]


@pytest.mark.parametrize("B", [4, 14])
def test_signs_from_exact_components(B):
    """Enumeration and, beyond 12 samples, flips: both find the signs that made the gradient."""
    network, X, y, gradient, rng = problem("gelu", B, 20, 2000, 3)
    V = np.linalg.qr(X.T)[0]
    flipped = X @ V * rng.choice([-1.0, 1.0], B)[:, None]
    found = recover(V, 3 * flipped, network, gradient.grad_a)
    assert pytest.approx(X, abs=1e-8) == found.X and found.relative_residual < 1e-8
    assert found.coefficients == pytest.approx(network.coefficients(X, y, loss_scale=0.5), abs=1e-8)


W, G = np.random.default_rng(0).standard_normal((40, 3)), np.ones(40)
RNG = np.random.default_rng(0)
NETWORK = TwoLayerNetwork(W, G, "relu")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: moment_estimate(W, G, 4, RNG, subspace_order=2, tensor_order=3), "batch_size = 4"),
        (lambda: moment_estimate(W, G[1:], 1, RNG, subspace_order=2, tensor_order=3), "grad_a has shape"),
        (lambda: moment_estimate(W, 0 * G, 1, RNG, subspace_order=2, tensor_order=3), "grad_a: is zero"),
        (lambda: moment_estimate(W, G, 1, RNG, subspace_order=4, tensor_order=3), "subspace_order = 4"),
        (lambda: paper_estimate(W, G, 1, RNG, subspace_order=2, tensor_order=2), "tensor_order = 2"),
        (lambda: paper_estimate(W, G, 1, RNG, subspace_order=2, tensor_order=3, grad_W=W.T), "grad_W has shape"),
        (lambda: recover(np.eye(3), np.zeros((1, 3)), NETWORK, G), r"components\[0\] is zero"),
        (lambda: recover(np.eye(3)[:, :2], np.ones((1, 3)), NETWORK, G), "V has shape"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()

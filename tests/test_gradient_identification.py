"""`identified` is said of the truth alone: samples that pass for one, labels on their bound, numbers out of range."""

import numpy as np
import pytest
from gradient_batch import PIECEWISE_LINEAR, batch, unit

from reconlaw.numerics.gradients.client import Gradient, TwoLayerNetwork
from reconlaw.numerics.gradients.inversion import invert_gradient
from reconlaw.numerics.matching import match
from reconlaw.theory.errors import InputError

# --- samples that pass for one ---


@pytest.mark.parametrize("name", ["relu", "elu", "selu", "gelu"])
@pytest.mark.parametrize("hidden", [True, False])
def test_samples_where_the_activation_is_affine_pass_for_one(name, hidden):
    """With a large hidden bias nearly all neurons are affine at all samples; one sample of another norm explains them."""
    bias = 12.0 if name == "gelu" else 4.0
    network, X, y, _ = batch(name, B=3, d=10, m=100, hidden_bias=bias)
    merged = False
    for seed in range(5):
        rng = np.random.default_rng(seed)
        X, y = unit(rng.standard_normal((3, 10))), rng.choice([-1.0, 1.0], 3)
        gradient = network.gradient(X, y, loss_scale=1.0, hidden=hidden)
        found = invert_gradient(gradient, network, loss_scale=1.0, domain="free", seed=1, starts=2)
        assert found.outcome != "identified", found.reason
        merged |= found.residual < 1e-12 and len(found.samples) < 3
    assert merged  # the danger is real


def test_positive_data_and_weights_under_elu_pass_for_one():
    rng = np.random.default_rng(0)
    network = TwoLayerNetwork(np.abs(rng.standard_normal((200, 20))), np.full(200, 1 / 200), "elu")
    X, y = unit(np.abs(rng.standard_normal((3, 20)))), rng.choice([-1.0, 1.0], 3)
    found = invert_gradient(network.gradient(X, y, loss_scale=1.0), network, loss_scale=1.0, seed=1)
    assert found.outcome == "underdetermined" and "affine" in found.reason


@pytest.mark.parametrize("name", PIECEWISE_LINEAR)
def test_two_samples_in_one_cell_are_not_identified_as_one(name):
    network, X, y, _ = batch(name, B=3, d=20, m=60)
    X[1] = unit((X[0] + 0.01 * X[1])[None])[0]
    gradient = network.gradient(X, y + np.array([0, 0.3, 0]), loss_scale=1.0)
    assert invert_gradient(gradient, network, loss_scale=1.0, seed=1).outcome != "identified"
    assert invert_gradient(gradient, network, 3, loss_scale=1.0, seed=1, starts=2).outcome != "identified"


def test_samples_on_one_line_under_a_polynomial():
    network, X, _, _ = batch("power:2+power:3", B=2, d=6, m=100)
    gradient = network.gradient(np.vstack([X, 2 * X[:1]]), [1.0, -2.0, 0.5], loss_scale=1.0)
    assert invert_gradient(gradient, network, loss_scale=1.0, domain="free", seed=1).outcome != "identified"


# --- labels on their bound ---


@pytest.mark.parametrize("seed", range(6))
def test_labels_on_their_bound(seed):
    """Rounding puts a label a little above the bound."""
    network, X, y, gradient = batch("tanh", output_bias=2.0, seed=seed)
    found = invert_gradient(gradient, network, loss_scale=1.0, max_label=1.0, seed=1)
    matched = match(X, found.samples)
    assert not found.symmetry.sign and matched.relative_error < 1e-10 and found.labels[matched.assignment] == pytest.approx(y)
    centred, _, _, zero = batch("tanh", seed=seed)
    assert invert_gradient(zero, centred, loss_scale=1.0, max_label=1.0, seed=1).symmetry.sign


@pytest.mark.parametrize(("name", "bias"), [("tanh", 2.0), ("gelu", 0.0)])
def test_a_bound_that_the_labels_break(name, bias):
    network, _, _, gradient = batch(name, output_bias=bias)
    found = invert_gradient(gradient, network, loss_scale=1.0, max_label=0.5, seed=1)
    assert "max_label = 0.5 excludes" in found.reason and found.symmetry.sign == (name == "tanh")


# --- numbers out of range ---


@pytest.mark.parametrize("change", [
    lambda n, g: (n, Gradient(1e200 * g.grad_a, g.grad_W)), lambda n, g: (n, Gradient(g.grad_a, 1e-200 * g.grad_W)),
    lambda n, g: (TwoLayerNetwork(1e-200 * n.W, n.a, "tanh"), g), lambda n, g: (TwoLayerNetwork(n.W, 1e200 * n.a, "tanh"), g),
])  # fmt: skip
def test_sizes_whose_squares_leave_the_numbers(change):
    network, _, _, gradient = batch("tanh", m=50, d=10)
    network, gradient = change(network, gradient)
    with pytest.raises(InputError, match="largest entry"):
        invert_gradient(gradient, network, seed=1)


@pytest.mark.parametrize(
    "options",
    [{"loss_scale": "1"}, {"loss_scale": True}, {"loss_scale": [1.0]}, {"radius": 1e200}, {"radius": "1"}, {"max_label": "1"}],
)
def test_numbers_that_are_none(options):
    network, _, _, gradient = batch("tanh", m=50, d=10)
    with pytest.raises(InputError, match=next(iter(options))):
        invert_gradient(gradient, network, **({"seed": 1} | options))


def test_an_absurd_batch_size_is_refused_before_any_work():
    network, _, _, gradient = batch("tanh", m=50, d=10)
    with pytest.raises(InputError, match=r"n = 1000000000: .* unknowns, the gradient has 550 entries"):
        invert_gradient(gradient, network, 10**9, seed=1)
    with pytest.raises(InputError, match="gradient: must be a Gradient, not a tuple"):
        invert_gradient((gradient.grad_a, gradient.grad_W), network, seed=1)


def test_equal_rows_of_W_give_no_warning():
    network = TwoLayerNetwork(np.ones((20, 4)), np.full(20, 0.05), "tanh")
    gradient = network.gradient([[0.5, 0.5, 0.5, 0.5]], [1.0], loss_scale=1.0)
    assert invert_gradient(gradient, network, 1, seed=1).outcome == "underdetermined"

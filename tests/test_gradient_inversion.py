"""`invert_gradient`: exact recovery, estimates, what is refused, and what must not be called identified."""

import numpy as np
import pytest
from gradient_batch import PIECEWISE_LINEAR, batch, label_error, unit

from reconlaw.numerics.gradients.client import Gradient, TwoLayerNetwork
from reconlaw.numerics.gradients.inversion import invert_gradient
from reconlaw.numerics.gradients.row_space import row_space
from reconlaw.numerics.matching import match
from reconlaw.theory.errors import InputError


@pytest.mark.parametrize("name", ["tanh", "erf", "gelu", "relu", "softplus", "elu", "selu", "silu", "mish", "sigmoid"])
def test_both_gradients_give_back_samples_and_labels(name):
    network, X, y, gradient = batch(name)
    found = invert_gradient(gradient, network, 4 if name in PIECEWISE_LINEAR else None, loss_scale=1.0, seed=1)
    assert found.outcome == "identified", found.reason
    error, labels = label_error(network, X, y, found)
    assert error < 1e-11 and labels < 1e-9 and found.residual < 1e-12
    assert np.all(match(X, found.samples, found.symmetry.matching).errors <= found.certificate.error_bounds.max())
    assert found.row_space.exact and found.row_space.basis.shape == (40, 4)


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu", "elu"])
def test_the_output_weights_alone(name):
    network, X, y, gradient = batch(name, hidden=False)
    for n in (4, None):
        found = invert_gradient(gradient, network, n, loss_scale=1.0, seed=1)
        certain = n is not None or name not in PIECEWISE_LINEAR
        assert found.outcome == ("identified" if certain else "underdetermined") and found.row_space is None
        error, labels = label_error(network, X, y, found)
        assert error < 1e-10 and labels < 1e-8


@pytest.mark.parametrize(("name", "bias"), [("tanh", 0.7), ("relu", 1.0)])
def test_a_hidden_bias_leaves_no_symmetry(name, bias):
    network, X, y, gradient = batch(name, hidden_bias=bias)
    found = invert_gradient(gradient, network, 4, loss_scale=1.0, seed=1, domain="free")
    assert found.outcome == "identified" and found.symmetry.matching == "none"
    error, labels = label_error(network, X, y, found)
    assert error < 1e-10 and labels < 1e-8


def test_hidden_biases_that_differ_have_no_moments_but_are_inverted():
    rng = np.random.default_rng(0)
    network = TwoLayerNetwork(
        rng.standard_normal((400, 20)), rng.standard_normal(400), "gelu", hidden_bias=rng.standard_normal(400)
    )
    X, y = unit(rng.standard_normal((3, 20))), rng.standard_normal(3)
    gradient = network.gradient(X, y, loss_scale=0.5)
    found = invert_gradient(gradient, network, loss_scale=0.5, seed=1)
    assert found.outcome == "identified" and label_error(network, X, y, found)[0] < 1e-10
    with pytest.raises(InputError, match="hidden_bias"):
        invert_gradient(gradient, network, route="rowspace", seed=1)


@pytest.mark.parametrize(("name", "scale"), [("relu", "positive-scale"), ("power:3", "scale"), ("elu", "none")])
def test_free_norms(name, scale):
    network, X, y, _ = batch(name)
    X = X * np.array([0.5, 1, 1.5, 2])[:, None]
    gradient = network.gradient(X, y, loss_scale=1.0)
    found = invert_gradient(gradient, network, loss_scale=1.0, domain="free", seed=1)
    assert found.symmetry.matching == scale and match(X, found.samples, scale).relative_error < 1e-9
    if scale == "none":
        assert found.outcome == "identified" and label_error(network, X, y, found)[1] < 1e-8
    else:
        assert found.labels is None and any("norm" in sentence for sentence in found.unidentifiable)


@pytest.mark.parametrize("radius", [3.0, 0.4])
def test_another_radius(radius):
    network, X, y, _ = batch("elu")
    gradient = network.gradient(radius * X, y, loss_scale=1.0)
    found = invert_gradient(gradient, network, loss_scale=1.0, radius=radius, seed=1)
    assert found.outcome == "identified" and label_error(network, radius * X, y, found)[0] < 1e-10
    network, X, y, _ = batch("elu", m=20000)  # larger pre-activations need more neurons
    gradient = network.gradient(radius * X, y, loss_scale=1.0)
    rough = invert_gradient(gradient, network, loss_scale=1.0, radius=radius, route="rowspace", seed=1)
    assert rough.outcome == "estimate" and label_error(network, radius * X, y, rough)[0] < 0.5


# --- routes ---


@pytest.mark.parametrize("name", ["tanh", "elu", "relu"])
def test_routes_are_ordered(name):
    """What each is for: moments of grad_a are off by about sqrt(d/m), in the row space by 1/sqrt(m), the polish by rounding."""
    network, X, y, gradient = batch(name, B=2, d=60, m=6000)
    errors = {}
    for route in ("moments", "rowspace", "polish"):
        found = invert_gradient(gradient, network, 2, loss_scale=1.0, route=route, seed=1)
        assert (found.outcome == "identified") == (route == "polish") and (found.certificate is None) == (route != "polish")
        errors[route] = label_error(network, X, y, found)[0]
    assert errors["polish"] < 1e-11 < errors["rowspace"] < errors["moments"] < 1, errors


def test_the_batch_size_is_seen_in_the_moments():
    network, X, y, gradient = batch("elu", B=3, d=30, m=20000, hidden=False)
    found = invert_gradient(gradient, network, loss_scale=1.0, route="moments", seed=1)
    assert len(found.samples) == 3 and label_error(network, X, y, found)[0] < 0.5


def test_no_batch_size_from_too_few_neurons():
    network, _, _, gradient = batch("elu", B=3, d=200, m=60, hidden=False)
    with pytest.raises(InputError, match="n is not given"):
        invert_gradient(gradient, network, route="moments", seed=1)


# --- labels ---


def test_an_odd_activation_leaves_the_sign_of_samples_and_labels():
    network, X, y, gradient = batch("tanh")
    twin = network.gradient(np.array([-1, 1, 1, -1])[:, None] * X, np.array([-1, 1, 1, -1]) * y, loss_scale=1.0)
    assert twin.grad_a == pytest.approx(gradient.grad_a, abs=1e-15)
    assert twin.grad_W == pytest.approx(gradient.grad_W, abs=1e-18)
    found = invert_gradient(gradient, network, loss_scale=1.0, seed=1)
    assert found.symmetry.sign and any("(-x, -y)" in sentence for sentence in found.unidentifiable)


def test_an_output_bias_and_bounded_labels_break_the_symmetry():
    network, X, y, gradient = batch("tanh", output_bias=3.0)
    free = invert_gradient(gradient, network, loss_scale=1.0, seed=1)
    assert free.symmetry.sign
    found = invert_gradient(gradient, network, loss_scale=1.0, max_label=1.5, seed=1)
    assert not found.symmetry.sign and not any("reflection" in sentence for sentence in found.unidentifiable)
    matched = match(X, found.samples)
    assert matched.relative_error < 1e-11 and found.labels[matched.assignment] == pytest.approx(y)
    recomputed = network.gradient(found.samples, found.labels, loss_scale=1.0)
    assert recomputed.grad_a == pytest.approx(gradient.grad_a)
    vague = invert_gradient(gradient, network, loss_scale=1.0, max_label=9.0, seed=1)
    assert vague.symmetry.sign


@pytest.mark.parametrize("loss_scale", [0.5, 1.0, 0.125])
def test_the_loss_scale_is_the_labels_only(loss_scale):
    network, X, y, gradient = batch("elu", loss_scale=loss_scale)
    found = invert_gradient(gradient, network, loss_scale=loss_scale, seed=1)
    assert label_error(network, X, y, found)[1] < 1e-8
    unknown = invert_gradient(gradient, network, seed=1)
    assert unknown.labels is None and np.array_equal(unknown.samples, found.samples)


# --- outcomes that are not `identified` ---


def test_wrong_batch_sizes():
    network, _, _, gradient = batch("gelu")
    with pytest.raises(InputError, match="grad_W has rank 4"):
        invert_gradient(gradient, network, 3, seed=1)
    assert invert_gradient(gradient, network, 5, seed=1, starts=2).outcome != "identified"
    hidden = Gradient(gradient.grad_a)
    for n in (3, 5):
        assert invert_gradient(hidden, network, n, seed=1, starts=2).outcome != "identified"


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu"])
def test_dependent_samples_need_their_number(name):
    network, X, y, _ = batch(name)
    X[3] = unit((X[0] + X[1] - 0.5 * X[2])[None])[0]
    gradient = network.gradient(X, y, loss_scale=1.0)
    unknown = invert_gradient(gradient, network, seed=1, starts=2)
    assert unknown.outcome == "stalled" and "dependent" in unknown.reason and unknown.row_space.basis.shape[1] == 3
    found = invert_gradient(gradient, network, 4, loss_scale=1.0, seed=1)
    assert found.outcome == "identified" and label_error(network, X, y, found)[0] < 1e-10


def test_more_samples_than_dimensions():
    network, X, y, gradient = batch("elu", B=6, d=3, m=900)
    found = invert_gradient(gradient, network, 6, loss_scale=1.0, seed=1)
    assert found.outcome == "identified" and label_error(network, X, y, found)[0] < 1e-8


def test_a_sample_of_zero_residual_leaves_no_trace():
    network, X, y, _ = batch("elu")
    y[0] = network.outputs(X[:1])[0]
    gradient = network.gradient(X, y, loss_scale=1.0)
    found = invert_gradient(gradient, network, loss_scale=1.0, seed=1)
    assert len(found.samples) == 3 and label_error(network, X[1:], y[1:], found)[0] < 1e-10
    assert any("residual is zero" in sentence for sentence in found.unidentifiable)
    assert invert_gradient(gradient, network, 4, seed=1, starts=2).outcome != "identified"


def test_copies_count_once():
    network, X, y, _ = batch("elu")
    gradient = network.gradient(X[[0, 1, 1]], y[:3] + np.array([0, 0, 0.5]), loss_scale=1.0)
    found = invert_gradient(gradient, network, seed=1)
    assert match(X[:2], found.samples).relative_error < 1e-10
    assert any("Copies" in sentence for sentence in found.unidentifiable)


@pytest.mark.parametrize("name", ["tanh", "elu", "gelu"])
def test_norms_that_are_not_those_of_the_sphere(name):
    network, X, y, _ = batch(name)
    gradient = network.gradient(X * np.array([0.5, 1, 1.5, 2])[:, None], y, loss_scale=1.0)
    assert invert_gradient(gradient, network, seed=1, starts=2).outcome == "stalled"


@pytest.mark.parametrize("name", ["power:1", "power:2", "power:1+power:2"])
def test_linear_and_quadratic_activations_do_not_identify(name):
    network, _, _, gradient = batch(name, m=300, d=10)
    found = invert_gradient(gradient, network, 4, loss_scale=1.0, seed=1, starts=2)
    assert found.outcome != "identified"
    with pytest.raises(InputError, match=r"linear|quadratic"):
        invert_gradient(gradient, network, 4, route="moments", seed=1)


def test_too_few_neurons():
    network, _, _, gradient = batch("gelu", B=6, m=5, d=50)
    assert invert_gradient(gradient, network, 6, seed=1, starts=2).outcome != "identified"


def test_single_precision_is_seen_and_not_called_identified():
    network, X, y, gradient = batch("tanh")
    rounded = Gradient(gradient.grad_a.astype(np.float32), gradient.grad_W.astype(np.float32))
    found = invert_gradient(rounded, network, loss_scale=1.0, seed=1, starts=2)
    assert found.outcome == "stalled" and found.row_space.basis.shape[1] == 4
    assert label_error(network, X, y, found)[0] < 1e-5


def test_noise_on_the_gradient():
    network, _, _, gradient = batch("tanh")
    rng = np.random.default_rng(0)
    noise = gradient.grad_W.std() * rng.standard_normal(gradient.grad_W.shape)
    faint, loud = (Gradient(gradient.grad_a, gradient.grad_W + size * noise) for size in (1e-3, 0.3))
    seen = row_space(faint.grad_W, None, rng)
    assert seen.basis.shape[1] == 4 and not seen.exact
    for n in (4, None):
        assert invert_gradient(faint, network, n, seed=1, starts=2).outcome == "stalled"
    with pytest.raises(InputError, match=r"n is not given: grad_W has full rank 40.* carries noise"):
        invert_gradient(loud, network, seed=1)
    assert invert_gradient(loud, network, 4, seed=1, starts=2).outcome == "stalled"


# --- refused ---


def with_entry(array, value):
    changed = array.copy()
    changed.flat[3] = value
    return changed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: Gradient(g.grad_a[:-1], g.grad_W), "grad_a has shape"),
        (lambda g: Gradient(g.grad_a, g.grad_W[:, :-1]), "grad_W has shape"),
        (lambda g: Gradient(with_entry(g.grad_a, np.nan), g.grad_W), r"grad_a\[3\] = nan"),
        (lambda g: Gradient(g.grad_a, with_entry(g.grad_W, np.inf)), r"grad_W\[0, 3\] = inf"),
        (lambda g: Gradient(0 * g.grad_a, 0 * g.grad_W), "all residuals vanish"),
        (lambda g: Gradient(0 * g.grad_a), "all residuals vanish"),
        (lambda g: Gradient(g.grad_a, 0 * g.grad_W), "grad_W = 0"),
        (lambda g: Gradient(g.grad_a.astype(complex), g.grad_W), "grad_a has dtype complex"),
    ],
)
def test_bad_gradients(change, message):
    network, _, _, gradient = batch("tanh", m=50, d=10)
    with pytest.raises(InputError, match=message):
        invert_gradient(change(gradient), network, seed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n = 0"),
        ({"n": 2.5}, "n = 2.5"),
        ({"route": "tensor"}, "route = 'tensor'"),
        ({"domain": "cube"}, "domain = 'cube'"),
        ({"radius": 0}, "radius = 0"),
        ({"loss_scale": -1}, "loss_scale = -1"),
        ({"max_label": float("nan")}, "max_label = nan"),
        ({"starts": 0}, "starts = 0"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_bad_arguments(options, message):
    network, _, _, gradient = batch("tanh", m=50, d=10)
    with pytest.raises(InputError, match=message):
        invert_gradient(gradient, network, **({"seed": 1} | options))


def test_rowspace_needs_the_hidden_gradient():
    network, _, _, gradient = batch("tanh", hidden=False)
    with pytest.raises(InputError, match="needs grad_W"):
        invert_gradient(gradient, network, 4, route="rowspace", seed=1)


def test_same_seed_same_result():
    network, _, _, gradient = batch("relu")
    first, second = (invert_gradient(gradient, network, loss_scale=1.0, seed=3) for _ in range(2))
    assert np.array_equal(first.samples, second.samples) and np.array_equal(first.labels, second.labels)


def test_one_sample():
    for name in ("tanh", "relu", "gelu"):
        network, X, y, gradient = batch(name, B=1)
        found = invert_gradient(gradient, network, 1, loss_scale=1.0, seed=1)
        assert found.outcome == "identified" and label_error(network, X, y, found)[0] < 1e-12


def test_an_output_gradient_that_vanishes():
    """sin at multiples of pi: only the hidden weights see the sample."""
    x, network = (
        np.array([[1.0, 0.0]]),
        TwoLayerNetwork(np.pi * np.array([[1.0, 0.3], [2, -0.4], [-1, 2], [3, 1]]), np.ones(4), "sin"),
    )
    gradient = network.gradient(x, [1.0], loss_scale=1.0)
    zero = Gradient(np.zeros(4), gradient.grad_W)
    found = invert_gradient(zero, network, 1, loss_scale=1.0, seed=1)
    assert abs(found.samples[0, 0]) == pytest.approx(1)
    with pytest.raises(InputError, match="n = 9: moments find at most d = 2"):
        invert_gradient(gradient, network, 9, route="moments", seed=1)


def test_a_batch_as_large_as_the_dimension():
    network, _, _, gradient = batch("gelu", B=8, d=6, m=300)
    with pytest.raises(InputError, match=r"full rank 6.*as many samples or more"):
        invert_gradient(gradient, network, seed=1)
    assert invert_gradient(gradient, network, 8, seed=1).outcome == "identified"


def test_a_batch_too_large_for_the_moments():
    network, X, y, gradient = batch("tanh", B=24, d=60, m=900)
    found = invert_gradient(gradient, network, loss_scale=1.0, seed=1)
    assert found.outcome == "identified" and label_error(network, X, y, found)[0] < 1e-9

"""The published optimizer: its gradient, its step by hand, what it reaches, and why it stops."""

import numpy as np
import pytest
from inversion_problem import problem

import reconlaw
from reconlaw.numerics.inversion import published
from reconlaw.numerics.inversion.problem import Problem, Projection
from reconlaw.numerics.inversion.published import gradient, published_descent, with_leak
from reconlaw.numerics.random_features import RandomFeatures, generator
from reconlaw.theory.activations import Activation
from reconlaw.theory.errors import InputError


class StartAt(np.random.Generator):
    """A generator whose normal numbers are given."""

    def __init__(self, rows):
        super().__init__(np.random.PCG64(0))
        self.rows = np.array(rows, float)

    def standard_normal(self, size):
        assert size == self.rows.shape
        return self.rows.copy()


def projection_loss(model, theta, X):
    """|P theta|^2 / |theta|^2, by a route of its own: an orthonormal basis of the features."""
    basis = np.linalg.qr(model.features(X).T)[0]
    return np.linalg.norm(theta - basis @ (basis.T @ theta)) ** 2 / np.linalg.norm(theta) ** 2


def start_of(seed, n, d):
    return generator(seed, stream="search").standard_normal((n, d))


# --- the step ---


@pytest.mark.parametrize("outputs", [None, 1, 2])
@pytest.mark.parametrize("name", ["tanh", "gelu", "relu+tanh"])
def test_gradient_is_that_of_the_loss(name, outputs):
    """With ReLU + tanh too, where the published code takes the pre-activations of the true data."""
    model, _, _, theta = problem(name, 3, 4, 30, 0, outputs=outputs)
    X, theta = start_of(1, 3, 4), theta / np.linalg.norm(theta)
    point = Projection.at(Problem(theta.reshape(30, -1), model), X)
    assert point.loss == pytest.approx(projection_loss(model, theta, X), rel=1e-12)
    h, differences = 1e-5, np.empty_like(X)
    for index in np.ndindex(X.shape):
        E = np.zeros_like(X)
        E[index] = h
        differences[index] = (projection_loss(model, theta, X + E) - projection_loss(model, theta, X - E)) / (2 * h)
    assert np.linalg.norm(differences) > 1e-2
    assert gradient(point) == pytest.approx(differences, abs=1e-8)


def test_two_steps_by_hand():
    """psi(x) = x in the plane, theta along e_1: the loss is sin^2 of the angle, its gradient sin(2 angle)/|x| across x.

    From (3, 4): sin 2t = .96, the gradient is .96/5 (-.8, .6) = (-.1536, .1152), and a step 4375/576 leads to
    (25/6, 25/8), along (.8, .6). There the gradient is .96/sqrt(2) (-.6, .8).
    """
    model, theta, size = RandomFeatures(np.eye(2), "power:1"), np.array([7.0, 0.0]), 4375 / 576

    def after(steps):
        return published_descent(theta, model, 1, seed=StartAt([[3, 4]]), step=size, steps=steps)

    start, one, two = after(0), after(1), after(2)
    assert start.samples == pytest.approx(np.array([[3.0, 4.0]])) and start.coefficients == pytest.approx([7 * 3 / 25])
    assert one.samples == pytest.approx(np.sqrt(2) * np.array([[0.8, 0.6]]), abs=1e-14)
    assert one.coefficients == pytest.approx([7 * 0.8 / np.sqrt(2)])
    first, second = np.array([-0.1536, 0.1152]), 0.96 / np.sqrt(2) * np.array([-0.6, 0.8])
    moved = np.sqrt(2) * np.array([0.8, 0.6]) - size * (0.9 * first + second)
    assert two.samples == pytest.approx(np.sqrt(2) * moved[None] / np.hypot(*moved), abs=1e-13)
    assert [found.loss for found in (start, one)] == pytest.approx([0.64, 0.36])
    assert two.loss == pytest.approx(moved[1] ** 2 / (moved @ moved))
    assert two.history == ((0, start.loss), (1, one.loss), (2, two.loss))
    assert [found.stopped for found in (start, one, two)] == ["steps"] * 3


@pytest.mark.parametrize("radius", [None, 7.0])
def test_rows_start_gaussian_and_end_on_the_sphere(radius):
    rng = np.random.default_rng(0)
    model = RandomFeatures(rng.standard_normal((40, 4)), "tanh", radius=radius)
    theta, size = rng.standard_normal(40), 2.0 if radius is None else radius
    start = published_descent(theta, model, 3, seed=5, steps=0)
    assert start.samples == pytest.approx(start_of(5, 3, 4) * size / 2) and start.steps == 0
    found = published_descent(theta, model, 3, seed=5, steps=3)
    assert np.linalg.norm(found.samples, axis=1) == pytest.approx(np.full(3, size)) and found.steps == 3


def test_free_samples_are_put_on_the_sphere_as_published():
    model, _, _, theta = problem("tanh", 2, 4, 40, 0, domain="free")
    assert model.radius is None
    found = published_descent(theta, model, 2, seed=0, steps=2)
    assert np.linalg.norm(found.samples, axis=1) == pytest.approx([2, 2])


def test_scale_of_theta_changes_coefficients_only():
    model, _, _, theta = problem("gelu", 2, 4, 50, 0)
    plain = published_descent(theta, model, 2, seed=0, steps=20)
    for scale in (1e-200, 2.0**40, 1e200):
        found = published_descent(theta * scale, model, 2, seed=0, steps=20)
        assert found.samples == pytest.approx(plain.samples, abs=1e-10) and found.loss == pytest.approx(plain.loss)
        assert found.coefficients == pytest.approx(plain.coefficients * scale)


# --- the leak ---


@pytest.mark.parametrize("name", ["relu", "relu+tanh", "tanh+relu"])
def test_leak_is_in_the_derivative_only(name):
    model, X, _, _ = problem(name, 3, 4, 30, 0)
    leaky, exact = with_leak(model, 0.1), model.activation.derivative
    u, W = X @ model.V.T, np.ones((3, 30))
    assert np.array_equal(leaky.features(X), model.features(X)) and leaky.radius == model.radius
    assert leaky.at(X).vjp(W) == pytest.approx((exact(u) + 0.1 * (u <= 0)) @ model.V)
    assert model.activation.derivative is exact


def test_leak_is_used_by_default_at_its_published_value():
    for name, published_value in (("relu", True), ("relu+tanh", True), ("leaky_relu:0.3", False), ("tanh", False)):
        model, _, _, theta = problem(name, 2, 4, 40, 0)
        default, exact, explicit = (
            published_descent(theta, model, 2, seed=0, steps=5, **chosen).samples
            for chosen in ({}, {"leak": 0}, {"leak": 0.02})
        )
        assert np.array_equal(default, explicit) and np.array_equal(default, exact) != published_value
    model, _, _, theta = problem("relu", 2, 4, 40, 0)  # a leak of one's own is not added to
    own = published_descent(theta, with_leak(model, 0.5), 2, seed=0, steps=5)
    assert np.array_equal(own.samples, published_descent(theta, model, 2, seed=0, steps=5, leak=0.5).samples)


def test_leak_needs_a_relu():
    for name in ("tanh", "leaky_relu:0.3", "relu+gelu"):
        with pytest.raises(InputError, match="relu"):
            with_leak(problem(name, 2, 4, 40, 0)[0])


# --- what it reaches ---


@pytest.mark.parametrize(("name", "outputs", "seed"), [("tanh", None, 0), ("relu", None, 0), ("relu+tanh", 2, 0)])
def test_converges_where_it_is_easy(name, outputs, seed):
    n, d = 2, 5
    model, X, a, theta = problem(name, n, d, 20 * n * d, seed, outputs=outputs)
    found = published_descent(theta, model, n, seed=seed, step=1.0, steps=20_000, tolerance=1e-16)
    matched = reconlaw.match(X, found.samples, symmetry=model.symmetry.matching)
    assert found.stopped == "tolerance" and found.loss <= 1e-16 and matched.relative_error < 1e-6
    signs = matched.scales if outputs is None else matched.scales[:, None]
    assert found.coefficients[matched.assignment] * signs == pytest.approx(a, abs=1e-5)
    assert found.loss == pytest.approx(projection_loss(model, theta, found.samples), rel=1e-3)


def test_same_seed_same_result():
    model, _, _, theta = problem("relu", 2, 5, 100, 0)
    first, again, other = (published_descent(theta, model, 2, seed=seed, steps=200) for seed in (3, 3, 4))
    assert np.array_equal(first.samples, again.samples) and first.history == again.history
    assert not np.array_equal(first.samples, other.samples)
    assert [steps for steps, _ in first.history] == [0, 1, 2, 4, 8, 16, 32, 64, 128]


def test_fewer_equations_than_samples_are_met_at_once():
    """The Gram matrix is singular: the published code fails there, but the loss is zero for any samples."""
    model, _, _, theta = problem("tanh", 5, 4, 3, 0)
    found = published_descent(theta, model, 5, seed=0)
    assert (found.stopped, found.steps) == ("tolerance", 0) and found.loss < 1e-20
    assert model.features(found.samples).T @ found.coefficients == pytest.approx(theta)


def test_duplicated_samples_and_features_that_vanish():
    """d = 1: after one step both rows are +-1, with dependent features. No step is an error, none gives NaN."""
    model = RandomFeatures(np.array([[1.0], [2.0], [-1.0]]), "tanh")
    theta = np.array([1.0, 0.0, 2.0])
    found = published_descent(theta, model, 2, seed=0, steps=3)
    assert found.stopped == "steps" and np.abs(found.samples) == pytest.approx(np.ones((2, 1)))
    assert found.loss == pytest.approx(projection_loss(model, theta, found.samples[:1]))
    dead = RandomFeatures(np.array([[1.0, 0.0], [2.0, 0.0]]), "relu")  # silent at (-1, 1), and no gradient there
    silent = published_descent(np.ones(2), dead, 1, seed=StartAt([[-1, 1]]), steps=3)
    assert (
        silent.loss == pytest.approx(1)
        and silent.coefficients == 0
        and silent.samples == pytest.approx(np.array([[-1.0, 1.0]]))
    )


# --- why it stops ---


def test_stop_rules():
    model, _, _, theta = problem("tanh", 2, 5, 100, 0)
    by_steps = published_descent(theta, model, 2, seed=0, steps=7, tolerance=0)
    assert (by_steps.stopped, by_steps.steps) == ("steps", 7)
    losses = [published_descent(theta, model, 2, seed=0, step=1, steps=k, tolerance=0).loss for k in range(7)]
    first = next(k for k, loss in enumerate(losses) if loss <= losses[5])
    by_loss = published_descent(theta, model, 2, seed=0, step=1, tolerance=losses[5])
    assert (by_loss.stopped, by_loss.steps, by_loss.loss) == ("tolerance", first, losses[first])
    at_once = published_descent(theta, model, 2, seed=0, deadline_s=0)
    assert (at_once.stopped, at_once.steps) == ("deadline", 0) and len(at_once.history) == 1


def test_deadline_is_seen_between_steps(monkeypatch):
    model, _, _, theta = problem("tanh", 2, 5, 100, 0)
    clock = iter(range(100))
    monkeypatch.setattr(published, "monotonic", lambda: next(clock))
    found = published_descent(theta, model, 2, seed=0, tolerance=0, deadline_s=6)
    assert (found.stopped, found.steps) == ("deadline", 5)  # tested after 1, 2, ... ticks: the sixth is too late


def test_progress_is_called_every_thousand_steps():
    model, _, _, theta = problem("tanh", 1, 3, 12, 0)
    calls = []
    found = published_descent(theta, model, 1, seed=0, steps=2500, tolerance=0, progress=lambda *call: calls.append(call))
    assert found.stopped == "steps" and [steps for steps, _ in calls] == [1000, 2000]
    assert all(0 <= loss <= 1 for _, loss in calls)


@pytest.mark.parametrize("size", [1e200, 1e308])  # squared norms overflow, entries overflow
def test_divergence_is_reported(size):
    model, _, _, theta = problem("tanh", 2, 5, 100, 0)
    found = published_descent(theta, model, 2, seed=0, step=size, steps=50)
    assert found.stopped == "diverged" and found.steps < 50
    assert np.isfinite(found.samples).all() and np.isfinite(found.coefficients).all() and 0 <= found.loss <= 1 + 1e-12
    assert found.loss == pytest.approx(projection_loss(model, theta, found.samples))


def test_a_start_without_finite_features_is_reported():
    broken = RandomFeatures(np.eye(3), Activation(np.exp, np.exp), radius=1e6)
    with np.errstate(over="ignore"):
        found = published_descent(np.ones(3), broken, 2, seed=StartAt([[1, 0, 0], [0, 1, 1]]), steps=5)
    assert found.stopped == "diverged" and (found.steps, found.loss, found.history) == (0, 1.0, ())
    assert np.array_equal(found.coefficients, [0, 0]) and np.isfinite(found.samples).all()


@pytest.mark.parametrize(("change", "message"), [
    ({"theta": np.zeros(100)}, "theta = 0"),
    ({"theta": np.ones(99)}, r"theta has shape \(99,\).*100"),
    ({"theta": np.full(100, np.nan)}, r"theta\[0\] = nan"),
    ({"theta": np.ones((100, 1, 1))}, "theta has shape"),
    ({"n": 0}, "n = 0"), ({"n": 2.0}, r"n = 2\.0"),
    ({"seed": -1}, "seed = -1"),
    ({"step": 0}, "step = 0: must be a number > 0"), ({"step": np.inf}, "step = inf"),
    ({"step": None}, "step = None"), ({"step": True}, "step = True"),
    ({"momentum": 1}, "momentum = 1: must be a number >= 0 and < 1"), ({"momentum": -0.1}, r"momentum = -0\.1"),
    ({"steps": -1}, "steps = -1"), ({"steps": 1e3}, r"steps = 1000\.0"),
    ({"tolerance": -1e-9}, "tolerance = -1e-09"), ({"tolerance": np.nan}, "tolerance = nan"),
    ({"leak": -1}, "leak = -1"), ({"deadline_s": -1}, "deadline_s = -1"), ({"deadline_s": np.nan}, "deadline_s = nan"),
])  # fmt: skip
def test_bad_input(change, message):
    model, _, _, theta = problem("relu", 2, 5, 100, 0)
    arguments = {"theta": theta, "feature_map": model, "n": 2, "seed": 0, "steps": 1} | change
    with pytest.raises(InputError, match=message):
        published_descent(**arguments)

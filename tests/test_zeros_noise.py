"""Spurious zeros on both sides of the thresholds, and how noise reaches the samples."""

import numpy as np
import pytest

from reconlaw.numerics.noise import LEVEL, error_slope
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples, to_sphere
from reconlaw.numerics.zeros import ZERO, ZeroCounts, in_span, parameters_only, span_known


def residual_off_span(model, X, x):
    """By least squares, not by a basis of the complement."""
    F, f = model.features(X).T, model.features(x[None])[0]
    return np.linalg.norm(f - F @ np.linalg.lstsq(F, f, rcond=None)[0]) / np.linalg.norm(f)


@pytest.mark.parametrize("name", ["tanh", "relu+tanh", "gelu"])
def test_in_span_finds_the_samples(name):
    rng = np.random.default_rng(0)
    model, X = RandomFeatures.gaussian(60, 5, name, rng), sphere_samples(3, 5, rng)
    for i in range(3):
        start = to_sphere(X[i : i + 1] + 0.05 * rng.standard_normal((1, 5)), 5**0.5)[0]
        found = in_span(model, X, start)
        assert found is not None and np.linalg.norm(found - X[i]) < 1e-9
        assert residual_off_span(model, X, found) < 1e-10 and np.linalg.norm(found) == pytest.approx(5**0.5)
    far = sphere_samples(1, 5, rng)[0]
    stopped = in_span(model, X, far, iterations=1)
    assert stopped is None or residual_off_span(model, X, stopped) < 1e-10


@pytest.mark.parametrize("name", ["tanh", "relu+tanh"])
def test_wrong_zeros_with_the_span_known_end_at_n_plus_d(name):
    rng = np.random.default_rng(1)
    n, d = 3, 5
    below, above = (span_known(name, n, d, n + d + k, 25, 3, rng) for k in (-2, 0))
    assert below.wrong >= 10 and above.wrong == 0 and above.truth > 0
    assert below.trials == above.trials == 25 and below.wrong + below.truth <= 25


def test_what_counts_as_a_wrong_zero_is_one():
    rng, seen = np.random.default_rng(2), 0
    for _ in range(20):
        model, X = RandomFeatures.gaussian(6, 5, "tanh", rng), sphere_samples(3, 5, rng)  # p = n + d - 2
        found = in_span(model, X, sphere_samples(1, 5, rng)[0])
        if found is not None:
            assert residual_off_span(model, X, found) < 10 * ZERO
            seen += min(np.linalg.norm(X - s * found, axis=1).min() for s in (1, -1)) > 0.05
    assert seen >= 5


@pytest.mark.parametrize("name", ["tanh", "relu+tanh"])
def test_wrong_zeros_of_the_parameters_only_problem_end_at_nd(name):
    rng = np.random.default_rng(3)
    n, d = 2, 4
    below, above, many = (parameters_only(name, n, d, p, 40, rng) for p in (n * d - 2, n * d + 1, 4 * n * d))
    assert below.wrong >= 8 and above.wrong == many.wrong == 0 and many.truth >= 15
    assert isinstance(many, ZeroCounts) and many.wrong + many.truth <= many.trials == 40


def test_signs_do_not_count_as_wrong_for_odd_activations():
    """tanh: half of the zeros found come with a sign; for relu + tanh a sign would be wrong."""
    assert parameters_only("tanh", 1, 3, 40, 20, np.random.default_rng(4)).wrong == 0


def test_same_generator_same_counts():
    assert parameters_only("tanh", 2, 3, 7, 10, np.random.default_rng(5)) == parameters_only(
        "tanh", 2, 3, 7, 10, np.random.default_rng(5)
    )


@pytest.mark.parametrize(("noise", "slope"), [("parameters", -1.0), ("data", 0.0)])
def test_error_slopes(noise, slope):
    rng = np.random.default_rng(6)
    slopes = [error_slope("relu+tanh", 5, 6, 120, noise, rng) for _ in range(25)]
    assert np.median(slopes) == pytest.approx(slope, abs=0.12) and np.std(slopes) > 0


def test_error_bars_of_first_order():
    """The size itself, not only its slope: sigma sqrt(tr [(J^T J)^-1]_ii) against the mean over noise draws."""
    from reconlaw.numerics.inversion import Problem, levenberg_marquardt
    from reconlaw.numerics.jacobian import relative_jacobian

    rng = np.random.default_rng(7)
    model, X, a = RandomFeatures.gaussian(80, 4, "tanh", rng), sphere_samples(2, 4, rng), np.array([1.0, 0.05])
    theta = model.features(X).T @ a
    squares = []
    for _ in range(120):
        noisy, _ = Problem.checked(theta + LEVEL * rng.standard_normal(80), model)
        squares.append(np.sum((levenberg_marquardt(noisy, X, stall=0.0).X - X) ** 2, axis=1))
    C = np.linalg.inv((J := relative_jacobian(model, X, a[:, None])).T @ J)
    expected = [4 * LEVEL**2 * np.trace(C[3 * i : 3 * i + 3, 3 * i : 3 * i + 3]) for i in range(2)]  # |x|^2 = 4
    assert np.mean(squares, axis=0) == pytest.approx(expected, rel=0.4)
    assert expected[1] > 100 * expected[0]

"""Matching against brute force, its invariances, and the blind spot of the published metric."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad

from reconlaw.numerics.matching import SYMMETRIES, elementwise_absolute_distance, match
from reconlaw.theory.errors import InputError

PROPERTY = settings(deadline=None, derandomize=True, max_examples=40)
SEEDS = st.integers(0, 2**32 - 1)
RANDOM_LEVEL = math.sqrt(2 * (1 - 2 / math.pi))


def brute_force(truth, found, symmetry):
    """The least sum of squared distances over all injections, with the multiple of each row found by formula."""

    def square(x, y):
        if symmetry == "none":
            return ((x - y) ** 2).sum()
        if symmetry == "sign":
            return min(((x - y) ** 2).sum(), ((x + y) ** 2).sum())
        cosine = x @ y / np.sqrt((x @ x) * (y @ y))
        return x @ x * (1 - (cosine if symmetry == "scale" else max(cosine, 0)) ** 2)

    return min(
        sum(square(x, found[j]) for x, j in zip(truth, choice))
        for choice in itertools.permutations(range(len(found)), len(truth))
    )


@pytest.mark.parametrize("symmetry", SYMMETRIES)
@given(seed=SEEDS, n=st.integers(1, 4), extra=st.integers(0, 2), d=st.integers(1, 4))
@PROPERTY
def test_best_assignment(symmetry, seed, n, extra, d):
    rng = np.random.default_rng(seed)
    truth, found = rng.standard_normal((n, d)), rng.standard_normal((n + extra, d))
    result = match(truth, found, symmetry)
    total = ((result.errors * np.linalg.norm(truth, axis=1)) ** 2).sum()
    assert total == pytest.approx(brute_force(truth, found, symmetry), rel=1e-9, abs=1e-12)
    assert len(set(result.assignment)) == n
    np.testing.assert_array_equal(result.aligned, result.scales[:, None] * found[result.assignment])
    np.testing.assert_allclose(
        result.errors, np.linalg.norm(truth - result.aligned, axis=1) / np.linalg.norm(truth, axis=1), rtol=1e-12
    )


@pytest.mark.parametrize("symmetry", SYMMETRIES)
@given(seed=SEEDS, n=st.integers(1, 12), d=st.integers(2, 8))  # at d = 1 every row is a multiple of every other
@PROPERTY
def test_invariance(symmetry, seed, n, d):
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal((n, d))
    found = truth + 0.1 * rng.standard_normal((n, d))
    order, signs, scales = rng.permutation(n), rng.choice([-1.0, 1.0], n), rng.uniform(0.1, 10, n)
    factor = {"none": 1.0, "sign": signs, "scale": signs * scales, "positive-scale": scales}[symmetry] * np.ones(n)
    before, after = match(truth, found, symmetry), match(truth, (factor[:, None] * found)[order], symmetry)
    np.testing.assert_array_equal(order[after.assignment], before.assignment)
    np.testing.assert_allclose(after.errors, before.errors, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(after.scales * factor[before.assignment], before.scales, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("symmetry", SYMMETRIES)
@pytest.mark.parametrize("size", [1e-8, 1e-12, 1e-14])
def test_small_errors_are_not_lost_to_cancellation(symmetry, size):
    """A perturbation orthogonal to x of known length: |a|^2 - 2ab + |b|^2 would return noise of order 1e-8."""
    truth = 16.0 * np.eye(4)
    found = truth + size * 16.0 * np.roll(np.eye(4), 1, axis=1)  # each entry exact in binary to one rounding
    result = match(truth, found[::-1], symmetry)
    np.testing.assert_allclose(result.errors, size, rtol=1e-12)
    np.testing.assert_array_equal(result.assignment, [3, 2, 1, 0])


def test_exact_recovery_is_exactly_zero():
    truth = np.random.default_rng(0).standard_normal((20, 30))
    assert match(truth, -truth[::-1], "sign").relative_error == 0
    assert match(truth, truth[::-1]).relative_error == 0


def test_too_few_found():
    truth = np.eye(3)
    result = match(truth, 2 * truth[[2]], "positive-scale")
    np.testing.assert_array_equal(result.assignment, [-1, -1, 0])
    np.testing.assert_array_equal(result.scales, [np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(result.errors, [np.inf, np.inf, 0])
    assert result.relative_error == result.median_error == np.inf
    nothing = match(truth, np.empty((0, 3)))
    assert (nothing.assignment == -1).all() and nothing.relative_error == np.inf


def test_worst_and_median():
    result = match(10 * np.eye(3), np.diag([10.0, 9.0, 5.0]))
    assert (result.relative_error, result.median_error) == (0.5, pytest.approx(0.1))


@pytest.mark.parametrize("symmetry", ["scale", "positive-scale"])
def test_zero_found_has_error_one(symmetry):
    result = match([[3.0, 4.0]], [[0.0, 0.0]], symmetry)
    assert (result.scales[0], result.errors[0]) == (0, 1)


def test_positive_scale_does_not_flip():
    assert match([[1.0, 0.0]], [[-5.0, 0.0]], "positive-scale").errors[0] == 1
    assert match([[1.0, 0.0]], [[-5.0, 0.0]], "scale").errors[0] == 0


@pytest.mark.parametrize(
    ("truth", "found", "symmetry", "words"),
    [
        ([1.0, 2.0], [[1.0, 2.0]], "none", r"truth has shape \(2,\): must have 2 dimensions"),
        ([[1.0, 2.0]], [[1.0]], "none", r"found has shape \(1, 1\): must have the 2 columns of truth"),
        ([[1.0, np.nan]], [[1.0, 2.0]], "none", r"truth\[0, 1\] = nan: must be finite"),
        ([[1.0, 2.0]], [[np.inf, 2.0]], "none", r"found\[0, 0\] = inf: must be finite"),
        ([[1.0, 2.0]], [[1e200, 2.0]], "none", "found has an entry above 1e\\+140"),
        ([[1.0], [0.0]], [[1.0], [2.0]], "none", r"truth\[1\] is zero"),
        ([[1j]], [[1.0]], "none", "complex128"),
        ([[1.0]], [[1.0]], "rotation", "symmetry = 'rotation': must be one of none, sign, scale, positive-scale"),
    ],
)
def test_bad_input(truth, found, symmetry, words):
    with pytest.raises(InputError, match=words):
        match(truth, found, symmetry)


# --- the published metric ---


@given(seed=SEEDS, n=st.integers(1, 6), d=st.integers(1, 8))
@PROPERTY
def test_absolute_distance_is_blind_to_every_sign_pattern(seed, n, d):
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal((n, d))
    scrambled = (truth * rng.choice([-1.0, 1.0], (n, d)))[rng.permutation(n)]
    assert elementwise_absolute_distance(truth, scrambled) == 0


def test_a_perfect_absolute_score_can_be_a_complete_failure():
    truth = np.ones((1, 100))
    found = truth * np.tile([1.0, -1.0], 50)  # orthogonal to the truth
    assert elementwise_absolute_distance(truth, found) == 0
    assert match(truth, found, "scale").relative_error == 1


@given(seed=SEEDS, n=st.integers(1, 4), extra=st.integers(0, 1), d=st.integers(1, 4))
@PROPERTY
def test_absolute_distance_follows_its_formula(seed, n, extra, d):
    rng = np.random.default_rng(seed)
    truth, found = rng.standard_normal((n, d)), rng.standard_normal((n + extra, d))
    distances = np.linalg.norm(np.abs(truth)[:, None] - np.abs(found), axis=2)
    best = min(itertools.permutations(range(n + extra), n), key=lambda pi: (distances[range(n), pi] ** 2).sum())
    expected = distances[range(n), best].mean() / math.sqrt(d)
    assert elementwise_absolute_distance(truth, found) == pytest.approx(expected, rel=1e-12)


def test_random_guess_level_by_quadrature():
    """E (|Z| - |Z'|)^2 for independent standard normal Z, Z', integrated, equals 2 (1 - 2/pi)."""

    def integrand(u, v):
        return (u - v) ** 2 * math.exp(-(u * u + v * v) / 2) * 2 / math.pi  # both half-normal densities

    value, _ = dblquad(integrand, 0, 12, 0, 12, epsabs=1e-11)
    assert math.sqrt(value) == pytest.approx(RANDOM_LEVEL, abs=1e-9)
    assert round(RANDOM_LEVEL, 4) == 0.8525


def test_random_guess_level_by_simulation():
    """rho^2 is a mean of d independent (|Z| - |Z'|)^2, of variance 12 - 32/pi - 4 (1 - 2/pi)^2 = 1.29.

    By Chebyshev it misses its expectation by 100 standard errors with probability at most 1e-4; the same for the plain
    distance, where (Z - Z')^2 has mean 2 and variance 8.
    """
    d = 2_000_000
    truth, guess = np.random.default_rng(0).standard_normal((2, 1, d))
    variance = 12 - 32 / math.pi - 4 * (1 - 2 / math.pi) ** 2
    rho = elementwise_absolute_distance(truth, guess)
    assert abs(rho**2 - RANDOM_LEVEL**2) <= 100 * math.sqrt(variance / d)
    result = match(truth, guess)
    plain = result.errors[0] * np.linalg.norm(truth) / math.sqrt(d)
    assert abs(plain**2 - 2) <= 100 * math.sqrt(8 / d)


def test_absolute_distance_needs_enough_rows():
    with pytest.raises(InputError, match="found has 1 rows: must have at least the 2 rows of truth"):
        elementwise_absolute_distance(np.eye(2), [[1.0, 0.0]])

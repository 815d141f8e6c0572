"""Intervals against exact rational tails and scipy, and their coverage by simulation with a control that must fail."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betaln

from reconlaw.theory.errors import InputError
from reconlaw.theory.intervals import (
    beta_binomial_sequence,
    binomial_lower,
    binomial_tail,
    binomial_upper,
    clopper_pearson,
    median_interval,
    slope,
)

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
ALPHA = 0.05
COUNTS = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.5, 0.05, 1e-4, 1e-12])


def exact_tail(k, n, p):
    p = Fraction(p)
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


@given(counts=COUNTS, p=st.floats(0, 1))
@PROPERTY
def test_tail_contains_the_exact_rational(counts, p):
    k, n = counts
    ball = binomial_tail(k, n, p)
    exact = exact_tail(k, n, p)
    assert abs(Fraction(*map(int, _rational(ball.mid()))) - exact) <= Fraction(*_rational(ball.rad()))
    assert ball.rad() < 1e-18


def _rational(x):
    mantissa, exponent = (int(v) for v in x.man_exp())
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)


@given(counts=COUNTS, error=LEVELS)
@PROPERTY
def test_limits_are_certified_and_tight_in_rationals(counts, error):
    k, n = counts
    low, high = binomial_lower(k, n, error), binomial_upper(k, n, error)
    assert low == 0 if k == 0 else exact_tail(k, n, low) <= Fraction(error) < exact_tail(k, n, low * (1 + 1e-13))
    if k == n:
        assert high == 1
    else:
        inside = Fraction(high) - Fraction(1, 10**13)
        assert 1 - exact_tail(k + 1, n, high) <= Fraction(error) < 1 - exact_tail(k + 1, n, inside)


@pytest.mark.parametrize(("k", "n", "error"), [(3, 10, 0.01), (500, 1000, 1e-4), (198, 200, 0.05), (1, 10**6, 1e-4)])
def test_clopper_pearson_against_scipy(k, n, error):
    low, high = clopper_pearson(k, n, error)
    assert low == pytest.approx(stats.beta.ppf(error / 2, k, n - k + 1), rel=1e-8)
    assert high == pytest.approx(stats.beta.ppf(1 - error / 2, k + 1, n - k), rel=1e-8)
    assert (low, high) == (binomial_lower(k, n, error / 2), binomial_upper(k, n, error / 2))


def test_extreme_counts():
    assert clopper_pearson(0, 20, 0.1)[0] == 0 and clopper_pearson(20, 20, 0.1)[1] == 1
    assert binomial_upper(0, 20, 0.05) == pytest.approx(1 - 0.05 ** (1 / 20), rel=1e-12)
    assert binomial_tail(0, 5, 0.0) == 1 and binomial_tail(1, 5, 0.0) == 0 and binomial_tail(5, 5, 1.0) == 1
    assert binomial_tail(6, 5, 0.5) == 0


def test_fixed_size_coverage_is_exact_in_p():
    """At every p of a grid, the exact probability of a wrong interval is at most alpha."""
    n, error = 30, 0.05
    limits = [clopper_pearson(k, n, error) for k in range(n + 1)]
    for p in np.linspace(0.01, 0.99, 99):
        wrong = sum(stats.binom.pmf(k, n, p) for k, (low, high) in enumerate(limits) if not low <= p <= high)
        assert wrong <= error


def log_mixture(p, s, n, a=0.5, b=0.5):
    return betaln(a + s, b + n - s) - betaln(a, b) - s * np.log(p) - (n - s) * np.log1p(-p)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 10), (50, 100), (999, 1000), (10**5, 10**6)])
def test_sequence_limits_solve_the_equation(k, n):
    low, high = beta_binomial_sequence(k, n, ALPHA)
    for limit, inside in ((low, 1 + 1e-9), (high, 1 - 1e-9)):
        if 0 < limit < 1:
            assert log_mixture(limit, k, n) == pytest.approx(math.log(1 / ALPHA), abs=1e-6)
            assert log_mixture(limit * inside, k, n) < log_mixture(limit, k, n)
    assert low <= k / n <= high
    fixed = clopper_pearson(k, n, ALPHA)
    assert low <= fixed[0] and fixed[1] <= high  # the price of looking at every trial


def test_sequence_starts_with_everything_and_takes_a_prior():
    assert beta_binomial_sequence(0, 0, ALPHA) == (0.0, 1.0)
    assert beta_binomial_sequence(3, 10, ALPHA, 1, 1) != beta_binomial_sequence(3, 10, ALPHA)


def test_mixture_is_a_martingale():
    """Exactly, for a = b = 1/2: E[M_{n+1} | S_n] = M_n, the equality behind Ville's inequality."""
    for p in (0.1, 0.5, 0.93):
        for n in range(12):
            for s in range(n + 1):
                after = p * np.exp(log_mixture(p, s + 1, n + 1)) + (1 - p) * np.exp(log_mixture(p, s, n + 1))
                assert after == pytest.approx(np.exp(log_mixture(p, s, n)), rel=1e-12)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.99])
def test_anytime_coverage_and_the_peeked_control(p):
    """2000 runs watched after each of 1000 trials: the fraction that ever excludes p is tested against alpha.

    The test: reject `miscoverage <= alpha` if the count has a binomial tail below 1e-6 at alpha. The sequence must pass
    and peeked Clopper-Pearson must fail it.
    """
    runs, length = 2000, 1000
    rng = np.random.default_rng(7)
    n = np.arange(1, length + 1)
    s = np.cumsum(rng.random((runs, length)) < p, axis=1)
    missed = (log_mixture(p, s, n) >= math.log(1 / ALPHA)).any(axis=1)
    # p is above the upper or below the lower Clopper-Pearson limit iff a one-sided tail at p is below alpha / 2
    peeked = np.minimum(stats.binom.cdf(s, n, p), stats.binom.sf(s - 1, n, p)) < ALPHA / 2
    for row, step in [(0, 10), (1, 99), (2, 999), (3, 499)]:  # the vectorized rules are the library's
        k, size = int(s[row, step]), int(n[step])
        low, high = beta_binomial_sequence(k, size, ALPHA)
        assert (low < p < high) == (log_mixture(p, k, size) < math.log(1 / ALPHA))
        low, high = clopper_pearson(k, size, ALPHA)
        assert (low <= p <= high) == (not peeked[row, step])

    def rejected(count):
        return stats.binom.sf(count - 1, runs, ALPHA) < 1e-6

    assert not rejected(missed.sum())
    assert missed.mean() <= ALPHA
    assert rejected(peeked.any(axis=1).sum())
    assert peeked[:, -1].mean() <= ALPHA + 5 * math.sqrt(ALPHA / runs)  # unpeeked, the same interval is fine


def test_median_interval_by_hand():
    assert median_interval(range(15), 1e-4) == (0, 14)  # 2 * 2^-15 <= 1e-4 < 2 * 2^-14
    assert median_interval(range(14), 1e-4) == (-math.inf, math.inf)
    assert median_interval([3.0], 0.5) == (-math.inf, math.inf)
    assert median_interval([2, 1], 0.5) == (1, 2)
    low, high = median_interval(np.random.default_rng(0).permutation(100), 0.05)
    r = int(stats.binom.ppf(0.025, 100, 0.5))
    assert (low, high) == (r - 1, 100 - r)


@pytest.mark.parametrize("draw", ["cauchy", "atoms"])
def test_median_coverage(draw):
    rng = np.random.default_rng(3)
    runs, n, alpha = 4000, 25, 0.1
    values = rng.standard_cauchy((runs, n)) if draw == "cauchy" else rng.integers(0, 3, (runs, n)) - 1.0
    wrong = sum(not low <= 0 <= high for low, high in (median_interval(row, alpha) for row in values))
    assert wrong <= stats.binom.ppf(1 - 1e-6, runs, alpha)
    if draw == "cauchy":  # not vacuous: the exact error at n = 25 is 2 P(B <= 7) = 0.043
        assert wrong >= stats.binom.ppf(1e-6, runs, 2 * stats.binom.cdf(7, n, 0.5))


def test_slope_recovers_a_power():
    x = np.array([10, 20, 40, 80])
    assert slope(x, 3.0 * x**-1.5) == pytest.approx(-1.5)
    rng = np.random.default_rng(1)
    y = np.exp(rng.standard_normal(4)) / x
    assert slope(x, y) == pytest.approx(np.polyfit(np.log(x), np.log(y), 1)[0])


@pytest.mark.parametrize("counts", [(5, 4), (-1, 4), (1, 0), (1.0, 4), ("1", 4), (1, "4"), (True, 4), (None, 4), (1, math.nan)])
@pytest.mark.parametrize("interval", [clopper_pearson, beta_binomial_sequence, binomial_lower, binomial_upper])
def test_impossible_counts_are_refused(interval, counts):
    with pytest.raises(InputError):
        interval(*counts, 0.05)


@pytest.mark.parametrize("error", [0, 1, -0.1, 1.1, math.nan, "x", None])
def test_impossible_levels_are_refused(error):
    for interval in (clopper_pearson, beta_binomial_sequence, binomial_lower, binomial_upper):
        with pytest.raises(InputError):
            interval(1, 4, error)
    with pytest.raises(InputError):
        median_interval([1, 2], error)


def test_other_bad_arguments_are_refused():
    for bad in (0, -1, math.nan, math.inf):
        with pytest.raises(InputError):
            beta_binomial_sequence(1, 2, 0.05, a=bad)
    for bad in ([], [1, math.nan], [math.inf]):
        with pytest.raises(InputError):
            median_interval(bad, 0.05)
    for x, y in (([1, 1], [1, 2]), ([1, 2], [1]), ([1, -2], [1, 2]), ([1, 2], [0, 2]), ([1, math.nan], [1, 2]), ([], [])):
        with pytest.raises(InputError):
            slope(x, y)
    for p in (-0.1, 1.1, math.nan):
        with pytest.raises(InputError):
            binomial_tail(1, 2, p)

"""The 50 % point: exact coverage by enumeration, a second implementation with scipy, coverage on curves of other shapes."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq, minimize, minimize_scalar

from reconlaw.theory import transition as module
from reconlaw.theory.errors import InputError
from reconlaw.theory.transition import isotonic, transition

PROPERTY = settings(deadline=None, derandomize=True, max_examples=40)
GRID = np.linspace(-1, 1, 12)
CURVES = {
    "logistic": lambda u: 1 / (1 + np.exp(-6 * u)),
    "probit": lambda u: stats.norm.cdf(5 * u),
    "complementary log-log": lambda u: 1 - 0.5 ** np.exp(6 * u),
    "log-log": lambda u: 0.5 ** np.exp(-6 * u),
    "step": lambda u: (u >= 0) * 1.0,
    "saturates at 0.9": lambda u: 0.9 / (1 + 0.8 * np.exp(-8 * u)),
    "impossible below": lambda u: np.where(u < -0.15, 0, 1 / (1 + np.exp(-8 * u))),
}


# --- isotonic regression ---


@given(st.lists(st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8))
@PROPERTY
def test_isotonic_is_the_max_min_of_averages(cells):
    s, n = np.array(cells).T
    expected = [
        max(min(s[i : j + 1].sum() / n[i : j + 1].sum() for j in range(k, len(s))) for i in range(k + 1)) for k in range(len(s))
    ]
    assert np.allclose(isotonic(s, n), expected, atol=1e-12)


# --- the monotone interval, exactly ---


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (0.2, 0.5, 0.7), (0.05, 0.4, 0.9)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_monotone_interval_covers_with_the_stated_probability_exactly(shares, level):
    """Over all outcomes: plateaus at 1/2 are the worst case, every point of which is a 50 % point."""
    points = [
        point for point in np.arange(-0.75, 3, 0.25)
        if all(p <= 0.5 for x, p in enumerate(shares) if x < point) and all(p >= 0.5 for x, p in enumerate(shares) if x > point)
    ]  # fmt: skip
    chances = stats.binom.pmf(np.arange(13)[:, None], 12, shares)
    missed = dict.fromkeys(points, 0.0)
    for outcome in itertools.product(range(13), repeat=3):
        low, high = module._monotone_interval(np.arange(3.0), np.array(outcome), np.full(3, 12), 1 - level)
        weight = math.prod(chances[k, x] for x, k in enumerate(outcome))
        for point in points:
            missed[point] += weight * (not low <= point <= high)
    assert max(missed.values()) <= 1 - level + 1e-12
    assert max(missed.values()) > 0 or level > 0.9  # the control: at a low level something is missed


def test_monotone_interval_is_the_hull_of_what_binomial_tests_leave():
    rng = np.random.default_rng(0)
    for _ in range(50):
        n = rng.integers(1, 30, 6)
        s = rng.binomial(n, np.sort(rng.uniform(size=6)))
        kept = []
        for gap in range(7):
            p_values = [1.0, 1.0]
            for side, cells in enumerate((range(gap - 1, -1, -1), range(gap, 6))):
                total = hits = 0
                for k in cells:
                    total, hits = total + n[k], hits + (s[k] if side == 0 else n[k] - s[k])
                    if total >= 12:
                        break
                p_values[side] = stats.binom.sf(hits - 1, total, 0.5) if total else 1.0
            kept += [gap] if min(p_values) > 0.025 else []
        edges = [-np.inf, *range(6), np.inf]
        expected = (edges[kept[0]], edges[kept[-1] + 1]) if kept else (-np.inf, np.inf)
        assert module._monotone_interval(np.arange(6.0), s, n, 0.05) == expected


# --- the logistic fit, a second time ---


LINKS = (
    lambda z: (-np.logaddexp(0, -z), -np.logaddexp(0, z)),
    lambda z: (np.log1p(-(0.5 ** np.exp(z))), np.log(0.5) * np.exp(z)),
    lambda z: (np.log(0.5) * np.exp(-z), np.log1p(-(0.5 ** np.exp(-z)))),
)


def slow_fit(x, s, n, level):
    """Estimate and interval by scipy: a search over the slope for every m, and roots of the profile."""
    drop = stats.chi2.ppf(level, 1) / 2
    found = []
    for link in LINKS:

        def minus(m, slope, link=link):
            log_p, log_q = link(np.clip(slope * (x - m), -30, 30))
            return -(s * log_p + (n - s) * log_q).sum()

        def profile(m, minus=minus):
            return -minimize_scalar(
                lambda t: minus(m, math.exp(t)), bounds=(-6, 6), method="bounded", options={"xatol": 1e-9}
            ).fun

        best = minimize(lambda v, minus=minus: minus(v[0], math.exp(v[1])), (np.median(x), 1.0), method="Nelder-Mead",
                        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000})  # fmt: skip
        found.append((-best.fun, best.x[0], profile))
    top = max(peak for peak, _, _ in found)
    ends = []
    for peak, m, profile in found:
        if peak >= top - drop:
            ends += [
                brentq(lambda t, profile=profile, peak=peak: profile(t) - peak + drop, *sorted((m, m + reach)))
                for reach in (-3, 3)
            ]
    return found[0][1], min(ends), max(ends)


@pytest.mark.parametrize("name", ["logistic", "log-log"])
def test_logistic_fit_and_interval_agree_with_scipy(name):
    rng = np.random.default_rng(3)
    compared = 0
    for trials in (8, 20, 20, 60):
        n = np.full(12, trials)
        s = rng.binomial(n, CURVES[name](GRID - 0.13))
        found = transition(GRID, s, n)
        if found.method == "logistic":
            compared += 1
            assert np.allclose((found.estimate, found.low, found.high), slow_fit(GRID, s, n, 0.95), atol=2e-4)
    assert compared >= 2


# --- coverage ---


def misses(name, trials, repeats, seed, level=0.95):
    rng, missed, methods = np.random.default_rng(seed), 0, []
    for _ in range(repeats):
        m = rng.uniform(-0.4, 0.4)
        found = transition(GRID, rng.binomial(trials, CURVES[name](GRID - m)), np.full(12, trials), level)
        missed += not found.low <= m <= found.high
        methods.append(found.method)
    return missed, methods


WELL = ("logistic", "complementary log-log", "log-log", "step")


@pytest.mark.parametrize("name", ["logistic", "log-log", "step"])
def test_intervals_cover(name):
    """40 repetitions: more than 6 misses would have a probability below half a percent at 95 % coverage."""
    missed, methods = misses(name, 10, 40, seed=5)
    assert missed <= 6
    assert ("logistic" in methods) == (name != "step")


def test_a_short_interval_does_not_cover():
    """The control: at level 0.5 the same count must be larger than chance allows at 95 %."""
    assert misses("logistic", 40, 40, seed=5, level=0.5)[0] > 6


@pytest.mark.slow
@pytest.mark.parametrize("trials", [10, 40])
@pytest.mark.parametrize("name", CURVES)
def test_coverage_on_many_curves(name, trials):
    """Tolerance: 95 % for the three curves of the family and for a step, 85 % for others; less 3.3 standard deviations."""
    nominal = 0.95 if name in WELL else 0.85
    missed, _ = misses(name, trials, 400, seed=11)
    assert missed <= 400 * (1 - nominal) + 3.3 * math.sqrt(400 * nominal * (1 - nominal))


# --- behaviour ---


@pytest.mark.parametrize(("s", "low", "high"), [((0, 0, 0), 3, np.inf), ((20, 20, 20), -np.inf, 1), ((0, 2, 5), 3, np.inf)])
def test_not_bracketed_is_said_and_bounded_on_one_side(s, low, high):
    found = transition([1, 2, 3], s, [20, 20, 20])
    assert found.method == "not bracketed" and math.isnan(found.estimate)
    assert (found.low, found.high) == (low, high)


def test_few_trials_bound_nothing():
    found = transition([1, 2], [0, 2], [2, 2])
    assert (found.estimate, found.low, found.high, found.method) == (1.5, -np.inf, np.inf, "monotone")


def test_separated_data_take_the_monotone_interval():
    found = transition([1, 2, 3, 4], [0, 0, 20, 20], [20] * 4)
    assert (found.estimate, found.low, found.high, found.method) == (2.5, 2, 3, "monotone")
    assert "separated" in found.reason


def test_decreasing_data_are_not_fitted_by_a_logistic_curve():
    found = transition([1, 2, 3, 4], [9, 6, 4, 1], [10] * 4)
    assert found.method != "logistic"
    assert found.low <= found.estimate <= found.high


def test_order_of_the_cells_units_of_x_and_empty_cells_do_not_matter():
    rng = np.random.default_rng(8)
    s, n = rng.binomial(15, CURVES["logistic"](GRID)), np.full(12, 15)
    found, order = transition(GRID, s, n), rng.permutation(12)
    assert transition(GRID[order], s[order], n[order]) == found
    assert transition([*GRID, 7.0], [*s, 0], [*n, 0]) == found
    moved = transition(100 + 50 * GRID, s, n)
    expected = 100 + 50 * np.array([found.estimate, found.low, found.high])
    assert np.allclose((moved.estimate, moved.low, moved.high), expected, atol=2e-3)


def test_mirrored_data_give_the_mirrored_point():
    rng = np.random.default_rng(9)
    s = rng.binomial(15, CURVES["logistic"](GRID - 0.2))
    found, mirrored = transition(GRID, s, [15] * 12), transition(-GRID, 15 - s, [15] * 12)
    assert np.allclose((-mirrored.estimate, -mirrored.high, -mirrored.low), (found.estimate, found.low, found.high), atol=1e-4)


@pytest.mark.parametrize(
    ("x", "s", "n", "level", "word"),
    [
        ([1, 2], [1], [2, 2], 0.95, "shapes"),
        ([1, 1], [1, 1], [2, 2], 0.95, "distinct"),
        ([1, np.inf], [1, 1], [2, 2], 0.95, "finite"),
        ([1, 2], [3, 1], [2, 2], 0.95, "successes"),
        ([1, 2], [0.5, 1], [2, 2], 0.95, "dtype"),
        ([1, 2], [0, 0], [0, 0], 0.95, "none"),
        ([], [], [], 0.95, "none"),
        ([1, 2], [0, 1], [2, 2], 1.0, "level"),
    ],
)
def test_bad_input_is_named(x, s, n, level, word):
    with pytest.raises(InputError, match=word):
        transition(x, s, n, level)

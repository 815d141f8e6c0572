"""The errata of the memorization paper: what their deciders compute, a second way."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx
from scipy import integrate, optimize, stats

from reconlaw.proofs_check.deciders import clusters, majority, noisy_mean, threshold_test
from reconlaw.theory.errors import InputError
from reconlaw.theory.inner_products import inner_product_tail, sign_advantage
from reconlaw.theory.occupancy import expected_singletons, no_singletons

# --- inner products of correlated Gaussian vectors ---


@pytest.mark.parametrize("r", [-0.9, -0.25, 0.0, 0.5, 0.99])
@pytest.mark.parametrize("t", [-3.0, -0.5, 0.0, 0.25, 4.0])
def test_two_terms_are_a_difference_of_exponential_variables(r, t):
    exact = (1 + r) / 2 * math.exp(-t / (1 + r)) if t >= 0 else 1 - (1 - r) / 2 * math.exp(t / (1 - r))
    found = inner_product_tail(2, r, t)
    assert float(found) == pytest.approx(exact, abs=1e-12)
    assert found.rad() < 1e-13


@pytest.mark.parametrize(("terms", "r", "t"), [(1, 0.5, 0.3), (7, -0.3, 2.0), (60, 0.1, 9.0), (4000, 0.05, 250.0)])
def test_tail_by_quadrature(terms, r, t):
    def integrand(q):
        return stats.chi2.pdf(q, terms) * stats.norm.sf((t - r * q) / math.sqrt((1 - r * r) * q))

    low, high = stats.chi2.ppf([1e-15, 1 - 1e-15], terms)
    expected = integrate.quad(integrand, max(low, 1e-12), high, limit=500, epsabs=1e-12, points=[terms] if terms > 2 else None)[
        0
    ]
    assert float(inner_product_tail(terms, r, t)) == pytest.approx(expected, abs=1e-6 if terms == 1 else 1e-9)


def test_sign_advantage():
    for r in (0.1, 0.5, -0.8):
        assert float(sign_advantage(1, r)) == pytest.approx(math.asin(r) / math.pi, rel=1e-14)
        assert float(sign_advantage(2, r)) == pytest.approx(r / 2, rel=1e-14)
        for terms in (3, 10, 1001):
            assert (inner_product_tail(terms, r, 0) - 0.5).overlaps(sign_advantage(terms, r))
            assert float(sign_advantage(terms, r)) == pytest.approx(stats.beta.cdf((1 + r) / 2, terms / 2, terms / 2) - 0.5)
    tiny = sign_advantage(10**6, "1/10000000000000")
    assert float(tiny) == pytest.approx(1e-13 * math.sqrt(1e6 / (2 * math.pi)), rel=1e-5)
    assert tiny.rel_accuracy_bits() > 50


@pytest.mark.parametrize("call", [
    lambda: sign_advantage(0, 0.5), lambda: sign_advantage(3, 1), lambda: sign_advantage(3, "x"),
    lambda: inner_product_tail(3, -1, 0), lambda: inner_product_tail(1.5, 0, 0), lambda: inner_product_tail(3, 0, None),
    lambda: no_singletons(0, 1), lambda: no_singletons(2, 0), lambda: expected_singletons(True, 3),
])  # fmt: skip
def test_bad_arguments_are_refused(call):
    with pytest.raises(InputError):
        call()


# --- thresholds ---


@pytest.mark.parametrize(("d", "c"), [(50, 8), (100, 4), (1000, 5)])
def test_sparse_errors_by_binomial_counts(d, c):
    """The agreements outside S are Binomial(d - |S|, 1/2), so <X_1, X> = 2 (|S| + agreements) - d."""
    size = math.ceil(math.sqrt(c * math.log(200) * d))
    threshold = math.sqrt(2 * math.log(200) * d)
    missed = sum(stats.binom.pmf(k, d - size, 0.5) for k in range(d - size + 1) if 2 * (size + k) - d < threshold)
    accepted = sum(stats.binom.pmf(k, d, 0.5) for k in range(d + 1) if 2 * k - d >= threshold)
    found = [float(x) for x in threshold_test.signs_errors(d, c)]
    assert found == pytest.approx([missed, accepted], rel=1e-9)


def test_sparse_constants():
    """With the constant 8 Hoeffding bounds both errors by 1/200; the constants of the cards for d -> oo."""
    for d in (43, 60, 333, 10**5):
        assert all(x <= 1 / 200 for x in threshold_test.signs_errors(d, 8))
    cut = math.sqrt(2 * math.log(200))
    least = optimize.brentq(lambda s: stats.norm.sf(cut) + stats.norm.cdf(cut - s) - 0.02, 4, 8)
    assert least == pytest.approx(5.32, abs=0.005) and least**2 / math.log(200) == pytest.approx(5.34, abs=0.005)
    assert 2 * stats.norm.isf(0.01) == pytest.approx(4.653, abs=1e-3) and math.sqrt(4 * math.log(200)) < 4.61


def test_gaussian_errors_by_sampling():
    """The whole pipeline: theta, n samples, the first d/n coordinates of their mean, a fresh point."""
    d, n, strength, factor, trials = 600, 3, 2.0, 1.7, 40000
    rng = np.random.default_rng(5)
    square, l = strength**2 / math.sqrt(d), d // n
    theta = rng.normal(size=(trials, l))
    noise = math.sqrt(1 - square)
    mean = math.sqrt(square) * theta + noise * rng.normal(size=(n, trials, l)).mean(axis=0)
    positive = math.sqrt(square) * theta + noise * rng.normal(size=(trials, l))
    threshold = factor * math.sqrt(d) / n
    missed = ((mean * positive).sum(1) < threshold).mean()
    accepted = ((mean * rng.normal(size=(trials, l))).sum(1) >= threshold).mean()
    found = [float(x) for x in threshold_test.gaussian_errors(str(strength), "1", [d, n, str(factor)])]
    for sampled, exact in zip((missed, accepted), found):
        assert abs(sampled - exact) < 5 * math.sqrt(exact * (1 - exact) / trials)


def test_printed_gaussian_threshold_misses_more_with_more_samples():
    with ctx.workprec(128):
        missed = [threshold_test.gaussian_errors("5/2", "1/2", [100 * n * n, n, "1"])[0] for n in (1, 10, 100, 1000)]
        halves = [threshold_test.gaussian_errors("5/2", "1", [100 * n * n, n, "25/8"])[0] for n in (1, 10, 100, 1000)]
    assert all(a < b for a, b in itertools.pairwise(missed)) and missed[-1] > 0.999999
    assert all(x < 0.01 for x in halves)


# --- the noisy mean ---


@pytest.mark.parametrize(("n", "square", "noise"), [(1, 0.3, 2.0), (3, 0.3, 0.7), (20, 0.05, 11.0)])
def test_noisy_mean_by_covariances(n, square, noise):
    """One coordinate: I(M; X_1..X_n | theta) and the correlation of M with a fresh X, from the joint covariance."""
    lam = math.sqrt(square)
    mixing = np.zeros((n + 3, n + 3))  # rows theta, X_1..X_n, X, M in terms of theta, the noises, and that of M
    mixing[0, 0] = 1
    for i in range(1, n + 2):
        mixing[i, 0], mixing[i, i] = lam, math.sqrt(1 - square)
    mean = mixing[1 : n + 1].mean(axis=0)
    mixing[n + 2] = mean / np.linalg.norm(mean)
    mixing[n + 2, n + 2] = math.sqrt(noise)
    cov = mixing @ mixing.T

    def entropy(rows):
        return np.linalg.slogdet(cov[np.ix_(rows, rows)])[1] / 2

    samples, m = list(range(1, n + 1)), n + 2
    information = entropy([0, *samples]) + entropy([0, m]) - entropy([0, *samples, m]) - entropy([0])
    correlation = cov[m, n + 1] / math.sqrt(cov[m, m])
    d = 400
    rho, rest = noisy_mean.problem(d, n, repr(math.sqrt(square) * d**0.25))
    separation = math.sqrt(d * float(rho) / (1 + noise))
    memory, advantage = noisy_mean.learner(d, rho, rest, separation)
    assert separation == pytest.approx(correlation * math.sqrt(d), rel=1e-9)
    assert float(memory) == pytest.approx(d * information, rel=1e-9)
    assert float(advantage) == pytest.approx(stats.beta.cdf((1 + correlation) / 2, d / 2, d / 2) - 0.5, rel=1e-9)


def test_memorization_over_advantage_tends_to_zero():
    """Halving the separation halves the quotient, at last: so no constant c is left; and 2/9 is below C* at 1/3."""
    with ctx.workprec(192):
        rho, rest = noisy_mean.problem(10**4, 7, "5/2")
        quotients = []
        for j in range(1, 40):
            memory, advantage = noisy_mean.learner(10**4, rho, rest, Fraction(1, 2**j))
            quotients.append(float(memory / advantage * rho / rest))
            assert memory >= 2 * advantage**2 * rest / rho  # no learner beats the bound
    assert quotients[-1] == pytest.approx(math.sqrt(2 * math.pi) / 2 ** len(quotients) / 2, rel=1e-2)
    star = min(
        p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q)) for p in np.linspace(0.34, 0.999, 5000) for q in [p - 1 / 3]
    )
    assert 2 / 9 < star < 0.2311


# --- the majority of many samples ---


@pytest.mark.parametrize("n", [1, 3, 5])
def test_majority_by_enumeration(n):
    d, strength = 81, Fraction(9, 10)
    lam = strength / 3
    wrong = Fraction(0)
    for flips in itertools.product((0, 1), repeat=n):
        if sum(flips) > n / 2:
            wrong += math.prod(((1 - lam) / 2 if flip else (1 + lam) / 2) for flip in flips)
    p = float(wrong)
    entropy, fano, own = (float(x) for x in majority._bounds(noisy_mean._positive("C", strength), "own", [d, n]))
    assert entropy == pytest.approx(d * -(p * math.log2(p) + (1 - p) * math.log2(1 - p)), rel=1e-12)
    x = n * float(lam) ** 2
    assert fano == pytest.approx(18 * math.exp(-x / 4) + 81**2 * math.exp(-x / 2))
    assert own == pytest.approx(3 * 81**2 * math.exp(-x / 2))
    assert entropy <= fano


def test_the_printed_step_is_true_exactly_up_to_six_log_d():
    for d in (100, 10**4, 10**7):
        edge = 6 * math.log(d) * math.sqrt(d) / 4  # n lambda^2 = 6 ln d at C = 2
        below, above = 2 * int(edge / 2 * 0.999) - 1, 2 * math.ceil(edge / 2 * 1.001) + 1
        outcomes = [
            majority.decide({"decider": "majority", "strength": 2, "exponent": "own", "cases": [[d, n]]})
            for n in (below, above)
        ]
        assert [x.outcome for x in outcomes] == ["holds", "fails"]


# --- clusters ---


@pytest.mark.parametrize(("k", "n"), [(1, 1), (2, 2), (3, 5), (4, 4), (5, 3)])
def test_singletons_by_enumeration(k, n):
    counts = [[s.count(i) for i in range(k)].count(1) for s in itertools.product(range(k), repeat=n)]
    assert no_singletons(k, n).overlaps(noisy_mean._positive("p", 1) * counts.count(0) / len(counts))
    assert float(expected_singletons(k, n)) == pytest.approx(sum(counts) / len(counts), abs=1e-15)


def test_singletons_by_sampling_and_in_the_limit():
    rng, k, n = np.random.default_rng(3), 50, 230
    hits = np.apply_along_axis(lambda row: (np.bincount(row, minlength=k) == 1).sum(), 1, rng.integers(0, k, (20000, n)))
    exact = float(no_singletons(k, n))
    assert abs((hits == 0).mean() - exact) < 5 * math.sqrt(exact / 20000)
    for k in (10**6, 10**9):
        assert float(expected_singletons(k, clusters.samples(k, "natural"))) == pytest.approx(math.log(k), rel=1e-4)
        assert float(no_singletons(k, clusters.samples(k, "natural"))) * k == pytest.approx(1, rel=1e-2)
        n = round(k * (math.log(k) + math.log(math.log(k)) + 1))
        assert float(no_singletons(k, n)) == pytest.approx(math.exp(-math.exp(-1)), rel=0.1)
    assert clusters.samples(1024, "binary") == 10240 and clusters.samples(1000, "natural") == 6908


@pytest.mark.parametrize(("k", "n", "m"), [(2, 1, 2), (2, 3, 3), (3, 2, 2)])
def test_mixture_instance_by_enumeration(k, n, m):
    """All cluster points and all samples: the optimum by Bayes' rule from the joint law, the errors of rejecting everything."""
    joint, error, on_seen = {}, Fraction(0), Fraction(0)
    weight = Fraction(1, m**k * k**n)
    for points in itertools.product(range(m), repeat=k):
        for sample in itertools.product(range(k), repeat=n):
            data = tuple((i, points[i]) for i in sample)
            for i in range(k):
                for x in range(m):
                    entry = joint.setdefault((data, i, x), [Fraction(0), Fraction(0)])
                    entry[0] += weight * Fraction(1, 2 * k * m)
                    entry[1] += weight * Fraction(1, 2 * k) * (points[i] == x)
                wrong = Fraction(1, 2)  # every positive, no negative
                error += weight * wrong / k
                on_seen += weight * wrong * (i in sample)
    optimum = sum(min(entry) for entry in joint.values())
    assert clusters._mixture("one", [k, n, m, "0"]) == (error, optimum + on_seen)
    assert clusters._mixture("frequency", [k, n, m, "1/7"]) == (error, optimum + on_seen / k - Fraction(1, 7 * k))

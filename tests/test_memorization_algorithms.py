"""The explicit learners: tails, errors and memorization against sums and integrals made here, and against drawn data."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from scipy import integrate, optimize, special, stats

from reconlaw.numerics.memorization import count_errors
from reconlaw.theory.errors import InputError
from reconlaw.theory.intervals import clopper_pearson
from reconlaw.theory.memorization.algorithms import algorithm
from reconlaw.theory.memorization.algorithms.constant_coordinates import erased_constants, noisy_constants
from reconlaw.theory.memorization.algorithms.lattice import upper_tail
from reconlaw.theory.memorization.algorithms.noisy_mean import threshold_error
from reconlaw.theory.memorization.algorithms.soft_majority import sign_test

ALPHAS = [Fraction(49, 100), Fraction(1, 3), Fraction(1, 10), Fraction(1, 100), Fraction(1, 10**4)]
PROBLEMS = ["gaussian", "boolean", "sparse"]


def strength(problem, d, C):
    with ctx.workprec(160):
        return arb(C) / arb(d).root(2 if problem == "sparse" else 4)


# --- tails of lattice sums ---


@pytest.mark.parametrize("steps", [(1,), (-1,), (1, -1), (1, -3), (-1, 2), (-1, 16)])
@pytest.mark.parametrize("d", [1, 2, 7, 20])
def test_small_tails_by_exact_convolution(steps, d):
    rng = np.random.default_rng(d)
    with ctx.workprec(200):
        weights = [Fraction(int(w), 1000) for w in rng.multinomial(1000, np.ones(len(steps) + 1) / (len(steps) + 1))]
        law = {0: Fraction(1)}
        for _ in range(d):
            law = convolve(law, {0: weights[-1], **dict(zip(steps, weights))})
        balls = {s: arb(w.numerator) / w.denominator for s, w in zip(steps, weights)}
        for k in range(min(law) - 1, max(law) + 2):
            exact = sum((p for w, p in law.items() if w >= k), Fraction(0))
            found = upper_tail(d, balls, k)
            assert found.contains(fmpq(exact.numerator, exact.denominator)) and found.rad() <= 1e-10 * float(exact)


def convolve(p, q):
    result = dict.fromkeys((a + b for a in p for b in q), Fraction(0))
    for (a, x), (b, y) in itertools.product(p.items(), q.items()):
        result[a + b] += x * y
    return result


@pytest.mark.parametrize("d", [100, 10**4, 10**6, 10**9, 10**12])
def test_binomial_tails_by_the_incomplete_beta_function(d):
    for p, z in itertools.product((0.5, 0.03), (-1, 0, 2, 7, 20)):
        k = math.ceil(d * p + z * math.sqrt(d * p * (1 - p)))
        if not 0 < k <= d:
            continue
        with ctx.workprec(200):
            exact = arb(p).beta_lower(k, d - k + 1, regularized=True)
        found = upper_tail(d, {1: arb(p)}, k)
        assert found.overlaps(exact) and found.rad() <= 1e-10 * exact
        if d <= 10**6 and z <= 7:
            assert stats.binom.sf(k - 1, d, p) == pytest.approx(float(found), rel=1e-10)


@pytest.mark.parametrize(
    ("d", "plus", "minus"), [(10**4, 1e-3, 2e-3), (10**6, 5e-4, 5e-4), (10**6, 1e-3, 1e-9), (10**6, 3e-6, 1e-6)]
)
def test_trinomial_tails_by_conditioning_on_the_number_of_steps(d, plus, minus):
    steps = np.arange(5000)
    weights = stats.binom.pmf(steps, d, plus + minus)
    mean, sd = d * (plus - minus), math.sqrt(d * (plus + minus))
    for z in (-1, 0.5, 3, 6):
        k = math.ceil(mean + z * sd)
        # A - D >= k with A + D = K: A >= (K + k) / 2
        tails = stats.binom.sf(np.ceil((steps + k) / 2) - 1, steps, plus / (plus + minus))
        assert float(upper_tail(d, {1: arb(plus), -1: arb(minus)}, k)) == pytest.approx(weights @ tails, rel=1e-10)


# --- errors ---


@pytest.mark.parametrize("d", [1, 2, 5, 100, 10**4, 10**6])
@pytest.mark.parametrize("delta", [0.05, 0.9, 4.0, 7.0])
def test_error_of_the_gaussian_test(d, delta):
    """Against the integral of the two normal tails over the law of |M|, and against Student's law."""
    r = min(delta / math.sqrt(d), 0.99)
    c = r / (1 + math.sqrt(1 - r * r))
    found = float(threshold_error(d, arb(r) ** 2))
    assert found == pytest.approx(stats.t.sf(c * math.sqrt(d), d), rel=1e-10)

    def integrand(m):
        missed, false = special.ndtr((c * m - r * m) / math.sqrt(1 - r * r)), special.ndtr(-c * m)
        return (missed + false) / 2 * stats.chi.pdf(m, d)

    ends = [max(0.0, math.sqrt(d) - 12), math.sqrt(d) + 12]
    direct = integrate.quad(integrand, *ends, points=[math.sqrt(max(d - 1, 0.5))], epsabs=0, epsrel=1e-11, limit=500)[0]
    assert found == pytest.approx(direct, rel=1e-7 if d > 100 else 1e-10)  # scipy's density loses digits


@pytest.mark.parametrize("d", [1, 4, 25, 10**3, 10**6])
def test_the_sign_test_is_the_best_threshold(d):
    for r in (0.3 / math.sqrt(d), 0.9 / math.sqrt(d), min(0.9, 4 / math.sqrt(d))):
        error, agreements = sign_test(d, arb(r))
        j = np.arange(max(0, agreements - 3000), min(d + 1, agreements + 3000) + 1)
        errors = (stats.binom.sf(j - 1, d, 0.5) + stats.binom.cdf(j - 1, d, (1 + r) / 2)) / 2
        assert errors[np.flatnonzero(j == agreements)[0]] == pytest.approx(errors.min(), rel=1e-12)
        assert float(error) == pytest.approx(errors.min(), rel=1e-10)


@pytest.mark.parametrize(
    ("d", "n", "nu", "alpha"), [(300, 6, 0.1, 0.1), (2000, 8, 0.05, 0.01), (60, 9, 0.2, 0.01), (9, 12, 0.6, 0.1)]
)
def test_error_of_the_erased_constants(d, n, nu, alpha):
    """By conditioning on the numbers of agreements and disagreements."""
    found = erased_constants(d, n, arb(nu), Fraction(alpha))
    q, b, k = (found.parameters[key] for key in ("keep", "penalty", "threshold"))
    p = 2.0 ** (1 - n)
    kept, right = q * (nu + (1 - nu) * p), q * (nu + (1 - nu) * p / 2)

    def accepted(agree):
        a = np.arange(d + 1)
        most = np.floor((a - k) / b)  # disagreements allowed; a of d agree, the rest disagree with this probability
        return stats.binom.pmf(a, d, agree) @ stats.binom.cdf(most, d - a, (kept - agree) / (1 - agree))

    assert found.error == pytest.approx((accepted(kept / 2) + 1 - accepted(right)) / 2, rel=1e-9)


# --- memorization, and errors, by enumeration ---


def information(joint):
    """I(M; X | theta) in bits of {(theta, x, m): probability}."""
    marginal = {}
    for (t, x, m), w in joint.items():
        for key in ((t,), (t, x), (t, None, m)):
            marginal[key] = marginal.get(key, 0.0) + w
    return sum(
        w * math.log2(w * marginal[(t,)] / marginal[(t, x)] / marginal[(t, None, m)]) for (t, x, m), w in joint.items() if w > 0
    )


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize(("lam", "alpha"), [(0.8, 0.45), (0.3, 0.495), (0.95, 0.3)])
def test_boolean_by_enumeration(n, lam, alpha):
    found = algorithm("boolean", 1, n, arb(lam), Fraction(alpha))
    c, agreements = found.parameters["sharpness"], found.parameters["agreements"]
    joint, error = {}, 0.0
    for theta, *x in itertools.product((1, -1), repeat=n + 1):
        likelihood = {t: math.prod((1 + lam * t * s) / 2 for s in x) for t in (1, -1)}
        posterior = (likelihood[1] - likelihood[-1]) / sum(likelihood.values())
        for m in (1, -1):
            joint[theta, tuple(x), m] = w = likelihood[theta] / 2 * (1 + m * math.tanh(c * posterior)) / 2
            for point in (1, -1):
                accept = (m == point) >= agreements
                error += w * ((1 + lam * theta * point) / 2 * (not accept) + accept / 2) / 2
    assert found.bits == pytest.approx(information(joint), rel=1e-9, abs=1e-13)
    assert found.error == pytest.approx(error, rel=1e-10)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("learn", [noisy_constants, erased_constants])
@pytest.mark.parametrize(("nu", "alpha"), [(0.4, 0.47), (0.7, 0.4), (0.1, 0.495)])
def test_sparse_by_enumeration(n, learn, nu, alpha):
    found = learn(1, n, arb(nu), Fraction(alpha))
    p = found.parameters
    joint, error = {}, 0.0
    for theta, x in itertools.product((0, 1, -1), itertools.product((1, -1), repeat=n)):  # theta = 0: not in S
        prior = nu / 2 if theta else 1 - nu
        data = math.prod(s == theta for s in x) if theta else 2.0**-n
        constant = x[0] if len(set(x)) == 1 else 0
        if learn is noisy_constants:
            output = {m: (1 + m * p["correlation"] * constant) / 2 for m in (1, -1)}
        else:
            output = {constant: p["keep"], 0: 1 - p["keep"]} if constant else {0: 1.0}
        for m, conditional in output.items():
            joint[theta, x, m] = w = prior * data * conditional
            for point in (1, -1):
                if learn is noisy_constants:
                    accept = (m == point) >= p["agreements"]
                else:
                    accept = (m == point) - p["penalty"] * (m == -point) >= p["threshold"]
                positive = (point == theta) if theta else 0.5
                error += w * (positive * (not accept) + accept / 2) / 2
    assert found.bits == pytest.approx(information(joint), rel=1e-9)
    assert found.error == pytest.approx(error, rel=1e-10)


@pytest.mark.parametrize(("d", "n", "lam", "alpha"), [(1, 1, 0.9, 0.4), (3, 4, 0.7, 0.3), (400, 10, 0.3, 0.1)])
def test_gaussian_from_the_covariance_matrix(d, n, lam, alpha):
    """One coordinate of (theta, X_1..X_n, X, M) is Gaussian: its covariance gives the information and the correlation."""
    found = algorithm("gaussian", d, n, arb(lam), Fraction(alpha))
    loading = np.array([1.0] + [lam] * (n + 1))
    covariance = np.outer(loading, loading) + np.diag([0.0] + [1 - lam**2] * (n + 1))
    scale = 1 / math.sqrt(np.ones(n) @ covariance[1 : n + 1, 1 : n + 1] @ np.ones(n))
    row = covariance[:, 1 : n + 1].sum(axis=1) * scale
    full = np.block([[covariance, row[:, None]], [row, np.array([[1 + found.parameters["noise"]]])]])

    def conditional(given):  # variance of M
        return full[-1, -1] - full[-1, given] @ np.linalg.solve(full[np.ix_(given, given)], full[given, -1])

    bits = d / 2 * math.log2(conditional([0]) / conditional(list(range(n + 1))))
    assert found.bits == pytest.approx(bits, rel=1e-9)
    r = full[-1, n + 1] / math.sqrt(full[-1, -1])
    assert found.error == pytest.approx(stats.t.sf(r / (1 + math.sqrt(1 - r * r)) * math.sqrt(d), d), rel=1e-9)


def test_no_other_random_sign_with_the_same_correlation_memorizes_less():
    """Against the least memorization over all odd means g(s), found by an optimizer, and against the noisy majority vote."""
    n, lam = 5, 0.35
    found = algorithm("boolean", 200, n, arb(lam), Fraction(1, 10))
    s = np.arange(1, n + 1, 2)
    up = stats.binom.pmf((n + s) // 2, n, (1 + lam) / 2)
    down = stats.binom.pmf((n - s) // 2, n, (1 + lam) / 2)
    weight, posterior = up + down, (up - down) / (up + down)
    correlation = weight @ (posterior * np.tanh(found.parameters["sharpness"] * posterior))

    def memorized(g):
        return stats.bernoulli.entropy((1 + correlation) / 2) - weight @ stats.bernoulli.entropy((1 + g) / 2)

    constraint = {"type": "eq", "fun": lambda g: weight @ (posterior * g) - correlation}
    majority = np.full(3, correlation / (weight @ posterior))
    best = optimize.minimize(memorized, majority, bounds=[(0, 0.999)] * 3, constraints=constraint, tol=1e-13)
    unit = 200 / math.log(2)
    assert found.bits == pytest.approx(unit * best.fun, rel=1e-6)
    assert found.bits < 0.9 * unit * memorized(majority)


# --- the search ---


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("d", "n"), [(1, 3), (300, 1), (300, 6), (10**4, 40), (10**6, 9), (10**9, 2), (10**12, 11)])
def test_error_attains_alpha_and_memorization_grows_as_alpha_falls(problem, d, n):
    before, attained = 0.0, 0
    for alpha in ALPHAS:
        found = algorithm(problem, d, n, strength(problem, d, 2.5 if d > 1 else 0.9), alpha)
        if found is None:
            before = math.inf
            continue
        assert found.bits > before
        assert Fraction(found.error) <= alpha and found.error >= float(alpha) * (1 - 1.1e-9)
        before, attained = found.bits, attained + 1
    assert attained


@pytest.mark.parametrize("problem", PROBLEMS)
def test_none_where_no_member_attains_alpha(problem):
    assert algorithm(problem, 100, 3, arb(0.001), Fraction(1, 3)) is None
    assert algorithm(problem, 1, 2, arb(0.999), Fraction(1, 100)) is None
    # n = 1: without noise the output is the sample, of correlation r with the test point
    r, s = arb("0.16"), arb("0.16" if problem == "sparse" else "0.4")
    error = float(threshold_error(50, r**2) if problem == "gaussian" else sign_test(50, r)[0])
    assert algorithm(problem, 50, 1, s, Fraction(0.9999 * error)) is None
    assert algorithm(problem, 50, 1, s, Fraction(1.0001 * error)) is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("linear", 2, 1, arb(0.5), Fraction(1, 3)), "problem"),
        (("boolean", 0, 1, arb(0.5), Fraction(1, 3)), "d = 0"),
        (("boolean", 2, 0, arb(0.5), Fraction(1, 3)), "n = 0"),
        (("boolean", 2, 1, arb(1), Fraction(1, 3)), "strength"),
        (("boolean", 2, 1, arb(0.5), Fraction(1, 2)), "alpha"),
        (("boolean", 2, 1, arb(0.5), Fraction(0)), "alpha"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(InputError, match=message):
        algorithm(*arguments)


# --- reference values, and the gap to the lower bound ---


@pytest.mark.parametrize(("n", "alpha"), [(1, 1 / 3), (100, 1 / 3), (10**4, 1 / 3), (1, 0.01), (100, 0.01)])
def test_gaussian_reference_values(n, alpha):
    """d = 10^4, C = 2.5, the parameter found by scipy from Student's law."""
    d, lam = 10**4, 0.25
    angle = optimize.brentq(lambda a: stats.t.sf(math.tan(a) * math.sqrt(d), d) - alpha, 0, 1, xtol=1e-15)
    rho = n * lam**4 / (1 + (n - 1) * lam**2)
    noise = rho / math.sin(2 * angle) ** 2 - 1
    bits = d / 2 * math.log2(1 + (1 - lam**2) / (1 + (n - 1) * lam**2) / noise)
    found = algorithm("gaussian", d, n, arb(lam), Fraction(alpha))
    assert found.parameters["noise"] == pytest.approx(noise, rel=1e-8)
    assert found.bits == pytest.approx(bits, rel=1e-8)
    assert bits == pytest.approx(
        {(1, 1 / 3): 129.8, (100, 1 / 3): 1.2865, (10**4, 1 / 3): 0.012864}.get((n, alpha), bits), rel=1e-3
    )


def test_boolean_reference_value():
    """d = 10^4, C = 2.5, n = 1: randomized response, solved by scipy."""
    d, lam = 10**4, 0.25

    def error(eps):
        j = np.arange(4900, 5200)
        return ((stats.binom.sf(j - 1, d, 0.5) + stats.binom.cdf(j - 1, d, (1 + eps * lam**2) / 2)) / 2).min()

    eps = optimize.brentq(lambda e: error(e) - 1 / 3, 0.01, 0.9, xtol=1e-14)
    bits = d / math.log(2) * (stats.bernoulli.entropy((1 + eps * lam) / 2) - stats.bernoulli.entropy((1 + eps) / 2))
    assert algorithm("boolean", d, 1, arb(lam), Fraction(1, 3)).bits == pytest.approx(bits, rel=1e-7)
    assert bits == pytest.approx(128.9, rel=1e-3)


def lower_bound(problem, d, n, s, alpha):
    """(1 - tau)/rho C*_alpha, each from its definition, by scipy."""

    def divergence(p):
        q = p - (1 - 2 * alpha)
        return sum(special.rel_entr([p, 1 - p], [q, 1 - q])) / math.log(2)

    star = optimize.minimize_scalar(divergence, bounds=(1 - 2 * alpha, 1), method="bounded", options={"xatol": 1e-10}).fun
    if problem == "gaussian":
        return (1 - s**2) / (n * s**4) * star
    if problem == "boolean":
        j = np.arange(n + 1)
        chance, square = stats.binom.pmf(j, n, (1 + s) / 2), np.tanh((2 * j - n) * math.atanh(s)) ** 2
        return chance @ (1 - square) / (s**2 * (chance @ square)) * star
    constant = s + (1 - s) * 2.0 ** (1 - n)
    kappa = s / constant

    def ratio(u):  # KL of the test bit by the least KL of the data, at mean u kappa
        rate = optimize.minimize_scalar(
            lambda t: math.log1p(constant * (math.cosh(t) - 1)) - t * u,
            bounds=(0, 50),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return (math.log(2) - stats.bernoulli.entropy((1 + kappa * u) / 2)) / -rate.fun

    return (1 - kappa) / max(map(ratio, np.linspace(0.02, 1 - 1e-9, 60))) * star


@pytest.mark.parametrize("problem", PROBLEMS)
def test_never_below_the_lower_bound(problem):
    rng, ratios = np.random.default_rng(5), []
    while len(ratios) < 60:
        d, n = (round(10 ** rng.uniform(0, top)) for top in (5, 1.5))
        s, alpha = rng.uniform(0.05, 0.9), rng.choice([0.49, 1 / 3, 0.1, 0.01])
        found = algorithm(problem, d, n, arb(s), Fraction(alpha))
        if found:
            ratios.append(found.bits / lower_bound(problem, d, n, s, alpha))
    assert min(ratios) > 1


@pytest.mark.parametrize(("alpha", "gap"), [(0.4999, 1.571), (1 / 3, 1.606), (0.1, 1.869), (0.01, 2.404)])
@pytest.mark.parametrize(
    ("problem", "n"), [("gaussian", 1), ("gaussian", 10**4), ("boolean", 1), ("boolean", 2), ("boolean", 301)]
)
def test_the_gap_is_that_of_two_normal_laws(problem, n, alpha, gap):
    """For d -> oo with much noise the memorization is (1 - tau)/rho Delta^2/2 nats, alpha = Phi(-Delta/2)."""
    d, s = 10**10, 0.02
    signal = (2 * stats.norm.isf(alpha)) ** 2 / 2 / math.log(2)
    assert signal / ((1 - 2 * alpha) * math.log2((1 - alpha) / alpha)) == pytest.approx(gap, rel=1e-3)
    star = lower_bound("gaussian", 1, 1, s, alpha) * s**4 / (1 - s**2)
    found = algorithm(problem, d, n, arb(s), Fraction(alpha))
    assert found.bits / lower_bound(problem, d, n, s, alpha) == pytest.approx(signal / star, rel=0.02)


@pytest.mark.parametrize(("n", "most"), [(1, 1.7), (2, 1.7), (3, 1.8), (5, 1.75), (8, 1.8)])
def test_the_gap_of_the_sparse_problem(n, most):
    d, nu = 10**6, 0.003
    found = algorithm("sparse", d, n, arb(nu), Fraction(1, 3))
    assert 1.5 < found.bits / lower_bound("sparse", d, n, nu, 1 / 3) < most


# --- drawn data ---


@pytest.mark.parametrize(
    ("problem", "d", "n", "s", "alpha"),
    [
        ("gaussian", 30, 3, 0.6, 0.1), ("boolean", 40, 4, 0.5, 0.2), ("boolean", 25, 3, 0.7, 0.1),
        ("sparse", 60, 1, 0.3, 0.2), ("sparse", 80, 6, 0.2, 0.1), ("sparse", 10, 3, 0.5, 0.3),
    ],
)  # fmt: skip
def test_errors_on_drawn_data(problem, d, n, s, alpha):
    found, trials = algorithm(problem, d, n, arb(s), Fraction(alpha)), 20000
    wrong = count_errors(problem, found, d, n, s, trials, np.random.default_rng(1))
    low, high = clopper_pearson(wrong, trials, 1e-5)
    assert low <= found.error <= high
    # planted: the same learner with half the strength is told apart
    wrong = count_errors(problem, found, d, n, s / 2, trials, np.random.default_rng(1))
    assert clopper_pearson(wrong, trials, 1e-5)[0] > found.error
    with pytest.raises(InputError, match="trials = 0"):
        count_errors(problem, found, d, n, s, 0, np.random.default_rng(1))

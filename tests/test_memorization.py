"""Contraction constants of the three cluster problems against enumeration, integrals, searches and exact linear algebra."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx
from scipy.optimize import minimize_scalar

from reconlaw.theory.balls import parse_ball, to_accuracy
from reconlaw.theory.contraction import channels, fair_bit, finite
from reconlaw.theory.contraction.domination import chi2_dominates, dominates
from reconlaw.theory.memorization import boolean, gaussian, sparse
from reconlaw.theory.memorization.constants import error_constant, printed_constant

STRENGTHS = ["1e-9", "1e-3", "0.05", "0.3", "0.5", "0.9", "0.999999", "0.999999999999"]
SIZES = [1, 2, 3, 7, 30, 301, 2000]


def ball(x) -> arb:
    return parse_ball("x", x)


def constants(problem, strength, n):
    return to_accuracy(lambda: problem.contraction(ball(strength), n))


def close(found: arb, exact: arb, relative=1e-12) -> bool:
    return bool(abs(found / exact - 1) < relative)


# --- gaussian ---


@pytest.mark.parametrize("strength", [Fraction(1, 7), Fraction(9, 10)])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_gaussian_is_the_multiple_correlation(strength, n):
    """Squared correlation of theta and of X with their best linear predictor, by exact elimination of their covariances."""
    data = [[Fraction(1) if i == j else strength**2 for j in range(n)] for i in range(n)]
    solution = _solve(data, [strength] * n)
    tau = sum(solution) * strength
    rho = sum(_solve(data, [strength**2] * n)) * strength**2
    found = constants(gaussian, strength, n)
    assert close(found.tau, ball(tau)) and close(found.rho, ball(rho)) and close(found.complement, ball(1 - tau))
    assert close(found.complement / found.rho, ball((1 - strength**2) / (n * strength**4)))


def _solve(matrix, vector):
    rows = [[*row, value] for row, value in zip(matrix, vector)]
    for k in range(len(rows)):
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [u - rows[i][k] * v for u, v in zip(rows[i], rows[k])]
    return [row[-1] for row in rows]


# --- boolean ---


def sign_channel(strengths):
    """Joint law of theta (rows) and n signs (columns), exact."""
    factors = [(1 + s) / 2 for s in strengths]
    return [
        [
            math.prod((p if x == theta else 1 - p for p, x in zip(factors, signs)), start=Fraction(1, 2))
            for signs in itertools.product((1, -1), repeat=len(strengths))
        ]
        for theta in (1, -1)
    ]


@pytest.mark.parametrize("strength", [Fraction(1, 5), Fraction(4, 5), Fraction(999, 1000)])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_boolean_against_enumeration(strength, n):
    """E (E[theta | signs])^2 over all 2^n sign sequences; at n = 1, 2, 3 the rational functions of lambda as well."""
    plus, minus = sign_channel([strength] * n)
    exact = sum((a - b) ** 2 / (a + b) for a, b in zip(plus, minus))
    found = constants(boolean, strength, n)
    assert (
        close(found.tau, ball(exact))
        and close(found.complement, ball(1 - exact))
        and close(found.rho, ball(strength**2 * exact))
    )
    L = strength
    closed = {1: L**2, 2: 2 * L**2 / (1 + L**2), 3: (3 * L + L**3) ** 2 / (4 * (1 + 3 * L**2)) + 3 * L**2 * (1 - L**2) / 4}
    assert closed.get(n, exact) == exact


@pytest.mark.parametrize("strength", ["1e-3", "0.05", "0.3", "0.7", "0.99"])
@pytest.mark.parametrize("n", [1, 2, 3, 30, 301, 2000])
def test_boolean_against_an_integral(strength, n):
    """sech y = int_0^oo sech(pi w / 2) cos(y w) dw, so 1 - T_n = (1 - L^2)^{n/2} int_0^oo sech(pi w / 2) cos^n(a w) dw."""
    found = constants(boolean, strength, n)
    with ctx.workprec(192):
        a, cut = ball(strength).atanh(), 80

        def integrand(w, analytic):
            return 2 * (-arb.pi() * w / 2).exp() / (1 + (-arb.pi() * w).exp()) * (w * a).cos() ** n

        integral = acb.integral(integrand, 0, cut, abs_tol=arb(2) ** -100).real + arb(0, 2 * (-arb.pi() * cut / 2).exp())
        complement = (1 - ball(strength) ** 2) ** (arb(n) / 2) * integral
    assert close(found.complement, complement) and found.complement.overlaps(complement)


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("n", SIZES)
def test_boolean_sandwich_and_precision(strength, n):
    """n L^2 / (1 + (n-1) L^2) <= T_n <= 1 - (1 - L^2)^n, and both T_n and 1 - T_n to 64 bits: they add to 1 at 12000 bits."""
    found = constants(boolean, strength, n)
    lowest = constants(gaussian, strength, n)
    with ctx.workprec(12000 if n < 500 else 800):
        square = ball(strength) ** 2
        power = (1 - square) ** n
        assert found.tau.upper() >= lowest.tau.lower() and found.complement.lower() <= lowest.complement.upper()
        assert found.complement.upper() >= power.lower()
        sharp = boolean.contraction(ball(strength), n)
        assert sharp.tau.overlaps(found.tau) and sharp.complement.overlaps(found.complement)
        assert (sharp.tau + sharp.complement).contains(1)
    assert min(found.tau.rel_accuracy_bits(), found.complement.rel_accuracy_bits(), found.rho.rel_accuracy_bits()) >= 64


def test_boolean_rho_is_chi2_of_data_and_test_point():
    strength, n = Fraction(3, 10), 3
    flip = [[(1 + strength) / 2, (1 - strength) / 2], [(1 - strength) / 2, (1 + strength) / 2]]
    columns = list(zip(*sign_channel([strength] * n)))
    table = [[sum(c * f for c, f in zip(column, row)) for column in columns] for row in flip]
    assert finite.chi2(table).overlaps(constants(boolean, strength, n).rho)


def tilted(biases, weights, t):
    """Mean and variance of R under e^{tR} and the symmetric law of R, and ln E cosh(t R)."""
    r, w = np.concatenate([biases, -biases]), np.concatenate([weights, weights]) / 2
    q = w * np.exp(t * (r - r.max()))
    total = q.sum()
    mean = q @ r / total
    return mean, q @ (r - mean) ** 2 / total, math.log(total) + t * r.max()


def margins(biases, weights, times):
    """Smallest margins of (2.1) and (2.2) of docs/memorization.md, relative to their right sides."""
    T = float(weights @ biases**2)
    points = [(t, *tilted(biases, weights, t)) for t in times]
    first = min(1 - F * T / math.log(math.cosh(T * t)) for t, _, _, F in points)
    return first, min(1 - v / (T * (1 - m * m)) for _, m, v, _ in points)


@pytest.mark.parametrize("seed", range(20))
def test_theorem_on_unequal_channels(seed):
    """(2.1) and (2.2) for signs of different means, from the law of R by enumeration; both fail for a sparse law."""
    rng = np.random.default_rng(seed)
    strengths = [Fraction(int(v), 1000) for v in rng.integers(1, 960, int(rng.integers(1, 9)))]
    plus, minus = (np.array([float(v) for v in row]) for row in sign_channel(strengths))
    first, second = margins(abs(plus - minus) / (plus + minus), plus + minus, np.geomspace(0.3, 30, 60))
    assert first > -1e-12 and second > -1e-9

    nu, n = rng.uniform(0.001, 0.1), int(rng.integers(3, 8))
    p = nu + (1 - nu) * 2.0 ** (1 - n)
    first, second = margins(np.array([nu / p, 0.0]), np.array([p, 1 - p]), np.geomspace(0.3, 30, 60))
    assert first < -1e-3 and second < -1e-3


@pytest.mark.parametrize(
    ("n", "strength"),
    [(1, "0.3"), (2, "1e-9"), (2, "0.99"), (3, "0.5"), (5, "0.7"), (10, "0.05"), (30, "0.3"), (100, "1e-4"), (101, "0.2"),
     (300, "0.1"),
     (1000, "0.03")],
)  # fmt: skip
def test_certificate_that_kl_equals_chi2(n, strength):
    with ctx.workprec(128):
        assert boolean.certify_kl_equals_chi2(ball(strength), n).proved
        law = boolean.bias_law(ball(strength), n)
        assert law.moment(2).overlaps(boolean.contraction(ball(strength), n).tau)
        assert not dominates(law, law.moment(2) * (1 - arb(2) ** -40)).proved
        assert fair_bit.kl(law).proof == "chi-square"


def test_certificate_gives_up_near_one():
    """1 - T_n is about 1e-13: the margin is too small, and the answer is no proof, not a wrong one."""
    with ctx.workprec(128):
        found = boolean.certify_kl_equals_chi2(ball("0.9"), 31, points=300)
        assert not found.proved and found.points <= 300


# --- sparse ---


def sparse_tables(nu, n):
    """Exact joint laws of one coordinate: theta in {0, +, -} and the data, and the test point and the data, by enumeration."""
    law = {0: 1 - nu, 1: nu / 2, -1: nu / 2}
    signs = list(itertools.product((1, -1), repeat=n))
    likelihood = {
        theta: [Fraction(1, 2**n) if theta == 0 else Fraction(all(x == theta for x in row)) for row in signs] for theta in law
    }
    train = [[law[theta] * v for v in likelihood[theta]] for theta in law]
    single = {theta: {x: Fraction(1, 2) if theta == 0 else Fraction(x == theta) for x in (1, -1)} for theta in law}
    test = [[sum(law[t] * single[t][x] * likelihood[t][k] for t in law) for k in range(2**n)] for x in (1, -1)]
    return train, test


@pytest.mark.parametrize("nu", [Fraction(3, 100), Fraction(1, 4), Fraction(9, 10)])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_sparse_against_enumeration(nu, n):
    """tau between eta_chi2 and eta_TV of the exact tables, rho at least eta_chi2 of data and test point, and the bias law."""
    found = constants(sparse, nu, n)
    train, test = sparse_tables(nu, n)
    assert finite.chi2(train).overlaps(found.tau)
    backward = [[v / sum(column) for v in column] for column in zip(*train)]
    assert ball(finite.dobrushin(backward)).overlaps(found.tau)
    with ctx.workprec(128):
        law = sparse.bias_law(ball(nu), n)
        chi2 = finite.chi2(test)
        assert chi2.overlaps(fair_bit.chi2(law)) and chi2.overlaps(ball(nu) * found.tau)
        assert chi2.lower() <= found.rho.upper()
    biases = [(a - b) / (a + b) for a, b in zip(*test)]
    assert sum(a + b for a, b, r in zip(*test, biases) if r > 0) * 2 == nu + (1 - nu) * Fraction(2) ** (1 - n)


def two_level_rho(nu: float, n: int) -> float:
    """sup_m I_1(m) / sup_t (t m - ln(1 - p + p cosh(kappa t))), both by scipy."""
    rest = (1 - nu) * 2.0 ** (1 - n)
    p = nu + rest
    kappa = nu / p

    def divergence(m):
        def negative(t):
            u = kappa * t
            log = math.log1p(2 * p * math.sinh(u / 2) ** 2) if u < 30 else u + math.log(p / 2 + (1 - p) * math.exp(-u))
            return log - t * m

        return -minimize_scalar(negative, bounds=(0, 60 / kappa), method="bounded", options={"xatol": 1e-12 / kappa}).fun

    def ratio(share):
        m = kappa * share
        return -((1 + m) * math.log1p(m) + (1 - m) * math.log1p(-m)) / 2 / divergence(m)

    grid = np.linspace(0.05, 0.999, 40)
    best = grid[min(range(40), key=lambda i: ratio(grid[i]))]
    found = minimize_scalar(
        ratio, bounds=(max(best - 0.05, 0.01), min(best + 0.05, 1 - 1e-9)), method="bounded", options={"xatol": 1e-10}
    )
    return -found.fun


@pytest.mark.parametrize(
    ("nu", "n"),
    [(0.003, 3), (0.003, 4), (0.003, 6), (0.003, 10), (0.03, 5), (0.1, 4), (0.01, 8), (0.2, 5), (0.3, 6), (0.05, 12), (0.4, 8)],
)
def test_sparse_rho_against_a_two_level_search(nu, n):
    found, direct = constants(sparse, nu, n), two_level_rho(nu, n)
    assert found.evidence == "ball"
    assert float(found.rho) == pytest.approx(direct, rel=1e-9)
    assert direct <= float(found.rho) * (1 + 1e-11)


@pytest.mark.parametrize(("nu", "n"), [(0.003, 3), (0.003, 10), (0.1, 4), (0.2, 40), (0.45, 12), (1e-9, 30), (1e-6, 300)])
def test_sparse_certificate_agrees_with_the_general_one(nu, n):
    """`dominates`, which does not know the shape of f, proves a number 1e-10 above rho, and none 1e-9 below."""
    found = constants(sparse, nu, n)
    with ctx.workprec(128):
        law = sparse.bias_law(ball(nu), n)
        t, lower = fair_bit.supremum(law)
        assert sparse.certified(law, found.rho, t)
        assert dominates(law, found.rho * (1 + arb(2) ** -33)).proved
        for below in (lower * (1 - arb(2) ** -30), lower * (1 - arb(2) ** -60), fair_bit.chi2(law)):
            assert not dominates(law, below, points=5000).proved
            assert not sparse.certified(law, below, t)
        assert not chi2_dominates(law).proved
        assert found.rho <= lower * (1 + arb(2) ** -40)


def test_sparse_chi2_where_it_is_the_constant():
    """Equality up to 2^{1-n} = (1 - 2 nu) / 3, certified there by the general method, and refused just beyond."""
    for n in (2, 3, 4, 6):
        edge = Fraction(1, 2) - Fraction(3, 2) * Fraction(2) ** (1 - n)
        for nu in (max(edge, 0) + Fraction(1, 50), Fraction(9, 10)):
            found = constants(sparse, nu, n)
            assert found.evidence == "exact" and close(found.rho, ball(nu) * found.tau)
            with ctx.workprec(128):
                assert chi2_dominates(sparse.bias_law(ball(nu), n)).proved
        if edge > 0:
            found = constants(sparse, edge - Fraction(1, 50), n)
            assert found.evidence == "ball" and found.rho > ball(edge - Fraction(1, 50)) * found.tau * (1 + arb(2) ** -20)
            with ctx.workprec(128):
                assert not chi2_dominates(sparse.bias_law(ball(edge - Fraction(1, 50)), n)).proved
    assert close(constants(sparse, "0.3", 1).rho, ball("0.09"))


@pytest.mark.parametrize("nu", ["1e-9", "1e-3", "0.2", "0.49", "0.4999999999"])
@pytest.mark.parametrize("n", [1000, 2000])
def test_sparse_at_many_samples_is_the_erasure_channel(nu, n):
    found = constants(sparse, nu, n)
    with ctx.workprec(128):
        assert close(found.rho, channels.erasure_backward(1 - ball(nu)), 1e-10)
    assert found.evidence == "ball"


@pytest.mark.parametrize("seed", range(3))
def test_sparse_bound_is_certified_everywhere(seed):
    """Never a fallback, at most the largest slope and at least eta_chi2: over 250 decades, near the edge, for large n."""
    rng = np.random.default_rng(seed)
    for _ in range(60):
        n = int(rng.choice([3, 4, 5, 8, 20, 60, 300, 2000]))
        edge = Fraction(1, 2) - Fraction(3, 2) * Fraction(2) ** (1 - n)
        drawn = Fraction(int(rng.integers(1, 10)), 10 ** int(rng.integers(1, 250)))
        near = edge * (1 - Fraction(1, 10 ** int(rng.integers(1, 25))))
        nu = (drawn, near, Fraction(int(rng.integers(1, 500)), 1000))[rng.integers(3)]
        found = constants(sparse, nu, n)
        assert found.evidence in ("exact", "ball"), (nu, n)
        if found.evidence == "ball":
            with ctx.workprec(256):
                assert found.rho.lower() <= sparse.largest_slope(ball(nu), n).upper() * (1 + arb(2) ** -49)
                assert found.rho.upper() >= fair_bit.chi2(sparse.bias_law(ball(nu), n))


def test_sparse_falls_back_on_the_largest_slope(monkeypatch):
    """The largest slope of artanh F', here by differences, is worse than rho and better than kappa^2."""
    monkeypatch.setattr(sparse, "certified", lambda law, eta, t: False)
    found = constants(sparse, "0.003", 6)
    assert found.evidence == "fallback"
    with ctx.workprec(128):
        law = sparse.bias_law(ball("0.003"), 6)
        assert fair_bit.supremum(law)[1] < found.rho < law.largest**2
        heights = [law.log_mgf(arb(i) / 10)[1].atanh() for i in range(1500)]
        slope = max(float(right - left) * 10 for left, right in itertools.pairwise(heights))
        assert slope == pytest.approx(float(found.rho), rel=1e-5)


# --- from error to information ---


@pytest.mark.parametrize("t", ["1/1000000", "1/100", "1", "3", "10", "40", "2000"])
def test_error_constant_against_the_parametric_form(t):
    """V = t (1 - (coth t - 1/t)^2), L = ln(t / sinh t) + t coth t - (t / sinh t)^2, V = 2 (p - q): Fedotov et al. 2003."""
    with ctx.workprec(8000):
        x = ball(t)
        coth, ratio = x.coth(), x / x.sinh()
        V = x * (1 - (coth - 1 / x) ** 2)
        L = ratio.log() + x * coth - ratio**2
        found = error_constant((1 - V / 2) / 2)
        assert close(found, L / arb(2).log(), 1e-15)


@pytest.mark.parametrize("alpha", ["1e-300", "1e-12", "0.01", "0.1", "1/3", "0.45", "0.499999999999"])
def test_error_constant_is_a_minimum(alpha):
    """Below the printed constant, at least Pinsker's bound, below the divergence at every p - q = 1 - 2 alpha."""
    (found,), (printed,) = (to_accuracy(lambda f=f: (f(ball(alpha)),)) for f in (error_constant, printed_constant))
    assert found.rel_accuracy_bits() >= 64 and found < printed
    with ctx.workprec(3000):
        a = ball(alpha)
        gap = 1 - 2 * a
        assert found > 2 * gap**2 / arb(2).log()
        for share in (1, 20, 45, 50, 55, 80, 99):
            q = 2 * a * share / 100
            p = q + gap
            divergence = p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log()
            assert found <= divergence / arb(2).log()


def test_printed_constant():
    assert float(printed_constant(ball("1/3"))) == pytest.approx(1 / 3, rel=1e-14)
    assert float(printed_constant(ball("0.1"))) == pytest.approx(0.8 * math.log2(9), rel=1e-14)

"""The theorems on memorization: what their claims rest on, a second way, from the witness alone or by a route of its own."""

import functools
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from finite_tables import floats, information_of
from flint import ctx, fmpq
from scipy import integrate, optimize, stats
from scipy.special import rel_entr

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import backward_bit, decide, memorization
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.memorization.algorithms import algorithm
from reconlaw.theory.memorization.bound import strength_ball

THEOREMS = ("gaussian-lower", "gaussian-upper", "boolean-lower", "boolean-upper", "sparse-lower", "sparse-upper")


@functools.cache
def run(name, control=""):
    claim = claims()[f"feldman2025/{name}"]
    return run_check(claim.id, claim.parameters["quick"] | (claim.controls[control] if control else {}), 0, control)


def parts(name, control="", statement=None):
    found = run(name, control).witness["parts"].values()
    return [w for w in found if statement in (None, w.get("statement"))]


def sides(witness):
    with ctx.workprec(128):
        return tuple(float(x) for x in memorization.STATEMENTS[witness["statement"]][0](witness))


@pytest.mark.parametrize("name", [*THEOREMS, "boolean-backward-constant", "boolean-decay", "sparse-theta-constant"])
def test_controls_fail_rather_than_stay_open(name):
    for control in claims()[f"feldman2025/{name}"].controls:
        assert run(name, control).outcome == "fails", control


# --- the backward constant of looks at a sign ---


def biases(looks, kept=1.0):
    """R = E[theta | data] and its law, by Bayes' rule over all strings of signs."""
    means = [float(Fraction(mean)) for mean, copies in looks for _ in range(copies)]
    found = [(0.0, 1 - kept)]
    for x in itertools.product((1, -1), repeat=len(means)):
        up, down = (math.prod((1 + theta * m * s) / 2 for m, s in zip(means, x)) for theta in (1, -1))
        found.append(((up - down) / (up + down), kept * (up + down) / 2))
    return tuple(np.array(column) for column in zip(*found))


@pytest.mark.parametrize("control", ["", "A1", "A2"])
def test_domination_on_a_grid(control):
    """F(t) against ln cosh(T t) / T: below it on the whole grid, and above it somewhere under both controls."""
    t = np.concatenate([np.geomspace(1e-2, 1, 40), np.linspace(1, 200, 2000)])
    for witness in parts("boolean-backward-constant", control, "domination"):
        if sum(copies for _, copies in witness["looks"]) > 12:
            continue
        r, p = biases(witness["looks"], float(Fraction(witness["kept"])))
        T = p @ r**2
        cumulant = np.log(np.exp(np.outer(t, r) - t[:, None]) @ p) + t
        gap = (np.abs(T * t) + np.log1p(np.exp(-2 * T * t)) - math.log(2)) / T - cumulant
        assert (gap.min() > -1e-12) == (decide(witness).outcome == "holds") == (control == ""), witness


@pytest.mark.parametrize("control", ["", "A1", "A2"])
def test_moments_by_two_copies(control):
    for witness in parts("boolean-backward-constant", control, "moments"):
        if sum(copies for _, copies in witness["looks"]) > 6:
            continue
        r, p = biases(witness["looks"], float(Fraction(witness["kept"])))
        first, second, mass = r[:, None], r[None, :], np.outer(p, p)
        bracket = p @ r**2 * (1 - first * second) - (first - second) ** 2 / 2
        powers = [mass * (first + second) ** (2 * k) for k in range(witness["orders"] + 1)]
        quotients = [(weight * bracket).sum() / weight.sum() for weight in powers]
        found = decide(witness)
        assert abs(quotients[0]) < 1e-14
        assert found.outcome == ("holds" if min(quotients[1:]) > 0 else "fails") == ("fails" if control else "holds")
        if not control:
            assert found.slack == pytest.approx(min(quotients[1:]), rel=1e-9)


def test_variables_of_the_proof_from_two_samples():
    """Two samples of three looks: means under the weight cosh m = cosh(Y_1 - Y_2), given where their signs agree."""
    odds = [fmpq(3), fmpq(3, 2), fmpq(9)]
    a = np.log([float(c.p) / float(c.q) for c in odds]) / 2
    sums = {}
    for x, y in itertools.product(itertools.product((1, -1), repeat=3), repeat=2):
        Y1, Y2 = np.dot(a, x), np.dot(a, y)
        R1, R2 = math.tanh(Y1), math.tanh(Y2)
        weight, g = math.cosh(Y1 - Y2), (R1 + R2) / 2
        h = (R1 - R2) ** 2 / (2 * (1 - R1 * R2))
        entry = sums.setdefault(tuple(i for i in range(3) if x[i] == y[i]), [])
        entry.append(weight * np.array([1, h, g**2, g**4, g**2 * h, g**4 * h]))
    for J, entry in sums.items():
        mass, h, g, joint = backward_bit._conditional(odds, J, 2)
        found = [float(v.p) / float(v.q) for v in (h, *g, *joint)]
        total = np.sum(entry, axis=0)
        assert found == pytest.approx(total[1:] / total[0], rel=1e-12)
        assert float(mass.p) / float(mass.q) == pytest.approx(total[0] / len(entry), rel=1e-12)


# --- lower and upper bounds ---


def error_constant(alpha):
    """The least divergence of two Bernoulli laws whose parameters differ by 1 - 2 alpha, in bits."""
    gap = 1 - 2 * alpha

    def divergence(p):
        return sum(rel_entr([p, 1 - p], [p - gap, 1 - p + gap])) / math.log(2)

    return optimize.minimize_scalar(divergence, bounds=(gap, 1), method="bounded", options={"xatol": 1e-13}).fun


def entropy(p):
    return stats.entropy([p, 1 - p], base=2)


def posterior(n, lam):
    """|E[theta | n signs]| and its law."""
    j = np.arange(n + 1)
    up, down = stats.binom.pmf(j, n, (1 + lam) / 2), stats.binom.pmf(j, n, (1 - lam) / 2)
    return np.abs(np.tanh((2 * j - n) * math.atanh(lam))), (up + down) / 2


def constants(problem, d, n, C):
    """1 - tau and rho in floats."""
    if problem == "sparse":
        nu = C / math.sqrt(d)
        kappa = nu / (nu + (1 - nu) * 2.0 ** (1 - n))
        p = nu / kappa

        def ratio(u):  # I_1(m) / F*(m) at m = F'(t), u = kappa t
            cumulant = math.log1p(p * (math.cosh(u) - 1))
            m = p * kappa * math.sinh(u) / (1 + p * (math.cosh(u) - 1))
            return (rel_entr([(1 + m) / 2, (1 - m) / 2], [0.5, 0.5]).sum()) / (m * u / kappa - cumulant)

        return 1 - kappa, max(p * kappa**2, max(map(ratio, np.linspace(0.5, 40, 4000)))) if n > 1 else nu**2
    lam = C / d**0.25
    if problem == "gaussian":
        tau = n * lam**2 / (1 + (n - 1) * lam**2)
        return 1 - tau, lam**2 * tau
    r, p = posterior(n, lam)
    return p @ (1 - r**2), lam**2 * (p @ r**2)


@pytest.mark.parametrize("name", THEOREMS)
def test_bounds_by_floats(name):
    for w in parts(name):
        if w["decider"] != "memorization" or w["statement"] not in ("below-learner", "ratio"):
            continue
        if w["problem"] == "boolean" and w["n"] > 100:  # 1 - tau cancels in floats
            continue
        rest, rho = constants(w["problem"], w["d"], w["n"], float(Fraction(w["C"])))
        bits = rest / rho * error_constant(float(Fraction(w["alpha"])))
        if w["problem"] == "sparse":
            nu = float(w["C"]) / math.sqrt(w["d"])
            bits = max(bits, bits / rest - w["d"] * (entropy(nu) + nu))
        left, right = sides(w)
        assert (left if w["statement"] == "below-learner" else right / float(Fraction(w["factor"]))) == pytest.approx(
            bits, rel=1e-5
        )


def test_gaussian_learner_by_quadrature():
    """The noise of error alpha by root finding on an integral over |M|: Phi(-c |M|) averaged over a chi law."""

    def error(s, d, rho):
        r2 = rho / (1 + s)
        c = math.sqrt(r2) / (1 + math.sqrt(1 - r2))
        low, high = stats.chi.ppf([1e-14, 1 - 1e-14], d)
        return integrate.quad(lambda x: stats.chi.pdf(x, d) * stats.norm.cdf(-c * x), low, high, epsabs=1e-13, limit=400)[0]

    for w in [w for w in parts("gaussian-upper") if w["d"] <= 10**6][:4]:
        d, n, alpha = w["d"], w["n"], float(Fraction(w["alpha"]))
        rest, rho = constants("gaussian", d, n, float(w["C"]))
        s = math.exp(
            optimize.brentq(lambda x, d=d, rho=rho, alpha=alpha: error(math.exp(x), d, rho) - alpha, -6, 25, xtol=1e-12)
        )
        assert sides(w)[0] == pytest.approx(d / 2 * math.log1p(rest / s) / math.log(2), rel=1e-6)


def test_the_false_sparse_bound_against_a_learner_computed_by_hand():
    """d = 10^6, C = 3, n = 6: 96 or so coordinates kept, error at most 1/3 by summing over their number and the agreements."""
    (w,) = [w for w in parts("sparse-lower", "A1") if w.get("n") == 6 and w.get("error") == "1/3"]
    d, n, nu = 10**6, 6, 0.003
    p = 2.0 ** (1 - n)
    kappa = nu / (nu + (1 - nu) * p)
    found = algorithm("sparse", d, n, strength_ball("sparse", d, "3")(), Fraction(1, 3))
    q, penalty, threshold = (found.parameters[key] for key in ("keep", "penalty", "threshold"))
    kept = np.arange(400)
    weights = stats.binom.pmf(kept, d, q * nu / kappa)
    least = np.ceil((threshold + penalty * kept) / (1 + penalty)) - 1  # agreements to accept, less one
    error = weights @ (stats.binom.sf(least, kept, 0.5) + stats.binom.cdf(least, kept, (1 + kappa) / 2)) / 2
    assert error == pytest.approx(1 / 3, rel=1e-6) and error < 1 / 3 * (1 + 1e-9)
    memory = d * (1 - nu) * (entropy(q * p) + q * p - p * entropy(q))
    left, right = sides(w)
    assert right == pytest.approx(memory, rel=1e-9)
    assert left == pytest.approx((1 - kappa) / (nu * kappa) * error_constant(1 / 3), rel=1e-8) and left > 2 * memory
    honest = (1 - kappa) / constants("sparse", d, n, 3.0)[1] * error_constant(1 / 3)
    assert honest < memory and decide(w).outcome == "fails" and decide(w | {"rho": "kl"}).outcome == "holds"


def test_sparse_constant_and_printed_form_by_floats():
    for w in parts("sparse-lower", "", "sparse-rho"):
        rest, rho = constants("sparse", w["d"], w["n"], float(w["C"]))
        assert sides(w) == pytest.approx((rho, 1.1 * (1 - rest) ** 2 / w["n"]), rel=2e-6)
    for w in parts("sparse-lower", "", "below-derived"):
        kappa, nu = 1 - constants("sparse", w["d"], w["n"], float(w["C"]))[0], float(w["C"]) / math.sqrt(w["d"])
        printed = error_constant(float(Fraction(w["alpha"]))) / kappa**2 - w["d"] * (entropy(nu) + nu)
        assert printed > 0 and sides(w)[0] == pytest.approx(printed, rel=1e-6)


def test_printed_boolean_form_by_maximizing_over_delta():
    for w in parts("boolean-lower", "", "below-derived"):
        d, n, square = w["d"], w["n"], float(Fraction(w["C"])) ** 2 / math.sqrt(w["d"])
        constant = error_constant(float(Fraction(w["alpha"])))

        # tau = xi^2, rho = lambda^2 xi^2, delta_n = d delta, |M| = 2^d; x is log(1/delta)
        x = np.linspace(math.log(d) + 1e-3, 1 / (8 * n * square) - 1e-9, 20000)
        tau, loss = 8 * n * x * square, d * np.exp(-x)
        ratio = (1 - tau) / (square * tau)
        best = np.max(ratio * constant - 8 * loss * (ratio + 1) * (d - (math.log(d) - x) / math.log(2)))
        assert best > 0 and sides(w)[0] == pytest.approx(best, rel=1e-4)


def test_decay_by_binomial_sums():
    for w in parts("boolean-decay"):
        lam, n = float(Fraction(w["correlation"])), w["n"]
        if n * math.atanh(lam) > 300:
            continue
        j = np.arange(n + 1)
        fair = stats.binom.logpmf(j, n, 0.5) - np.log(np.cosh((2 * j - n) * math.atanh(lam)))
        complement = (1 - lam**2) ** (n / 2) * np.exp(fair).sum()
        r, p = posterior(n, lam)
        assert complement == pytest.approx(p @ (1 - r**2), rel=1e-6, abs=1e-13)
        above = w["statement"] == "decay-above"
        bound = (1 - lam**2) ** (n / 2) if above else (1 - lam**2) ** ((n + 1) / 2) / math.sqrt(2 * n)
        assert sides(w) == pytest.approx((complement, bound) if above else (bound, complement), rel=1e-9)


# --- one coordinate, definitions, and the runs ---


def test_sparse_theta_by_singular_values():
    """eta_chi2 is the squared second singular value of P / sqrt(p q); all 2^n strings and theta = 0, +, -."""
    for w in parts("sparse-theta-constant"):
        nu, n = float(Fraction(w["nu"])), w["n"]
        strings = list(itertools.product((1, -1), repeat=n))
        table = np.array([[(1 - nu) / 2**n for _ in strings], *([nu / 2 * (set(x) == {y}) for x in strings] for y in (1, -1))])
        kappa = nu / (nu + (1 - nu) * 2.0 ** (1 - n))
        scaled = table / np.sqrt(np.outer(table.sum(axis=1), table.sum(axis=0)))
        back = (table / table.sum(axis=0)).T
        assert np.linalg.svd(scaled)[1][1] ** 2 == pytest.approx(kappa, rel=1e-9)
        assert max(np.abs(a - b).sum() / 2 for a in back for b in back) == pytest.approx(kappa, rel=1e-12)


def test_dominating_copy_by_drawing():
    """400,000 draws of data and of the channel behind the noisy copy, given X = +: counts of strings within 5 deviations."""
    rng, nu, n, trials = np.random.default_rng(4), 1 / 3, 3, 400_000
    xi = nu / (2 * nu + (1 - nu) * 2.0 ** (2 - n))
    inside, y, free = rng.random(trials) < nu, rng.integers(0, 2, trials), rng.integers(0, 2, (trials, n + 1))
    points = np.where(inside[:, None], y[:, None], free)
    data = points[points[:, 0] == 1, 1:] @ [4, 2, 1]
    m = len(data)
    z = rng.random(m) >= 0.5 - xi
    other = rng.integers(1, 2**n - 1, m)
    made = np.where(rng.random(m) < nu + (1 - nu) * 2.0 ** (1 - n), z * (2**n - 1), other)
    first, second = (np.bincount(s, minlength=2**n) / m for s in (data, made))
    assert np.all(np.abs(first - second) < 5 * np.sqrt(2 * first / m))
    assert (2 * xi) ** 2 == pytest.approx((nu / (nu + (1 - nu) * 2.0 ** (1 - n))) ** 2)


@pytest.mark.parametrize("control", ["", "A1"])
def test_chain_rule_by_the_missing_term(control):
    """I(M; X | theta) - I(M; X) + I(M; theta) = I(M; theta | X) for every joint law."""
    for w in parts("excess-memorization", control):
        prior, data, learners = floats(w["prior"]), floats(w["data"]), np.array([floats(rows) for rows in w["learners"]])
        joint = prior[:, None, None] * data[:, :, None] * learners
        missing = sum(information_of(joint[:, x, :]) for x in range(joint.shape[1]))
        assert sides(w)[0] == pytest.approx(missing, abs=1e-14)
        assert (missing > 1e-6) == bool(control)


def test_counts_by_the_exact_binomial_test():
    for w in parts("algorithm-errors"):
        side = {"at least": "greater", "at most": "less"}[w["relation"]]
        assert stats.binomtest(w["successes"], w["trials"], w["bound"], side).pvalue <= w["error_probability"] / 2
    assert sum(w["error_probability"] for w in parts("algorithm-errors")) == pytest.approx(1e-4)

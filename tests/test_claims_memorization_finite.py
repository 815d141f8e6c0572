"""The claims on continuity and contraction: each number a second way, from the witness alone or by a route of its own."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from finite_tables import floats, information_of, parts, sides, symmetric
from scipy import integrate, optimize, stats
from scipy.special import rel_entr

# --- continuity ---


@pytest.mark.parametrize("name", ["entropy-continuity", "sharp-entropy-continuity", "information-continuity"])
def test_continuity_by_scipy(name):
    for witness in parts(name).values():
        p, q = floats(witness["p"]), floats(witness["q"])
        delta, m = 0.5 * np.abs(p - q).sum(), len(p)
        gap = stats.entropy(p) - stats.entropy(q)
        if name == "information-continuity":
            rows = floats(witness["channel"])
            m = rows.shape[1]
            gap = information_of(p[:, None] * rows) - information_of(q[:, None] * rows)
        bound = float(witness["coefficient"]) * delta * math.log(m / delta)
        if name.startswith("sharp"):
            bound = delta * math.log(m - 1) + stats.entropy([delta, 1 - delta]) if delta <= 1 - 1 / m else math.log(m)
        assert sides(witness) == pytest.approx((abs(gap), bound), abs=1e-12)


def test_sharp_bound_by_random_search():
    """100,000 pairs of laws on three symbols: none exceeds it, and the extremal pair is within 1e-12."""
    rng = np.random.default_rng(0)
    P, Q = rng.dirichlet([0.4] * 3, (2, 100_000))
    delta = 0.5 * np.abs(P - Q).sum(axis=1)
    bound = np.where(delta <= 2 / 3, delta * math.log(2) + stats.entropy([delta, 1 - delta]), math.log(3))
    assert np.all(np.abs(stats.entropy(P.T) - stats.entropy(Q.T)) <= bound + 1e-12)
    assert stats.entropy([0.7, 0.15, 0.15]) == pytest.approx(0.3 * math.log(2) + stats.entropy([0.3, 0.7]), abs=1e-12)


def test_entropy_step_in_bits():
    """The four numbers of the counterexample, by hand: the symbol that falls from .9 to .5 gains .363 bits."""

    def f(x):
        return -x * math.log2(x)

    difference = 2 * f(0.25) + f(0.5) - f(0.9) - 2 * f(0.05)
    rises, falls = 2 * (f(0.25) - f(0.05)), f(0.9) - f(0.5)
    assert (difference, rises, falls) == pytest.approx((0.931, 0.568, -0.363), abs=5e-4)
    (witness,) = parts("entropy-step-as-printed").values()
    assert sides(witness) == pytest.approx((difference * math.log(2), rises * math.log(2)), abs=1e-12)


# --- contraction ---


def test_correlation_contraction_by_floats():
    for witness in [*parts("binary-symmetric-contraction").values(), *parts("binary-symmetric-contraction", "A1").values()]:
        pair, rows = floats(witness["pair"]), floats(witness["channel"])
        signs = np.array([1, -1])
        first, second = pair.sum(axis=1), pair.sum(axis=0)
        covariance = signs @ pair @ signs - (first @ signs) * (second @ signs)
        r2 = covariance**2 / ((1 - (first @ signs) ** 2) * (1 - (second @ signs) ** 2))
        joint = np.ones((1, 1))
        for _ in range(witness["copies"]):
            joint = np.kron(joint, pair)
        expected = information_of(joint @ rows), r2 * information_of(joint.sum(axis=0)[:, None] * rows)
        assert sides(witness) == pytest.approx(expected, rel=1e-9)


def test_approximate_contraction_by_floats():
    for witness in parts("approximate-contraction").values():
        rows, behind = floats(witness["rows"]), floats(witness["channel"])
        r = 1 - 2 * float(Fraction(witness["flip"]))
        delta = 0.5 * np.abs(rows - symmetric(r, witness["copies"])).sum(axis=1).max()
        joint = rows / len(rows)
        bound = r * r * information_of(joint.sum(axis=0)[:, None] * behind)
        bound += 8 * delta * math.log(behind.shape[1] / delta)
        assert sides(witness) == pytest.approx((information_of(joint @ behind), bound), rel=1e-9)


@pytest.mark.parametrize("control", ["", "A1"])
def test_dominating_variables_by_enumeration(control):
    """Every (theta, s, t, data, test, M) with its probability; under A1 the variables are really independent without theta."""
    for witness in parts("dominating-variables", control).values():
        signs, data, test, rows = (floats(witness[key]) for key in ("signs", "data", "test", "channel"))
        pair, both = np.zeros((2 if witness["target"] == "theta" else test.shape[1], data.shape[1])), np.zeros((2, 2))
        mean_s = 0.0
        for theta, s, t in itertools.product((0, 1), repeat=3):
            mass = signs[s, t] / 2
            z_train, z_test = theta ^ s, theta ^ t
            both[z_train, z_test] += mass
            mean_s += mass * (1 - 2 * s)
            target = np.eye(2)[theta] if witness["target"] == "theta" else test[z_test]
            pair += mass * np.outer(target, data[theta])
        correlation = both[0, 0] + both[1, 1] - both[0, 1] - both[1, 0]
        constant = mean_s**2 if witness["target"] == "theta" else correlation**2
        near = symmetric(mean_s, 1) @ floats(witness["train"])
        delta = 0.5 * np.abs(near - data).sum(axis=1).max()
        bound = constant * information_of(pair.sum(axis=0)[:, None] * rows)
        bound += 8 * delta * math.log(rows.shape[1] / delta) if delta > 1e-12 else 0
        assert sides(witness) == pytest.approx((information_of(pair @ rows), bound), rel=1e-9, abs=1e-15)
        assert control == "" or abs(correlation) < 1e-15


@pytest.mark.parametrize("rho", [0.25, 0.9])
@pytest.mark.parametrize("t", [0.0, 2.0])
def test_gaussian_threshold_by_quadrature(rho, t):
    def h(p):
        return stats.entropy([p, 1 - p])

    def integrand(a):
        return stats.norm.pdf(a) * h(stats.norm.sf((t - math.sqrt(rho) * a) / math.sqrt(1 - rho)))

    rest = integrate.quad(integrand, -9, 9, epsabs=1e-12, limit=200)[0]
    witness = {"decider": "gaussian_information", "statement": "threshold", "rho": str(Fraction(str(rho))), "power": 1,
               "threshold": str(int(t)), "pair": "gaussian"}  # fmt: skip
    assert sides(witness) == pytest.approx((h(stats.norm.sf(t)) - rest, rho * h(stats.norm.sf(t))), abs=1e-9)


def test_gaussian_mixture_by_drawing():
    """The broken pair has correlation sqrt(rho), and its information by counts of 10^6 draws in 40 cells of A."""
    rng = np.random.default_rng(1)
    r, t = 0.5, 1.0
    B, other = rng.standard_normal((2, 1_000_000))
    A = np.where(rng.random(1_000_000) < r, B, other)
    assert np.corrcoef(A, B)[0, 1] == pytest.approx(r, abs=5e-3)
    cells = np.searchsorted(np.sort([t, *stats.norm.ppf(np.arange(1, 40) / 40)]), A)
    table = np.array([np.bincount(cells[(t <= B) == m], minlength=41) for m in (False, True)]) / 1e6
    witness = {"decider": "gaussian_information", "statement": "threshold", "rho": "1/4", "power": 1, "threshold": "1",
               "pair": "mixture"}  # fmt: skip
    assert sides(witness)[0] == pytest.approx(information_of(table), abs=2e-3)


def test_ratio_from_data_by_optimisation():
    """The supremum over all laws of V, by Nelder-Mead from many starts, and the one-dimensional supremum over laws of U."""
    nu, n = 0.03, 3
    p = nu + (1 - nu) / 2 ** (n - 1)
    kappa = nu / p
    back = np.array([[(1 + kappa) / 2, (1 - kappa) / 2, 0.5], [(1 - kappa) / 2, (1 + kappa) / 2, 0.5]])
    law = np.array([p / 2, p / 2, 1 - p])

    def backward(z):
        q = np.exp(z - z.max())
        q /= q.sum()
        return -rel_entr(back @ q, [0.5, 0.5]).sum() / rel_entr(q, law).sum()

    starts = np.random.default_rng(2).normal(scale=2, size=(12, 3))
    best = -min(
        optimize.minimize(backward, z, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).fun for z in starts
    )
    forward_rows = (back * law).T * 2  # columns: law of V given U

    def forward(u):
        q = np.array([u, 1 - u])
        return rel_entr(forward_rows @ q, law).sum() / rel_entr(q, [0.5, 0.5]).sum()

    assert max(map(forward, np.linspace(0.501, 0.999, 200))) == pytest.approx(p * kappa**2, rel=1e-4)
    left, right = sides(parts("direction-matters")["nu = 3/100, n = 3"])
    assert p * kappa**2 < best and p * kappa**2 * right / left == pytest.approx(best, rel=1e-3)
    assert p * kappa**2 * right / left < best * (1 + 1e-9)


def test_order_by_floats():
    for witness in parts("contraction-order").values():
        if witness["statement"] not in ("chi-square-below", "total-variation-above"):
            continue
        pair, q = floats(witness["joint"]), floats(witness["posterior"])
        first, second = pair.sum(axis=1), pair.sum(axis=0)
        image, divergence = rel_entr(pair @ (q / second), first).sum(), rel_entr(q, second).sum()
        backward = (pair / second).T
        tv = max(0.5 * np.abs(a - b).sum() for a in backward for b in backward)
        chi2 = np.linalg.svd(pair / np.sqrt(np.outer(first, second)))[1][1] ** 2
        if witness["statement"] == "chi-square-below":
            assert chi2 <= tv and sides(witness) == pytest.approx((0.99999 * chi2 * divergence, image), rel=1e-5)
        else:
            assert sides(witness) == pytest.approx((image, tv * divergence), rel=1e-9)

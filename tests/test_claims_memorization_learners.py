"""The claims on learners of finite problems: each number a second way, from the witness alone or by a route of its own."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from finite_tables import floats, information_of, parts, sides, symmetric
from flint import fmpq
from scipy import optimize, stats
from scipy.special import rel_entr

from reconlaw.numerics import finite_channels, finite_learners
from reconlaw.theory.contraction.channels import erasure_backward
from reconlaw.theory.erased_letters import contracts
from reconlaw.theory.errors import InputError
from reconlaw.theory.one_bit import simulation_distance

# --- from error to information ---


def least(alpha):
    gap = 1 - 2 * alpha

    def value(q):
        return rel_entr([q + gap, 1 - q - gap], [q, 1 - q]).sum()

    return optimize.minimize_scalar(value, bounds=(1e-12, 2 * alpha - 1e-12), method="bounded", options={"xatol": 1e-14}).fun


def test_fano_by_scipy():
    for witness in parts("fano-step").values():
        joint, chosen = floats(witness["joint"]), np.array(witness["classifiers"])
        product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
        error = 0.5 * (joint * (1 - chosen)).sum() + 0.5 * (product * chosen).sum()
        assert sides(witness) == pytest.approx((least(error), information_of(joint)), rel=1e-6)
    (witness,) = parts("fano-step-as-printed").values()
    assert sides(witness) == pytest.approx((0.8 * math.log(9), math.log(5)), abs=1e-12)


def kept_and_error(prior, rows, n, learner, classifiers):
    """I(M; data | theta) and the error, by a sum over every theta, data, classifier and test point."""
    k, s, m = len(prior), rows.shape[1], len(classifiers)
    points = list(itertools.product(range(s), repeat=n))
    table = np.array([[[prior[a] * math.prod(rows[a, z] for z in x) * learner[j, i] for i in range(m)]
                       for j, x in enumerate(points)] for a in range(k)])  # fmt: skip
    null = prior @ rows
    error = 0.0
    for a, i in itertools.product(range(k), range(m)):
        mass = table[a, :, i].sum()
        for z in range(s):
            error += 0.5 * mass * (rows[a, z] * (1 - classifiers[i][z]) + null[z] * classifiers[i][z])
    return sum(information_of(t) for t in table), error, table


def test_memorization_by_enumeration():
    for name, witness in parts("memorization-bound").items():
        n, learner = witness["n"], floats(witness["learner"])
        if witness["statement"] == "memorization":
            prior, rows = floats(witness["prior"]), floats(witness["rows"])
        else:
            correlation = float(Fraction(witness["correlation"]))
            rows = symmetric(correlation, witness["copies"])
            prior = np.full(len(rows), 1 / len(rows))
        kept, error, table = kept_and_error(prior, rows, n, learner, witness["classifiers"])
        if witness["statement"] == "memorization":
            posterior = table.sum(axis=2).T
            posterior = posterior / posterior.sum(axis=1, keepdims=True)
            tau, rho = (max(0.5 * np.abs(a - b).sum() for a in laws for b in laws) for laws in (posterior, posterior @ rows))
        else:
            ups = stats.binom.pmf(np.arange(n + 1), n, (1 + correlation) / 2)
            tau = ups @ np.tanh((2 * np.arange(n + 1) - n) * math.atanh(correlation)) ** 2
            rho = correlation**2 * tau
        bound = (1 - tau) / rho * (least(error) if error < 0.5 else 0.0)
        assert sides(witness) == pytest.approx((bound, kept), rel=1e-5), name


def test_noisy_learner_has_the_least_error_without_noise():
    """With noise 0 no deterministic rule on 2 laws, 2 points, n = 2 does better: all 4^4 of them."""
    rng = np.random.default_rng(3)
    prior, rows = finite_channels.random_law(2, rng), finite_channels.random_channel(2, 2, rng)
    learner, classifiers = finite_learners.noisy_learner(prior, rows, 2, Fraction(0), rng)
    p, r = np.array(prior, dtype=float), np.array(rows, dtype=float)
    own = kept_and_error(p, r, 2, np.array(learner, dtype=float), classifiers)[1]
    every = [kept_and_error(p, r, 2, np.eye(4)[list(rule)], classifiers)[1] for rule in itertools.product(range(4), repeat=4)]
    assert own == pytest.approx(min(every), abs=1e-12)


def test_faint_signs_meet_the_bound_in_the_limit():
    slacks = []
    for strength in (Fraction(1, 10), Fraction(1, 20), Fraction(1, 40)):
        learner, classifiers = finite_learners.faint_sign(Fraction(1, 3), 3, strength)
        rows = symmetric(1 / 3, 1)
        kept, error, _ = kept_and_error(np.array([0.5, 0.5]), rows, 3, np.array(learner, dtype=float), classifiers)
        T = stats.binom.pmf(range(4), 3, 2 / 3) @ np.tanh(np.array([-3, -1, 1, 3]) * math.atanh(1 / 3)) ** 2
        slacks.append(1 - (1 - T) / (T / 9) * least(error) / kept)
    assert np.log2(np.divide(slacks[:-1], slacks[1:])) == pytest.approx([2, 2], abs=0.1)


# --- erased letters ---


def test_erased_letters_by_enumeration():
    """k = 3, d = 2, s = 3/4: every word, every pattern of erasures, every output and every test point."""
    k, d, s = 3, 2, 0.75
    words = list(itertools.product(range(k), repeat=d))
    seen = list(itertools.product([*range(k), None], repeat=d))

    def chance(x, theta):
        return math.prod(1 - s if v is None else s * (v == w) for v, w in zip(x, theta))

    rows = np.array([[chance(x, theta) for x in seen] for theta in words])
    outputs = [None, *itertools.product(range(d), range(k))]
    learner = np.zeros((len(seen), len(outputs)))
    for i, x in enumerate(seen):
        named = [(j, v) for j, v in enumerate(x) if v is not None] or [None]
        for one in named:
            learner[i, outputs.index(one)] += 1 / len(named)
    classifiers = [[1 if one is None else int(x[one[0]] in (None, one[1])) for x in seen] for one in outputs]
    kept, error, _ = kept_and_error(np.full(len(words), 1 / len(words)), rows, 1, learner, classifiers)
    witness = {"decider": "learners", "statement": "erased-letters", "constant": "printed", "letters": k, "coordinates": d,
               "survival": "3/4", "tau": "4/5"}  # fmt: skip
    printed = (1 - 2 * error) * math.log((1 - error) / error)
    assert sides(witness) == pytest.approx(((1 - 0.8) / (0.75 * 0.8) * printed, kept), rel=1e-9)


def test_theorem_7_counterexample_in_bits():
    """The learner of the card by the binomial law of the letters that are not erased."""
    (witness,) = parts("theorem-7-constant-as-printed").values()
    j = np.arange(1, 11)
    kept = math.log2(10) - stats.binom.pmf(j, 10, 0.98) @ np.log2(j)
    left, right = (v / math.log(2) for v in sides(witness))
    assert right == pytest.approx(kept, rel=1e-6) and right == pytest.approx(0.030728, abs=1e-6)
    tau = 0.9914
    assert left == pytest.approx((1 - tau) / (0.98 * tau) * 0.882 * math.log2(0.941 / 0.059), rel=1e-9)
    assert left > right > (1 - tau) / (0.98 * tau) * least(0.059) / math.log(2)


def ratio(k, s, q):
    """KL of the law of the letter under q, to uniform, over KL(q || P); q: k letters and the erasure."""
    law = np.array([*[s / k] * k, 1 - s])
    return rel_entr(q[:k] + q[k] / k, np.full(k, 1 / k)).sum() / rel_entr(q, law).sum()


@pytest.mark.parametrize(("k", "s"), [(2, 0.3), (2, 0.8), (3, 0.5), (3, 0.7), (10, 0.98), (5, 0.1)])
def test_certified_constant_by_optimisation(k, s):
    """The largest ratio found over laws of V is certified when raised by 2 percent, and not when lowered by 1 part in 1000."""
    rng = np.random.default_rng(4)

    def negative(z):
        q = np.exp(np.clip(z, -60, 60) - z.max())
        return -ratio(k, s, q / q.sum())

    starts = [np.array([*[-20.0] * (k - 1), 10.0, -20.0]), *rng.normal(scale=3, size=(6, k + 1))]
    best = -min(optimize.minimize(negative, z, method="Nelder-Mead", options={"maxiter": 4000}).fun for z in starts)
    best = max(best, s)  # the limit at P, the squared maximal correlation
    survival = fmpq(*Fraction(str(s)).as_integer_ratio())

    def certified(value):
        return contracts(k, survival, fmpq(round(value * 10**6), 10**6))

    assert certified(1 - (1 - best) * 0.98 if best > 0.9 else best * 1.02) and not certified(best * 0.999)
    assert best >= math.log(k) / math.log(k / s) * (1 - 1e-9)  # a point mass
    if k == 2:
        assert best == pytest.approx(float(erasure_backward(1 - Fraction(str(s)))), rel=1e-4)


def test_the_point_mass_is_not_the_supremum():
    """k = 3, s = 4/5: a few erasures beside one letter give more than log k / log(k / s)."""
    q = np.array([0.0, 0.0, 0.9973, 0.0027])
    assert ratio(3, 0.8, q) > math.log(3) / math.log(3 / 0.8) + 3e-4
    assert not contracts(3, fmpq(4, 5), fmpq(8314, 10_000))


@pytest.mark.parametrize("bad", [(1, fmpq(1, 2), fmpq(1, 2)), (3, fmpq(1), fmpq(1, 2)), (3, fmpq(1, 2), fmpq(0))])
def test_bad_erasures_are_refused(bad):
    with pytest.raises(InputError):
        contracts(*bad)


# --- one look for many ---


@pytest.mark.parametrize(("n", "mean", "xi"), [(3, 0.2, 0.3), (6, 0.1, 0.25), (6, 0.1, 0.6), (12, 0.05, 0.1), (1, 0.4, 0.25)])
def test_simulation_distance_by_linear_programming(n, mean, xi):
    """The least delta over all channels from a sign to the count of +1."""
    up = stats.binom.pmf(np.arange(n + 1), n, (1 + mean) / 2)
    laws, looks = (up, up[::-1]), symmetric(xi, 1)
    size = n + 1  # variables: two rows of K, two vectors of absolute differences, delta
    cost = np.zeros(4 * size + 1)
    cost[-1] = 1
    A, b = [], []
    for i in (0, 1):
        for x in range(size):
            for sign in (1, -1):
                row = np.zeros(4 * size + 1)
                row[x], row[size + x], row[(2 + i) * size + x] = sign * looks[i, 0], sign * looks[i, 1], -1
                A.append(row)
                b.append(sign * laws[i][x])
        row = np.zeros(4 * size + 1)
        row[(2 + i) * size : (3 + i) * size], row[-1] = 0.5, -1
        A.append(row)
        b.append(0)
    sums = np.zeros((2, 4 * size + 1))
    sums[0, :size] = sums[1, size : 2 * size] = 1
    found = optimize.linprog(cost, A_ub=A, b_ub=b, A_eq=sums, b_eq=[1, 1])
    exact = simulation_distance(n, *(fmpq(*Fraction(str(v)).as_integer_ratio()) for v in (mean, xi)))
    assert float(Fraction(str(exact))) == pytest.approx(found.fun, abs=1e-9)


def test_simulation_distance_ends_where_the_likelihood_ratio_is_met():
    """delta = 0 exactly from artanh xi = n artanh lambda on: (1 + xi)/(1 - xi) = ((1 + lambda)/(1 - lambda))^n."""
    e = Fraction(11, 9) ** 3  # lambda = 1/10, n = 3
    xi = fmpq(*((e - 1) / (e + 1)).as_integer_ratio())
    assert simulation_distance(3, fmpq(1, 10), xi) == 0
    assert simulation_distance(3, fmpq(1, 10), xi - fmpq(1, 10**6)) > 0
    for bad in ((0, fmpq(1, 2), fmpq(1, 2)), (1, fmpq(0), fmpq(1, 2)), (1, fmpq(1, 2), fmpq(1))):
        with pytest.raises(InputError):
            simulation_distance(*bad)


# --- frequencies ---


def test_lemma_14_by_drawing():
    """k = n = 3, p uniform on {1/10, 1}: posterior means from 10^6 draws, within five standard errors."""
    rng = np.random.default_rng(5)
    p = rng.choice([0.1, 1.0], size=(1_000_000, 3))
    pi = p / p.sum(axis=1, keepdims=True)
    edges = np.cumsum(pi, axis=1)
    draws = np.stack([(rng.random(1_000_000)[:, None] > edges[:, :2]).sum(axis=1) for _ in range(3)], axis=1)
    positions = (draws[:, 0] == 0) & (draws[:, 1] != 0) & (draws[:, 2] != 0)
    sequence = positions & (draws[:, 1] == 1) & (draws[:, 2] == 2)
    formula = 6378145 / 19018524
    for event, mean in ((positions, formula), (sequence, 1 / 3)):
        values = pi[event, 0]
        assert abs(values.mean() - mean) < 5 * values.std() / math.sqrt(len(values))
    a = np.array(list(itertools.product([0.1, 1.0], repeat=3)))
    a = a[:, 0] / a.sum(axis=1)
    assert (a**2 * (1 - a) ** 2).mean() / (a * (1 - a) ** 2).mean() == pytest.approx(formula, rel=1e-12)

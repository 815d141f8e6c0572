"""Structural rank bounds against ranks computed another way, and the known cases recomputed by brute force."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, nmod_mat

from reconlaw.theory.activations import Activation, parse
from reconlaw.theory.counting import (
    ALEXANDER_HIRSCHOWITZ,
    TWO_DECOMPOSITIONS,
    ambiguity,
    pattern_bound,
    rank_bounds,
    unknowns,
    unseparated_probability,
)
from reconlaw.theory.errors import InputError

COEFFICIENTS = {  # own polynomials (orthonormality only scales a single Hermite polynomial)
    "power:1": [0, 1], "power:2": [0, 0, 1], "power:3": [0, 0, 0, 1], "power:4": [0, 0, 0, 0, 1], "hermite:2": [-1, 0, 1],
    "hermite:3": [0, -3, 0, 1], "hermite:4": [3, 0, -6, 0, 1], "power:1+power:3": [0, 1, 0, 1], "power:1+power:2": [0, 1, 1],
    "power:2+power:3": [0, 0, 1, 1],
}  # fmt: skip


def sphere_point(rng, d):
    """A rational point of the unit sphere: reflection of e_1 in a random vector."""
    w = [fmpq(int(t)) for t in rng.integers(-9, 10, d)]
    w[0] = w[0] or fmpq(3)
    square = sum((t * t for t in w), fmpq(0))
    return [fmpq(int(k == 0)) - 2 * w[0] * t / square for k, t in enumerate(w)]


def bordered_rank(coefficients, n, d, p, domain, rng):
    """Rank over the rationals of the Jacobian, on the sphere without any frame: J restricted to ker C has the rank of [J; C]
    minus that of C, with the rows of C the radial constraints x_i.dx_i = 0."""

    def polynomial(c, u):
        return sum((fmpq(t) * u**k for k, t in enumerate(c)), fmpq(0))

    slope = [k * t for k, t in enumerate(coefficients)][1:]
    points = [
        sphere_point(rng, d) if domain == "sphere" else [fmpq(int(t), 7) for t in rng.integers(-40, 41, d)] for _ in range(n)
    ]
    if d == 1 and domain == "sphere":
        points = [[fmpq((-1) ** i)] for i in range(n)]
    rows = []
    for _ in range(p):
        v = [fmpq(int(t)) for t in rng.integers(-30, 31, d)]
        row = []
        for i, x in enumerate(points):
            u = sum((s * t for s, t in zip(v, x)), fmpq(0))
            row += [(i + 2) * polynomial(slope, u) * t for t in v] + [polynomial(coefficients, u)]
        rows.append(row)
    if domain == "free":
        return fmpq_mat(rows).rank()
    border = [[points[i][k] if i == j and k < d else fmpq(0) for j in range(n) for k in range(d + 1)] for i in range(n)]
    return fmpq_mat(rows + border).rank() - n


@pytest.mark.parametrize("domain", ["sphere", "free"])
@pytest.mark.parametrize("name", COEFFICIENTS)
def test_bounds_against_exact_ranks(name, domain):
    """Never below the true rank; and equal to it where the bounds are complete (all of one degree, or enough samples)."""
    rng = np.random.default_rng(3)
    complete = (name.startswith("power") and "+" not in name) or (domain == "sphere" and name.startswith("hermite"))
    for d, n, p in [
        (1, 1, 4),
        (1, 3, 6),
        (2, 1, 5),
        (2, 2, 3),
        (2, 3, 12),
        (3, 2, 8),
        (3, 2, 30),
        (3, 5, 30),
        (4, 3, 30),
        (3, 9, 40),
    ]:
        rank = bordered_rank(COEFFICIENTS[name], n, d, p, domain, rng)
        bounds = rank_bounds(parse(name), n, d, p, domain)
        assert rank <= bounds[0].value, (d, n, p, bounds[0])
        assert rank == bounds[0].value or not complete, (d, n, p, rank, bounds[0])
        assert bounds == sorted(bounds, key=lambda b: b.value) and all(b.reason for b in bounds)


@pytest.mark.parametrize(("name", "domain"), list(itertools.product(["tanh", "softplus", "sigmoid", "relu", "leaky_relu:0.3",
    "gelu"],
                                                                    ["sphere", "free"])))  # fmt: skip
def test_bounds_against_float_ranks(name, domain):
    """Finite-difference Jacobian of theta and numpy's rank, at sizes where it can be trusted."""
    act, rng = parse(name), np.random.default_rng(5)
    for d, n, p in [(1, 1, 9), (1, 2, 20), (2, 1, 40), (3, 2, 4), (3, 2, 60), (4, 2, 60)]:
        if p == 4 and act.slopes:
            continue  # the rank of a small pattern: below
        V, a = rng.standard_normal((p, d)), rng.uniform(1, 2, n)
        X = rng.standard_normal((n, d))
        if d == 1:
            X = np.array([[(-1.0) ** i * (1 + 0.4 * i)] for i in range(n)])
        if domain == "sphere":
            X /= np.linalg.norm(X, axis=1, keepdims=True)
        J, h = [], 1e-6
        for i, k in itertools.product(range(n), range(d)):
            step = np.zeros((n, d))
            step[i, k] = h
            if domain == "sphere":  # all coordinate directions, projected: redundant, but without a frame
                step[i] -= (step[i] @ X[i]) * X[i]
            J.append((act.value(V @ (X + step).T) @ a - act.value(V @ (X - step).T) @ a) / (2 * h))
        J = np.array([*J, *act.value(X @ V.T)])
        rank = np.linalg.matrix_rank(J, tol=1e-7)
        assert rank == rank_bounds(act, n, d, p, domain)[0].value, (d, n, p)


def test_unknowns_are_those_of_an_explicit_list():
    for n, d, outputs, domain in itertools.product((1, 3), (1, 2, 5), (1, 4), ("sphere", "free")):
        data = [(i, k) for i in range(n) for k in range(d - (domain == "sphere"))]
        assert unknowns(n, d, domain, outputs) == len(data) + n * outputs


@pytest.mark.parametrize("arguments", [(0, 2), (1, 0), (True, 2), (1.0, 2), ("1", 2), (1, 2, "disk"), (1, 2, "sphere", 0)])
def test_bad_counts_are_refused(arguments):
    with pytest.raises(InputError):
        unknowns(*arguments)
    with pytest.raises(InputError):
        rank_bounds(parse("tanh"), 2, 2, 0)


def tangent_rank(d, K, n, rng):
    """Rank of the span of all x_i^(K-1) e_k in the forms of degree K (Terracini's lemma): generic forms, no activation."""
    q = 2**31 - 1
    basis = {m: j for j, m in enumerate(itertools.combinations_with_replacement(range(d), K))}
    rows = []
    for x in rng.integers(1, q, (n, d)).tolist():
        power = {}
        for m in itertools.combinations_with_replacement(range(d), K - 1):
            weight = math.factorial(K - 1)
            for k in range(d):
                weight //= math.factorial(m.count(k))
            power[m] = weight * math.prod(x[k] for k in m) % q
        for k in range(d):
            row = [0] * len(basis)
            for m, value in power.items():
                row[basis[tuple(sorted((*m, k)))]] += value
            rows.append([t % q for t in row])
    return nmod_mat(rows, q).rank()


def test_alexander_hirschowitz_recomputed():
    """Every (d, K, n) up to d = 5, K = 4 (and n beyond filling): the defective ones are exactly those listed, and quadrics."""
    rng, found = np.random.default_rng(11), set()
    for d, K in itertools.product((2, 3, 4, 5), (2, 3, 4)):
        cap = math.comb(d + K - 1, K)
        for n in range(1, cap // d + 2):
            rank = tangent_rank(d, K, n, rng)
            assert rank == rank_bounds(parse(f"power:{K}"), n, d, 10**6)[0].value, (d, K, n)
            if rank < min(n * d, cap):
                found.add((d, K, n))
    assert {case for case in found if case[1] > 2} == ALEXANDER_HIRSCHOWITZ
    assert {case for case in found if case[1] == 2} == {(d, 2, n) for d in (3, 4, 5) for n in range(2, d)}


@pytest.mark.parametrize(("d", "K", "n"), sorted(ALEXANDER_HIRSCHOWITZ))
def test_exceptions_reach_polynomials_that_are_as_good_as_homogeneous(d, K, n):
    """On the sphere h_K, and any sum of powers of one parity, determines the same tensor as u^K."""
    for name in (f"hermite:{K}", f"power:{K - 2}+power:{K}"):
        assert rank_bounds(parse(name), n, d, 10**4)[0] == rank_bounds(parse(f"power:{K}"), n, d, 10**4)[0]
        assert rank_bounds(parse(name), n, d, 10**4, "free")[0].value > rank_bounds(parse(name), n, d, 10**4)[0].value


def test_one_dimension():
    """The sphere is {-1, 1}: act(v) and act(-v) are all there is."""
    for name, domain, rank in [("tanh", "sphere", 1), ("power:4", "sphere", 1), ("sigmoid", "sphere", 2), ("relu", "sphere", 2),
                               ("leaky_relu:-1", "sphere", 1), ("tanh", "free", 8), ("relu", "free", 2), ("power:3", "free", 1),
                               ("hermite:2+hermite:3", "sphere", 2), ("hermite:2+hermite:3", "free", 4)]:  # fmt: skip
        assert rank_bounds(parse(name), 4, 1, 50, domain)[0].value == rank, name
    assert rank_bounds(parse("sigmoid"), 1, 1, 50)[0].value == 1


# Activation patterns


def brute_force(slopes, n, d):
    """min over flats U of R^n (spanned by rows) of d dim U + number of rows outside."""
    rows = [[Fraction(t) for t in row] for row in slopes]
    distinct = [list(t) for t in {tuple(row) for row in rows} if any(t)]

    def rank(matrix):
        return fmpq_mat([[fmpq(t.numerator, t.denominator) for t in row] for row in matrix]).rank() if matrix else 0

    best = len(rows)
    for size in range(n + 1):
        for span in itertools.combinations(distinct, size):
            dimension = rank(list(span))
            outside = sum(rank([*span, row]) > dimension for row in rows)
            best = min(best, d * dimension + outside)
    return best


@pytest.mark.parametrize("left", ["0", "1/5", "-2"])
def test_pattern_rank_is_the_brute_force_minimum(left):
    """Generic rank of the matrix with rows s_j (x) v_j, the minimum over flats, the decider's two bounds: all equal."""
    from reconlaw.proofs_check.deciders.rank import certify

    rng, deficient = np.random.default_rng(2), 0
    for _ in range(150):
        n, d = int(rng.integers(1, 4)), int(rng.integers(2, 5))
        p = int(rng.integers(1, 2 * n * d + 3))
        V, X = rng.integers(-99, 100, (p, d)) * 2 + 1, rng.integers(-99, 100, (n, d)) * 2 + 1
        V, X = V * 1000 + rng.integers(0, 499, V.shape), X * 1000 + rng.integers(0, 499, X.shape)  # no pre-activation is 0
        slopes = [[Fraction(1) if u > 0 else Fraction(left) for u in row] for row in (V @ X.T).tolist()]
        matrix = [[fmpq(s.numerator, s.denominator) * int(t) for s in row for t in v] for row, v in zip(slopes, V.tolist())]
        rank = fmpq_mat(matrix).rank()
        assert rank == brute_force(slopes, n, d)
        witness = {
            "decider": "rank", "activation": f"leaky_relu:{left}", "domain": "sphere", "n": n, "d": d, "p": p,
            "arithmetic": "modular", "modulus": 2**61 - 1, "V_denominator": 1, "X_denominators": [1] * n, "V": V.tolist(),
            "X": X.tolist(), "a": [1] * n, "expected": 1,
        }  # fmt: skip
        found = certify(witness)
        assert found.lower == found.upper.value == rank and found.scope == "open-set"
        deficient += rank < min(p, n * d)
    assert deficient >= 8  # the deficient patterns are the point


def test_any_set_of_rows_gives_a_valid_bound():
    rng = np.random.default_rng(4)
    slopes = [[Fraction(int(t)) for t in row] for row in rng.integers(0, 2, (9, 3))]
    true = brute_force(slopes, 3, 2)
    values = [pattern_bound(slopes, F, 3, 2).value for size in range(10) for F in itertools.combinations(range(9), size)]
    assert min(values) == true
    # planted: an index given twice must not count twice
    assert pattern_bound(slopes, [0, 0, 0, 0, 0, 0, 0, 0], 3, 2) == pattern_bound(slopes, [0], 3, 2)


# Global statements


@pytest.mark.parametrize(("name", "n", "d", "domain", "outputs", "ambiguous"), [
    ("tanh", 50, 2, "sphere", 1, False), ("relu", 5, 3, "free", 1, False),
    ("power:2", 2, 8, "sphere", 1, True), ("power:2", 1, 3, "sphere", 1, False), ("power:2", 1, 3, "free", 1, False),
    ("power:1+power:2", 3, 8, "sphere", 1, True), ("power:1+power:2", 2, 8, "free", 1, True),
    ("power:1+power:2", 2, 8, "sphere", 1, False), ("power:1", 1, 4, "sphere", 1, True),
    ("power:3", 3, 3, "sphere", 1, False), ("power:3", 4, 3, "sphere", 1, True), ("power:3", 2, 2, "sphere", 1, True),
    ("power:5", 2, 2, "sphere", 1, False), ("power:4", 8, 4, "sphere", 1, True), ("power:3", 9, 6, "free", 1, True),
    ("power:6", 9, 3, "sphere", 1, True), ("hermite:3", 9, 6, "sphere", 1, True), ("power:1+power:3", 9, 6, "sphere", 1, True),
    ("hermite:3", 8, 6, "sphere", 1, False), ("power:4", 7, 4, "sphere", 1, False), ("power:3", 3, 3, "sphere", 4, False),
])  # fmt: skip
def test_ambiguity(name, n, d, domain, outputs, ambiguous):
    assert (ambiguity(parse(name), n, d, domain, outputs) is not None) == ambiguous


def test_the_one_unique_case_of_degree_two():
    """Two points of a circle from their moments of order 1 and 2 (Prony); three are not unique: by random starts."""
    from reconlaw.numerics.zeros import parameters_only

    rng = np.random.default_rng(0)
    two, three = (parameters_only("power:1+power:2", n, 3, 30, 30, rng) for n in (2, 3))
    assert two.wrong == 0 and two.truth >= 10 and three.wrong >= 10


def test_rotated_quadratic_samples_give_the_same_parameters():
    """The reason stated for degree 2, carried out: another pair of points of the sphere, the same theta."""
    rng = np.random.default_rng(0)
    V, X = rng.standard_normal((40, 5)), rng.standard_normal((2, 5))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    c, s = np.cos(0.7), np.sin(0.7)
    Y = np.array([[c, s], [-s, c]]) @ X  # a = (1, 1)
    sizes = np.linalg.norm(Y, axis=1)
    Z, b = Y / sizes[:, None], sizes**2
    assert np.allclose((V @ X.T) ** 2 @ np.ones(2), (V @ Z.T) ** 2 @ b, rtol=1e-13)
    assert min(np.linalg.norm(Z[0] - t * x) for t in (1, -1) for x in X) > 0.1


def test_a_second_decomposition_into_nine_cubes():
    """(6, 3, 9): the tangent spaces are independent, so that only the list can warn."""
    assert (6, 3, 9) in TWO_DECOMPOSITIONS and tangent_rank(6, 3, 9, np.random.default_rng(1)) == 54


@pytest.mark.parametrize("p", [1, 10, 1000, 20_000, 100_000, 10**7])
def test_unseparated_probability_closed_forms(p):
    """Two points, d = 2: uniform angle, 1/(p+1). d = 3: density sin/2 (mpmath). The large p are where a fixed grid fails."""
    import mpmath

    assert unseparated_probability(2, 2, p) == pytest.approx(1 / (p + 1), rel=1e-5)
    with mpmath.workdps(30):  # substituting t = p phi / pi
        integral = mpmath.quad(
            lambda t: mpmath.sin(mpmath.pi * t / p) / 2 * (1 - t / p) ** p * mpmath.pi / p,
            [0, min(p, 1), min(p, 8), min(p, 80)],
        )
    assert unseparated_probability(2, 3, p) == pytest.approx(float(integral), rel=1e-4)


def test_unseparated_probability_against_simulation():
    rng, trials = np.random.default_rng(8), 20_000
    for n, d, p in [(2, 3, 5), (2, 6, 4), (4, 3, 12)]:
        X, V = rng.standard_normal((trials, n, d)), rng.standard_normal((trials, p, d))
        signs = np.einsum("tnd,tpd->tnp", X, V) > 0
        same = (signs[:, :, None] == signs[:, None]).all(axis=3).sum(axis=(1, 2)) > n
        bound, error = unseparated_probability(n, d, p), 5 * np.sqrt(same.mean() / trials)
        assert same.mean() <= bound + error
        if n == 2:  # no union bound then
            assert abs(same.mean() - bound) <= error
    assert unseparated_probability(1, 5, 3) == 0 and unseparated_probability(2, 1, 3) == 1
    assert unseparated_probability(100, 2, 5) == 1


def test_a_users_own_activation_has_the_trivial_bounds():
    own = Activation(np.arctan, lambda u: 1 / (1 + u * u), regularity="analytic")
    assert [b.value for b in rank_bounds(own, 3, 4, 50)] == [12, 50]

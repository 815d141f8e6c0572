"""Outputs, matroids, interpolation, twins, flips and the map of ranks: each number a second way, and planted witnesses."""

import copy
import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat, fmpq, fmpq_mat

from reconlaw.numerics.flips import flip_witness
from reconlaw.numerics.generic_outputs import outputs_witness
from reconlaw.numerics.generic_points import rank_witness
from reconlaw.numerics.rank_table import rank_table, sizes
from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.deciders import matroid as matroid_decider
from reconlaw.proofs_check.deciders.rank_outputs import pivots
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.activations import parse
from reconlaw.theory.counting import expected_on_sphere, feature_bound
from reconlaw.theory.errors import InputError
from reconlaw.theory.matroid import union_rank
from reconlaw.theory.outputs import outputs_bound, rows_needed
from reconlaw.theory.rational_sphere import stereographic


def parts(name, control=""):
    claim = claims()[f"iurada2025/{name}"]
    parameters = claim.parameters["quick"] | (claim.controls[control] if control else {})
    return run_check(claim.id, parameters, 0, control).witness["parts"]


def floats(rows):
    return np.array([[float(Fraction(t)) for t in row] for row in rows])


# several outputs: the loss


def test_factorization_by_least_squares():
    for name, part in parts("multi-output-factorization").items():
        act, V, X = parse(part["activation"]), floats(part["V"]), floats(part["X"])
        H, M, theta, Y = act.value(X @ V.T), floats(part["mixing"]), floats(part["theta"]), floats(part["Y"])
        joint = np.kron(M, H)  # rows by output, then sample
        if "minimum norm" in name:
            least = np.linalg.lstsq(joint, Y.T.ravel(), rcond=None)[0]
            assert np.allclose(least, theta.T.ravel(), rtol=1e-6, atol=1e-9 * abs(theta).max())
        else:
            together = np.linalg.lstsq(joint.T, theta.T.ravel(), rcond=None)[1].sum()
            assert together == pytest.approx(np.linalg.lstsq(H.T, theta, rcond=None)[1].sum(), rel=1e-7)


def test_planted_factorizations():
    part = next(iter(parts("multi-output-factorization").values()))
    assert decide(part).outcome == "holds"
    moved = copy.deepcopy(part)
    moved["theta"][0][0] = str(Fraction(moved["theta"][0][0]) + Fraction(1, 10**20))
    assert decide(moved).outcome == "fails"
    C = len(part["mixing"])
    swapped = [part["mixing"][k] for k in (1, 0, *range(2, C))]
    assert decide(part | {"mixing": swapped}).outcome == "fails"  # even a permutation of outputs changes the solution
    assert decide(part | {"mixing": swapped, "statement": "loss"}).outcome == "holds"  # and leaves the loss
    one = {"mixing": [["1"]], "theta": [row[:1] for row in part["theta"]], "Y": [row[:1] for row in part["Y"]]}
    for change in (one, {"statement": "rank"}, {"V": part["V"][:2]}, {"X": [part["X"][0], *part["X"][:2]]}, {"Y": part["Y"][:1]}):
        with pytest.raises(InputError):
            decide(part | change)


# several outputs: the rank


def test_rows_needed_is_the_first_full_bound():
    for n, d, C in itertools.product(range(1, 7), range(2, 7), range(1, 9)):
        r, full = min(C, n), n * (d - 1) + n * C
        first = next(m for m in itertools.count(1) if outputs_bound(n, d, m, C, r).value == full)
        assert first == rows_needed(n, d, r)
        assert all(outputs_bound(n, d, m, C, r).value <= min(m * C, full) for m in range(1, first + 3))
        assert C > 1 or first == n * d
        assert C < n or first == n + d - 1
    # the naive count of equations agrees up to C = n, and is too small from C = n + 1 on for some d
    naive = {C: -(-(2 * 4 + 2 * C) // C) for C in (1, 2, 6)}
    assert [rows_needed(2, 5, min(C, 2)) for C in (1, 2, 6)] == [10, 6, 6] and list(naive.values()) == [10, 6, 4]
    for arguments in [(2, 3, 4, 3, 3), (2, 3, 0, 3, 2), (2, 3, 4, 1, 2)]:
        with pytest.raises(InputError):
            outputs_bound(*arguments)


@pytest.mark.parametrize(("n", "d", "C", "kind"), [(3, 4, 2, "full"), (3, 3, 5, "full"), (2, 4, 3, "centred"), (3, 3, 4, "rank one")])
def test_outputs_bound_is_the_float_rank_for_every_m(n, d, C, kind):
    """Finite differences of theta along all coordinates: no frame, no formula for the Jacobian."""
    rng = np.random.default_rng(2)
    A = rng.standard_normal((n, C))
    if kind == "centred":
        A -= A.mean(axis=1, keepdims=True)
    if kind == "rank one":
        A = np.outer(A[:, 0], A[0])
    X = rng.standard_normal((n, d))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    for m in range(1, n * d + 2):
        V, J, h = rng.standard_normal((m, d)), [], 1e-6
        for i, k in itertools.product(range(n), range(d)):
            step = np.zeros((n, d))
            step[i, k] = h
            step[i] -= (step[i] @ X[i]) * X[i]
            J.append(((np.tanh(V @ (X + step).T) - np.tanh(V @ (X - step).T)) @ A / (2 * h)).ravel())
        J += [np.outer(np.tanh(V @ X[i]), np.eye(C)[c]).ravel() for i in range(n) for c in range(C)]
        rank = np.linalg.matrix_rank(np.array(J), tol=1e-7)
        assert rank == outputs_bound(n, d, m, C, np.linalg.matrix_rank(A)).value, m


def test_one_output_is_the_rank_decider():
    rng = np.random.default_rng(1)
    for name, n, d in [("power:5", 3, 3), ("tanh", 2, 3), ("softplus", 1, 4)]:
        for p in (n * d - 1, n * d):
            one = rank_witness(name, n, d, p, "sphere", rng)
            assert decide(one).outcome == "holds"
            several = {k: v for k, v in one.items() if k != "a"} | {"decider": "rank_outputs", "A": [[t] for t in one["a"]]}
            assert decide(several).outcome == "holds"


def test_planted_outputs():
    good = outputs_witness("tanh", 2, 3, 5, 3, "full", np.random.default_rng(0)) | {"expected": 10}
    assert rows_needed(2, 3, 2) == 4 and decide(good).outcome == "holds"
    assert decide(good | {"expected": 11}).side == "upper" and decide(good | {"expected": 9}).side == "lower"
    assert decide(good | {"A": [good["A"][0], [2 * t for t in good["A"][0]]]}).outcome == "fails"  # rank one: the bound drops
    assert decide(good | {"X": [good["X"][0]] * 2, "X_denominators": [good["X_denominators"][0]] * 2}).outcome == "undecided"
    off = [[t + 1 for t in good["X"][0]], good["X"][1]]
    relu = rank_witness("relu", 2, 3, 5, "sphere", np.random.default_rng(0))
    for change in ({"A": [[0, 0, 0]] * 2}, {"A": []}, {"A": [[1, 2], [3]]}, {"A": good["A"][:1]}, {"X": off}, {"domain": "free"},
                   {"V": good["V"][:4]}, {k: relu[k] for k in ("activation", "arithmetic", "modulus", "V", "V_denominator")}):  # fmt: skip
        with pytest.raises(InputError):
            decide(good | change)


def test_pivots_prove_nothing_about_balls_that_contain_singular_matrices():
    third = arb(1) / 3
    assert pivots([[third, 2 * third], [arb(1), arb(2)]], 2) == 1  # singular: the second pivot is a ball around 0
    assert pivots([[arb(1), arb(2)], [arb(3), arb(4)]], 2) == 2 and pivots([[arb(1), arb(2)], [arb(3), arb(4)]], 1) == 1
    assert pivots([[arb(0, 1), arb(0)]], 1) == 0 and pivots([[arb(0)], [arb(5)]], 1) == 1
    M = np.random.default_rng(3).integers(-9, 10, (6, 4)) @ np.random.default_rng(4).integers(-9, 10, (4, 7))
    assert pivots(arb_mat(M.tolist()).tolist(), 6) == np.linalg.matrix_rank(M) == 4


# matroid union


def minimum_over_flats(rows, d):
    """d dim U + number of rows outside U, over all spans of subsets."""

    def rank(matrix):
        return fmpq_mat([[fmpq(t) for t in row] for row in matrix]).rank() if matrix else 0

    best = len(rows)
    for subset in itertools.chain.from_iterable(itertools.combinations(rows, k) for k in range(len(rows[0]) + 1)):
        base = rank(list(subset))
        best = min(best, d * base + sum(rank([*subset, row]) > base for row in rows))
    return best


def test_union_rank_is_the_minimum_over_flats():
    rng, deficient = np.random.default_rng(1), 0
    for _ in range(80):
        n, d = int(rng.integers(1, 4)), int(rng.integers(1, 5))
        rows = rng.integers(-1, 2, (int(rng.integers(1, 2 * n * d + 3)), n)).tolist()
        union = union_rank(rows, d)
        assert union.value == minimum_over_flats(rows, d) == sum(map(len, union.classes))
        assert sorted({e for c in union.classes for e in c}) == sorted(e for c in union.classes for e in c)
        deficient += union.value < min(n * d, len(rows))
    assert deficient > 10
    assert union_rank([[0, 0]], 3).value == 0 and union_rank([[1]] * 5, 3).value == 3
    # a case where greedy insertion fails and a path of exchanges is needed
    rows = [[1, 0], [0, 1], [1, 1], [1, 2]]
    assert all(union_rank([rows[k] for k in order], 2).value == 4 for order in itertools.permutations(range(4)))
    for bad in ([], [[]]):
        with pytest.raises(InputError):
            union_rank(bad, 2)


def test_matroid_claim_meets_deficient_patterns_and_the_pattern_bound():
    """The decider `rank` bounds a pattern by another route (the kernel of the matrix with rows s (x) v)."""
    deficient = 0
    for part in itertools.islice(parts("relu-matroid").values(), 30):
        value = int(decide(part).reason.split()[1])
        assert decide(part | {"decider": "rank", "expected": value}).outcome == "holds"
        deficient += value < min(part["p"], part["n"] * part["d"])
    assert deficient >= 3


def test_planted_patterns(monkeypatch):
    good = rank_witness("relu", 3, 3, 12, "sphere", np.random.default_rng(0)) | {"decider": "matroid", "formula": "flats"}
    assert decide(good).outcome == "holds"
    assert decide(good | {"V": [good["V"][0]] * 12}).outcome == "undecided"  # one row twelve times
    power = rank_witness("power:3", 3, 3, 9, "sphere", np.random.default_rng(0))
    for change in ({"formula": "rank"}, {"modulus": 7}, {"a": [1, 0, 1]}, power | {"decider": "matroid"}):
        with pytest.raises(InputError):
            decide(good | change)
    real = matroid_decider.union_rank

    def lying(vectors, d):
        union = real(vectors, d)
        return type(union)(union.value - 1, union.classes[1:], union.flat, union.dimension)

    monkeypatch.setattr(matroid_decider, "union_rank", lying)
    with pytest.raises(RuntimeError, match="certificate"):
        decide(good)


# interpolation


def test_feature_ranks_by_floats_and_the_degree_is_sharp():
    rng = np.random.default_rng(5)
    for name, n, d, p, rank in [("tanh", 3, 4, 2, 2), ("tanh", 3, 4, 9, 3), ("power:7", 8, 2, 20, 8), ("power:6", 8, 2, 20, 7),
                                ("hermite:2", 9, 3, 20, 6), ("power:1+power:2", 9, 2, 20, 5)]:  # fmt: skip
        X = rng.standard_normal((n, d))
        X /= np.linalg.norm(X, axis=1, keepdims=True)
        Phi = parse(name).value(X @ rng.standard_normal((p, d)).T)
        assert np.linalg.matrix_rank(Phi, tol=1e-9 * abs(Phi).max()) == feature_bound(parse(name), n, d, p).value == rank


def test_planted_features():
    witness = rank_witness("tanh", 3, 2, 3, "sphere", np.random.default_rng(0)) | {"decider": "features_rank", "expected": 3}
    del witness["a"]
    assert decide(witness).outcome == "holds"
    assert decide(witness | {"expected": 2}).outcome == decide(witness | {"expected": 4}).outcome == "fails"
    relu = rank_witness("relu", 3, 2, 3, "sphere", np.random.default_rng(0)) | {"decider": "features_rank", "expected": 3}
    for change in (relu, {"n": 2}, {"X": [[1, 1]] * 3}):
        with pytest.raises(InputError):
            decide(witness | change)


# twins


def twin():
    return copy.deepcopy(next(part for name, part in parts("twin-data-sets").items() if "n = 2" in name))


def test_twins_by_a_newton_iteration_of_their_own():
    """mpmath at 50 digits, Jacobian by differences: the zero found lies in the box, and both data sets give the same theta."""
    part = twin()
    n, V, fixed = part["n"], part["V"], set(part["fixed"])
    with mpmath.workdps(50):
        def number(t):
            return mpmath.mpf(Fraction(t).numerator) / Fraction(t).denominator

        V = [[number(t) for t in v] for v in V]
        start = [number(t) for row in part["Z"] for t in row] + [number(t) for t in part["b"]]
        d, free = len(V[0]), [k for k in range(len(start)) if k not in fixed]

        def split(values):
            z = list(start)
            for k, t in zip(free, values):
                z[k] = t
            return [z[k * d : (k + 1) * d] for k in range(2 * n)], z[2 * n * d :]

        def equations(*values):
            Z, b = split(values)
            return [mpmath.fsum(c * mpmath.tanh(mpmath.fdot(v, x)) for c, x in zip(b, Z)) for v in V] + [
                mpmath.fdot(x, x) - 1 for x in Z] + [mpmath.fdot(b, b) - 1]  # fmt: skip

        found = list(mpmath.findroot(equations, [start[k] for k in free], tol=1e-80))
        assert max(abs(t - start[k]) for t, k in zip(found, free)) < number(part["radius"])
        Z, b = split(found)
        thetas = [[mpmath.fsum(s * c * mpmath.tanh(mpmath.fdot(v, x)) for c, x in zip(b[h], Z[h])) for v in V]
                  for h, s in ((slice(0, n), 1), (slice(n, None), -1))]  # fmt: skip
        assert max(abs(s - t) for s, t in zip(*thetas)) < 1e-40 and max(map(abs, thetas[0])) > 1e-2
        apart = min(mpmath.norm([s - e * t for s, t in zip(x, y)]) for x in Z[:n] for y in Z[n:] for e in (1, -1))
        assert apart > 0.05 and min(map(abs, b)) > 0.05
    assert n * d < len(V) < 2 * n * d


def test_planted_twins():
    part = twin()
    assert decide(part).outcome == "holds"
    assert decide(part | {"radius": "1/2"}).outcome == "undecided"  # too wide a box
    assert decide(part | {"radius": f"1/{2**70}"}).outcome != "holds"  # narrower than the error of the centre
    moved = twin()
    moved["V"][3][1] = str(Fraction(moved["V"][3][1]) + Fraction(1, 1000))
    assert decide(moved).outcome == "fails"
    assert decide(part | {"V": part["V"] + part["V"][:1]}).outcome == "undecided"  # overdetermined
    for change in ({"fixed": part["fixed"][1:]}, {"fixed": [*part["fixed"][1:], part["fixed"][1]]}, {"fixed": [True]},
                   {"activation": "relu+tanh"}, {"activation": "power:3"}, {"radius": "0"}, {"b": part["b"][1:]}, {"Z": part["Z"][1:]}):  # fmt: skip
        with pytest.raises(InputError):
            decide(part | change)


def test_a_data_set_is_not_its_own_twin():
    """(X, a) against itself, up to a sign: an exact zero, isolated after some coordinates are fixed, and no twin."""
    V = [["3/4", "1/3"], ["-2/3", "1"], ["1/5", "-5/4"]]
    for sign in (1, -1):
        Z = [["3/5", "4/5"], [str(sign * Fraction(3, 5)), str(sign * Fraction(4, 5))]]
        base = {"decider": "krawczyk", "activation": "tanh", "n": 1, "V": V[:1], "Z": Z, "radius": "1/1000000000"}
        root = Fraction(math.isqrt(2**119), 2**60)  # b = (1, -sign) / sqrt 2
        found = decide(base | {"b": [str(root), str(-sign * root)], "fixed": [0, 4]})
        assert found.outcome != "holds" and (found.outcome == "fails" or "equal or opposite" in found.reason or "regular" in found.reason)


# flips


@pytest.mark.parametrize("name", ["relu+tanh", "leaky_relu:1/10+sin", "relu+erf"])
def test_flips_by_evaluation(name):
    part = flip_witness(name, 4, 3, 24, "one cell", np.random.default_rng(7))
    act, V, X = parse(name), floats(part["V"]) / 500, floats(part["X"])  # any scale of V
    a, signs = np.array([float(Fraction(t)) for t in part["a"]]), np.array([-1, -1, -1, 1])
    first, second = act.value(V @ X.T) @ a, act.value(V @ (X * signs[:, None]).T) @ (a * signs)
    assert abs(first - second).max() < 1e-12 * abs(first).max() and decide(part).slack == 0
    probe = floats([part["probe"]])
    gap = act.value(probe @ X.T) @ a - act.value(probe @ (X * signs[:, None]).T) @ (a * signs)
    assert abs(gap).max() > 1e-6


def test_planted_flips():
    part = flip_witness("relu+tanh", 3, 3, 18, "one cell", np.random.default_rng(7))
    assert decide(part).outcome == "holds" and decide(part | {"p": 10}).slack == 8
    assert decide(part | {"a": [part["a"][0], "1000001/1000000", part["a"][2]]}).outcome == "fails"
    assert decide(part | {"flipped": [0, 1]}).outcome == "fails"
    assert decide(part | {"probe": part["V"][0]}).outcome == "undecided"
    off = [["1/2", "1/2", "1/2"], *part["X"][1:]]
    for change in ({"activation": "tanh"}, {"activation": "leaky_relu:-1+softplus"}, {"activation": "power:2"}, {"X": off}, {"p": 19},
                   {"X": [part["X"][0]] * 3}, {"a": ["1", "0", "1"]}, {"flipped": []}, {"flipped": [0, 0]}, {"flipped": [3]}):  # fmt: skip
        with pytest.raises(InputError):
            decide(part | change)


# the map


def test_points_and_grid_of_the_map():
    for k in ([], [5], [3, -7, 65536]):
        x, s = stereographic(k, 1000)
        assert sum(t * t for t in x) == s * s and len(x) == len(k) + 1
    grid = sizes(12, None)
    assert len(grid) == sum(12 // d for d in range(2, 13)) == len(set(grid)) and max(n * d for n, d in grid) == 12
    assert sizes(12, [5]) == [(1, 5), (2, 5)]


def test_expected_ranks_by_hand():
    rows = [([], 50, 2, 100), ([3], 3, 2, 4), ([5], 4, 2, 6), ([3], 7, 5, 34), ([3], 8, 5, 35), ([3], 4, 3, 10), ([2, 3], 5, 2, 7)]
    for degrees, n, d, rank in rows:
        assert expected_on_sphere(degrees, n, d) == rank
    assert expected_on_sphere([3], 7, 5, exceptions=False) == 35


@pytest.mark.parametrize(("name", "coefficients"), [("power:1+power:3", [0, 1, 0, 1]), ("power:2+power:3", [0, 0, 1, 1])])
def test_map_against_rational_ranks(name, coefficients):
    """Over the rationals, bordered by the normals instead of a tangent frame."""
    table, wrong = rank_table(18, 6, np.random.default_rng(0)), 0
    degrees = [3] if "1" in name else [2, 3]
    for n, d in [(3, 2), (5, 2), (2, 3), (5, 3), (4, 4), (3, 6)]:
        X = [[fmpq(t, s) for t in x] for x, s in (stereographic(k[: d - 1], table["scale"]) for k in table["K"][:n])]
        rows = []
        for v in table["V"][: n * d]:
            us = [sum((s * t for s, t in zip(x, v)), fmpq(0)) for x in X]
            rows.append([sum((k * c * u ** (k - 1) for k, c in enumerate(coefficients) if k), fmpq(0)) * t for u in us for t in v[:d]]
                        + [sum((c * u**k for k, c in enumerate(coefficients)), fmpq(0)) for u in us])  # fmt: skip
        border = [[X[i][k] if i == j else fmpq(0) for j in range(n) for k in range(d)] + [fmpq(0)] * n for i in range(n)]
        rank = fmpq_mat(rows + border).rank() - n
        assert rank == expected_on_sphere(degrees, n, d)
        assert decide(table | {"cases": [[name, n, d, rank]]}).outcome == "holds"
        assert decide(table | {"cases": [[name, n, d, rank + 1]]}).outcome == "fails"
        wrong += rank < n * d
    assert wrong >= 1


def test_planted_maps():
    table = rank_table(8, 4, np.random.default_rng(0)) | {"cases": [["tanh", 2, 3, 6], ["hermite:3", 2, 3, 6]]}
    assert decide(table).evidence == "ball" and decide(table).outcome == "holds"
    assert decide(table | {"cases": [["hermite:3", 2, 3, 6], ["hermite:3", 4, 2, 7]]}).slack == -3
    assert decide(table | {"V": [table["V"][0]] * 8}).outcome == "undecided"
    assert decide(table | {"K": [table["K"][0]] * 4, "cases": [["hermite:3", 2, 3, 6]]}).outcome == "undecided"
    for change in ({"cases": []}, {"cases": [["tanh", 3, 3, 9]]}, {"cases": [["tanh", 2, 5, 10]]}, {"cases": [["relu", 2, 2, 4]]},
                   {"cases": [["tanh", 2, 1, 2]]}, {"cases": [["tanh", 2, 2]]}, {"scale": 0}, {"V": [1, 2]}):  # fmt: skip
        with pytest.raises(InputError):
            decide(table | change)

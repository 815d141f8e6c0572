"""Several outputs and matroid unions: each number a second way, and planted witnesses."""

import copy
import itertools
from fractions import Fraction

import numpy as np
import pytest
from claim_parts import floats, parts
from flint import arb, arb_mat, fmpq, fmpq_mat

from reconlaw.numerics.generic_outputs import outputs_witness
from reconlaw.numerics.generic_points import rank_witness
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.deciders import matroid as matroid_decider
from reconlaw.proofs_check.deciders.rank_outputs import pivots
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.matroid import union_rank
from reconlaw.theory.outputs import outputs_bound, rows_needed

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
    for change in (
        one,
        {"statement": "rank"},
        {"V": part["V"][:2]},
        {"X": [part["X"][0], *part["X"][:2]]},
        {"Y": part["Y"][:1]},
    ):
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
        assert n > C or first == n + d - 1
    # the naive count of equations agrees up to C = n, and is too small from C = n + 1 on for some d
    naive = {C: -(-(2 * 4 + 2 * C) // C) for C in (1, 2, 6)}
    assert [rows_needed(2, 5, min(C, 2)) for C in (1, 2, 6)] == [10, 6, 6] and list(naive.values()) == [10, 6, 4]
    for arguments in [(2, 3, 4, 3, 3), (2, 3, 0, 3, 2), (2, 3, 4, 1, 2)]:
        with pytest.raises(InputError):
            outputs_bound(*arguments)


@pytest.mark.parametrize(
    ("n", "d", "C", "kind"), [(3, 4, 2, "full"), (3, 3, 5, "full"), (2, 4, 3, "centred"), (3, 3, 4, "rank one")]
)
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
    for change in (
        {"A": [[0, 0, 0]] * 2},
        {"A": []},
        {"A": [[1, 2], [3]]},
        {"A": good["A"][:1]},
        {"X": off},
        {"domain": "free"},
        {"V": good["V"][:4]},
        {k: relu[k] for k in ("activation", "arithmetic", "modulus", "V", "V_denominator")},
    ):
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

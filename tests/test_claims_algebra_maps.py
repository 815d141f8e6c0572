"""Interpolation, twins, flips and the map of ranks: each number a second way, and planted witnesses."""

import copy
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from claim_parts import floats, parts
from flint import fmpq, fmpq_mat

from reconlaw.numerics.flips import flip_witness
from reconlaw.numerics.generic_points import rank_witness
from reconlaw.numerics.rank_table import rank_table, sizes
from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.activations import parse
from reconlaw.theory.counting import expected_on_sphere, feature_bound
from reconlaw.theory.errors import InputError
from reconlaw.theory.rational_sphere import stereographic

# interpolation


def test_feature_ranks_by_floats_and_the_degree_is_sharp():
    rng = np.random.default_rng(5)
    for name, n, d, p, rank in [
        ("tanh", 3, 4, 2, 2),
        ("tanh", 3, 4, 9, 3),
        ("power:7", 8, 2, 20, 8),
        ("power:6", 8, 2, 20, 7),
        ("hermite:2", 9, 3, 20, 6),
        ("power:1+power:2", 9, 2, 20, 5),
    ]:
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
            return (
                [mpmath.fsum(c * mpmath.tanh(mpmath.fdot(v, x)) for c, x in zip(b, Z)) for v in V]
                + [mpmath.fdot(x, x) - 1 for x in Z]
                + [mpmath.fdot(b, b) - 1]
            )

        found = list(mpmath.findroot(equations, [start[k] for k in free], tol=1e-80))
        assert max(abs(t - start[k]) for t, k in zip(found, free)) < number(part["radius"])
        Z, b = split(found)
        thetas = [
            [mpmath.fsum(s * c * mpmath.tanh(mpmath.fdot(v, x)) for c, x in zip(b[h], Z[h])) for v in V]
            for h, s in ((slice(0, n), 1), (slice(n, None), -1))
        ]
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
    for change in (
        {"fixed": part["fixed"][1:]},
        {"fixed": [*part["fixed"][1:], part["fixed"][1]]},
        {"fixed": [True]},
        {"activation": "relu+tanh"},
        {"activation": "power:3"},
        {"radius": "0"},
        {"b": part["b"][1:]},
        {"Z": part["Z"][1:]},
    ):
        with pytest.raises(InputError):
            decide(part | change)


def test_a_data_set_is_not_its_own_twin():
    """(X, a) against itself, up to a sign: an exact zero, isolated after some coordinates are fixed, and no twin."""
    for sign in (1, -1):
        Z = [["3/5", "4/5"], [str(sign * Fraction(3, 5)), str(sign * Fraction(4, 5))]]
        base = {"decider": "krawczyk", "activation": "tanh", "n": 1, "V": [["3/4", "1/3"]], "Z": Z, "radius": "1/1000000000"}
        root = Fraction(math.isqrt(2**119), 2**60)  # b = (1, -sign) / sqrt 2
        found = decide(base | {"b": [str(root), str(-sign * root)], "fixed": [0, 4]})
        assert found.outcome == "undecided" and found.reason == "points 0 and 1 may be equal or opposite"


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
    for change in (
        {"activation": "tanh"},
        {"activation": "leaky_relu:-1+softplus"},
        {"activation": "power:2"},
        {"X": off},
        {"p": 19},
        {"X": [part["X"][0]] * 3},
        {"a": ["1", "0", "1"]},
        {"flipped": []},
        {"flipped": [0, 0]},
        {"flipped": [3]},
    ):
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
    rows = [
        ([], 50, 2, 100),
        ([3], 3, 2, 4),
        ([5], 4, 2, 6),
        ([3], 7, 5, 34),
        ([3], 8, 5, 35),
        ([3], 4, 3, 10),
        ([2, 3], 5, 2, 7),
    ]
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
            rows.append(
                [sum((k * c * u ** (k - 1) for k, c in enumerate(coefficients) if k), fmpq(0)) * t for u in us for t in v[:d]]
                + [sum((c * u**k for k, c in enumerate(coefficients)), fmpq(0)) for u in us]
            )
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
    for change in (
        {"cases": []},
        {"cases": [["tanh", 3, 3, 9]]},
        {"cases": [["tanh", 2, 5, 10]]},
        {"cases": [["relu", 2, 2, 4]]},
        {"cases": [["tanh", 2, 1, 2]]},
        {"cases": [["tanh", 2, 2]]},
        {"scale": 0},
        {"V": [1, 2]},
    ):
        with pytest.raises(InputError):
            decide(table | change)


def test_a_proof_for_many_samples_covers_fewer_but_not_a_wrong_rank():
    table = rank_table(12, 3, np.random.default_rng(1))
    whole = table | {"cases": [["tanh", n, 3, 3 * n] for n in (1, 4, 2, 3)]}
    assert decide(whole).outcome == "holds" and "(3 by restriction)" in decide(whole).reason
    for n in (1, 2, 3):  # each also alone
        assert "(0 by restriction)" in decide(table | {"cases": [["tanh", n, 3, 3 * n]]}).reason
    assert decide(table | {"cases": [["tanh", 4, 3, 12], ["tanh", 2, 3, 5]]}).outcome == "fails"
    copies = table | {"K": [table["K"][0]] * len(table["K"])}  # equal samples: the largest is not proved and covers nothing
    assert decide(copies | {"cases": [["tanh", 2, 3, 6], ["tanh", 1, 3, 3]]}).outcome == "undecided"
    assert decide(copies | {"cases": [["tanh", 1, 3, 3]]}).outcome == "holds"
    polynomial = table | {"cases": [["hermite:1+hermite:3", 2, 3, 6], ["hermite:1+hermite:3", 1, 3, 3]]}
    assert "(0 by restriction)" in decide(polynomial).reason  # exact, one by one

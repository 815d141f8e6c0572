"""The rank decider: right where floating point is wrong, its frame against another determinant, and tampered witnesses."""

import copy
import json
import math

import mpmath
import numpy as np
import pytest
from flint import arb_mat, ctx, fmpq, fmpq_mat

from reconlaw.numerics.generic_points import rank_witness
from reconlaw.numerics.jacobian import float_rank
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.deciders.rank import _ball_row, _read, certify
from reconlaw.ranking import rank
from reconlaw.theory.activations import Activation
from reconlaw.theory.counting import unknowns
from reconlaw.theory.errors import InputError
from reconlaw.theory.modular import PRIMES


def witness(activation, n, d, p, domain="sphere", seed=0, **changes):
    return rank_witness(activation, n, d, p, domain, np.random.default_rng(seed)) | changes


@pytest.mark.parametrize(("name", "n", "d"), [("tanh", 20, 2), ("tanh", 10, 2), ("softplus", 10, 2), ("erf", 12, 2)])
def test_full_rank_where_floating_point_says_otherwise(name, n, d):
    planted = witness(name, n, d, n * d)
    decision = decide(planted)
    assert (decision.outcome, decision.evidence, decision.side, decision.slack) == ("holds", "ball", "equality", 0.0)
    assert float_rank(planted) < n * d
    assert decide(planted | {"expected": float_rank(planted)}).outcome != "holds"


def mpmath_functions(name):
    return {
        "tanh": (mpmath.tanh, lambda u: 1 - mpmath.tanh(u) ** 2),
        "softplus": (lambda u: mpmath.log(1 + mpmath.exp(u)), lambda u: 1 / (1 + mpmath.exp(-u))),
        "relu+tanh": (lambda u: max(u, 0) + mpmath.tanh(u), lambda u: (u > 0) + 1 - mpmath.tanh(u) ** 2),
    }[name]


@pytest.mark.parametrize("name", ["tanh", "softplus", "relu+tanh"])
@pytest.mark.parametrize(("n", "d"), [(1, 2), (2, 3), (4, 2), (3, 4)])
def test_reflection_frame_against_the_bordered_determinant(name, n, d):
    """In an orthonormal basis [T, x]: |det [J; C]| = |det J T| prod |x_i|, with C the constraints x_i.dx_i = 0. By mpmath."""
    planted = witness(name, n, d, n * d, seed=n + d)
    point, _ = _read(planted)
    with ctx.workprec(256):
        framed = arb_mat(
            [_ball_row(point, j, [sum(s * t for s, t in zip(v, x)) for x in point.X]) for j, v in enumerate(point.V)]
        )
        own = abs(framed.det())
    act, slope = mpmath_functions(name)
    with mpmath.workdps(60):
        V = [[mpmath.mpf(t) / planted["V_denominator"] for t in v] for v in planted["V"]]
        X = [[mpmath.mpf(t) / q for t in x] for x, q in zip(planted["X"], planted["X_denominators"])]
        rows = []
        for v in V:
            row = []
            for a, x in zip(planted["a"], X):
                u = mpmath.fdot(v, x)
                row += [a * slope(u) * t for t in v] + [act(u)]
            rows.append(row)
        border = [[X[i][k] if i == j and k < d else 0 for j in range(n) for k in range(d + 1)] for i in range(n)]
        other = abs(mpmath.det(mpmath.matrix(rows + border)))
        assert own > 0 and abs(mpmath.mpf(own.mid().str(50, radius=False)) / other - 1) < 1e-30


@pytest.mark.parametrize("name", ["power:3", "power:2", "power:5"])
@pytest.mark.parametrize(("n", "d", "p"), [(2, 3, 7), (3, 2, 9), (4, 4, 20), (5, 3, 12)])
def test_modular_rank_against_rational_rank(name, n, d, p):
    """The same small integers over Q, bordered: no modulus, no frame."""
    rng, k = np.random.default_rng(6), int(name[-1])
    V, X = rng.integers(1, 50, (p, d)).tolist(), rng.integers(1, 50, (n, d)).tolist()
    rows = [[fmpq(k * u ** (k - 1) * t) if t is not None else fmpq(u**k) for x in X
             for u in [sum(s * t for s, t in zip(v, x))] for t in [*v, None]] for v in V]  # fmt: skip
    border = [[fmpq(X[i][c]) if i == j and c < d else fmpq(0) for j in range(n) for c in range(d + 1)] for i in range(n)]
    planted = witness(name, n, d, p, V=V, X=X, a=[1] * n)
    assert certify(planted).lower == fmpq_mat(rows + border).rank() - n
    assert certify(planted | {"domain": "free"}).lower == fmpq_mat(rows).rank()


@pytest.mark.parametrize("domain", ["sphere", "free"])
@pytest.mark.parametrize("name", ["tanh", "relu+tanh", "gelu", "sin", "mish", "power:3", "hermite:3", "hermite:2+hermite:3"])
def test_holds_at_the_threshold(name, domain):
    for n, d in [(1, 2), (2, 4), (3, 3)]:
        m = unknowns(n, d, domain)
        for p in (m - 1, m, m + 1, 3 * m):
            decision = decide(witness(name, n, d, p, domain))
            assert decision.outcome == "holds", (n, d, p, decision)
            if p <= m and decision.slack == 0 and not name.startswith("power"):
                assert str(p) in decision.reason


@pytest.mark.parametrize("seed", range(6))
def test_one_dimension_does_not_depend_on_the_seed(seed):
    """The sphere of R^1 has two points; a drawn set that misses one of them would leave the rank undecided."""
    for name in ("hermite:2+hermite:3", "relu", "sigmoid", "tanh", "leaky_relu:0.5", "elu"):
        assert decide(witness(name, 2, 1, 40, seed=seed)).outcome == "holds", name


def test_scope_and_public_result():
    result = rank("relu", 3, 4, 60, seed=1)
    assert (result.scope, result.evidence, result.rank_lower, result.rank_upper) == ("open-set", "exact", 12, 12)
    for name in ("tanh", "power:3", "leaky_relu:2+relu+tanh"):
        assert rank(name, 2, 3, 9).scope == "almost-everywhere"
    assert rank("relu+tanh", 2, 3, 9).scope == "open-set"
    assert decide(rank("tanh", 2, 3, 9).witness).outcome == "holds"


def test_wrong_ranks_fail():
    planted = witness("tanh", 2, 3, 9)
    for expected, outcome in [(7, "fails"), (6, "holds"), (5, "fails"), (1, "fails")]:
        decision = decide(planted | {"expected": expected})
        assert decision.outcome == outcome, expected
        assert decision.slack == (0 if expected == 6 else -abs(expected - 6))
    assert decide(planted | {"expected": 7}).side == "upper" and decide(planted | {"expected": 5}).side == "lower"


# Points that are special: a certificate must not be had there.


def test_special_points_do_not_certify():
    planted = witness("tanh", 3, 3, 9)
    same = copy.deepcopy(planted)
    same["X"][2], same["X_denominators"][2] = same["X"][0], same["X_denominators"][0]
    opposite = copy.deepcopy(same)
    opposite["X"][2] = [-t for t in same["X"][0]]
    rows = copy.deepcopy(planted)
    rows["V"][8] = [2 * t - s for s, t in zip(rows["V"][0], rows["V"][0])]  # = row 0
    for changed in (same, opposite, rows, planted | {"a": [0, 1, 1]}, planted | {"V": [[0] * 3] * 9}):
        decision = decide(changed)
        assert decision.outcome == "undecided" and decision.slack is None
    exact = witness("power:3", 3, 3, 20)
    same = copy.deepcopy(exact)
    same["X"][2] = same["X"][0]
    for changed in (same, exact | {"a": [0, 1, 1]}, exact | {"a": [PRIMES[0], 1, 1]}, exact | {"V": exact["V"][:8]}):
        assert decide(changed).outcome == "undecided"


@pytest.mark.parametrize(("name", "domain"), [("tanh", "sphere"), ("hermite:3", "sphere"), ("hermite:2+hermite:3", "sphere")])
def test_points_off_the_sphere_are_refused(name, domain):
    planted = witness(name, 2, 3, 9, domain)
    planted["X"][1][0] += 1
    with pytest.raises(InputError, match=r"X\[1\].*sphere"):
        decide(planted)
    free = witness(name, 2, 3, 9, "free")
    assert (
        decide(free | {"X": planted["X"], "X_denominators": planted["X_denominators"]}).outcome == "holds"
    )  # a point like any other
    if name == "tanh":
        planted["X"][1] = [2 * t for t in witness(name, 2, 3, 9)["X"][1]]
        with pytest.raises(InputError, match="sphere"):
            decide(planted)


@pytest.mark.parametrize(
    "modulus", [15, 2**61, 2**61 - 3, (2**31 - 1) ** 2, 7, 0, -1, None, True, "2305843009213693951", 2.0**61]
)
def test_a_foreign_modulus_is_refused_before_elimination(modulus):
    """python-flint aborts the interpreter when it eliminates modulo a composite: this test would not return."""
    for name in ("power:3", "relu", "hermite:3"):
        with pytest.raises(InputError, match="fixed primes"):
            decide(witness(name, 2, 3, 30) | {"modulus": modulus})


BAD_INTEGERS = [1.0, 1.5, True, None, math.nan, math.inf, "x", "1.0", "", [1], 1j]


@pytest.mark.parametrize("bad", BAD_INTEGERS)
@pytest.mark.parametrize("name", ["tanh", "power:3"])
def test_entries_that_are_no_integers_are_refused(name, bad):
    planted = witness(name, 2, 3, 9)
    for key, place in (("V", (0, 1)), ("X", (1, 2)), ("a", (1,)), ("X_denominators", (0,))):
        changed = copy.deepcopy(planted)
        target = changed[key]
        for index in place[:-1]:
            target = target[index]
        target[place[-1]] = bad
        with pytest.raises(InputError):
            decide(changed)
    for key in ("V_denominator", "n", "d", "p", "expected", "V", "X", "a", "X_denominators", "domain", "arithmetic"):
        with pytest.raises(InputError):
            decide(planted | {key: bad})


@pytest.mark.parametrize("name", ["tanh", "power:3", "relu"])
def test_missing_keys_are_refused(name):
    planted = witness(name, 2, 3, 12)
    needed = set(planted) - ({"modulus"} if name == "tanh" else set())
    for key in needed:
        with pytest.raises(InputError):
            decide({k: v for k, v in planted.items() if k != key})


@pytest.mark.parametrize("change", [
    {"n": 3}, {"d": 2}, {"d": 4}, {"p": 5}, {"n": 0}, {"n": "2"}, {"activation": "swish"}, {"activation": None},
    {"domain": "ball"},
    {"arithmetic": "float"}, {"arithmetic": "modular"}, {"V_denominator": 0}, {"V_denominator": -4}, {"X_denominators": [0, 1]},
    {"X_denominators": [-1, 1]}, {"X_denominators": [1]}, {"V": []}, {"X": []}, {"a": [1]}, {"a": [1, 1, 1]}, {"V": {}},
    {"V": "12"},
    {"expected": 0}, {"expected": -1}, {"decider": "nothing"}, {"decider": None}, {"decider": ["rank"]},
])  # fmt: skip
def test_tampered_witnesses_are_refused(change):
    with pytest.raises(InputError):
        decide(witness("tanh", 2, 3, 9) | change)


def test_too_few_or_too_many_rows():
    planted = witness("tanh", 2, 3, 9)
    assert len(planted["V"]) == 6  # as many as prove the rank
    with pytest.raises(InputError, match="as many rows"):
        decide(planted | {"V": planted["V"][:5]})
    with pytest.raises(InputError, match="1 to p"):
        decide(planted | {"V": planted["V"] * 2})
    relu = witness("relu", 2, 3, 12)
    with pytest.raises(InputError, match="all p rows"):
        decide(relu | {"V": relu["V"][:-1]})
    assert decide(relu | {"V": relu["V"][:-1], "p": 11}).outcome in ("holds", "undecided", "fails")


def test_kinks_and_zero_samples_are_refused():
    relu = witness("relu", 2, 3, 12)
    relu["X"][0], relu["V"][5] = [1, 2, 3], [3, 0, -1]
    mixed = witness("relu+tanh", 2, 3, 9, "free")
    mixed["X"][0], mixed["V"][0] = [1, 2, 3], [3, 0, -1]
    for planted in (relu, mixed):
        with pytest.raises(InputError, match="kink"):
            decide(planted)
    for name in ("power:3", "power:2"):
        for zero in ([0, 0, 0], [PRIMES[0], 0, -PRIMES[0]]):
            planted = witness(name, 2, 3, 12)
            planted["X"][0] = zero
            with pytest.raises(InputError, match="zero"):
                decide(planted)


def test_denominators_have_no_place_modulo_a_prime():
    for change in ({"V_denominator": 2}, {"X_denominators": [1, 3]}):
        with pytest.raises(InputError, match="without denominators"):
            decide(witness("power:3", 2, 3, 12) | change)


def test_activations_without_the_arithmetic_are_refused():
    own = Activation(np.arctan, lambda u: 1 / (1 + u * u))
    with pytest.raises(InputError, match="neither ball nor exact"):
        witness(own, 2, 3, 9)
    with pytest.raises(InputError, match="no ball"):
        decide(witness("tanh", 2, 3, 9) | {"activation": own})
    with pytest.raises(InputError, match="no exact"):
        decide(witness("power:3", 2, 3, 9) | {"activation": "tanh"})


@pytest.mark.parametrize("name", ["tanh", "relu", "power:3", "hermite:3"])
def test_a_size_beyond_memory_is_refused_with_the_estimate(name):
    """Before a single number is drawn: this would otherwise take terabytes."""
    for arguments in ((10_000, 10_000, 10**9), (3000, 300, 10**7)):
        with pytest.raises(InputError, match=r"needs about \d+\.\d GiB, the machine has"):
            rank(name, *arguments)


def test_json_round_trip():
    for name, domain in (("tanh", "sphere"), ("relu", "free"), ("hermite:3", "sphere")):
        planted = witness(name, 2, 3, 12, domain)
        assert decide(json.loads(json.dumps(planted))) == decide(planted)


def test_precision_is_restored_even_after_a_refusal():
    before = ctx.prec
    mixed = witness("relu+tanh", 2, 3, 9, "free")
    mixed["X"][0], mixed["V"][3] = [1, 2, 3], [3, 0, -1]
    with pytest.raises(InputError):
        decide(mixed)
    decide(witness("tanh", 10, 2, 20))
    assert ctx.prec == before


@pytest.mark.parametrize("name", ["tanh", "hermite:2+hermite:3"])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_drawn_points_lie_on_the_sphere(name, d):
    planted = witness(name, 6, d, 40)
    q = planted.get("modulus")
    for x, denominator in zip(planted["X"], planted["X_denominators"]):
        excess = sum(t * t for t in x) - denominator**2
        assert (excess % q if q else excess) == 0
    if q is None and d > 1:
        assert len({tuple(np.sign(x)) for x in witness(name, 200, d, 5)["X"]}) == 2**d  # every orthant is met


@pytest.mark.slow
def test_the_standard_sizes():
    for arguments in (("tanh", 40, 20, 800), ("tanh", 40, 2, 80), ("softplus", 20, 10, 200)):
        assert decide(witness(*arguments)).outcome == "holds"

"""Exact claims on batch gradients: ranks, twins and row spaces a second way, boundaries, planted witnesses."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_mat

from reconlaw.numerics.generic_gradients import gradient_point, labels, linear_twin, quadratic_twin, slope_rank
from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.gradients import UNKNOWNS, jacobian, jet, read_network
from reconlaw.theory.rationals import matrix, vector


def floats(rows):
    return np.array([[float(Fraction(t)) for t in row] for row in rows])


def parts(name, control=""):
    claim = claims()[f"wang2023/{name}"]
    parameters = claim.parameters["quick"] | (claim.controls[control] if control else {})
    return run_check(claim.id, parameters, 0, control).witness["parts"]


def rank_case(point, expected, observed="both", unknowns="coefficients", domain="free"):
    case = {"observed": observed, "unknowns": unknowns, "domain": domain, "expected": expected}
    return decide(point | case | {"decider": "gradient_rank"})


# ranks


@pytest.mark.parametrize("d", [2, 3, 4])
def test_quadratic_rank_and_where_its_formula_ends(d):
    """The rank of X -> sum r x x^T, from the matrices x e^T + e x^T alone; the formula ends at B = d + 2, not at d + 1."""
    rng = np.random.default_rng(4)
    for B in range(1, d + 4):
        point = gradient_point("power:2", B, d, d * (d + 1) // 2, "free", rng)
        rows = []
        for x, k in itertools.product(floats(point["X"]) / 1e6, range(d)):
            M = np.outer(x, np.eye(d)[k])
            rows.append((M + M.T).ravel())
        rank = np.linalg.matrix_rank(np.array(rows))
        stated = B * d - B * (B - 1) // 2
        assert (rank == stated) == (d + 2 > B) and rank == min(B, d) * d - min(B, d) * (min(B, d) - 1) // 2
        for unknowns, observed in itertools.product(UNKNOWNS, ("output", "both")):
            assert rank_case(point, int(rank), observed, unknowns).outcome == "holds"
        assert rank_case(point, max(stated, 1)).outcome == ("holds" if d + 2 > B else "fails")


def test_boundaries_in_the_number_of_neurons():
    rng = np.random.default_rng(7)
    for B, d in [(1, 2), (2, 2), (3, 2), (2, 4)]:
        for m in (max(B - 1, 1), B, B + 1, B + 2):
            point = gradient_point("tanh", B, d, m, "free", rng)
            assert rank_case(point, (d + 1) * min(m, B)).outcome == "holds"
            assert rank_case(point, min(m * d, B * (d + 1)), "hidden").outcome == "holds"
            sphere = gradient_point("tanh", B, d, m, "sphere", rng)
            assert rank_case(sphere, min(m * (d + 1), B * d), domain="sphere").outcome == "holds"
            assert rank_case(sphere, d * min(m, B), "hidden", domain="sphere").outcome == "holds"
            wrong = rank_case(point, (d + 1) * min(m, B) + 1)
            assert wrong.outcome == "fails" and wrong.slack == -1


def test_output_gradient_alone_is_the_rank_of_random_features():
    """The decider `rank` builds another Jacobian of sum r act(V x): same answers on both sides of m = Bd."""
    from reconlaw.numerics.generic_points import rank_witness

    rng = np.random.default_rng(8)
    for activation, B, d, p in itertools.product(("power:5", "tanh"), (2, 3), (2, 3), (5, 6, 7)):
        if activation == "power:5" and (d, B) == (2, 3):
            continue
        witness = rank_witness(activation, B, d, min(p, B * d), "sphere", rng)
        over = [[f"{t}/{s}" for t in x] for x, s in zip(witness["X"], witness["X_denominators"])]
        point = gradient_point(activation, B, d, p, "sphere", rng)
        assert decide(witness).outcome == "holds" and witness["expected"] == min(p, B * d)
        if activation == "tanh":  # the very same point
            point |= {"X": over, "W": [[f"{t}/{witness['V_denominator']}" for t in v] for v in witness["V"]]}
            point |= {key: point[key][: len(witness["V"])] for key in ("output_weights", "hidden_bias")}
        assert rank_case(point, witness["expected"], "output", domain="sphere").outcome == "holds"


@pytest.mark.parametrize("activation", ["power:2+power:3", "power:4", "power:1+power:2"])
def test_block_of_one_neuron_and_one_sample(activation):
    """The determinant on the card: (ar)^d s^(d-1) [v (s + c u) - u s^2] up to sign, zero for a power."""
    rng = np.random.default_rng(9)
    for d in (1, 2, 4):
        point = gradient_point(activation, 1, d, 1, "free", rng)
        network, X, r = read_network(point), matrix("X", point["X"]), vector("r", point["coefficients"])
        J = fmpq_mat(jacobian(network, X, r, observed="both", unknowns="coefficients", domain="free"))
        u = network.inputs(X)[0][0]
        v, s, c = jet(network, u, 2)
        stated = (network.a[0] * r[0]) ** d * s ** (d - 1) * (v * (s + c * u) - u * s * s)
        assert abs(J.det()) == abs(stated) and (stated == 0) == (activation == "power:4")


def test_relu_rank_by_patterns():
    """d rank S for every pattern, deficient ones too; the output gradient adds nothing by Euler's identity."""
    rng, deficient = np.random.default_rng(10), 0
    for _ in range(25):
        B, d, m = (int(t) for t in rng.integers(1, 5, 3))
        point = gradient_point("relu", B, d, m, "free", rng)
        S = (floats(point["X"]) @ floats(point["W"]).T > 0).astype(float)
        rank = int(np.linalg.matrix_rank(S))
        assert slope_rank(point) == rank
        deficient += rank < min(B, m)
        for observed in ("hidden", "both") if rank else ():
            assert rank_case(point, d * rank, observed).outcome == "holds"
    assert deficient > 3


def test_a_special_point_is_not_called_generic():
    point = gradient_point("power:4+power:5", 3, 4, 4, "free", np.random.default_rng(11))
    assert rank_case(point, 15).outcome == "holds"
    zero = point | {"coefficients": ["0", *point["coefficients"][1:]]}
    assert rank_case(zero, 15).outcome == "fails" and rank_case(zero, 15).side == "upper"
    tanh = gradient_point("tanh", 3, 4, 4, "free", np.random.default_rng(11))
    assert rank_case(tanh | {"X": [tanh["X"][0]] * 3}, 15).outcome == "undecided"


# other batches with the same gradient


def test_twins_in_floats():
    rng = np.random.default_rng(12)
    point = gradient_point("power:2", 3, 4, 6, "free", rng)
    X, other, r = floats(point["X"]), floats(quadratic_twin(point, rng)), floats([point["coefficients"]])[0]
    assert np.allclose((X.T * r) @ X, (other.T * r) @ other, rtol=1e-9) and not np.allclose(X, other, rtol=0.01)
    assert np.linalg.matrix_rank(np.vstack([X, other]), tol=1e-6 * np.abs(X).max()) == 3  # within the span
    point = gradient_point("power:1", 3, 4, 6, "free", rng)
    X, other, a, W = floats(point["X"]), floats(linear_twin(point)), floats([point["output_weights"]])[0], floats(point["W"])
    r = floats([point["coefficients"]])[0]
    assert np.allclose(r @ X, r @ other, rtol=1e-9) and np.allclose(X @ W.T @ a, other @ W.T @ a, rtol=1e-9)
    assert labels(point, point["X"]) == labels(point, linear_twin(point))
    for size in ((1, 3), (3, 1)):
        with pytest.raises(InputError):
            linear_twin(gradient_point("power:1", *size, 2, "free", rng))


@pytest.mark.parametrize("control", ["", "A1", "A2", "A3", "A4"])
def test_odd_symmetry_in_floats(control):
    """numpy's gradient of both batches: equal to rounding for the claim, different for some part of every control."""
    differ = 0
    for name, part in parts("odd-symmetry", control).items():
        act, W, a = parse(part["activation"]), floats(part["W"]), floats([part["output_weights"]])[0]
        found = []
        for suffix in ("", "_other"):
            X, y = floats(part["X" + suffix]), floats([part["y" + suffix]])[0]
            u = X @ W.T + float(Fraction(part["hidden_bias"][0]))
            r = act.value(u) @ a + float(Fraction(part["output_bias"])) - y
            bias = [r.sum(), *(a * (r @ act.derivative(u)))] if part["observed"] != "weights" else []
            found.append(
                np.concatenate([r @ act.value(u), (a[:, None] * ((r[:, None] * act.derivative(u)).T @ X)).ravel(), bias])
            )
        gap = np.abs(found[0] - found[1]).max() / np.abs(found[0]).max()
        differ += gap > 1e-3
        assert control or gap < 1e-12, name
        assert (decide(part).outcome == "holds") == (gap < 1e-9), name
    assert (differ > 0) == (control != "")


def test_planted_batches():
    part = parts("odd-symmetry")["power:3: 2 of 4 samples, d = 5, m = 8"]
    assert decide(part).outcome == "holds" and decide(part).evidence == "exact"
    moved = part | {"y_other": [str(Fraction(part["y_other"][0]) + Fraction(1, 10**30)), *part["y_other"][1:]]}
    assert decide(moved).outcome == "fails"
    order = [2, 0, 3, 1]
    shuffled = part | {key: [part[key][k] for k in order] for key in ("X_other", "y_other")}
    assert decide(shuffled).outcome == "holds"
    same = {"X_other": [part["X"][k] for k in order], "y_other": [part["y"][k] for k in order]}
    for change in (
        same, {"observed": "all"}, {"y": part["y"][:2]}, {"X_other": part["X_other"][:2], "y_other": part["y_other"][:2]},
        {"output_weights": part["output_weights"][:3]}, {"activation": "tan"}, {"y": [0.5] * 4}, {"more": 1},
    ):  # fmt: skip
        with pytest.raises(InputError):
            decide(part | change)
    dead = part | {"output_weights": ["0"] * 8, "W": [["1", "0", "0", "0", "0"]] * 8, "X": [["0", *x[1:]] for x in part["X"]]}
    with pytest.raises(InputError, match="says nothing"):
        decide(dead)


# the row space


def test_row_space_in_floats():
    for name, part in parts("exact-row-space").items():
        act, W, X = parse(part["activation"]), floats(part["W"]), floats(part["X"])
        a, r = floats([part["output_weights"]])[0], floats([part["coefficients"]])[0]
        G = (a[:, None] * act.derivative(W @ X.T) * r) @ X
        _, s, V = np.linalg.svd(G)
        B = part["batch_size"]
        assert s[B - 1] > 1e-10 * s[0] and (len(s) == B or s[B] < 1e-12 * s[0]), name
        rest = X - X @ V[:B].T @ V[:B]
        assert np.linalg.norm(rest) < 1e-5 * np.linalg.norm(X), name


def test_row_space_boundaries():
    rng = np.random.default_rng(13)

    def case(activation, B, d, m, size=None, **change):
        point = gradient_point(activation, B, d, m, "free", rng) | change
        return decide(point | {"decider": "row_space", "batch_size": size or B})

    for activation in ("power:2", "tanh"):
        assert case(activation, 3, 4, 3).outcome == "holds" and case(activation, 3, 4, 2).outcome == "fails"
        assert case(activation, 4, 4, 4).outcome == "holds"
        assert case(activation, 5, 4, 9).outcome == "fails"  # B > d: the rank is d
    assert case("power:2", 5, 4, 9, size=4).outcome == "holds"  # although both spaces are all of R^4
    assert case("power:1", 1, 4, 1).outcome == "holds" and case("power:1", 2, 4, 9).outcome == "fails"
    assert case("power:3", 3, 5, 6, size=2).outcome == "fails"
    X = [
        ["1", "2", "3", "5"],
        ["-2", "1", "1", "0"],
        ["1", "7", "10", "15"],
    ]  # the last is three times the first plus the second
    assert case("power:3", 3, 4, 5, size=2, X=X).outcome == "holds" and case("power:3", 3, 4, 5, X=X).outcome == "fails"
    assert case("tanh", 3, 4, 5, coefficients=["1", "0", "2"]).outcome == "fails"
    # dependent samples and a quadratic: sum r x x^T may lose more than the span does
    twins = {"X": [["1", "0"], ["0", "1"], ["1", "1"]], "coefficients": ["2", "2", "-1"]}  # (1, -1)(1, -1)^T
    assert case("power:2", 3, 2, 4, size=2, **twins).outcome == "fails"
    assert case("power:3", 3, 2, 4, size=2, **twins).outcome == "holds"
    for change in ({"coefficients": ["1"]}, {"X": [["1", "2"]] * 3}, {"batch_size": 0}, {"W": []}, {"hidden_bias": ["x"] * 5}):
        with pytest.raises(InputError):
            decide(gradient_point("relu", 3, 4, 5, "free", rng) | {"decider": "row_space", "batch_size": 3} | change)


# leaky chains


def test_leaky_factor_by_floats():
    for slope, layers in itertools.product((0.01, 0.2, 0.9), (1, 2, 3, 6)):
        h = np.array([0.7, -1.3])
        h = np.concatenate([h, -h])
        for _ in range(layers):
            h = np.where(h > 0, h, slope * h)
        assert h[:2] - h[2:] == pytest.approx((1 + slope**layers) * np.array([0.7, -1.3]), rel=1e-14)
        part = {
            "decider": "leaky_chain",
            "activation": f"leaky_relu:{slope}",
            "layers": layers,
            "x": ["7/10", "-13/10"],
            "Z": [[1, 2]],
        }
        corrected = str(1 + Fraction(str(slope)) ** layers)
        assert decide(part | {"factor": corrected}).outcome == "holds"
        assert (decide(part | {"factor": str(1 + Fraction(str(slope)))}).outcome == "holds") == (layers == 1)


def test_planted_chains():
    part = json.loads(json.dumps(parts("leaky-factor", "A1")["slope 1/100, L = 2"]))
    assert decide(part).outcome == "holds"
    assert decide(part | {"layers": 3}).outcome == "fails"
    assert decide(part | {"activation": "relu", "factor": "1"}).outcome == "holds"
    # with a negative slope the second layer already sees a positive number: 1 + alpha for every L
    assert decide(part | {"activation": "leaky_relu:-1/2", "layers": 3, "factor": "1/2"}).outcome == "holds"
    zero = {"Z": [["1", "1", "0", "0"]], "x": ["1", "-1", "2", "3"]}
    assert decide(part | {"x": ["0", "1", "1", "1"]}).outcome == "holds"
    for change in ({"activation": "tanh"}, {"layers": 0}, {"x": ["0"] * 4}, zero, {"factor": 1.01}, {"Z": [["1"]]}):
        with pytest.raises(InputError):
            decide(part | change)


def test_planted_ranks():
    point = gradient_point("power:3", 2, 3, 4, "free", np.random.default_rng(14))
    good = point | {"decider": "gradient_rank", "observed": "both", "unknowns": "coefficients", "domain": "free", "expected": 6}
    assert decide(good).outcome == "holds"
    for change in (
        {"expected": 0}, {"observed": "all"}, {"unknowns": "labels"}, {"domain": "sphere"}, {"X": [["1", "2"]]},
        {"W": [["1.5e3"]]}, {"coefficients": ["1"]}, {"output_weights": ["1"]}, {"activation": "mish"}, {"extra": 1},
    ):  # fmt: skip
        with pytest.raises(InputError):
            decide(good | change)
    kink = gradient_point("relu", 2, 2, 2, "free", np.random.default_rng(14)) | {
        "X": [["1", "2"], ["3", "4"]],
        "W": [["2", "-1"], ["1", "1"]],
    }
    with pytest.raises(InputError, match="kink"):
        rank_case(kink, 4)

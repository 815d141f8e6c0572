"""The deciders symmetry, superposition and all: both polarities, and planted witnesses that must be refused."""

import ast
import copy
import json
import math
from pathlib import Path

import numpy as np
import pytest
from rational_model import V, X, linear

from reconlaw.proofs_check import deciders
from reconlaw.proofs_check.deciders import conclude, decide
from reconlaw.proofs_check.verdict import Decision
from reconlaw.theory.errors import InputError


def symmetry(activation, parity, **more):
    return {"decider": "symmetry", "activation": activation, "parity": parity, "V": V, "X": X, "scale": "1/10"} | more


@pytest.mark.parametrize(("name", "parity", "evidence"), [
    ("tanh", "odd", "ball"), ("erf", "odd", "ball"), ("sin+power:3", "odd", "ball"), ("power:5", "odd", "exact"),
    ("hermite:4", "even", "ball"),
    ("power:2+power:4", "even", "exact"), ("leaky_relu:-1", "even", "exact"), ("gelu+leaky_relu:-2", "even", "ball"),
    ("leaky_relu:2+relu+tanh", "odd", "ball"),
])  # fmt: skip
def test_parity_holds_and_the_other_fails(name, parity, evidence):
    found = decide(symmetry(name, parity))
    assert (found.outcome, found.evidence, found.slack) == ("holds", evidence, 0.0)
    other = decide(symmetry(name, {"odd": "even", "even": "odd"}[parity]))
    assert other.outcome == "fails" and other.slack is None and other.evidence == evidence


@pytest.mark.parametrize(
    "name", ["relu", "gelu", "softplus", "relu+tanh", "sigmoid", "elu", "mish", "hermite:2+hermite:3", "power:1+power:2"]
)
@pytest.mark.parametrize("scale", ["1/10", "1/2000", "30"])
def test_no_parity(name, scale):
    for parity in ("odd", "even"):
        assert decide(symmetry(name, parity, scale=scale)).outcome == "fails"


@pytest.mark.parametrize("change", [
    {"scale": "0"}, {"scale": "1/" + "1" + "0" * 48}, {"activation": "elu", "parity": "odd", "scale": "1/1" + "0" * 48},
    {"scale": 0.5}, {"scale": None}, {"X": [["0", "0"]]}, {"V": [["0", "0"]]}, {"parity": "both"}, {"parity": None},
    {"activation": "no"}, {"X": [["1"]]}, {"V": []}, {"X": [[1.5, 2.0]]}, {"activation": "relu", "X": [["3", "-1"]]},
])  # fmt: skip
def test_planted_symmetries_are_refused(change):
    """A scale or data of zero would make tanh even, and a tiny scale makes elu odd to any fixed accuracy."""
    with pytest.raises(InputError):
        decide(symmetry("tanh", "even") | change)
    for key in symmetry("tanh", "odd"):
        with pytest.raises(InputError):
            decide({k: v for k, v in symmetry("tanh", "odd").items() if k != key})


# superposition


def superposition(activation="tanh", statement="recovered", truth=((1.0, 0.5), (-0.3, 2.0)), found=None, a=(1.5, -0.7), **more):
    rows = np.array([[0.3, 1.0], [-0.7, 0.2], [1.1, -0.4], [0.5, 0.9], [2.0, 0.1]])
    act = {"tanh": np.tanh, "relu": lambda u: np.maximum(u, 0), "gelu": None}[activation]
    theta = act(rows @ np.array(truth).T) @ np.array(a)
    found, b = (truth, a) if found is None else found
    return {
        "decider": "superposition", "statement": statement, "activation": activation, "V": rows.tolist(),
        "theta": theta.tolist(),
        "samples": [list(x) for x in found], "coefficients": list(b), "truth": [list(x) for x in truth], "symmetry": "none",
        "residual_tolerance": 1e-11, "error_tolerance": 1e-6,
    } | more  # fmt: skip


def test_recovered():
    found = decide(superposition())
    assert (found.outcome, found.evidence) == ("holds", "floating") and found.slack >= 5
    flipped = superposition(found=(((-1.0, -0.5), (-0.3, 2.0)), (-1.5, -0.7)))
    assert decide(flipped | {"symmetry": "sign"}).outcome == "holds"
    assert decide(flipped).outcome == "fails" and decide(flipped).slack < 0
    permuted = superposition(found=(((-0.3, 2.0), (1.0, 0.5)), (-0.7, 1.5)))
    assert decide(permuted).outcome == "fails"  # the rows are to be in the order of the truth
    near = superposition(found=(((1.0 + 1e-5, 0.5), (-0.3, 2.0)), (1.5, -0.7)))
    assert decide(near).outcome == "undecided"  # theta is not met
    assert decide(near | {"residual_tolerance": 1e-3}).outcome == "fails"
    assert decide(near | {"residual_tolerance": 1e-3, "error_tolerance": 1e-4}).outcome == "holds"


def test_slack_is_the_margin_in_decades():
    near = superposition(
        found=(((1.0, 0.5 * (1 + 1e-4)), (-0.3, 2.0)), (1.5, -0.7)), residual_tolerance=0.9, error_tolerance=1e-2
    )
    error = 0.5e-4 / math.hypot(1, 0.5)
    assert decide(near).slack <= math.log10(1e-2 / error) + 1e-6
    assert decide(near).slack == pytest.approx(min(math.log10(1e-2 / error), 4.2), abs=0.3)


def test_wrong_zero():
    """Only a zero that is wrong up to every exact symmetry, of a theta that the truth does produce."""
    rows = np.array(superposition()["V"])
    other = np.array(
        [[0.9, -1.2], [0.4, 0.8], [-1.0, 0.6], [0.2, 1.5], [1.4, 0.3]]
    )  # 5 equations, so that 5 features meet any theta
    truth = np.array([[1.0, 0.5], [-0.3, 2.0], [0.7, 0.7], [-1.3, 0.2], [0.1, -0.9]])
    theta = np.tanh(rows @ truth.T) @ np.ones(5)
    b = np.linalg.solve(np.tanh(rows @ other.T), theta)
    wrong = superposition(statement="wrong zero") | {
        "theta": theta.tolist(), "truth": truth.tolist(), "samples": other.tolist(), "coefficients": b.tolist()
    }  # fmt: skip
    assert decide(wrong).outcome == "holds"
    assert decide(wrong | {"statement": "recovered"}).outcome == "fails"
    order = [3, 0, 4, 1, 2]
    for samples, coefficients in ((truth[order], np.ones(5)), (-truth, -np.ones(5)), (truth, np.ones(5))):
        planted = wrong | {"samples": samples.tolist(), "coefficients": coefficients.tolist()}
        assert decide(planted).outcome == "fails"  # a permutation, or signs: the truth after all
    relu = superposition("relu", "wrong zero", found=(((2.0, 1.0), (-0.3, 2.0)), (0.75, -0.7)))
    assert decide(relu).outcome == "fails"  # the scale of a sample is a symmetry of relu
    for garbage in ([[5.0, 3.0], [1.0, 1.0]], [[-1.0, 0.5], [-0.3, 2.0]]):
        with pytest.raises(InputError, match="no superposition"):
            decide(superposition(statement="wrong zero") | {"truth": garbage})


@pytest.mark.parametrize("change", [
    {"theta": [0.0] * 5}, {"truth": [[0.0, 0.0], [1.0, 2.0]]}, {"theta": [1.0] * 4}, {"theta": [math.nan] * 5}, {"theta": None},
    {"V": [[math.inf, 1.0]] * 5}, {"V": [[1.0]] * 5}, {"V": [["1", "2"]] * 5}, {"V": [[True, False]] * 5},
    {"samples": [[1.0, 0.5]]},
    {"samples": [[1.0, 0.5], [1.0]]}, {"samples": []}, {"coefficients": [1.0]}, {"coefficients": "ab"}, {"symmetry": "scale"},
    {"symmetry": None}, {"activation": None}, {"activation": "no"}, {"statement": "found"}, {"statement": None},
    {"residual_tolerance": 0}, {"residual_tolerance": 1.5}, {"error_tolerance": math.nan}, {"error_tolerance": True},
    {"error_tolerance": "1e-6"}, {"activation": "relu", "symmetry": "sign"}, {"V": [[[1.0]]] * 5},
])  # fmt: skip
@pytest.mark.parametrize("statement", ["recovered", "wrong zero"])
def test_planted_superpositions_are_refused(change, statement):
    with pytest.raises(InputError):
        decide(superposition(statement=statement) | change)
    for key in superposition():
        with pytest.raises(InputError):
            decide({k: v for k, v in superposition(statement=statement).items() if k != key})


# all


def parts():
    return {
        "exact": linear("radial-kernel", a=["1", "2"], degree="3"),
        "ball": symmetry("tanh", "odd"),
        "counts": {"decider": "statistical", "method": "binomial", "relation": "at least", "bound": 0.5, "successes": 99,
                   "trials": 100, "error_probability": 1e-3, "peeked": False},
        "more counts": {"decider": "statistical", "method": "binomial", "relation": "at most", "bound": 0.5, "successes": 1,
                        "trials": 100, "error_probability": 2e-3, "peeked": False},
        "floating": superposition(),
    }  # fmt: skip


def test_evidence_is_the_weakest_and_errors_add_up():
    everything = parts()
    for names, evidence in [(["exact"], "exact"), (["exact", "ball"], "ball"), (["exact", "ball", "counts"], "statistical"),
                            (list(everything), "floating")]:  # fmt: skip
        found = decide({"decider": "all", "parts": {name: everything[name] for name in names}})
        single = [decide(everything[name]) for name in names]
        assert (found.outcome, found.evidence) == ("holds", evidence)
        assert found.error_probability == pytest.approx(sum(d.error_probability for d in single))
        assert found.slack == min(d.slack for d in single if d.evidence == evidence)
    assert found.error_probability == pytest.approx(3e-3) and found.side == "both"


def test_an_equality_does_not_hide_the_slack_of_a_sample():
    chosen = {name: parts()[name] for name in ("exact", "ball", "counts", "more counts")}
    found = decide({"decider": "all", "parts": chosen})
    assert decide(chosen["exact"]).slack == decide(chosen["ball"]).slack == 0
    assert found.slack == min(decide(chosen[name]).slack for name in ("counts", "more counts")) > 0.3
    assert "counts: " in found.reason


def test_one_failure_decides_and_one_doubt_prevents():
    wrong = linear("radial-kernel", a=["1", "2"], degree="2")
    doubt = parts()["counts"] | {"successes": 55}
    found = decide({"decider": "all", "parts": parts() | {"wrong": wrong, "doubt": doubt}})
    assert (found.outcome, found.evidence) == ("fails", "exact") and found.reason.startswith("wrong: ")
    found = decide({"decider": "all", "parts": parts() | {"doubt": doubt}})
    assert found.outcome == "undecided" and found.reason.startswith("doubt: ")


def test_all_may_hold_all():
    inner = {"decider": "all", "parts": {"a": parts()["exact"], "b": parts()["counts"]}}
    found = decide({"decider": "all", "parts": {"inner": inner, "c": parts()["more counts"]}})
    assert found.outcome == "holds" and found.error_probability == pytest.approx(3e-3)


@pytest.mark.parametrize("planted", [
    {"decider": "all"}, {"decider": "all", "parts": {}}, {"decider": "all", "parts": []},
    {"decider": "all", "parts": {"a": None}},
    {"decider": "all", "parts": {"a": {"decider": "nothing"}}}, {"decider": "ALL", "parts": {}}, {}, None, [], "all",
    {"decider": {"all": 1}},
])  # fmt: skip
def test_planted_conjunctions_are_refused(planted):
    with pytest.raises(InputError):
        decide(planted)


def test_conclude_and_json():
    for name, part in parts().items():
        verdict = conclude(part, note=1)
        assert verdict.decision == decide(part) and verdict.details == {"note": 1}, name
        assert decide(json.loads(json.dumps(verdict.witness))) == verdict.decision


def test_deciders_do_not_change_the_witness():
    for part in parts().values():
        before = copy.deepcopy(part)
        decide(part)
        assert part == before


@pytest.mark.parametrize(
    ("outcome", "slack"), [("holds", None), ("holds", -1e-9), ("fails", 0.0), ("undecided", 2.0), ("holds", math.nan)]
)
def test_slack_goes_with_the_outcome(outcome, slack):
    with pytest.raises(ValueError, match="slack"):
        Decision(outcome, "exact", "both", slack, "")


def test_deciders_import_theory_and_the_verdict_only():
    """By syntax tree, at any depth: no numerics, no engine, no claim, and of other packages only flint and numpy."""
    import sys

    files = sorted(Path(deciders.__file__).parent.glob("*.py"))
    assert len(files) >= 7
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules = [(0, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [(node.level, node.module or "")]
            else:
                continue
            for level, module in modules:
                root = module.partition(".")[0]
                allowed = {
                    0: root in sys.stdlib_module_names or root in ("flint", "numpy"),
                    1: True,  # another decider
                    2: module == "verdict",
                    3: root == "theory",
                }
                assert allowed.get(level, False), f"{file.name}: level {level} import of {module!r}"
            assert not any("reconlaw" in module for _, module in modules)

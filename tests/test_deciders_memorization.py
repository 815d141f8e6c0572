"""The deciders of the memorization theorems: both polarities of every statement, and witnesses that must be refused."""

import pytest

from reconlaw.proofs_check.deciders import backward_bit, decide, memorization, one_coordinate
from reconlaw.theory.errors import InputError

SPARSE = {"problem": "sparse", "d": 10**6, "n": 6, "C": "3"}
BIT = [["1", "0"], ["0", "1"]]
FAIR = [["1/2", "1/2"], ["1/2", "1/2"]]

# decider/statement -> a witness that holds, and the changes that make it fail (none: what the statement says is a theorem)
CASES = {
    "backward_bit/domination": ({"looks": [["1/3", 2], ["4/5", 1]], "kept": "1"}, {"kept": "1/4"}),
    "backward_bit/moments": ({"looks": [["1/3", 2], ["4/5", 1]], "kept": "1", "orders": 4}, {"kept": "1/4"}),
    "backward_bit/monotone": ({"looks": [["1/3", 2], ["4/5", 1]], "orders": 3}, None),
    "memorization/below-learner": (
        {**SPARSE, "alpha": "1/3", "error": "1/3", "rho": "kl"},
        {"rho": "chi-square"},
    ),
    "memorization/ratio": ({**SPARSE, "alpha": "1/3", "factor": "2"}, {"factor": "8/5"}),
    "memorization/below-derived": ({**SPARSE, "n": 2, "alpha": "1/100"}, None),
    "memorization/sparse-rho": ({**SPARSE, "factor": "1"}, {"factor": "7/10"}),
    "memorization/decay-above": ({"n": 50, "correlation": "3/10", "exponent": "1/2"}, {"exponent": "1"}),
    "memorization/decay-below": ({"n": 50, "correlation": "3/10", "exponent": "1/2"}, {"exponent": "1/10"}),
    "memorization/chain-rule": (
        {"prior": ["1/3", "2/3"], "data": [["3/4", "1/4"], ["1/2", "1/2"]], "learners": [BIT, BIT], "tolerance": "1/1000000"},
        {"learners": [BIT, FAIR]},
    ),
    "one_coordinate/gaussian": ({"n": 7, "square": "1/5", "power": 1}, {"power": 2}),
    "one_coordinate/sparse-theta": ({"n": 4, "nu": "1/10", "flip": "0", "bias": "0"}, {"flip": "1/20"}),
    "one_coordinate/sparse-domination": ({"n": 2, "nu": "1/3", "flip": "1/4", "rho": "1/4"}, {"flip": "3/4"}),
}
MODULES = {"backward_bit": backward_bit, "memorization": memorization, "one_coordinate": one_coordinate}


def witness(name, **changes):
    decider, statement = name.split("/")
    return {"decider": decider, "statement": statement, **CASES[name][0], **changes}


def test_every_statement_has_a_case():
    assert set(CASES) == {f"{name}/{statement}" for name, module in MODULES.items() for statement in module.STATEMENTS}


@pytest.mark.parametrize("name", CASES)
def test_holds(name):
    found = decide(witness(name))
    assert found.outcome == "holds" and 0 <= found.slack <= 1, found.reason
    exact = name.startswith("one_coordinate") or name in ("backward_bit/moments", "backward_bit/monotone")
    assert found.evidence == ("exact" if exact else "ball")


@pytest.mark.parametrize("name", [name for name, (_, changes) in CASES.items() if changes])
def test_fails(name):
    found = decide(witness(name, **CASES[name][1]))
    assert found.outcome == "fails" and found.slack is None, found.reason


@pytest.mark.parametrize("name", CASES)
def test_keys_are_demanded(name):
    for key in CASES[name][0]:
        with pytest.raises(InputError, match=key):
            decide({k: v for k, v in witness(name).items() if k != key})
    with pytest.raises(InputError, match="seed"):
        decide(witness(name, seed=0))


@pytest.mark.parametrize(("name", "change"), [
    ("backward_bit/domination", {"looks": []}),
    ("backward_bit/domination", {"looks": [["1/2"]]}),
    ("backward_bit/domination", {"looks": [["1", 1]]}),
    ("backward_bit/domination", {"looks": [["1/2", 0]]}),
    ("backward_bit/domination", {"looks": [["1/2", 10**6]]}),
    ("backward_bit/domination", {"looks": [[0.5, 1]]}),
    ("backward_bit/domination", {"kept": "0"}),
    ("backward_bit/moments", {"kept": "2"}),
    ("backward_bit/moments", {"orders": 0}),
    ("backward_bit/moments", {"orders": 10**6}),
    ("backward_bit/monotone", {"looks": [["1/2", 9]]}),
    ("memorization/below-learner", {"problem": "uniform"}),
    ("memorization/below-learner", {"alpha": "1/2"}),
    ("memorization/below-learner", {"error": "0"}),
    ("memorization/below-learner", {"rho": "total variation"}),
    ("memorization/below-learner", {"problem": "gaussian", "rho": "chi-square"}),
    ("memorization/ratio", {"C": "1000"}),
    ("memorization/ratio", {"d": 0}),
    ("memorization/ratio", {"n": "6"}),
    ("memorization/ratio", {"factor": 2.0}),
    ("memorization/below-derived", {"problem": "gaussian"}),
    ("memorization/below-derived", {"problem": "boolean", "n": 10**5}),
    ("memorization/sparse-rho", {"problem": "boolean"}),
    ("memorization/decay-above", {"correlation": "1"}),
    ("memorization/decay-above", {"n": 10**9}),
    ("memorization/chain-rule", {"learners": [BIT]}),
    ("memorization/chain-rule", {"learners": [BIT, [["1"], ["1"]]]}),
    ("memorization/chain-rule", {"prior": ["1", "1"]}),
    ("one_coordinate/gaussian", {"square": "1"}),
    ("one_coordinate/gaussian", {"n": 10**4}),
    ("one_coordinate/gaussian", {"power": 0}),
    ("one_coordinate/sparse-theta", {"nu": "0"}),
    ("one_coordinate/sparse-theta", {"flip": "1"}),
    ("one_coordinate/sparse-theta", {"bias": "1"}),
    ("one_coordinate/sparse-theta", {"n": 13}),
    ("one_coordinate/sparse-domination", {"flip": "1"}),
    ("one_coordinate/sparse-domination", {"n": 0}),
])  # fmt: skip
def test_bad_values_are_refused(name, change):
    with pytest.raises(InputError):
        decide(witness(name, **change))


def test_unknown_statements_are_refused():
    for decider in MODULES:
        with pytest.raises(InputError, match="statement"):
            decide({"decider": decider, "statement": "everything"})


def test_no_learner_no_decision():
    found = decide(witness("memorization/ratio", n=1, alpha="1/1000000"))
    assert found.outcome == "undecided" and "no learner" in found.reason


def test_the_steps_of_the_proof_can_be_refused(monkeypatch):
    """With g^2 and h exchanged, or with the mean of h under the law without the weight cosh m, `monotone` fails."""
    own = backward_bit._conditional
    exchanged = lambda odds, J, k: (lambda mass, h, g, joint: (mass, g[0], [h] * k, joint))(*own(odds, J, k))  # noqa: E731
    monkeypatch.setattr(backward_bit, "_conditional", exchanged)
    found = decide(witness("backward_bit/monotone"))
    assert found.outcome == "fails" and "added to" in found.reason
    monkeypatch.setattr(backward_bit, "_conditional", lambda odds, J, k: (1, *own(odds, J, k)[1:]))
    found = decide(witness("backward_bit/monotone"))
    assert found.outcome == "fails" and found.reason == "the mean of h is not T"


def test_sparse_sandwich_that_stays_open_is_undecided():
    """Outside S of mean 1/3, few points: eta_TV is above kappa and the squared correlation below it."""
    outcomes = {n: decide(witness("one_coordinate/sparse-theta", n=n, bias="1/3")).outcome for n in (1, 2, 3, 4)}
    assert set(outcomes.values()) <= {"fails", "undecided"} and "undecided" in outcomes.values(), outcomes

"""The deciders of the finite memorization claims: both polarities of every statement, and witnesses that must be refused."""

import pytest

from reconlaw.numerics.finite_channels import Fraction, strings, symmetric_bits
from reconlaw.proofs_check.deciders import contraction_order, decide, gaussian_information, information, learners
from reconlaw.theory.errors import InputError

BIT = [["1", "0"], ["0", "1"]]
NOISY = [["9/10", "1/10"], ["1/10", "9/10"]]
FAINT = [["3/5", "2/5"], ["2/5", "3/5"]]
SPARSE = {"biases": ["1/10", "9/10"], "weights": ["9/10", "1/10"]}
RARE = [["99/100", "1/100"], ["1", "0"]]  # names the second letter at times: V = (r, -)

# statement -> a witness that holds, and the changes that make it fail
CASES = {
    "information/entropy-continuity": (
        {"p": ["1", "0"], "q": ["9/10", "1/10"], "coefficient": "2"},
        {"coefficient": "1"},
    ),
    "information/sharp-entropy-continuity": (
        {"p": ["1", "0", "0"], "q": ["9/10", "11/200", "9/200"], "coefficient": "1"},
        {"coefficient": "99/100"},
    ),
    "information/entropy-step": (
        {"p": ["7/20", "3/10", "7/20"], "q": ["1/3", "1/3", "1/3"]},
        {"p": ["9/10", "1/20", "1/20"], "q": ["1/2", "1/4", "1/4"]},
    ),
    "information/information-continuity": (
        {"p": ["1", "0"], "q": ["9/10", "1/10"], "channel": BIT, "coefficient": "4"},
        {"coefficient": "1"},
    ),
    "information/correlation-contraction": (
        {"pair": [["9/20", "1/20"], ["1/20", "9/20"]], "copies": 1, "channel": FAINT},
        {"pair": [["1/2", "0"], ["1/10", "2/5"]], "channel": RARE[::-1]},
    ),
    "information/approximate-contraction": (
        {"flip": "1/10", "copies": 1, "rows": BIT, "channel": BIT, "coefficient": "8"},
        {"coefficient": "0"},
    ),
    "information/dominating-variables": (
        {
            "signs": [["9/16", "3/16"], ["3/16", "1/16"]], "train": BIT, "data": [["3/4", "1/4"], ["1/4", "3/4"]], "test": BIT,
            "channel": FAINT, "target": "test", "coefficient": "8",
        },
        {"signs": [["1/2", "1/4"], ["1/4", "0"]]},
    ),
    "learners/fano": (
        {"constant": "least", "joint": [["1/5" if i == j else "0" for j in range(5)] for i in range(5)],
         "classifiers": [[int(i == j) for j in range(5)] for i in range(5)]},
        {"constant": "printed"},
    ),
    "learners/memorization": (
        {"constant": "least", "prior": ["1/2", "1/2"], "rows": NOISY, "n": 1, "learner": BIT, "classifiers": [[1, 0], [0, 1]],
         "shrink": "1"},
        {"shrink": "1/100"},
    ),
    "learners/sign-memorization": (
        {"constant": "least", "correlation": "4/5", "copies": 1, "n": 1, "learner": FAINT, "classifiers": [[1, 0], [0, 1]],
         "shrink": "1"},
        {"shrink": "9/10"},
    ),
    "learners/erased-letters": (
        {"constant": "least", "letters": 10, "coordinates": 10, "survival": "49/50", "tau": "4957/5000"},
        {"constant": "printed"},
    ),
    "contraction_order/chi-square-below": (
        {"joint": [["1/4", "1/4"], ["1/8", "3/8"]], "posterior": ["37/100", "63/100"], "share": "99/100"},
        {"share": "2"},
    ),
    "contraction_order/total-variation-above": (
        {"joint": [["1/4", "1/4"], ["1/8", "3/8"]], "posterior": ["1/2", "1/2"]},
        None,
    ),
    "contraction_order/fair-certified": (SPARSE | {"constant": "total variation"}, {"constant": "chi-square"}),
    "contraction_order/direction": (
        {"biases": ["1", "0"], "weights": ["1/10", "9/10"], "posterior": ["1", "0", "0", "0"]},
        {"biases": ["1/2"], "weights": ["1"], "posterior": ["3/4", "1/4"]},
    ),
    "contraction_order/product": (
        {"first": SPARSE, "second": {"biases": ["1/10"], "weights": ["1"]}, "combined": "largest",
         "channel": [row for row in [["1", "0"], ["1", "0"], ["9/10", "1/10"], ["1", "0"]] for _ in range(2)]},
        {"combined": "smallest"},
    ),
    "contraction_order/chain": (
        {"pair": SPARSE, "noise": [["1/2", "1/2"], ["1/3", "2/3"], ["1", "0"], ["0", "1"]], "channel": BIT},
        None,
    ),
    "gaussian_information/noisy": ({"rho": "1/4", "power": 1, "noise": "3"}, {"power": 2}),
    "gaussian_information/threshold": (
        {"rho": "1/4", "power": 1, "threshold": "2", "pair": "gaussian"},
        {"pair": "mixture"},
    ),
}  # fmt: skip
FREQUENCIES = {
    "decider": "frequencies", "clusters": 3, "values": ["1/10", "1"], "weights": ["1/2", "1/2"], "sequence": [0, 1, 2],
    "cluster": 0, "given": "positions",
}  # fmt: skip
LOOKS = {"decider": "one_bit", "n": 500, "mean": "1/250", "delta": "1/1000", "factor": "8"}


def witness(name, **changes):
    decider, statement = name.split("/")
    return {"decider": decider, "statement": statement, **CASES[name][0], **changes}


def test_every_statement_has_a_case():
    tables = {"information": information, "learners": learners, "contraction_order": contraction_order,
              "gaussian_information": gaussian_information}  # fmt: skip
    assert set(CASES) == {f"{name}/{statement}" for name, module in tables.items() for statement in module.STATEMENTS}


@pytest.mark.parametrize("name", CASES)
def test_holds(name):
    found = decide(witness(name))
    assert found.outcome == "holds", found.reason
    assert found.evidence == "ball" and 0 <= found.slack < 1


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
    ("information/entropy-continuity", {"p": ["1", "1"]}),
    ("information/entropy-continuity", {"q": ["1", "0", "0"]}),
    ("information/entropy-continuity", {"q": [0.9, 0.1]}),
    ("information/entropy-continuity", {"coefficient": 2.0}),
    ("information/information-continuity", {"channel": [["1", "0"]]}),
    ("information/correlation-contraction", {"pair": [["1/2", "0"], ["1/2", "0"]]}),
    ("information/correlation-contraction", {"pair": [["1/2", "0", "0"], ["0", "1/2", "0"]]}),
    ("information/correlation-contraction", {"copies": 0}),
    ("information/correlation-contraction", {"copies": 2}),
    ("information/correlation-contraction", {"copies": 30}),
    ("information/approximate-contraction", {"flip": "11/10"}),
    ("information/approximate-contraction", {"rows": [["1"], ["1"]]}),
    ("information/dominating-variables", {"target": "data"}),
    ("information/dominating-variables", {"data": [["1"], ["1"]]}),
    ("learners/fano", {"constant": "paper"}),
    ("learners/fano", {"classifiers": [[1] * 5] * 4}),
    ("learners/fano", {"classifiers": [[2, 0, 0, 0, 0]] * 5}),
    ("learners/memorization", {"rows": [["1/2", "1/2"]] * 2}),
    ("learners/memorization", {"shrink": "0"}),
    ("learners/memorization", {"n": 2}),
    ("learners/memorization", {"n": 10**9}),
    ("learners/sign-memorization", {"correlation": "1"}),
    ("learners/erased-letters", {"tau": "1"}),
    ("learners/erased-letters", {"letters": 1}),
    ("learners/erased-letters", {"coordinates": 10**9}),
    ("contraction_order/direction", {"posterior": ["1/20", "1/20", "9/20", "9/20"]}),
    ("contraction_order/direction", {"biases": ["3/2", "0"]}),
    ("contraction_order/total-variation-above", {"posterior": ["3/8", "5/8"]}),
    ("contraction_order/fair-certified", {"constant": "KL"}),
    ("contraction_order/product", {"combined": "sum"}),
    ("contraction_order/product", {"first": ["1/10"]}),
    ("contraction_order/chain", {"pair": {"biases": ["1/10"]}}),
    ("gaussian_information/noisy", {"noise": "0"}),
    ("gaussian_information/noisy", {"rho": "1"}),
    ("gaussian_information/noisy", {"power": 0}),
    ("gaussian_information/threshold", {"pair": "copula"}),
])  # fmt: skip
def test_bad_values_are_refused(name, change):
    with pytest.raises(InputError):
        decide(witness(name, **change))


def test_unknown_statements_are_refused():
    for decider in ("information", "learners", "contraction_order", "gaussian_information"):
        with pytest.raises(InputError, match="statement"):
            decide({"decider": decider, "statement": "everything"})


def test_equality_is_undecided_unless_exact():
    """Attained with equality, the sharp bound cannot be told apart by balls; 0 <= 0 can."""
    extremal = witness("information/sharp-entropy-continuity", q=["9/10", "1/20", "1/20"])
    assert decide(extremal).outcome == "undecided"
    same = decide(witness("information/entropy-continuity", q=["0", "1"], p=["0", "1"]))
    assert same.outcome == "holds" and same.slack == 0


def test_a_constant_that_is_not_certified_decides_nothing():
    found = decide(witness("learners/erased-letters", tau="9913/10000"))
    assert found.outcome == "undecided" and "not certified" in found.reason
    above = decide(witness("learners/erased-letters", tau="99131/100000", constant="printed"))
    assert above.outcome == "fails"


def test_more_copies_take_larger_channels():
    pair = strings([[t / 2 for t in row] for row in symmetric_bits(Fraction(4, 5))])
    rows = [row for row in FAINT for _ in range(2)]
    assert decide(witness("information/correlation-contraction", pair=pair, copies=2, channel=rows)).outcome == "holds"


# frequencies and one_bit


def test_frequencies():
    assert decide(FREQUENCIES).outcome == "holds"
    found = decide(FREQUENCIES | {"given": "sequence"})
    assert found.outcome == "fails" and found.evidence == "exact" and "1/3" in found.reason
    assert decide(FREQUENCIES | {"given": "sequence", "clusters": 2, "sequence": [0, 1, 1, 0]}).outcome == "holds"
    assert decide(FREQUENCIES | {"given": "sequence", "values": ["1"], "weights": ["1"]}).outcome == "holds"


@pytest.mark.parametrize("change", [
    {"given": "all"}, {"sequence": []}, {"sequence": [0, 3]}, {"sequence": [True]}, {"values": ["0", "1"]}, {"weights": ["1"]},
    {"cluster": 3}, {"clusters": 1}, {"clusters": 30}, {"seed": 1},
])  # fmt: skip
def test_bad_frequencies_are_refused(change):
    with pytest.raises(InputError):
        decide(FREQUENCIES | change)


def test_looks():
    assert decide(LOOKS).outcome == "holds"
    assert decide(LOOKS | {"factor": "1/2"}).outcome == "fails"
    vacuous = decide(LOOKS | {"factor": "1000"})
    assert vacuous.outcome == "holds" and vacuous.slack == 0 and ">= 1" in vacuous.reason
    assert decide(LOOKS | {"factor": "1/" + "9" * 40}).outcome == "undecided"


@pytest.mark.parametrize("change", [
    {"n": 0}, {"n": 10**6}, {"mean": "0"}, {"mean": "1"}, {"delta": "1"}, {"delta": "0"}, {"factor": "-1"}, {"mean": 0.1},
    {"seed": 1},
])  # fmt: skip
def test_bad_looks_are_refused(change):
    with pytest.raises(InputError):
        decide(LOOKS | change)

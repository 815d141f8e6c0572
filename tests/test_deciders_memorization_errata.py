"""The deciders threshold_test, noisy_mean, majority, clusters: both polarities, and planted witnesses that must be refused."""

import pytest

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.errors import InputError

SIGNS = {"decider": "threshold_test", "statement": "signs", "constant": 4, "dimensions": [10**4], "bound": "1/100"}
GAUSSIAN = {
    "decider": "threshold_test", "statement": "gaussian", "strength": "5/2", "exponent": "1/2", "cases": [[10**4, 10, "4"]],
    "bound": "1/100",
}  # fmt: skip
NOISY = {
    "decider": "noisy_mean", "d": 10**4, "n": 3, "strength": "5/2", "power": 1, "constants": ["1"], "separations": ["1/7"],
    "separation_at_third": "49/50",
}  # fmt: skip
MAJORITY = {"decider": "majority", "strength": "2", "exponent": "own", "cases": [[10**4, 2501]]}
SINGLETONS = {
    "decider": "clusters", "statement": "singletons", "logarithm": "natural", "clusters": [1000], "probability": "1/2",
}  # fmt: skip
MIXTURE = {"decider": "clusters", "statement": "mixture", "weight": "one", "cases": [[10, 10, 1000, "1"]]}


@pytest.mark.parametrize(("witness", "change", "evidence"), [
    (SIGNS, {"constant": 8}, "ball"),
    (SIGNS, {"bound": "1/20"}, "ball"),
    (GAUSSIAN, {"exponent": "1", "cases": [[10**4, 10, "25/8"]]}, "ball"),
    (NOISY, {"power": 2}, "ball"),
    (MAJORITY, {"cases": [[10**4, 1001]]}, "ball"),
    (MAJORITY, {"exponent": "theorem"}, "ball"),
    (SINGLETONS, {"logarithm": "binary"}, "ball"),
    (MIXTURE, {"weight": "frequency"}, "exact"),
])  # fmt: skip
def test_as_printed_fails_and_corrected_holds(witness, change, evidence):
    printed, corrected = decide(witness), decide(witness | change)
    assert (printed.outcome, printed.slack) == ("fails", None) and corrected.outcome == "holds" and corrected.slack > 0
    assert printed.evidence == corrected.evidence == evidence and printed.error_probability == 0


@pytest.mark.parametrize(("witness", "change"), [
    (SIGNS, {"constant": "53/10", "dimensions": [100, 10**8]}),  # below .01 at 100, above at 10^8
    (GAUSSIAN, {"cases": [[10**4, 10, "4"], [10**4, 1, "3"]]}),
    (NOISY, {"separations": ["9/10"]}),  # too accurate a learner refutes nothing, and proves nothing with the exponent 1
    (NOISY, {"power": 2, "constants": ["5"]}),
    (NOISY, {"power": 2, "separation_at_third": "1/2"}),  # its error is not 1/3
    (NOISY, {"constants": ["1", "1/100"], "separations": ["1/7", "1/7"]}),  # one of two is refuted
    (MAJORITY, {"cases": [[10**4, 2501], [10**4, 1001]]}),
    (SINGLETONS, {"logarithm": "binary", "clusters": [10, 1000]}),
    (MIXTURE, {"cases": [[10, 10, 1000, "1"], [10, 10, 1000, "100"]]}),
])  # fmt: skip
def test_what_is_not_proved_is_undecided(witness, change):
    found = decide(witness | change)
    assert (found.outcome, found.slack) == ("undecided", None) and found.reason


def test_majority_fails_for_the_entropy_itself():
    """At C = 6/5 Fano's bound could exceed the theorem's without contradicting it: the entropy has to."""
    weak = MAJORITY | {"exponent": "theorem", "strength": "6/5"}
    assert decide(weak | {"cases": [[10**4, 10001]]}).outcome == "fails"
    assert decide(weak | {"cases": [[10**4, 1401]]}).outcome == "undecided"


@pytest.mark.parametrize(("witness", "change"), [
    (SIGNS, {"dimensions": []}), (SIGNS, {"dimensions": [0]}), (SIGNS, {"dimensions": [40], "constant": 8}),
    (SIGNS, {"constant": 0}), (SIGNS, {"constant": "x"}), (SIGNS, {"bound": None}), (SIGNS, {"bound": "1/100 +/- 1/10"}),
    (SIGNS, {"statement": "gaussian"}), (SIGNS, {"statement": "x"}), (SIGNS, {"dimensions": 100}),
    (GAUSSIAN, {"cases": [[10**4, 10]]}), (GAUSSIAN, {"cases": [[10**4, 0, "1"]]}), (GAUSSIAN, {"cases": [[16, 1, "1"]]}),
    (GAUSSIAN, {"strength": "-1/0"}), (GAUSSIAN, {"strength": 0}), (GAUSSIAN, {"exponent": "1 +/- 1"}),
    (GAUSSIAN, {"cases": [7]}),
    (NOISY, {"power": 3}), (NOISY, {"power": "1"}), (NOISY, {"constants": []}), (NOISY, {"separations": ["1/7", "1/7"]}),
    (NOISY, {"separations": [0]}), (NOISY, {"separations": ["100"]}), (NOISY, {"constants": ["-1"]}),
    (NOISY, {"strength": "10"}),
    (NOISY, {"d": 0}), (NOISY, {"n": 1.5}), (NOISY, {"power": 2, "separation_at_third": "0"}), (NOISY, {"constants": "1"}),
    (MAJORITY, {"cases": [[10**4, 2500]]}), (MAJORITY, {"cases": [[16, 17]]}), (MAJORITY, {"strength": "-2"}),
    (MAJORITY, {"exponent": 1}), (MAJORITY, {"cases": []}), (MAJORITY, {"cases": [[1]]}),
    (SINGLETONS, {"clusters": [1]}), (SINGLETONS, {"clusters": []}), (SINGLETONS, {"logarithm": "e"}),
    (SINGLETONS, {"probability": "nan"}), (SINGLETONS, {"statement": "mixture"}),
    (MIXTURE, {"weight": 1}), (MIXTURE, {"cases": [[10, 10, 1000]]}), (MIXTURE, {"cases": [[0, 1, 1, 1]]}),
    (MIXTURE, {"cases": [[10, 10, 1000, "x"]]}), (MIXTURE, {"more": 1}),
])  # fmt: skip
def test_planted_witnesses_are_refused(witness, change):
    with pytest.raises(InputError):
        decide(witness | change)


@pytest.mark.parametrize("witness", [SIGNS, GAUSSIAN, NOISY, MAJORITY, SINGLETONS, MIXTURE])
def test_every_key_is_needed(witness):
    decide(witness)
    for key in witness:
        with pytest.raises(InputError):
            decide({k: v for k, v in witness.items() if k != key})


@pytest.mark.parametrize("name", [
    "assumption-17-as-printed", "assumption-17-squared", "gaussian-threshold", "gaussian-threshold-as-printed",
    "large-deviation-bound", "large-deviation-step-as-printed", "mixture-error-as-printed", "singletons-as-printed",
    "sparse-threshold", "sparse-threshold-as-printed",
])  # fmt: skip
def test_the_larger_size_ends_alike(name):
    claim = claims()[f"feldman2025/{name}"]
    assert run_check(claim.id, claim.parameters["standard"], 0).outcome == claim.expected
    for control, change in claim.controls.items():
        outcome = run_check(claim.id, claim.parameters["standard"] | change, 0, control).outcome
        assert outcome == "holds" if claim.origin == "erratum" else outcome != "holds"

"""The statistical decider: three outcomes, both polarities, and witnesses that must be refused."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from reconlaw.proofs_check.deciders.statistical import decide
from reconlaw.theory.errors import InputError

COUNTS = {"decider": "statistical", "method": "binomial", "relation": "at most", "bound": 0.05, "successes": 1,
          "trials": 1000, "error_probability": 1e-4, "peeked": False}  # fmt: skip
SEQUENCE = {key: value for key, value in COUNTS.items() if key != "peeked"} | {"method": "sequence"}
SLOPE = {"decider": "statistical", "method": "slope", "slopes": [-1 + 0.001 * i for i in range(-15, 16)],
         "exponent": -1.0, "tolerance": 0.1, "relation": "equal", "error_probability": 1e-4}  # fmt: skip


@pytest.mark.parametrize("base", [COUNTS, SEQUENCE])
@pytest.mark.parametrize(("relation", "successes", "outcome"), [
    ("at most", 1, "holds"), ("at most", 200, "fails"), ("at most", 50, "undecided"),
    ("at least", 1, "fails"), ("at least", 200, "holds"), ("at least", 50, "undecided"),
])  # fmt: skip
def test_counts(base, relation, successes, outcome):
    found = decide(base | {"relation": relation, "successes": successes})
    assert found.outcome == outcome
    assert found.evidence == "statistical" and found.error_probability == 1e-4
    assert found.side == {"at most": "upper", "at least": "lower"}[relation]
    assert (found.slack >= 0) == (outcome == "holds")


def test_slack_is_the_distance_of_the_limit():
    found = decide(COUNTS | {"successes": 20})
    assert found.slack == pytest.approx(0.05 - stats.beta.ppf(1 - 0.5e-4, 21, 980), rel=1e-9)


def test_anytime_needs_more_data():
    """A count where the fixed-size interval decides and the anytime interval does not."""
    outcomes = [(decide(COUNTS | {"successes": k}).outcome, decide(SEQUENCE | {"successes": k}).outcome) for k in range(51)]
    assert ("holds", "undecided") in outcomes
    assert ("undecided", "holds") not in outcomes


def test_error_probability_over_both_sides():
    """At p = bound exactly, `holds` and `fails` together have at most the error probability (exact sum over counts)."""
    trials, bound, alpha = 60, 0.3, 0.02
    base = COUNTS | {"trials": trials, "bound": bound, "error_probability": alpha}
    outcomes = [decide(base | {"successes": k}).outcome for k in range(trials + 1)]
    for outcome in ("holds", "fails"):
        chance = sum(stats.binom.pmf(k, trials, bound) for k, o in enumerate(outcomes) if o == outcome)
        assert 0 < chance <= alpha / 2


@pytest.mark.parametrize(("shift", "equal", "at_most", "at_least"), [
    (0.0, "holds", "holds", "holds"), (0.3, "fails", "fails", "holds"),
    (-0.3, "fails", "holds", "fails"), (0.1, "undecided", "undecided", "holds"),
])  # fmt: skip
def test_slopes(shift, equal, at_most, at_least):
    shifted = SLOPE | {"slopes": [s + shift for s in SLOPE["slopes"]]}
    for relation, outcome in (("equal", equal), ("at most", at_most), ("at least", at_least)):
        found = decide(shifted | {"relation": relation})
        assert found.outcome == outcome, relation
        assert (found.slack >= 0) == (outcome == "holds")


def test_too_few_slopes_are_undecided():
    found = decide(SLOPE | {"slopes": [-1.0] * 14})
    assert found.outcome == "undecided" and found.slack is None
    assert decide(SLOPE | {"slopes": [-1.0] * 15}).outcome == "holds"


def test_deterministic_and_survives_json():
    for witness in (COUNTS, SEQUENCE, SLOPE):
        assert decide(json.loads(json.dumps(witness))) == decide(witness)


def test_wrong_decisions_are_rare_in_simulation():
    """True slope outside the tolerance: `holds` must not appear more often than a binomial test at 1e-6 allows."""
    rng = np.random.default_rng(5)
    runs, alpha = 2000, 0.1
    base = SLOPE | {"error_probability": alpha, "tolerance": 0.05, "exponent": -1.0, "relation": "at most"}
    wrong = sum(
        decide(base | {"slopes": row}).outcome == "holds" for row in (-0.95 + 0.2 * rng.standard_normal((runs, 12))).tolist()
    )
    assert wrong <= stats.binom.ppf(1 - 1e-6, runs, alpha / 2)


@pytest.mark.parametrize("base", [COUNTS, SEQUENCE, SLOPE])
def test_missing_and_unknown_keys_are_refused(base):
    for key in base:
        with pytest.raises(InputError):
            decide({k: v for k, v in base.items() if k != key})
    with pytest.raises(InputError, match="note"):
        decide(base | {"note": "trust me"})


@pytest.mark.parametrize("change", [
    {"successes": 1001}, {"successes": -1}, {"successes": "1"}, {"successes": 1.0}, {"successes": True}, {"trials": 0},
    {"trials": "1000"}, {"bound": "0.05"}, {"bound": 0}, {"bound": 1.5}, {"bound": math.nan}, {"bound": None},
    {"relation": "equal"}, {"relation": "below"}, {"relation": []}, {"error_probability": 0}, {"error_probability": "1e-4"},
    {"error_probability": 1}, {"method": "bootstrap"}, {"method": []}, {"decider": "rank"},
])  # fmt: skip
def test_planted_counts_are_refused(change):
    for base in (COUNTS, SEQUENCE):
        with pytest.raises(InputError):
            decide(base | change)


@pytest.mark.parametrize("peeked", [True, None, 0, "false"])
def test_peeked_fixed_size_interval_is_refused(peeked):
    with pytest.raises(InputError, match="peeked"):
        decide(COUNTS | {"peeked": peeked})


@pytest.mark.parametrize("change", [
    {"slopes": []}, {"slopes": "-1"}, {"slopes": 3}, {"slopes": [-1, "-1"]},
    {"slopes": [math.nan] * 20}, {"slopes": [True] * 20},
    {"tolerance": -0.1}, {"exponent": math.inf}, {"exponent": "-1"}, {"relation": "about"},
])  # fmt: skip
def test_planted_slopes_are_refused(change):
    with pytest.raises(InputError):
        decide(SLOPE | change)

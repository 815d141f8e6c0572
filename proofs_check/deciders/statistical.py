"""Decides statements about a probability, or about a median slope, from counts or from replicates.

The error probability of the witness covers both sides, a wrong `holds` and a wrong `fails`. `binomial` and `slope` give
half of it to each; the anytime interval of `sequence` misses on either side with at most that probability in all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...theory.errors import InputError, one_of, positive_integer, probability
from ...theory.intervals import beta_binomial_sequence, clopper_pearson, median_interval
from ..verdict import Decision, Outcome, Side
from .keys import check_keys

COUNTS = {"decider", "method", "relation", "bound", "successes", "trials", "error_probability"}
KEYS = {
    "binomial": COUNTS | {"peeked"},
    "sequence": COUNTS,
    "slope": {"decider", "method", "relation", "slopes", "exponent", "tolerance", "error_probability"},
}
SIDES: dict[str, Side] = {"at most": "upper", "at least": "lower", "equal": "both"}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    - `binomial`: successes of trials, a number fixed in advance (`"peeked": false` is demanded); exact interval.
    - `sequence`: the same with the anytime-valid interval, whatever the rule that stopped the trials.
    - `slope`: slopes of independent replicates; the interval of their median against exponent +- tolerance.

    Keys: method, relation (`at most`, `at least`, for slopes also `equal`), error_probability; bound, successes and trials, for
    `binomial` also peeked; for `slope` slopes, exponent and tolerance. `proofs_check/witnesses.py` writes them.

    Holds if the interval lies on the stated side of the bound, fails if it is disjoint from it, else undecided. The slack
    is the distance from the interval's limit to the bound, in the unit of the bound, and negative when it does not hold.

    Raises:
        InputError: a key missing or unknown, a value of the wrong kind, impossible counts, a peeked fixed-size interval.
    """
    method = one_of("method", witness.get("method"), tuple(KEYS))
    check_keys(witness, "statistical", KEYS[method], method)
    relation = one_of("relation", witness["relation"], tuple(SIDES) if method == "slope" else ("at most", "at least"))
    alpha = probability("error_probability", _number(witness, "error_probability"))
    if method == "slope":
        exponent, tolerance = _number(witness, "exponent"), _number(witness, "tolerance")
        if tolerance < 0:
            raise InputError(f"tolerance = {tolerance}: must not be negative")
        if not isinstance(witness["slopes"], list | tuple):
            raise InputError("slopes: must be a list of numbers")
        slopes = [_finite("slopes", s) for s in witness["slopes"]]
        allowed = (exponent - tolerance, exponent + tolerance)
        return _compare(relation, median_interval(slopes, alpha), allowed, alpha, f"median of {len(slopes)} slopes")
    bound = probability("bound", _number(witness, "bound"))
    k, n = (positive_integer(key, witness[key], minimum=0) for key in ("successes", "trials"))
    if method == "binomial" and witness["peeked"] is not False:
        raise InputError("peeked: a fixed-size interval needs false; data looked at while sampling need method sequence")
    interval = (clopper_pearson if method == "binomial" else beta_binomial_sequence)(k, n, alpha)
    return _compare(relation, interval, (bound, bound), alpha, f"probability after {k} successes in {n} trials")


def _compare(
    relation: str, interval: tuple[float, float], allowed: tuple[float, float], alpha: float, subject: str
) -> Decision:
    low, high = interval
    least = allowed[0] if relation != "at most" else -math.inf
    most = allowed[1] if relation != "at least" else math.inf
    slack = min(most - high, low - least) if math.isfinite(high - low) else -math.inf
    outcome: Outcome = "holds" if slack >= 0 else "fails" if low > most or high < least else "undecided"
    return Decision(
        outcome=outcome,
        evidence="statistical",
        side=SIDES[relation],
        slack=slack if math.isfinite(slack) else None,
        reason=f"{subject}: in [{low:.6g}, {high:.6g}] except with probability {alpha:g} over both sides, "
        f"against [{least:g}, {most:g}]",
        error_probability=alpha,
    )


def _number(witness: Mapping[str, Any], key: str) -> float:
    return _finite(key, witness[key])


def _finite(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(f"{name} = {value!r}: must be a finite number")
    return float(value)

"""Witnesses of the statistical decider, written once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def binomial(successes: int, trials: int, relation: str, bound: float, error_probability: float) -> dict[str, Any]:
    """`successes` in a number of independent trials fixed in advance, against a bound on their probability."""
    return {
        "decider": "statistical",
        "method": "binomial",
        "relation": relation,
        "bound": bound,
        "successes": successes,
        "trials": trials,
        "error_probability": error_probability,
        "peeked": False,
    }


def median(
    values: Sequence[float],
    relation: str,
    value: float,
    tolerance: float,
    error_probability: float,
) -> dict[str, Any]:
    """Values of independent replicates, such as slopes, against a stated median and its tolerance."""
    return {
        "decider": "statistical",
        "method": "slope",
        "relation": relation,
        "slopes": list(values),
        "exponent": value,
        "tolerance": tolerance,
        "error_probability": error_probability,
    }

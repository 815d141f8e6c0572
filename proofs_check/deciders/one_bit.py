"""Decides whether n noisy looks at a sign lie within total variation delta of a channel behind one look of correlation xi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx, fmpq

from ...theory.errors import InputError, positive_integer
from ...theory.one_bit import simulation_distance
from ...theory.rationals import rational
from ..verdict import Decision
from .keys import check_keys

KEYS = {"decider", "n", "mean", "delta", "factor"}
GRID = 2**40


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness: xi = mean sqrt(factor n log(1/delta)), the least distance exact at rationals next to xi.

    Keys: n, mean (lambda), delta, factor; rationals are strings `p/q`.

    Holds if the least distance at a rational below xi is at most delta (it decreases in xi), fails if it exceeds delta at a
    rational above; xi >= 1 always holds. The slack is 1 - distance / delta.

    Raises:
        InputError: a key missing or unknown, or a value out of range.
    """
    check_keys(witness, "one_bit", KEYS)
    n = positive_integer("n", witness["n"])
    mean, delta, factor = (rational(key, witness[key]) for key in ("mean", "delta", "factor"))
    if not (n <= 20_000 and 0 < mean < 1 and 0 < delta < 1 and factor > 0):
        raise InputError(
            f"n = {n}, mean = {mean}, delta = {delta}, factor = {factor}: need n <= 20000, mean and delta in (0, 1)"
        )
    with ctx.workprec(128):
        xi = ((1 / arb(delta)).log() * n * factor).sqrt() * mean
        if xi >= 1:
            return Decision("holds", "ball", "upper", 0.0, f"xi = {float(xi):.4g} >= 1: one look without noise is allowed")
        below = (xi * GRID).lower().floor().unique_fmpz()
    if not below or below + 2 > GRID:
        return Decision("undecided", "ball", "upper", None, f"xi = {float(xi):.6g} is next to 0 or 1")
    distance = simulation_distance(n, mean, fmpq(below, GRID))
    reason = f"{n} looks of correlation {mean}, one of {float(xi):.5g}: least distance {float(distance):.4g}, delta {delta}"
    if distance <= delta:
        return Decision("holds", "ball", "upper", float(1 - distance / delta), reason)
    if simulation_distance(n, mean, fmpq(below + 2, GRID)) > delta:
        return Decision("fails", "ball", "upper", None, reason)
    return Decision("undecided", "ball", "upper", None, reason)

"""What the learners share: the record, and the search for the parameter at which the error is alpha."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from flint import arb, ctx, fmpq

from ...balls import round_up
from ..constants import binary_entropy

ACCURACY = 1e-9  # of the error, relative


@dataclass(frozen=True)
class Algorithm:
    """A learner: its excess memorization in bits and its error, exact values rounded up, and its parameters."""

    name: str
    bits: float
    error: float
    parameters: dict[str, Any]


def entropy(p: arb) -> arb:
    """The binary entropy in bits of a probability 0 <= p <= 1/2, also where the ball meets 0."""
    if p > 0:
        return binary_entropy(p)
    return arb(0).union(binary_entropy(p.upper())) if p.upper() > 0 else arb(0)


def resolved(bits: Callable[[], arb]) -> float:
    """`bits()` rounded up, evaluated with growing precision until 12 digits are certain or it is certainly below 1e-290."""
    for precision in (160, 320, 640, 1280):
        with ctx.workprec(precision):
            value = bits()
            if value.rel_accuracy_bits() > 40 or value < 1e-290:
                break
    return round_up(value)


def separation(alpha: Fraction) -> float:
    """Delta with alpha = Phi(-Delta / 2): two normal laws of unit variance at this distance are told apart with error alpha."""
    return -2 * NormalDist().inv_cdf(float(alpha))


def smallest(
    test: Callable[[float], tuple[arb, int]], alpha: Fraction, guess: float, limit: float
) -> tuple[float, arb, int] | None:
    """The smallest x in (0, limit] whose error is at most alpha, with its error and threshold; (error, threshold) = test(x).

    The error is decreasing, 1/2 at x = 0. The one returned is certainly at most alpha, and at least alpha (1 - `ACCURACY`)
    unless it jumps across alpha: then x is the end of the jump. None if error(limit) <= alpha is not certain. Method: regula
    falsi (Illinois) on the normal quantile of the error, which is nearly linear in x, after a bracket grown from `guess`.
    """
    top = (1 - arb(2) ** -50) * fmpq(alpha.numerator, alpha.denominator)  # below alpha after rounding to a float, too
    quantile = NormalDist().inv_cdf
    aim = quantile(float(alpha) * (1 - ACCURACY / 2))

    def at(x: float) -> tuple[float, tuple[float, arb, int], bool]:
        error, threshold = test(x)
        upper = error.upper()
        return aim - quantile(min(max(float(upper), 1e-307), 0.9)), (x, error, threshold), bool(upper <= top)

    low, below = 0.0, aim
    high = min(guess, limit)
    above, found, good = at(high)
    while not good:
        if high == limit:
            return None
        low, below, high = high, above, min(2 * high, limit)
        above, found, good = at(high)
    side = 0
    while found[1] < top * (1 - ACCURACY) and high - low > 1e-12 * high:
        x = low - (high - low) * below / (above - below)
        value, new, good = at(x)
        if good:
            high, above, found = x, value, new
            below, side = (below / 2 if side > 0 else below), 1
        else:
            low, below = x, value
            above, side = (above / 2 if side < 0 else above), -1
    return found

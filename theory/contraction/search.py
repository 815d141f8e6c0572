"""A numerical maximum of a function of one real variable with ball values: attained, but not proved to be the largest."""

from __future__ import annotations

import math
from collections.abc import Callable

from flint import arb

_GOLDEN = (math.sqrt(5) - 1) / 2


def maximum(at: Callable[[float], arb | None], start: float, step: float, sections: int = 40) -> tuple[float, arb]:
    """The largest value found, and where: a scan from `start` by `step` until `at` is None, then golden sections around the
    best.

    `at(start)` must not be None.
    """

    def value(x: float) -> arb:
        found = at(x)
        return arb("-inf") if found is None else found

    scan = [(start, value(start))]
    while scan[-1][1].is_finite():
        x = start + step * len(scan)
        scan.append((x, value(x)))
    best = max(scan, key=_height)
    low, high = best[0] - step, best[0] + step
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = value(left), value(right)
    for _ in range(sections):
        if at_left.mid() > at_right.mid():
            best = max(best, (left, at_left), key=_height)
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = value(left)
        else:
            best = max(best, (right, at_right), key=_height)
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = value(right)
    return best


def _height(found: tuple[float, arb]) -> arb:
    return found[1].mid()

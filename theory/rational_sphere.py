"""Rational points of the unit sphere from one table of integers, for every dimension."""

from __future__ import annotations

import math
from collections.abc import Sequence


def stereographic(k: Sequence[int], scale: int) -> tuple[list[int], int]:
    """The point `(2 s k, s^2 - |k|^2) / (s^2 + |k|^2)` of the unit sphere of R^(len(k) + 1): integers, denominator.

    s is `scale` times the root of len(k) + 1, rounded down: for entries of k of size `scale` and either sign, the points
    stay away from the poles in every dimension.

    >>> stereographic([1], 2)
    ([4, 3], 5)
    """
    s = math.isqrt(scale * scale * (len(k) + 1))
    square = sum(t * t for t in k)
    return [2 * s * t for t in k] + [s * s - square], s * s + square

"""One table of random integers from which the points of all sizes of a rank map are cut."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..theory.errors import positive_integer

V_DENOMINATOR = 2**16
SCALE = 2**26
"""So fine that no two of some hundred points on a circle coincide."""


def rank_table(largest: int, dimensions: int, rng: np.random.Generator) -> dict[str, Any]:
    """The table for all n, d with nd <= `largest` and d <= `dimensions`: a witness of the decider `rank_map` without its cases.

    V (largest, dimensions) are normal numbers over 2^16, K (largest // 2, dimensions - 1) normal numbers times 2^26.
    """
    positive_integer("largest", largest, minimum=2), positive_integer("dimensions", dimensions, minimum=2)
    V = np.rint(rng.standard_normal((largest, dimensions)) * V_DENOMINATOR).astype(int)
    K = np.rint(rng.standard_normal((largest // 2, dimensions - 1)) * SCALE).astype(int)
    return {"decider": "rank_map", "V": V.tolist(), "V_denominator": V_DENOMINATOR, "K": K.tolist(), "scale": SCALE}


def sizes(largest: int, dimensions: list[int] | None) -> list[tuple[int, int]]:
    """All (n, d) with nd <= `largest`, for the dimensions listed, or every d >= 2; smallest nd first."""
    every = range(2, largest + 1) if dimensions is None else dimensions
    return sorted(((n, d) for d in every for n in range(1, largest // d + 1)), key=lambda t: (t[0] * t[1], t[1]))

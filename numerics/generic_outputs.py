"""Exact generic points (V, X, A) of the random-features model with several outputs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..theory.errors import one_of, positive_integer
from .generic_points import rank_witness

Coefficients = Literal["full", "centred", "rank one"]


def outputs_witness(
    activation: str, n: int, d: int, m: int, outputs: int, coefficients: Coefficients, rng: np.random.Generator
) -> dict[str, Any]:
    """A random exact point for the decider `rank_outputs`, without the expected rank.

    Args:
        m: rows of V, at most nd.
        coefficients: `full` integers at random; `centred` ones sum to zero over the outputs, as the residuals of a softmax
            do; `rank one` are multiples of one row.

    Raises:
        InputError: sizes out of range, or an activation without ball or exact arithmetic.
    """
    one_of("coefficients", coefficients, ("full", "centred", "rank one"))
    positive_integer("outputs", outputs, minimum=2 if coefficients == "centred" else 1)
    A = rng.integers(1, 1000, (n, outputs)) * rng.choice([-1, 1], (n, outputs))
    if coefficients == "centred":
        A[:, -1] = -A[:, :-1].sum(axis=1)
    if coefficients == "rank one":
        A = np.outer(A[:, 0], A[0])
    witness = rank_witness(activation, n, d, m, "sphere", rng, expected=m)
    del witness["a"]
    return witness | {"decider": "rank_outputs", "A": A.tolist()}

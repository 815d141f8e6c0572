"""Symmetric decomposition of order 3, components not orthogonal: simultaneous diagonalization, then least squares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from ...theory.errors import positive_integer
from ..arrays import Array
from ..random_features import generator
from .polish import polish as polished
from .record import Decomposition, record
from .starts import Start, joint_start, pencil_start
from .symmetric import leading_range, restricted, symmetric_tensor

EXACT = 1e-13
"""Relative residual up to which a tensor counts as met."""
AGREE = 1e-6
"""Relative difference of residuals up to which two restarts agree."""


def decompose(T: Any, rank: int, *, seed: int | np.random.Generator, pencils: int = 10, polish: bool = True) -> Decomposition:
    """Find T = sum_i weights_i components_i^{x3} with `rank` linearly independent components.

    The tensor is restricted to the leading range of its flattening. There the joint diagonalization of its coordinate
    slices and the eigenvectors of random pencils give starts, with weights by least squares. Every start, best residual
    first, is polished in the full space by Levenberg-Marquardt, until two of them meet the tensor exactly; the smallest
    residual wins. Under noise all starts are polished: local minima exist, and only their comparison shows them.

    Args:
        T: (k, k, k) real, symmetric to 1e-8 of its largest entry (it is symmetrised).
        rank: r in 1..k, the number of components.
        seed: of the random directions.
        pencils: number of random pencils.
        polish: False for the best start as it is: exact up to rounding for an exact tensor, poor under noise.

    Returns:
        `Decomposition`. If the flattening has rank below r up to rounding, the components beyond it have weight 0. Under
        noise superfluous components show in a large condition number: their weights are small, but larger than the noise
        where they come to lie near other components.

    Raises:
        InputError: if T is not finite, real, cubic and symmetric, or zero; if rank is not in 1..k; if pencils < 1;
            if seed is neither a Generator nor an integer >= 0.
    """
    T, scale, rank = symmetric_tensor(T, rank)
    pencils = positive_integer("pencils", pencils)
    U, singular_values = leading_range(T, rank)
    starts = _starts(restricted(T, U), pencils, generator(seed, stream="search"))
    if not polish:
        return record(T, starts[0].factors @ U.T, rank, scale, singular_values, gap=starts[0].gap)
    ends: list[tuple[Array, float]] = []
    for start in starts:
        ends.append(polished(T, start.factors @ U.T))
        if sum(residual <= EXACT for _, residual in ends) == 2:
            break
    best = min(range(len(ends)), key=lambda i: ends[i][1])
    bound = max(ends[best][1] * (1 + AGREE), EXACT)
    same = [factors for factors, residual in ends if residual <= bound]
    return record(
        T, ends[best][0], rank, scale, singular_values, gap=starts[best].gap,
        spread=max(_distance(ends[best][0], factors) for factors in same) if len(same) > 1 else math.nan,
        restarts=len(ends), agreeing=len(same),
    )  # fmt: skip


def _starts(S: Array, pencils: int, rng: np.random.Generator) -> list[Start]:
    """Starts for the restricted tensor S (q, q, q), smallest residual first; random directions if none fits."""
    joint = joint_start(S, np.eye(len(S)))
    found = [joint[0] if joint else None, *(pencil_start(S, rng) for _ in range(pencils))]
    starts = [start for start in found if start is not None and start.residual < 1 - 1e-9]
    return sorted(starts, key=lambda start: start.residual) or [Start.along(S, rng.standard_normal(S.shape[:2]), 0.0)]


def _distance(A: Array, B: Array) -> float:
    """Largest distance between matched rows of A and B (r, k), relative to the largest row of A."""
    distances = cdist(A, B)
    return float(distances[linear_sum_assignment(distances**2)].max() / np.linalg.norm(A, axis=1).max())

"""The published route: random projections and joint diagonalization (Kuleshov, Chaganty, Liang, AISTATS 2015)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...theory.errors import positive_integer
from ..random_features import generator
from .record import Decomposition, record
from .starts import joint_start
from .symmetric import leading_range, restricted, symmetric_tensor


def joint_diagonalization(
    T: Any, rank: int, *, projections: int | None, seed: int | np.random.Generator, plug_in: bool = True
) -> Decomposition:
    r"""Decompose T (k, k, k) by jointly diagonalizing T(., ., w_l), l = 1..L, without any least-squares polish.

    The w_l are uniform on the unit sphere of the leading range (r dimensions) of the flattening. With `plug_in` a second
    round uses the rows of the inverse factors, scaled to norm 1, in place of the w_l: along them each matrix of an exact
    tensor has rank 1. The criterion depends on the w_l through $\sum_l w_l w_l^T$ only, whose expectation is
    $(L / r) I$: for $L \to \infty$ the result is that of the r coordinate slices, which `projections=None` uses directly.

    Args:
        T: (k, k, k) real, symmetric to 1e-8 of its largest entry (it is symmetrised).
        rank: r in 1..k, the number of components, linearly independent.
        projections: L >= 1, or None for the limit. At least 2 are needed for components to be determined, if r > 1.
        seed: of the projections.
        plug_in: whether the second round is done. Along a row of the inverse a component that is nearly dependent on the
            others is seen weakly, so that the second round helps near orthogonality and can do harm far from it (the
            published bound then has the third power of the norm of the inverse, in place of the second).

    Returns:
        `Decomposition` without restarts: `spread` is NaN. `gap` belongs to the matrices of the last round.

    Raises:
        InputError: as `decompose`; if projections < 1 or seed is neither a Generator nor an integer >= 0.
    """
    T, scale, rank = symmetric_tensor(T, rank)
    rng = generator(seed, stream="search")
    L = None if projections is None else positive_integer("projections", projections)
    U, singular_values = leading_range(T, rank)
    S = restricted(T, U)
    directions = np.eye(len(S))
    if L is not None:
        directions = rng.standard_normal((L, len(S)))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    found = joint_start(S, directions)
    if plug_in and found is not None:
        inverse = found[1] / np.linalg.norm(found[1], axis=1, keepdims=True)
        found = joint_start(S, inverse) or found
    A, gap = (np.zeros((0, len(T))), 0.0) if found is None else (found[0].factors @ U.T, found[0].gap)
    return record(T, A, rank, scale, singular_values, gap=gap)

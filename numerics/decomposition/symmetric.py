"""Symmetric tensors of order 3: the check of input, sums of cubes, contractions, the range, weights by least squares."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

from ...theory.errors import InputError, positive_integer
from ..arrays import Array, real_array

SYMMETRY = 1e-8
"""Largest difference between entries that should be equal, relative to the largest entry."""
ROUNDING = 1e-13
"""Singular values of the flattening below this, relative to the largest, are rounding."""


def symmetric_tensor(T: Any, rank: Any) -> tuple[Array, float, int]:
    """Check T (k, k, k) and rank; return T symmetrised and divided by its largest entry, that entry, and the rank.

    Raises:
        InputError: if T is not finite, real, cubic and symmetric (to `SYMMETRY`), or zero; if rank is not in 1..k.
    """
    T = real_array("T", T, 3)
    if len(set(T.shape)) > 1:
        raise InputError(f"T has shape {T.shape}: must be (k, k, k)")
    rank = positive_integer("rank", rank)
    if rank > len(T):
        raise InputError(f"rank = {rank}: must be at most k = {len(T)}")
    scale = float(np.abs(T).max())
    if scale == 0:
        raise InputError("T is zero: it has no components")
    T = T / scale
    turned = [T.transpose(order) for order in permutations(range(3))]
    distance = max(float(np.abs(T - other).max()) for other in turned)
    if distance > SYMMETRY:
        raise InputError(f"T is not symmetric: entries differ by {distance:.1e} of the largest, at most {SYMMETRY:.0e} allowed")
    return np.sum(turned, axis=0) / 6, scale, rank


def sum_of_cubes(A: Array) -> Array:
    """sum_i a_i^{x3}, (k, k, k), of the rows of A (r, k)."""
    k = A.shape[1]
    return (A.T @ (A[:, :, None] * A[:, None, :]).reshape(-1, k * k)).reshape(k, k, k)


def squares_contracted(T: Array, A: Array) -> Array:
    """T(., a_i, a_i), (r, k), for the rows of A (r, k)."""
    return np.einsum("pqi,iq->ip", T @ A.T, A)


def leading_range(T: Array, rank: int) -> tuple[Array, Array]:
    """Orthonormal basis (k, q) of the leading range of the flattening, and its singular values (k,).

    q is `rank`, or less if fewer singular values are above rounding level.
    """
    U, s, _ = np.linalg.svd(T.reshape(len(T), -1), full_matrices=False)
    return U[:, : min(rank, int(np.sum(s > ROUNDING * s[0])))], s


def restricted(T: Array, U: Array) -> Array:
    """T(U, U, U), (q, q, q), for U (k, q)."""
    for _ in range(3):
        T = np.tensordot(T, U, axes=(0, 0))
    return T


def scaled_to_fit(T: Array, X: Array) -> Array:
    """The multiples of the rows of X (r, k) whose cubes sum to T as closely as possible: weights by least squares."""
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    values = np.einsum("ip,ip->i", squares_contracted(T, X), X)
    weights = np.linalg.lstsq((X @ X.T) ** 3, values, rcond=None)[0]
    return np.cbrt(weights)[:, None] * X

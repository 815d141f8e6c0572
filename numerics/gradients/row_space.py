"""The span of the samples, read off the gradient of the hidden weights: its rows are combinations of the samples.

`grad_W = D^T X` with `D_ij = coefficient_i a_j act'(w_j.x_i + b_j)`: where D (B, m) has rank B, the row space is the span.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...theory.errors import InputError
from ..arrays import Array

ROUNDING, SINGLE_ROUNDING = 1e-12, 1e-6
"""Singular values below this share of the largest are rounding; the second if all entries are numbers of single precision."""
GAP = 100.0
"""Ratio of neighbouring singular values that tells samples from noise, where none is at rounding level."""
FIRST, LAST = 16, 512


@dataclass(frozen=True, eq=False)
class RowSpace:
    """The leading right singular vectors of grad_W.

    Attributes:
        basis: (d, k), orthonormal columns.
        singular_values: those computed, in decreasing order: the k of the basis and some more, if there are.
        exact: whether all but k are at rounding level, so that k is the rank.
        residual: |G - G V V^T| / |G|, Frobenius norms.
    """

    basis: Array
    singular_values: Array
    exact: bool
    residual: float


def row_space(G: Array, n: int | None, rng: np.random.Generator) -> RowSpace:
    """The row space of G (m, d), by a randomized range finder in O(m d k).

    Of a G of full numerical rank (it carries noise) the leading n vectors are taken, or as many as stand out from the others.

    Raises:
        InputError: n is less than the rank; G has full rank, n is None and no singular values stand out.
    """
    most, rounding = min(G.shape), SINGLE_ROUNDING if _is_single(G) else ROUNDING
    size = min(most, FIRST)
    while True:
        Q = np.linalg.qr(G.T @ rng.standard_normal((len(G), size)))[0]
        Q = np.linalg.qr(G.T @ (G @ Q))[0]  # once more: a range finder alone loses small singular values
        R = np.linalg.qr(G @ Q, mode="r")
        _, values, right = np.linalg.svd(R)
        rank = int(np.sum(values > rounding * values[0]))
        if rank < size or size >= min(most, LAST):
            break
        size = min(most, 2 * size)
    exact = rank < size or size == most == rank == n
    if not exact:
        rank = _standing_out(values, n)
    elif n is not None and n < rank:
        raise InputError(f"n = {n}: grad_W has rank {rank}, so that the batch has {rank} samples at least")
    basis = Q @ right[:rank].T
    missed = sum(float(np.sum((block - (block @ basis) @ basis.T) ** 2)) for block in _blocks(G))
    return RowSpace(basis, values, exact, float(np.sqrt(missed) / np.linalg.norm(G)))


def _blocks(G: Array) -> list[Array]:
    return np.array_split(G, max(1, len(G) // 1024))


def _is_single(G: Array) -> bool:
    with np.errstate(over="ignore", under="ignore"):
        return all(np.array_equal(block, block.astype(np.float32)) for block in _blocks(G))


def _standing_out(values: Array, n: int | None) -> int:
    if n is not None:
        return min(n, len(values))
    ratios = values[:-1] / values[1:]
    if len(ratios) == 0 or ratios.max() < GAP:
        raise InputError(
            f"n is not given: grad_W has full rank {len(values)}, and no singular values stand out: it carries noise, or the "
            "batch has as many samples or more; give n"
        )
    return int(np.argmax(ratios)) + 1

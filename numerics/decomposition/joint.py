"""Joint diagonalization of symmetric matrices by one matrix that need not be orthogonal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Array


@dataclass(frozen=True, eq=False)
class Joint:
    """A matrix that diagonalizes M_1, ..., M_L, as far as `criterion` says.

    Attributes:
        inverse: (q, q), V with V M_l V^T nearly diagonal, its rows scaled so that every spectrum has norm 1.
        spectra: (L, q), the diagonals.
        criterion: sum of squares off the diagonals / sum of squares on them.
        steps: steps taken.
        converged: whether the last step was below the tolerance.
    """

    inverse: Array
    spectra: Array
    criterion: float
    steps: int
    converged: bool


def joint_diagonalizer(matrices: Array, *, steps: int = 500, tolerance: float = 1e-12) -> Joint:
    """Make V M_l V^T as diagonal as possible by steps V <- (I + W) V from V = I, W with zero diagonal.

    To first order (I + W) M (I + W)^T has the entry M_ij + W_ij M_jj + W_ji M_ii off the diagonal, so that W comes from one
    2 x 2 least-squares problem for each pair over all matrices (the step of Ziehe, Laskov, Nolte, Mueller, JMLR 2004). |W| is
    held at 0.9 (Frobenius), so that I + W is invertible, and after every step the rows are scaled to spectra of norm 1.
    Converged when |W| <= tolerance sqrt(q); a fixed point satisfies sum_l (M_l)_jj (M_l)_ij = 0 for all i != j. The steps
    converge quadratically to an exact joint diagonalizer, linearly under noise; other fixed points exist.

    Args:
        matrices: (L, q, q), symmetric. Only sums over l enter, so the result is that for any orthogonal mixture of them.
        steps: at most this many.
    """
    q = matrices.shape[1]
    M, V = _balanced(matrices, np.eye(q))
    used, length = 0, np.inf
    while used < steps and length > tolerance * np.sqrt(q):
        used += 1
        W = _step(M)
        length = float(np.linalg.norm(W))
        factor = np.eye(q) + W * min(1.0, 0.9 / max(length, 0.9))
        M, V = _balanced(factor @ M @ factor.T, factor @ V)
    spectra = _diagonals(M)
    on, everything = float(np.sum(spectra**2)), float(np.sum(M**2))
    off = float(np.sum((M - spectra[:, :, None] * np.eye(q)) ** 2))
    return Joint(V, spectra, off / on if on > 0 else float(everything > 0), used, length <= tolerance * np.sqrt(q))


def _diagonals(M: Array) -> Array:
    return np.diagonal(M, axis1=1, axis2=2)


def _balanced(M: Array, V: Array) -> tuple[Array, Array]:
    """M and V after scaling the rows of V to spectra of norm 1 (a vanishing spectrum is left alone)."""
    length = np.linalg.norm(_diagonals(M), axis=0)
    scale = np.where(length > 0, length, 1.0) ** -0.5
    return M * scale[:, None] * scale, V * scale[:, None]


def _step(M: Array) -> Array:
    """W (q, q): for each pair the least-squares solution of M_ij + W_ij M_jj + W_ji M_ii = 0 over all matrices."""
    D = _diagonals(M)
    z, y = D.T @ D, np.einsum("lj,lij->ij", D, M)
    own = np.diag(z)
    determinant = np.maximum(np.multiply.outer(own, own) - z**2, np.finfo(float).eps)
    W = (z * y.T - own[:, None] * y) / determinant
    np.fill_diagonal(W, 0.0)
    return W

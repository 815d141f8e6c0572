r"""First-order error of a least-squares decomposition $T \approx \sum_i a_i^{\otimes 3}$, from its normal matrix.

With factors $a_i = \lambda_i^{1/3} x_i$, $|x_i| = 1$, the Jacobian is
$$ J e = 3 \sum_i \mathrm{sym}(e_i \otimes a_i \otimes a_i), \qquad (J^T E)_i = 3\, E(\cdot, a_i, a_i) $$
for symmetric E, and with $g_{ij} = x_i \cdot x_j$
$$ (J^T J)_{ij} = 3\,|a_i|^2 |a_j|^2 \,\bigl[ g_{ij}^2 I + 2 g_{ij}\, x_j x_i^T \bigr]. $$
Along directions orthogonal to all factors only the first term acts, hence two small systems in place of one of size
rk: one of size r min(r, k), and one of size r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from ...theory.errors import InputError
from ..arrays import Array, real_array
from .symmetric import squares_contracted


@dataclass(frozen=True, eq=False)
class NormalMatrix:
    """J^T J / 3 at factors A (r, k), as D S D with D = |a_i|^2: S on the span of the factors, and S on all other directions.

    Attributes:
        lengths: (r,), |a_i|.
        basis: (k, q), orthonormal, q = min(r, k); it contains the span of the factors.
        inner: (r q, r q), S on the span.
        outer: (r, r), S on each direction orthogonal to the span.
    """

    lengths: Array
    basis: Array
    inner: Array
    outer: Array

    @classmethod
    def at(cls, A: Array) -> NormalMatrix:
        lengths = np.linalg.norm(A, axis=1)
        basis = np.linalg.qr(A.T)[0]
        C = (A @ basis) / np.where(lengths > 0, lengths, 1.0)[:, None]
        r, q = C.shape
        gram = C @ C.T
        inner = 2 * gram[:, None, :, None] * C.T[None, :, :, None] * C[:, None, None, :]
        inner[:, np.arange(q), :, np.arange(q)] += gram**2
        return cls(lengths, basis, inner.reshape(r * q, r * q), gram**2)

    def solve(self, N: Array, damping: float = 0.0) -> Array:
        """The e (r, k) with (J^T J / 3 + damping D^2) e = N (r, k).

        Raises:
            LinAlgError: if the matrix is not positive definite.
        """
        D = np.maximum(self.lengths, np.finfo(float).eps * self.lengths.max())[:, None] ** 2
        N = N / D
        inside = N @ self.basis
        step = _solve(self.inner, inside.ravel(), damping).reshape(inside.shape) @ self.basis.T
        if N.shape[1] > inside.shape[1]:
            step += _solve(self.outer, N - inside @ self.basis.T, damping)
        return step / D

    def inverse_roots(self) -> list[tuple[Array, int]]:
        """Matrices K with K K^T = S^{-1}, rows (i, p) grouped by i, and their multiplicity: on the span, and outside of it.

        Raises:
            LinAlgError: if S is singular up to rounding.
        """
        k, q = self.basis.shape
        roots = []
        for block, times in ((self.inner, 1), (self.outer, k - q))[: 1 + (k > q)]:
            values, vectors = np.linalg.eigh(block)
            if not values[0] > len(block) * np.finfo(float).eps * values[-1]:
                raise np.linalg.LinAlgError("the factors are not determined: the normal matrix is singular up to rounding")
            roots.append((vectors / np.sqrt(values), times))
        return roots


def condition_number(factors: Array, size: float) -> float:
    """|T| / (sqrt(r) sigma), sigma the smallest singular value of the Jacobian in the unknowns e_i / |a_i|, |T| = `size`.

    To first order it bounds the relative change of the least-squares factors (r, k), root mean square over i, per relative
    change of the tensor, and is attained. Infinite where a factor is 0, or where the Jacobian's condition is beyond about
    1e7, which cannot be told from infinity.
    """
    normal = NormalMatrix.at(factors)
    if not normal.lengths.all():
        return math.inf
    try:
        roots = normal.inverse_roots()
    except np.linalg.LinAlgError:
        return math.inf
    weights = normal.lengths**3
    r = len(weights)
    scaled = [K / np.repeat(weights, len(K) // r)[:, None] for K, _ in roots]
    largest = max(np.linalg.eigvalsh(K @ K.T)[-1] for K in scaled)
    return float(size * math.sqrt(largest / (3 * r)))


def first_order_change(factors: Array, change: Array) -> Array:
    """Change (r, k) of the least-squares factors (r, k), to first order, when a tensor that they meet changes by `change`.

    `change` (k, k, k) is symmetric. The remainder is of second order in |change|.

    Raises:
        InputError: for arrays that are not finite or of the wrong shape.
        LinAlgError: if the factors are not determined (a zero factor, or two that are parallel).
    """
    factors, change = real_array("factors", factors, 2), real_array("change", change, 3)
    if set(change.shape) != {factors.shape[1]}:
        raise InputError(f"change has shape {change.shape}: must be (k, k, k) with k = {factors.shape[1]} columns of factors")
    return NormalMatrix.at(factors).solve(squares_contracted(change, factors))


def expected_error(factors: Array, sigma: float) -> Array:
    """(r,): root mean square of |da_i|, to first order, when noise N(0, sigma^2) on all k^3 entries is symmetrised and added.

    Such noise E has <E, S> ~ N(0, sigma^2 |S|^2) for every symmetric S, so the covariance of the factors is
    sigma^2 (J^T J)^{-1}, which is also the Cramer-Rao bound of unbiased estimators.

    Raises:
        InputError: for factors that are not finite or not (r, k).
        LinAlgError: if the factors are not determined.
    """
    factors = real_array("factors", factors, 2)
    normal = NormalMatrix.at(factors)
    if not normal.lengths.all():
        raise np.linalg.LinAlgError("a factor is zero: its error is not of first order")
    r = len(factors)
    variance = sum(times * np.sum(K**2, axis=1).reshape(r, -1).sum(axis=1) for K, times in normal.inverse_roots())
    return sigma * np.sqrt(variance / 3) / normal.lengths**2


def _solve(block: Array, right: Array, damping: float) -> Array:
    factor = cho_factor(block + damping * np.eye(len(block)), check_finite=False, overwrite_a=True)
    return cho_solve(factor, right, check_finite=False)

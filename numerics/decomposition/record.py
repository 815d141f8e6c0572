"""What a symmetric tensor was found to be: a sum of cubes, how well it fits, and how far that can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...theory.errors import InputError
from ..arrays import Array
from .error import condition_number
from .symmetric import sum_of_cubes


@dataclass(frozen=True, eq=False)
class Decomposition:
    r"""A symmetric tensor as $\sum_i \lambda_i\, x_i \otimes x_i \otimes x_i$.

    Order 3 cannot tell $(\lambda, x)$ from $(-\lambda, -x)$. Here every weight is >= 0 and the component carries the
    sign, so that the factors `cbrt(weight) * component` are unique and are compared without any symmetry:
    `match(cbrt(weights)[:, None] * truth, found.factors)`.

    Attributes:
        weights: (r,) float64, >= 0, in descending order. A weight of 0 or at noise level belongs to a component that the tensor
            does not have.
        components: (r, k) float64, unit rows (arbitrary where the weight is 0).
        residual: |T - sum_i weights_i components_i^{x3}| / |T| in the Frobenius norm.
        condition_number: of the least-squares problem at the solution, in relative units: to first order, a symmetric
            change of the tensor by |dT| = epsilon |T| changes the factors by at most `condition_number` epsilon in the
            root mean square over i of |da_i| / |a_i|, and some dT attains it. Infinite where a weight is 0 or two
            components coincide (or nearly: beyond about 1e7 they cannot be told apart).
        gap: smallest sine of the angle between the spectra of two components, for the matrices of the start that won (the two
            of a pencil, or all that were diagonalized jointly); 0 if eigenvalues were complex. The error of the start
            grows as 1 / gap.
        spread: largest distance between the factors of the restarts that reached the residual, after matching, relative
            to the largest factor; NaN if fewer than two did, or there was one start.
        restarts: how many starts were polished (0 without polish).
        agreeing: how many of them reached the residual to a relative 1e-6 (or rounding level).
        singular_values: (k,) float64, of the flattening (k, k^2), descending: their number above the noise is the number
            of linearly independent components.
    """

    weights: Array
    components: Array
    residual: float
    condition_number: float
    gap: float
    spread: float
    restarts: int
    agreeing: int
    singular_values: Array

    @property
    def factors(self) -> Array:
        """(r, k): a_i = cbrt(weights_i) components_i, whose cubes sum to the tensor."""
        return np.cbrt(self.weights)[:, None] * self.components

    def tensor(self) -> Array:
        """(k, k, k): the sum of the components' cubes."""
        return sum_of_cubes(self.factors)

    def cp_tensor(self) -> Any:
        """The decomposition as a tensorly `CPTensor`, with the components as columns of three equal factor matrices.

        Raises:
            InputError: if tensorly is not installed.
        """
        try:
            from tensorly.cp_tensor import CPTensor
        except ImportError as error:
            raise InputError('cp_tensor: needs tensorly: pip install "reconlaw[tensor]"') from error
        return CPTensor((self.weights.copy(), [self.components.T.copy() for _ in range(3)]))


def record(
    T: Array, A: Array, rank: int, scale: float, singular_values: Array, *, gap: float, spread: float = math.nan,
    restarts: int = 0, agreeing: int = 0,
) -> Decomposition:  # fmt: skip
    """The decomposition of scale * T with factors cbrt(scale) A (q, k), filled up with zero weights to `rank` components."""
    A = np.concatenate([A, np.zeros((rank - len(A), len(T)))])
    A = A[np.argsort(-np.linalg.norm(A, axis=1), kind="stable")]
    size = np.linalg.norm(A, axis=1, keepdims=True)
    first = np.eye(1, len(T))
    size_T = float(np.linalg.norm(T))
    return Decomposition(
        weights=scale * size[:, 0] ** 3,
        components=np.where(size > 0, A / np.where(size > 0, size, 1.0), first),
        residual=float(np.linalg.norm(T - sum_of_cubes(A))) / size_T,
        condition_number=condition_number(A, size_T),
        gap=gap,
        spread=spread,
        restarts=restarts,
        agreeing=agreeing,
        singular_values=scale * singular_values,
    )

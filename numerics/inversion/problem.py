"""The inverse problem: given theta (p, C) and psi, find X and a with `theta = sum_i psi(x_i) a_i`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from ...theory.errors import InputError
from ..arrays import Array, real_array
from ..feature_map import FeatureMap
from ..random_features import to_sphere

OVERFLOW = 1e100
"""Features larger than this are not squared: such a point counts as infinitely bad."""


@dataclass(frozen=True)
class Problem:
    """theta scaled to Frobenius norm 1, and the feature map. Shapes: theta (p, C)."""

    theta: Array
    feature_map: FeatureMap

    @classmethod
    def checked(cls, theta: Any, feature_map: FeatureMap) -> tuple[Problem, float]:
        """The scaled problem and the norm of theta. Raises InputError on a wrong shape, NaN, or theta = 0."""
        theta = real_array("theta", theta, (1, 2))
        p = feature_map.shape[0]
        if len(theta) != p:
            raise InputError(f"theta has shape {theta.shape}: must have as many rows as the feature map, {p}")
        largest = float(np.max(np.abs(theta)))
        if largest == 0:
            raise InputError("theta = 0: no sample appears in it")
        scaled = theta.reshape(p, -1) / largest  # squares neither overflow nor underflow
        size = float(np.linalg.norm(scaled))
        return cls(scaled / size, feature_map), size * largest

    def rows(self, index: Array) -> Problem:
        """The problem restricted to some of the p rows (theta keeps its scale)."""
        return Problem(self.theta[index], self.feature_map.rows(index))

    def retract(self, X: Array) -> Array:
        """Rows of X moved to the sphere, if there is one."""
        radius = self.feature_map.radius
        return X if radius is None else to_sphere(X, radius)

    def random_start(self, n: int, rng: np.random.Generator) -> Array:
        """n directions uniform on the sphere (standard normal vectors off it), (n, d)."""
        return self.retract(rng.standard_normal((n, self.feature_map.shape[1])))


@dataclass(frozen=True)
class Projection:
    """theta projected on the span of the features of X: the coefficients are eliminated (variable projection).

    Attributes:
        basis: (p, r) orthonormal basis of the span of the features.
        coefficients: (n, C), least squares.
        residual: (p, C), `theta - Phi^T a`, computed in this form and never as a difference of squares.
        loss: its squared Frobenius norm; theta has norm 1.
    """

    X: Array
    basis: Array
    coefficients: Array
    residual: Array
    loss: float

    @classmethod
    def at(cls, problem: Problem, X: Array) -> Projection:
        """Project at X (n, d)."""
        with np.errstate(over="ignore", invalid="ignore"):
            F = problem.feature_map.features(X).T
        p, n = F.shape
        if not np.max(np.abs(F)) < OVERFLOW:  # samples running away off the sphere
            return cls(X, np.empty((p, 0)), np.zeros((n, problem.theta.shape[1])), problem.theta, np.inf)
        basis = None
        if n <= p:
            basis, R = np.linalg.qr(F)
            diagonal = np.abs(np.diagonal(R))
            if diagonal.min() > 1e-13 * diagonal.max():
                a = solve_triangular(R, basis.T @ problem.theta, check_finite=False)
            else:
                basis = None
        if basis is None:  # dependent features
            left, s, right = np.linalg.svd(F, full_matrices=False)
            rank = int(np.sum(s > 1e-13 * s[0])) if s[0] > 0 else 0
            basis = left[:, :rank]
            a = right[:rank].T @ ((basis.T @ problem.theta) / s[:rank, None])
        r = problem.theta - F @ a
        return cls(X, basis, a, r, float(np.sum(r * r)))

"""The inverse problem: given theta (p, C) and psi, find X and a with `theta = sum_i psi(x_i) a_i`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from ...theory.errors import InputError
from ..arrays import Array, real_array
from ..feature_map import FeatureMap, Linearization
from ..random_features import to_sphere

OVERFLOW = 1e100
"""Features larger than this are not squared: such a point counts as infinitely bad."""
LARGEST_LINEAR_PART = 2**26
"""Entries (half a gigabyte) up to which a basis of the linear part is held beside V."""


@dataclass(frozen=True)
class Problem:
    """theta scaled to Frobenius norm 1, and the feature map. Shapes: theta (p, C).

    `nuisance` (p, k) is an orthonormal basis of what is fitted freely beside the samples: everything is projected off it.
    """

    theta: Array
    feature_map: FeatureMap
    nuisance: Array | None = None

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

    @property
    def unknowns_per_sample(self) -> int:
        """Coordinates and coefficients of one sample."""
        return self.feature_map.unknowns_per_sample + self.theta.shape[1]

    @property
    def equations(self) -> int:
        """Entries of theta, less what the nuisance takes."""
        return self.theta.size - (0 if self.nuisance is None else self.nuisance.shape[1] * self.theta.shape[1])

    def rows(self, index: Array) -> Problem:
        """The problem restricted to some of the p rows (theta keeps its scale)."""
        assert self.nuisance is None
        return Problem(self.theta[index], self.feature_map.rows(index))

    def decoupled(self) -> Problem | None:
        """The problem of the even (or odd) part, the rest fitted freely: the samples' signs leave it. None if there is none."""
        parts, p = self.feature_map.decoupled(), len(self.theta)
        if parts is None or parts.columns >= p or p * parts.columns > LARGEST_LINEAR_PART:
            return None
        basis = np.linalg.qr(parts.free())[0]
        theta = self.theta - basis @ (basis.T @ self.theta)
        size = float(np.linalg.norm(theta))
        return Problem(theta / size, parts.part, basis) if size > 0 else None

    def off(self, F: Array) -> Array:
        """Rows of F (m, p) projected off the nuisance."""
        return F if self.nuisance is None else F - (F @ self.nuisance) @ self.nuisance.T

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
        local: the feature map linearized at X.
        basis: (p, r) orthonormal basis of the span of the features and of the nuisance.
        coefficients: (n, C), least squares.
        costs: (n,) growth of the loss if a sample were removed and the coefficients fitted again.
        residual: (p, C), `theta - Phi^T a`, computed in this form and never as a difference of squares.
        loss: its squared Frobenius norm; theta has norm 1.
    """

    X: Array
    local: Linearization
    basis: Array
    coefficients: Array
    costs: Array
    residual: Array
    loss: float

    @classmethod
    def at(cls, problem: Problem, X: Array) -> Projection:
        """Project at X (n, d)."""
        n, C = len(X), problem.theta.shape[1]
        with np.errstate(over="ignore", invalid="ignore"):
            local = problem.feature_map.at(X)
            F = local.features.T
        p = len(F)
        if not np.max(np.abs(F)) < OVERFLOW:  # samples running away off the sphere
            return cls(X, local, np.empty((p, 0)), np.zeros((n, C)), np.zeros(n), problem.theta, np.inf)
        F = problem.off(local.features).T
        basis = inverse = None
        if n <= p:
            basis, R = np.linalg.qr(F)
            diagonal = np.abs(np.diagonal(R))
            if diagonal.min() > 1e-13 * diagonal.max():
                inverse = solve_triangular(R, np.eye(n), check_finite=False)
        if basis is None or inverse is None:  # dependent features
            left, s, right = np.linalg.svd(F, full_matrices=False)
            rank = int(np.sum(s > 1e-13 * s[0])) if s[0] > 0 else 0
            basis = left[:, :rank]
            inverse = right[:rank].T / s[:rank]
        a = inverse @ (basis.T @ problem.theta)
        r = problem.theta - F @ a
        costs = np.sum(a * a, axis=1) / np.maximum(np.sum(inverse * inverse, axis=1), 1e-300)
        if problem.nuisance is not None:
            basis = np.hstack([problem.nuisance, basis])
        return cls(X, local, basis, a, costs, r, float(np.sum(r * r)))

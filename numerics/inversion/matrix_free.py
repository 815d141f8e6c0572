"""The facts of the certificate for Jacobians too large for memory, by products alone.

The unknowns are scaled per sample so that the mean column of its block has length 1, and on the sphere the radial directions,
which J annihilates, are given the eigenvalue 1. Then the smallest eigenvalue of J^T J, by Lanczos, bounds all error bounds from
above. Leverages are computed for a few rows only, those of largest size among them: the others rest on the held-out equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg, eigsh

from ..arrays import Array
from .problem import Problem, Projection

PROBES = 2
LEVERAGES = 4
ACCURACY = 1e-2
"""Relative accuracy of the smallest eigenvalue, which is lowered by it."""


@dataclass(frozen=True)
class Products:
    """J and its transpose in scaled unknowns: n rows of d coordinates and C coefficients, and k C of the nuisance."""

    problem: Problem
    state: Projection
    data_scale: Array
    coefficient_scale: Array
    nuisance: Array | None
    nuisance_scale: Array

    @classmethod
    def at(cls, problem: Problem, state: Projection) -> Products:
        X, a = state.X, state.coefficients
        F = state.local.features
        nuisance, scale = problem.feature_map.nuisance, np.zeros(0)
        if nuisance is not None:
            scale = 1 / np.sqrt(np.einsum("ij,ij->j", nuisance, nuisance, dtype=np.float64))
        coefficients = 1 / np.linalg.norm(F, axis=1)
        bare = cls(problem, state, np.ones(len(X)), coefficients, nuisance, scale)
        rng, total = np.random.default_rng(0), np.zeros(len(X))
        for _ in range(PROBES):  # E |D psi(x_i) z|^2 is the mean squared column
            Z = rng.choice([-1.0, 1.0], X.shape)
            total += np.sum(state.local.jvp(bare.tangent(Z)) ** 2, axis=1) / problem.feature_map.unknowns_per_sample
        lengths = np.sqrt(total / PROBES) * np.linalg.norm(a, axis=1)
        return cls(problem, state, 1 / lengths, coefficients, nuisance, scale)

    @property
    def size(self) -> int:
        (n, d), C = self.state.X.shape, self.problem.theta.shape[1]
        return n * (d + C) + len(self.nuisance_scale) * C

    def tangent(self, G: Array) -> Array:
        """Rows of G (n, d) without their radial part, if the samples lie on a sphere."""
        return G - self.radial(G)

    def radial(self, G: Array) -> Array:
        radius = self.problem.feature_map.radius
        if radius is None:
            return np.zeros_like(G)
        X = self.state.X / radius
        return np.einsum("nd,nd->n", G, X)[:, None] * X

    def forward(self, w: Array) -> Array:
        """J w, as (p, C)."""
        (n, d), a = self.state.X.shape, self.state.coefficients
        C = a.shape[1]
        dX, da, dc = w[: n * d].reshape(n, d), w[n * d : n * (d + C)].reshape(n, C), w[n * (d + C) :].reshape(-1, C)
        out = self.state.local.jvp(self.tangent(dX) * self.data_scale[:, None]).T @ a
        out += self.state.local.features.T @ (da * self.coefficient_scale[:, None])
        if self.nuisance is not None:
            out += self.nuisance @ (dc * self.nuisance_scale[:, None])
        return out

    def back(self, R: Array) -> Array:
        """J^T R for R (p, C)."""
        a = self.state.coefficients
        dX = self.tangent(self.state.local.vjp(a @ R.T)) * self.data_scale[:, None]
        parts = [dX.ravel(), ((self.state.local.features @ R) * self.coefficient_scale[:, None]).ravel()]
        if self.nuisance is not None:
            parts.append(((self.nuisance.T @ R) * self.nuisance_scale[:, None]).ravel())
        return np.concatenate(parts)

    def gram(self, use: Array) -> LinearOperator:
        """J^T J on the rows `use` (p, C), plus the radial directions."""
        n, d = self.state.X.shape

        def apply(w: Array) -> Array:
            out = self.back(self.forward(w.ravel()) * use)
            out[: n * d] += self.radial(w.ravel()[: n * d].reshape(n, d)).ravel()
            return out

        return LinearOperator((self.size, self.size), matvec=apply, dtype=np.float64)


def matrix_free(problem: Problem, state: Projection) -> tuple[Array, float, float, Array]:
    """Rows that say something, a lower bound on the smallest singular value, redundancy of a few rows, and spreads (n,)."""
    C, sizes = problem.theta.shape[1], np.linalg.norm(state.coefficients, axis=1)
    if not sizes.min() > 0:
        return np.flatnonzero(problem.theta.ravel()), 0.0, 0.0, np.full(len(sizes), np.inf)
    products, rng = Products.at(problem, state), np.random.default_rng(0)
    first, second = (products.forward(rng.standard_normal(products.size)).ravel() for _ in range(2))
    rows = np.flatnonzero((problem.theta.ravel() != 0) & (first != 0))
    keys = np.arctan(second[rows] / first[rows])  # the same for parallel rows
    order = np.argsort(keys)
    rows = np.sort(rows[order[np.concatenate([[True], np.diff(keys[order]) > 1e-12])]])
    use = np.zeros(problem.theta.size)
    use[rows] = 1.0
    gram = products.gram(use.reshape(problem.theta.shape))
    start = rng.standard_normal(products.size)
    smallest = float(eigsh(gram, k=1, which="SA", tol=ACCURACY, v0=start, return_eigenvectors=False)[0]) * (1 - ACCURACY)
    if not smallest > 0:
        return rows, 0.0, 0.0, np.full(len(sizes), np.inf)
    features = {
        int(t) // C for t in (*rows[np.argsort(-np.abs(first[rows]))[: LEVERAGES // 2]], *rng.choice(rows, LEVERAGES // 2))
    }
    worst = max(_leverage(products, gram, feature, smallest) for feature in features)
    relative = [products.data_scale / np.linalg.norm(state.X, axis=1), products.coefficient_scale / sizes]
    spreads = np.sqrt(problem.feature_map.unknowns_per_sample / smallest) * relative[0]
    bound = np.sqrt(smallest) / max(1.0, *(float(scale.max()) for scale in relative))
    return rows, float(bound), float(np.clip(1 - worst, 0, 1)), spreads


def _leverage(products: Products, gram: LinearOperator, feature: int, smallest: float) -> float:
    """Upper bound of that of the worst direction of the outputs at that feature; `gram` has no eigenvalue below `smallest`.

    Conjugate gradients for G w = b approach b^T G^{-1} b from below, with the error r^T G^{-1} r of the residual r.
    """
    p, C = products.problem.theta.shape
    right = np.empty((C, products.size))
    for c in range(C):
        unit = np.zeros((p, C))
        unit[feature, c] = 1.0
        right[c] = products.back(unit)
    solved = np.array([cg(gram, b, rtol=1e-2)[0] for b in right])
    missed = sum(np.sum((b - gram.matvec(w)) ** 2) for b, w in zip(right, solved, strict=True)) / smallest
    return float(np.linalg.eigvalsh((right @ solved.T + solved @ right.T) / 2)[-1] + missed)

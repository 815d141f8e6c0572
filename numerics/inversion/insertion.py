"""Starts for the local search: samples inserted one at a time where a single feature explains the residual best.

A candidate z is moved uphill on the normalised correlation `|R^T psi(z)| / |psi(z)|` with the current residual R. The
candidates are the residual's first and second moments in input space (`sum_j r_j D psi_j` and the top eigenvectors of
`V^T diag(r) V` for random features, through the feature map's own derivatives) and random directions.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .levenberg_marquardt import ROUNDING, levenberg_marquardt
from .problem import Problem

CANDIDATES, ASCENT_STEPS, POLISH_STEPS = 30, 8, 3


def insertion_start(problem: Problem, n: int, rng: np.random.Generator, X: Array | None = None) -> Array:
    """A start (n, d): samples are added to X (k, d) until there are n, with a few Levenberg-Marquardt steps between."""
    residual = problem.theta
    if X is None:
        X = np.empty((0, problem.feature_map.shape[1]))
    else:
        residual = levenberg_marquardt(problem, X, iterations=POLISH_STEPS).residual
    while len(X) < n:
        X = np.vstack([X, best_candidate(problem, residual, rng)])
        if len(X) < n:
            state = levenberg_marquardt(problem, X, iterations=POLISH_STEPS)
            X, residual = state.X, state.residual
    return X


def best_candidate(problem: Problem, residual: Array, rng: np.random.Generator) -> Array:
    """The sample (d,) found whose feature explains most of the residual (p, C)."""
    psi = problem.feature_map
    if np.linalg.norm(residual) < ROUNDING:
        return problem.random_start(1, rng)[0]
    Z = np.vstack([problem.random_start(CANDIDATES, rng), problem.retract(_moments(problem, residual, rng))])
    size = np.sqrt(psi.shape[1]) if psi.radius is None else psi.radius
    for _ in range(ASCENT_STEPS if psi.unknowns_per_sample else 0):  # d = 1: the sphere is two points
        F = psi.features(Z)
        correlation = F @ residual  # (m, C)
        norm2 = np.einsum("ij,ij->i", F, F)[:, None] + 1e-300
        direction = psi.vjp(Z, correlation @ residual.T - F * (np.sum(correlation**2, axis=1, keepdims=True) / norm2))
        length = np.linalg.norm(direction, axis=1, keepdims=True)
        Z = problem.retract(Z + size * direction / np.maximum(length, 1e-300))
    F = psi.features(Z)
    gain = np.sum((F @ residual) ** 2, axis=1) / (np.einsum("ij,ij->i", F, F) + 1e-300)
    return Z[np.argmax(gain)]


def _moments(problem: Problem, residual: Array, rng: np.random.Generator) -> Array:
    """Derivatives of `z -> r.psi(z)` at random points and their leading directions, with both signs; (k, d)."""
    psi = problem.feature_map
    r = residual @ rng.standard_normal(residual.shape[1]) if residual.shape[1] > 1 else residual[:, 0]
    Z = problem.random_start(4 * 8, rng)
    G = psi.vjp(Z, np.broadcast_to(r, (len(Z), len(r))))
    leading = np.linalg.svd(G, full_matrices=False)[2][:4] * np.linalg.norm(Z[0])
    leading = np.vstack([leading, G.mean(axis=0)])
    return np.vstack([leading, -leading])

"""Samples inserted where single features explain the residual best.

A candidate z is moved uphill on the normalised correlation `|R^T psi(z)| / |psi(z)|` with the current residual R. The
candidates are the residual's first and second moments in input space (`sum_j r_j D psi_j` and the top eigenvectors of
`V^T diag(r) V` for random features, through the feature map's own derivatives) and random directions.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .levenberg_marquardt import ROUNDING
from .problem import Problem

CANDIDATES, ASCENT_STEPS = 30, 8
SEPARATE = 0.9
"""Two candidates with a larger cosine (in absolute value) are one."""


def best_candidates(problem: Problem, residual: Array, count: int, rng: np.random.Generator) -> Array:
    """Up to `count` different samples (k, d), k >= 1, whose features explain most of the residual (p, C), best first."""
    psi = problem.feature_map.coarse()
    if np.linalg.norm(residual) < ROUNDING:
        return problem.random_start(1, rng)
    Z = np.vstack([problem.random_start(CANDIDATES, rng), problem.retract(_moments(problem, residual, rng))])
    size = np.sqrt(psi.shape[1]) if psi.radius is None else psi.radius
    for _ in range(ASCENT_STEPS if psi.unknowns_per_sample else 0):  # d = 1: the sphere is two points
        local = psi.at(Z)
        F = problem.off(local.features)
        correlation = F @ residual  # (m, C)
        norm2 = np.einsum("ij,ij->i", F, F)[:, None] + 1e-300
        uphill = correlation @ residual.T - F * (np.sum(correlation**2, axis=1, keepdims=True) / norm2)
        direction = local.vjp(problem.off(uphill))
        length = np.linalg.norm(direction, axis=1, keepdims=True)
        Z = problem.retract(Z + size * direction / np.maximum(length, 1e-300))
    F = problem.off(psi.features(Z))
    gain = np.sum((F @ residual) ** 2, axis=1) / (np.einsum("ij,ij->i", F, F) + 1e-300)
    order = np.argsort(-gain)
    if count == 1:
        return Z[order[:1]]
    directions = Z / np.linalg.norm(Z, axis=1, keepdims=True)
    chosen: list[int] = []
    for i in order:
        if not chosen or np.max(np.abs(directions[chosen] @ directions[i])) < SEPARATE:
            chosen.append(i)
        if len(chosen) == count:
            break
    return Z[chosen]


def _moments(problem: Problem, residual: Array, rng: np.random.Generator) -> Array:
    """Derivatives of `z -> r.psi(z)` at random points and their leading directions, with both signs; (k, d)."""
    psi = problem.feature_map.coarse()
    r = residual @ rng.standard_normal(residual.shape[1]) if residual.shape[1] > 1 else residual[:, 0]
    Z = problem.random_start(4 * 8, rng)
    G = psi.at(Z).vjp(np.broadcast_to(r, (len(Z), len(r))))
    leading = np.linalg.svd(G, full_matrices=False)[2][:4] * np.linalg.norm(Z[0])
    leading = np.vstack([leading, G.mean(axis=0)])
    leading = leading[np.linalg.norm(leading, axis=1) > 0]  # of linear features all rows of G agree
    return np.vstack([leading, -leading])

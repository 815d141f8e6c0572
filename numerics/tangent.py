"""How far a sample's features are from the tangent space of the others' features: no two rows may approach one sample.

The tangent space at x_1, ..., x_m is spanned by the columns act(V x_i) and D_i V t, D_i = diag(act'(V x_i)), t in a basis of
x_i^perp: all that rows near the x_i span to first order, md columns.
"""

from __future__ import annotations

import numpy as np

from ..theory.intervals import slope
from .arrays import Array
from .jacobian import tangent_basis
from .population import kappa
from .random_features import RandomFeatures, sphere_samples, to_sphere


def aligned_samples(n: int, d: int, alignment: float | None, rng: np.random.Generator) -> Array:
    """n uniform points of norm sqrt(d); the last moved to correlation `alignment` with the first, if that is given."""
    X = sphere_samples(n, d, rng)
    if alignment is not None:
        unit = X[0] / np.sqrt(d)
        across = to_sphere((X[-1] - (X[-1] @ unit) * unit)[None], 1.0)[0]
        X[-1] = np.sqrt(d) * (alignment * unit + np.sqrt(1 - alignment**2) * across)
    return X


def tangent_share(model: RandomFeatures, X: Array) -> float:
    """Squared distance of act(V x_n) from the tangent space at the other rows of X, over |act(V x_n)|^2.

    Divided by 1 - md/p too, the share that fewer degrees of freedom take; 0 if md >= p.
    """
    Phi = model.features(X)
    slopes = model.jacobian(X[:-1])  # (p, m, d)
    columns = [Phi[:-1].T] + [slopes[:, i] @ tangent_basis(X[i]) for i in range(len(X) - 1)]
    basis = np.concatenate(columns, axis=1)
    free = 1 - basis.shape[1] / len(basis)
    if free <= 0:
        return 0.0
    orthonormal = np.linalg.qr(basis)[0]
    residual = Phi[-1] - orthonormal @ (orthonormal.T @ Phi[-1])
    return float(residual @ residual / (Phi[-1] @ Phi[-1]) / free)


def population_share(activation: str, X: Array) -> float:
    """The same for p -> infinity, from Stein moments: no features are drawn.

    With g = v.x, h = v.y of correlation t and tangents a at x, b at y, all in units of |x| = 1, integration by parts gives
    E act(g) act'(h) (v.b) = kappa'(t) x.b and E act'(g) (v.a) act'(h) (v.b) = kappa'(t) a.b + kappa''(t) (a.y)(b.x).
    """
    U = X / np.linalg.norm(X, axis=1, keepdims=True)
    m, d = len(U) - 1, U.shape[1]
    T = np.clip(U @ U.T, -1, 1)
    np.fill_diagonal(T, 1.0)
    values, first, second = (kappa(activation, T, order) for order in (0, 1, 2))
    bases = [tangent_basis(u) for u in U[:m]]
    G, target = np.zeros((m * d, m * d)), np.zeros(m * d)
    for i in range(m):
        rows = slice(m + i * (d - 1), m + (i + 1) * (d - 1))
        target[i], target[rows] = values[i, m], first[i, m] * (bases[i].T @ U[m])
        for j in range(m):
            columns = slice(m + j * (d - 1), m + (j + 1) * (d - 1))
            G[i, j], G[i, columns] = values[i, j], first[i, j] * (U[i] @ bases[j])
            G[columns, i] = G[i, columns]
            G[rows, columns] = first[i, j] * (bases[i].T @ bases[j])
            if i != j:
                G[rows, columns] += second[i, j] * np.outer(bases[i].T @ U[j], U[i] @ bases[j])
    one = float(kappa(activation, np.array(1.0)))
    return max(0.0, 1 - float(target @ np.linalg.lstsq(G, target, rcond=None)[0]) / one)


def slope_in_angle(activation: str, d: int, p: int, angles: list[float], rng: np.random.Generator) -> float:
    """Slope of log `tangent_share` against the log of the angle between the two samples, in one random model."""
    model = RandomFeatures.gaussian(p, d, activation, rng)
    shares = [tangent_share(model, aligned_samples(2, d, float(np.cos(angle)), rng)) for angle in angles]
    return slope(angles, shares)

"""The Jacobian of `(X, a) -> sum_i psi(x_i) a_i` with respect to data and coefficients, in relative units."""

from __future__ import annotations

import numpy as np

from .feature_map import Array, FeatureMap


def tangent_basis(x: Array) -> Array:
    """Orthonormal basis of the orthogonal complement of x (d,), as columns (d, d-1)."""
    d, norm = len(x), np.linalg.norm(x)
    pivot = int(np.argmax(np.abs(x)))
    w = x.copy()
    w[pivot] += np.copysign(norm, x[pivot])
    reflection = np.eye(d) - np.outer(w, w) * (2 / (w @ w))
    return np.delete(reflection, pivot, axis=1)


def relative_jacobian(feature_map: FeatureMap, X: Array, a: Array) -> Array:
    """Jacobian of theta with respect to `x_i / |x_i|` and `a_ic / |a_i|`.

    Args:
        X: (n, d).
        a: (n, C).

    Returns:
        (p C, n u + n C) with u unknown coordinates per sample (d - 1 on the sphere, d off it). Rows are the entries
        of theta (p, C) in C order; columns are u for each sample in turn, then C coefficients for each sample.
        A sample with a_i = 0 has zero columns: it does not appear in theta.
    """
    (n, d), C = X.shape, a.shape[1]
    D, F = feature_map.jacobian(X), feature_map.features(X)
    p, u = len(D), feature_map.unknowns_per_sample
    J = np.zeros((p, C, n * (u + C)))
    for i in range(n):
        size = np.linalg.norm(X[i])
        directions = size * (tangent_basis(X[i]) if u < d else np.eye(d))
        J[:, :, i * u : (i + 1) * u] = a[i][None, :, None] * (D[:, i] @ directions)[:, None, :]
        scale = np.linalg.norm(a[i])
        for c in range(C):
            J[:, c, n * u + i * C + c] = scale * F[i]
    return J.reshape(p * C, -1)

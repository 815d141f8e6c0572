"""The Jacobian of `(X, a) -> sum_i psi(x_i) a_i` with respect to data and coefficients, in relative units."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..theory.activations import parse
from .arrays import Array
from .feature_map import FeatureMap
from .random_features import RandomFeatures


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
    local = feature_map.at(X)
    D, F = local.jacobian(), local.features
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


def float_rank(witness: dict[str, Any]) -> int | None:
    """The rank that `numpy.linalg.matrix_rank` gives a rank witness, for comparison; None for points modulo a prime."""
    activation = parse(witness["activation"])
    if witness["arithmetic"] == "modular" and activation.slopes is None:
        return None
    V = np.array(witness["V"], dtype=float) / float(witness["V_denominator"])
    X = np.array(witness["X"], dtype=float) / np.array(witness["X_denominators"], dtype=float)[:, None]
    model = RandomFeatures(V, activation, domain=witness["domain"], radius=1.0)
    a = np.array(witness["a"], dtype=float)[:, None]
    if X.shape[1] == 1 and witness["domain"] == "sphere":
        return int(np.linalg.matrix_rank(model.features(X).T * a.T))
    D, F = model.jacobian(X), model.features(X)
    blocks = [
        D[:, i] @ (tangent_basis(X[i]) if witness["domain"] == "sphere" else np.eye(X.shape[1])) * a[i] for i in range(len(X))
    ]
    return int(np.linalg.matrix_rank(np.hstack([*blocks, F.T])))

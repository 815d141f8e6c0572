"""How small the residual off the span of the training features gets, against the distance to the samples."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .jacobian import tangent_basis
from .random_features import RandomFeatures, sphere_samples, to_sphere

NEAR = 0.02
"""Relative distance at which a descent counts as arrived at a sample; closer, the linearization is used."""


def smallest_quotient(activation: str, n: int, d: int, p: int, starts: int, steps: int, rng: np.random.Generator) -> float:
    """The smallest q(x) = (|P act(V x)|^2 / |Phi|^2) / (dist^2 / d) in one random problem; |Phi|^2 is the mean over samples.

    P projects off the span of the n training features, dist is the distance to the nearest sample (up to sign for odd or
    even activations). Met: by gradient descents of the residual from uniform starts, at all their steps, and in the limit
    x -> x_i along every tangent, where the smallest q is a singular value. 0 for p <= n.
    """
    if p <= n:
        return 0.0
    model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
    Phi = model.features(X)
    basis, scale = np.linalg.qr(Phi.T)[0], float(np.mean(np.sum(Phi**2, axis=1)))
    slopes = model.jacobian(X)
    found = []
    for i in range(n):
        J = slopes[:, i] @ tangent_basis(X[i])
        J = J - basis @ (basis.T @ J)
        found.append(max(0.0, float(np.linalg.eigvalsh(J.T @ J)[0])) * d / scale)
    for x in sphere_samples(starts, d, rng):
        found.append(_descend(model, X, basis, scale, x, steps))
    return min(found)


def _descend(model: RandomFeatures, X: Array, basis: Array, scale: float, x: Array, steps: int) -> float:
    d, step, least = len(x), 0.5, np.inf
    targets = np.concatenate([X, -X]) if model.symmetry.sign else X

    def residual(z: Array) -> tuple[float, Array]:
        feature = model.features(z[None])[0]
        off = feature - basis @ (basis.T @ feature)
        return float(off @ off) / scale, off

    value, off = residual(x)
    for _ in range(steps):
        distance = float(np.linalg.norm(targets - x, axis=1).min() / np.sqrt(d))
        if distance < NEAR:
            break
        least = min(least, value / distance**2)
        gradient = model.V.T @ (model.activation.derivative(model.V @ x) * off)
        gradient -= (gradient @ x) * x / d
        size = np.linalg.norm(gradient)
        while step > 1e-6 and size > 0:
            trial = to_sphere((x - step * np.sqrt(d) / size * gradient)[None], np.sqrt(d))[0]
            after, off_after = residual(trial)
            if after < value:
                break
            step *= 0.5
        else:
            break
        x, value, off, step = trial, after, off_after, min(1.6 * step, 1.0)
    return float(least)

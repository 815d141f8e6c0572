"""Search for twins: two different data sets of n points on the sphere with the same parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr

from ..theory.activations import Activation, parse
from ..theory.errors import positive_integer
from .arrays import Array
from .random_features import to_sphere

V_DENOMINATOR = 1024
ZERO = 1e-13
"""Norm of the residual that counts as a zero."""
SMALLEST = 0.05
"""Coefficients below this, of all 2n of norm 1, do not count."""
PARALLEL = 0.98
"""Samples with a larger |cosine| do not count as different."""


@dataclass(frozen=True)
class Twins:
    """`sum_k b_k act(V z_k) = 0` up to `residual`, with 2n unit vectors Z (2n, d) and b (2n,) of norm 1; V (p, d) integers
    over 1024. The first n are one data set, the others, with -b, its twin. `fixed` are the coordinates of (Z, b), in this
    order, to be held fixed so that the others solve a square system."""

    V: Array
    Z: Array
    b: Array
    residual: float
    fixed: list[int]


def find_twins(activation: str, n: int, d: int, p: int, rng: np.random.Generator, attempts: int) -> Twins:
    """The first nontrivial zero from random starts, each with a V of its own.

    If there is none: of the starts that ended away from trivial zeros the one of smallest residual, else the first.
    """
    positive_integer("attempts", attempts)
    act, best, found = parse(activation), None, False
    for _ in range(attempts):
        V = np.rint(rng.standard_normal((p, d)) * V_DENOMINATOR) / V_DENOMINATOR
        Z, b = to_sphere(rng.standard_normal((2 * n, d)), 1.0), rng.standard_normal(2 * n)
        z, r = _solve(act, V, np.concatenate([Z.ravel(), b / np.linalg.norm(b)]), 2 * n)
        Z, b, size = z[: 2 * n * d].reshape(2 * n, d), z[2 * n * d :], float(np.linalg.norm(r))
        cosines = np.abs(Z @ Z.T) - np.eye(2 * n)
        nontrivial = np.abs(b).min() > SMALLEST and cosines.max() < PARALLEL
        if best is None or (nontrivial and (not found or size < best.residual)):
            best = Twins(np.rint(V * V_DENOMINATOR), Z, b, size, _surplus(_system(act, V, z, 2 * n)[1]))
            found |= bool(nontrivial)
        if nontrivial and size < ZERO:
            break
    assert best is not None
    return best


def _system(act: Activation, V: Array, z: Array, points: int) -> tuple[Array, Array]:
    """Residual and Jacobian of: the superposition at each row of V, |z_k|^2 = 1, |b|^2 = 1."""
    p, d = V.shape
    Z, b = z[: points * d].reshape(points, d), z[points * d :]
    U = V @ Z.T
    r = np.concatenate([act.value(U) @ b, (Z * Z).sum(axis=1) - 1, [b @ b - 1]])
    J = np.zeros((p + points + 1, len(z)))
    J[:p, : points * d] = ((act.derivative(U) * b)[:, :, None] * V[:, None, :]).reshape(p, -1)
    J[:p, points * d :] = act.value(U)
    for k in range(points):
        J[p + k, k * d : (k + 1) * d] = 2 * Z[k]
    J[-1, points * d :] = 2 * b
    return r, J


def _solve(act: Activation, V: Array, z: Array, points: int, iterations: int = 120) -> tuple[Array, Array]:
    """Levenberg-Marquardt with steps of least norm, as there are fewer equations than unknowns below p = 2nd."""
    (r, J), damping = _system(act, V, z, points), 1e-2
    for _ in range(iterations):
        step = J.T @ np.linalg.solve(J @ J.T + (damping + 1e-15) * np.eye(len(r)), r)
        after, slope = _system(act, V, z - step, points)
        if after @ after < r @ r:
            z, r, J, damping = z - step, after, slope, damping * 0.2
        else:
            damping *= 6
        if np.linalg.norm(r) < ZERO / 100 or damping > 1e6:
            break
    return z, r


def _surplus(J: Array) -> list[int]:
    """Columns to drop so that a well-conditioned square matrix is left; none if there are at least as many rows."""
    order = qr(J, mode="r", pivoting=True)[1]
    return sorted(int(k) for k in order[J.shape[0] :])

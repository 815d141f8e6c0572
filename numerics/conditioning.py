"""The smallest singular value of the relative Jacobian, and directions that prove it to be small."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .arrays import Array
from .generic_points import V_DENOMINATOR, rank_witness
from .jacobian import relative_jacobian, tangent_basis
from .random_features import RandomFeatures, sphere_samples


def relative_svd(model: RandomFeatures, X: Array, a: Array) -> tuple[Array, Array]:
    """Singular values and right singular vectors (rows) of the Jacobian in relative units: theta of norm 1 as well.

    In float64: values below about 1e-15 of the largest are rounding.
    """
    J = relative_jacobian(model, X, a[:, None]) / np.linalg.norm(model.features(X).T @ a)
    return np.linalg.svd(J, full_matrices=False)[1:]


def decay_slope(activation: str, d: int, sizes: Sequence[int], factor: int, rng: np.random.Generator) -> float:
    """Slope of log10 of the smallest singular value against n, from one random instance at p = factor n d for each n."""
    logs = []
    for n in sizes:
        model = RandomFeatures.gaussian(factor * n * d, d, activation, rng)
        values, _ = relative_svd(model, sphere_samples(n, d, rng), rng.standard_normal(n))
        logs.append(float(np.log10(max(values[-1], 1e-17))))
    return statistics.linear_regression([float(n) for n in sizes], logs).slope


def small_direction(
    activation: str, n: int, d: int, factor: int, bound: str, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One exact point, as a witness of full rank nd, and as one of a direction along which theta hardly changes.

    The rank is that of the first nd of the p = factor n d rows of V; the direction, from a floating decomposition, is
    rounded to rationals and decided on all p rows.
    """
    rank = rank_witness(activation, n, d, n * d, "sphere", rng, expected=n * d)
    extra = np.rint(rng.standard_normal(((factor - 1) * n * d, d)) * V_DENOMINATOR).astype(int).tolist()
    V = np.array(rank["V"] + extra)
    X = np.array(rank["X"], dtype=float) / np.array(rank["X_denominators"], dtype=float)[:, None]
    a = np.array(rank["a"], dtype=float)
    u = relative_svd(RandomFeatures(V / V_DENOMINATOR, activation, radius=1.0), X, a)[1][-1]
    moves = [tangent_basis(x) @ part for x, part in zip(X, u[: n * (d - 1)].reshape(n, d - 1))]
    point = {
        "V": [[f"{t}/{V_DENOMINATOR}" for t in row] for row in V.tolist()],
        "X": [[f"{t}/{q}" for t in row] for row, q in zip(rank["X"], rank["X_denominators"])],
        "a": [str(t) for t in rank["a"]],
        "directions": [[str(Fraction(t)) for t in move.tolist()] for move in moves],
        "changes": [str(Fraction(t)) for t in (np.abs(a) * u[n * (d - 1) :]).tolist()],
    }
    return rank, {"decider": "near_kernel", "activation": activation, "bound": bound} | point

"""The projection loss of the true data by two formulas in a floating type, against its exact value."""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat

from ..theory.errors import InputError, one_of
from .arrays import Array

TYPES = {"single": np.float32, "double": np.float64}
EXACT = 2**24
"""Integers up to this are exact in single precision."""


def loss_errors(precision: str, noise: int, n: int, d: int, p: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Errors of the loss of the true data by the two formulas, and the loss, for theta = Phi^T a + integer noise.

    ReLU features of integer V and X, and theta, are integers below 2^24: exact in single precision, so that all errors
    are those of evaluating the loss.

    Args:
        precision: `single` or `double`.
        noise: every entry of theta is changed by +-noise; this sets the loss.

    Returns:
        |cancelling - exact|, |residual - exact| and exact, all relative to |theta|^2.

    Raises:
        InputError: unknown precision, or sizes for which the integers are too large.
    """
    kind = TYPES[one_of("precision", precision, tuple(TYPES))]
    X, V = rng.integers(-1500, 1501, (n, d)), rng.integers(-15, 16, (p, d))
    Phi = np.maximum(X @ V.T, 0)
    theta = Phi.T @ rng.choice([-7, -5, -3, 3, 5, 7], n) + noise * rng.choice([-1, 1], p)
    if max(np.abs(theta).max(), Phi.max()) > EXACT:
        raise InputError(f"n = {n}, d = {d}: integers above 2^24 occur, which single precision does not hold")
    exact = float_of(exact_loss(Phi, theta))
    cancelling, residual = loss_forms(Phi.astype(kind), theta.astype(kind))
    return abs(cancelling - exact), abs(residual - exact), exact


def loss_forms(Phi: Array, theta: Array) -> tuple[float, float]:
    """1 - v^T c / |theta|^2 and |theta - Phi^T c|^2 / |theta|^2 with v = Phi theta, c = (Phi Phi^T)^-1 v, in the given type."""
    v = Phi @ theta
    c = np.linalg.solve(Phi @ Phi.T, v)
    rest, size = theta - Phi.T @ c, theta @ theta
    return float((size - v @ c) / size), float((rest @ rest) / size)


def exact_loss(Phi: Array, theta: Array) -> fmpq:
    """min_c |theta - Phi^T c|^2 / |theta|^2 over the rationals, for integer Phi (n, p) and theta (p,)."""
    F, t = fmpq_mat(Phi.tolist()), fmpq_mat([[int(s)] for s in theta])
    v, size = F * t, (t.transpose() * t)[0, 0]
    return (size - (v.transpose() * (F * F.transpose()).solve(v))[0, 0]) / size


def float_of(value: fmpq) -> float:
    """The nearest float, up to rounding; exact rationals of any length."""
    return int(value.p) / int(value.q)

"""Trained parameters seen together with the initial ones: theta_0 + Phi^T a."""

from __future__ import annotations

from math import sqrt

import numpy as np

from .arrays import Array
from .random_features import RandomFeatures, random_instance


def with_initialization(
    activation: str, n: int, d: int, p: int, size: float, known: bool, rng: np.random.Generator
) -> tuple[Array, RandomFeatures, Array]:
    """What the attacker sees (p,), the model and X (n, d) on the sphere; a ~ N(0, I).

    Args:
        size: root mean square of the Gaussian theta_0 over that of Phi^T a.
        known: whether theta_0 is subtracted from the sum, which leaves its rounding errors.
    """
    learned, model, X = random_instance(activation, n, d, p, rng)
    first = size * np.linalg.norm(learned) / sqrt(p) * rng.standard_normal(p)
    trained = first + learned
    return trained - first if known else trained, model, X


def expected_residual(n: int, d: int, p: int, size: float) -> float:
    """First-order relative residual: theta_0 less its part in the nd tangent directions, `s sqrt((p - nd) / p)` over |theta|.

    For p <= nd nothing is left over; then that of one spare equation.
    """
    return size * sqrt(max(p - n * d, 1) / p) / sqrt(1 + size * size)

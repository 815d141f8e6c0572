"""How far noise on the parameters moves each sample, by the size of its coefficient."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inversion import Problem, levenberg_marquardt
from ..jacobian import relative_jacobian
from ..matching import match
from ..random_features import RandomFeatures, sphere_samples

SPREAD = (-1.0, 1.0)
"""Decimal logarithms of the smallest and the largest coefficient."""


def sizes(n: int) -> list[float]:
    """|a_1| < ... < |a_n|, evenly spaced in logarithm."""
    return [float(a) for a in np.logspace(*SPREAD, n)]


def trial(rng: np.random.Generator, *, activation: str, n: int, d: int, p: int, noise: float) -> dict[str, Any]:
    """theta + sigma xi, |theta| `noise` in norm on average, fitted from the truth. For each sample k = 1..n, by |a_k|:

    - `error_k`: relative error, up to the activation's parity;
    - `predicted_k`: its root mean square to first order, sigma |[J^+]_k|_F (docs of the claim error-scale).
    """
    model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
    a = np.array(sizes(n)) * rng.choice([-1.0, 1.0], n)
    theta = model.features(X).T @ a
    sigma = noise * np.linalg.norm(theta) / np.sqrt(p)
    problem, _ = Problem.checked(theta + sigma * rng.standard_normal(p), model)
    errors = match(X, levenberg_marquardt(problem, X, stall=0.0).X, model.symmetry.matching).errors
    J, u = relative_jacobian(model, X, a[:, None]), model.unknowns_per_sample
    rows = np.linalg.pinv(J)[: n * u].reshape(n, -1)
    predicted = sigma * np.linalg.norm(rows, axis=1)
    found = {f"error_{k}": float(error) for k, error in enumerate(errors, 1)}
    return found | {f"predicted_{k}": float(value) for k, value in enumerate(predicted, 1)}

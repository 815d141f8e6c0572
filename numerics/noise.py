"""How noise on the parameters, or on the data, reaches the reconstruction."""

from __future__ import annotations

import numpy as np

from ..theory.intervals import slope
from .inversion import Problem, levenberg_marquardt
from .matching import match
from .random_features import RandomFeatures, sphere_samples, to_sphere

LEVEL = 1e-7
"""Relative noise, small enough for the first order."""


def error_slope(activation: str, n: int, d: int, p: int, noise: str, rng: np.random.Generator) -> float:
    """Slope of log error_i against log |a_i| in one random problem, with |a_i| spread over two decades.

    Args:
        noise: `parameters` adds noise to theta; `data` moves the samples before theta is formed.
    """
    model = RandomFeatures.gaussian(p, d, activation, rng)
    X = sphere_samples(n, d, rng)
    a = rng.permutation(np.logspace(-1, 1, n)) * rng.choice([-1.0, 1.0], n)
    Y = to_sphere(X + LEVEL * rng.standard_normal(X.shape), np.sqrt(d)) if noise == "data" else X
    theta = model.features(Y).T @ a
    if noise == "parameters":
        theta = theta + LEVEL * np.linalg.norm(theta) / np.sqrt(p) * rng.standard_normal(p)
    problem, _ = Problem.checked(theta, model)
    found = levenberg_marquardt(problem, X, stall=0.0)
    errors = match(X, found.X).errors
    return slope(np.abs(a).tolist(), errors.tolist())

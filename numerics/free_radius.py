"""Samples of unknown norm."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .random_features import RandomFeatures, sphere_samples


def free_instance(activation: str, n: int, d: int, p: int, rng: np.random.Generator) -> tuple[Array, RandomFeatures, Array]:
    """theta (p,) with a ~ N(0, I), the Gaussian model with domain `free`, and X (n, d).

    The norms are uniform in [0.5, 1.5] sqrt(d), the directions uniform.
    """
    model = RandomFeatures.gaussian(p, d, activation, rng, domain="free")
    X = sphere_samples(n, d, rng) * rng.uniform(0.5, 1.5, (n, 1))
    return model.features(X).T @ rng.standard_normal(n), model, X

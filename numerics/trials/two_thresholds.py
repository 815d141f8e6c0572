"""Training error and reconstruction error of one model at one number of parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..matching import match
from ..random_features import sphere_samples
from .attack import attack, train


def trial(rng: np.random.Generator, *, activation: str, n: int, d: int, p: int, starts: int) -> dict[str, Any]:
    """n uniform samples on the sphere, a model with p features trained on them, and one attack: see `attack`. And

    - `training`: squared training error, relative to that of theta = 0;
    - `guess`: the `error` of points drawn at random.
    """
    X = sphere_samples(n, d, rng)
    theta, model, y = train(activation, X, p, rng)
    residual = model.features(X) @ theta - y
    guess = match(X, sphere_samples(n, d, rng), model.symmetry.matching).errors.mean()
    outcome, _ = attack(theta, model, X, starts, rng)
    return outcome | {"training": float(residual @ residual / (y @ y)), "guess": float(guess)}

"""What the trials share: a trained model, and one attack on its parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Array
from ..inversion import invert
from ..inversion.certificate import ZERO_RESIDUAL
from ..matching import Match, match
from ..random_features import RandomFeatures, linear_labels, sphere_samples
from ..recovery import RECOVERED


def train(
    activation: str, X: Array, p: int, rng: np.random.Generator, outputs: int | None = None
) -> tuple[Array, RandomFeatures, Array]:
    """theta of least norm among those with least squared error, the Gaussian model with p features, and the labels.

    The labels are `linear_labels`, one column for each output.

    Args:
        X: (n, d), on the sphere of radius sqrt(d).
        outputs: C; theta is (p, C) and the labels (n, C). None: (p,) and (n,).
    """
    model = RandomFeatures.gaussian(p, X.shape[1], activation, rng)
    y = linear_labels(X, rng, outputs)
    return model.fit(X, y), model, y


def attack(
    theta: Array, model: RandomFeatures, X: Array, starts: int, rng: np.random.Generator
) -> tuple[dict[str, Any], Match]:
    """One attack with `starts` starts at most; what became of it, and the samples found, matched to X:

    - `recovered`: every sample found to a relative error of `RECOVERED`, up to the activation's parity;
    - `met`: theta met to rounding; `identified`: `invert` says so;
    - `error`: mean over the samples of the relative error.

    Where theta is zero there is nothing to search for, and the samples are guessed.
    """
    symmetry = model.symmetry.matching
    if not theta.any():
        guess = match(X, sphere_samples(len(X), X.shape[1], rng), symmetry)
        return {"recovered": False, "met": False, "identified": False, "error": float(guess.errors.mean())}, guess
    found = invert(theta, model, len(X), seed=rng, starts=starts)
    matched = match(X, found.samples, symmetry)
    return {
        "recovered": matched.relative_error <= RECOVERED,
        "met": found.residual <= ZERO_RESIDUAL,
        "identified": found.outcome == "identified",
        "error": float(matched.errors.mean()),
    }, matched

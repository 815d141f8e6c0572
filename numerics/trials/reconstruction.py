"""Whether one attack on a trained model brings its data back: uniform points of the sphere, or handwritten digits."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ...theory.errors import one_of
from ..arrays import Array
from ..datasets import Dataset, digits
from ..matching import Match
from ..random_features import sphere_samples
from .attack import attack, train

DATA = ("sphere", "digits")


def trial(
    rng: np.random.Generator, *, activation: str, n: int, d: int, p: int, starts: int, data: str = "sphere"
) -> dict[str, Any]:
    """n samples, a model with p features trained on them, and one attack: see `attack`.

    Args:
        data: `sphere`, uniform on that of radius sqrt(d); `digits`, for which d is 64.
    """
    return with_samples(rng, activation=activation, n=n, d=d, p=p, starts=starts, data=data)[0]


def with_samples(
    rng: np.random.Generator, *, activation: str, n: int, d: int, p: int, starts: int, data: str
) -> tuple[dict[str, Any], Array, Match]:
    """The same trial, with the samples (n, d) and those found."""
    X = _digits().subset(n, rng).X if one_of("data", data, DATA) == "digits" else sphere_samples(n, d, rng)
    theta, model, _ = train(activation, X, p, rng)
    outcome, matched = attack(theta, model, X, starts, rng)
    return outcome, X, matched


@cache
def _digits() -> Dataset:
    return digits()

"""How often one start finds the data: the default search, and the published optimizer at several step sizes."""

from __future__ import annotations

import numpy as np

from ..theory.errors import one_of
from .inversion import invert
from .inversion.published import published_descent
from .matching import match
from .random_features import random_instance
from .recovery import RECOVERED

CLOSE = 1e-2
"""Relative error asked of the published optimizer: it stops at a loss of 1e-7, at residuals of 3e-4."""
SEARCHES = {"default": RECOVERED, "published": CLOSE}


def single_starts(
    search: str, activation: str, n: int, d: int, p: int, trials: int, rng: np.random.Generator, *, step: float, steps: int
) -> int:
    """Of `trials` random instances (V, X on the sphere, a ~ N(0, I)), those where one start finds every sample.

    Args:
        search: `default`, that of `invert`, to a relative error of `RECOVERED`; `published`, to `CLOSE`.
        step, steps: step size and largest number of steps of the published optimizer; the default takes neither.

    Raises:
        InputError: another search.
    """
    one_of("search", search, tuple(SEARCHES))
    found = 0
    for _ in range(trials):
        theta, model, X = random_instance(activation, n, d, p, rng)
        if search == "default":
            samples = invert(theta, model, n, seed=rng, starts=1).samples
        else:
            samples = published_descent(theta, model, n, seed=rng, step=step, steps=steps).samples
        found += match(X, samples, model.symmetry.matching).relative_error <= SEARCHES[search]
    return found

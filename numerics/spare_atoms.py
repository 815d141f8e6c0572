"""How often one start of the search meets theta, with and without atoms to spare."""

from __future__ import annotations

import numpy as np

from .inversion.certificate import ZERO_RESIDUAL
from .inversion.problem import Problem
from .inversion.search import search
from .random_features import random_instance


def successes_with_spare(activation: str, n: int, d: int, p: int, spare: float, trials: int, rng: np.random.Generator) -> int:
    """Of `trials` random instances, how many are met to rounding by n atoms after one random start with (1 + spare) n atoms.

    V, X on the sphere and a ~ N(0, I) are drawn anew for each; signs are decoupled where the activation allows it.
    """
    met = 0
    for _ in range(trials):
        theta, model, _ = random_instance(activation, n, d, p, rng)
        whole, _ = Problem.checked(theta, model)
        found = search(whole.decoupled() or whole, n, ZERO_RESIDUAL, rng, random=True, extra=spare)
        met += found.loss <= ZERO_RESIDUAL**2
    return met

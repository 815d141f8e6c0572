"""How often `invert` recovers the data of random instances, and what becomes of atoms too many or too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..theory.errors import one_of
from .inversion import invert
from .inversion.certificate import ZERO_RESIDUAL
from .matching import match
from .random_features import random_instance

RECOVERED = 1e-6
"""Relative error, up to the activation's symmetry, below which every sample counts as recovered."""
FREE = 1e-6
"""Coefficient of an atom, over the largest one, below which its position is free."""
COPY = 1e-3
"""Relative distance to a sample below which an atom counts as a copy of it."""


@dataclass(frozen=True)
class Recovery:
    """Of `trials` independent random instances, how many had each outcome.

    Attributes:
        met: theta is met to rounding.
        recovered: every true sample is matched within `RECOVERED`.
        wrong: theta is met and a sample is missed.
        identified: recovered, and `invert` says `identified`.
        free: theta is met, every sample recovered, and every further atom has no coefficient.
        copies: theta is met, and some further atom with a coefficient lies on a true sample.
    """

    trials: int
    met: int
    recovered: int
    wrong: int
    identified: int
    free: int
    copies: int


def recovery(
    activation: str, n: int, d: int, p: int, trials: int, rng: np.random.Generator, *, atoms: int | None = None, starts: int = 4
) -> Recovery:
    """Outcomes of `invert` with V, X on the sphere and a ~ N(0, I) drawn anew for each trial.

    Args:
        atoms: the number of samples that the attacker assumes; n by default.
    """
    outcomes = np.zeros((trials, 6), dtype=bool)
    for trial in outcomes:
        theta, model, X = random_instance(activation, n, d, p, rng)
        found = invert(theta, model, atoms or n, seed=rng, starts=starts)
        matched = match(X, found.samples, model.symmetry.matching)
        met, recovered = found.residual <= ZERO_RESIDUAL, matched.relative_error <= RECOVERED
        size = np.abs(found.coefficients)
        carries = np.setdiff1d(np.flatnonzero(size > FREE * size.max()), matched.assignment)
        copy = any(np.min(match(z[None], X, model.symmetry.matching).errors) <= COPY for z in found.samples[carries])
        trial[:] = (
            met,
            recovered,
            met and not recovered,
            recovered and found.outcome == "identified",
            met and recovered and not len(carries),
            met and copy,
        )
    return Recovery(trials, *(int(count) for count in outcomes.sum(axis=0)))


def equations(multiple: float, n: int, d: int, sizes: Sequence[Sequence[int]], scale: str) -> int:
    """`multiple` times n d, rounded; for the scale `n` (or `d`) the other factor is its geometric mean over the sizes."""
    one_of("scale", scale, ("nd", "n", "d"))
    mean_n, mean_d = np.exp(np.mean(np.log(np.array(sizes, dtype=float)), axis=0))
    return max(1, round(multiple * {"nd": n * d, "n": n * mean_d, "d": d * mean_n}[scale]))

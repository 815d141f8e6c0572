"""How often `invert` finds the data behind parameters that were made in some way: counts over independent attacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .inversion import invert
from .inversion.certificate import ZERO_RESIDUAL
from .matching import match
from .random_features import RandomFeatures
from .recovery import RECOVERED

Draw = Callable[[np.random.Generator], tuple[Array, RandomFeatures, Array]]


@dataclass(frozen=True)
class Outcomes:
    """Of `trials` independent attacks, how many had each outcome.

    Attributes:
        met: theta is met to rounding.
        recovered: every true sample is matched within `RECOVERED`, up to the feature map's symmetry.
        identified: recovered, and `invert` says `identified`.
        wrong: theta is met and some true sample is not matched.
        claimed: theta is met to rounding or `invert` says `identified`, whether or not the data are right.
        residuals: (trials,) relative residuals reached.
    """

    trials: int
    met: int
    recovered: int
    identified: int
    wrong: int
    claimed: int
    residuals: tuple[float, ...]


def outcomes(draw: Draw, trials: int, rng: np.random.Generator, *, starts: int = 4) -> Outcomes:
    """Attack `trials` times what `draw(rng)` gives: theta (p,) as the attacker sees it, the model, and the true X (n, d)."""
    counts, residuals = np.zeros(5, dtype=int), []
    for _ in range(trials):
        theta, model, X = draw(rng)
        found = invert(theta, model, len(X), seed=rng, starts=starts)
        back = match(X, found.samples, model.symmetry.matching).relative_error <= RECOVERED
        fits, says = found.residual <= ZERO_RESIDUAL, found.outcome == "identified"
        counts += (fits, back, back and says, fits and not back, fits or says)
        residuals.append(found.residual)
    met, recovered, identified, wrong, claimed = counts.tolist()
    return Outcomes(trials, met, recovered, identified, wrong, claimed, tuple(residuals))

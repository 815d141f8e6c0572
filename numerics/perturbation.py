"""Parameters that are not exact: noise, rounding to few bits and to short floats, and what each does to the samples found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..theory.errors import one_of, positive_suffix
from .arrays import Array
from .error_bars import ITERATIONS
from .inversion import Problem, invert, levenberg_marquardt
from .inversion.certificate import certify
from .matching import match
from .random_features import RandomFeatures, sphere_samples

KINDS = ("gaussian", "tangent", "bits", "float32", "float16")
STARTS = ("truth", "search")


def perturbed(theta: Array, perturbation: str, tangent: Array, rng: np.random.Generator) -> Array:
    """theta (p,) after one of

    - `gaussian:SIZE`: plus independent normal noise, of root mean square SIZE times that of theta;
    - `tangent:SIZE`: plus the vector `tangent` (p,), scaled to SIZE times the norm of theta;
    - `bits:COUNT`: each entry rounded to the nearest of 2^COUNT equally spaced values from the least entry to the largest;
    - `float32`, `float16`: each entry rounded to 24 or 11 significant bits, after scaling so that the largest entry is 1.

    Raises:
        InputError: none of these, or a number that is not positive.
    """
    kind = perturbation.partition(":")[0]
    one_of("perturbation", kind, KINDS)
    if kind.startswith("float"):
        top = np.max(np.abs(theta))
        return (theta / top).astype(kind).astype(float) * top
    number = positive_suffix("perturbation", perturbation)
    if kind == "bits":
        low, step = theta.min(), np.ptp(theta) / (2**number - 1)
        return low + step * np.round((theta - low) / step)
    if kind == "tangent":
        return theta + number * np.linalg.norm(theta) / np.linalg.norm(tangent) * tangent
    return theta + number * np.linalg.norm(theta) / np.sqrt(len(theta)) * rng.standard_normal(len(theta))


@dataclass(frozen=True)
class Effect:
    """What one perturbation did in one problem.

    Attributes:
        size: |delta| / |theta|.
        error: root mean square over the samples of their relative errors.
        ratio: mean over the samples of squared error over its predicted mean square, the certificate's bound squared over p.
        inside: every error is below its bound.
        stalled: theta was not met, and no data are claimed.
    """

    size: float
    error: float
    ratio: float
    inside: bool
    stalled: bool


def effects(
    activation: str, n: int, d: int, p: int, perturbations: Sequence[str], start: str, rng: np.random.Generator
) -> list[Effect]:
    """One random problem on the sphere with |a_i| spread over a decade, perturbed in each of these ways.

    The tangent is the first-order change of theta when the samples move at random.

    Args:
        start: `truth`: the minimum is reached by a few steps of Levenberg-Marquardt from the true samples. `search`: by
            `invert` from one start, which does not know them; it ends in `stalled` and returns its best samples.
    """
    one_of("start", start, STARTS)
    model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
    a = rng.permutation(np.logspace(-0.5, 0.5, n)) * rng.choice([-1.0, 1.0], n)
    theta, found = model.features(X).T @ a, []
    moved = model.at(X).jvp(rng.standard_normal((n, d))).T @ a
    for perturbation in perturbations:
        seen = perturbed(theta, perturbation, moved, rng)
        if start == "search":
            inversion = invert(seen, model, n, seed=rng, starts=1)
            samples, outcome, certificate = inversion.samples, inversion.outcome, inversion.certificate
        else:
            problem, _ = Problem.checked(seen, model)
            state = levenberg_marquardt(problem, X, iterations=ITERATIONS, stall=0.0)
            samples, (outcome, certificate) = state.X, certify(problem, state, None, n_known=True)
        matched = match(X, samples, model.symmetry.matching)
        errors, bounds = matched.errors, certificate.error_bounds[matched.assignment]
        found.append(
            Effect(
                size=float(np.linalg.norm(seen - theta) / np.linalg.norm(theta)),
                error=float(np.sqrt(np.mean(errors**2))),
                ratio=float(np.mean(p * (errors / bounds) ** 2)),
                inside=bool(np.all(errors <= bounds)),
                stalled=outcome == "stalled",
            )
        )
    return found

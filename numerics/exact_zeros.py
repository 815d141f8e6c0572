"""Exact zeros of the parameters-only problem with any number of atoms: data found, and features contained.

An atom is a point of the sphere with a coefficient. One start for each V, so that the outcomes are independent trials.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..theory.errors import one_of
from .arrays import Array
from .inversion import Problem, levenberg_marquardt
from .matching import match
from .random_features import RandomFeatures, sphere_samples
from .zeros import WRONG, ZERO

OUTSIDE = 1e-3
"""|P^perp phi(x_i)| / sqrt(p) above which a feature counts as outside the span recovered; below its square, as inside."""
DATA = ("random", "axes")


@dataclass(frozen=True)
class ExactZeros:
    """Of `trials` independent V, starts that ended in an exact zero of each kind.

    Attributes:
        wrong: a sample is missed by more than `WRONG`.
        truth: every sample is found, among the atoms.
        outside: the feature of a sample lies outside the span of those recovered.
        inside: the features of all samples lie inside it.
        residuals: the largest |P^perp phi(x_i)| / sqrt(p) over the samples, for each zero.
    """

    trials: int
    wrong: int
    truth: int
    outside: int
    inside: int
    residuals: tuple[float, ...]


def exact_zeros(
    activation: str, n: int, d: int, p: int, atoms: int, trials: int, rng: np.random.Generator, *, data: str = "random"
) -> ExactZeros:
    """Zeros with `atoms` points, from one uniform random start for each V.

    Args:
        data: `random` draws X on the sphere and a ~ N(0, I) in each trial; `axes` is the one data set x_i = sqrt(d) e_i,
            a_i = 1, as far from generic as any.
    """
    one_of("data", data, DATA)
    errors, residuals = [], []
    for _ in range(trials):
        model = RandomFeatures.gaussian(p, d, activation, rng)
        X = sphere_samples(n, d, rng) if data == "random" else np.sqrt(d) * np.eye(n, d)
        a = rng.standard_normal(n) if data == "random" else np.ones(n)
        features = model.features(X)
        problem, _ = Problem.checked(features.T @ a, model)
        state = levenberg_marquardt(problem, problem.random_start(atoms, rng))
        if state.loss <= ZERO**2:
            errors.append(match(X, state.X, symmetry=model.symmetry.matching).relative_error)
            residuals.append(float(off_span(features, state.basis).max()))
    return ExactZeros(
        trials,
        wrong=sum(error > WRONG for error in errors),
        truth=sum(error <= WRONG for error in errors),
        outside=sum(residual > OUTSIDE for residual in residuals),
        inside=sum(residual <= OUTSIDE**2 for residual in residuals),
        residuals=tuple(residuals),
    )


def off_span(features: Array, basis: Array) -> Array:
    """|P^perp phi| / sqrt(p) for the rows phi of features (n, p), P^perp off the orthonormal columns of basis (p, r); (n,)."""
    rest = features.T - basis @ (basis.T @ features.T)
    return np.linalg.norm(rest, axis=0) / np.sqrt(len(rest))

"""The errors of a reconstruction from noisy parameters, against the error bars that its certificate predicts."""

from __future__ import annotations

import numpy as np

from ..theory.errors import one_of
from .inversion import Problem, levenberg_marquardt
from .inversion.certificate import certify
from .matching import match
from .random_features import RandomFeatures, sphere_samples

ITERATIONS = 6
"""From the truth the first order is one step; the damping falls to 1e-7 in these."""
BARS = ("certificate", "without coefficients")


def error_ratios(
    activation: str, n: int, d: int, p: int, level: float, bars: str, rng: np.random.Generator
) -> tuple[float, bool]:
    """One random problem with |a_i| spread over a decade, and noise of relative size `level` on theta.

    The certificate bounds the error of sample i by |delta| |[J^+]_i|_F, with |delta| = sigma sqrt(p) estimated from the
    residual; its root-mean-square error is sigma |[J^+]_i|_F, the bound over sqrt(p).

    Args:
        bars: `certificate`, or `without coefficients`: the same bars times |a_i| over the root mean square of a.

    Returns:
        The mean over the samples of squared error over predicted mean square, and whether every error is below its bound.
    """
    one_of("bars", bars, BARS)
    model = RandomFeatures.gaussian(p, d, activation, rng)
    X = sphere_samples(n, d, rng)
    a = rng.permutation(np.logspace(-0.5, 0.5, n)) * rng.choice([-1.0, 1.0], n)
    theta = model.features(X).T @ a
    theta = theta + level * np.linalg.norm(theta) / np.sqrt(p) * rng.standard_normal(p)
    problem, _ = Problem.checked(theta, model)
    state = levenberg_marquardt(problem, X, iterations=ITERATIONS, stall=0.0)
    bounds = certify(problem, state, None, n_known=True)[1].error_bounds
    if bars == "without coefficients":
        bounds = bounds * np.abs(a) / np.sqrt(np.mean(a**2))
    errors = match(X, state.X, model.symmetry.matching).errors
    return float(np.mean(p * (errors / bounds) ** 2)), bool(np.all(errors <= bounds))

"""Exact zeros of the reconstruction problem from random starts: is the data found the truth?

Two problems. Parameters only: find X, a with `theta = sum_i a_i act(V x_i)`. Span known: find one x with act(V x)
in the span of the training features. One start for each random instance, so that the outcomes are independent trials.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .inversion import Problem, levenberg_marquardt
from .jacobian import tangent_basis
from .matching import match
from .random_features import RandomFeatures, random_instance, sphere_samples, to_sphere

ZERO = 1e-12
"""Relative residual that counts as an exact zero."""
WRONG = 1e-3
"""Relative error, up to the activation's symmetry, above which a zero counts as wrong data."""


@dataclass(frozen=True)
class ZeroCounts:
    """Of `trials` random instances: starts that ended in a zero with wrong data, and in the truth."""

    trials: int
    wrong: int
    truth: int


def parameters_only(activation: str, n: int, d: int, p: int, trials: int, rng: np.random.Generator) -> ZeroCounts:
    """Zeros of the parameters-only problem: V, X on the sphere, a ~ N(0, I), and one uniform random start."""
    wrong = truth = 0
    for _ in range(trials):
        theta, model, X = random_instance(activation, n, d, p, rng)
        problem, _ = Problem.checked(theta, model)
        state = levenberg_marquardt(problem, problem.random_start(n, rng))
        if state.loss <= ZERO**2:
            far = match(X, state.X, symmetry=model.symmetry.matching).relative_error > WRONG
            wrong, truth = wrong + far, truth + (not far)
    return ZeroCounts(trials, int(wrong), int(truth))


def span_known(activation: str, n: int, d: int, p: int, trials: int, starts: int, rng: np.random.Generator) -> ZeroCounts:
    """Zeros of the span-known problem: an instance counts as wrong if any of its random starts ends in a wrong zero."""
    wrong = truth = 0
    for _ in range(trials):
        model = RandomFeatures.gaussian(p, d, activation, rng)
        X = sphere_samples(n, d, rng)
        found = [in_span(model, X, sphere_samples(1, d, rng)[0]) for _ in range(starts)]
        errors = [_nearest(model, X, x) for x in found if x is not None]
        far = any(error > WRONG for error in errors)
        wrong, truth = wrong + far, truth + (bool(errors) and not far)
    return ZeroCounts(trials, wrong, truth)


def in_span(model: RandomFeatures, X: Array, x: Array, iterations: int = 100) -> Array | None:
    """A point of the sphere, searched from x (d,), whose feature lies in the span of those of X (n, d); None if not reached.

    Levenberg-Marquardt on the components of act(V x) / |act(V x)| orthogonal to the span.
    """
    Phi = model.features(X)
    p, n = len(model.V), len(X)
    normal = np.linalg.svd(Phi, full_matrices=True)[2][n:].T if p > n else np.zeros((p, 0))  # (p, p - n)
    radius, damping = float(np.linalg.norm(x)), 1e-2

    def residual(z: Array) -> Array:
        feature = model.features(z[None])[0]
        return normal.T @ (feature / np.linalg.norm(feature))

    r = residual(x)
    for _ in range(iterations):
        loss = r @ r
        if loss <= ZERO**2:
            return x
        T = tangent_basis(x)
        feature = model.features(x[None])[0]
        size = np.linalg.norm(feature)
        J = normal.T @ (model.jacobian(x[None])[:, 0] @ T) / size
        J -= np.outer(r, (feature @ model.jacobian(x[None])[:, 0] @ T) / size**2)
        gram, gradient = J.T @ J, J.T @ r
        for _ in range(8):
            step = np.linalg.solve(gram + (damping * np.trace(gram) / len(gram) + 1e-300) * np.eye(len(gram)), gradient)
            trial = to_sphere((x - T @ step)[None], radius)[0]
            after = residual(trial)
            if after @ after < loss:
                break
            damping *= 5
        else:
            return None
        x, r, damping = trial, after, max(damping * 0.1, 1e-15)
    return x if r @ r <= ZERO**2 else None


def _nearest(model: RandomFeatures, X: Array, x: Array) -> float:
    """Relative distance of x to the nearest sample, up to sign where that is a symmetry."""
    distances = [np.linalg.norm(X - s * x, axis=1).min() for s in ((1, -1) if model.symmetry.sign else (1,))]
    return float(min(distances) / np.linalg.norm(x))

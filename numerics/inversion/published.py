"""The optimizer of iurada2025 as published, with the correct derivative: the method that `invert` is compared with.

Momentum gradient descent on `L(X) = |P theta|^2 / |theta|^2`, with P the projector off the span of the features of X: a
constant step, every row rescaled to the sphere after each step, one start of independent N(0, 1) entries that is not
rescaled before the first step, until L <= 1e-7 or for a million steps. No ridge, no prior, no labels, no restarts.

What differs from the published code:

- Float64, and `L = |theta - Phi^T a|^2`. The code solves in float32 and takes `theta.theta - v.a`, which cancels: it has a
  floor of about 1e-7, one float32 unit at 1, so that its stop rule fires on rounding (or, for a negative L, misses it).
- For ReLU + tanh the code takes the derivative at the pre-activations of the true data. Here it is that of the candidate.
- The code tests the loss before a step and returns the point after it; here the point returned is the one tested.
- The coefficients come from a QR factorization of the features instead of their Gram matrix, with the minimum norm where
  the features are dependent.
- Several outputs: theta (p, C), the squared norms summed over the columns.
- The sphere has the radius of the feature map, and sqrt(d) as published if it has none.

Kept, though it is no derivative: where ReLU is flat the code takes a slope of 0.02 (`with_leak`).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from math import inf, isfinite, sqrt
from time import monotonic
from typing import Any, Literal

import numpy as np

from ...theory.errors import InputError, positive_integer
from ..arrays import Array
from ..feature_map import FeatureMap
from ..random_features import RandomFeatures, generator, to_sphere
from .problem import Problem, Projection

LEAK = 0.02
LEAKY = (["relu"], ["relu", "tanh"])
"""The activations of the published code, as sorted terms: in both the ReLU leaks."""
PROGRESS_STEPS = 1000

Stopped = Literal["tolerance", "steps", "deadline", "diverged"]


@dataclass(frozen=True, eq=False)
class Descent:
    """Where the published optimizer ended.

    Attributes:
        samples: (n, d); on the sphere unless no step was taken.
        coefficients: (n,) or (n, C), as theta has one or two dimensions: least squares at the samples.
        loss: |theta - sum_i psi(x_i) a_i|^2 / |theta|^2 at the samples.
        steps: how many steps led to the samples.
        history: (steps, loss) at the start, after 0 steps, and after 1, 2, 4, 8, ... steps.
        stopped: why it ended. `diverged`: the next point cannot be rescaled, or its features or loss are not finite; the
            samples are the last ones that are finite. If even the start is none of these: no coefficients, loss 1.
    """

    samples: Array
    coefficients: Array
    loss: float
    steps: int
    history: tuple[tuple[int, float], ...]
    stopped: Stopped


def gradient(state: Projection) -> Array:
    """Derivative (n, d) of the loss |P theta|^2 with respect to X: the coefficients are stationary."""
    return state.local.vjp((-2 * state.coefficients) @ state.residual.T)


def published_descent(
    theta: Array,
    feature_map: FeatureMap,
    n: int,
    *,
    seed: int | np.random.Generator,
    step: float = 20.0,
    momentum: float = 0.9,
    steps: int = 1_000_000,
    tolerance: float = 1e-7,
    leak: float = LEAK,
    deadline_s: float | None = None,
    progress: Callable[[int, float], Any] | None = None,
) -> Descent:
    """Search X (n, d) with `theta = sum_i psi(x_i) a_i` as iurada2025 does.

    One step costs two products with V for random features (the features and `vjp` at one point), and O(n^2 p).

    Args:
        theta: (p,) or (p, C), trained minus initial parameters.
        feature_map: psi, with p rows.
        n: number of samples.
        seed: a Generator, or a non-negative integer.
        step: 20 is published for synthetic data with d = 100, 2000 for images with d = 3072.
        steps: at most so many.
        tolerance: the loss at which it stops.
        leak: slope given to the ReLU where it is flat, for random features with one of the two published activations,
            `relu` and `relu+tanh`; other feature maps have their own derivative, and so do these for 0.
        deadline_s: seconds after which it stops; the result then depends on the machine.
        progress: called with the number of steps and the loss, every 1000 steps.

    Raises:
        InputError: theta has a wrong shape, a non-finite entry or is zero; a number out of range.
    """
    started = monotonic()
    problem, norm = Problem.checked(theta, feature_map)
    positive_integer("n", n)
    rng = generator(seed, stream="search")
    step = _number("step", step, "> 0", above=0.0)
    momentum = _number("momentum", momentum, ">= 0 and < 1", least=0.0, below=1.0)
    positive_integer("steps", steps, minimum=0)
    tolerance = _number("tolerance", tolerance, ">= 0", least=0.0)
    leak = _number("leak", leak, ">= 0", least=0.0)
    if deadline_s is not None:
        deadline_s = _number("deadline_s", deadline_s, ">= 0", least=0.0)
    if leak and _leaks(feature_map):
        problem = Problem(problem.theta, with_leak(feature_map, leak))

    d = feature_map.shape[1]
    radius = sqrt(d) if feature_map.radius is None else feature_map.radius
    shape = (n,) if np.ndim(theta) == 1 else (n, problem.theta.shape[1])
    X = rng.standard_normal((n, d)) * (radius / sqrt(d))
    velocity = np.zeros_like(X)
    history: list[tuple[int, float]] = []
    taken = 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        point = Projection.at(problem, X)
        if not isfinite(point.loss):
            return Descent(X, np.zeros(shape), 1.0, 0, (), "diverged")
        while True:
            if taken & (taken - 1) == 0:  # 0 and the powers of two
                history.append((taken, point.loss))
            if progress is not None and taken and taken % PROGRESS_STEPS == 0:
                progress(taken, point.loss)
            stopped: Stopped = "diverged"
            if point.loss <= tolerance:
                stopped = "tolerance"
                break
            if taken == steps:
                stopped = "steps"
                break
            if deadline_s is not None and monotonic() - started >= deadline_s:
                stopped = "deadline"
                break
            velocity = momentum * velocity + gradient(point)
            X = point.X - step * velocity
            lengths = np.linalg.norm(X, axis=1)
            if not (np.isfinite(lengths) & (lengths > 0)).all():  # rescaling would give NaN, or zeros
                break
            trial = Projection.at(problem, to_sphere(X, radius))
            if not isfinite(trial.loss):
                break
            point, taken = trial, taken + 1
    coefficients = (point.coefficients * norm).reshape(shape)
    return Descent(point.X, coefficients, point.loss, taken, tuple(history), stopped)


def with_leak(feature_map: FeatureMap, leak: float = LEAK) -> RandomFeatures:
    """The same features, with a derivative that is larger by `leak` where the pre-activation is not positive.

    Raises:
        InputError: not random features with the activation `relu` or `relu+tanh`; leak negative or not finite.
    """
    if not isinstance(feature_map, RandomFeatures) or not _leaks(feature_map):
        raise InputError(f"feature_map = {feature_map!r}: must be RandomFeatures with the activation relu or relu+tanh")
    leak = _number("leak", leak, ">= 0", least=0.0)
    exact = feature_map.activation
    leaky = copy(feature_map)
    leaky.activation = replace(
        exact,
        derivative=lambda u: exact.derivative(u) + np.where(u > 0, 0.0, leak),
        name=f"{exact.name} with leak {leak:g}",
    )
    return leaky


def _leaks(feature_map: FeatureMap) -> bool:
    return isinstance(feature_map, RandomFeatures) and sorted(feature_map.activation.name.split("+")) in LEAKY


def _number(name: str, value: Any, rule: str, *, least: float = -inf, above: float = -inf, below: float = inf) -> float:
    try:
        number = inf if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = inf
    if not (isfinite(number) and least <= number and above < number < below):
        raise InputError(f"{name} = {value!r}: must be a number {rule}")
    return number

"""Whether random starts of a plain descent end in an exact zero that is not the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...theory.errors import one_of
from ..arrays import Array
from ..inversion import Problem, levenberg_marquardt
from ..matching import match
from ..random_features import RandomFeatures, random_instance, sphere_samples
from ..zeros import WRONG, ZERO, in_span

PROBLEMS = ("parameters", "span")


def trial(rng: np.random.Generator, *, problem: str, activation: str, n: int, d: int, p: int, starts: int) -> dict[str, Any]:
    """Of `starts` uniform starts on one random instance: did any end in wrong data, or else any in the truth?

    Args:
        problem: `parameters`, X and a from theta = sum_i a_i act(V x_i), with a ~ N(0, I); `span`, one sample from the span of
            the n features.
    """
    one_of("problem", problem, PROBLEMS)
    if problem == "span":
        model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
        points = [in_span(model, X, sphere_samples(1, d, rng)[0]) for _ in range(starts)]
        errors = [_nearest(model, X, x) for x in points if x is not None]
    else:
        theta, model, X = random_instance(activation, n, d, p, rng)
        whole, _ = Problem.checked(theta, model)
        states = [levenberg_marquardt(whole, whole.random_start(n, rng)) for _ in range(starts)]
        errors = [match(X, s.X, model.symmetry.matching).relative_error for s in states if s.loss <= ZERO**2]
    wrong = any(error > WRONG for error in errors)
    return {"wrong": wrong, "truth": bool(errors) and not wrong}


def _nearest(model: RandomFeatures, X: Array, x: Array) -> float:
    """Relative error of x as the sample that it is nearest to, up to parity."""
    return min(match(sample[None], x[None], model.symmetry.matching).relative_error for sample in X)

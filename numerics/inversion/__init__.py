"""`invert`: the samples behind an observed superposition `theta = sum_i psi(x_i) a_i`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...theory.errors import one_of, positive_integer
from ..arrays import Array
from ..feature_map import FeatureMap, Symmetry
from ..random_features import generator
from .certificate import ZERO_RESIDUAL, Certificate, Outcome, certify
from .insertion import insertion_start
from .levenberg_marquardt import levenberg_marquardt
from .problem import Problem, Projection

METHODS = ("auto", "insertion", "random")
HELD_OUT_FRACTION = 0.05

__all__ = ["METHODS", "Certificate", "Inversion", "Outcome", "Problem", "Projection", "invert", "levenberg_marquardt"]


@dataclass(frozen=True)
class Inversion:
    """A reconstruction and what may be claimed of it.

    Attributes:
        samples: (n, d), the radius of the feature map if it has one.
        coefficients: (n,) or (n, C), as theta has one or two dimensions.
        residual: |theta - sum_i psi(x_i) a_i| / |theta|.
        outcome: `identified`; `underdetermined` (theta is met, but the data found may be wrong); `stalled`.
        certificate: the evidence for the outcome.
        symmetry: of the feature map; the samples are known up to it at best.
        history: one entry for each start: number of samples and residual reached.
    """

    samples: Array
    coefficients: Array
    residual: float
    outcome: Outcome
    certificate: Certificate
    symmetry: Symmetry
    history: tuple[dict[str, Any], ...]

    def _repr_html_(self) -> str:
        """The card in a notebook. The layer that draws it is above this one, and is loaded by name."""
        from importlib import import_module

        return import_module("reconlaw.notebook").inversion_card(self)


def invert(
    theta: Array,
    feature_map: FeatureMap,
    n: int | None = None,
    *,
    method: Literal["auto", "insertion", "random"] = "auto",
    seed: int | np.random.Generator,
    starts: int = 20,
) -> Inversion:
    """Find X (n, d) and a with `theta = sum_i psi(x_i) a_i` (iurada2025, section 5, as a separable least-squares problem).

    Variable-projection Levenberg-Marquardt from several starts, until one meets theta to rounding. A share of the
    equations is held out of the search when more than `unknowns + 1` remain, and predicted afterwards.

    Args:
        theta: (p,) or (p, C), trained minus initial parameters.
        feature_map: psi, with p rows.
        n: number of samples. None: the smallest number for which theta is met to rounding.
        method: `insertion` places samples one at a time where one feature explains most of the residual; `random`
            starts from uniform points; `auto` alternates, insertion first.
        seed: a Generator, or a non-negative integer.
        starts: how many starts at most, for each n tried.

    Raises:
        InputError: theta has a wrong shape, a non-finite entry or is zero; n or starts not positive; unknown method.
    """
    problem, norm = Problem.checked(theta, feature_map)
    one_of("method", method, METHODS)
    positive_integer("starts", starts)
    rng = generator(seed)
    C = problem.theta.shape[1]
    per_sample = feature_map.unknowns_per_sample + C
    history: list[dict[str, Any]] = []
    if n is not None:
        counts = range(positive_integer("n", n), n + 1)
    else:
        counts = range(1, max(1, (problem.theta.size - 1) // per_sample) + 1)
    best: tuple[float, Projection, float | None] | None = None
    for count in counts:
        fitted, held = _split(problem, count * per_sample, rng)
        for start in range(starts):
            X = _start(fitted, count, method, start, rng)
            state = levenberg_marquardt(fitted, X)
            history.append({"n": count, "residual": float(np.sqrt(state.loss))})
            if best is None or state.loss < best[0]:
                best = (state.loss, state, _prediction_error(problem, state, held))
            if state.loss <= ZERO_RESIDUAL**2:
                break
        assert best is not None
        if best[0] <= ZERO_RESIDUAL**2:
            break
    assert best is not None
    _, state, held_out = best
    state = levenberg_marquardt(problem, state.X)
    outcome, certificate = certify(problem, state, held_out, n_known=n is not None)
    a = state.coefficients * norm
    return Inversion(
        samples=state.X,
        coefficients=a[:, 0] if np.ndim(theta) == 1 else a,
        residual=float(np.sqrt(state.loss)),
        outcome=outcome,
        certificate=certificate,
        symmetry=feature_map.symmetry,
        history=tuple(history),
    )


def _start(problem: Problem, n: int, method: str, start: int, rng: np.random.Generator) -> Array:
    if method == "random" or (method == "auto" and start % 2):
        return problem.random_start(n, rng)
    return insertion_start(problem, n, rng)


def _split(problem: Problem, unknowns: int, rng: np.random.Generator) -> tuple[Problem, Array]:
    """The problem on the rows used in the search, and the rows held out (none, if too few equations would remain)."""
    p, C = problem.theta.shape
    spare = p - (unknowns + 1 + C - 1) // C - 1
    held = min(int(np.ceil(HELD_OUT_FRACTION * p)), spare)
    if held < 1:
        return problem, np.empty(0, dtype=int)
    order = rng.permutation(p)
    return problem.rows(np.sort(order[held:])), np.sort(order[:held])


def _prediction_error(problem: Problem, state: Projection, held: Array) -> float | None:
    """Relative residual of the held-out rows; None if there are none or theta vanishes on them."""
    target = problem.theta[held]
    size = np.linalg.norm(target)
    if size == 0:
        return None
    predicted = problem.feature_map.rows(held).features(state.X).T @ state.coefficients
    return float(np.linalg.norm(target - predicted) / size)

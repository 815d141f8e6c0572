"""`invert`: the samples behind an observed superposition `theta = sum_i psi(x_i) a_i`."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...theory.errors import InputError, one_of, positive_integer
from ..arrays import Array, real_array
from ..engine import one_pool
from ..feature_map import FeatureMap, Symmetry
from ..random_features import generator
from .certificate import ZERO_RESIDUAL, Certificate, Outcome, certify
from .levenberg_marquardt import levenberg_marquardt
from .problem import Problem, Projection
from .published import published_descent
from .search import PROGRESS, fewest, search
from .signs import restore_signs

METHODS = ("auto", "insertion", "random", "published")
ALTERNATE = ("insertion", "insertion", "random")
HELD_OUT_FRACTION = 0.05
"""Share of the equations beyond the unknowns that is held out of the search at least."""
SEARCHED = 4
"""The search uses so many times the equations it needs; the others are held out."""

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


@one_pool()
def invert(
    theta: Array,
    feature_map: FeatureMap,
    n: int | None = None,
    *,
    method: Literal["auto", "insertion", "random", "published"] = "auto",
    seed: int | np.random.Generator,
    starts: int = 20,
    start: Array | None = None,
) -> Inversion:
    """Find X (n, d) and a with `theta = sum_i psi(x_i) a_i` (iurada2025, section 5, as a separable least-squares problem).

    Variable-projection Levenberg-Marquardt from several starts, until one meets theta to rounding. The search uses at most
    four times the equations it needs; the others, and a twentieth of those beyond the unknowns at least, are predicted
    afterwards. For linear-plus-even activations it fits the linear part freely, which takes the samples' signs out of the
    problem, and restores the signs at the end. Its progress goes to the logger `reconlaw.inversion`, level info.

    Args:
        theta: (p,) or (p, C), trained minus initial parameters.
        feature_map: psi, with p rows.
        n: number of samples. None: the number of atoms that are left when no atom can be removed from a fit to rounding.
        method: `insertion` places half as many atoms again as there are samples, each where one feature explains most of
            the residual, and removes the spare ones; `random` starts from as many uniform points; `auto` takes one random
            start after two insertions. `published` is the optimizer of iurada2025, one start of up to a million steps
            (`reconlaw.numerics.inversion.published`); it needs n.
        seed: a Generator, or a non-negative integer.
        starts: how many starts at most.
        start: (n, d), samples to start from before all others.

    Raises:
        InputError: theta has a wrong shape, a non-finite entry or is zero; n or starts not positive; unknown method; a start
            of another shape.
    """
    problem, norm = Problem.checked(theta, feature_map)
    one_of("method", method, METHODS)
    positive_integer("starts", starts)
    rng = generator(seed, stream="search")
    if n is not None:
        positive_integer("n", n)
    elif method == "published":
        raise InputError("n = None: the published method needs the number of samples")
    if start is not None:
        start = _checked_start(start, n, feature_map, method)
    history: list[dict[str, Any]] = []
    if method == "published":
        assert n is not None
        descent = published_descent(theta, feature_map, n, seed=rng)
        state, held_out = Projection.at(problem, descent.samples), None
        history.append({"n": n, "residual": float(np.sqrt(descent.loss)), "steps": descent.steps})
    else:
        X, held = _best_of_starts(problem, n, method, starts, start, rng, history)
        held_out = _prediction_error(problem, X, held)
        state = levenberg_marquardt(problem, X)
    PROGRESS.info("certificate of %d samples", len(state.X))
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


def _checked_start(start: Array, n: int | None, feature_map: FeatureMap, method: str) -> Array:
    if method == "published":
        raise InputError("start: the published method draws its own")
    start = real_array("start", start, 2)
    rows = len(start) if n is None else n
    if start.shape != (rows, feature_map.shape[1]):
        raise InputError(f"start has shape {start.shape}: must be {(rows, feature_map.shape[1])}")
    return start


def _best_of_starts(
    problem: Problem,
    n: int | None,
    method: str,
    starts: int,
    given: Array | None,
    rng: np.random.Generator,
    history: list[dict[str, Any]],
) -> tuple[Array, Array]:
    """The samples (n, d) of the first start that meets theta, or of the best one, and the rows that it did not see."""
    most = max(1, (problem.theta.size - 1) // problem.unknowns_per_sample)
    best: tuple[float, Array, Array] | None = None
    tried = itertools.product(range(starts), [n] if n is not None else _doubling(most))
    for start, count in tried if given is None else itertools.chain([(-1, len(given))], tried):
        fitted, held = _split(problem, count, rng)
        if given is not None and start < 0:
            state = levenberg_marquardt(fitted, fitted.retract(given))
        else:
            chosen = method if method != "auto" else ALTERNATE[start % len(ALTERNATE)]
            state = _one_start(fitted, count, chosen, rng, n is None)
        history.append({"n": len(state.X), "residual": float(np.sqrt(state.loss))})
        PROGRESS.info("start %d ended with %d samples, relative residual %.1e", len(history), *history[-1].values())
        if best is None or state.loss < best[0]:
            best = (state.loss, state.X, held)
        if state.loss <= ZERO_RESIDUAL**2:
            break
    assert best is not None
    return best[1], best[2]


def _doubling(most: int) -> list[int]:
    """1, 2, 4, ... and the largest number of samples that leaves an equation to spare."""
    return [*(2**k for k in range(most.bit_length()) if 2**k < most), most]


def _one_start(problem: Problem, n: int, method: str, rng: np.random.Generator, minimal: bool) -> Projection:
    """One start for n samples (at most n, and as few as meet theta, if `minimal`) on the rows given; signs are restored."""
    decoupled = problem.decoupled()
    target = problem
    if decoupled is not None and decoupled.equations > n * problem.unknowns_per_sample:
        target = decoupled
    state = search(target, n, ZERO_RESIDUAL, rng, random=method == "random")
    if minimal:
        state = fewest(target, state, ZERO_RESIDUAL)
    if target is problem:
        return state
    assert decoupled is not None
    return levenberg_marquardt(problem, restore_signs(problem, decoupled, state))


def _split(problem: Problem, n: int, rng: np.random.Generator) -> tuple[Problem, Array]:
    """The problem on the rows used in the search, and the rows held out (none, if too few equations would remain)."""
    p, C = problem.theta.shape
    needed = -(-(n * problem.unknowns_per_sample + 1) // C)  # rows that leave an equation to spare
    held = max(math.ceil(HELD_OUT_FRACTION * (p - needed)), p - SEARCHED * needed)
    if held < 1:
        return problem, np.empty(0, dtype=int)
    order = rng.permutation(p)
    return problem.rows(np.sort(order[held:])), np.sort(order[:held])


def _prediction_error(problem: Problem, X: Array, held: Array) -> float | None:
    """Relative residual of the held-out rows, with the coefficients of the others; None where theta vanishes or has no rows."""
    target = problem.theta[held]
    size = np.linalg.norm(target)
    if size == 0:
        return None
    others = np.setdiff1d(np.arange(len(problem.theta)), held)
    fitted = Projection.at(problem.rows(others), X)
    predicted = problem.feature_map.rows(held).features(X).T @ fitted.coefficients
    return float(np.linalg.norm(target - predicted) / size)

"""One start of the search: more atoms than samples, inserted one after another, then pruned.

Extra atoms remove local minima: where n atoms stall with two of them on one sample and one sample missing, n + k atoms
find the missing one, and the spare atom is recognised by what its removal costs.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import numpy as np

from .insertion import best_candidates
from .levenberg_marquardt import ROUNDING, levenberg_marquardt
from .problem import Problem, Projection

PROGRESS = logging.getLogger("reconlaw.inversion")
"""One message (level info) after every step of the search."""
MET = 1e-6
"""Relative residual at which spare atoms have done their work."""
GAP = 1e-3
"""Ratio of two neighbouring costs that tells spare atoms from samples."""
MARGIN = 1.05
"""Equations per unknown that are left with the extra atoms."""
EXTRA = 0.5
"""Atoms beyond the samples, as a share of them."""


@dataclass(frozen=True)
class Effort:
    """`batch`: one new atom for so many found (at least one); steps after an insertion and after a removal."""

    batch: int
    insertion: int
    removal: int

    @classmethod
    def for_samples(cls, problem: Problem, n: int) -> Effort:
        """Near the threshold the search is patient: half of the starts succeed at 1.5 equations per unknown, else a fifth."""
        tight = problem.equations < 2.5 * n * problem.unknowns_per_sample
        return cls(10**9, 10, 30) if tight else cls(4, 3, 10)


def search(
    problem: Problem, n: int, zero: float, rng: np.random.Generator, *, random: bool = False, extra: float = EXTRA
) -> Projection:
    """One start for n samples, by insertion or from random atoms; `extra` is the share of spare atoms."""
    effort, most = Effort.for_samples(problem, n), most_atoms(problem, n, extra)
    if random:
        state = levenberg_marquardt(problem, problem.random_start(most, rng), goal=MET)
    else:
        state = grow(problem, most, zero, effort, rng)
        if len(state.X) < n:  # met with fewer: the others are free
            return Projection.at(problem, np.vstack([state.X, problem.random_start(n - len(state.X), rng)]))
        state = levenberg_marquardt(problem, state.X, goal=MET if len(state.X) > n else ROUNDING)
    return prune(problem, state, n, effort)


def most_atoms(problem: Problem, n: int, extra: float = EXTRA) -> int:
    """n and the extra atoms, fewer where the equations would not exceed the unknowns by a twentieth."""
    room = int(problem.equations / (MARGIN * problem.unknowns_per_sample))
    return max(n, min(n + math.ceil(extra * n), room))


def grow(problem: Problem, most: int, zero: float, effort: Effort, rng: np.random.Generator) -> Projection:
    """Atoms are inserted, best first, until there are `most` or the residual is at most `zero`."""
    X = best_candidates(problem, problem.theta, 1, rng)
    while True:
        state = levenberg_marquardt(problem, X, iterations=effort.insertion)
        if len(X) >= most or math.sqrt(state.loss) <= zero:
            return state
        PROGRESS.info("%d of %d atoms placed, relative residual %.1e", len(X), most, math.sqrt(state.loss))
        count = min(max(1, len(X) // effort.batch), most - len(X))
        X = np.vstack([state.X, best_candidates(problem, state.residual, count, rng)])


def prune(problem: Problem, state: Projection, n: int, effort: Effort) -> Projection:
    """Down to n atoms: those whose removal costs least go, one by one or up to a gap in the costs, and the others move."""
    while len(state.X) > n:
        PROGRESS.info("%d atoms for %d samples, relative residual %.1e", len(state.X), n, math.sqrt(state.loss))
        order, spare = np.argsort(state.costs), len(state.X) - n
        costs = state.costs[order]
        cheap = spare if costs[spare - 1] < GAP * costs[spare] else int(np.sum(np.cumsum(costs[:spare]) <= state.loss))
        X = np.delete(state.X, order[: max(1, cheap)], axis=0)
        if len(X) > n:
            state = levenberg_marquardt(problem, X, iterations=effort.removal, goal=MET)
        else:
            state = levenberg_marquardt(problem, X)
    return state


def fewest(problem: Problem, state: Projection, zero: float) -> Projection:
    """Atoms are removed as long as theta is still met to `zero`."""
    effort = Effort.for_samples(problem, len(state.X))
    while math.sqrt(state.loss) <= zero and len(state.X) > 1:
        trial = prune(problem, state, len(state.X) - 1, effort)
        if math.sqrt(trial.loss) > zero:
            break
        state = trial
    return state

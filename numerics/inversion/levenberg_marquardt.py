"""Levenberg-Marquardt with the coefficients eliminated (variable projection, Golub and Pereyra 1973; Kaufman 1975)."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .gauss_newton import GaussNewton
from .problem import Problem, Projection

ROUNDING = 1e-15
"""Relative residual below which nothing is left to gain."""


def levenberg_marquardt(
    problem: Problem, X: Array, *, iterations: int = 100, stall: float = 1e-5, goal: float = ROUNDING
) -> Projection:
    """Minimise |P theta|^2 over X from a start X (n, d).

    Stops at a relative residual of `goal`, when no damped step decreases the loss, after `iterations`, or when the
    relative decrease of the loss in one step falls below `stall` while the residual is not yet small.
    """
    state = Projection.at(problem, X)
    damping, decrease = 1e-2, 0.0
    for _ in range(iterations):
        if state.loss <= goal**2 or len(X) >= len(problem.theta):
            break
        system = GaussNewton(problem, state, tolerance=1e-3 if decrease > 0.9 else 1e-1)
        improved = None
        for _ in range(8):
            step = system.solve(damping)
            if step is None:
                damping *= 10
                continue
            trial = Projection.at(problem, problem.retract(state.X + _bounded(step, state.X)))
            if trial.loss < state.loss:
                improved = trial
                break
            damping *= 5
        if improved is None:
            break
        decrease = 1 - improved.loss / state.loss
        state = improved
        damping = max(damping * (0.1 if decrease > 0.3 else 0.3), 1e-12)
        if decrease < stall and state.loss > 1e-22:
            break
    return state


def _bounded(step: Array, X: Array) -> Array:
    """The step (n, d), shortened where its largest entry exceeds twice the sample's largest."""
    length = np.max(np.abs(step), axis=1, keepdims=True)  # no overflow
    limit = 2 * np.max(np.abs(X), axis=1, keepdims=True)
    return np.where(length > limit, step * (limit / np.maximum(length, 1e-300)), step)

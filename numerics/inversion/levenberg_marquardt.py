"""Levenberg-Marquardt with the coefficients eliminated (variable projection, Golub and Pereyra 1973; Kaufman 1975).

With P the projector off the span of the features, the residual is R = P theta (p, C), and its derivative along dx_i is
-P D psi(x_i) dx_i a_i^T up to a term of second order (Kaufman). With B = P [D psi(x_1) ... D psi(x_n)], which does not
depend on the coefficients, the Gauss-Newton matrix has blocks `(a_i.a_j) B_i^T B_j`: one Gram matrix for any number
of outputs.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from ..arrays import Array
from .problem import Problem, Projection

ROUNDING = 1e-15
"""Relative residual below which nothing is left to gain."""


def levenberg_marquardt(problem: Problem, X: Array, *, iterations: int = 100, stall: float = 1e-5) -> Projection:
    """Minimise |P theta|^2 over X from a start X (n, d).

    Stops at a residual at rounding level, when no damped step decreases the loss, after `iterations`, or when the
    relative decrease of the loss in one step falls below `stall` while the residual is not yet small.
    """
    state = Projection.at(problem, X)
    damping = 1e-2
    for _ in range(iterations):
        if state.loss <= ROUNDING**2 or len(X) >= len(problem.theta):
            break
        gram, gradient = normal_equations(problem, state)
        improved = None
        diagonal = np.einsum("ii->i", gram)  # a view
        undamped = diagonal.copy()
        mean = undamped.reshape(state.X.shape).mean(axis=1)
        floor = 1e-14 * max(mean.max(), 1e-300)
        for _ in range(8):
            diagonal[:] = undamped + np.repeat(damping * mean + floor, X.shape[1])
            try:
                step = cho_solve(cho_factor(gram, check_finite=False), gradient, check_finite=False)
            except LinAlgError:
                damping *= 10
                continue
            trial = Projection.at(problem, problem.retract(state.X + _bounded(step.reshape(state.X.shape), state.X)))
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


def normal_equations(problem: Problem, state: Projection) -> tuple[Array, Array]:
    """Gauss-Newton matrix (n d, n d) and right-hand side (n d,) at a state; the radial directions are null on the sphere."""
    B = problem.feature_map.jacobian(state.X)
    p, n, d = B.shape
    radius = problem.feature_map.radius
    if radius is not None:
        B -= np.einsum("pnd,nd->pn", B, state.X / radius**2)[:, :, None] * state.X
    B = B.reshape(p, n * d)
    a = state.coefficients
    gradient = np.einsum("pnd,pn->nd", B.reshape(p, n, d), state.residual @ a.T)
    B -= state.basis @ (state.basis.T @ B)
    gram = B.T @ B
    gram.reshape(n, d, n, d)[:] *= (a @ a.T)[:, None, :, None]
    return gram, gradient.ravel()

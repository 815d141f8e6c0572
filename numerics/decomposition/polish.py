"""Levenberg-Marquardt on the symmetric decomposition: least squares over the factors, signs and weights absorbed."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .error import NormalMatrix
from .symmetric import squares_contracted, sum_of_cubes

STEP = 1e-12
"""Relative step at which the iteration has converged."""


def polish(T: Array, A: Array, *, iterations: int = 200) -> tuple[Array, float]:
    """Minimise |T - sum_i a_i^{x3}| over the factors A (r, k), from a start; return factors and |T - ...| / |T|.

    T is symmetric. The damping starts at the relative residual, so that a good start is refined by Gauss-Newton steps. The
    residual tensor is formed explicitly: then rounding is amplified by the condition number once, not twice.
    Stops when the step is `STEP` relative to the factors, when a step of 1e-9 no longer decreases the residual (rounding),
    when no damped step decreases it, or after `iterations` steps.
    """
    size = float(np.linalg.norm(T))
    R = T - sum_of_cubes(A)
    loss = float(np.linalg.norm(R)) / size
    damping, system = min(loss, 1.0), None
    for _ in range(iterations):
        if system is None:
            system, N = NormalMatrix.at(A), squares_contracted(R, A)
        try:
            step = system.solve(N, damping)
        except np.linalg.LinAlgError:
            step = np.full_like(A, np.inf)
        length = float(np.linalg.norm(step) / np.linalg.norm(A))
        trial = A + step if length < 10 else A
        R_trial = T - sum_of_cubes(trial)
        loss_trial = float(np.linalg.norm(R_trial)) / size
        if loss_trial < loss:
            A, R, loss, system = trial, R_trial, loss_trial, None
            damping *= 0.1
            if length <= STEP:
                break
        else:
            if length <= 1e-9 or damping > 1e8:
                break
            damping = max(10 * damping, 1e-12)
    return A, loss

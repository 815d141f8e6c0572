"""The samples' signs, which leave the problem when the linear part of a linear-plus-even activation is fitted freely.

With `psi = even + L`, `theta - sum_i even(x_i) a_i = L sum_i s_i x_i a_i`: linear equations for the signs s_i. There are
d C of them for n signs; where n is larger, the signs left over are enumerated. For an odd part and a constant L the same
holds with 1 in place of x_i, C equations only: the coefficient changes its sign with the sample.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .problem import Problem, Projection

ENUMERATED = 16
"""At most so many signs are enumerated."""


def restore_signs(problem: Problem, decoupled: Problem, state: Projection) -> Array:
    """The samples (n, d) of a state of the decoupled problem, with the signs that meet theta best."""
    parts = problem.feature_map.decoupled()
    assert parts is not None
    E, X = parts.part.features(state.X).T, state.X
    scale = np.linalg.norm(decoupled.off(problem.theta.T))  # theta of the decoupled problem has norm 1
    a = state.coefficients * scale
    moment = np.linalg.lstsq(parts.free(), problem.theta - E @ a, rcond=None)[0]  # (columns, C)
    columns = (parts.weights(X)[:, :, None] * a[:, None, :]).reshape(len(X), -1).T  # (columns C, n)
    return X * _signs(columns, moment.ravel())[:, None]


def _signs(M: Array, b: Array) -> Array:
    """s in {-1, 1}^n with M s = b, in least squares, for M (k, n); columns of length zero get +1."""
    n = M.shape[1]
    lengths = np.linalg.norm(M, axis=0)
    order = np.argsort(-lengths)  # the signs that weigh most are solved for, the others are enumerated
    rank = min(int(np.linalg.matrix_rank(M)), n)
    free = min(n - rank, ENUMERATED)
    solved, listed = order[: n - free], order[n - free :]
    patterns = 1.0 - 2.0 * ((np.arange(2**free)[:, None] >> np.arange(free)) & 1)  # (2^free, free)
    targets = b[:, None] - M[:, listed] @ patterns.T
    found = np.where(np.linalg.pinv(M[:, solved]) @ targets < 0, -1.0, 1.0)
    errors = np.linalg.norm(M[:, solved] @ found - targets, axis=0)
    best = int(np.argmin(errors))
    s = np.ones(n)
    s[solved], s[listed] = found[:, best], patterns[best]
    return s

"""Sets of samples that can be replaced by their negatives without a trace in theta.

Replacing (x_i, a_i) by (-x_i, s a_i) for i in F, with s = +1 or -1, changes theta by -sum_F b_i with
`b_i = a_i (psi(x_i) - s psi(-x_i))`. For sigmoid and s = -1 this is sum_F a_i, for linear-plus-even activations and s = +1 it
is linear in sum_F a_i x_i: generically not zero, but zero for coefficients such as (1, -1). Then no number of equations helps.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from .problem import Problem, Projection

EXACT = 1e-10
"""Change of theta, relative to its norm, up to which a flip counts as exact."""
ALL_SUBSETS, SMALL_SUBSETS = 14, 3
"""All subsets are tried for up to 14 samples; of more samples, subsets of up to three and the whole set."""


def exact_flip(problem: Problem, state: Projection) -> tuple[int, ...] | None:
    """The indices of a set of samples that can be flipped exactly; None if none was found."""
    psi, (n, _) = problem.feature_map, state.coefficients.shape
    forward, backward = psi.features(state.X), psi.features(-state.X)
    for s in (1, -1):
        difference = forward - s * backward
        changes = (difference[:, :, None] * state.coefficients[:, None, :]).reshape(n, -1)
        _, values, right = np.linalg.svd(changes.T, full_matrices=False)
        if n <= changes.shape[1] and values[-1] > EXACT * np.sqrt(n):
            continue  # no combination of them is small, of any kind
        reduced = (values[:, None] * right).T  # the same inner products
        for subset in _subsets(n):
            if np.linalg.norm(reduced[list(subset)].sum(axis=0)) <= EXACT:
                return subset
    return None


def _subsets(n: int):
    sizes = range(1, n + 1) if n <= ALL_SUBSETS else (*range(1, SMALL_SUBSETS + 1), n)
    for size in sizes:
        yield from combinations(range(n), size)

"""Which sample found is which true sample, and how far apart the two are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..theory.errors import InputError, one_of
from .arrays import real_array

Symmetry = Literal["none", "sign", "scale", "positive-scale"]
SYMMETRIES = ("none", "sign", "scale", "positive-scale")
LARGEST = 1e140  # above it a squared distance could overflow


@dataclass(frozen=True, eq=False)
class Match:
    """The best one-to-one assignment of samples found to true samples, up to a symmetry of each sample.

    Attributes:
        assignment: (n,) int64, the row of `found` for each true row, -1 where there were too few rows.
        scales: (n,) float64, the symmetry applied: `scales[i] * found[assignment[i]]` approximates `truth[i]`.
        errors: (n,) float64, |truth[i] - aligned[i]| / |truth[i]|, infinite where unmatched.
        aligned: (n, d) float64, the rows `scales[i] * found[assignment[i]]`, NaN where unmatched.
        symmetry: the symmetry that was divided out.
    """

    assignment: np.ndarray
    scales: np.ndarray
    errors: np.ndarray
    aligned: np.ndarray
    symmetry: Symmetry

    @property
    def relative_error(self) -> float:
        """The largest of the relative errors: every sample is at least this close."""
        return float(self.errors.max())

    @property
    def median_error(self) -> float:
        """The median of the relative errors."""
        return float(np.median(self.errors))


def match(truth: Any, found: Any, symmetry: Symmetry = "none") -> Match:
    """Match each true sample to one sample found, minimising the sum of squared distances up to the symmetry.

    Args:
        truth: (n, d) real, no zero row.
        found: (m, d) real, in any order. If m > n, the best n rows are used; if m < n, n - m true rows stay unmatched.
        symmetry: what each row of `found` may be multiplied by: 1 (`none`), +-1 (`sign`), the best real number
            (`scale`) or the best number >= 0 (`positive-scale`).

    Returns:
        `Match`. Distances are norms of differences, so a relative error is right down to rounding, about 1e-16.

    Raises:
        InputError: for a wrong shape, dtype or symmetry, an entry that is not finite, or a zero row of `truth`.
    """
    one_of("symmetry", symmetry, SYMMETRIES)
    truth, found = _pair(truth, found)
    sizes = np.linalg.norm(truth, axis=1)
    if not sizes.all():
        raise InputError(f"truth[{int(np.argmin(sizes))}] is zero: a relative error needs a non-zero true sample")
    n, d = truth.shape
    scales, distances = _distances(truth, found, symmetry)
    rows, columns = linear_sum_assignment(distances**2)
    result = Match(np.full(n, -1), np.full(n, np.nan), np.full(n, np.inf), np.full((n, d), np.nan), symmetry)
    result.assignment[rows] = columns
    result.scales[rows] = scales[rows, columns]
    result.aligned[rows] = scales[rows, columns, None] * found[columns]
    result.errors[rows] = distances[rows, columns] / sizes[rows]
    return result


def elementwise_absolute_distance(truth: Any, found: Any) -> float:
    r"""The published "distance to optimum" of Iurada et al. 2025, for comparison with published numbers only.

    $\rho = \frac{1}{n \sqrt d} \sum_i \| |x_i| - |\hat x_{\pi(i)}| \|_2$, with elementwise absolute values and
    $\pi$ the assignment that minimises the sum of squared distances between them.

    It does not measure recovery up to sign: each of the $2^d$ sign patterns of a sample scores 0. For independent
    standard Gaussian truth and guess it tends to $\sqrt{2 (1 - 2/\pi)} = 0.8525$ as d grows, where the plain distance
    $|x - \hat x| / \sqrt d$ tends to $\sqrt 2$. Use `match` for errors.

    Args:
        truth: (n, d) real.
        found: (m, d) real with m >= n.

    Raises:
        InputError: for a wrong shape or dtype, an entry that is not finite, or m < n.
    """
    truth, found = (np.abs(array) for array in _pair(truth, found))
    if len(found) < len(truth):
        raise InputError(f"found has {len(found)} rows: must have at least the {len(truth)} rows of truth")
    _, distances = _distances(truth, found, "none")
    return float(distances[linear_sum_assignment(distances**2)].sum() / (len(truth) * math.sqrt(truth.shape[1])))


def _distances(truth: np.ndarray, found: np.ndarray, symmetry: Symmetry) -> tuple[np.ndarray, np.ndarray]:
    """Best multiples s (n, m) and distances |truth_i - s_ij found_j| (n, m); differences first, so nothing cancels."""
    scales = np.ones((len(truth), len(found)))
    distances = np.empty_like(scales)
    squares = np.einsum("jk,jk->j", found, found)
    for i, x in enumerate(truth):
        if symmetry == "sign":
            scales[i] = np.where(found @ x < 0, -1.0, 1.0)
        elif symmetry != "none":
            scales[i] = np.divide(found @ x, squares, out=np.zeros(len(found)), where=squares > 0)
            if symmetry == "positive-scale":
                np.maximum(scales[i], 0.0, out=scales[i])
        distances[i] = np.linalg.norm(x - scales[i, :, None] * found, axis=1)
    return scales, distances


def _pair(truth: Any, found: Any) -> tuple[np.ndarray, np.ndarray]:
    truth, found = real_array("truth", truth, 2), np.asarray(found)
    if found.shape != (0, truth.shape[1]):  # nothing found is a valid answer
        found = real_array("found", found, 2)
    if found.shape[1] != truth.shape[1]:
        raise InputError(f"found has shape {found.shape}: must have the {truth.shape[1]} columns of truth")
    for name, array in (("truth", truth), ("found", found)):
        if np.abs(array).max(initial=0.0) > LARGEST:
            raise InputError(f"{name} has an entry above {LARGEST:g} in absolute value: it has diverged")
    return truth, found

"""The smallest eigenvalue of a sum of independent sample covariance matrices, in the limit of free probability."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .errors import InputError


def harmonic_dimension(d: int, k: int) -> int:
    """Dimension of the spherical harmonics of degree k on the sphere of R^d."""
    return math.comb(d + k - 1, k) - (math.comb(d + k - 3, k - 2) if k > 1 else 0)


def free_edge(masses: Sequence[float], ratios: Sequence[float]) -> float:
    """The left edge of the free sum of m_k MP(c_k), with MP(c) the limit of Z Z^T / N for Z (n, N) and c = n / N.

    MP(c) has the R-transform 1 / (1 - c z), and R-transforms add under free convolution. Left of the support the Cauchy
    transform takes the values z = -w, w > 0, and its inverse is R(z) + 1/z; the edge is where that is largest:

        edge = sup_{w > 0} sum_k m_k / (1 + c_k m_k w) - 1/w,  attained where sum_k c_k (m_k w / (1 + c_k m_k w))^2 = 1.

    The left side of the last equation increases from 0 to sum_k 1/c_k. If that is at most 1 the edge is the sum of the
    m_k with c_k = 0. One term gives m (1 - sqrt c)^2 for c < 1, else 0.

    Raises:
        InputError: lists of different lengths, or a negative number.
    """
    if len(masses) != len(ratios) or min([*masses, *ratios], default=0) < 0:
        raise InputError("masses, ratios: must be equally many nonnegative numbers")
    floor = sum(m for m, c in zip(masses, ratios) if c == 0)
    terms = [(m, c) for m, c in zip(masses, ratios) if c > 0 and m > 0]
    if sum(1 / c for _, c in terms) <= 1:
        return float(floor)
    low, high = -700.0, 700.0  # log w
    while high - low > 1e-13 * max(1.0, abs(high)):
        middle = 0.5 * (low + high)
        w = math.exp(middle)
        below = sum(c * (m * w / (1 + c * m * w)) ** 2 for m, c in terms) < 1
        low, high = (middle, high) if below else (low, middle)
    w = math.exp(0.5 * (low + high))
    return float(floor + sum(m / (1 + c * m * w) for m, c in terms) - 1 / w)


def sum_of_edges(masses: Sequence[float], ratios: Sequence[float]) -> float:
    """sum_k m_k (1 - sqrt c_k)_+^2: the edge if the bottom eigenvectors of all terms were the same."""
    return float(sum(m * max(0.0, 1 - math.sqrt(c)) ** 2 for m, c in zip(masses, ratios)))

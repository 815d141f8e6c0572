"""The 50 % point of a success curve from counts, with an interval: where does success become more likely than failure?

Two estimates, both for numbers of trials that do not depend on the outcomes.

**Logistic.** `P(x) = 1 / (1 + exp(-b (x - m)))` with slope b >= 0; the estimate is the m of largest likelihood. Its interval is
by profile likelihood: m is kept where the likelihood at the best slope is within the chi-square quantile of its maximum. How
the tails of P fall is not known, and moves m by as much as the trials do. So the same interval is taken for the two curves with
one sharp tail, complementary log-log and log-log, and joined to it if their likelihood is within that quantile of the largest.

**Monotone**, where the logistic fit does not exist or is poor. P does not decrease, and no more is assumed: the isotonic
regression crosses 1/2 at the estimate, and the interval inverts exact binomial tests. Let m have P <= 1/2 to its left and
P >= 1/2 to its right. The cells next to m on its left, as many as hold enough trials for a test, have together at most
Binomial(N, 1/2) successes in distribution; those on its right at least. m is rejected if either count lies in a tail of
probability at most alpha/2. At the true m there are these two tests only, whatever the number of cells, so that the points not
rejected contain it with probability at least 1 - alpha, at every number of trials. The interval is the hull of the gaps
between cells that are not rejected: it ends at cells, or at infinity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np

from .errors import InputError, probability

POOR = 0.05
"""A logistic fit is poor if a test of its tails has a smaller p-value than this, or if the exact tests reject its estimate."""

Method = Literal["logistic", "monotone", "not bracketed"]


@dataclass(frozen=True)
class Transition:
    """The 50 % point of a success curve.

    Attributes:
        estimate: in the unit of x; nan if not bracketed.
        low, high: interval of the stated level; infinite where the data set no limit. If not bracketed, one limit may still be
            finite: the first or last cell that the 50 % point lies beyond.
        method: `logistic`, `monotone`, or `not bracketed`.
        reason: why this method.
    """

    estimate: float
    low: float
    high: float
    method: Method
    reason: str


def transition(x: Sequence[float], successes: Sequence[int], trials: Sequence[int], level: float = 0.95) -> Transition:
    """The 50 % point of a curve that increases with x, from `successes` of `trials` at each x.

    Args:
        x: (k,) distinct finite numbers, in any order. Where the curve is thought of against log x, pass log x.
        successes, trials: (k,) integers, 0 <= successes <= trials. Cells without trials are left out.
        level: of the interval, two-sided.

    Raises:
        InputError: lengths that differ, no trials at all, x not finite or repeated, counts out of range, level not in (0, 1).
    """
    points, s, n = _checked(x, successes, trials)
    alpha = 1 - probability("level", level)
    low, high = _monotone_interval(points, s, n, alpha)
    share = isotonic(s, n)
    for beyond, which in ((s.sum() == 0, "all cells fail"), ((s == n).all(), "all cells succeed")):
        if beyond:
            return Transition(math.nan, low, high, "not bracketed", which)
    if share[-1] < 0.5 or share[0] > 0.5:
        side = "below" if share[-1] < 0.5 else "above"
        return Transition(math.nan, low, high, "not bracketed", f"success stays {side} one half")
    middle = _crossing(points, share)
    doubt = _separated(s, n)
    if not doubt:
        fit = _fit(points, s, n, alpha)
        doubt = _doubt(points, s, n, fit, low, high)
        if not doubt:
            return Transition(fit.m, fit.low, fit.high, "logistic", "the logistic curve fits")
    return Transition(middle, min(low, middle), max(high, middle), "monotone", doubt)


def isotonic(successes: Any, trials: Any) -> np.ndarray:
    """The nondecreasing sequence of shares (k,) of largest likelihood: pool adjacent violators (Ayer et al. 1955)."""
    blocks: list[list[float]] = []  # successes, trials, cells
    for s, n in zip(successes, trials):
        blocks.append([float(s), float(n), 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last)]
    return np.repeat([s / n for s, n, _ in blocks], [int(cells) for _, _, cells in blocks])


def _checked(x: Any, successes: Any, trials: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points, s, n = np.asarray(x, dtype=float), np.asarray(successes), np.asarray(trials)
    if points.ndim != 1 or not points.shape == s.shape == n.shape:
        raise InputError(
            f"x, successes, trials have shapes {points.shape}, {s.shape}, {n.shape}: must be three lists of one length"
        )
    for name, counts in (("successes", s), ("trials", n)):
        if counts.size and counts.dtype.kind not in "iu":
            raise InputError(f"{name} has dtype {counts.dtype}: must be integers")
    if not np.isfinite(points).all() or len(set(points.tolist())) < len(points):
        raise InputError("x: must be distinct finite numbers")
    if np.any(s < 0) or np.any(s > n):
        raise InputError("successes: must lie between 0 and trials")
    order = np.argsort(points)
    order = order[n[order] > 0]
    if not len(order):
        raise InputError("trials: there are none")
    return points[order], s[order].astype(np.int64), n[order].astype(np.int64)


def _crossing(x: np.ndarray, share: np.ndarray) -> float:
    """Where the shares, joined by straight lines, equal 1/2; the middle of such a stretch."""
    ends = []
    for reach, step in ((share, 1), (1 - share[::-1], -1)):
        points = x[::step]
        k = int(np.argmax(reach >= 0.5))
        if k == 0:
            ends.append(points[0])
        else:
            t = (0.5 - reach[k - 1]) / (reach[k] - reach[k - 1])
            ends.append(points[k - 1] + t * (points[k] - points[k - 1]))
    return float(sum(ends) / 2)


# --- the monotone interval ---


def _monotone_interval(x: np.ndarray, s: np.ndarray, n: np.ndarray, alpha: float) -> tuple[float, float]:
    enough = 2 * math.ceil(math.log2(2 / alpha))  # twice the trials with which a unanimous outcome rejects
    edges = [-math.inf, *x.tolist(), math.inf]
    kept = []
    for gap in range(len(x) + 1):
        left = _tail(s[:gap][::-1], n[:gap][::-1], enough)
        right = _tail((n - s)[gap:], n[gap:], enough)
        if min(left, right) > alpha / 2:
            kept.append(gap)
    return (edges[kept[0]], edges[kept[-1] + 1]) if kept else (-math.inf, math.inf)


def _tail(counts: np.ndarray, trials: np.ndarray, enough: int) -> float:
    """P(Binomial(N, 1/2) >= count) for the first cells that hold `enough` trials together, exactly; 1 if there are none."""
    total = hits = 0
    for count, cell in zip(counts.tolist(), trials.tolist()):
        total, hits = total + cell, hits + count
        if total >= enough:
            break
    return sum(math.comb(total, k) for k in range(hits, total + 1)) / 2**total


# --- the parametric curves ---


def _separated(s: np.ndarray, n: np.ndarray) -> str:
    """Why no curve of finite slope fits best, or ''."""
    failing, succeeding = np.flatnonzero(s < n), np.flatnonzero(s > 0)
    if failing[-1] <= succeeding[0]:
        return "separated: at most one cell has both outcomes, and the logistic slope is infinite"
    if succeeding[-1] <= failing[0]:
        return "the curve does not increase"
    return ""


class Curve(NamedTuple):
    """log P and log(1 - P) at the log-odds or what takes their place, z, and their derivatives; P(0) = 1/2."""

    logs: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    slopes: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def _power(z: np.ndarray) -> np.ndarray:
    return math.log(2) * np.exp(np.clip(z, -600, 6.5))


def _sharp_slopes(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    power = _power(z)
    return power / np.expm1(power), -power


def _mirrored_slopes(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    up, down = _sharp_slopes(-z)
    return -down, -up


LOGISTIC = Curve(
    lambda z: (-np.logaddexp(0, -z), -np.logaddexp(0, z)),
    lambda z: (0.5 - 0.5 * np.tanh(0.5 * z), -0.5 - 0.5 * np.tanh(0.5 * z)),
)
SHARP_ABOVE = Curve(  # complementary log-log, 1 - P = 2^(-exp(z))
    lambda z: (np.log(-np.expm1(-_power(z))), -_power(z)),
    _sharp_slopes,
)
SHARP_BELOW = Curve(  # log-log, P = 2^(-exp(-z))
    lambda z: (-_power(-z), np.log(-np.expm1(-_power(-z)))),
    _mirrored_slopes,
)


def _profile(curve: Curve, m: np.ndarray, x: np.ndarray, s: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each m (M,), the largest log-likelihood over slopes b >= 0 at z = b (x - m), and that b: concave in b."""
    u, f, scale = x - m[:, None], n - s, np.ptp(x)
    low, high = np.full(len(m), -20.0), np.full(len(m), 12.0)  # log of b times the range of x
    for _ in range(32):
        middle = (low + high) / 2
        dp, dq = curve.slopes(np.exp(middle)[:, None] / scale * u)
        rising = (u * (s * dp + f * dq)).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    b = np.exp(low) / scale
    log_p, log_q = curve.logs(b[:, None] * u)
    return (np.where(s > 0, s * log_p, 0) + np.where(f > 0, f * log_q, 0)).sum(axis=1), b


def _maximum(values: Callable[[np.ndarray], np.ndarray], grid: np.ndarray) -> tuple[float, float]:
    """Where a function with one maximum takes it, and its value."""
    for _ in range(6):
        found = values(grid)
        k = int(np.argmax(found))
        grid = np.linspace(grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)], 17)
    return float(grid[8]), float(found.max())


class Fit(NamedTuple):
    """The logistic curve of largest likelihood, an interval of m, and whether another curve is not much more likely."""

    m: float
    b: float
    low: float
    high: float
    plausible: bool


def _fit(x: np.ndarray, s: np.ndarray, n: np.ndarray, alpha: float) -> Fit:
    """The interval joins those of the curves whose largest likelihood is within the chi-square quantile of the largest."""
    centre, scale = (x[0] + x[-1]) / 2, np.ptp(x)
    grid = np.linspace(-7, 7, 41)  # m = centre + scale sinh(t), from 0.18 to 550 ranges of x away
    profiles = [
        lambda t, curve=curve: _profile(curve, centre + scale * np.sinh(t), x, s, n)[0]
        for curve in (LOGISTIC, SHARP_ABOVE, SHARP_BELOW)
    ]
    peaks = [_maximum(values, grid) for values in profiles]
    drop = NormalDist().inv_cdf(1 - alpha / 2) ** 2 / 2
    likely = [peak >= max(peak for _, peak in peaks) - drop for _, peak in peaks]
    ends = [
        _last_above(values, peak - drop, best, grid, sign)
        for values, (best, peak), counts in zip(profiles, peaks, likely)
        for sign in (-1, 1)
        if counts
    ]
    m = np.array([centre + scale * math.sinh(peaks[0][0])])
    low, high = (centre + scale * math.sinh(t) if abs(t) < math.inf else t for t in (min(ends), max(ends)))
    return Fit(float(m[0]), float(_profile(LOGISTIC, m, x, s, n)[1][0]), float(low), float(high), likely[0])


def _last_above(values: Callable[[np.ndarray], np.ndarray], least: float, best: float, grid: np.ndarray, sign: int) -> float:
    """How far from `best` a function with one maximum stays above `least`; infinity if to the end of the grid."""
    points = np.concatenate([[best], grid[sign * (grid - best) > 0][::sign]])
    for _ in range(6):
        below = values(points) < least
        if not below.any():
            return sign * math.inf
        k = max(1, int(np.argmax(below)))
        points = np.linspace(points[k - 1], points[k], 17)
    return float(points[-1])


def _doubt(x: np.ndarray, s: np.ndarray, n: np.ndarray, fit: Fit, low: float, high: float) -> str:
    """Why the logistic curve is not to be trusted, or ''."""
    if not x[0] <= fit.m <= x[-1]:
        return "the logistic curve crosses one half outside the cells"
    if not low <= fit.m <= high:
        return "exact tests reject the logistic estimate"
    if not fit.plausible or _link_probability(x, s, n, fit.m, fit.b) < POOR:
        return "the logistic curve fits poorly"
    return ""


def _link_probability(x: np.ndarray, s: np.ndarray, n: np.ndarray, m: float, b: float) -> float:
    """The p-value of Stukel's score test (1988): does either tail of the curve leave the logistic one?

    The log-odds z may bend on either side of 1/2, by multiples of z^2 for z > 0 and for z < 0: chi-square with two degrees
    of freedom.
    """
    z = b * (x - m)
    P = 0.5 + 0.5 * np.tanh(0.5 * z)
    design = np.stack([np.ones_like(z), z, z * np.maximum(z, 0), z * np.minimum(z, 0)])
    information = (design * (n * P * (1 - P))) @ design.T
    score = design[2:] @ (s - n * P)
    cross = np.linalg.lstsq(information[:2, :2], information[:2, 2:], rcond=None)[0]
    variance = information[2:, 2:] - information[2:, :2] @ cross
    return math.exp(-float(score @ np.linalg.pinv(variance, rcond=1e-9, hermitian=True) @ score) / 2)

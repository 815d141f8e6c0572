"""Interval statements about a probability or a median from finite data, valid at every sample size.

Limits are floats rounded outward: a limit is returned only after ball arithmetic has certified the inequality that
defines it, so the stated error probability holds with rounding included.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from .balls import parse_ball
from .errors import InputError, positive_integer, probability

BITS = 80


def _counts(successes: Any, trials: Any, *, least: int = 1) -> tuple[int, int]:
    trials = positive_integer("trials", trials, minimum=least)
    successes = positive_integer("successes", successes, minimum=0)
    if successes > trials:
        raise InputError(f"successes = {successes}: must not exceed trials = {trials}")
    return successes, trials


def binomial_tail(k: int, n: int, p: Any) -> arb:
    """P(B >= k) for B ~ Binomial(n, p): the regularized incomplete beta function I_p(k, n - k + 1) for 1 <= k <= n.

    Raises:
        InputError: k < 0, n < 1, or p outside [0, 1].
    """
    k, n = positive_integer("k", k, minimum=0), positive_integer("n", n)
    with ctx.workprec(BITS):
        x = parse_ball("p", p)
        if not 0 <= x <= 1:
            raise InputError(f"p = {p!r}: must be a probability")
        if k == 0 or k > n:
            return arb(int(k == 0))
        return x.beta_lower(k, n - k + 1, regularized=True)


def _last_certified(start: float, end: float, certified: Callable[[float], Any]) -> float:
    """The last float (to 14 digits) on the way from `start`, where `certified` is true, at which it has been found true."""
    while abs(end - start) > 1e-14 * max(abs(start), abs(end), 1e-280):
        middle = 0.5 * (start + end)
        start, end = (middle, end) if certified(middle) else (start, middle)
    return start


def binomial_lower(successes: int, trials: int, error_probability: float) -> float:
    """The Clopper-Pearson lower limit: P(p < limit) <= error_probability, whatever p, for a sample size fixed in advance.

    The limit is the largest q with P(Binomial(N, q) >= k) <= error_probability, rounded down (0 for k = 0): if p < q,
    a count of k or more has at most that probability (Clopper and Pearson 1934).

    Raises:
        InputError: successes not in 0..trials, trials < 1, error probability not in (0, 1).
    """
    successes, trials = _counts(successes, trials)
    error = arb(probability("error_probability", error_probability))
    if successes == 0:
        return 0.0
    return _last_certified(0.0, 1.0, lambda q: binomial_tail(successes, trials, q) <= error)


def binomial_upper(successes: int, trials: int, error_probability: float) -> float:
    """The Clopper-Pearson upper limit: P(p > limit) <= error_probability, whatever p, for a sample size fixed in advance.

    It is 1 minus the lower limit for the failures, rounded up.

    Raises:
        InputError: as `binomial_lower`.
    """
    successes, trials = _counts(successes, trials)
    failure = binomial_lower(trials - successes, trials, error_probability)
    return min(1.0, math.nextafter(1.0 - failure, math.inf)) if failure else 1.0


def clopper_pearson(successes: int, trials: int, error_probability: float) -> tuple[float, float]:
    """The two-sided exact interval, half the error probability on each side; the sample size must be fixed in advance.

    Raises:
        InputError: as `binomial_lower`.
    """
    half = probability("error_probability", error_probability) / 2
    return binomial_lower(successes, trials, half), binomial_upper(successes, trials, half)


def beta_binomial_sequence(
    successes: int, trials: int, error_probability: float, a: float = 0.5, b: float = 0.5
) -> tuple[float, float]:
    """The anytime-valid interval {p : M_n(p) < 1/alpha} for S successes in n trials, alpha = `error_probability`:

        M_n(p) = B(a + S, b + n - S) / (B(a, b) p^S (1-p)^{n-S}),   B the beta function.

    M_n(p) (Robbins 1970) is the likelihood of the data under a Beta(a, b) prior over that under p: at the true p a
    nonnegative martingale with mean 1, so P(M_n(p) >= 1/alpha for some n) <= alpha (Ville 1939). Looking after every
    trial is therefore allowed, provided that a, b and alpha were fixed before. log M_n is convex in p with its
    minimum, at most 0, at S/n.

    Raises:
        InputError: successes not in 0..trials, trials < 0, error probability not in (0, 1), a or b not positive.
    """
    successes, trials = _counts(successes, trials, least=0)
    alpha = probability("error_probability", error_probability)
    if not (0 < a < math.inf and 0 < b < math.inf):
        raise InputError(f"a = {a!r}, b = {b!r}: must be positive and finite")
    if trials == 0:
        return 0.0, 1.0
    failures = trials - successes
    with ctx.workprec(BITS):
        constant = _log_beta(arb(a) + successes, arb(b) + failures) - _log_beta(arb(a), arb(b)) + arb(alpha).log()

        def outside(p: float) -> bool:  # log(alpha M_n(p)) >= 0, certainly
            x = arb(p)
            return bool(constant - successes * x.log() - failures * (1 - x).log() >= 0)

        low = _last_certified(0.0, successes / trials, outside) if successes else 0.0
        high = _last_certified(1.0, successes / trials, outside) if failures else 1.0
    return low, high


def _log_beta(a: arb, b: arb) -> arb:
    return a.lgamma() + b.lgamma() - (a + b).lgamma()


def median_interval(values: Sequence[float], error_probability: float) -> tuple[float, float]:
    """(x_(r), x_(n+1-r)) contains every median of the distribution of n independent values, except with error_probability.

    A median m has P(X <= m) >= 1/2, so x_(r) > m has at most the probability P(Binomial(n, 1/2) <= r - 1); the same above.
    r is the largest with 2 P(Binomial(n, 1/2) <= r - 1) <= error_probability, decided in integers; if there is none
    (fewer than 1 + log2(1/error_probability) values) the interval is (-inf, inf).

    Raises:
        InputError: no values, a value that is not finite, error probability not in (0, 1).
    """
    alpha = Fraction(probability("error_probability", error_probability))
    ordered = sorted(float(v) for v in values)
    n = len(ordered)
    if not n or not all(map(math.isfinite, ordered)):
        raise InputError("values: must be finite numbers, at least one")
    rank, below = 0, 1
    while 2 * below <= alpha * 2**n:
        rank += 1
        below += math.comb(n, rank)
    return (ordered[rank - 1], ordered[n - rank]) if rank else (-math.inf, math.inf)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """The ordinary least-squares slope of log y against log x: the exponent s if y = c x^s.

    Raises:
        InputError: lengths differ, fewer than two distinct x, or a number that is not positive and finite.
    """
    x, y = [float(v) for v in x], [float(v) for v in y]
    if len(x) != len(y) or len(set(x)) < 2 or not all(0 < v < math.inf for v in x + y):
        raise InputError("x, y: must be positive finite numbers, equally many, with two distinct x at least")
    return statistics.linear_regression([math.log(v) for v in x], [math.log(v) for v in y]).slope

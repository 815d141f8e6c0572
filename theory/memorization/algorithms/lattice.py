"""Tails of a sum of independent, equally distributed integers, in balls, at a cost that hardly depends on their number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from flint import acb, arb, ctx, fmpq


def upper_tail(d: int, law: Mapping[int, arb], k: int) -> arb:
    """A ball around P(W >= k), W the sum of d independent variables with P(s) = law[s], and 0 with the rest of the probability.

    One of the steps must be 1 or -1. With G(z) = sum_s P(s) z^s the mean over the N points z of a circle of radius x > 1,

        S = mean of G(z)^d z^-k / (1 - 1/z) = sum_w P(W = w) x^{N floor((w-k)/N)} / (1 - x^-N),

    gives P(W >= k) = (1 - x^-N) S - D, 0 <= D <= x^-N + sum_{w >= k+N} P(W = w) x^{w-k}, and the last sum is at most
    G(y)^d y^-k (x/y)^N for every y > x. Points at an angle beyond T contribute to S at most their value at angle 0 times
    exp(-d p_0 p_1 (1 - cos T)), p_0 and p_1 the probabilities of 0 and of the step +-1 under the law tilted by x, because
    |E e^{itX}|^2 <= 1 - 2 p_0 p_1 (1 - cos t). All this holds for any x, y, N, T; the choice only makes the radius small.
    """
    if k > d * max(0, *law):
        return arb(0)
    if k <= d * min(0, *law):
        return arb(1)
    with ctx.workprec(96 + 2 * d.bit_length()):
        p = {0: 1 - sum(law.values(), arb(0)), **law}
        tilt, points, growth = _contour(d, {s: float(q.mid()) for s, q in p.items()}, k)

        def generating(z: Any) -> Any:
            return sum(q * z**s for s, q in p.items())

        x = arb(tilt).exp()
        middle = generating(x)
        front = middle**d / x**k
        one = 1 if 1 in p else -1
        pair = d * p[0] * p[one] * x**one / middle**2
        cosine = 1 - 58 / max(float(pair.lower()), 29.0)  # cos T, with 58 = d p_0 p_1 (1 - cos T) if that can be
        last = min(points // 2, math.ceil(points * math.acos(cosine) / (2 * math.pi)))
        total = arb(0)
        for j in range(last + 1):
            z = x * acb(fmpq(2 * j, points)).exp_pi_i()
            turn = acb(fmpq(-2 * (j * k % points), points)).exp_pi_i()
            value = ((generating(z) / middle) ** d * turn / (1 - 1 / z)).real
            total += value if j in (0, points // 2) else 2 * value
        left_out = arb(0)
        if last < points // 2:
            left_out = (-pair * (1 - arb.cos_pi_fmpq(fmpq(2 * last, points)))).exp() / (1 - 1 / x)
        y = x * arb(growth).exp()
        wrapped = x**-points
        excess = wrapped + generating(y) ** d / y**k * (x / y) ** points
        return (1 - wrapped) * front * (total / points + arb(0, left_out.upper())) - excess.union(arb(0))


def _contour(d: int, p: Mapping[int, float], k: int) -> tuple[float, int, float]:
    """log x, the even number N of points, and log(y/x).

    x: from the saddle point, the least of G(x)^d x^-k for x >= 1, on to where it is e^5 times as large, off the pole at z = 1.
    """

    def cumulant(c: float) -> float:  # log of G(x)^d x^-k at x = e^c
        return d * math.log1p(sum(q * math.expm1(s * c) for s, q in p.items())) - c * k

    def moments(c: float) -> tuple[float, float]:  # mean and variance of the tilted sum
        weights = {s: q * math.exp(s * c) for s, q in p.items()}
        total = sum(weights.values())
        mean = sum(s * w for s, w in weights.items()) / total
        return d * mean, d * sum((s - mean) ** 2 * w for s, w in weights.items()) / total

    def first(before: Callable[[float], bool], low: float) -> float:
        high = limit if before(low) else low
        while high - low > 0.02 * high:
            middle = (low + high) / 2
            low, high = (middle, high) if before(middle) else (low, middle)
        return high

    limit = 40 / max(1, *p)
    saddle = first(lambda c: moments(c)[0] < k, 0.0)
    least = min(0.0, cumulant(saddle))
    c = first(lambda c: cumulant(c) < least + 5, saddle)
    front = cumulant(c)
    wrapped = (44 + max(0.0, -front)) / c
    margin, sigma = 44 + max(0.0, front), math.sqrt(moments(c)[1])
    steps = [min(limit, 1.3**i / (1 + sigma)) for i in range(16)]  # with y = x e^u the excess over N is e^-margin at most
    above, growth = min(((margin + cumulant(c + u) - front) / u, u) for u in steps)
    return c, 2 * math.ceil(max(wrapped, above, 2) / 2), growth

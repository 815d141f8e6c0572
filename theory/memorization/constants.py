"""What the three problems share: a pair of contraction constants, and the constant of the step from error to information."""

from __future__ import annotations

from typing import NamedTuple

from flint import arb, ctx


class Contraction(NamedTuple):
    """Backward constants from the n data points, as balls.

    Attributes:
        tau: eta_KL to theta.
        complement: 1 - tau, without cancellation.
        rho: eta_KL to a test point of label 1, or an upper bound of it.
        evidence: `exact` if both are given by a theorem in closed form, `ball` if rho is a certified upper bound within 1e-10
            (relative) of the constant, `fallback` if it is an upper bound that may be further away.
    """

    tau: arb
    complement: arb
    rho: arb
    evidence: str


def printed_constant(alpha: arb) -> arb:
    """C_alpha = (1 - 2 alpha) log2((1 - alpha) / alpha) of Theorem 7, in bits, for 0 < alpha < 1/2. Not valid as printed."""
    return (1 - 2 * alpha) * ((1 - alpha) / alpha).log() / arb(2).log()


def error_constant(alpha: arb) -> arb:
    """C*_alpha = min { KL(Ber p || Ber q) : p - q >= 1 - 2 alpha } in bits, 0 < alpha < 1/2: docs/memorization.md, 1.3.

    The divergence is jointly convex and 0 at p = q, so the minimum has p - q = 1 - 2 alpha. With y = 1 - p and q = 2 alpha - y,
    g(y) = KL(1 - y || q) is convex on (0, 2 alpha), with g' from -oo to oo. Bisection of log y (for small alpha, y is about
    exp(-1/(2 alpha))) by the certain sign of g' keeps the minimum in some [a, b], and g(b) - g'(b) (b - a) <= min g <= g(b).
    """
    gap, width = 1 - 2 * alpha, 2 * alpha

    def slope(y: arb) -> arb:
        q = width - y
        return gap / (q * (1 - q)) - ((1 - y) / q).log() - ((1 - q) / y).log()

    a, b = arb(0), width
    low, high = -2.0 * ctx.prec, 0.0
    for _ in range(70):
        y = width * arb((low + high) / 2).exp()
        sign = slope(y)
        if sign > 0:
            b, high = y, (low + high) / 2
        elif sign < 0:
            a, low = y, (low + high) / 2
        else:
            break
    q = width - b
    value = (1 - b) * ((1 - b) / q).log() + b * (b / (1 - q)).log()
    drop = (slope(b) * (b - a)).upper()
    return (value - drop / 2 + arb(0, drop / 2)) / arb(2).log()


def binary_entropy(p: arb) -> arb:
    """h(p) in bits, 0 < p < 1."""
    return -(p * p.log() + (1 - p) * (-p).log1p()) / arb(2).log()

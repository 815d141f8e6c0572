"""Both sides of the product identity behind the tangent space of the features, as balls.

For independent unit Gaussians g, w and h = t g + s w, s = sqrt(1 - t^2), Stein's identity in w gives

    E[act'(g) w act(h)] = s E[act'(g) act'(h)] = s kappa'(t) = s sum_k k mu_k^2 t^{k-1}.
"""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx

from .activations import Activation
from .balls import parse_ball
from .enclosures import cut_for, density, gaussian_tail, integrate
from .errors import InputError
from .hermite import enclosure, second_moment, value_ball, with_ball


def kernel_slope(activation: str | Activation, t: Any, *, bits: int = 64, terms: int = 24) -> arb:
    """s kappa'(t) from `terms` = K certified coefficients, |t| <= 3/4, with the remainder in the radius.

    sum_{k >= K} k mu_k^2 |t|^{k-1} <= K |t|^{K-1} sum_{k >= K} mu_k^2, as k |t|^{k-1} decreases for k >= 1 / log(1/|t|),
    which is below 4 here; the last sum is E act(Z)^2 less the first K squares.

    Raises:
        InputError: |t| > 3/4, fewer than 4 terms, or an activation without ball arithmetic.
    """
    act = with_ball(activation)
    with ctx.workprec(bits + 32):
        ball = parse_ball("correlation", t)
        if not abs(ball) <= arb(3) / 4 or terms < 4:
            raise InputError(f"correlation = {t}, terms = {terms}: need |t| <= 3/4 and 4 terms at least")
        coefficients = [enclosure(act, k, bits=bits) for k in range(terms)]
        squares = [mu * mu for mu in coefficients]  # mu ** 2 is nan for a ball with midpoint exactly 0
        missing = second_moment(act, bits=bits) - sum(squares, arb(0))
        total = sum((k * squares[k] * ball ** (k - 1) for k in range(1, terms)), arb(0))
        total += arb(0, terms * abs(ball).abs_upper() ** (terms - 1) * missing.abs_upper())
        return (1 - ball * ball).sqrt() * total


def product_integral(activation: str | Activation, t: Any, *, bits: int = 24) -> arb:
    """E[act'(g) w act(t g + s w)] as a certified integral over |g|, |w| <= R, for an analytic activation with |act'| <= 2.

    What is left out is at most, by Cauchy-Schwarz and with M = E act(Z)^2 (the factors are independent),

        over |g| > R: 2 sqrt(P(|g| > R) M),   over |w| > R: 2 sqrt(E w^2 1{|w| > R} M).

    Raises:
        InputError: an activation other than tanh, erf, sin, sigmoid, softplus, gelu or silu.
    """
    act = with_ball(activation)
    if act.name not in ("tanh", "erf", "sin", "sigmoid", "softplus", "gelu", "silu"):
        raise InputError(f"activation = {act.name!r}: must be analytic with a slope of at most 2")
    ball = act.ball
    assert ball is not None
    with ctx.workprec(bits + 32):
        correlation = parse_ball("correlation", t)
        s = (1 - correlation * correlation).sqrt()
        goal, moment = arb(2) ** -bits, second_moment(act, bits=bits).abs_upper()
        cut = cut_for(goal * goal, 2)

        def over_g(g: acb, g_analytic: bool) -> acb:
            def over_w(w: acb, w_analytic: bool) -> acb:
                return w * value_ball(act, correlation * g + s * w, 1, g_analytic or w_analytic) * density(w)

            inner = integrate(over_w, -cut, cut, rel_tol=goal, abs_tol=goal, eval_limit=32 * bits)
            return inner * ball(g, 1, g_analytic)[1] * density(g)

        square = integrate(over_g, -cut, cut, rel_tol=goal, abs_tol=goal, eval_limit=64 * bits).real
        outside = 2 * (moment * gaussian_tail(cut, 0)).sqrt() + 2 * (moment * gaussian_tail(cut, 2)).sqrt()
        return square + arb(0, outside)

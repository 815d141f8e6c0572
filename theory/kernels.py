"""The population kernel kappa(t) = E act(u) act(v), (u, v) standard normal with correlation t, by three routes.

Rows of V ~ N(0, I/d) and |x| = |y| = sqrt(d) give kappa(<x, y> / d); rows ~ N(0, I) and |x| = |y| = 1 give kappa(<x, y>).
With mu_k for the orthonormal h_k: kappa(t) = sum_k mu_k^2 t^k (Mehler).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, ctx, fmpq

from .activations import Activation
from .balls import parse_ball
from .enclosures import cut_for, density, gaussian_expectation, gaussian_tail, integrate
from .errors import InputError, positive_integer
from .hermite import hermite_coefficient, second_moment, value_ball, with_ball


def _correlation(t: Any) -> arb:
    ball = parse_ball("correlation", t)
    if not abs(ball) <= 1:
        raise InputError(f"correlation = {t}: must lie in [-1, 1]")
    return ball


def _half_normal(t: arb) -> arb:
    """E max(u, 0) max(v, 0) = (sin th + (pi - th) cos th) / (2 pi), cos th = t (Cho and Saul 2009)."""
    return ((1 - t * t).sqrt() + t * (arb.pi() - t.acos())) / (2 * arb.pi())


def _slopes(act: Activation) -> tuple[arb, arb]:
    assert act.slopes is not None
    left, right = (arb(fmpq(s.numerator, s.denominator)) for s in act.slopes)
    return left, right


def closed_form_kernel(activation: str | Activation, t: Any, *, bits: int = 128) -> arb | None:
    """kappa(t) from a formula, or None where this module has none; t a rational, a float, a ball or its string.

    - slopes (l, r): act(u) = r max(u, 0) - l max(-u, 0), so kappa(t) = (l^2 + r^2) J(t) - 2 l r J(-t), J that of relu.
    - erf: (2/pi) asin(2t/3) (Williams 1997: (2/pi) asin(2 s_uv / sqrt((1 + 2 s_uu)(1 + 2 s_vv))), unit variances).
    - sin: (E cos(u - v) - E cos(u + v)) / 2 = (e^{-(1-t)} - e^{-(1+t)}) / 2 = sinh(t) / e.
    - polynomial of degree K: sum_{k <= K} mu_k^2 t^k.

    Raises:
        InputError: unknown name, no ball arithmetic, t not in [-1, 1].
    """
    act = with_ball(activation)
    with ctx.workprec(bits + 32):
        t = _correlation(t)
        if act.slopes is not None:
            left, right = _slopes(act)
            return (left * left + right * right) * _half_normal(t) - 2 * left * right * _half_normal(-t)
        if act.polynomials:
            orders = range(max(act.degrees) + 1)
            return sum((mu * mu * t**k for k in orders for mu in [hermite_coefficient(act, k, bits=bits)]), arb(0))
        if act.name == "erf":
            return 2 * (2 * t / 3).asin() / arb.pi()
        return t.sinh() / arb(1).exp() if act.name == "sin" else None


def kernel_series(
    activation: str | Activation,
    t: Any,
    terms: int,
    *,
    bits: int = 128,
    coefficient: Callable[..., arb] = hermite_coefficient,
) -> arb:
    """kappa(t) from `terms` = K terms of the series, with its remainder in the radius:

        |kappa(t) - sum_{k < K} mu_k^2 t^k| <= |t|^K (E act(Z)^2 - sum_{k < K} mu_k^2),

    since sum_{k >= K} mu_k^2 is the bracket (Parseval). `coefficient(act, k, bits=...)` returns mu_k (orthonormal h_k).

    Raises:
        InputError: unknown name, no ball arithmetic, t not in [-1, 1], terms < 1.
    """
    act, terms = with_ball(activation), positive_integer("terms", terms)
    with ctx.workprec(bits + 32):
        t = _correlation(t)
        coefficients = [coefficient(act, k, bits=bits) for k in range(terms)]
        squares = [mu * mu for mu in coefficients]  # a ball about 0 to the power 2 is nan
        missing = second_moment(act, bits=bits) - sum(squares, arb(0))
        return sum((s * t**k for k, s in enumerate(squares)), arb(0)) + arb(0, abs(t) ** terms * missing.abs_upper())


def kernel_integral(activation: str | Activation, t: Any, *, bits: int = 48) -> arb | None:
    """kappa(t) as a certified integral, without Hermite coefficients, or None.

    t = 1 and -1: E act(Z) act(sign Z). Otherwise `_conditional` (one variable, milliseconds) for piecewise-linear
    activations, `_double` (two variables, up to seconds) for analytic ones, and None for a kink of another kind.

    Raises:
        InputError: unknown name, no ball arithmetic, t not in [-1, 1].
    """
    act = with_ball(activation)
    with ctx.workprec(bits + 32):
        t = _correlation(t)
        if abs(t) == 1:
            return _diagonal(act, 1 if t > 0 else -1, bits)
        if act.slopes is not None:
            return _conditional(act, t, bits)
        return None if act.regularity == "piecewise" else _double(act, t, bits)


def _diagonal(act: Activation, sign: int, bits: int) -> arb:
    def integrand(u: acb, side: int, analytic: bool) -> acb:
        return value_ball(act, u, side, analytic) * value_ball(act, sign * u, sign * side, analytic)

    return gaussian_expectation(integrand, growth=2 * act.growth, factor=act.growth_factor**2, bits=bits)


def _conditional(act: Activation, t: arb, bits: int) -> arb:
    """E act(u) E[act(v) | u] for slopes (l, r): given u, v ~ N(m, s^2) with m = t u, s^2 = 1 - t^2, and

        E[act(v) | u] = l m + (r - l) (s phi(m/s) + m Phi(m/s)).

    Growth: |E[act(v) | u]| <= C (1 + |u| + E|w|) <= 2 C (1 + |u|), w ~ N(0, 1).
    """
    left, right = _slopes(act)
    s = (1 - t * t).sqrt()

    def integrand(u: acb, side: int, analytic: bool) -> acb:
        m = t * u
        half_normal = s * density(m / s) + m * (1 + (m / (s * arb(2).sqrt())).erf()) / 2
        return value_ball(act, u, side, analytic) * (left * m + (right - left) * half_normal)

    return gaussian_expectation(integrand, growth=2, factor=2 * act.growth_factor**2, bits=bits)


def _double(act: Activation, t: arb, bits: int) -> arb:
    """int int act(u) act(t u + s w) phi(u) phi(w) du dw over |u|, |w| <= R, s = sqrt(1 - t^2), for analytic act.

    The rest is added to the radius. By Cauchy-Schwarz, and since u and w are independent and v = t u + s w ~ N(0, 1),

        E |act(u) act(v)| 1{|u| > R} <= sqrt(E act(u)^2 1{|u| > R}) sqrt(E act(v)^2),
        E |act(u) act(v)| 1{|w| > R} <= sqrt(E act(u)^2 P(|w| > R)) sqrt(E act(v)^2).

    The limits on evaluations bound the time where a wide ball u lets the inner integral reach no accuracy; the
    result then has a larger radius and is valid all the same.
    """
    s = (1 - t * t).sqrt()
    goal, moment = arb(2) ** -bits, second_moment(act, bits=bits).abs_upper()
    growth, factor = 2 * act.growth, act.growth_factor**2
    cut = max(cut_for(goal * goal, growth, factor), cut_for(goal * goal, 0))

    def over_u(u: acb, u_analytic: bool) -> acb:
        def over_w(w: acb, w_analytic: bool) -> acb:
            return value_ball(act, t * u + s * w, 1, u_analytic or w_analytic) * density(w)

        inner = integrate(over_w, -cut, cut, rel_tol=goal, abs_tol=goal, eval_limit=32 * bits)
        return inner * value_ball(act, u, 1, u_analytic) * density(u)

    square = integrate(over_u, -cut, cut, rel_tol=goal, abs_tol=goal, eval_limit=64 * bits).real
    outside = (gaussian_tail(cut, growth, factor) * moment).sqrt() + moment * gaussian_tail(cut, 0).sqrt()
    return square + arb(0, outside)

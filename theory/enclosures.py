"""Certified Gaussian expectations: an interval that contains E f(Z), Z ~ N(0, 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, ctx

from .errors import positive_integer


def gaussian_tail(cut: int, growth: int, factor: int = 1) -> arb:
    """A bound of E |f(Z)| 1{|Z| > R} for every f with |f(z)| <= C (1 + |z|)^m; R = `cut` >= 1, m = `growth`, C = `factor`.

    For z >= R: 1 + z <= (1 + 1/R) z. Hence, with s = z^2 / 2 in the last step,

        E |f(Z)| 1{|Z| > R} <= 2 C (1 + 1/R)^m int_R^oo z^m exp(-z^2/2) dz / sqrt(2 pi)
                             = C (1 + 1/R)^m 2^{m/2} Gamma((m+1)/2, R^2/2) / sqrt(pi),

    Gamma(a, x) the upper incomplete gamma function.
    """
    r = arb(cut)
    gamma = (r * r / 2).gamma_upper(arb(growth + 1) / 2)
    return factor * (1 + 1 / r) ** growth * arb(2) ** (arb(growth) / 2) * gamma / arb.pi().sqrt()


def cut_for(error: arb, growth: int, factor: int = 1) -> int:
    """The smallest integer R >= 1 whose `gaussian_tail` is certainly below `error`."""
    cut = 1
    while not gaussian_tail(cut, growth, factor) < error:
        cut += 1
    return cut


def density(u):
    """The standard normal density at a real or complex ball."""
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


def integrate(f: Callable[[acb, bool], acb], start: int, stop: int, **options: Any) -> acb:
    """`acb.integral`, which cannot carry an exception of `f` (an interrupt, say): it is kept and raised here."""
    raised: list[BaseException] = []

    def guarded(u: acb, analytic: bool) -> acb:
        if not raised:
            try:
                return f(u, analytic)
            except BaseException as error:
                raised.append(error)
        return acb(arb("nan"))

    value = acb.integral(guarded, start, stop, **options)
    if raised:
        raise raised[0]
    return value


def gaussian_expectation(
    integrand: Callable[..., acb], *, growth: int, factor: int = 1, bits: int = 128, attempts: int = 4
) -> arb:
    """A ball that contains E f(Z), Z ~ N(0, 1).

    f is analytic near (-oo, 0] and near [0, oo), not necessarily across 0. The two integrals over [-R, 0] and [0, R]
    are enclosed by Petras's method (`acb.integral`), and `gaussian_tail` is added to the radius.

    Args:
        integrand: `(u, side, analytic) -> f(u)` at a complex ball; `side` -1 or +1 says which branch, and `analytic`
            must be forwarded to every function with a branch cut.
        growth, factor: m and C with |f(u)| <= C (1 + |u|)^m for real u. The caller answers for this bound.
        bits: the radius aimed at is 2^-bits (1 + |E f(Z)|).
        attempts: the working precision starts at bits + 32 and doubles until the aim is met, `attempts` times at most.

    Returns:
        The last ball: an enclosure whether or not the aim was met (possibly not finite).
    """
    growth = positive_integer("growth", growth, minimum=0)
    factor, bits = positive_integer("factor", factor), positive_integer("bits", bits)
    result = arb("nan")
    for attempt in range(attempts):
        with ctx.workprec((bits + 32) << attempt):
            tiny = arb(2) ** -(bits + 1)
            cut = cut_for(tiny, growth, factor)
            left = integrate(lambda u, analytic: integrand(u, -1, analytic) * density(u), -cut, 0)
            right = integrate(lambda u, analytic: integrand(u, 1, analytic) * density(u), 0, cut)
            result = (left + right).real + arb(0, gaussian_tail(cut, growth, factor))
            if result.rad() <= 2 * tiny * (1 + result.abs_lower()):
                break
    return result

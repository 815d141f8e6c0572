"""Hermite coefficients of activations, by closed form and by certified integral.

Normalization: mu_k = E act(Z) h_k(Z) with the orthonormal h_k = He_k / sqrt(k!), so act = sum_k mu_k h_k in L2 of the
standard normal Z. The means of derivatives are c_k = E act^(k)(Z) = sqrt(k!) mu_k. They generate the smoothed activation

    G(x) = E act(x + Z) = sum_k c_k x^k / k!                                                             (*)

(expand the density of x + Z: phi(z - x) = phi(z) sum_k He_k(z) x^k / k!), from which every closed form below is read.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import acb, arb, ctx, fmpq

from .activations import Activation, Polynomial, hermite_polynomial, parse
from .enclosures import gaussian_expectation
from .errors import InputError, positive_integer

if TYPE_CHECKING:
    import numpy as np


def with_ball(activation: str | Activation) -> Activation:
    """The activation, if it has ball arithmetic.

    Raises:
        InputError: unknown name, or an activation without a ball.
    """
    act = parse(activation)
    if act.ball is None:
        raise InputError(f"activation = {act.name!r}: has no ball arithmetic, so nothing about it can be certified")
    return act


def value_ball(act: Activation, u: acb, side: int, analytic: bool) -> acb:
    """act(u) at a complex ball, for an activation that `with_ball` has let through."""
    assert act.ball is not None
    return act.ball(u, side, analytic)[0]


def double_factorial(n: int) -> int:
    """n!! for odd n >= -3, with (-1)!! = 1 and (-3)!! = -1."""
    return -1 if n == -3 else math.prod(range(n, 0, -2))


def _half_normal_mean(k: int) -> arb:
    """c_k of max(u, 0): 1/sqrt(2 pi), 1/2, then (-1)^{j+1} (2j-3)!! / sqrt(2 pi) at k = 2j and 0 at odd k.

    The second derivative is the Dirac mass at 0, so c_k = (-1)^{k-2} phi^{(k-2)}(0) = He_{k-2}(0) phi(0) for k >= 2,
    with He_{2m}(0) = (-1)^m (2m-1)!!. The formula covers k = 0 through (-3)!! = -1.
    """
    if k % 2:
        return arb(1) / 2 if k == 1 else arb(0)
    return (-1) ** (k // 2 + 1) * double_factorial(k - 3) / (2 * arb.pi()).sqrt()


def _erf_mean(k: int) -> arb:
    """c_k of erf. G(x) = erf(x / sqrt 3).

    Indeed erf(x) = 2 Phi(x sqrt 2) - 1 and E Phi(a (x + Z)) = Phi(a x / sqrt(1 + a^2)). The Taylor series of G
    gives c_{2j+1} = (-1)^j (2 / sqrt(pi)) (2j)! / (j! 3^{j + 1/2}).
    """
    if k % 2 == 0:
        return arb(0)
    j = k // 2
    ratio = fmpq((-1) ** j * 2 * math.factorial(2 * j), math.factorial(j) * 3**j)
    return arb(ratio) / (3 * arb.pi()).sqrt()


def _sin_mean(k: int) -> arb:
    """c_k of sin. G(x) = exp(-1/2) sin x, so c_{2j+1} = (-1)^j exp(-1/2)."""
    return arb(0) if k % 2 == 0 else (-1) ** (k // 2) * (-arb(1) / 2).exp()


def _gelu_mean(k: int) -> arb:
    """c_k of u Phi(u). G(x) = x Phi(x / sqrt 2) + phi(x / sqrt 2) / sqrt 2.

    By Stein's identity E Z Phi(x + Z) = E phi(x + Z). The Taylor series of G: c_1 = 1/2, c_k = 0 at other odd k, and
    c_{2j} = (-1)^{j+1} (2j+1) (2j)! / ((2j-1) j! 4^j 2 sqrt(pi)).
    """
    if k % 2:
        return arb(1) / 2 if k == 1 else arb(0)
    j = k // 2
    ratio = fmpq((-1) ** (j + 1) * (2 * j + 1) * math.factorial(2 * j), (2 * j - 1) * math.factorial(j) * 4**j * 2)
    return arb(ratio) / arb.pi().sqrt()


def _polynomial_mean(polynomial: Polynomial, k: int) -> arb:
    """c_k of a polynomial: the k-th derivative of u^j has the mean j!/(j-k)! (j-k-1)!! for even j - k >= 0, else 0."""
    terms = ((j, c) for j, c in enumerate(polynomial.coefficients) if c and j >= k and (j - k) % 2 == 0)
    total = sum((c * math.perm(j, k) * double_factorial(j - k - 1) for j, c in terms), Fraction(0))
    return arb(fmpq(total.numerator, total.denominator)) / arb(polynomial.radicand).sqrt()


CLOSED_MEANS = {"erf": _erf_mean, "sin": _sin_mean, "gelu": _gelu_mean}


def _closed_mean(act: Activation, k: int) -> arb | None:
    if act.slopes is not None:  # left u + (right - left) max(u, 0)
        left, jump = (arb(fmpq(s.numerator, s.denominator)) for s in (act.slopes[0], act.slopes[1] - act.slopes[0]))
        return left * (k == 1) + jump * _half_normal_mean(k)
    if act.polynomials:
        return sum((_polynomial_mean(term, k) for term in act.polynomials), arb(0))
    if "+" in act.name:
        parts = [_closed_mean(term, k) for term in named_terms(act.name)]
        known = [part for part in parts if part is not None]
        return sum(known, arb(0)) if known and len(known) == len(parts) else None
    return CLOSED_MEANS[act.name](k) if act.name in CLOSED_MEANS else None


def named_terms(name: str) -> list[Activation]:
    """The terms of a sum `A+B`; empty if one of them is not in the catalogue."""
    try:
        return [parse(term) for term in name.split("+")]
    except InputError:
        return []


def _root_of_factorial(k: int) -> arb:
    return arb(math.factorial(k)).sqrt()


def closed_form(activation: str | Activation, k: int, *, bits: int = 128) -> arb | None:
    """mu_k = c_k / sqrt(k!) (orthonormal h_k) from a formula, or None where this module has none.

    Formulas: piecewise-linear and polynomial activations, erf, sin, gelu, and sums of these; the derivation stands at
    each. Evaluated at bits + 32 bits of working precision.

    Raises:
        InputError: unknown name, no ball arithmetic (a formula is chosen by name), k < 0.
    """
    act, k = with_ball(activation), positive_integer("k", k, minimum=0)
    with ctx.workprec(bits + 32):
        mean = _closed_mean(act, k)
        return None if mean is None else mean / _root_of_factorial(k)


def enclosure(activation: str | Activation, k: int, *, bits: int = 128) -> arb:
    """mu_k = E act(Z) h_k(Z) (orthonormal h_k) as a certified integral, from the definition alone.

    The integrand grows with degree m + k: |h_k(u)| <= (1 + |u|)^k (shown in `activations.catalogue`).

    Raises:
        InputError: unknown name, no ball arithmetic, k < 0.
    """
    act, k = with_ball(activation), positive_integer("k", k, minimum=0)
    h = hermite_polynomial(k)

    def integrand(u: acb, side: int, analytic: bool) -> acb:
        return value_ball(act, u, side, analytic) * h.ball(u)

    return gaussian_expectation(integrand, growth=act.growth + k, factor=act.growth_factor, bits=bits)


def hermite_coefficient(activation: str | Activation, k: int, *, bits: int = 128) -> arb:
    """mu_k = E act(Z) h_k(Z) (orthonormal h_k): 0 exactly by parity, else `closed_form`, else `enclosure`.

    An odd activation has mu_k = 0 at even k, an even one at odd k, because h_k has the parity of k.

    Raises:
        InputError: unknown name, no ball arithmetic, k < 0.
    """
    act, k = with_ball(activation), positive_integer("k", k, minimum=0)
    if act.parity == ("even" if k % 2 else "odd"):
        return arb(0)
    closed = closed_form(act, k, bits=bits)
    return enclosure(act, k, bits=bits) if closed is None else closed


def derivative_mean(activation: str | Activation, k: int, *, bits: int = 128) -> arb:
    """c_k = E act^(k)(Z) = sqrt(k!) mu_k; for an activation that is not smooth, the derivative is a distribution.

    Raises:
        InputError: as `hermite_coefficient`.
    """
    mu = hermite_coefficient(activation, k, bits=bits)
    with ctx.workprec(bits + 32):
        return mu * _root_of_factorial(k)


def hermite_coefficients(activation: str | Activation, count: int) -> np.ndarray:
    """mu_0, ..., mu_{count-1} (orthonormal h_k) in float64, each within 2^-52 (1 + |mu_k|) of the truth.

    Raises:
        InputError: as `hermite_coefficient`, or count < 1.
        ArithmeticError: a certified integral missed that accuracy.
    """
    import numpy as np

    act, count = with_ball(activation), positive_integer("count", count)
    balls = [hermite_coefficient(act, k, bits=64) for k in range(count)]
    for k, ball in enumerate(balls):
        if not ball.rad() < arb(2) ** -54 * (1 + ball.abs_lower()):
            raise ArithmeticError(f"mu_{k} of {act.name} is known only as {ball}")
    return np.array([float(ball.mid()) for ball in balls])


def second_moment(activation: str | Activation, *, bits: int = 128) -> arb:
    """E act(Z)^2 = sum_k mu_k^2, as a certified integral.

    Raises:
        InputError: unknown name, or no ball arithmetic.
    """
    act = with_ball(activation)

    def integrand(u: acb, side: int, analytic: bool) -> acb:
        return value_ball(act, u, side, analytic) ** 2

    return gaussian_expectation(integrand, growth=2 * act.growth, factor=act.growth_factor**2, bits=bits)

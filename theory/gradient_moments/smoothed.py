r"""Closed forms of the smoothed activation G(x) = E act(x + rho Z), Z ~ N(0, 1), with all derivatives at once.

The density of x + rho Z at z is phi((z - x)/rho)/rho, and its p-th derivative in x is He_p((z - x)/rho) phi((z - x)/rho) /
rho^{p+1}, so

    G^(p)(x) = E act(x + rho Z) He_p(Z) / rho^p = c_p(rho, x).

Each formula is evaluated on power series in x, so that its Taylor coefficients are the constants of all orders. With
Phi and phi the normal distribution function and density:

- `sin`: exp(-rho^2/2) sin x.
- `erf`: erf(x / sqrt(1 + 2 rho^2)), as erf(u) = 2 Phi(sqrt(2) u) - 1 and E Phi(a (x + rho Z)) = Phi(a x / sqrt(1 + a^2
  rho^2)).
- `gelu`, u Phi(u): x Phi(x/t) + (rho^2/t) phi(x/t), t = sqrt(1 + rho^2), by Stein's identity E Z Phi(x + rho Z) = rho E
  phi(x + rho Z).
- max(u, 0): x Phi(x/rho) + rho phi(x/rho); from it every piecewise-linear activation.
- `elu`, `selu`: E exp(x + rho Z) 1{x + rho Z < 0} = exp(x + rho^2/2) Phi(-x/rho - rho).
- polynomials: E (x + rho Z)^j = sum_i binomial(j, 2i) (2i-1)!! rho^{2i} x^{j-2i}.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import acb_series, arb, arb_series, ctx, fmpq

from ..activations import Activation, Polynomial
from ..activations.catalogue import SELU_ALPHA, SELU_SCALE
from ..hermite import double_factorial, named_terms


def _exact(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def _upper(t: Any) -> Any:
    """Phi(-t)."""
    return (t * (1 / arb(2).sqrt())).erfc() * arb(0.5)


def _density(t: Any) -> Any:
    return (t * t * arb(-0.5)).exp() * (1 / (2 * arb.pi()).sqrt())


def _positive_part(x: Any, rho: arb) -> Any:
    scaled = x * (1 / rho)
    return x * _upper(-scaled) + _density(scaled) * rho


def _sin(x: Any, rho: arb) -> Any:
    return x.sin() * (-rho * rho / 2).exp()


def _erf(x: Any, rho: arb) -> Any:
    return (x * (1 + 2 * rho * rho).rsqrt()).erf()


def _gelu(x: Any, rho: arb) -> Any:
    t = (1 + rho * rho).sqrt()
    scaled = x * (1 / t)
    return x * _upper(-scaled) + _density(scaled) * (rho * rho / t)


def _exponential_linear(scale: Fraction, alpha: Fraction) -> Callable[[Any, arb], Any]:
    def formula(x: Any, rho: arb) -> Any:
        scaled = x * (1 / rho)
        below = (x + rho * rho / 2).exp() * _upper(scaled + rho) - _upper(scaled)
        return (_positive_part(x, rho) + below * _exact(alpha)) * _exact(scale)

    return formula


def _polynomial(polynomial: Polynomial) -> Callable[[Any, arb], Any]:
    def formula(x: Any, rho: arb) -> Any:
        powers = [x * 0 + 1]
        for _ in polynomial.coefficients:
            powers.append(powers[-1] * x)
        total = x * 0
        for j, c in enumerate(polynomial.coefficients):
            for i in range(j // 2 + 1 if c else 0):
                weight = math.comb(j, 2 * i) * double_factorial(2 * i - 1)
                total += powers[j - 2 * i] * (_exact(c * weight) * rho ** (2 * i))
        return total * (1 / arb(polynomial.radicand).sqrt())

    return formula


FORMULAS: dict[str, Callable[[Any, arb], Any]] = {
    "sin": _sin,
    "erf": _erf,
    "gelu": _gelu,
    "elu": _exponential_linear(Fraction(1), Fraction(1)),
    "selu": _exponential_linear(SELU_SCALE, SELU_ALPHA),
}


def _formula(act: Activation) -> list[Callable[[Any, arb], Any]] | None:
    """Formulas whose sum is G, or None where one is missing."""
    if act.ball is None:
        return None
    if act.slopes is not None:  # left u + (right - left) max(u, 0)
        left, jump = _exact(act.slopes[0]), _exact(act.slopes[1] - act.slopes[0])
        return [lambda x, rho: x * left + _positive_part(x, rho) * jump]
    if act.polynomials:
        return [_polynomial(polynomial) for polynomial in act.polynomials]
    parts = named_terms(act.name)
    if len(parts) > 1:
        known = [_formula(part) for part in parts]
        return None if None in known else [f for part in known if part for f in part]
    return [FORMULAS[act.name]] if act.name in FORMULAS else None


def smoothed_derivatives(act: Activation, x: Any, rho: arb, count: int) -> list[Any] | None:
    """G^(p)(x) for p = 0..count-1, as balls at the working precision; None if there is no formula.

    Args:
        x: an `arb` or `acb`; rho: an `arb`, certainly positive.
    """
    formulas = _formula(act)
    if formulas is None:
        return None
    series = arb_series if isinstance(x, arb) else acb_series
    cap = ctx.cap
    try:
        ctx.cap = count
        variable = series([x, 1])
        total = variable * 0
        for formula in formulas:
            total += formula(variable, rho)
        return [total[p] * math.factorial(p) for p in range(count)]
    finally:
        ctx.cap = cap

"""The activations by name, each in its three arithmetics.

Balls: every formula is evaluated on `flint.arb` and `flint.acb` alike. Only softplus has a branch cut (the
logarithm), so only it forwards `analytic`; the others are entire or meromorphic on each side of the kink.

Growth, |act(u)| <= 3 (1 + |u|)^m: tanh, sigmoid, erf and sin are at most 1; gelu, silu and mish at most |u|; softplus
at most log 2 + |u|; elu and selu at most 1.76 max(1, |u|); leaky_relu at most 3 |u|; u^K at most |u|^K. For h_K the
coefficient of u^{K-2j} has the size binomial(K, 2j) (2j-1)!! / sqrt(K!) <= binomial(K, 2j), since
(2j-1)!!^2 <= (2j)! <= K!; so |h_K(u)| <= (1 + |u|)^K.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import arb, fmpq

from ..errors import InputError, positive_integer
from .activation import Activation, add
from .polynomial import Polynomial, hermite_polynomial, monomial

SELU_ALPHA = Fraction("1.6732632423543772848170429916717")  # Klambauer et al. 2017, decimals as published
SELU_SCALE = Fraction("1.0507009873554804934193349852946")


def _ball(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def _polynomial(name: str, polynomial: Polynomial, homogeneity: int | None = None) -> Activation:
    slope = polynomial.derivative()
    value, derivative = np.polynomial.Polynomial(polynomial.floats()), np.polynomial.Polynomial(slope.floats())
    odd = {k % 2 for k in polynomial.degrees}
    return Activation(
        value,
        derivative,
        name=name,
        parity="odd" if odd == {1} else "even" if odd == {0} else "none",
        regularity="polynomial",
        homogeneity=homogeneity,
        ball=lambda u, side=0, analytic=False: (polynomial.ball(u), slope.ball(u)),
        polynomials=(polynomial,),
        growth=len(polynomial.coefficients) - 1,
        second=derivative.deriv(),
    )


def power(degree: str) -> Activation:
    """`u^K`, K >= 1."""
    k = _degree("power", degree)
    return _polynomial(f"power:{k}", monomial(k), homogeneity=k)


def hermite(degree: str) -> Activation:
    """The orthonormal Hermite polynomial `h_K = He_K / sqrt(K!)`, K >= 1."""
    k = _degree("hermite", degree)
    return _polynomial(f"hermite:{k}", hermite_polynomial(k), homogeneity=1 if k == 1 else None)


def _degree(family: str, text: str, largest: int = 32) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        raise InputError(f"activation = {family + ':' + text!r}: the degree must be an integer from 1 to {largest}")
    return positive_integer("degree", int(text))


def leaky_relu(slope: str) -> Activation:
    """`u` for u > 0, `SLOPE u` for u < 0, with SLOPE an exact decimal or fraction other than 1."""
    try:
        left = Fraction(slope)
    except (ValueError, ZeroDivisionError):
        left = Fraction(1)
    if left == 1 or abs(left) > 3:
        raise InputError(f"activation = 'leaky_relu:{slope}': the slope must be a number in [-3, 3] other than 1")
    return _piecewise_linear(f"leaky_relu:{slope}", left)


def _piecewise_linear(name: str, left: Fraction) -> Activation:
    low = float(left)

    def ball(u, side=0, analytic=False):
        s = arb(1) if side > 0 else _ball(left)
        return s * u, s + 0 * u

    return Activation(
        lambda u: np.where(u > 0, u, low * u) if low else np.maximum(u, 0),
        lambda u: np.where(u > 0, 1.0, low),
        name=name,
        parity="even" if left == -1 else "none",
        homogeneity=1,
        ball=ball,
        slopes=(left, Fraction(1)),
        second=np.zeros_like,
    )


def relu() -> Activation:
    return _piecewise_linear("relu", Fraction(0))


def tanh() -> Activation:
    def ball(u, side=0, analytic=False):
        t = u.tanh()
        return t, 1 - t * t

    def second(u):
        t = np.tanh(u)
        return -2 * t * (1 - t * t)

    return Activation(np.tanh, lambda u: 1 - np.tanh(u) ** 2, name="tanh", parity="odd", regularity="analytic",
                      ball=ball, growth=0, second=second)  # fmt: skip


def _sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def _sigmoid_slope(u):
    s = _sigmoid(u)
    return s * (1 - s)


def _sigmoid_ball(u):
    return 1 / (1 + (-u).exp())


def sigmoid() -> Activation:
    def ball(u, side=0, analytic=False):
        s = _sigmoid_ball(u)
        return s, s * (1 - s)

    def second(u):
        return _sigmoid_slope(u) * (1 - 2 * _sigmoid(u))

    return Activation(_sigmoid, _sigmoid_slope, name="sigmoid", regularity="analytic", ball=ball, growth=0,
                      constant_part=Fraction(1, 2), second=second)  # fmt: skip


def _erf(u):
    from scipy.special import erf

    return erf(u)


def erf() -> Activation:
    """The error function itself, `2/sqrt(pi) int_0^u exp(-t^2) dt` (not of u / sqrt 2)."""

    def ball(u, side=0, analytic=False):
        return u.erf(), 2 * (-u * u).exp() / arb.pi().sqrt()

    def derivative(u):
        return 2 / np.sqrt(np.pi) * np.exp(-u * u)

    return Activation(_erf, derivative, name="erf", parity="odd", regularity="analytic", ball=ball, growth=0,
                      second=lambda u: -2 * u * derivative(u))  # fmt: skip


def gelu() -> Activation:
    """`u Phi(u)`, the exact form with the normal distribution function."""

    def normal(u):
        return 0.5 * (1 + _erf(u / np.sqrt(2)))

    def ball(u, side=0, analytic=False):
        cdf = (1 + (u / arb(2).sqrt()).erf()) / 2
        return u * cdf, cdf + u * (-u * u / 2).exp() / (2 * arb.pi()).sqrt()

    return Activation(
        lambda u: u * normal(u),
        lambda u: normal(u) + u * np.exp(-u * u / 2) / np.sqrt(2 * np.pi),
        name="gelu",
        regularity="analytic",
        ball=ball,
        linear_part=Fraction(1, 2),
        second=lambda u: (2 - u * u) * np.exp(-u * u / 2) / np.sqrt(2 * np.pi),
    )


def softplus() -> Activation:
    def ball(u, side=0, analytic=False):
        w = 1 + u.exp()
        return (w.log() if isinstance(w, arb) else w.log(analytic=analytic)), _sigmoid_ball(u)

    return Activation(lambda u: np.logaddexp(0, u), _sigmoid, name="softplus", regularity="analytic", ball=ball,
                      linear_part=Fraction(1, 2), second=_sigmoid_slope)  # fmt: skip


def silu() -> Activation:
    def ball(u, side=0, analytic=False):
        s = _sigmoid_ball(u)
        return u * s, s + u * s * (1 - s)

    def second(u):
        return _sigmoid_slope(u) * (2 + u * (1 - 2 * _sigmoid(u)))

    return Activation(lambda u: u * _sigmoid(u), lambda u: _sigmoid(u) + u * _sigmoid_slope(u), name="silu",
                      regularity="analytic", ball=ball, linear_part=Fraction(1, 2), second=second)  # fmt: skip


def mish() -> Activation:
    """`u tanh(softplus(u))`; with w = 1 + e^u the tanh is (w^2 - 1)/(w^2 + 1), which has no branch cut."""

    def ball(u, side=0, analytic=False):
        e = u.exp()
        square = (1 + e) * (1 + e)
        t = (square - 1) / (square + 1)
        return u * t, t + u * 4 * (1 + e) * e / ((square + 1) * (square + 1))

    def derivative(u):
        t = np.tanh(np.logaddexp(0, u))
        return t + u * (1 - t * t) * _sigmoid(u)

    def second(u):
        t, s = np.tanh(np.logaddexp(0, u)), _sigmoid(u)
        slope = (1 - t * t) * s  # of the tanh
        return 2 * slope + u * ((1 - t * t) * s * (1 - s) - 2 * t * s * slope)

    return Activation(lambda u: u * np.tanh(np.logaddexp(0, u)), derivative, name="mish", regularity="analytic",
                      ball=ball, second=second)  # fmt: skip


def _exponential_linear(name: str, scale: Fraction, alpha: Fraction) -> Activation:
    s, a = float(scale), float(scale * alpha)

    def ball(u, side=0, analytic=False):
        if side > 0:
            return _ball(scale) * u, _ball(scale) + 0 * u
        e = _ball(scale * alpha) * u.exp()
        return e - _ball(scale * alpha), e

    return Activation(
        lambda u: np.where(u > 0, s * u, a * np.expm1(np.minimum(u, 0))),
        lambda u: np.where(u > 0, s, a * np.exp(np.minimum(u, 0))),
        name=name,
        ball=ball,
        second=lambda u: np.where(u > 0, 0.0, a * np.exp(np.minimum(u, 0))),
    )


def elu() -> Activation:
    return _exponential_linear("elu", Fraction(1), Fraction(1))


def selu() -> Activation:
    return _exponential_linear("selu", SELU_SCALE, SELU_ALPHA)


def sin() -> Activation:
    def ball(u, side=0, analytic=False):
        return u.sin(), u.cos()

    return Activation(np.sin, np.cos, name="sin", parity="odd", regularity="analytic", ball=ball, growth=0,
                      second=lambda u: -np.sin(u))  # fmt: skip


PLAIN: dict[str, Callable[[], Activation]] = {
    f.__name__: f for f in (relu, tanh, sigmoid, erf, gelu, softplus, silu, elu, selu, mish, sin)
}
WITH_ARGUMENT: dict[str, tuple[str, Callable[[str], Activation]]] = {
    "leaky_relu": ("SLOPE", leaky_relu),
    "power": ("K", power),
    "hermite": ("K", hermite),
}


def names() -> list[str]:
    """The accepted names, with placeholders for arguments."""
    return [*PLAIN, *(f"{family}:{argument}" for family, (argument, _) in WITH_ARGUMENT.items())]


def parse(name: str | Activation) -> Activation:
    """The activation of that name; sums are written `A+B`. An `Activation` is returned as it is.

    Raises:
        InputError: unknown name or argument.
    """
    if isinstance(name, Activation):
        return name
    if not isinstance(name, str):
        raise InputError(f"activation = {name!r}: must be a name or an Activation")
    if "+" in name and all(term.strip() for term in name.split("+")):
        terms = [parse(term.strip()) for term in name.split("+")]
        total, *others = sorted(terms, key=lambda term: not (term.slopes or term.degrees == {1}))  # kinks may cancel
        for term in others:
            total = add(total, term)
        return replace(total, name="+".join(term.name for term in terms))
    family, colon, argument = name.partition(":")
    if family in PLAIN and not colon:
        return PLAIN[family]()
    if family in WITH_ARGUMENT and argument:
        return WITH_ARGUMENT[family][1](argument)
    raise InputError(f"activation = {name!r}: must be one of {', '.join(names())}, or a sum A+B")

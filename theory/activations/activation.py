"""The record of an activation function, and the sum of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from flint import fmpq

from .polynomial import Polynomial

if TYPE_CHECKING:
    import numpy as np

Parity = Literal["odd", "even", "none"]
Regularity = Literal["polynomial", "analytic", "piecewise"]
STEP = 2.0**-17
"""Of the difference quotient that stands for a second derivative."""


@dataclass(frozen=True)
class Activation:
    """An activation in up to three arithmetics: float (`value`, `derivative`), ball, and exact.

    Args:
        value: elementwise function of a float64 array of any shape.
        derivative: its derivative; at a kink any value between the one-sided derivatives.
        name: as accepted by `reconlaw.activation`.
        parity: `odd` if act(-u) = -act(u), `even` if act(-u) = act(u), else `none`.
        regularity: `polynomial`, `analytic` (real-analytic, not a polynomial) or `piecewise` (a kink at 0).
        homogeneity: K if act(c u) = c^K act(u) for all c > 0, else None.
        ball: `(u, side, analytic) -> (act(u), act'(u))` for a real or complex ball; `side` (-1 or +1) names the
            analytic branch of a piecewise function, `analytic` is the flag of `flint.acb.integral`.
        polynomials: the exact terms of a polynomial activation.
        slopes: `(left, right)` of a piecewise-linear activation with its kink at 0.
        linear_part: c if act(u) - c u is even (gelu: 1/2), so that the parity of sums is known; None if unknown.
        constant_part: c if act(u) - c is odd (sigmoid: 1/2) and c != 0; None if unknown.
        growth: m with |act(u)| <= C (1 + |u|)^m for all real u, for tail bounds of Gaussian integrals.
        growth_factor: C, an integer. The sum of two activations has the larger m and the sum of the C.
        second: the second derivative, away from kinks; None: see `second_derivative`.

    An activation of the user's own needs the first two only; it then has no ball and no exact evidence.
    """

    value: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray], np.ndarray]
    name: str = "custom"
    parity: Parity = "none"
    regularity: Regularity = "piecewise"
    homogeneity: int | None = None
    ball: Callable[..., tuple[Any, Any]] | None = None
    polynomials: tuple[Polynomial, ...] = ()
    slopes: tuple[Fraction, Fraction] | None = None
    linear_part: Fraction | None = None
    constant_part: Fraction | None = None
    growth: int = 1
    growth_factor: int = 3
    second: Callable[[np.ndarray], np.ndarray] | None = None

    def second_derivative(self, u: np.ndarray) -> np.ndarray:
        """The second derivative at an array u; of an activation without one, a difference quotient, right to about 1e-9."""
        if self.second is not None:
            return self.second(u)
        return (self.derivative(u + STEP) - self.derivative(u - STEP)) / (2 * STEP)

    @property
    def degrees(self) -> frozenset[int]:
        """Degrees of the monomials of a polynomial activation (empty for the others)."""
        return frozenset().union(*(term.degrees for term in self.polynomials))

    @property
    def has_exact(self) -> bool:
        """Whether value and derivative can be computed modulo a prime."""
        return bool(self.polynomials) or self.slopes is not None

    def modular(self, u: int, q: int) -> tuple[int, int]:
        """Value and derivative modulo the prime `q` at the integer `u`.

        A polynomial depends on u mod q only. A piecewise-linear activation takes its branch from the sign of the
        integer u, which must not be 0: there the derivative does not exist.
        """
        if self.slopes is not None:
            if u == 0:
                raise ValueError("a pre-activation lies on the kink")
            slope = self.slopes[u > 0]
            s = slope.numerator * pow(slope.denominator, -1, q) % q
            return s * u % q, s
        if not self.polynomials:
            raise ValueError(f"activation {self.name} has no exact arithmetic")
        value = sum(term.modular(u % q, q) for term in self.polynomials) % q
        return value, sum(term.derivative().modular(u % q, q) for term in self.polynomials) % q

    def rational(self, u: fmpq) -> tuple[fmpq, fmpq]:
        """Value and derivative at a rational u; at a kink (u = 0) and for irrational activations a ValueError."""
        if self.slopes is not None:
            if u == 0:
                raise ValueError("a pre-activation lies on the kink")
            slope = self.slopes[u > 0]
            s = fmpq(slope.numerator, slope.denominator)
            return s * u, s
        if not self.polynomials:
            raise ValueError(f"activation {self.name} has no exact arithmetic")
        zero = fmpq(0)
        value = sum((term.rational(u) for term in self.polynomials), zero)
        return value, sum((term.derivative().rational(u) for term in self.polynomials), zero)

    def __add__(self, other: Activation) -> Activation:
        return add(self, other)


def _common(first: Any, second: Any) -> Any:
    return first if first == second else None


def _slopes(f: Activation) -> tuple[Fraction, Fraction] | None:
    """Slopes left and right of 0 of a piecewise-linear or linear activation, else None."""
    if f.degrees == {1} and all(term.radicand == 1 for term in f.polynomials):
        slope = sum((term.coefficients[1] for term in f.polynomials), Fraction(0))
        return slope, slope
    return f.slopes


def _linear_part(f: Activation) -> Fraction | None:
    """c if f(u) - c u is known to be even, else None."""
    if f.parity == "even":
        return Fraction(0)
    slopes = _slopes(f)
    return f.linear_part if slopes is None else (slopes[0] + slopes[1]) / 2


def _constant_part(f: Activation) -> Fraction | None:
    """c if f(u) - c is known to be odd, else None."""
    return Fraction(0) if f.parity == "odd" else f.constant_part


def add(f: Activation, g: Activation) -> Activation:
    """The activation `f + g`, with what is known of both. A zero sum (an activation minus itself) is the caller's risk."""
    f_ball, g_ball = f.ball, g.ball
    ball = None
    if f_ball is not None and g_ball is not None:

        def ball(u, side=0, analytic=False):
            (a, da), (b, db) = f_ball(u, side, analytic), g_ball(u, side, analytic)
            return a + b, da + db

    regularities = {f.regularity, g.regularity}
    regularity: Regularity = "piecewise"
    if regularities == {"polynomial"}:
        regularity = "polynomial"
    elif "piecewise" not in regularities:
        regularity = "analytic"
    slopes, polynomials = None, f.polynomials + g.polynomials if regularity == "polynomial" else ()
    parity: Parity = _common(f.parity, g.parity) or "none"
    f_linear, g_linear = _linear_part(f), _linear_part(g)
    linear = None if f_linear is None or g_linear is None else f_linear + g_linear
    if linear == 0:  # as for gelu+leaky_relu:-2
        parity = "even"
    f_constant, g_constant = _constant_part(f), _constant_part(g)
    constant = None if f_constant is None or g_constant is None else f_constant + g_constant
    f_slopes, g_slopes = _slopes(f), _slopes(g)
    if regularity == "piecewise" and f_slopes is not None and g_slopes is not None:
        slopes = (f_slopes[0] + g_slopes[0], f_slopes[1] + g_slopes[1])
        if slopes[0] == slopes[1]:  # the kinks cancel
            regularity, parity, polynomials, slopes = "polynomial", "odd", (Polynomial((Fraction(0), slopes[0])),), None
    return Activation(
        value=lambda u: f.value(u) + g.value(u),
        derivative=lambda u: f.derivative(u) + g.derivative(u),
        name=f"{f.name}+{g.name}",
        parity=parity,
        regularity=regularity,
        homogeneity=_common(f.homogeneity, g.homogeneity),
        ball=ball,
        polynomials=polynomials,
        slopes=slopes,
        linear_part=linear,
        constant_part=constant or None,
        growth=max(f.growth, g.growth),
        growth_factor=f.growth_factor + g.growth_factor,
        second=lambda u: f.second_derivative(u) + g.second_derivative(u),
    )


def even_part(f: Activation) -> tuple[Activation, float] | None:
    """`(e, c)` with f(u) = e(u) + c u, e even and c != 0 (for ReLU |u|/2 and 1/2); None if f is not known to be of this kind.

    The even part is for floating-point work: it has neither balls nor exact arithmetic.
    """
    linear = _linear_part(f)
    if not linear:
        return None
    c = float(linear)
    even = Activation(
        lambda u: f.value(u) - c * u,
        lambda u: f.derivative(u) - c,
        name=f"even part of {f.name}",
        parity="even",
        regularity=f.regularity,
        homogeneity=1 if f.homogeneity == 1 else None,
        growth=max(f.growth, 1),
        growth_factor=f.growth_factor + 1,
        second=f.second_derivative,
    )
    return even, c


def odd_part(f: Activation) -> tuple[Activation, float] | None:
    """`(o, c)` with f(u) = o(u) + c, o odd and c != 0 (for the sigmoid tanh(u/2)/2 and 1/2); None if f is not known to be so.

    The odd part is for floating-point work: it has neither balls nor exact arithmetic.
    """
    if not f.constant_part:
        return None
    c = float(f.constant_part)
    odd = Activation(
        lambda u: f.value(u) - c,
        f.derivative,
        name=f"odd part of {f.name}",
        parity="odd",
        regularity=f.regularity,
        growth=f.growth,
        growth_factor=f.growth_factor + 1,
        second=f.second_derivative,
    )
    return odd, c

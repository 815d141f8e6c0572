"""The constants of the moment identity, c_p(rho, b) = E act(rho Z + b) He_p(Z) / rho^p = E act^(p)(rho Z + b).

With w ~ N(0, I_d) and a sample x of norm rho, E act(w.x + b) H_p(w) = c_p(rho, b) x^{(x)p}, H_p the Hermite tensors
(wang2023, section 5, for rho = 1 and b = 0). For an activation that is not smooth the derivative is a distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flint import acb, arb, ctx

from ..activations import Activation, hermite_polynomial, parse
from ..balls import nearest, parse_ball
from ..enclosures import cut_for, density, gaussian_tail, integrate
from ..errors import InputError, positive_integer
from ..hermite import value_ball, with_ball
from .parity import vanishes
from .smoothed import smoothed_derivatives

if TYPE_CHECKING:
    import numpy as np


def positive_ball(name: str, value: Any) -> arb:
    """The ball of a number that is certainly positive, or an `InputError` naming it."""
    ball = parse_ball(name, value)
    if not ball > 0:
        raise InputError(f"{name} = {value!r}: must be positive")
    return ball


def neuron_expectation(
    activation: str | Activation,
    weight: Callable[[acb], acb],
    degree: int,
    *,
    factor: int = 1,
    power: int = 1,
    norm: Any = 1,
    hidden_bias: Any = 0,
    bits: int = 64,
) -> arb:
    """A ball that contains E act(rho Z + b)^power weight(Z), Z ~ N(0, 1), rho = `norm`, b = `hidden_bias`.

    In v = Z + b/rho the activation is act(rho v), whose kink is at 0 exactly: the integrals over [-R', 0] and [0, R'] are
    enclosed, R' = R + ceil |b/rho|. What is left out lies in |Z| > R, where, for |act(u)| <= C (1 + |u|)^m,

        |act(rho Z + b)| <= C (1 + |b| + rho |Z|)^m <= C max(1 + |b|, rho)^m (1 + |Z|)^m.

    Args:
        weight, degree, factor: an entire function with |weight(z)| <= factor (1 + |z|)^degree for real z.
        bits: the radius aimed at is 2^-bits (1 + |value|); four precisions are tried, and the last ball is returned.

    Raises:
        InputError: unknown name, no ball arithmetic, a norm that is not positive.
    """
    act = with_ball(activation)
    result = arb("nan")
    for attempt in range(4):
        with ctx.workprec((bits + 32) << attempt):
            rho, b = positive_ball("norm", norm), parse_ball("hidden_bias", hidden_bias)
            beta, tiny = b / rho, arb(2) ** -(bits + 1)
            spread = math.ceil(float((1 + abs(b)).max(rho).abs_upper())) ** act.growth
            growth, constant = degree + power * act.growth, factor * (act.growth_factor * spread) ** power
            cut = cut_for(tiny, growth, constant)
            reach = cut + math.ceil(float(abs(beta).abs_upper()))

            def integrand(side: int, rho: arb = rho, beta: arb = beta) -> Callable[[acb, bool], acb]:
                return lambda v, analytic: (
                    value_ball(act, rho * v, side, analytic) ** power * weight(v - beta) * density(v - beta)
                )

            total = integrate(integrand(-1), -reach, 0).real + integrate(integrand(1), 0, reach).real
            result = total + arb(0, gaussian_tail(cut, growth, constant))
            if result.rad() <= 2 * tiny * (1 + result.abs_lower()):
                break
    return result


def integral_constant(activation: str | Activation, p: int, *, norm: Any = 1, hidden_bias: Any = 0, bits: int = 64) -> arb:
    """c_p(rho, b) as a certified integral, from the definition alone; |He_p(z)| <= p! (1 + |z|)^p.

    Raises:
        InputError: as `neuron_expectation`, or p < 0.
    """
    p, rho = positive_integer("p", p, minimum=0), float(positive_ball("norm", norm))
    bits += math.ceil(max(0.0, -p * math.log2(rho)))  # the mean is divided by rho^p
    he = hermite_polynomial(p, orthonormal=False)
    mean = neuron_expectation(activation, he.ball, p, factor=math.factorial(p), norm=norm, hidden_bias=hidden_bias, bits=bits)
    with ctx.workprec(bits + 32):
        return mean / positive_ball("norm", norm) ** p


def closed_constant(activation: str | Activation, p: int, *, norm: Any = 1, hidden_bias: Any = 0, bits: int = 64) -> arb | None:
    """c_p(rho, b) from a formula of `smoothed`, or None where there is none, at bits + 32 bits of working precision.

    Raises:
        InputError: unknown name, no ball arithmetic, p < 0, a norm that is not positive.
    """
    act, p = with_ball(activation), positive_integer("p", p, minimum=0)
    with ctx.workprec(bits + 32):
        rho, b = positive_ball("norm", norm), parse_ball("hidden_bias", hidden_bias)
        values = smoothed_derivatives(act, b, rho, p + 1)
        return None if values is None else values[p]


def moment_constant(activation: str | Activation, p: int, *, norm: Any = 1, hidden_bias: Any = 0, bits: int = 64) -> arb:
    """c_p(rho, b): 0 exactly where the symmetry of the activation says so, else by formula, else as a certified integral.

    Args:
        activation: a name, or an `Activation` with ball arithmetic.
        p: the order, >= 0.
        norm: rho = |x| > 0; hidden_bias: b. Exact numbers (int, float, Fraction, decimal or `p/q` string) or balls.
        bits: the radius aimed at is 2^-bits (1 + |c_p|).

    Raises:
        InputError: unknown name, no ball arithmetic, p < 0, a norm that is not positive.
    """
    act, p = with_ball(activation), positive_integer("p", p, minimum=0)
    positive_ball("norm", norm)
    if not isinstance(hidden_bias, arb) and vanishes(act, p, hidden_bias):
        return arb(0)
    closed = closed_constant(act, p, norm=norm, hidden_bias=hidden_bias, bits=bits)
    return integral_constant(act, p, norm=norm, hidden_bias=hidden_bias, bits=bits) if closed is None else closed


def moment_constants(
    activation: str | Activation, orders: Iterable[int], norm: float = 1.0, hidden_bias: float = 0.0
) -> np.ndarray:
    """c_p(rho, b) for the orders p, float64, within 1e-12 max(1, rho^-p) (1 + |c_p|), without certificate.

    Zeros by symmetry are exact. A formula is used where there is one, else quadrature; an activation of the user's own has
    quadrature only, which expects a kink at 0 and nowhere else.

    Raises:
        InputError: unknown name, an order below 0, a norm that is not positive and finite, a bias that is not finite.
    """
    import numpy as np

    from .quadrature import neuron_rule

    act = parse(activation)
    orders = [positive_integer("order", p, minimum=0) for p in orders]
    rule = None
    values = []
    for p in orders:
        if vanishes(act, p, hidden_bias):
            values.append(0.0)
            continue
        closed = None if act.ball is None else closed_constant(act, p, norm=norm, hidden_bias=hidden_bias)
        if closed is None:
            z, weights = rule = neuron_rule(norm, hidden_bias) if rule is None else rule
            he = np.polynomial.hermite_e.hermeval(z, [0] * p + [1])
            values.append(float(weights @ (act.value(norm * z + hidden_bias) * he)) / norm**p)
        else:
            values.append(nearest(closed))
    return np.array(values)

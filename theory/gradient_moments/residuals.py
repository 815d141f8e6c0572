"""Population residuals of the batch, and what they say about it.

At w_j ~ N(0, I), a_j = 1/m the output f(x) concentrates on E act(|x| Z + b) + output_bias, at the rate 1/sqrt(m), so that the
residual f(x) - y concentrates on r* = c_0(|x|, b) + output_bias - y (wang2023, section 4). For one observed gradient the weight
of a sample in every moment is its own residual f(x_i) - y_i, the same number for all neurons, and not r*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, ctx

from ..activations import Activation
from ..balls import parse_ball
from ..errors import InputError
from .constants import moment_constant


def population_residual(
    activation: str | Activation,
    label: Any,
    *,
    norm: Any = 1,
    hidden_bias: Any = 0,
    output_bias: Any = 0,
    bits: int = 64,
) -> arb:
    """r* = E act(rho Z + b) + output_bias - y.

    Raises:
        InputError: as `moment_constant`, or a label or output bias that is no number.
    """
    mean = moment_constant(activation, 0, norm=norm, hidden_bias=hidden_bias, bits=bits)
    with ctx.workprec(bits + 32):
        return mean + parse_ball("output_bias", output_bias) - parse_ball("label", label)


def kappa(residuals: Sequence[Any]) -> arb:
    """max |r_i| / min |r_i|: infinite if a residual is exactly 0, and not finite if one cannot be told from 0.

    The error of the tensor step grows with it; a known output bias of 2 max |c_0 - y_i| brings it to 3 at most (wang2023,
    remark 1 after Theorem 5.1).

    Raises:
        InputError: no residuals, or one that cannot be read.
    """
    if not residuals:
        raise InputError("residuals: must not be empty")
    sizes = [abs(parse_ball("residual", r)) for r in residuals]
    largest, smallest = sizes[0], sizes[0]
    for size in sizes[1:]:
        largest, smallest = largest.max(size), smallest.min(size)
    if smallest == 0:
        return arb("inf")
    return largest / smallest


def label(activation: str | Activation, weight: Any, order: int, *, norm: Any = 1, hidden_bias: Any = 0, output_bias: Any = 0,
          bits: int = 64) -> arb:  # fmt: skip
    """The label y = c_0 + output_bias - weight / c_p of a sample whose weight in the order-p moment is r* c_p.

    wang2023, Algorithm 1, prints weight - c_0. Of an observed gradient the weight is (f(x) - y) c_p: f(x), computed at the
    recovered sample, in place of c_0 + output_bias gives the label without the error 1/sqrt(m).

    Raises:
        InputError: as `moment_constant`.
        ZeroDivisionError: the constant of this order cannot be told from 0.
    """
    constant = moment_constant(activation, order, norm=norm, hidden_bias=hidden_bias, bits=bits)
    if constant.contains(0):
        raise ZeroDivisionError(f"c_{order} is {constant}: it gives no label")
    mean = population_residual(activation, 0, norm=norm, hidden_bias=hidden_bias, output_bias=output_bias, bits=bits)
    with ctx.workprec(bits + 32):
        return mean - parse_ball("weight", weight) / constant

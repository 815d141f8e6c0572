"""Which moments recover the batch: the orders of the subspace step and of the tensor step, by parity class.

The order-p moment of the output gradient is sum_i r_i c_p x_i^{(x)p}. The span of the batch needs a matrix: order 2, or a
higher order contracted to one with a direction. The samples need a tensor of order 3, or order 4 contracted once: matrices and
vectors have many decompositions, tensors of order 3 with independent components one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..activations import Activation, parse
from ..errors import InputError
from .constants import moment_constants
from .parity import ParityClass, parity_class

SMALL = 0.1
"""An order is passed over if its |mu_p| is below this fraction of the largest: see `orders`."""

ZERO = 1e-10
"""A constant of `moment_constants`, which has an error of about 1e-12, above this is certainly not zero."""


@dataclass(frozen=True)
class MomentOrders:
    """The orders used by the two steps, with their constants.

    Attributes:
        parity: the class of the activation with its hidden bias.
        subspace: 2, 3 or 4, the order of the moment contracted to a matrix.
        tensor: 3 or 4, the order of the moment contracted to a tensor of order 3.
        constants: c_0, ..., c_4 at the given norm and bias.
    """

    parity: ParityClass
    subspace: int
    tensor: int
    constants: tuple[float, ...]

    @property
    def subspace_contractions(self) -> int:
        """How often the subspace moment is contracted with a direction: order - 2."""
        return self.subspace - 2

    @property
    def tensor_contractions(self) -> int:
        """How often the tensor moment is contracted with a direction: order - 3."""
        return self.tensor - 3

    @property
    def needs_direction(self) -> bool:
        """Whether a step contracts with a direction u, which weights sample i by (u.x_i) to the number of contractions."""
        return self.subspace > 2 or self.tensor > 3

    @property
    def first_moment(self) -> bool:
        """Whether c_1 is not zero, so that the first moment sum_i r_i c_1 x_i may serve as the direction.

        A fixed or random direction of R^d has |u.x_i| of the order 1/sqrt(d), the first moment of the order 1/sqrt(B).
        """
        return abs(self.constants[1]) > ZERO


def orders(activation: str | Activation, hidden_bias: Any = 0.0, norm: float = 1.0) -> MomentOrders:
    """The smallest order of each step whose constant is not tiny.

    Orders are compared by mu_p = c_p rho^p / sqrt(p!), the coefficient of the normalized Hermite polynomial: the entries of
    H_p(w) have variances up to p!, so that 1/|mu_p| measures the sampling error of the moment against its value. The rule:
    subspace, the smallest p of 2, 3, 4 with |mu_p| >= SMALL max |mu|; tensor, the smallest of 3, 4 with the same over 3, 4.
    A low order is preferred, as each contraction also costs the factor |u.x_i|.

    Args:
        activation: a name or an `Activation`; hidden_bias: b, one for all neurons; norm: of the samples.

    Raises:
        InputError: no order 3 or 4 has a constant that is not zero (a linear or quadratic activation with any bias), or the
            arguments are refused by `moment_constants`.
    """
    act = parse(activation)
    constants = moment_constants(act, range(5), norm, hidden_bias)
    size = [abs(c) * norm**p / math.sqrt(math.factorial(p)) if abs(c) > ZERO else 0.0 for p, c in enumerate(constants)]
    if not max(size[3:]) > 0:
        degree = max(act.degrees, default=None)
        why = (
            {0: "constant", 1: "linear", 2: "quadratic"}[degree] + ": it does not identify the samples"
            if degree is not None and degree <= 2
            else "without a moment constant of order 3 or 4: a hidden bias may give it one"
        )
        raise InputError(f"activation = {act.name!r}: is {why}")
    return MomentOrders(
        parity_class(act, hidden_bias), _first(size, (2, 3, 4)), _first(size, (3, 4)), tuple(map(float, constants))
    )


def _first(size: list[float], candidates: tuple[int, ...]) -> int:
    largest = max(size[p] for p in candidates)
    return next(p for p in candidates if size[p] >= SMALL * largest)

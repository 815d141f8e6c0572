"""Contraction constants in closed form, and the rules for combining them.

Exact for exact arguments (int, Fraction), balls for balls. Sources: the Gaussian and the binary symmetric constant, Facts 2
and 3 of feldman2025; composition, tensorization and parallel looks, Polyanskiy and Wu, "Strong data-processing inequalities
for channels and Bayesian networks" (2017).
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from flint import arb

from ..balls import parse_ball
from ..errors import InputError, positive_integer


def gaussian(correlation: Any) -> Any:
    """Jointly Gaussian pair: eta_KL = eta_chi2 = correlation^2, in both directions."""
    _inside("correlation", correlation, -1, 1)
    return correlation * correlation


def binary_symmetric(flip: Any) -> Any:
    """Uniform sign, flipped with probability `flip`: eta_KL = eta_chi2 = (1 - 2 flip)^2, in both directions."""
    _inside("flip", flip, 0, 1)
    return (1 - 2 * flip) ** 2


def erasure_forward(erased: Any) -> Any:
    """eta_KL of the erasure channel from its input to its output, at any input law: 1 - erased."""
    _inside("erased", erased, 0, 1)
    return 1 - erased


def erasure_backward(erased: Any) -> arb:
    """eta_KL from the output of the erasure channel to its input, a fair sign: max(p, log 2 / log(2/p)), p = 1 - erased.

    By `fair_bit`, eta is the smallest number with f(t) = (1/eta) ln cosh(eta t) - ln(1 - p + p cosh t) >= 0 for t >= 0. f' has
    the sign of eta t - g(t), where 2 g(t) = ln(1 - p + p e^t) - ln(1 - p + p e^-t). With S the logistic function and
    b = logit p, g' = (1 + S(t + b) - S(t - b)) / 2. If b >= 0, g is concave with g'(0) = p: eta = p. If b < 0, g is convex;
    then f' changes its sign once, from + to -, and f >= 0 if and only if f(oo) = ln(2/p) - (ln 2) / eta >= 0.
    """
    _inside("erased", erased, 0, 1)
    p = 1 - parse_ball("erased", erased)
    if not p > 0:
        return arb(0)
    return p.max(arb(2).log() / (2 / p).log())


def composed(*constants: Any) -> Any:
    """An upper bound for a chain W - V - U: the product of the constants of its steps, in the same direction."""
    return math.prod(constants)


def tensorized(*constants: Any) -> Any:
    """The constant of independent pairs side by side: the largest of theirs (eta_KL and eta_chi2 at given input laws)."""
    return reduce(lambda a, b: a.max(b) if isinstance(a, arb) else max(a, b), constants)


def parallel_looks_forward(eta: Any, looks: int) -> Any:
    """An upper bound for `looks` independent looks at one input, from the input to all of them: 1 - (1 - eta)^looks.

    eta is the input-free constant of one look (Evans and Schulman 1999). It bounds no backward constant.
    """
    _inside("eta", eta, 0, 1)
    return 1 - (1 - eta) ** positive_integer("looks", looks)


def _inside(name: str, value: Any, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} = {value}: must be in [{low}, {high}]")

"""The law of the bias R = |E[U | V]| of a fair sign U given data V, and its generating function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from ..balls import parse_ball
from ..errors import InputError


@dataclass(frozen=True)
class BiasLaw:
    """The law of R: `values` in [0, 1] with `weights` that sum to 1, as balls. A value 0 may be left out with its weight."""

    values: tuple[arb, ...]
    weights: tuple[arb, ...]

    @classmethod
    def of(cls, values: Sequence[Any], weights: Sequence[Any]) -> BiasLaw:
        """From numbers, strings or balls as in `balls.parse_ball`.

        Raises:
            InputError: lists of different lengths, a value certainly outside [0, 1] or all of them 0, a negative weight, or
                weights that certainly do not sum to 1.
        """
        r, w = [parse_ball("value", v) for v in values], [parse_ball("weight", v) for v in weights]
        if len(r) != len(w) or any(v < 0 or v > 1 for v in r) or any(v < 0 for v in w):
            raise InputError("values, weights: must be equally many, the values in [0, 1], the weights not negative")
        if not sum(w, arb(0)).overlaps(arb(1)):
            raise InputError(f"weights: must sum to 1, not {float(sum(w, arb(0))):g}")
        kept = [(v, u) for v, u in zip(r, w) if not v.is_zero() and not u.is_zero()]
        if not kept:
            raise InputError("values: one must be positive")
        return cls(tuple(v for v, _ in kept), tuple(u for _, u in kept))

    def moment(self, order: int) -> arb:
        """E R^order, order >= 1."""
        return sum((w * r**order for r, w in zip(self.values, self.weights)), arb(0))

    @property
    def largest(self) -> arb:
        """An exact number in (0, 1] that R certainly does not exceed."""
        top = self.values[0].upper()
        for r in self.values[1:]:
            top = top.max(r.upper())
        return top.min(arb(1))

    def log_mgf(self, t: arb) -> tuple[arb, arb, arb]:
        """F = ln Phi, F', and Phi'' / Phi at t >= 0, where Phi(t) = E cosh(t R). Accurate where Phi - 1 is tiny."""
        excess, first, second = arb(0), arb(0), arb(0)
        for r, w in zip(self.values, self.weights):
            sinh, cosh = (r * t / 2).sinh_cosh()
            part = w * sinh
            excess += part * sinh
            first += r * part * cosh
            second += r * r * w * (1 + 2 * sinh * sinh)
        excess *= 2
        return excess.log1p(), 2 * first / (1 + excess), second / (1 + excess)

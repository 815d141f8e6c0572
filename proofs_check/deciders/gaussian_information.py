"""Decides I(M; A) <= constant I(M; B) for a pair of standard normal variables and one-dimensional outputs M behind B."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import acb, arb

from ...theory.enclosures import gaussian_expectation
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.rationals import rational
from ..verdict import Decision
from .information import Statements, Witness, decide_inequality

BITS = 40


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. The constant is rho^power, rho the squared correlation; information in nats.

    Keys: statement, rho, power, and for `noisy`: noise; for `threshold`: threshold and pair (`gaussian` or `mixture`).

    Holds if the inequality is certain, fails if its reverse is. The slack is one minus the ratio of its sides.

    Raises:
        InputError: a key missing or unknown, or a value out of range.
    """
    return decide_inequality(witness, "gaussian_information", STATEMENTS)


def _constant(w: Witness) -> tuple[arb, arb]:
    rho = rational("rho", w["rho"])
    if not 0 < rho < 1:
        raise InputError(f"rho = {rho}: must lie strictly between 0 and 1")
    return arb(rho), arb(rho) ** positive_integer("power", w["power"])


def _noisy(w: Witness) -> tuple[arb, arb]:
    """M = B + N(0, noise): I(M; B) = (1/2) log(1 + 1/noise) and I(M; A) = -(1/2) log(1 - rho / (1 + noise))."""
    rho, constant = _constant(w)
    noise = rational("noise", w["noise"])
    if not noise > 0:
        raise InputError(f"noise = {noise}: must be positive")
    return -(-rho / (1 + noise)).log1p() / 2, constant * arb(1 / noise).log1p() / 2


def _threshold(w: Witness) -> tuple[arb, arb]:
    """M = 1{B >= threshold}, q its probability: I(M; B) = h(q) and I(M; A) = h(q) - E h(P(M = 1 | A)).

    `gaussian`: P(M = 1 | A = a) = P(Z >= (threshold - r a) / sqrt(1 - r^2)), r = sqrt(rho), the expectation a certified integral.
    `mixture`: A = B with probability r, else independent of B, which has the same correlation r.
    """
    rho, constant = _constant(w)
    t, r = arb(rational("threshold", w["threshold"])), rho.sqrt()
    q, below = _tails(t)
    whole = _binary(q, below)
    if one_of("pair", w["pair"], ("gaussian", "mixture")) == "mixture":
        rest = q * _binary(r + (1 - r) * q, (1 - r) * below) + below * _binary((1 - r) * q, r + (1 - r) * below)
    else:
        scale = (1 - rho).sqrt()
        rest = gaussian_expectation(
            lambda u, side, analytic: _binary(*_tails((t - r * u) / scale), analytic=analytic), growth=0, bits=BITS, attempts=2
        )
    return whole - rest, constant * whole


def _tails(x: Any) -> tuple[Any, Any]:
    """P(Z >= x) and P(Z < x)."""
    scaled = x / arb(2).sqrt()
    return scaled.erfc() / 2, (-scaled).erfc() / 2


def _binary(p: Any, other: Any, analytic: bool = False) -> Any:
    """The entropy of (p, other), other = 1 - p; at most log 2 for real p."""
    if isinstance(p, acb):
        return -p * p.log(analytic=analytic) - other * other.log(analytic=analytic)
    return -p * p.log() - other * other.log()


STATEMENTS: Statements = {"noisy": (_noisy, "rho power noise"), "threshold": (_threshold, "rho power threshold pair")}

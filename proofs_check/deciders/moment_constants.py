"""Decides claimed moment constants c_p(rho, b) = E act(rho Z + b) He_p(Z) / rho^p by certified Gaussian integrals of its own.

The reference is `integral_constant`, the definition; no formula enters it. The marker "closed form" as a claimed value stands for
the formula of `reconlaw.theory.gradient_moments`, which is then what is tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.gradient_moments.constants import closed_constant, integral_constant
from ...theory.gradient_moments.parity import vanishes
from ...theory.hermite import with_ball
from ..verdict import Decision
from .keys import check_keys

CLOSED = "closed form"
COMMON = {"decider", "statement", "activation", "norm", "hidden_bias", "orders", "bits"}
KEYS = {"values": COMMON | {"claimed", "tolerance"}, "nonzero": COMMON}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    - `values`: `claimed[i]`, a ball, a rational or the marker, is c_p at p = `orders[i]`. Holds if every claimed ball overlaps its
      integral and no radius exceeds the tolerance; fails if one pair is disjoint. The slack is the tolerance minus the largest radius.
    - `nonzero`: no listed constant is 0. Fails if the symmetry of the activation makes one 0; the slack is the least size.

    Keys: statement (`values` or `nonzero`), activation, norm, hidden_bias, orders, bits; for `values` claimed and tolerance.

    Raises:
        InputError: a key missing or unknown, a value that cannot be read, lists of different lengths, no closed form.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "moment_constants", KEYS[statement], statement)
    bits, orders = positive_integer("bits", witness["bits"], minimum=16), witness["orders"]
    if bits > 1024 or not isinstance(orders, list | tuple) or not orders or max(map(_order, orders)) > 32:
        raise InputError("witness: bits must be at most 1024, and orders a list, not empty, of orders up to 32")
    act, options = with_ball(witness["activation"]), {key: witness[key] for key in ("norm", "hidden_bias")}
    with ctx.workprec(bits + 32):
        own = [integral_constant(act, p, bits=bits, **options) for p in orders]
        if statement == "nonzero":
            return _nonzero(act.name, orders, own, [vanishes(act, p, witness["hidden_bias"]) for p in orders])
        claimed = witness["claimed"]
        if not isinstance(claimed, list | tuple) or len(claimed) != len(orders):
            raise InputError("claimed: must be a list with one value for each order")
        values = []
        for p, value in zip(orders, claimed):
            formula = closed_constant(act, p, bits=bits, **options) if value == CLOSED else parse_ball("claimed", value)
            if formula is None:
                raise InputError(f"claimed = {CLOSED!r}: no closed form is known for {act.name}")
            values.append(formula)
        tolerance = exact_number("tolerance", witness["tolerance"])
        if tolerance <= 0:
            raise InputError(f"tolerance = {witness['tolerance']!r}: must be positive")
        return compare(act.name, orders, own, values, parse_ball("tolerance", tolerance))


def compare(subject: str, points: Any, own: list[arb], claimed: list[arb], tolerance: arb) -> Decision:
    """Overlap of pairs of balls, all of radius at most the tolerance."""
    apart = [str(p) for p, x, y in zip(points, own, claimed) if x.is_finite() and y.is_finite() and not x.overlaps(y)]
    if apart:
        reason = f"{subject}: certified integral and claimed value are disjoint at {', '.join(apart)}"
        return Decision("fails", "ball", "equality", None, reason)
    balls = (*own, *claimed)
    radius = max((float(x.rad()) for x in balls), default=0.0)
    reason = f"{subject}: {len(claimed)} pairs overlap, largest radius {radius:.2g}, tolerance {float(tolerance):.2g}"
    if not all(x.is_finite() and x.rad() <= tolerance for x in balls):
        return Decision("undecided", "ball", "equality", None, reason)
    return Decision("holds", "ball", "equality", max(0.0, float(tolerance) - radius), reason)


def _nonzero(name: str, orders: Any, own: list[arb], zero: list[bool]) -> Decision:
    if any(zero):
        by_symmetry = [p for p, z in zip(orders, zero) if z]
        return Decision("fails", "ball", "lower", None, f"{name}: the constants of the orders {by_symmetry} are 0 by symmetry")
    unknown = [p for p, ball in zip(orders, own) if not ball.is_finite() or ball.contains(0)]
    if unknown:
        return Decision("undecided", "ball", "lower", None, f"{name}: the enclosures of the orders {unknown} contain 0")
    least = min(float(abs(ball).lower()) for ball in own)
    reason = f"{name}: the constants of the orders {list(orders)} are at least {least:.3g} in size"
    return Decision("holds", "ball", "lower", max(0.0, least), reason)


def _order(p: Any) -> int:
    return positive_integer("order", p, minimum=0)

"""Decides whether features are odd or even: act(-Vx) = -+act(Vx) at every pre-activation of (V, X).

Exact where the activation has rational arithmetic; else by balls: a difference that excludes 0 refutes, one of radius at
most 2^-100 about 0 confirms.
"""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq

from ...theory.activations import parse
from ...theory.errors import InputError, one_of
from ...theory.rationals import matrix, rational
from ..verdict import Decision

BITS = 256


def decide(witness: dict[str, Any]) -> Decision:
    """Keys: activation, parity (`odd` or `even`), V (p, d), X (n, d), and scale, a rational that multiplies V x.

    Slack: 0 when it holds.

    Raises:
        InputError: a missing key, data that are not exact, an activation with neither exact nor ball arithmetic, or a
            pre-activation on the kink.
    """
    try:
        activation = parse(witness["activation"])
        parity = one_of("witness parity", witness["parity"], ("odd", "even"))
        V = matrix("witness V", witness["V"])
        X = matrix("witness X", witness["X"], V.ncols())
        scale = rational("witness scale", witness["scale"])
    except KeyError as error:
        raise InputError(f"witness: the symmetry decider needs the key {error}") from None
    sign = -1 if parity == "odd" else 1
    points = [scale * u for u in (X * V.transpose()).entries()]
    if max(abs(u) for u in points) < fmpq(1, 1000):  # there everything is odd or even to some accuracy
        raise InputError("witness: all pre-activations are below 1/1000, where nothing can be told")
    if activation.regularity == "piecewise" and any(u == 0 for u in points):
        raise InputError("witness: a pre-activation lies on the kink")
    try:
        activation.rational(fmpq(1))
    except ValueError:
        return _by_balls(activation, parity, sign, points)
    for u in points:
        difference = activation.rational(-u)[0] - sign * activation.rational(u)[0]
        if difference != 0:
            return Decision(
                "fails", "exact", "equality", None, f"not {parity}: at u = {u} the two sides differ by {difference}"
            )
    return Decision("holds", "exact", "equality", 0.0, f"{parity} at {len(points)} rational pre-activations")


def _by_balls(activation: Any, parity: str, sign: int, points: list[fmpq]) -> Decision:
    if activation.ball is None:
        raise InputError(f"witness activation = {activation.name!r}: has neither exact nor ball arithmetic")
    before = ctx.prec
    try:
        ctx.prec = BITS
        for u in points:
            side = 1 if u > 0 else -1
            difference = activation.ball(arb(-u), -side)[0] - sign * activation.ball(arb(u), side)[0]
            if not difference.contains(0):
                return Decision(
                    "fails", "ball", "equality", None, f"not {parity}: at u = {u} the difference is {difference.str(5)}"
                )
            if not difference.rad() <= arb(2) ** -100:
                return Decision("undecided", "ball", "equality", None, f"at u = {u} the ball {difference.str(5)} is too wide")
    finally:
        ctx.prec = before
    return Decision("holds", "ball", "equality", 0.0, f"{parity} at {len(points)} pre-activations, to 2^-100")

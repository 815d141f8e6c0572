"""Decides which Hermite coefficients of an activation vanish: by symmetry where they do, by a certified integral where not.

A coefficient is zero by one of four identities: `odd` (act(-u) = -act(u): even orders), `even` (odd orders), `linear plus
even` (act(u) - act(-u) = c u: odd orders from 3 on, as c u / 2 has order 1 alone), `constant plus odd` (act(u) + act(-u) = c: even
orders from 2 on). The identity is confirmed at the given points, exactly or by balls, and every coefficient said to be zero must
have an enclosure about 0 of radius 2^-80.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx, fmpq

from ...theory.activations import Activation
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.hermite import enclosure, with_ball
from ...theory.rationals import rational, vector
from ..verdict import Decision
from .keys import check_keys

KEYS = {"decider", "activation", "symmetry", "slope", "zero", "nonzero", "points"}
SYMMETRIES = ("odd", "even", "linear plus even", "constant plus odd", "none")
BITS = 128


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness: `zero` and `nonzero` are lists of orders, `symmetry` an identity or `none`.

    Keys: activation, symmetry (`odd`, `even`, `linear plus even`, `constant plus odd` or `none`), slope (c of c u, or the constant c),
    zero, nonzero, and points, rational, at which the identity is confirmed.

    Fails if a coefficient said to be zero has an enclosure without 0, if the identity fails at a point, or if it makes a
    coefficient zero that is said not to be. The slack is the least distance from 0 of the coefficients not zero.

    Raises:
        InputError: a key missing or unknown, no order at all, or a zero that the identity does not explain.
    """
    check_keys(witness, "parity", KEYS)
    act = with_ball(witness["activation"])
    symmetry = one_of("symmetry", witness["symmetry"], SYMMETRIES)
    for name in ("zero", "nonzero"):
        if not isinstance(witness[name], list | tuple):
            raise InputError(f"witness {name}: must be a list of orders")
    zero, nonzero = ([positive_integer("order", k, minimum=0) for k in witness[name]] for name in ("zero", "nonzero"))
    if not zero + nonzero:
        raise InputError("witness: no order is given")
    unexplained = [k for k in zero if not _vanishes(symmetry, k)]
    if unexplained:
        raise InputError(f"witness zero: the symmetry {symmetry!r} does not explain the orders {unexplained}")
    points = vector("witness points", witness["points"])
    slope = rational("witness slope", witness["slope"])
    with ctx.workprec(BITS + 32):
        balls = {k: enclosure(act, k, bits=BITS) for k in {*zero, *nonzero}}
        wrong = [f"mu_{k} is not 0 but {balls[k].str(5)}" for k in zero if not balls[k].contains(0)]
        wrong += [f"mu_{k} is 0 by symmetry" for k in nonzero if _vanishes(symmetry, k)]
        wrong += [f"the symmetry fails at u = {u}" for u in points if symmetry != "none" and _breaks(act, symmetry, slope, u)]
        if wrong:
            return Decision("fails", "ball", "equality", None, f"{act.name}: {wrong[0]}")
        wide = [k for k in zero if not balls[k].rad() <= arb(2) ** -80] + [k for k in nonzero if balls[k].contains(0)]
        if wide:
            return Decision("undecided", "ball", "equality", None, f"{act.name}: the enclosures at {wide} are too wide")
        least = min((float(abs(balls[k]).lower()) for k in nonzero), default=0.0)
    reason = f"{act.name}: {len(zero)} coefficients are 0 ({symmetry}), {len(nonzero)} are at least {least:.3g} in size"
    return Decision("holds", "ball", "equality", max(0.0, least), reason)


def _vanishes(symmetry: str, k: int) -> bool:
    if symmetry == "linear plus even":
        return k % 2 == 1 and k >= 3
    if symmetry == "constant plus odd":
        return k % 2 == 0 and k >= 2
    return symmetry == ("odd" if k % 2 == 0 else "even")


def _breaks(act: Activation, symmetry: str, slope: fmpq, u: fmpq) -> bool:
    """Whether act(u) -+ act(-u) certainly differs from what the symmetry says."""
    ball, side = act.ball, 1 if u > 0 else -1
    assert ball is not None
    here, there = ball(arb(u), side)[0], ball(arb(-u), -side)[0]
    if symmetry in ("odd", "constant plus odd"):
        return not (here + there - (slope if symmetry == "constant plus odd" else 0)).contains(0)
    return not (here - there - (slope * u if symmetry == "linear plus even" else 0)).contains(0)

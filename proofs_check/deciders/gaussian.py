"""Decides claimed Hermite coefficients and kernel values by certified Gaussian integrals of its own.

The reference is `enclosure` (the definition of mu_k, orthonormal h_k) and, for kernels, `kernel_integral` or the series of
such enclosures; no closed form enters it. The marker "closed form" as a claimed value stands for the formula of
`reconlaw.theory`, which is then what is tested.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from flint import arb, ctx

from ...theory.activations import Activation
from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.hermite import closed_form, enclosure, with_ball
from ...theory.kernels import closed_form_kernel, kernel_integral, kernel_series
from ..verdict import Decision, Outcome
from .keys import check_keys

CLOSED = "closed form"
COMMON = {"decider", "statement", "activation", "claimed", "bits", "tolerance"}
KEYS = {"hermite-coefficients": COMMON, "kernel": COMMON | {"correlations"}}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone: `claimed[k]` is mu_k, or `claimed[i]` is kappa(`correlations[i]`).

    Keys: statement (`hermite-coefficients` or `kernel`), activation, claimed, bits, tolerance, for `kernel` also correlations.

    A claimed value is a ball or rational as in `theory.balls`, or the marker. Holds if every claimed ball overlaps its
    certified enclosure and both radii are at most the tolerance: the two then differ by at most 4 tolerances. Fails if
    one pair is disjoint. The slack is the tolerance minus the largest radius.

    Raises:
        InputError: a key missing or unknown, a value that cannot be read, lists of different lengths, no closed form.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "gaussian", KEYS[statement], statement)
    bits, claimed = positive_integer("bits", witness["bits"], minimum=16), witness["claimed"]
    if bits > 4096:
        raise InputError(f"bits = {bits}: at most 4096")
    points = witness["correlations"] if statement == "kernel" else None
    for name, values in (("claimed", claimed), ("correlations", claimed if points is None else points)):
        if not isinstance(values, list | tuple) or not len(values) == len(claimed) > 0:
            raise InputError(f"{name}: must be a list, not empty, with one claimed value for each correlation")
    points = range(len(claimed)) if points is None else points
    tolerance = exact_number("tolerance", witness["tolerance"])
    if tolerance <= 0:
        raise InputError(f"tolerance = {witness['tolerance']!r}: must be positive")
    act = with_ball(witness["activation"])
    with ctx.workprec(bits + 32):
        limit = parse_ball("tolerance", tolerance)
        if statement == "kernel":
            own = _kernels(act, points, limit, bits)
        else:
            own = [enclosure(act, k, bits=bits) for k in points]
        values = [_claimed(act, statement, point, value, bits) for point, value in zip(points, claimed)]
        radius = max((x.rad() for x in (*own, *values)), key=lambda r: float(r))
        apart = [str(p) for p, x, y in zip(points, own, values) if x.is_finite() and not x.overlaps(y)]
        small = all(x.is_finite() and x.rad() <= limit for x in (*own, *values))
    outcome: Outcome = "fails" if apart else "holds" if small else "undecided"
    return Decision(
        outcome=outcome,
        evidence="ball",
        side="equality",
        slack=max(0.0, float(limit - radius)) if outcome == "holds" else None,
        reason=f"{statement} of {act.name}: "
        + (f"certified integral and claimed value are disjoint at {', '.join(apart)}" if apart
           else f"{len(values)} pairs overlap, largest radius {float(radius):.2g}, tolerance {float(tolerance):.2g}"),
    )  # fmt: skip


def _claimed(act: Activation, statement: str, point: Any, value: Any, bits: int) -> arb:
    if value != CLOSED:
        return parse_ball("claimed", value)
    formula = closed_form_kernel(act, point, bits=bits) if statement == "kernel" else closed_form(act, point, bits=bits)
    if formula is None:
        raise InputError(f"claimed = {CLOSED!r}: no closed form is known for {act.name}")
    return formula


def _kernels(act: Activation, correlations: Any, limit: arb, bits: int) -> list[arb]:
    """Enclosures of kappa without closed forms: one-variable integrals where they exist, else the series, else two."""

    @functools.cache
    def mu(k: int) -> arb:
        return enclosure(act, k, bits=bits)

    def kernel(t: Any) -> arb:
        ball = parse_ball("correlation", t)
        if act.slopes is not None or abs(ball) == 1:
            single = kernel_integral(act, ball, bits=bits)
            assert single is not None
            return single
        for terms in (8, 16, 32, 64, 96):
            series = kernel_series(act, ball, terms, bits=bits, coefficient=lambda _, k, **__: mu(k))
            if series.rad() <= limit:
                return series
        double = kernel_integral(act, ball, bits=min(bits, 48))
        return double if double is not None and double.rad() < series.rad() else series

    return [kernel(t) for t in correlations]

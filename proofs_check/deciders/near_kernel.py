"""Decides that the Jacobian nearly vanishes along a stated direction, in ball arithmetic: its smallest singular value is small.

In relative units: theta of norm 1, a sample's motion over its norm, a coefficient's over its size. A direction proves an
upper bound on the smallest singular value, however it was found.
"""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq

from ...theory.activations import parse
from ...theory.balls import exact_number
from ...theory.errors import InputError
from ...theory.rationals import matrix, vector
from ..verdict import Decision

BITS = 256


def decide(witness: dict[str, Any]) -> Decision:
    """Decide |J u| <= bound |u| in relative units.

    Keys: activation, V (p, d), X (n, d), a (n), directions (n, d) of which the radial part is removed, changes (n) of
    the coefficients, bound (a positive rational or decimal). Slack: log10 of bound over |J u| / |u|.

    Raises:
        InputError: a missing key, data that are not exact, a zero sample, coefficient or direction, no ball arithmetic.
    """
    try:
        activation = parse(witness["activation"])
        V, a = matrix("witness V", witness["V"]), vector("witness a", witness["a"])
        X = matrix("witness X", witness["X"], V.ncols()).tolist()
        T = matrix("witness directions", witness["directions"], V.ncols()).tolist()
        c = vector("witness changes", witness["changes"], len(a))
        bound = exact_number("witness bound", witness["bound"])
    except KeyError as error:
        raise InputError(f"witness: the near_kernel decider needs the key {error}") from None
    if not len(X) == len(T) == len(a) or bound <= 0:
        raise InputError("witness: X, directions, a and changes must have one row for each sample, and bound be positive")
    if 0 in a or any(not any(x) for x in X):
        raise InputError("witness: a sample or a coefficient is zero, so that no relative unit exists")
    if activation.ball is None or activation.regularity == "piecewise":
        raise InputError(f"witness activation = {activation.name!r}: must be analytic, with ball arithmetic")
    norms = [_dot(x, x) for x in X]
    T = [[t - _dot(x, row) / q * s for t, s in zip(row, x)] for x, row, q in zip(X, T, norms)]
    length = sum((_dot(t, t) / q + (k / s) ** 2 for t, q, k, s in zip(T, norms, c, a)), fmpq(0))
    if length == 0:
        raise InputError("witness: the direction is zero, or moves the samples along themselves only")
    before = ctx.prec
    try:
        ctx.prec = BITS
        change, size = arb(0), arb(0)
        for v in V.tolist():
            pairs = [activation.ball(arb(_dot(x, v)), 1) for x in X]
            change += sum((arb(a[i] * _dot(T[i], v)) * s + arb(c[i]) * f for i, (f, s) in enumerate(pairs)), arb(0)) ** 2
            size += sum((arb(a[i]) * f for i, (f, _) in enumerate(pairs)), arb(0)) ** 2
        ratio = (change / (size * arb(length))).sqrt()
        limit = arb(fmpq(bound.numerator, bound.denominator))
        found = f"relative change {float(ratio.mid()):.2g} of theta along a unit direction, against {float(bound):.2g}"
        if ratio <= limit:
            slack = float((limit / ratio.abs_upper()).log().mid()) / 2.302585092994046
            return Decision("holds", "ball", "upper", max(slack, 0.0), found)
    finally:
        ctx.prec = before
    return Decision("undecided", "ball", "upper", None, f"{found}; another direction might do")


def _dot(x: list[fmpq], z: list[fmpq]) -> fmpq:
    return sum((s * t for s, t in zip(x, z)), fmpq(0))

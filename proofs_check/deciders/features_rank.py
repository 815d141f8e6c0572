"""Decides the rank of the feature matrix act(V X^T), and with it whether p features interpolate every label of n samples.

It computes the features itself at an exact point (V, X). The lower bound is a nonzero minor, modulo a fixed prime or in ball
arithmetic, the upper bound p, n and, for polynomials, the number of monomials. For analytic activations a nonzero minor at
one point proves the rank at almost every point.
"""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq, nmod_mat

from ...theory.counting import feature_bound
from ...theory.errors import InputError, positive_integer
from ...theory.modular import check_modulus
from ..verdict import Decision
from .rank import Point, _pre_activations, _read
from .rank_outputs import PRECISIONS, pivots


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `rank == witness["expected"]`. Keys as for the decider `rank`, without a. Slack: 0 when it holds.

    Raises:
        InputError: a malformed witness, a point off the sphere, or a piecewise activation, whose rank depends on the pattern.
    """
    expected = positive_integer("expected", witness.get("expected"))
    n = positive_integer("witness n", witness.get("n"))
    point, p = _read(dict(witness) | {"a": [1] * n})
    if point.activation.regularity == "piecewise":
        raise InputError(
            f"witness activation = {point.activation.name!r}: a piecewise activation has a rank for each pattern only"
        )
    upper = feature_bound(point.activation, n, point.d, p, point.domain)
    if upper.value < expected:
        return Decision(
            "fails", "exact", "upper", float(upper.value - expected), f"rank <= {upper.value} < {expected}: {upper.reason}"
        )
    kind: Any = "exact" if witness["arithmetic"] == "modular" else "ball"
    if kind == "exact":
        q = check_modulus(witness.get("modulus"))
        entries = [point.activation.modular(u, q)[0] for row in _pre_activations(point) for u in row]
        lower = nmod_mat(len(point.V), n, entries, q).rank()
    else:
        lower = _ball_rank(point, upper.value)
    if lower > expected:
        return Decision("fails", kind, "lower", float(expected - lower), f"rank >= {lower} > {expected} by a nonzero minor")
    if lower < upper.value:
        reason = f"rank >= {lower} proved, structural bound {upper.value}, expected {expected}"
        return Decision("undecided", kind, "both", None, reason)
    return Decision(
        "holds",
        kind,
        "equality",
        0.0,
        f"rank {expected}: a nonzero minor ({kind} arithmetic) meets the bound by {upper.reason}",
    )


def _ball_rank(point: Point, target: int) -> int:
    assert point.activation.ball is not None
    best = 0
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            rows = [
                [point.activation.ball(arb(fmpq(u, point.v_denominator * x)))[0] for u, x in zip(us, point.x_denominators)]
                for us in _pre_activations(point)
            ]
            best = max(best, pivots(rows, target))
        if best == target:
            break
    return best

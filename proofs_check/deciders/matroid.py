"""Decides whether a formula gives the rank of the Jacobian of a piecewise-linear activation at an exact point.

The rank by elimination modulo a fixed prime, on the Jacobian that it builds itself (as the decider `rank`). The formula from
the activation pattern alone, by matroid partition: d disjoint independent sets of slope vectors and a flat that meet, both
checked here over the rationals. The rank cannot exceed it (docs/random_features.md, 4.8).
"""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat

from ...theory.errors import InputError, one_of
from ...theory.matroid import union_rank
from ...theory.modular import check_modulus
from ..verdict import Decision
from .rank import _modular_rank, _pre_activations, _read

FORMULAS = ("flats", "active rows")


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `rank = formula`: `flats`, the minimum over flats U of d dim U + #{j : s_j not in U}, or `active rows`,
    min(nd, number of rows with an active sample). Keys: formula, and those of the decider `rank` without expected.

    Slack: 0 when it holds, minus the gap when the formula exceeds the rank.

    Raises:
        InputError: a malformed witness, or an activation that is not piecewise linear.
    """
    formula = one_of("witness formula", witness.get("formula"), FORMULAS)
    point, p = _read(witness)
    if point.activation.slopes is None or 0 in point.a or witness["arithmetic"] != "modular":
        raise InputError("witness: needs a piecewise-linear activation, nonzero coefficients and modular arithmetic")
    lower = _modular_rank(point, check_modulus(witness.get("modulus")))
    left, right = point.activation.slopes
    slopes = [[right if u > 0 else left for u in row] for row in _pre_activations(point)]
    union = union_rank(slopes, point.d)
    upper = _checked(slopes, point.d, union)
    if formula == "flats":
        stated = upper
    else:
        stated = min(point.n * point.d, sum(any(row) for row in slopes))
    if stated > upper:
        reason = (
            f"formula {stated}, but rank <= {upper}: {len(union.flat)} of {p} rows lie in a flat of dimension {union.dimension}"
        )
        return Decision("fails", "exact", "upper", float(upper - stated), reason)
    if lower > stated:
        return Decision(
            "fails", "exact", "lower", float(stated - lower), f"formula {stated}, but rank >= {lower} by a nonzero minor"
        )
    if lower < stated:
        return Decision("undecided", "exact", "both", None, f"rank >= {lower} proved at this point, formula {stated}")
    reason = f"rank {lower} = {point.d} x {union.dimension} + {p - len(union.flat)}, by elimination and by matroid partition"
    return Decision("holds", "exact", "equality", 0.0, reason)


def _checked(slopes: list[list[Any]], d: int, union: Any) -> int:
    """The value of the union, if its partition and its flat prove it."""

    def rank(indices: Any) -> int:
        rows = [[fmpq(t.numerator, t.denominator) for t in slopes[j]] for j in indices]
        return fmpq_mat(rows).rank() if rows else 0

    members = [j for part in union.classes for j in part]
    below = len(members) if len(union.classes) <= d and len(set(members)) == len(members) else -1
    above = d * rank(union.flat) + len(slopes) - len(set(union.flat))
    if below != above or any(rank(part) < len(part) for part in union.classes):
        raise RuntimeError(f"matroid partition: its certificate does not prove {union.value}")
    return above

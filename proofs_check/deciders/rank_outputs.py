"""Decides the rank of the Jacobian of `(X, A) -> sum_i act(V x_i) A_i` for several outputs, at an exact point (V, X, A).

As for one output (decider `rank`), it builds the Jacobian itself and proves a lower bound modulo a fixed prime or in ball
arithmetic; the upper bound is structural (`reconlaw.theory.outputs`), and uses the exact rank of A. A nonzero minor at
one point proves the rank at almost every point with the same or a larger rank of A: such A contain the products of two
matrices of that rank, a connected set on which the minor is analytic and not identically zero.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, ctx, fmpq_mat, nmod_mat

from ...theory.errors import InputError, positive_integer
from ...theory.memory import refuse_if_too_large
from ...theory.modular import check_modulus, tangent_row
from ...theory.outputs import outputs_bound
from ..verdict import Decision
from .rank import Point, _ball_row, _integers, _pre_activations, _read

PRECISIONS = (64, 128, 256, 512)


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `rank == witness["expected"]`. Keys as for the decider `rank`, with the rows A (n, C) in place of a.

    Slack: 0 when it holds, minus the gap in rank when the structural bound is lower than expected.

    Raises:
        InputError: the witness is malformed, its point does not lie where it claims to, its domain is not the sphere of
            d >= 2, or its activation is piecewise linear.
    """
    expected = positive_integer("expected", witness.get("expected"))
    rows = witness.get("A")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list) or not rows[0]:
        raise InputError("witness A: must be a non-empty list of rows, one for each sample")
    A = [_integers("A", row, len(rows[0])) for row in rows]
    point, m = _read(dict(witness) | {"a": [1] * len(A)})
    if point.domain != "sphere" or point.d < 2 or point.activation.slopes is not None or len(point.V) != m:
        raise InputError("witness: the rank of several outputs is decided on the sphere of d >= 2, with all p rows of V")
    rank = fmpq_mat(A).rank()
    if rank == 0:
        raise InputError("witness A: all coefficients are zero")
    upper = outputs_bound(point.n, point.d, m, len(A[0]), rank)
    if upper.value < expected:
        return Decision(
            "fails", "exact", "upper", float(upper.value - expected), f"rank <= {upper.value} < {expected}: {upper.reason}"
        )
    exact = witness["arithmetic"] == "modular"
    lower = _modular_rank(point, A, check_modulus(witness.get("modulus"))) if exact else _ball_rank(point, A, upper.value)
    kind: Any = "exact" if exact else "ball"
    if lower > expected:
        return Decision("fails", kind, "lower", float(expected - lower), f"rank >= {lower} > {expected} by a nonzero minor")
    if lower == upper.value:
        reason = f"rank {expected}: a nonzero minor ({kind} arithmetic) meets the bound by {upper.reason}"
        return Decision("holds", kind, "equality", 0.0, reason)
    return Decision(
        "undecided", kind, "both", None, f"rank >= {lower} proved, structural bound {upper.value}, expected {expected}"
    )


def _assemble(values: list[Any], directions: list[list[Any]], A: list[list[int]], zero: Any) -> list[list[Any]]:
    """The C rows of one v: for each sample `(act' t.v) A_ic` for all tangents t, then act in the column of output c."""
    outputs = len(A[0])
    rows = []
    for c in range(outputs):
        row: list[Any] = []
        for value, tangents, coefficients in zip(values, directions, A):
            row += [coefficients[c] * t for t in tangents]
            row += [value if k == c else zero for k in range(outputs)]
        rows.append(row)
    return rows


def _modular_rank(point: Point, A: list[list[int]], q: int) -> int:
    entries: list[int] = []
    columns = point.n * (point.d - 1 + len(A[0]))
    refuse_if_too_large("exact Jacobian", 120 * len(point.V) * len(A[0]) * columns)
    for v, row in zip(point.V, _pre_activations(point)):
        pairs = [point.activation.modular(u, q) for u in row]
        directions = [[slope * t % q for t in tangent_row(v, x, q)] for x, (_, slope) in zip(point.X, pairs)]
        for line in _assemble([value for value, _ in pairs], directions, A, 0):
            entries += [t % q for t in line]
    return nmod_mat(len(point.V) * len(A[0]), columns, entries, q).rank()


def _ball_rank(point: Point, A: list[list[int]], target: int) -> int:
    """The largest rank proved up to some working precision, stopping at `target`."""
    best, before = 0, ctx.prec
    pre_activations = _pre_activations(point)
    try:
        for ctx.prec in PRECISIONS:
            rows: list[list[Any]] = []
            for j, us in enumerate(pre_activations):
                blocks = _ball_row(point, j, us)
                width = point.d  # d - 1 tangents and the value, for each sample (with coefficient 1)
                cut = [blocks[k * width : (k + 1) * width] for k in range(point.n)]
                rows += _assemble([block[-1] for block in cut], [block[:-1] for block in cut], A, arb(0))
            best = max(best, pivots(rows, target))
            if best >= target:
                break
    finally:
        ctx.prec = before
    return best


def pivots(rows: list[list[Any]], target: int) -> int:
    """A proved lower bound on the rank of a matrix of balls: the number of pivots that exclude zero, at most `target`.

    Elimination with complete pivoting on the midpoints. A step with a pivot that excludes zero lowers the rank of what is
    left by exactly one, for every matrix within the balls.
    """
    M = arb_mat(rows)
    found = 0
    while found < target and M.nrows() and M.ncols():
        table = M.tolist()
        size, i, j = max((abs(float(t.mid())), i, j) for i, row in enumerate(table) for j, t in enumerate(row))
        pivot = table[i][j]
        if size == 0 or pivot.contains(0):
            break
        found += 1
        top = table[i]
        others = [row for k, row in enumerate(table) if k != i]
        if not others or len(top) == 1:
            break
        factors = arb_mat([[row[j] / pivot] for row in others])
        rest = arb_mat([[t for k, t in enumerate(row) if k != j] for row in others])
        M = rest - factors * arb_mat([[t for k, t in enumerate(top) if k != j]])
    return found

"""Decides whether some theta fits the labels exactly: whether y lies in the column space of the features act(X V^T).

A nonzero minor decides it: of order n of the features for `reached`, of order p + 1 of the features with y appended for
`missed`. Over the rationals where the activation has them (and then by the ranks), else in ball arithmetic.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, ctx, fmpq_mat

from ...theory.activations import parse
from ...theory.errors import InputError, one_of
from ...theory.rationals import features, matrix, vector
from ..verdict import Decision

BITS = 256
STATEMENTS = ("reached", "missed")


def decide(witness: dict[str, Any]) -> Decision:
    """Decide that the least training error is zero (`reached`) or positive (`missed`).

    Keys: statement, activation, V (p, d), X (n, d) and y (n), rational. Slack: 0 when it holds.

    Raises:
        InputError: a missing key, data that are not exact, an activation without exact or ball arithmetic, or a
            pre-activation on the kink.
    """
    statement = one_of("witness statement", witness.get("statement"), STATEMENTS)
    try:
        activation = parse(witness["activation"])
        V = matrix("witness V", witness["V"])
        X = matrix("witness X", witness["X"], V.ncols())
        y = vector("witness y", witness["y"], X.nrows())
    except KeyError as error:
        raise InputError(f"witness: the interpolation decider needs the key {error}") from None
    n, p = X.nrows(), V.nrows()
    if activation.has_exact and all(term.radicand == 1 for term in activation.polynomials):
        Phi = features(activation, V, X)[0]
        rank = Phi.rank()
        fits = fmpq_mat([[*row, label] for row, label in zip(Phi.tolist(), y)]).rank() == rank
        outcome: Any = "holds" if fits == (statement == "reached") else "fails"
        found = f"n = {n}, p = {p}: features of rank {rank}, labels {'inside' if fits else 'outside'} their span"
        return Decision(outcome, "exact", "equality", 0.0 if outcome == "holds" else None, found)
    if activation.ball is None:
        raise InputError(f"witness activation = {activation.name!r}: has neither exact nor ball arithmetic")
    U = X * V.transpose()
    if activation.regularity == "piecewise" and any(u == 0 for u in U.entries()):
        raise InputError("witness: a pre-activation lies on the kink")
    before = ctx.prec
    try:
        ctx.prec = BITS
        rows = [[activation.ball(arb(U[i, j]), 1 if U[i, j] > 0 else -1)[0] for j in range(min(p, n))] for i in range(n)]
        if p < n:
            rows = [[*row, arb(label)] for row, label in zip(rows, y)]
        order = min(n, p + 1)
        separated = not arb_mat([row[:order] for row in rows[:order]]).det().contains(0)
    finally:
        ctx.prec = before
    if not separated:
        return Decision("undecided", "ball", "equality", None, f"n = {n}, p = {p}: the minor could not be told from zero")
    found = f"n = {n}, p = {p}: a nonzero minor of order {order}, labels {'outside' if p < n else 'inside'} the span"
    holds = (p < n) == (statement == "missed")
    return Decision("holds" if holds else "fails", "ball", "equality", 0.0 if holds else None, found)

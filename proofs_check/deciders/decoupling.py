"""Decides whether the signs of samples decouple: flipping them changes theta by a linear function, which is not zero.

Exact for activations with rational arithmetic, else by balls, where "equal" means a difference whose ball contains 0
and has radius at most 2^-100.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from ...theory.activations import Activation, parse
from ...theory.errors import InputError, positive_integer
from ...theory.rationals import matrix, rational, vector
from ..verdict import Decision

BITS = 512
LARGEST = 14


def decide(witness: dict[str, Any]) -> Decision:
    """Decide three things at the point (V, X, a), for the stated slope c.

    - Every flipped feature differs by a linear function: act(u) - act(-u) = 2 c u at all pre-activations; so flipping F changes
      theta by 2 c V sum_F a_i x_i.
    - V has rank d, and no sum over a nonempty F vanishes: of all 2^n sign vectors one solves c sum_i s_i a_i x_i = c sum_i a_i x_i.
    - The even part with V beside it is independent: the derivatives of sum_i a_i e(V x_i) + V b, e(u) = act(u) - c u, have full
      rank, so that samples up to sign and b are determined locally.

    Keys: activation, V (p, d), X (n, d), a (n), slope. Slack: 0 when it holds.

    Raises:
        InputError: a missing key, data that are not exact, c = 0, more than 14 samples, a pre-activation on the kink, or an
            activation without exact or ball arithmetic.
    """
    try:
        activation = parse(witness["activation"])
        V = matrix("witness V", witness["V"])
        X = matrix("witness X", witness["X"], V.ncols())
        a, c = vector("witness a", witness["a"], X.nrows()), rational("witness slope", witness["slope"])
    except KeyError as error:
        raise InputError(f"witness: the decoupling decider needs the key {error}") from None
    n = positive_integer("witness number of samples", X.nrows())
    if n > LARGEST or c == 0 or 0 in a:
        raise InputError(f"witness: needs at most {LARGEST} samples, a slope and coefficients other than 0")
    U = X * V.transpose()
    if activation.regularity == "piecewise" and 0 in U.entries():
        raise InputError("witness: a pre-activation lies on the kink")
    exact = activation.has_exact and all(term.radicand == 1 for term in activation.polynomials)
    if not exact and activation.ball is None:
        raise InputError(f"witness activation = {activation.name!r}: has neither exact nor ball arithmetic")
    evidence: Any = "exact" if exact else "ball"
    before = ctx.prec
    try:
        ctx.prec = BITS
        problem, known = _linear_change(activation, U, c, exact)
        if problem is None:
            problem = _vanishing_sum(V, X, a)
        if problem is None and known:
            known = _independent(activation, V, U, c, exact)
    finally:
        ctx.prec = before
    if problem is not None:
        return Decision("fails", evidence, "equality", None, problem)
    if not known:
        return Decision("undecided", evidence, "equality", None, "independence of the even part and V is not proved here")
    return Decision("holds", evidence, "equality", 0.0, f"{2**n - 1} sets of flips, each a nonzero linear change of theta")


def _values(activation: Activation, u: fmpq, exact: bool) -> tuple[Any, Any]:
    return activation.rational(u) if exact else activation.ball(arb(u), 1 if u > 0 else -1)  # type: ignore[misc]


def _linear_change(activation: Activation, U: fmpq_mat, c: fmpq, exact: bool) -> tuple[str | None, bool]:
    """A pre-activation at which act(u) - act(-u) differs from 2 c u; and whether equality is known at all of them."""
    known = True
    for u in U.entries():
        difference = _values(activation, u, exact)[0] - _values(activation, -u, exact)[0] - 2 * c * u
        if exact and difference != 0:
            return f"at u = {u} a flip changes the feature by 2 c u plus {difference}", True
        if not exact:
            if not difference.contains(0):
                return f"at u = {u} a flip changes the feature by 2 c u plus {difference.str(5)}", True
            known &= bool(difference.rad() <= arb(2) ** -100)
    return None, known


def _vanishing_sum(V: fmpq_mat, X: fmpq_mat, a: list[fmpq]) -> str | None:
    d = V.ncols()
    if V.rank() < d:
        return f"V has rank {V.rank()} < d = {d}: some flips change nothing"
    rows = [[s * t for t in x] for s, x in zip(a, X.tolist())]
    sums = [[fmpq(0)] * d]
    for row in rows:
        sums += [[s + t for s, t in zip(total, row)] for total in sums]
    for index, total in enumerate(sums[1:], 1):
        if not any(total):
            members = [i for i in range(len(rows)) if index >> i & 1]
            return f"the sum of a_i x_i over the samples {members} is zero: flipping them leaves theta unchanged"
    return None


def _independent(activation: Activation, V: fmpq_mat, U: fmpq_mat, c: fmpq, exact: bool) -> bool:
    """Full column rank of [e'(u_ij) v_jk, e(u_ij), v_jk]; a homogeneous e needs no column of its own (Euler)."""
    homogeneous = activation.homogeneity == 1
    rows = []
    for j, v in enumerate(V.tolist()):
        row: list[Any] = []
        for i in range(U.nrows()):
            value, slope = _values(activation, U[i, j], exact)
            row += [(slope - c) * t for t in v] + ([] if homogeneous else [value - c * U[i, j]])
        rows.append(row + list(v))
    size = len(rows[0])
    if len(rows) < size:
        return False
    if exact:
        return fmpq_mat(rows).rank() == size
    return not arb_mat([[arb(t) for t in row] for row in rows[:size]]).det().contains(0)

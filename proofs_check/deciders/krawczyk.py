"""Decides whether two different data sets with exactly the same parameters exist near given ones: an interval Newton test.

It builds the system itself, from (activation, V): with the 2n points z_k of both data sets and coefficients b = (a, -a'),

    sum_k b_k act(z_k.v_j) = 0 for all j,   |z_k|^2 = 1 for all k,   |b|^2 = 1,

in the coordinates of (z, b) that are not held fixed, as many as there are equations. With Y an approximate inverse of the
Jacobian, the Krawczyk operator K = z - Y f(z) + (1 - Y F'(box)) (box - z), in ball arithmetic, contains every zero in the
box; if K lies in the interior of the box, the box contains exactly one (Krawczyk 1969, Moore 1977).
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from ...theory.activations import Activation, parse
from ...theory.errors import InputError, positive_integer
from ...theory.rationals import matrix, rational, vector
from ..verdict import Decision

BITS = 256


def decide(witness: dict[str, Any]) -> Decision:
    """Decide: the box contains a zero, and all its zeros are twins.

    Twins: no two of the 2n points are equal or opposite, and no coefficient vanishes. So the data sets differ by more than
    order and signs, and as functions of v (activations that are analytic and not polynomials).

    Keys, all rational: activation, n, V (p, d), Z (2n, d), b (2n,), fixed (indices into (Z, b), row by row), radius of the
    box. Slack: 1 minus the radius of K over that of the box.

    Raises:
        InputError: a missing key, shapes that do not fit, an activation that is not analytic, a radius that is not positive,
            or fixed coordinates that leave fewer equations than unknowns.
    """
    try:
        activation = parse(witness["activation"])
        n = positive_integer("witness n", witness["n"])
        V = matrix("witness V", witness["V"])
        Z = matrix("witness Z", witness["Z"], V.ncols())
        b = vector("witness b", witness["b"], 2 * n)
        fixed, radius = witness["fixed"], rational("witness radius", witness["radius"])
    except KeyError as error:
        raise InputError(f"witness: the krawczyk decider needs the key {error}") from None
    if activation.ball is None or activation.regularity != "analytic" or Z.nrows() != 2 * n or radius <= 0:
        raise InputError("witness: needs an analytic activation that is no polynomial, 2n points, and a positive radius")
    centre = [*Z.entries(), *b]
    if not isinstance(fixed, list) or any(isinstance(k, bool) or not isinstance(k, int) for k in fixed):
        raise InputError("witness fixed: must be a list of indices")
    if len(set(fixed)) != len(fixed) or not all(0 <= k < len(centre) for k in fixed):
        raise InputError("witness fixed: must be distinct indices of coordinates")
    free = [k for k in range(len(centre)) if k not in fixed]
    equations = V.nrows() + 2 * n + 1
    if len(free) > equations:
        raise InputError(
            f"witness fixed: leaves {len(free)} unknowns and {equations} equations; fix {len(free) - equations} more"
        )
    with ctx.workprec(BITS):
        return _decide(activation, V.tolist(), centre, free, radius, n)


def _decide(act: Activation, V: list[list[fmpq]], centre: list[fmpq], free: list[int], radius: fmpq, n: int) -> Decision:
    exact = [arb(t) for t in centre]
    box = [arb(t) + arb(0, arb(radius)) if k in set(free) else arb(t) for k, t in enumerate(centre)]
    values, slopes = _system(act, V, box, 2 * n)
    away = next((j for j, value in enumerate(values) if not value.contains(0)), None)
    if away is not None:
        reason = f"no twins in the box: equation {away} of {len(values)} has the values {values[away].str(5)} there"
        return Decision("fails", "ball", "both", None, reason)
    if len(values) != len(free):
        return Decision(
            "undecided", "ball", "both", None, f"{len(values)} equations in {len(free)} unknowns: no test for a zero"
        )
    at, slope = _system(act, V, exact, 2 * n)
    try:
        inverse = arb_mat([[slope[j][k] for k in free] for j in range(len(free))]).inv()
    except ZeroDivisionError:
        return Decision("undecided", "ball", "both", None, "the Jacobian is not proved regular")
    Y = arb_mat([[t.mid() for t in row] for row in inverse.tolist()])
    newton = Y * arb_mat([[t] for t in at])
    defect = Y * arb_mat([[slopes[j][k] for k in free] for j in range(len(free))])
    change = arb(0)
    for i in range(len(free)):
        spread = sum(((arb(int(i == k)) - defect[i, k]).abs_upper() for k in range(len(free))), arb(0)) * arb(radius)
        change = change.max((newton[i, 0].abs_upper() + spread).upper())
    if not change < arb(radius):
        return Decision("undecided", "ball", "both", None, f"the Krawczyk operator moves by {change.str(3)}, outside the box")
    problem = _not_twins(box, n, len(V[0]))
    if problem:
        return Decision("undecided", "ball", "both", None, problem)
    slack = 1 - float((change / arb(radius)).upper())
    reason = f"{len(V)} equations, n = {n}: exactly one zero in the box of radius {float(radius.p) / float(radius.q):.1e}, and it is a twin"
    return Decision("holds", "ball", "both", max(slack, 0.0), reason)


def _system(act: Activation, V: list[list[fmpq]], z: list[arb], points: int) -> tuple[list[arb], list[list[arb]]]:
    """The equations and their derivatives by all coordinates of (z, b), at exact numbers or on a box."""
    d = len(V[0])
    assert act.ball is not None
    Z, b = [z[k * d : (k + 1) * d] for k in range(points)], z[points * d :]
    zero = arb(0)
    values, slopes = [], []
    for v in V:
        pairs = [act.ball(sum((x * t for x, t in zip(row, v)), zero)) for row in Z]
        values.append(sum((c * value for c, (value, _) in zip(b, pairs)), zero))
        data = [c * slope * t for c, (_, slope) in zip(b, pairs) for t in v]
        slopes.append([*data, *(value for value, _ in pairs)])
    for k, row in enumerate(Z):
        values.append(sum((x * x for x in row), zero) - 1)
        slopes.append([2 * row[i % d] if i // d == k else zero for i in range(points * d)] + [zero] * points)
    values.append(sum((c * c for c in b), zero) - 1)
    slopes.append([zero] * (points * d) + [2 * c for c in b])
    return values, slopes


def _not_twins(box: list[arb], n: int, d: int) -> str | None:
    """Why the zeros in the box may be no twins: a vanishing coefficient, or two points that are equal or opposite."""
    points = [box[k * d : (k + 1) * d] for k in range(2 * n)]
    if any(c.contains(0) for c in box[2 * n * d :]):
        return "a coefficient may vanish"
    for i in range(2 * n):
        for j in range(i):
            for sign in (1, -1):
                if all((s - sign * t).contains(0) for s, t in zip(points[i], points[j])):
                    return f"points {j} and {i} may be equal or opposite"
    return None

"""Contraction constants of finite channels and joint laws: exact rationals, and balls with a certificate.

A channel is a table whose rows are laws, a joint law a table (rows: first variable). Entries are numbers or strings as in
`balls.exact_number`; each is taken exactly. A sum within 1e-12 of 1 (rows of floats) is divided out exactly, any other refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from operator import mul
from typing import Any

from flint import arb, ctx

from ..balls import exact_number, parse_ball
from ..errors import InputError

Law = list[Fraction]
_TOLERANCE = Fraction(1, 10**12)


def channel(rows: Any) -> list[Law]:
    """The rows as exact laws.

    Raises:
        InputError: no table, a negative entry, or a row whose sum is not 1 to 1e-12.
    """
    return [_normalized(f"channel row {i}", row) for i, row in enumerate(_table("channel", rows))]


def joint_law(table: Any) -> list[Law]:
    """The table as an exact joint law, without the rows and columns of probability 0.

    Raises:
        InputError: no table, a negative entry, or a sum that is not 1 to 1e-12.
    """
    rows = _table("joint law", table)
    flat = iter(_normalized("joint law", [entry for row in rows for entry in row]))
    exact = [[next(flat) for _ in row] for row in rows]
    columns = [column for column in zip(*(row for row in exact if any(row))) if any(column)]
    return [list(row) for row in zip(*columns)]


def dobrushin(rows: Any) -> Fraction:
    """eta_TV of a channel, from its input to its output: the largest total variation distance between two rows.

    It bounds eta_KL and eta_chi2 of the channel at every input law.
    """
    laws = channel(rows)
    return max(
        (sum((abs(s - t) for s, t in zip(p, q)), Fraction(0)) / 2 for p, q in combinations(laws, 2)), default=Fraction(0)
    )


def chi2(table: Any) -> arb:
    """eta_chi2 of a joint law, the squared maximal correlation: symmetric, a lower bound for eta_KL in both directions.

    With D the diagonal of the row sums p and K = P diag(column sums)^-1 P^T, it is the largest quotient
    x^T (K - p p^T) x / x^T (D - p p^T) x. Its value at the numerical maximizer is the lower end. A slightly larger eta is the
    upper end once eta (D - p p^T) - (K - p p^T) has positive pivots, without its last row and column: its kernel holds the
    vector of ones.
    """
    P = joint_law(table)
    P = P if len(P) <= len(P[0]) else [list(column) for column in zip(*P)]
    if len(P) == 1:
        return arb(0)
    p, q = ([sum(line, Fraction(0)) for line in lines] for lines in (P, zip(*P)))
    size = range(len(P))
    x = _maximizer(P, p, q)
    with ctx.workprec(256):
        balls = [[_ball(s / c) for s, c in zip(row, q)] for row in P]
        table = [[_ball(s) for s in row] for row in P]
        law = [_ball(s) for s in p]
        K = [[sum(map(mul, table[i], balls[j]), -law[i] * law[j]) for j in size] for i in size]
        D = [[(law[i] if i == j else 0) - law[i] * law[j] for j in size] for i in size]
        above, below = (sum((m[i][j] * x[i] * x[j] for i in size for j in size), arb(0)) for m in (K, D))
        lower = (above / below).max(arb(0))
        excess = (lower.upper() + arb(2) ** -200) * arb(2) ** -40
        while not _positive_definite([[(lower + excess) * D[i][j] - K[i][j] for j in size[:-1]] for i in size[:-1]]):
            excess *= 2
            if excess > 1:
                return lower.union(arb(1))
        return lower.union(lower + excess).min(arb(1))


def le_cam(p: Sequence[Fraction], q: Sequence[Fraction], beta: Fraction) -> tuple[Fraction, Fraction]:
    """The Le Cam divergence beta (1 - beta) sum (p - q)^2 / (beta p + (1 - beta) q), and its derivative in beta.

    It equals 1 - sum p q / (beta p + (1 - beta) q).
    """
    mixed = [(s * t, beta * s + (1 - beta) * t, s - t) for s, t in zip(p, q) if s and t]
    value = 1 - sum((product / mean for product, mean, _ in mixed), Fraction(0))
    return value, sum((product * difference / mean**2 for product, mean, difference in mixed), Fraction(0))


def kl_input_free(rows: Any) -> arb:
    """eta_KL of a channel, from its input to its output, the supremum over input laws.

    It is attained by two inputs (Ordentlich and Polyanskiy, "Strong data processing constant is achieved by binary inputs",
    2022) and equals the largest Le Cam divergence of two rows, over beta too. That is concave in beta, so its value and its
    tangent at one rational beta enclose its maximum.
    """
    pairs = [_le_cam_supremum(p, q) for p, q in combinations(channel(rows), 2)]
    lower, upper = (max((pair[end] for pair in pairs), default=Fraction(0)) for end in (0, 1))
    return parse_ball("lower", lower).union(parse_ball("upper", upper))


def _le_cam_supremum(p: Law, q: Law) -> tuple[Fraction, Fraction]:
    """A value of the Le Cam divergence, and a bound for all of them."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(50):
        beta = (low + high) / 2
        slope = le_cam(p, q, beta)[1]
        low, high = (beta, high) if slope > 0 else (low, beta)
    value, slope = le_cam(p, q, (low + high) / 2)
    return value, value + abs(slope) * (high - low)  # the maximum lies in [low, high]


def _maximizer(P: list[Law], p: Law, q: Law) -> list[arb]:
    import numpy as np

    roots = np.sqrt([float(v) for v in p])
    scaled = np.array([[float(v) for v in row] for row in P]) / np.outer(roots, np.sqrt([float(v) for v in q]))
    return [arb(float(v)) for v in np.linalg.svd(scaled)[0][:, 1] / roots]


def _positive_definite(matrix: list[list[arb]]) -> bool:
    """Whether a symmetric matrix certainly has positive pivots in the elimination without exchange."""
    rows = [row[:] for row in matrix]
    for k, pivot in enumerate(rows):
        if not pivot[k] > 0:
            return False
        for row in rows[k + 1 :]:
            factor = row[k] / pivot[k]
            for j in range(k, len(rows)):
                row[j] -= factor * pivot[j]
    return True


def _ball(x: Fraction) -> arb:
    return parse_ball("entry", x)


def _table(name: str, value: Any) -> list[list[Any]]:
    try:
        rows = [list(row) for row in value]
    except TypeError:
        rows = []
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise InputError(f"{name}: must be a non-empty list of rows of one length")
    return rows


def _normalized(name: str, values: Sequence[Any]) -> Law:
    law = [exact_number(name, v) for v in values]
    total = sum(law, Fraction(0))
    if min(law) < 0 or abs(total - 1) > _TOLERANCE:
        raise InputError(f"{name}: must be non-negative with sum 1, not {float(total):g}")
    return [v / total for v in law]

"""Decides the generic rank of the Jacobian for many sizes (n, d) from one table of integers.

The point of each case is cut out of the table: V is the first nd rows and d columns times max(1, n // 4d), the samples are
the rational points of the sphere that belong to the first n rows and d - 1 columns of K
(`reconlaw.theory.rational_sphere`), and all a_i = 1. (Where samples are crowded, rows stretched in this way tell them
apart with fewer bits. Every point is as good as another.)
A nonzero minor for n samples at p = nd also proves rank n'd at p = n'd for every n' < n: the columns of the first n' samples
are independent, so some n'd rows are, and the rows of V are exchangeable. So of each dimension and analytic activation only
the case with the most samples is computed. Balls go through the decider `rank`; polynomials are reduced modulo a fixed prime at the same rational points, with the
residues of their coefficients computed once. The upper bounds are those of `reconlaw.theory.counting`.
"""

from __future__ import annotations

from typing import Any

from flint import nmod_mat

from ...theory.activations import Activation, parse, root_of_product
from ...theory.counting import Bound, rank_bounds
from ...theory.errors import InputError, positive_integer
from ...theory.modular import prime_for, tangent_row
from ...theory.rational_sphere import stereographic
from ..verdict import Decision
from .rank import RankCertificate, _integers, certify


def decide(witness: dict[str, Any]) -> Decision:
    """Decide that every case has its expected rank. Slack: 0 when all hold, minus the largest gap if one fails.

    Keys: V (rows, columns) over V_denominator and K (rows, columns), integers; scale; cases, a list of
    `[activation, n, d, expected]`.

    Raises:
        InputError: a missing key, a table that is too small for a case, d < 2, or an activation with neither arithmetic.
    """
    try:
        cases, V, K = witness["cases"], witness["V"], witness["K"]
        denominator = positive_integer("witness V_denominator", witness["V_denominator"])
        scale = positive_integer("witness scale", witness["scale"])
    except KeyError as error:
        raise InputError(f"witness: the rank_map decider needs the key {error}") from None
    if any(not isinstance(t, list) or not t for t in (cases, V, K)):
        raise InputError("witness: cases, V and K must be non-empty lists")
    V, K = (
        [_integers("V", row) if isinstance(row, list) else [] for row in V],
        [_integers("K", row) if isinstance(row, list) else [] for row in K],
    )
    full = smaller = restricted = 0
    evidence: Any = "exact"
    gap, undecided = 0, None
    failed: str | None = None
    covered: dict[tuple[str, int], int] = {}
    for name, n, d, expected in sorted(map(_case, cases), key=lambda case: -case[1]):
        act = parse(name)
        if n <= covered.get((name, d), 0):
            found = RankCertificate(n * d, _upper(act, n, d), "ball", "almost-everywhere")
            restricted += 1
        else:
            found = _certificate(act, n, d, V, denominator, K, scale)
            if found.evidence == "ball" and found.lower == n * d:
                covered[name, d] = n
        evidence = "ball" if found.evidence == "ball" else evidence
        lower, upper = found.lower or 0, found.upper
        at = f"{name}, n = {n}, d = {d}"
        if upper.value < expected or lower > expected:
            gap = min(gap, -abs(expected - (upper.value if upper.value < expected else lower)))
            failed = failed or f"{at}: rank {lower} to {upper.value}, expected {expected} ({upper.reason})"
        elif lower < upper.value:
            undecided = undecided or f"{at}: rank >= {lower} proved, structural bound {upper.value}, expected {expected}"
        full, smaller = full + (expected == n * d), smaller + (expected < n * d)
    if failed:
        return Decision("fails", evidence, "both", float(gap), failed)
    if undecided:
        return Decision("undecided", evidence, "both", None, undecided)
    reason = f"{len(cases)} sizes: rank nd at {full} ({restricted} by restriction), a smaller rank met by a structural bound at {smaller}"
    return Decision("holds", evidence, "equality", 0.0, reason)


def _case(case: Any) -> tuple[str, int, int, int]:
    if not isinstance(case, list) or len(case) != 4:
        raise InputError(f"witness: the case {case!r} is not [activation, n, d, expected]")
    n, d, expected = (positive_integer("witness case", t) for t in case[1:])
    return case[0], n, d, expected


def _certificate(
    act: Activation, n: int, d: int, V: list[list[int]], denominator: int, K: list[list[int]], scale: int
) -> RankCertificate:
    p = n * d
    stretch = max(1, n // (4 * d))
    rows, points = [[stretch * t for t in v[:d]] for v in V[:p]], [k[: d - 1] for k in K[:n]]
    if d < 2 or len(rows) < p or len(points) < n or any(len(v) < d for v in rows) or any(len(k) < d - 1 for k in points):
        raise InputError(f"witness: the table is too small for n = {n}, d = {d}")
    X = [stereographic(k, scale) for k in points]
    if act.polynomials:
        return RankCertificate(_modular_rank(act, rows, X), _upper(act, n, d), "exact", "almost-everywhere")
    if act.ball is None or act.regularity != "analytic":
        raise InputError(f"witness activation = {act.name!r}: must be a polynomial or analytic")
    return certify({
        "activation": act.name, "domain": "sphere", "arithmetic": "ball", "n": n, "d": d, "p": p, "a": [1] * n,
        "V": rows, "V_denominator": denominator, "X": [x for x, _ in X], "X_denominators": [s for _, s in X],
    })  # fmt: skip


def _upper(act: Activation, n: int, d: int) -> Bound:
    return rank_bounds(act, n, d, n * d, "sphere")[0]


def _modular_rank(act: Activation, V: list[list[int]], points: list[tuple[list[int], int]]) -> int:
    """Rank modulo the prime of the activation, at the rational points reduced; V without its denominator, also a point."""
    q = prime_for(act)
    X = [[t * pow(s, -1, q) % q for t in x] for x, s in points]
    degree = max(act.degrees)
    value = [0] * (degree + 1)
    for term in act.polynomials:
        root = pow(root_of_product(term.radicand, q), -1, q)
        for k, c in enumerate(term.coefficients):
            value[k] += c.numerator * pow(c.denominator, -1, q) * root % q
    slope = [k * c % q for k, c in enumerate(value)][1:]

    def horner(coefficients: list[int], u: int) -> int:
        total = 0
        for c in reversed(coefficients):
            total = (total * u + c) % q
        return total

    entries: list[int] = []
    for v in V:
        for x in X:
            u = sum(s * t for s, t in zip(v, x)) % q
            factor = horner(slope, u)
            entries += [factor * t % q for t in tangent_row(v, x, q)]
            entries.append(horner(value, u))
    return nmod_mat(len(V), len(X) * len(V[0]), entries, q).rank()

"""Decides the rank of the random-features Jacobian from an exact point (V, X, a).

It builds the Jacobian itself: handed a matrix it could certify the wrong thing. The lower bound is a nonzero minor,
modulo a fixed prime or in ball arithmetic; the upper bound is structural (`reconlaw.theory.counting`). A nonzero
minor at one point proves the rank at almost every point: a minor of the Jacobian bordered by the sphere's normals is a
polynomial or analytic function on the connected set of points, and not identically zero (docs/random_features.md,
section 3). For a piecewise activation this holds on the cell of the point; the sphere of d = 1 is not connected, and
there it holds for the signs drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...theory.activations import Activation, parse
from ...theory.counting import DOMAINS, Bound, Domain, pattern_bound, rank_bounds, unknowns
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.memory import refuse_if_too_large
from ...theory.modular import check_modulus, tangent_row
from ..verdict import Decision

PRECISIONS = (64, 128, 256, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class Point:
    """An exact point: integer matrices V (rows, d) and X (n, d) over denominators, integer coefficients a (n,)."""

    activation: Activation
    domain: Domain
    V: list[list[int]]
    v_denominator: int
    X: list[list[int]]
    x_denominators: list[int]
    a: list[int]
    d: int

    @property
    def n(self) -> int:
        return len(self.X)


@dataclass(frozen=True)
class RankCertificate:
    """`lower` is proved at the point (None if nothing could be proved), `upper` structurally."""

    lower: int | None
    upper: Bound
    evidence: str
    scope: str


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `generic rank == witness["expected"]`. Slack: 0 when it holds, minus the gap in rank when it fails.

    Keys: expected, activation, domain (`sphere` or `free`), n, d, p, arithmetic (`modular` or `ball`), modulus (modular: a
    fixed prime), V (at most p rows) over V_denominator, X (n, d) with X_denominators (n), a (n); all integers.

    Raises:
        InputError: the witness is malformed, its point does not lie where it claims to, or its modulus is not one
            of the fixed primes.
    """
    expected = positive_integer("expected", _take(witness, "expected"))
    return compare(certify(witness), expected)


def compare(certificate: RankCertificate, expected: int) -> Decision:
    """The decision that two bounds give on an expected rank."""
    lower, upper, evidence = certificate.lower, certificate.upper, certificate.evidence
    kind: Any = evidence
    if upper.value < expected:
        reason = f"rank <= {upper.value} < {expected}: {upper.reason}"
        return Decision("fails", "exact", "upper", float(upper.value - expected), reason)
    if lower is not None and lower > expected:
        return Decision("fails", kind, "lower", float(expected - lower), f"rank >= {lower} > {expected} by a nonzero minor")
    if lower is not None and lower == upper.value:
        reason = f"rank {expected}: a nonzero minor ({evidence} arithmetic) meets the bound by {upper.reason}"
        return Decision("holds", kind, "equality", 0.0, reason)
    found = "no minor could be separated from zero" if lower is None else f"rank >= {lower} proved"
    return Decision("undecided", kind, "both", None, f"{found}, structural bound {upper.value}, expected {expected}")


def certify(witness: dict[str, Any]) -> RankCertificate:
    """Both bounds at the witness's point, without comparing them to an expected rank."""
    point, p = _read(witness)
    upper = rank_bounds(point.activation, point.n, point.d, p, point.domain)[0]
    two_points = point.d == 1 and point.domain == "sphere" and point.activation.parity == "none"  # signs matter, not connected
    scope = "open-set" if two_points or point.activation.regularity == "piecewise" else "almost-everywhere"
    if witness["arithmetic"] == "modular":
        q = check_modulus(_take(witness, "modulus"))
        lower = _modular_rank(point, q)
        if lower < upper.value and point.activation.slopes is not None:
            upper = min(upper, _pattern_bound(point, q), key=lambda bound: bound.value)
        return RankCertificate(lower, upper, "exact", scope)
    size = upper.value
    return RankCertificate(size if _ball_minor_is_nonzero(point, size) else None, upper, "ball", scope)


def _take(witness: dict[str, Any], key: str) -> Any:
    if key not in witness:
        raise InputError(f"witness: the rank decider needs the key {key!r}")
    return witness[key]


def _integers(name: str, value: Any, length: int | None = None) -> list[int]:
    if not isinstance(value, list | tuple) or (length is not None and len(value) != length):
        raise InputError(f"witness {name}: must be a list of {length} integers")
    try:
        return [int(t) if isinstance(t, str) else _integer(name, t) for t in value]
    except ValueError as error:
        raise InputError(f"witness {name}: {error}") from None


def _integer(name: str, t: Any) -> int:
    if isinstance(t, bool) or not isinstance(t, int):
        raise ValueError(f"{t!r} is not an integer")
    return t


def _read(witness: dict[str, Any]) -> tuple[Point, int]:
    n, d, p = (positive_integer(f"witness {key}", _take(witness, key)) for key in ("n", "d", "p"))
    activation = parse(_take(witness, "activation"))
    domain = one_of("witness domain", _take(witness, "domain"), DOMAINS)
    arithmetic = one_of("witness arithmetic", _take(witness, "arithmetic"), ("modular", "ball"))
    V, X = _take(witness, "V"), _take(witness, "X")
    if not isinstance(V, list) or not 1 <= len(V) <= p or not isinstance(X, list) or len(X) != n:
        raise InputError(f"witness: V must have 1 to p = {p} rows and X n = {n} rows")
    point = Point(
        activation,
        domain,
        [_integers("V", row, d) for row in V],
        positive_integer("witness V_denominator", _integers("V_denominator", [_take(witness, "V_denominator")])[0]),
        [_integers("X", row, d) for row in X],
        [
            positive_integer("witness X_denominators", t)
            for t in _integers("X_denominators", _take(witness, "X_denominators"), n)
        ],
        _integers("a", _take(witness, "a"), n),
        d,
    )
    if arithmetic == "modular" and (point.v_denominator != 1 or set(point.x_denominators) != {1}):
        raise InputError("witness: a modular point is written without denominators")
    if arithmetic == "modular" and not activation.has_exact:
        raise InputError(f"witness activation = {activation.name!r}: has no exact arithmetic")
    if arithmetic == "ball" and activation.ball is None:
        raise InputError(f"witness activation = {activation.name!r}: has no ball arithmetic")
    if len(V) < p and activation.regularity == "piecewise" and activation.slopes is not None:
        raise InputError("witness: the rank of a pattern needs all p rows of V")
    if domain == "sphere" and activation.homogeneity is None:
        _check_sphere(point, witness)
    return point, p


def _check_sphere(point: Point, witness: dict[str, Any]) -> None:
    """All samples on one sphere, exactly. A homogeneous activation does not need it: its rank is invariant to scale."""
    for i, (x, denominator) in enumerate(zip(point.X, point.x_denominators)):
        excess = sum(t * t for t in x) - denominator * denominator
        if witness["arithmetic"] == "modular":
            excess %= check_modulus(_take(witness, "modulus"))
        if excess:
            raise InputError(f"witness X[{i}]: does not lie on the unit sphere")


def _pre_activations(point: Point) -> list[list[int]]:
    """v_j.x_i as integers (over the product of the denominators)."""
    return [[sum(s * t for s, t in zip(v, x)) for x in point.X] for v in point.V]


def _modular_rank(point: Point, q: int) -> int:
    from flint import nmod_mat

    columns = unknowns(point.n, point.d, point.domain)
    refuse_if_too_large(f"exact Jacobian of {len(point.V)} x {columns}", 120 * len(point.V) * columns)
    entries: list[int] = []
    for v, row in zip(point.V, _pre_activations(point)):
        for x, u, a in zip(point.X, row, point.a):
            try:
                value, slope = point.activation.modular(u, q)
            except ValueError as error:
                raise InputError(f"witness: {error}") from None
            directions = tangent_row(v, x, q) if point.domain == "sphere" else v
            entries += [a * slope * t % q for t in directions]
            entries.append(value)
    return nmod_mat(len(point.V), columns, entries, q).rank()


def _pattern_bound(point: Point, q: int) -> Bound:
    """The bound of the set of rows on which a kernel element W (n, d) of the matrix with rows s_j (x) v_j vanishes.

    Kernel elements of a deficient pattern vanish on a flat of slope vectors, so the rows with s_j^T W = 0 are the
    set to choose. Any set gives a valid bound, so nothing rests on how this one was found.
    """
    from flint import nmod_mat

    assert point.activation.slopes is not None
    left, right = point.activation.slopes
    slopes = [[right if u > 0 else left for u in row] for row in _pre_activations(point)]
    residues = {s: s.numerator * pow(s.denominator, -1, q) % q for s in (left, right)}
    entries = [residues[s] * t % q for row, v in zip(slopes, point.V) for s in row for t in v]
    kernel, nullity = nmod_mat(len(point.V), point.n * point.d, entries, q).nullspace()
    columns = [[int(row[k]) for row in kernel.tolist()] for k in range(nullity)]
    mix = [
        sum((3 * k * k + 5 * k + 7) ** 5 * column[t] for k, column in enumerate(columns)) % q for t in range(point.n * point.d)
    ]
    W = [mix[i * point.d : (i + 1) * point.d] for i in range(point.n)]
    members = [
        j for j, row in enumerate(slopes)
        if all(sum(residues[s] * w[k] for s, w in zip(row, W)) % q == 0 for k in range(point.d))
    ]  # fmt: skip
    return pattern_bound(slopes, members, point.n, point.d)


def _ball_minor_is_nonzero(point: Point, size: int) -> bool:
    """Whether the leading minor of that size is proved nonzero at some working precision."""
    from flint import arb_mat, ctx

    if size > len(point.V):
        raise InputError(f"witness V: a minor of size {size} needs as many rows, not {len(point.V)}")
    refuse_if_too_large(f"ball determinant of {size} x {size}", 500 * size * size)
    pre_activations = _pre_activations(point)[:size]
    before = ctx.prec
    try:
        for ctx.prec in PRECISIONS:
            determinant = arb_mat([_ball_row(point, j, us)[:size] for j, us in enumerate(pre_activations)]).det()
            if not determinant.contains(0):
                return True
    finally:
        ctx.prec = before
    return False


def _ball_row(point: Point, j: int, pre_activations: list[int]) -> list[Any]:
    """Row j of the Jacobian in balls, exact rational directions times balls of act and act'."""
    from flint import arb, fmpq

    assert point.activation.ball is not None
    row: list[Any] = []
    v, vd = point.V[j], point.v_denominator
    for x, xd, a, u in zip(point.X, point.x_denominators, point.a, pre_activations):
        if point.activation.regularity == "piecewise" and u == 0:
            raise InputError("witness: a pre-activation lies on the kink")
        value, slope = point.activation.ball(arb(fmpq(u, vd * xd)), 1 if u > 0 else -1)
        if point.domain == "free":
            row += [a * slope * fmpq(t, vd) for t in v]
        else:
            # reflection that maps e_d to -+x: w = x + sign e_d, and v.t_k = v_k - 2 (v.w) w_k / (w.w) for k < d
            sign = 1 if x[-1] >= 0 else -1
            vw, ww = u + sign * xd * v[-1], xd * (xd + abs(x[-1]))
            row += [a * slope * fmpq(v[k] * ww - vw * x[k], ww * vd) for k in range(point.d - 1)]
        row.append(value)
    return row

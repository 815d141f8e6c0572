"""Unknowns, equations, and structural upper bounds on the rank of the random-features Jacobian.

The Jacobian is that of `(X, a) -> sum_i a_i act(V x_i)` with respect to the data and the coefficients together,
one row for each row v_j of V. As functions of v its columns are `a_i act'(x_i.v) (t.v)`, for t in a basis of the
directions in which x_i may move, and `act(x_i.v)`. Every bound below holds at EVERY point (V, X, a), so the smallest
of them is an upper bound on the generic rank; that it is attained is what a certificate at one point proves.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .activations import Activation
from .errors import one_of, positive_integer

Domain = Literal["sphere", "free"]
DOMAINS: tuple[Domain, ...] = ("sphere", "free")

ALEXANDER_HIRSCHOWITZ = {(3, 4, 5), (4, 4, 9), (5, 4, 14), (5, 3, 7)}
"""(d, K, n): n generic points of P^(d-1) whose n tangent spaces to the K-th Veronese variety span one dimension less
than expected (Alexander and Hirschowitz 1995; quadrics, K = 2, are the other exception). For K = 4 the square of
a quadric through the points annihilates all columns; for (5, 3, 7) the secant cubic of the rational normal curve."""


TWO_DECOMPOSITIONS = {(4, 4, 8), (6, 3, 9), (3, 6, 9)}
"""(d, K, n): a general sum of n K-th powers in d variables is one in exactly two ways over the complex numbers (the second
need not be real), although the tangent spaces are independent (Chiantini, Ottaviani and Vannieuwenhoven 2017)."""


@dataclass(frozen=True)
class Bound:
    """An upper bound on the rank, and why."""

    value: int
    reason: str


def unknowns(n: int, d: int, domain: Domain = "sphere", outputs: int = 1) -> int:
    """Number of unknowns of `theta = sum_i psi(x_i) a_i`: n(d-1) + nC on the sphere, nd + nC off it.

    For d = 1 the sphere is two points, which leaves the nC coefficients.
    """
    positive_integer("n", n), positive_integer("d", d), positive_integer("outputs", outputs)
    one_of("domain", domain, DOMAINS)
    return n * (d - 1 if domain == "sphere" else d) + n * outputs


def rank_bounds(activation: Activation, n: int, d: int, p: int, domain: Domain = "sphere") -> list[Bound]:
    """All structural upper bounds on the rank that do not depend on the point, smallest first.

    Raises:
        InputError: n, d or p not a positive integer, or an unknown domain.
    """
    m = unknowns(n, d, domain)
    positive_integer("p", p)
    bounds = [Bound(p, f"{p} equations"), Bound(m, f"{m} unknowns")]
    bounds += _homogeneous(activation, n, d, domain)
    bounds += _polynomial(activation, n, d, domain)
    if d == 1:
        bounds += _one_dimension(activation, n, domain)
    return sorted(bounds, key=lambda bound: bound.value)


def expected_on_sphere(degrees: Collection[int], n: int, d: int, *, exceptions: bool = True) -> int:
    """The rank expected at p = nd on the sphere: nd, capped by the forms of the degrees that count (none: no cap).

    Args:
        degrees: the highest even and the highest odd degree of a polynomial; empty for an analytic activation.
        exceptions: whether the cases of Alexander and Hirschowitz are counted.
    """
    count = unknowns(n, d)
    if not degrees:
        return count
    rank = min(count, sum(math.comb(d + k - 1, k) for k in degrees))
    return rank - (exceptions and len(degrees) == 1 and (d, *degrees, n) in ALEXANDER_HIRSCHOWITZ)


def feature_bound(activation: Activation, n: int, d: int, p: int, domain: Domain = "sphere") -> Bound:
    """The smallest structural upper bound on the rank of the feature matrix (p, n) of n samples.

    The features of a polynomial lie in the polynomials in x of its degrees; on the sphere, of the highest even and the
    highest odd one, as for the Jacobian.
    """
    for name, value in (("n", n), ("d", d), ("p", p)):
        positive_integer(name, value)
    bounds = [Bound(p, f"{p} equations"), Bound(n, f"{n} samples")]
    if activation.polynomials:
        degrees = _effective_degrees(activation, domain)
        cap = sum(math.comb(d + k - 1, k) for k in degrees)
        bounds.append(Bound(cap, f"polynomials of degrees {degrees} in {d} variables: {cap} dimensions"))
    return min(bounds, key=lambda bound: bound.value)


def ambiguity(activation: Activation, n: int, d: int, domain: Domain = "sphere", outputs: int = 1) -> str | None:
    """Why n samples cannot be unique for any number of equations; None if nothing is known to forbid it.

    A polynomial activation turns theta into symmetric tensors of the samples, of finite dimension: beyond it more
    equations say nothing new.
    """
    if not activation.polynomials:
        return None
    pair = n == 2 and domain == "sphere" and activation.degrees - {0} == {1, 2}  # the one unique case
    if max(activation.degrees) <= 2 and n > 1 and not pair:
        return "degree <= 2: rotations of the samples, or of the vectors (x_i, 1), leave theta unchanged"
    cap, m = _polynomial(activation, n, d, domain)[0].value, unknowns(n, d, domain, outputs)
    if activation.homogeneity is not None and domain == "free":
        m -= n
    if cap * outputs <= m:
        return f"polynomial activation: {cap} independent features at most, {m} unknowns"
    if any((d, k, n) in TWO_DECOMPOSITIONS for k in _single_degree(activation, domain)):
        return "two decompositions into powers exist over the complex numbers (Chiantini, Ottaviani and Vannieuwenhoven 2017)"
    return None


def unseparated_probability(n: int, d: int, p: int) -> float:
    """Expected number of pairs, of n samples uniform on the sphere, that lie in one cell of p Gaussian hyperplanes (at most 1).

    Two points at angle phi are separated by a random hyperplane with probability phi/pi, and phi has density
    proportional to sin^(d-2) phi (midpoint rule). It bounds the probability that some pair does. A piecewise-linear
    activation cannot tell two such samples apart, nor from one if their coefficients have the same sign.
    """
    if n < 2 or d < 2:
        return float(n > 1)
    steps = 4000  # of w with phi = pi w^4, fine enough near 0 for any p
    grid = [(k + 0.5) / steps for k in range(steps)]
    angles = [math.pi * w**4 for w in grid]
    density = [w**3 * math.sin(phi) ** (d - 2) for w, phi in zip(grid, angles)]
    together = sum(w * (1 - phi / math.pi) ** p for w, phi in zip(density, angles)) / sum(density)
    return min(1.0, math.comb(n, 2) * together)


def _homogeneous(activation: Activation, n: int, d: int, domain: Domain) -> list[Bound]:
    k = activation.homogeneity
    if k is None or domain == "sphere":
        return []
    return [Bound(n * d, f"homogeneous of degree {k}: (dx_i, da_i) = (x_i, -{k} a_i) lies in the kernel for every i")]


def _effective_degrees(activation: Activation, domain: Domain) -> list[int]:
    """The degrees that count: on the sphere the highest even and the highest odd one."""
    degrees = sorted(activation.degrees)
    return degrees if domain == "free" else sorted({k % 2: k for k in degrees}.values())


def _single_degree(activation: Activation, domain: Domain) -> list[int]:
    """`[K]` if theta is as good as the symmetric tensor `sum_i a_i x_i^(x)K`, else []."""
    degrees = _effective_degrees(activation, domain)
    return degrees if len(degrees) == 1 else []


def _polynomial(activation: Activation, n: int, d: int, domain: Domain) -> list[Bound]:
    """Columns are polynomials in v, a term of degree k pairing v^(x)k with x^(x)k.

    So they span at most as many dimensions as the polynomials in x of these degrees. On the sphere a polynomial of
    degree k is one of degree k + 2 (multiply by |x|^2), which leaves the highest even and the highest odd degree.
    """
    if not activation.polynomials:
        return []
    degrees = _effective_degrees(activation, domain)
    cap = sum(math.comb(d + k - 1, k) for k in degrees)
    bounds = [Bound(cap, f"polynomials of degrees {degrees} in {d} variables: at most {cap} independent columns")]
    if activation.degrees - {0} == {1, 2} and n <= d + 1:
        lost = (n - 1) * (n - 2) // 2 if domain == "sphere" else n * (n - 1) // 2
        bounds.append(Bound(unknowns(n, d, domain) - lost, "degrees 1 and 2: rotations of the vectors (x_i, 1)"))
    if len(degrees) > 1:
        return bounds
    (k,) = degrees
    # one degree only: homogeneous, so that the radial column is K times the coefficient column; or, on the sphere, as good
    # as homogeneous (`hermite:4`): the lower tensors are contractions of the highest
    if k == 2 and 2 <= n <= d:
        value = n * d - n * (n - 1) // 2
        bounds.append(Bound(value, "quadrics: rotations within the span of the samples leave sum_i a_i x_i x_i^T unchanged"))
    if (d, k, n) in ALEXANDER_HIRSCHOWITZ:
        value = min(n * d, cap) - 1
        bounds.append(Bound(value, f"Alexander-Hirschowitz theorem, exceptional case (d, K, n) = ({d}, {k}, {n})"))
    return bounds


def _one_dimension(activation: Activation, n: int, domain: Domain) -> list[Bound]:
    rays = 1 if activation.parity != "none" else 2
    if domain == "sphere":
        return [Bound(min(n, rays), f"d = 1: the sphere is two points, so at most {rays} independent columns")]
    if activation.homogeneity is not None:
        return [Bound(rays, f"d = 1 and homogeneous: every column is a multiple of act(v) or act(-v), {rays} independent")]
    return []


def pattern_bound(slopes: Sequence[Sequence[Fraction]], members: Collection[int], n: int, d: int) -> Bound:
    """Edmonds' bound for a piecewise-linear activation on one activation pattern.

    The columns of the Jacobian span the same space as those of the matrix with rows `s_j (x) v_j`, where
    s_j (n,) holds the slopes of the samples at v_j. For any set F of rows the rank is at most
    `d rank{s_j : j in F}`, what the rows of F can contribute, plus the number of the other rows. Over all F this is
    the rank of the d-fold union of the linear matroid of the s_j, which generic v_j attain.

    Args:
        slopes: one row s_j for each equation, exact.
        members: the indices j in F. Any set gives a valid bound.
    """
    from flint import fmpq, fmpq_mat

    members = set(members)
    distinct = {tuple(slopes[j]) for j in members}
    rows = [[fmpq(t.numerator, t.denominator) for t in row] for row in distinct]
    rank = fmpq_mat(rows).rank() if rows else 0
    value = d * rank + len(slopes) - len(members)
    return Bound(value, f"activation pattern: {len(members)} rows whose slopes span {rank} of {n} dimensions, and the others")

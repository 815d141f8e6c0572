"""Decides exact facts about one coordinate of the Gaussian and of the sparse problem, from its joint law.

Gaussian: theta ~ N(0, 1), the points are lambda theta + sqrt(1 - lambda^2) N(0, 1). Sparse: with probability nu the coordinate is in S and has
a fair sign y, which all points show; else the points are independent fair signs. Laws of strings of n signs are enumerated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import prod
from typing import Any

from flint import fmpq, fmpq_mat

from ...theory.contraction.finite import dobrushin
from ...theory.entropy import total_variation
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.rationals import rational, strings
from ..verdict import Decision
from .keys import check_keys

Witness = Mapping[str, Any]


def decide(witness: Witness) -> Decision:
    """Decide again from the witness alone. Numbers are integers or strings `p/q`; everything is exact, and the slack is 0.

    - `gaussian`: the squared multiple correlations tau of theta, and rho of a further point, with n points are
      n u / (1 + (n-1) u) and u^power tau, u = lambda^2, and (1 - tau)/rho = (1 - u)/(n u^2).
    - `sparse-theta`: tau = kappa = nu / (nu + (1 - nu) 2^(1-n)). eta_TV of the channel from the points to theta (0, + or -) is
      kappa, and so is the squared correlation of the sign of constant points with y (0 elsewhere), a lower bound of eta_chi2. In S a sign is
      flipped with probability flip, outside S it has mean bias: 0 in the problem. Fails if the first is below kappa
      or the second above.
    - `sparse-domination`: given a further point X, the n points have the law of Phi(Z), Z = X flipped with probability flip:
      Phi gives n times Z with the probability that the points are all equal, else a string uniform on the others; and rho = (1 - 2 flip)^2.

    Keys: statement, n; square and power; or nu, flip and bias; or nu, flip and rho.

    Raises:
        InputError: a key missing or unknown, or a value out of range.
    """
    statement = one_of("statement", witness.get("statement"), tuple(STATEMENTS))
    decider, keys = STATEMENTS[statement]
    check_keys(witness, "one_coordinate", {"decider", "statement", "n", *keys.split()}, statement)
    n = positive_integer("n", witness["n"])
    if n > (200 if statement == "gaussian" else 12):
        raise InputError(f"n = {n}: too large to be enumerated")
    return decider(witness, n)


def _between(w: Witness, name: str, low: int, high: int) -> fmpq:
    value = rational(name, w[name])
    if not low < value < high:
        raise InputError(f"{name} = {value}: must lie strictly between {low} and {high}")
    return value


def _gaussian(w: Witness, n: int) -> Decision:
    u, power = _between(w, "square", 0, 1), positive_integer("power", w["power"])
    covariance = fmpq_mat([[fmpq(1) if i == j else u for j in range(n)] for i in range(n)])
    weights = covariance.solve(fmpq_mat([[1]] * n))
    total = sum(weights.entries(), fmpq(0))
    tau, rho = u * total, u * u * total
    claimed = n * u / (1 + (n - 1) * u)
    equal = tau == claimed and rho == u**power * claimed and (1 - tau) / rho == (1 - u) / (n * u * u)
    return _equality(equal, f"tau = {float(tau.p) / float(tau.q):.8g}, rho = {float(rho.p) / float(rho.q):.8g}")


def _sparse(w: Witness, n: int, flip: fmpq, bias: fmpq) -> tuple[fmpq, list[tuple[int, ...]], fmpq_mat]:
    """nu, the strings, and the joint law of theta (0, 1, -1) and the string."""
    nu = _between(w, "nu", 0, 1)
    points = list(product((1, -1), repeat=n))
    laws = [(1 - nu, bias), (nu / 2, 1 - 2 * flip), (nu / 2, 2 * flip - 1)]
    return (
        nu,
        points,
        fmpq_mat([[p * prod(((1 + s * mean) / 2 for s in x), start=fmpq(1)) for x in points] for p, mean in laws]),
    )


def _sparse_theta(w: Witness, n: int) -> Decision:
    flip, bias = rational("flip", w["flip"]), rational("bias", w["bias"])
    if not (0 <= flip < 1 and -1 < bias < 1):
        raise InputError(f"flip = {flip}, bias = {bias}: must lie in [0, 1) and (-1, 1)")
    nu, points, table = _sparse(w, n, flip, bias)
    kappa = nu / (nu + (1 - nu) * fmpq(2) ** (1 - n))
    rows = {tuple(strings([t / sum(column, fmpq(0)) for t in column])) for column in zip(*table.tolist())}
    found = dobrushin(sorted(rows))
    variation = fmpq(found.numerator, found.denominator)
    constant = [x[0] if len(set(x)) == 1 else 0 for x in points]

    def mean(f: Callable[[int, int], int]) -> fmpq:
        return sum((t * f(y, c) for y, row in zip((0, 1, -1), table.tolist()) for t, c in zip(row, constant)), fmpq(0))

    variances = [mean(lambda y, c: y * y) - mean(lambda y, c: y) ** 2, mean(lambda y, c: c * c) - mean(lambda y, c: c) ** 2]
    squared = (mean(lambda y, c: y * c) - mean(lambda y, c: y) * mean(lambda y, c: c)) ** 2 / (variances[0] * variances[1])
    reason = f"kappa = {kappa}, eta_TV = {variation}, squared correlation {squared}"
    if variation < kappa or squared > kappa:
        return Decision("fails", "exact", "equality", None, reason)
    if variation == squared == kappa:
        return Decision("holds", "exact", "equality", 0.0, reason)
    return Decision("undecided", "exact", "equality", None, reason)


def _sparse_domination(w: Witness, n: int) -> Decision:
    flip, rho = _between(w, "flip", 0, 1), rational("rho", w["rho"])
    _, points, table = _sparse(w, n, fmpq(0), fmpq(0))
    whole, up, down = table.tolist()
    seen = [[s / 2 + (t if x > 0 else r) for s, t, r in zip(whole, up, down)] for x in (1, -1)]  # P(string, X = x)
    given = [[t / sum(row, fmpq(0)) for t in row] for row in seen]
    constant = {1: points[0], -1: points[-1]}
    chance = sum((t for x, t in zip(points, given[0]) if x in constant.values()), fmpq(0))
    rest = (1 - chance) / max(1, len(points) - 2)
    made = [
        [chance * (flip if points[i] == constant[-x] else 1 - flip) if points[i] in constant.values() else rest
         for i in range(len(points))] for x in (1, -1)
    ]  # fmt: skip
    delta = max(total_variation(p, q) for p, q in zip(given, made))
    return _equality(delta == 0 and rho == (1 - 2 * flip) ** 2, f"delta = {delta}, squared correlation {(1 - 2 * flip) ** 2}")


def _equality(equal: bool, reason: str) -> Decision:
    return Decision("holds" if equal else "fails", "exact", "equality", 0.0 if equal else None, reason)


STATEMENTS: Mapping[str, tuple[Callable[[Witness, int], Decision], str]] = {
    "gaussian": (_gaussian, "square power"),
    "sparse-theta": (_sparse_theta, "nu flip bias"),
    "sparse-domination": (_sparse_domination, "nu flip rho"),
}

r"""Decides, for given looks at a fair sign, whether the backward constant to the sign is that of chi-square, and the steps of the proof.

theta is a fair sign. A look of correlation lambda is theta times an independent sign of mean lambda. With probability `kept` all the
looks are seen, else nothing is. R = E[theta | data] and T = E R^2. Theorem 2.2 of docs/memorization.md (kept = 1) is

    ln E e^{tR} <= (1/T) ln cosh(T t) for all t >= 0.

All correlations are rational, so R, its law and, as e^{2 artanh lambda} = (1 + lambda)/(1 - lambda), the variables of the proof are too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import comb, prod
from typing import Any

from flint import arb, ctx, fmpq, fmpz

from ...theory.contraction.bias import BiasLaw
from ...theory.contraction.domination import chi2_dominates
from ...theory.contraction.fair_bit import supremum
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.rationals import rational
from ..verdict import Decision
from .keys import check_keys

LARGEST = 5000
Law = dict[fmpq, fmpq]
Looks = list[tuple[fmpq, int]]


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. Numbers are integers or strings `p/q`.

    - `domination`: the inequality for all t >= 0, by balls. Fails where E R^2 is exceeded at one t. The slack is
      1 - E R^4 / (3 T^2 - 2 T^3), the margin for small t.
    - `moments`: (2.3) of the proof for k = 0, ..., orders, exact. The slack is the least of these means for k >= 1, each divided by
      E (R_1 + R_2)^{2k}.
    - `monotone`: for every set J of looks, steps 5 and 6: the covariance of g^{2k} and h given J is at most 0 for k = 1, ..., orders;
      and when a look is added to J, the mean of g^{2k} given J does not decrease and that of h does not increase. The mean of
      h must be T. Exact; the slack is 0.

    Keys: statement, looks (a list of correlation and number of copies); for `domination` and `moments` kept; for `moments` and
    `monotone` orders.

    Raises:
        InputError: a key missing or unknown, a value out of range, or too many looks.
    """
    statement = one_of("statement", witness.get("statement"), tuple(STATEMENTS))
    decider, keys = STATEMENTS[statement]
    check_keys(witness, "backward_bit", {"decider", "statement", "looks", *keys.split()}, statement)
    return decider(witness)


def bias_law(looks: Looks, kept: fmpq) -> Law:
    """The law of |R|, exact: value -> weight."""
    if prod(copies + 1 for _, copies in looks) > LARGEST:
        raise InputError(f"looks: more than {LARGEST} counts of signs")
    counts = [(fmpz(1), fmpz(1))]  # of agreements, look by look; their laws given theta = 1 and -1, times a common number
    for correlation, copies in looks:
        up, down = correlation.q + correlation.p, correlation.q - correlation.p
        one = [(comb(copies, j) * up**j * down ** (copies - j), comb(copies, j) * down**j * up ** (copies - j))
               for j in range(copies + 1)]  # fmt: skip
        counts = [(a * s, b * t) for a, b in counts for s, t in one]
    total = sum((a for a, _ in counts), fmpz(0))
    law: Law = {}
    for a, b in counts:
        value = fmpq(abs(a - b), a + b)
        law[value] = law.get(value, fmpq(0)) + kept * fmpq(a + b, 2 * total)
    if kept != 1:
        law[fmpq(0)] = law.get(fmpq(0), fmpq(0)) + 1 - kept
    return law


def _looks(w: Mapping[str, Any]) -> Looks:
    looks = w["looks"]
    if not isinstance(looks, list | tuple) or not looks or any(not isinstance(x, list | tuple) or len(x) != 2 for x in looks):
        raise InputError("looks: must be a non-empty list of pairs, correlation and number of copies")
    found = [(rational("correlation", c), positive_integer("copies", m)) for c, m in looks]
    if any(not 0 < c < 1 for c, _ in found):
        raise InputError("looks: every correlation must lie strictly between 0 and 1")
    return found


def _law(w: Mapping[str, Any]) -> Law:
    kept = rational("kept", w["kept"])
    if not 0 < kept <= 1:
        raise InputError(f"kept = {kept}: must lie in (0, 1]")
    return bias_law(_looks(w), kept)


def _domination(w: Mapping[str, Any]) -> Decision:
    exact = _law(w)
    moments = [sum((p * r**k for r, p in exact.items()), fmpq(0)) for k in (2, 4)]
    margin = 1 - moments[1] / (3 * moments[0] ** 2 - 2 * moments[0] ** 3)
    for bits in (128, 256):
        with ctx.workprec(bits):
            law = BiasLaw.of([arb(r) for r in exact], [arb(p) for p in exact.values()])
            found = chi2_dominates(law)
            if found.proved:
                reason = f"proved for all t >= 0 from {found.points} points, T = {float(law.moment(2)):.8g}"
                return Decision("holds", "ball", "upper", float(arb(margin).lower()), reason)
            t, ratio = supremum(law)
            if ratio > law.moment(2):
                reason = (
                    f"false: the constant is at least {float(ratio):.8g} > T = {float(law.moment(2)):.8g} (t = {float(t):.4g})"
                )
                return Decision("fails", "ball", "upper", None, reason)
    return Decision(
        "undecided", "ball", "upper", None, f"neither proved nor refuted; the proof came to t = {float(found.reach):.4g}"
    )


def _moments(w: Mapping[str, Any]) -> Decision:
    law, orders = _law(w), _orders(w)
    M = [sum((p * r**j for r, p in law.items()), fmpq(0)) if j % 2 == 0 else fmpq(0) for j in range(2 * orders + 3)]

    def mean(k: int, f: Callable[[int, int], fmpq]) -> fmpq:
        """E (R_1 + R_2)^{2k} F, f(i, j) being E R_1^i R_2^j F."""
        return sum((comb(2 * k, i) * f(i, 2 * k - i) for i in range(2 * k + 1)), fmpq(0))

    def bracket(i: int, j: int) -> fmpq:
        """F = T (1 - R_1 R_2) - (R_1 - R_2)^2 / 2."""
        return M[2] * M[i] * M[j] + (1 - M[2]) * M[i + 1] * M[j + 1] - (M[i + 2] * M[j] + M[i] * M[j + 2]) / 2

    quotients = [mean(k, bracket) / mean(k, lambda i, j: M[i] * M[j]) for k in range(orders + 1)]
    negative = [k for k, value in enumerate(quotients) if value < 0]
    if negative:
        return Decision("fails", "exact", "lower", None, f"(2.3) is negative at k = {', '.join(map(str, negative))}")
    least = float(arb(min(quotients[1:])).lower())
    return Decision(
        "holds", "exact", "lower", max(0.0, least), f"(2.3) for k = 0, ..., {orders}; the least for k >= 1: {least:.4g}"
    )


def _monotone(w: Mapping[str, Any]) -> Decision:
    looks, orders = _looks(w), _orders(w)
    odds = [(1 + c) / (1 - c) for c, copies in looks for _ in range(copies)]
    if len(odds) > 8:
        raise InputError("looks: at most 8 for the statement monotone")
    means = {J: _conditional(odds, J, orders) for size in range(len(odds) + 1) for J in combinations(range(len(odds)), size)}
    wrong = []
    for J, (_, h, g, joint) in means.items():
        wrong += [f"covariance given {J}, k = {k + 1}" for k in range(orders) if joint[k] > g[k] * h]
        for j in set(range(len(odds))) - set(J):
            _, more_h, more_g, _ = means[tuple(sorted((*J, j)))]
            wrong += [f"g^{2 * k + 2}, {j} added to {J}" for k in range(orders) if more_g[k] < g[k]]
            wrong += [f"h, {j} added to {J}"] if more_h > h else []
    total = sum((mass for mass, *_ in means.values()), fmpq(0))
    T = sum((p * r**2 for r, p in bias_law(looks, fmpq(1)).items()), fmpq(0))
    if sum((mass * h for mass, h, *_ in means.values()), fmpq(0)) != T * total:
        wrong.append("the mean of h is not T")
    if wrong:
        return Decision("fails", "exact", "both", None, "; ".join(wrong[:3]))
    return Decision("holds", "exact", "both", 0.0, f"steps 5 and 6 for {len(means)} sets J and k = 1, ..., {orders}")


def _conditional(odds: list[fmpq], J: tuple[int, ...], orders: int) -> tuple[fmpq, fmpq, list[fmpq], list[fmpq]]:
    """Given J: its mass E_0 cosh m, and under mu the means of h, of g^{2k} and of g^{2k} h, k = 1, ..., orders."""
    inside, outside = [odds[i] for i in J], [c for i, c in enumerate(odds) if i not in J]
    xs, ys = list(_cosh(inside)), list(_cosh(outside))
    mass, h_sum, g_sums, joint = fmpq(0), fmpq(0), [fmpq(0)] * orders, [fmpq(0)] * orders
    for x, y in product(xs, ys):
        h, square = (y * y - 1) / (y * (x + y)), (x * x - 1) / (x + y) ** 2
        mass, h_sum, power = mass + y, h_sum + y * h, y
        for k in range(orders):
            power = power * square
            g_sums[k] += power
            joint[k] += power * h
    return mass / (len(xs) * len(ys)), h_sum / mass, [s / mass for s in g_sums], [s / mass for s in joint]


def _cosh(odds: list[fmpq]) -> Iterator[fmpq]:
    """cosh of the sum of the +-log(odds), for all signs (of the first up to a common change of sign)."""
    for signs in product((1, -1), repeat=max(0, len(odds) - 1)):
        e = prod((c**s for c, s in zip(odds, (1, *signs))), start=fmpq(1))
        yield (e + 1 / e) / 2


def _orders(w: Mapping[str, Any]) -> int:
    orders = positive_integer("orders", w["orders"])
    if orders > 100:
        raise InputError(f"orders = {orders}: at most 100")
    return orders


STATEMENTS: Mapping[str, tuple[Callable[[Mapping[str, Any]], Decision], str]] = {
    "domination": (_domination, "kept"),
    "moments": (_moments, "kept orders"),
    "monotone": (_monotone, "orders"),
}

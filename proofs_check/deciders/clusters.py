"""Decides statements about n samples in k equally frequent clusters.

- `singletons`: with n = k log k, rounded, no cluster is seen exactly once, with at least the stated probability.
- `mixture`: in expectation over the samples, err(A) >= opt + w (sum over the clusters seen of the error on them) - c/k. The instance:
  a cluster is one point, uniform on an alphabet of m; a negative is uniform, and comes with a cluster as positives do; A rejects
  everything, with error 1/2 on each cluster. The optimum has error 1/2 on a cluster not seen and 1/(2m) on one seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.occupancy import no_singletons
from ..verdict import Decision, Outcome
from .keys import check_keys

KEYS = {
    "singletons": {"decider", "statement", "logarithm", "clusters", "probability"},
    "mixture": {"decider", "statement", "weight", "cases"},
}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    Keys: statement (`singletons` or `mixture`). For `singletons` logarithm (`natural` or `binary`), clusters (a list of k) and
    probability; for `mixture` weight (w: `one`, or `frequency` for 1/k) and cases (a list of k, n, m, c).

    Holds if the statement is true in every case, fails if it is false in every case, else undecided. The slack is the smallest
    left side minus right side.

    Raises:
        InputError: a key missing or unknown, or a value that cannot be read.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "clusters", KEYS[statement], statement)
    cases = witness["clusters" if statement == "singletons" else "cases"]
    if not isinstance(cases, list | tuple) or not cases:
        raise InputError("witness: clusters or cases must be a list, not empty")
    if statement == "mixture":
        weight = one_of("weight", witness["weight"], ("one", "frequency"))
        pairs = [_mixture(weight, case) for case in cases]
        gaps = [error - claimed for error, claimed in pairs]
        at = min(range(len(cases)), key=gaps.__getitem__)
        outcome: Outcome = "holds" if min(gaps) >= 0 else "fails" if max(gaps) < 0 else "undecided"
        reason = f"k, n, m, c = {cases[at]}: error {float(pairs[at][0]):g}, right side {float(pairs[at][1]):.6g}"
        return Decision(outcome, "exact", "lower", float(gaps[at]) if outcome == "holds" else None, reason)
    logarithm = one_of("logarithm", witness["logarithm"], ("natural", "binary"))
    with ctx.workprec(192):
        least = parse_ball("probability", exact_number("probability", witness["probability"]))
        found = [no_singletons(k, samples(k, logarithm)) for k in cases]
        good, bad = sum(bool(p >= least) for p in found), sum(bool(p < least) for p in found)
        outcome = "holds" if good == len(cases) else "fails" if bad == len(cases) else "undecided"
        at = min(range(len(cases)), key=lambda i: float(found[i].mid()))
        slack = max(0.0, float((found[at] - least).lower())) if outcome == "holds" else None
        reason = f"k = {cases[at]}, n = {samples(cases[at], logarithm)}: no singleton with probability {float(found[at]):.4g}"
    return Decision(outcome, "ball", "lower", slack, reason)


def samples(clusters: Any, logarithm: str) -> int:
    """k log k, rounded to the nearest integer.

    Raises:
        InputError: k < 2.
    """
    k = positive_integer("clusters", clusters, minimum=2)
    value = k * arb(k).log() / (arb.const_log2() if logarithm == "binary" else 1)
    integer = (value + arb(1) / 2).floor().unique_fmpz()
    if integer is None:
        raise InputError(f"clusters = {k}: the rounding of k log k is not decided")
    return int(integer)


def _mixture(weight: str, case: Any) -> tuple[Fraction, Fraction]:
    if not isinstance(case, list | tuple) or len(case) != 4:
        raise InputError(f"cases: {case!r} must be k, n, m, c")
    k, n, m = (positive_integer(name, value) for name, value in zip("knm", case))
    c = exact_number("c", case[3])
    unseen = (1 - Fraction(1, k)) ** n
    optimum = unseen / 2 + (1 - unseen) / (2 * m)
    on_seen = k * (1 - unseen) / 2  # the errors on the clusters seen, added up
    return Fraction(1, 2), optimum + (on_seen if weight == "one" else on_seen / k) - c / k

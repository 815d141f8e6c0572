"""Decides bounds on what the coordinatewise majority of many samples memorizes in the Boolean problem.

theta is uniform in {-1, 1}^d, and each coordinate of a sample agrees with it with probability (1 + lambda)/2, lambda = C d^(-1/4). Given
theta, the majority of n samples (n odd) has entropy d h(p), h the binary entropy in bits and p the probability that a majority of
n coordinates is wrong: this is its excess memorization. Fano's inequality and Hoeffding's bound p <= exp(-n lambda^2 / 2) give

    d h(p) <= A = 2 sqrt(d) exp(-n lambda^2 / 4) + d^2 exp(-n lambda^2 / 2).

The statement is A <= 3 d^2 exp(-E), with E = n lambda^2 / 2 (`own`) or E = n / sqrt(d) (`theorem`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.intervals import binomial_tail
from ..verdict import Decision, Outcome
from .keys import check_keys

KEYS = {"decider", "strength", "exponent", "cases"}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    Keys: strength (C), exponent (`own` or `theorem`), cases (a list of d, n with n odd).

    Holds if d h(p) <= A <= 3 d^2 exp(-E) in every case; fails if in every case A exceeds 3 d^2 exp(-E), and for `theorem` even
    d h(p) does; else undecided. The slack is the smallest ln(3 d^2 exp(-E) / A).

    Raises:
        InputError: a key missing or unknown, or a value that cannot be read or is out of range.
    """
    check_keys(witness, "majority", KEYS)
    exponent, cases = one_of("exponent", witness["exponent"], ("own", "theorem")), witness["cases"]
    if not isinstance(cases, list | tuple) or not cases:
        raise InputError("cases: must be a list, not empty")
    with ctx.workprec(128):
        strength = parse_ball("strength", exact_number("strength", witness["strength"]))
        found = [_bounds(strength, exponent, case) for case in cases]
        good = [bool(entropy <= middle) and bool(middle <= bound) for entropy, middle, bound in found]
        bad = [bool((middle if exponent == "own" else entropy) > bound) for entropy, middle, bound in found]
        outcome: Outcome = "holds" if all(good) else "fails" if all(bad) else "undecided"
        margins = [(bound / middle).log() for _, middle, bound in found]
        at = min(range(len(cases)), key=lambda i: float(margins[i].mid()))
        slack = max(0.0, float(margins[at].lower())) if outcome == "holds" else None
        entropy, middle, bound = (float(x) for x in found[at])
    reason = (
        f"true in {sum(good)} of {len(cases)} cases, false in {sum(bad)}; d, n = {cases[at]}: majority {entropy:.3g} bits, "
        f"by Fano at most {middle:.3g}, bound {bound:.3g}"
    )
    return Decision(outcome, "ball", "upper", slack, reason)


def _bounds(strength: arb, exponent: str, case: Any) -> tuple[arb, arb, arb]:
    if not isinstance(case, list | tuple) or len(case) != 2:
        raise InputError(f"cases: {case!r} must be d, n")
    d, n = positive_integer("d", case[0]), positive_integer("n", case[1])
    root = arb(d).sqrt()
    square = strength**2 / root
    if not (strength > 0 and square < 1) or n % 2 == 0:
        raise InputError(f"cases: at {case!r} lambda = C d^(-1/4) must be between 0 and 1, and n odd")
    p = binomial_tail((n + 1) // 2, n, (1 - square.sqrt()) / 2)
    entropy = -d * (p * p.log() + (1 - p) * (-p).log1p()) / arb.const_log2()
    middle = 2 * root * (-n * square / 4).exp() + d**2 * (-n * square / 2).exp()
    return entropy, middle, 3 * arb(d) ** 2 * (-n * square / 2 if exponent == "own" else -n / root).exp()

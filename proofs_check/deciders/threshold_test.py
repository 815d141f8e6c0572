"""Decides whether a threshold on an inner product of stored and fresh data keeps its error below a bound, by certified tails.

- `signs`: the sparse problem with one sample. X_1 is stored and X accepted if <X_1, X> >= sqrt(2 ln(200) d). A positive X
  agrees with X_1 on S, of size the least integer >= sqrt(c ln(200) d), and is uniform elsewhere; a negative X is uniform.
- `gaussian`: the Gaussian problem with n samples. The first l = d/n coordinates of the mean are stored (rounded up), and X is
  accepted if their inner product with those of X is at least f sqrt(d) / n^e.

The error is the mean of both error probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.inner_products import inner_product_tail
from ...theory.intervals import binomial_tail
from ..verdict import Decision, Outcome
from .keys import check_keys

KEYS = {
    "signs": {"decider", "statement", "constant", "dimensions", "bound"},
    "gaussian": {"decider", "statement", "strength", "exponent", "cases", "bound"},
}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    Keys: statement (`signs` or `gaussian`), bound. For `signs` dimensions (a list of d) and constant (c); for `gaussian` strength
    (C), exponent (e) and cases (a list of d, n, f).

    Holds if the error is at most the bound in every case, fails if it exceeds the bound in every case, else undecided. The slack
    is the bound minus the largest error.

    Raises:
        InputError: a key missing or unknown, or a value that cannot be read.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "threshold_test", KEYS[statement], statement)
    points = witness["dimensions" if statement == "signs" else "cases"]
    if not isinstance(points, list | tuple) or not points:
        raise InputError("witness: dimensions or cases must be a list, not empty")
    with ctx.workprec(128):
        bound = _rational("bound", witness["bound"])
        if statement == "signs":
            errors = [signs_errors(d, witness["constant"]) for d in points]
        else:
            errors = [gaussian_errors(witness["strength"], witness["exponent"], case) for case in points]
        means = [(missed + accepted) / 2 for missed, accepted in errors]
        good, bad = ([bool(test) for test in tests] for tests in ([m <= bound for m in means], [m > bound for m in means]))
        outcome: Outcome = "holds" if all(good) else "fails" if all(bad) else "undecided"
        at = max(range(len(means)), key=lambda i: float(means[i].mid()))
        slack = max(0.0, float((bound - means[at]).lower())) if outcome == "holds" else None
        missed, accepted = (float(x.mid()) for x in errors[at])
    reason = (
        f"{sum(good)} of {len(means)} errors are at most {float(bound):g} and {sum(bad)} above; the largest, at {points[at]}: a "
        f"fraction {missed:.4g} of the positives is missed, and {accepted:.4g} of the negatives accepted"
    )
    return Decision(outcome, "ball", "upper", slack, reason)


def signs_errors(dimension: Any, constant: Any) -> tuple[arb, arb]:
    """The probabilities of missing a positive with |S| = ceil sqrt(c ln(200) d), and of accepting a negative.

    Raises:
        InputError: d < 1, a constant that is not positive, or |S| > d.
    """
    d, c = positive_integer("dimension", dimension), _rational("constant", constant)
    if not c > 0:
        raise InputError(f"constant = {constant!r}: must be positive")
    unit = arb(200).log() * d
    size, threshold = _ceiling((c * unit).sqrt()), _ceiling((2 * unit).sqrt())
    if size > d:
        raise InputError(f"dimension = {d}: the common part, of size {size}, must not exceed it")
    return 1 - _sign_tail(d - size, threshold - size), _sign_tail(d, threshold)


def gaussian_errors(strength: Any, exponent: Any, case: Any) -> tuple[arb, arb]:
    """The probabilities of missing a positive and of accepting a negative, at a case (d, n, f).

    A coordinate of the mean has variance s^2 = lambda^2 + (1 - lambda^2) / n and covariance lambda^2 with that of a positive X,
    lambda^2 = C^2 / sqrt(d).

    Raises:
        InputError: a case that is not of this form, or lambda not below 1.
    """
    if not isinstance(case, list | tuple) or len(case) != 3:
        raise InputError(f"cases: {case!r} must be d, n, f")
    d, n = positive_integer("d", case[0]), positive_integer("n", case[1])
    root, power = arb(d).sqrt(), _rational("exponent", exponent)
    square = _rational("strength", strength) ** 2 / root
    if not 0 < square < 1:
        raise InputError(f"strength = {strength!r}: lambda = C d^(-1/4) must be between 0 and 1")
    deviation = (square + (1 - square) / n).sqrt()
    threshold = _rational("factor", case[2]) * root / arb(n) ** power / deviation
    terms = -(-d // n)
    return 1 - inner_product_tail(terms, square / deviation, threshold), inner_product_tail(terms, 0, threshold)


def _rational(name: str, value: Any) -> arb:
    return parse_ball(name, exact_number(name, value))  # a witness holds rationals, no balls


def _ceiling(x: arb) -> int:
    integer = x.ceil().unique_fmpz()
    if integer is None:
        raise InputError(f"the rounding of {x} is not decided at this precision")
    return int(integer)


def _sign_tail(terms: int, threshold: int) -> arb:
    """P(the sum of `terms` fair signs >= threshold)."""
    if terms == 0:
        return arb(int(threshold <= 0))
    return binomial_tail(max(0, -(-(threshold + terms) // 2)), terms, "1/2")

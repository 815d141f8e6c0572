"""`bound`: how many bits of its data a learner of a given error must keep, and how many an explicit algorithm keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, ctx

from ..balls import exact_number, nearest, parse_ball, round_down, to_accuracy
from ..errors import InputError, one_of, positive_integer
from . import boolean, gaussian, sparse
from .constants import Contraction, error_constant, printed_constant

PROBLEMS = {"gaussian": gaussian, "boolean": boolean, "sparse": sparse}
ROOTS = {"gaussian": 4, "boolean": 4, "sparse": 2}  # strength = C d^(-1/root)
NAMES = {"gaussian": "lambda", "boolean": "lambda", "sparse": "nu"}
STRENGTH_BITS = 4096  # for the algorithms
LARGEST = 10**15  # d and n, for the algorithms
LARGEST_BOOLEAN = 10**6  # n: T_n is a sum of n/2 terms
ERRORS = Fraction(1, 10**300), Fraction(1, 2) - Fraction(1, 10**12)


@dataclass(frozen=True)
class MemorizationBound:
    """Bounds on the excess memorization I(A(data); data | theta) of learners with error at most alpha, in bits.

    Attributes:
        problem: gaussian, boolean or sparse; d: dimension; n: data points; alpha: error.
        strength: lambda (gaussian, boolean) or nu (sparse).
        tau, rho: the backward contraction constants used, from the data to theta and to a test point of label 1.
        lower_bits: the best proved lower bound, for every learner, rounded down; 0 where nothing is proved.
        paper_lower_bits: the bound of feldman2025 with its constants and its C_alpha, which is not valid as printed; 0 where
            it is vacuous, None where its conditions fail.
        upper_bits, upper_error, upper_algorithm: memorization (rounded up) and error (at most alpha) of an explicit algorithm;
            None if none is known to reach the error.
        evidence: of tau and rho, `exact`, `ball` or `fallback` as in `constants.Contraction`.
    """

    problem: str
    d: int
    n: int
    alpha: float
    strength: float
    tau: float
    rho: float
    lower_bits: float
    paper_lower_bits: float | None
    upper_bits: float | None
    upper_error: float | None
    upper_algorithm: str | None
    evidence: str


class Lower(NamedTuple):
    """The lower bounds, and what they rest on, as balls.

    attainable is False if certainly no learner has the error: C*_alpha exceeds d rho / (1 - rho) nats, which bounds the
    information of the data about a test point of label 1 (in each coordinate at most log(1 + chi^2); Gaussian:
    -log(1 - rho) / 2).
    """

    contraction: Contraction
    bits: arb
    paper_bits: arb | None
    attainable: bool


def bound(problem: str, d: int, n: int, alpha: Any, *, C: Any = None, strength: Any = None) -> MemorizationBound:
    """Lower and upper bound on the excess memorization at error alpha.

    Args:
        problem: `gaussian`, `boolean` or `sparse`.
        d, n: dimension and number of data points, from 1 to 10^15; n to 10^6 for the Boolean problem.
        alpha: the error, from 1e-300 to 1/2 - 1e-12; a number or a string such as `1/3`, taken exactly.
        C, strength: exactly one of them. strength in (0, 1) is lambda (sparse: nu); C > 0 sets it to C d^(-1/4) (sparse:
            C d^(-1/2)).

    Raises:
        InputError: another problem, size, error or strength.
    """
    one_of("problem", problem, tuple(PROBLEMS))
    d, n = positive_integer("d", d), positive_integer("n", n)
    for name, size, largest in (("d", d, LARGEST), ("n", n, LARGEST_BOOLEAN if problem == "boolean" else LARGEST)):
        if size > largest:
            shown = size if size < 10**30 else "10^30 or more"
            raise InputError(f"{name} = {shown}: must be at most {largest} for the {problem} problem")
    error = exact_number("alpha", alpha)
    if not 0 < error < Fraction(1, 2):
        raise InputError(f"alpha = {alpha}: must be strictly between 0 and 1/2")
    if not ERRORS[0] <= error <= ERRORS[1]:
        raise InputError(f"alpha = {alpha}: must be at least 1e-300 and at most 1/2 - 1e-12")
    ball = strength_ball(problem, d, C, strength)
    found = lower(problem, d, n, error, ball)
    upper = _upper(problem, d, n, error, ball) if found.attainable else None
    return MemorizationBound(
        problem=problem,
        d=d,
        n=n,
        alpha=float(error),
        strength=nearest(to_accuracy(lambda: (ball(),))[0]),
        tau=nearest(found.contraction.tau),
        rho=nearest(found.contraction.rho),
        lower_bits=max(0.0, round_down(found.bits)),
        paper_lower_bits=None if found.paper_bits is None else max(0.0, nearest(found.paper_bits)),
        upper_bits=upper and upper.bits,
        upper_error=upper and upper.error,
        upper_algorithm=upper and upper.name,
        evidence=found.contraction.evidence,
    )


def strength_ball(problem: str, d: int, C: Any = None, strength: Any = None) -> Callable[[], arb]:
    """The strength as a function that encloses it at the current working precision.

    Raises:
        InputError: not exactly one of C and strength, C <= 0, or a strength that is not strictly between 0 and 1.
    """
    if (C is None) == (strength is None):
        raise InputError(f"C = {C}, strength = {strength}: exactly one of them must be given")
    if C is None:
        exact = exact_number("strength", strength)
        if not 0 < exact < 1:
            raise InputError(f"strength = {strength}: must be strictly between 0 and 1")
        return lambda: parse_ball("strength", exact)
    factor, root = exact_number("C", C), ROOTS[problem]
    if factor <= 0:
        raise InputError(f"C = {C}: must be positive")
    if factor**root >= d:
        raise InputError(
            f"C = {C}: must be below d^(1/{root}) at d = {d}, for {NAMES[problem]} = C d^(-1/{root}) to be below 1"
        )
    return lambda: parse_ball("C", factor) / arb(d).root(root)


def lower(problem: str, d: int, n: int, alpha: Fraction, strength: Callable[[], arb]) -> Lower:
    """The lower bounds (docs/memorization.md, 1.3); the arguments have been checked.

    (1 - tau) / rho C*_alpha; for the sparse problem also C*_alpha / rho - H(theta), where I(A; theta) <= H(theta) replaces
    the first constant.
    """
    rules = PROBLEMS[problem]
    contraction = to_accuracy(lambda: rules.contraction(strength(), n))
    (constant,) = to_accuracy(lambda: (error_constant(parse_ball("alpha", alpha)),))
    (printed,) = to_accuracy(lambda: (printed_constant(parse_ball("alpha", alpha)),))
    with ctx.workprec(256):
        bits = contraction.complement / contraction.rho * constant
        if problem == "sparse":
            bits = bits.max(constant / contraction.rho - sparse.theta_bits(strength(), d))
        nats = d * contraction.rho / (1 - contraction.rho)
        attainable = not constant * arb(2).log() > nats
        return Lower(contraction, bits, rules.paper_bits(strength(), d, n, printed), attainable)


def _upper(problem: str, d: int, n: int, alpha: Fraction, strength: Callable[[], arb]) -> Any:
    from .algorithms import algorithm

    with ctx.workprec(STRENGTH_BITS):
        return algorithm(problem, d, n, strength(), alpha)

r"""Decides bounds on the excess memorization for the three cluster problems, against explicit learners and against each other.

theta, data, test point and the constants tau and rho are those of docs/memorization.md. The bound at error alpha is
((1 - tau)/rho) C*_alpha; for the sparse problem C*_alpha / rho - H(theta) where that is larger. The learner is the one of
`theory.memorization.algorithms` that attains an error with the least memorization in its family. Information is in bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from ...theory.balls import exact_number, parse_ball, to_accuracy
from ...theory.contraction import fair_bit
from ...theory.contraction.domination import dominates
from ...theory.entropy import channel, law, mutual_information
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.memorization import boolean, sparse
from ...theory.memorization.algorithms import algorithm
from ...theory.memorization.bound import PROBLEMS, STRENGTH_BITS, Lower, lower, strength_ball
from ...theory.memorization.constants import error_constant
from ...theory.rationals import rational
from ..verdict import Decision
from .information import NotCertified, Statements, Witness, decide_inequality

DIGITS = Fraction(1, 10**11)  # the learners' bits are rounded up, by less than this


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    Keys: statement; for all but `chain-rule`, `decay-above` and `decay-below` problem (`gaussian`, `boolean`, `sparse`), d, n,
    C (the strength is C d^(-1/4), sparse: C d^(-1/2)) and alpha; for `below-learner` error (of the learner) and rho (`kl`,
    `chi-square` or `squared`); for `ratio` factor; for `below-derived` nothing more; for `sparse-rho` factor and no alpha; for `decay-above` and
    `decay-below` n, correlation, exponent; for `chain-rule` prior, data (a law for each theta), learners (a channel for each
    theta), tolerance.

    Holds if left <= right is certain, fails if left > right is; undecided too where no learner of that error is known. The slack
    is 1 - left / right.

    Raises:
        InputError: a key missing or unknown, or a value out of range.
    """
    return decide_inequality(witness, "memorization", STATEMENTS)


def _alpha(name: str, value: Any) -> Fraction:
    alpha = exact_number(name, value)
    if not 0 < alpha < Fraction(1, 2):
        raise InputError(f"{name} = {value!r}: must be strictly between 0 and 1/2")
    return alpha


def _strength(w: Witness) -> tuple[str, int, int, Callable[[], arb]]:
    problem = one_of("problem", w["problem"], tuple(PROBLEMS))
    d, n = positive_integer("d", w["d"]), positive_integer("n", w["n"])
    return problem, d, n, strength_ball(problem, d, C=w["C"])


def _lower(w: Witness) -> Lower:
    problem, d, n, strength = _strength(w)
    return lower(problem, d, n, _alpha("alpha", w["alpha"]), strength)


def _constant(w: Witness) -> arb:
    """C*_alpha in bits."""
    alpha = _alpha("alpha", w["alpha"])
    return to_accuracy(lambda: (error_constant(parse_ball("alpha", alpha)),))[0]


def _learner(w: Witness, error: Fraction) -> tuple[arb, arb]:
    """A lower and an upper bound of the memorization of a learner of this error or less."""
    problem, d, n, strength = _strength(w)
    with ctx.workprec(STRENGTH_BITS):
        found = algorithm(problem, d, n, strength(), error)
    if found is None:
        raise NotCertified(f"no learner of error {error} is known")
    return arb(found.bits) * (1 - parse_ball("digits", DIGITS)), arb(found.bits)


def _below_learner(w: Witness) -> tuple[arb, arb]:
    """The bound at alpha, with `rho` for rho, is at most the memorization of the learner of error at most `error`."""
    kind, found = one_of("rho", w["rho"], ("kl", "chi-square", "squared")), _lower(w)
    bits = found.bits
    if kind == "chi-square":
        if w["problem"] != "sparse":
            raise InputError("rho: chi-square is for the sparse problem")
        _, _, n, strength = _strength(w)
        bits = found.contraction.complement / fair_bit.chi2(sparse.bias_law(strength(), n)) * _constant(w)
    elif kind == "squared":
        bits = found.contraction.complement / found.contraction.rho**2 * _constant(w)
    return bits, _learner(w, _alpha("error", w["error"]))[0]


def _ratio(w: Witness) -> tuple[arb, arb]:
    """The memorization of the learner of error at most alpha is at most `factor` times the bound."""
    return _learner(w, _alpha("alpha", w["alpha"]))[1], rational("factor", w["factor"]) * _lower(w).bits


def _below_derived(w: Witness) -> tuple[arb, arb]:
    """The form of the paper with C*_alpha is at most the bound: Theorem 12 with the constants of its proof, C* / kappa^2 - H(theta)."""
    problem, d, n, strength = _strength(w)
    if problem == "gaussian":
        raise InputError("problem: for the gaussian problem the two forms are one")
    printed = PROBLEMS[problem].paper_bits(strength(), d, n, _constant(w))
    if printed is None:
        raise InputError(f"n = {n}: the conditions of the printed theorem are not met")
    return printed, _lower(w).bits


def _sparse_rho(w: Witness) -> tuple[arb, arb]:
    """rho <= kappa^2 / n, rho proved once more by `dominates` for all t."""
    problem, _, n, strength = _strength(w)
    if problem != "sparse":
        raise InputError("problem: sparse-rho is for the sparse problem")
    found = sparse.bias_law(strength(), n)
    eta = (sparse.contraction(strength(), n).rho.upper() * (1 + arb(2) ** -20)).upper()
    if not dominates(found, eta).proved:
        raise NotCertified(f"rho <= {float(eta):.6g} is not certified")
    return eta, found.values[0] ** 2 * rational("factor", w["factor"]) / n


def _decay(w: Witness) -> tuple[int, arb, arb, fmpq]:
    correlation, n = rational("correlation", w["correlation"]), positive_integer("n", w["n"])
    if not (0 < correlation < 1 and n <= 10**5):
        raise InputError(f"correlation = {correlation}, n = {n}: need correlation in (0, 1) and n <= 100000")
    return n, arb(1 - correlation**2), boolean.contraction(arb(correlation), n).complement, rational("exponent", w["exponent"])


def _decay_above(w: Witness) -> tuple[arb, arb]:
    """1 - T_n <= (1 - lambda^2)^(exponent n)."""
    n, base, complement, exponent = _decay(w)
    return complement, base ** (n * arb(exponent))


def _decay_below(w: Witness) -> tuple[arb, arb]:
    """(1 - lambda^2)^(exponent (n + 1)) / sqrt(2 n) <= 1 - T_n."""
    n, base, complement, exponent = _decay(w)
    return base ** ((n + 1) * arb(exponent)) / arb(2 * n).sqrt(), complement


def _chain_rule(w: Witness) -> tuple[arb, arb]:
    """|I(M; X | theta) - (I(M; X) - I(M; theta))| <= tolerance, each of the three from the joint law of (theta, X, M)."""
    prior = law("prior", w["prior"])
    data = channel("data", w["data"], len(prior)).tolist()
    if not isinstance(w["learners"], list | tuple) or len(w["learners"]) != len(prior):
        raise InputError(f"learners: must be {len(prior)} channels")
    learners = [channel("learner", rows, len(data[0])) for rows in w["learners"]]
    if len({rows.ncols() for rows in learners}) > 1:
        raise InputError("learners: must have the same number of columns")
    joint = [_weighted([p * t for t in row], rows) for p, row, rows in zip(prior, data, learners)]
    with_data = joint[0]
    for table in joint[1:]:
        with_data = with_data + table
    with_theta = fmpq_mat([[sum(column, fmpq(0)) for column in zip(*table.tolist())] for table in joint])
    kept = sum((mutual_information(table) for table in joint), arb(0))
    return abs(kept - (mutual_information(with_data) - mutual_information(with_theta))), arb(
        rational("tolerance", w["tolerance"])
    )


def _weighted(weights: list[fmpq], rows: fmpq_mat) -> fmpq_mat:
    return fmpq_mat([[weight * t for t in row] for weight, row in zip(weights, rows.tolist())])


STATEMENTS: Statements = {
    "below-learner": (_below_learner, "problem d n C alpha error rho"),
    "ratio": (_ratio, "problem d n C alpha factor"),
    "below-derived": (_below_derived, "problem d n C alpha"),
    "sparse-rho": (_sparse_rho, "problem d n C factor"),
    "decay-above": (_decay_above, "n correlation exponent"),
    "decay-below": (_decay_below, "n correlation exponent"),
    "chain-rule": (_chain_rule, "prior data learners tolerance"),
}

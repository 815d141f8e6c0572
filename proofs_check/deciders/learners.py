"""Decides what a learner's error says about the information it keeps, on finite problems given as tables of rationals.

The learner is a channel from data to m classifiers of s points, given as rows of 0 and 1. Its error is that on a test point
drawn with probability 1/2 jointly with the data (label 1), else independently of them from the same marginal (label 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from flint import arb, fmpq, fmpq_mat

from ...theory.entropy import (
    LARGEST,
    channel,
    diagonal,
    entropy,
    joint_law,
    law,
    margins,
    mutual_information,
    power,
)
from ...theory.erased_letters import contracts
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.memorization.constants import error_constant, printed_constant
from ...theory.rationals import matrix, rational
from ..verdict import Decision
from .information import NotCertified, Statements, Witness, backward_diameter, decide_inequality, flips

CONSTANTS = {"printed": printed_constant, "least": error_constant}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. Numbers are integers or strings `p/q`; information is in nats.

    Keys: statement, constant (`printed`: KL(1 - alpha || alpha) at the error alpha; `least`: the least KL(p || q) with
    p - q >= 1 - 2 alpha); for `fano` joint (law of classifier and test point), classifiers; for `memorization` prior, rows (laws of
    a point, one for each theta), n, learner, classifiers, shrink (a factor of rho, 1 in the theorem); for `sign-memorization`
    correlation, copies, n, learner, classifiers, shrink; for `erased-letters` letters, coordinates, survival, tau.

    Holds if the inequality of the statement is certain, fails if its reverse is. The slack is one minus the ratio of its sides.

    Raises:
        InputError: a key missing or unknown, a table that is no law or channel, or sizes that do not match.
    """
    return decide_inequality(witness, "learners", STATEMENTS)


def _error_constant(error: fmpq, kind: Any) -> arb:
    """The constant at this error, in nats; 0 from error 1/2 on."""
    constant = CONSTANTS[one_of("constant", kind, tuple(CONSTANTS))]
    return constant(arb(error)) * arb(2).log() if error < fmpq(1, 2) else arb(0)


def _error(table: fmpq_mat, classifiers: Any) -> fmpq:
    """The error of a joint law of classifier and test point."""
    chosen = matrix("classifiers", classifiers, table.ncols())
    if chosen.nrows() != table.nrows() or any(value not in (0, 1) for value in chosen.entries()):
        raise InputError(f"classifiers: must be {table.nrows()} rows of 0 and 1")
    first, second = margins(table)
    cells = list(zip(chosen.entries(), table.entries(), (r * c for r in first for c in second)))
    return (1 - sum((h * t for h, t, _ in cells), fmpq(0)) + sum((h * u for h, _, u in cells), fmpq(0))) / 2


def _fano(w: Witness) -> tuple[arb, arb]:
    """C_alpha <= I(h; X)."""
    table = joint_law("joint", w["joint"])
    return _error_constant(_error(table, w["classifiers"]), w["constant"]), mutual_information(table)


def _memorization(w: Witness) -> tuple[arb, arb]:
    """((1 - tau) / (shrink rho)) C_alpha <= I(M; data | theta), tau and rho total variation distances.

    tau is the largest distance between two posteriors of theta, rho that between two posterior laws of the test point, over
    data of positive probability: both are at least the contraction constants of the channels from the data.
    """
    prior = law("prior", w["prior"])
    rows, n = channel("rows", w["rows"], len(prior)), positive_integer("n", w["n"])
    data = _data(rows, n)
    first = diagonal(prior) * data
    tau, rho = backward_diameter(first), backward_diameter(rows.transpose() * first)
    return _bound(w, prior, rows, data, tau, rho)


def _sign_memorization(w: Witness) -> tuple[arb, arb]:
    """The same for uniform signs seen through symmetric noise, with tau = T_n = E R^2 and rho = correlation^2 T_n.

    R is the posterior mean of one sign given its n observations (docs/memorization.md, Theorem 2.2 and 2.3).
    """
    correlation, copies = rational("correlation", w["correlation"]), positive_integer("copies", w["copies"])
    n = positive_integer("n", w["n"])
    if not 0 < correlation < 1:
        raise InputError(f"correlation = {correlation}: must lie strictly between 0 and 1")
    up, down = (_data(flips(correlation), n) / 2).tolist()
    tau = sum(((s - t) ** 2 / (s + t) for s, t in zip(up, down)), fmpq(0))
    rows = power(flips(correlation), copies)
    prior = [fmpq(1, rows.nrows())] * rows.nrows()
    return _bound(w, prior, rows, _data(rows, n), tau, correlation**2 * tau)


def _data(rows: fmpq_mat, n: int) -> fmpq_mat:
    """The law of n independent points given theta, one row for each theta."""
    if n > 20 or rows.ncols() ** n > LARGEST // rows.nrows():
        raise InputError(f"n = {n}: a table of more than {LARGEST} entries")
    found = [[fmpq(1)] for _ in range(rows.nrows())]
    for _ in range(n):
        found = [[s * t for s in old for t in row] for old, row in zip(found, rows.tolist())]
    return fmpq_mat(found)


def _bound(w: Witness, prior: list[fmpq], rows: fmpq_mat, data: fmpq_mat, tau: fmpq, rho: fmpq) -> tuple[arb, arb]:
    learner, shrink = channel("learner", w["learner"], data.ncols()), rational("shrink", w["shrink"])
    if not rho * shrink > 0:
        raise InputError("rows, shrink: the data must depend on theta, and the factor of rho be positive")
    kept = sum((mutual_information(diagonal([p * t for t in row]) * learner) for p, row in zip(prior, data.tolist())), arb(0))
    table = (data * learner).transpose() * diagonal(prior) * rows
    constant = _error_constant(_error(table, w["classifiers"]), w["constant"])
    return constant * ((1 - tau) / (shrink * rho)), kept


def _erased_letters(w: Witness) -> tuple[arb, arb]:
    """((1 - tau) / (s tau)) C_alpha <= I(M; X_1 | theta), theta uniform on k^d, every coordinate of X erased with probability 1 - s.

    The learner names one coordinate of X_1 that is not erased, drawn uniformly, and its letter; its classifier accepts a
    point that has this letter or an erasure there (all points, if everything is erased). tau is certified for one coordinate,
    hence for the product, and s tau >= rho by composition: the channel from theta to the test point has constant s.
    """
    k, d = (positive_integer(key, w[key], minimum=2) for key in ("letters", "coordinates"))
    s, tau = rational("survival", w["survival"]), rational("tau", w["tau"])
    if d > 1000:
        raise InputError(f"coordinates = {d}: at most 1000")
    if not contracts(k, s, tau):
        raise NotCertified(f"tau = {tau} is not certified as a contraction constant")
    left = [comb(d, j) * s**j * (1 - s) ** (d - j) for j in range(d + 1)]
    nothing = left[0]
    error = ((1 - nothing) * (1 - s + s / k) + nothing) / 2
    kept = entropy([nothing, *[(1 - nothing) / d] * d]) - sum((arb(j).log() * left[j] for j in range(1, d + 1)), arb(0))
    return _error_constant(error, w["constant"]) * ((1 - tau) / (s * tau)), kept


STATEMENTS: Statements = {
    "fano": (_fano, "constant joint classifiers"),
    "memorization": (_memorization, "constant prior rows n learner classifiers shrink"),
    "sign-memorization": (_sign_memorization, "constant correlation copies n learner classifiers shrink"),
    "erased-letters": (_erased_letters, "constant letters coordinates survival tau"),
}

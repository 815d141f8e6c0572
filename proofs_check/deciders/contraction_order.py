"""Decides how the contraction constants of finite pairs compare, and how they combine.

A pair (U, V) is a joint law (rows U, columns V); its constants are those of the channel from V back to U. A fair pair is a uniform sign
U seen through V = (r, sign): r has the law `weights` on `biases`, and given r the two signs agree with probability (1 + r)/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, fmpq, fmpq_mat

from ...theory.contraction import fair_bit, finite
from ...theory.contraction.bias import BiasLaw
from ...theory.entropy import channel, diagonal, divergence, joint_law, kronecker, law, margins, mutual_information
from ...theory.errors import InputError, one_of
from ...theory.rationals import rational, strings, vector
from ..verdict import Decision
from .information import Statements, Witness, backward_diameter, decide_inequality


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. Numbers are integers or strings `p/q`; divergences are in nats.

    Keys: statement; for `chi-square-below` joint, posterior, share; for `total-variation-above` joint, posterior; for
    `fair-certified` biases, weights, constant (`total variation` or `chi-square`); for `direction` biases, weights, posterior; for
    `product` first and second (each with biases and weights), channel, combined (`largest` or `smallest`); for `chain` pair (with
    biases and weights), noise, channel.

    Holds if the inequality of the statement is certain, fails if its reverse is. The slack is one minus the ratio of its sides.

    Raises:
        InputError: a key missing or unknown, a table that is no law or channel, sizes that do not match, or a posterior
            that is the law of V itself.
    """
    return decide_inequality(witness, "contraction_order", STATEMENTS)


def _divergences(pair: fmpq_mat, w: Witness) -> tuple[arb, arb]:
    """KL of the law of U and of the law of V, when V is given the law `posterior`, to their own laws."""
    first, second = margins(pair)
    posterior = law("posterior", w["posterior"], len(second))
    if posterior == second or 0 in second:
        raise InputError("posterior: must differ from the law of V, which must be positive")
    moved = margins(pair * diagonal([q / p for q, p in zip(posterior, second)]))[0]
    return divergence(moved, first), divergence(posterior, second)


def _chi_square_below(w: Witness) -> tuple[arb, arb]:
    """share eta_chi2 KL(Q || P_V) <= KL(Q_U || P_U): the posterior Q shows that eta_KL >= share eta_chi2."""
    pair = joint_law("joint", w["joint"])
    left, right = _divergences(pair, w)
    return rational("share", w["share"]) * finite.chi2([strings(row) for row in pair.tolist()]) * right, left


def _total_variation_above(w: Witness) -> tuple[arb, arb]:
    """KL(Q_U || P_U) <= eta_TV KL(Q || P_V), eta_TV the largest distance between two laws of U given V."""
    pair = joint_law("joint", w["joint"])
    left, right = _divergences(pair, w)
    return left, backward_diameter(pair) * right


def _biases(w: Any) -> tuple[list[fmpq], list[fmpq]]:
    if not isinstance(w, Mapping) or not {"biases", "weights"} <= set(w):
        raise InputError("witness: a fair pair needs biases and weights")
    biases = vector("biases", w["biases"])
    if not all(0 <= r <= 1 for r in biases):
        raise InputError("biases: must lie in [0, 1]")
    return biases, law("weights", w["weights"], len(biases))


def _fair_law(w: Any) -> BiasLaw:
    biases, weights = _biases(w)
    return BiasLaw.of([arb(r) for r in biases], [arb(t) for t in weights])


def _fair_pair(w: Any) -> fmpq_mat:
    """The joint law: columns (r_1, +), (r_1, -), (r_2, +), ..."""
    up = [t * (1 + sign * r) / 4 for r, t in zip(*_biases(w)) for sign in (1, -1)]
    return fmpq_mat([up, [t for pair in zip(up[1::2], up[::2]) for t in pair]])


def _fair_certified(w: Witness) -> tuple[arb, arb]:
    """eta_KL <= the constant. The left side is a certified upper bound of eta_KL, or a lower one where that exceeds the constant."""
    biases, weights = _biases(w)
    value = max(r for r, t in zip(biases, weights) if t)
    if one_of("constant", w["constant"], ("total variation", "chi-square")) == "chi-square":
        value = sum((t * r * r for r, t in zip(biases, weights)), fmpq(0))
    found = fair_bit.kl(_fair_law(w))
    return found.lower if found.lower > value else found.upper, arb(value)


def _direction(w: Witness) -> tuple[arb, arb]:
    """E R^2 KL(Q || P_V) <= KL(Q_U || P_U) for a fair pair: backward eta_KL is at least forward eta_KL = E R^2."""
    biases, weights = _biases(w)
    left, right = _divergences(_fair_pair(w), w)
    return sum((t * r * r for r, t in zip(biases, weights)), fmpq(0)) * right, left


def _product(w: Witness) -> tuple[arb, arb]:
    """I(M; U U') <= max(eta, eta') I(M; V V') for two independent fair pairs with certified constants eta, eta'."""
    first, second = w["first"], w["second"]
    constants = [fair_bit.kl(_fair_law(pair)).upper for pair in (first, second)]
    largest = one_of("combined", w["combined"], ("largest", "smallest")) == "largest"
    pair = kronecker(_fair_pair(first), _fair_pair(second))
    left, right = _informations(pair, w)
    return left, (constants[0].max(constants[1]) if largest else constants[0].min(constants[1])) * right


def _chain(w: Witness) -> tuple[arb, arb]:
    """I(M; U) <= eta eta' I(M; W) for W behind V: eta certified for the fair pair (U, V), eta' the total variation constant from W to V."""
    pair = _fair_pair(w["pair"])
    noise = channel("noise", w["noise"], pair.ncols())
    diameter = backward_diameter(diagonal(margins(pair)[1]) * noise)
    left, right = _informations(pair * noise, w)
    return left, fair_bit.kl(_fair_law(w["pair"])).upper * diameter * right


def _informations(pair: fmpq_mat, w: Witness) -> tuple[arb, arb]:
    second = margins(pair)[1]
    rows = channel("channel", w["channel"], len(second))
    return mutual_information(pair * rows), mutual_information(diagonal(second) * rows)


STATEMENTS: Statements = {
    "chi-square-below": (_chi_square_below, "joint posterior share"),
    "total-variation-above": (_total_variation_above, "joint posterior"),
    "fair-certified": (_fair_certified, "biases weights constant"),
    "direction": (_direction, "biases weights posterior"),
    "product": (_product, "first second channel combined"),
    "chain": (_chain, "pair noise channel"),
}

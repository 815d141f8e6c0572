"""Decides whether two different labelled batches give one network the same gradient of the square loss.

Output-weight and hidden-weight gradients, every entry; on request those by the biases too. Exact over the rationals; else by
balls: a difference that excludes 0 refutes, one of radius at most 2^-100 around 0 confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from ...theory.errors import InputError, one_of
from ...theory.gradients import NETWORK_KEYS, Network, coefficients, gradient, read_network
from ...theory.rationals import matrix, rational, vector
from ..verdict import Decision
from .keys import check_keys

KEYS = NETWORK_KEYS | {"decider", "output_bias", "X", "y", "X_other", "y_other", "observed"}
BITS = 256


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide `gradient(X, y) == gradient(X_other, y_other)`. Slack: 0 when it holds.

    Keys: activation, W (m, d), output_weights (m), hidden_bias (m), output_bias, X and X_other (B, d), y and y_other (B), all
    rational; observed (`weights`, or `weights and biases`).

    Raises:
        InputError: a key missing or unknown, shapes that disagree, data that are not exact, two batches that are the same up to
            the order of the samples, or coefficients that are all zero.
    """
    check_keys(witness, "same_gradient", KEYS)
    network = read_network(witness)
    observed = one_of("witness observed", witness["observed"], ("weights", "weights and biases"))
    bias = rational("witness output_bias", witness["output_bias"])
    batches = []
    for suffix in ("", "_other"):
        X = matrix(f"witness X{suffix}", witness["X" + suffix], network.W.ncols())
        batches.append((X, vector(f"witness y{suffix}", witness["y" + suffix], X.nrows())))
    one, two = (sorted((*map(str, x), str(t)) for x, t in zip(X.tolist(), y)) for X, y in batches)
    if one == two or len(one) != len(two):
        raise InputError("witness X_other: must be another batch of the same size")
    with ctx.workprec(BITS):
        first, second = (_entries(network, X, y, bias, observed) for X, y in batches)
        if not any(t if network.exact else not t.contains(0) for t in first):
            raise InputError("witness: no entry of the gradient is known to be nonzero, so that it says nothing")
        return _compare(network, [s - t for s, t in zip(first, second)])


def _entries(network: Network, X: fmpq_mat, y: list[fmpq], bias: fmpq, observed: str) -> list[Any]:
    r = coefficients(network, X, y, bias)
    by_output, by_hidden, by_bias = gradient(network, X, r)
    entries = by_output + [t for row in by_hidden for t in row]
    return entries if observed == "weights" else [*entries, *by_bias, sum(r, fmpq(0))]


def _compare(network: Network, differences: list[Any]) -> Decision:
    kind: Any = "exact" if network.exact else "ball"
    for number, t in enumerate(differences):
        if t != 0 if network.exact else not t.contains(0):
            return Decision(
                "fails", kind, "equality", None, f"entry {number} of the gradient differs by {float(arb(t).mid()):.3g}"
            )
    if not network.exact and any(not t.rad() <= arb(2) ** -100 for t in differences):
        return Decision("undecided", kind, "equality", None, "a ball around 0 is too wide")
    how = "exactly" if network.exact else "to 2^-100"
    return Decision("holds", kind, "equality", 0.0, f"{len(differences)} entries of the gradient agree, {how}")

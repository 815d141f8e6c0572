"""Decides whether the hidden gradient of a batch has the samples' span as its row space, and the batch size as its rank.

The matrix G (m, d) with rows dL/dw_j is computed here from the network and the batch. Over the rationals both spaces and all
ranks are exact. In balls, span(G) lies in span(X) because the rows of G are combinations of the samples, and equality is a Gram
determinant of G X^T whose ball excludes 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb_mat, ctx, fmpq, fmpq_mat

from ...theory.errors import positive_integer
from ...theory.gradients import NETWORK_KEYS, Network, gradient, read_network
from ...theory.rationals import matrix, vector
from ..verdict import Decision
from .keys import check_keys

KEYS = NETWORK_KEYS | {"decider", "X", "coefficients", "batch_size"}
PRECISIONS = (128, 256, 512, 1024)


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide `rowspace(G) = span{x_i}` and `rank G = batch_size`. Slack: 0 when it holds, minus the missing rank when it fails.

    Keys: activation, W (m, d), output_weights (m), hidden_bias (m), X (B, d), coefficients (B), all rational; batch_size.

    Raises:
        InputError: a key missing or unknown, shapes that disagree, data that are not exact, or a pre-activation on a kink.
    """
    check_keys(witness, "row_space", KEYS)
    size = positive_integer("witness batch_size", witness["batch_size"])
    network = read_network(witness)
    X = matrix("witness X", witness["X"], network.W.ncols())
    r = vector("witness coefficients", witness["coefficients"], X.nrows())
    dimension = X.rank()
    room = min(dimension, sum(t != 0 for t in r), sum(t != 0 for t in network.a))
    if not network.exact:
        if room < max(size, dimension):
            return _fails(room, max(size, dimension), "samples, nonzero coefficients or neurons are too few")
        return _by_balls(network, X, r, size)
    G = fmpq_mat(gradient(network, X, r)[1])
    rank = G.rank()
    if fmpq_mat(X.tolist() + G.tolist()).rank() > dimension:
        return Decision("fails", "exact", "equality", None, "a row of the gradient lies outside the span of the samples")
    if rank < dimension or rank != size:
        return _fails(rank, max(size, dimension), f"the samples span {dimension} dimensions, batch size {size}")
    return Decision("holds", "exact", "equality", 0.0, f"row space of rank {rank} equal to the span of the samples")


def _fails(rank: int, wanted: int, why: str) -> Decision:
    gap = float(-max(1, wanted - rank))
    return Decision("fails", "exact", "upper", gap, f"the hidden gradient has rank {rank} at most: {why}")


def _by_balls(network: Network, X: fmpq_mat, r: list[fmpq], size: int) -> Decision:
    if X.rank() < X.nrows() or size != X.nrows():
        return Decision("undecided", "ball", "both", None, f"{X.nrows()} samples are dependent or not {size}")
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            seen = arb_mat(gradient(network, X, r)[1]) * arb_mat(X.transpose())
            if not (seen.transpose() * seen).det().contains(0):
                reason = f"row space of rank {size} equal to the span of the samples: a Gram determinant excludes 0"
                return Decision("holds", "ball", "equality", 0.0, reason)
    return Decision("undecided", "ball", "both", None, "the Gram determinant could not be separated from 0")

"""`rank`: the generic rank of the Jacobian of a random-features model, proved at a random exact point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .numerics.generic_points import rank_witness
from .numerics.random_features import generator
from .proofs_check.deciders.rank import certify
from .theory.activations import Activation
from .theory.counting import Domain, unknowns


@dataclass(frozen=True)
class RankResult:
    """Both bounds on the generic rank.

    Attributes:
        rank_lower: proved by a nonzero minor (evidence exact or ball); None if no minor could be separated from zero.
        rank_upper: structural.
        outcome: `holds` when they meet, else `undecided`.
        scope: `almost-everywhere`, or `open-set` for a piecewise activation: the drawn activation pattern.
        reason: the structural bound's.
        witness: the exact point, for `reconlaw recheck`.
    """

    activation: str
    n: int
    d: int
    p: int
    domain: Domain
    unknowns: int
    rank_lower: int | None
    rank_upper: int
    evidence: str
    outcome: str
    scope: str
    reason: str
    witness: dict[str, Any]


def rank(activation: str | Activation, n: int, d: int, p: int, *, domain: Domain = "sphere", seed: int = 0) -> RankResult:
    """Generic rank of the Jacobian of `(X, a) -> sum_i a_i act(V x_i)`, data and coefficients together.

    Args:
        activation: one with exact or ball arithmetic.
        n: samples, d: dimension, p: features.
        domain: samples on a sphere, or with free radius.
        seed: of the point.

    Raises:
        InputError: bad sizes, unknown activation, or a size that would not fit in memory.
    """
    witness = rank_witness(activation, n, d, p, domain, generator(seed))
    found = certify(witness)
    witness["expected"] = found.upper.value
    return RankResult(
        activation=witness["activation"],
        n=n,
        d=d,
        p=p,
        domain=domain,
        unknowns=unknowns(n, d, domain),
        rank_lower=found.lower,
        rank_upper=found.upper.value,
        evidence=found.evidence,
        outcome="holds" if found.lower == found.upper.value else "undecided",
        scope=found.scope,
        reason=found.upper.reason,
        witness=witness,
    )

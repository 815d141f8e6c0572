"""Decides what the clusters of n points say of the frequency of one cluster: an equality of rationals, by enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Any

from flint import fmpq

from ...theory.entropy import law
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.rationals import vector
from ..verdict import Decision
from .keys import check_keys

KEYS = {"decider", "clusters", "values", "weights", "sequence", "cluster", "given"}
LARGEST = 200_000


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide whether E[pi_u | given] = E[a^{l+1} (1 - a)^{n-l}] / E[a^l (1 - a)^{n-l}], u = `cluster`, seen l times in n points.

    pi is (p_1, ..., p_k) over its sum with independent p_i, and a has the law of pi_u. The left side is a sum over all values of
    the p_i and over all sequences of n clusters that agree with what is given: the whole `sequence`, or the `positions` of u in it.

    Keys: clusters k, values (positive) and weights of the law of p_i, sequence (of 0, ..., k - 1), cluster, given. Slack: 0 when it holds.

    Raises:
        InputError: a key missing or unknown, a value out of range, or more than 200,000 terms.
    """
    check_keys(witness, "frequencies", KEYS)
    k, values = positive_integer("clusters", witness["clusters"], minimum=2), vector("values", witness["values"])
    weights = law("weights", witness["weights"], len(values))
    sequence, u = witness["sequence"], positive_integer("cluster", witness["cluster"], minimum=0)
    if min(values) <= 0 or u >= k:
        raise InputError("values, cluster: frequencies must be positive, and the cluster one of 0, ..., k - 1")
    if not isinstance(sequence, list | tuple) or not sequence or any(type(i) is not int or not 0 <= i < k for i in sequence):
        raise InputError("sequence: must be a non-empty list of clusters 0, ..., k - 1")
    n, seen = len(sequence), sum(i == u for i in sequence)
    others = [[i] for i in sequence]
    if one_of("given", witness["given"], ("sequence", "positions")) == "positions":
        others = [[u] if i == u else [j for j in range(k) if j != u] for i in sequence]
    agreeing = prod(len(choice) for choice in others)
    if len(values) ** k * agreeing > LARGEST:
        raise InputError(f"witness: more than {LARGEST} terms")
    left, right = [fmpq(0), fmpq(0)], [fmpq(0), fmpq(0)]
    for drawn in product(range(len(values)), repeat=k):
        mass = prod((weights[i] for i in drawn), start=fmpq(1))
        total = sum((values[i] for i in drawn), fmpq(0))
        pi = [values[i] / total for i in drawn]
        chance = mass * sum((prod((pi[i] for i in one), start=fmpq(1)) for one in product(*others)), fmpq(0))
        power = mass * pi[u] ** seen * (1 - pi[u]) ** (n - seen)
        for sums, term in ((left, chance), (right, power)):
            sums[0] += term * pi[u]
            sums[1] += term
    mean, formula = left[0] / left[1], right[0] / right[1]
    reason = f"given the {witness['given']}: {_text(mean)}, formula {_text(formula)}"
    if mean == formula:
        return Decision("holds", "exact", "equality", 0.0, reason)
    return Decision("fails", "exact", "equality", None, reason)


def _text(value: fmpq) -> str:
    exact = str(value)
    return f"{float(value):.6f} = {exact}" if len(exact) <= 40 else f"{float(value):.12f}"

"""The deciders: each takes a witness, plain data, and decides it. They import theory only, no numerics and no seed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ...theory.errors import InputError
from ..verdict import EVIDENCE_BY_STRENGTH, Decision, Verdict, plain

DECIDERS = (
    "rank",
    "gaussian",
    "statistical",
    "linear",
    "symmetry",
    "superposition",
    "all",
    "factorization",
    "rank_outputs",
    "features_rank",
    "matroid",
    "krawczyk",
    "flips",
    "rank_map",
    "interpolation",
    "near_kernel",
    "decoupling",
    "stein",
    "parity",
    "threshold_test",
    "noisy_mean",
    "majority",
    "clusters",
    "information",
    "learners",
    "one_bit",
    "frequencies",
    "contraction_order",
    "gaussian_information",
    "backward_bit",
    "memorization",
    "one_coordinate",
    "gradient_rank",
    "row_space",
    "same_gradient",
    "leaky_chain",
    "moment_constants",
    "moment_tensor",
    "residuals",
    "regression_gain",
    "batch",
)


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide a witness by the decider that it names.

    Raises:
        InputError: no such decider, or a witness that the decider refuses.
    """
    name = witness.get("decider") if isinstance(witness, Mapping) else None
    if name not in DECIDERS:
        raise InputError(f"witness: decider = {name!r} must be one of {', '.join(DECIDERS)}")
    if name == "all":
        return decide_all(witness)
    return import_module(f".{name}", __name__).decide(dict(witness))


def conclude(witness: Mapping[str, Any], **details: Any) -> Verdict:
    """The verdict on a witness: what its decider says, and the details that are not part of the decision."""
    witness = plain(witness)
    decision = decide(witness)
    if decision.parts:
        keys = ("outcome", "evidence", "reason")
        details["parts"] = [{"part": name} | {key: getattr(part, key) for key in keys} for name, part in decision.parts]
    return Verdict(
        decision.outcome,
        decision.evidence,
        decision.side,
        decision.slack,
        decision.reason,
        witness,
        decision.error_probability,
        details,
    )


def decide_all(witness: Mapping[str, Any]) -> Decision:
    """A conjunction, `{"decider": "all", "parts": {name: witness}}`.

    Keys: parts, a mapping of names to witnesses.

    It holds if every part does, and fails if one does. The evidence is the weakest, and the error probabilities add up. The
    slack is the smallest among the parts of that weakest evidence: an exact equality, of slack 0, does not hide by how
    much a sampled part holds. The reason is that of the part that decided, or of the one with this slack.
    """
    parts = witness.get("parts")
    if not isinstance(parts, Mapping) or not parts:
        raise InputError("witness: the decider 'all' needs parts, a non-empty mapping of witnesses")
    decisions = {name: decide(part) for name, part in parts.items()}
    evidence = max((d.evidence for d in decisions.values()), key=EVIDENCE_BY_STRENGTH.index)
    error = sum(d.error_probability for d in decisions.values())
    for outcome in ("fails", "undecided"):
        deciding = {name: d for name, d in decisions.items() if d.outcome == outcome}
        if deciding:
            name, d = next(iter(deciding.items()))
            strength = d.evidence if outcome == "fails" else evidence
            return Decision(outcome, strength, d.side, d.slack, f"{name}: {d.reason}", error, tuple(decisions.items()))
    weakest = [(name, d) for name, d in decisions.items() if d.evidence == evidence]
    name, tightest = min(weakest, key=lambda item: item[1].slack or 0.0)
    side = tightest.side if len({d.side for d in decisions.values()}) == 1 else "both"
    reason = f"all {len(parts)} parts hold; {name}: {tightest.reason}" if len(parts) > 1 else tightest.reason
    return Decision("holds", evidence, side, tightest.slack, reason, error, tuple(decisions.items()))

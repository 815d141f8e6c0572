"""What a check returns: an outcome with its evidence, a witness that can be decided again, and the slack."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["holds", "fails", "undecided"]
Evidence = Literal["exact", "ball", "statistical", "floating"]
Side = Literal["lower", "upper", "both", "equality"]

EVIDENCE_BY_STRENGTH: tuple[Evidence, ...] = ("exact", "ball", "statistical", "floating")


def plain(value: Any) -> Any:
    """`value` as JSON data: arrays become lists, NaN and infinity null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # an array or a scalar of numpy, which is not imported here
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@dataclass(frozen=True)
class Decision:
    """What a decider says of a witness, and nothing more. `parts` are the named decisions behind a conjunction."""

    outcome: Outcome
    evidence: Evidence
    side: Side
    slack: float | None
    reason: str
    error_probability: float = 0.0
    parts: tuple[tuple[str, Decision], ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome == "holds") != (self.slack is not None and self.slack >= 0):
            raise ValueError(f"slack {self.slack} does not go with outcome {self.outcome}: it is >= 0 when it holds")


@dataclass(frozen=True)
class Verdict:
    """The outcome of one claim at one size.

    Attributes:
        outcome: holds, fails or undecided.
        evidence: exact or ball (proofs), statistical (at `error_probability`) or floating (rounding not controlled).
        side: which side of the statement the evidence covers.
        error_probability: of a wrong outcome; 0 for proofs.
        slack: distance to the boundary of the statement, >= 0 exactly when it holds; the card says in which unit.
        witness: plain data from which `reconlaw recheck` decides again, without a seed and without the numerics.
        reason: one sentence.
        details: further numbers, not part of the decision.
        seconds: wall time of the check.
        provenance: version, commit, seed, library versions, parameters.
    """

    outcome: Outcome
    evidence: Evidence
    side: Side
    slack: float | None
    reason: str
    witness: Mapping[str, Any]
    error_probability: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain data."""
        return asdict(self)

    def _repr_html_(self) -> str:
        """The card in a notebook. The layer that draws it is above this one, and is loaded by name."""
        from importlib import import_module

        return import_module("reconlaw.notebook").verdict_card(self)

    @property
    def decision(self) -> Decision:
        """The part that a recheck must reproduce."""
        return Decision(self.outcome, self.evidence, self.side, self.slack, self.reason, self.error_probability)

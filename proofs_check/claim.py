"""The record of one claim. A claim module holds a docstring card, `CLAIM` and `check`, and imports only this at top level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["identity", "inequality", "threshold", "rate", "certificate"]
Origin = Literal["stated", "second-hand", "corrected", "derived", "erratum"]

KINDS = ("identity", "inequality", "threshold", "rate", "certificate")
ORIGINS = ("stated", "second-hand", "corrected", "derived", "erratum")
LEVELS = ("quick", "standard", "thorough")


@dataclass(frozen=True)
class Claim:
    """A statement that can be checked, and how.

    Args:
        id: `citekey/name`; the file is `proofs_check/citekey/name.py` with underscores for dashes.
        title: one line.
        kind: identity, inequality, threshold, rate or certificate.
        origin: `stated` in the paper, `second-hand` (reported, not read in the paper itself), `corrected`,
            `derived` (ours), or `erratum` (as printed, known to be false: its check must end in `fails`).
        parameters: level -> keyword arguments of `check`. A level without an entry is not run.
        controls: broken assumption (as numbered on the card) -> the keyword arguments that break it. The same
            `check` runs with them, and must not say `holds`. For an erratum they select the corrected statement,
            and the check must not say `fails`.
    """

    id: str
    title: str
    kind: Kind
    origin: Origin
    parameters: Mapping[str, Mapping[str, Any]]
    controls: Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]+[0-9]{4}/[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise ValueError(f"claim id {self.id!r} is not of the form citekey/name-with-dashes")
        if self.kind not in KINDS or self.origin not in ORIGINS:
            raise ValueError(f"claim {self.id}: unknown kind {self.kind!r} or origin {self.origin!r}")
        if not self.parameters or not set(self.parameters) <= set(LEVELS):
            raise ValueError(f"claim {self.id}: parameters must name levels out of {LEVELS}")
        if not self.controls:
            raise ValueError(f"claim {self.id}: a check that cannot fail is a defect; name a control")
        for name in ("parameters", "controls"):
            frozen = {key: MappingProxyType(dict(value)) for key, value in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(frozen))

    def _repr_html_(self) -> str:
        """The card in a notebook. The layer that draws it is above this one, and is loaded by name."""
        from importlib import import_module

        return import_module("reconlaw.notebook").claim_card(self)

    @property
    def paper(self) -> str:
        """Cite key of the paper."""
        return self.id.partition("/")[0]

    @property
    def expected(self) -> str:
        """The outcome that the claim is expected to have."""
        return "fails" if self.origin == "erratum" else "holds"

    def rejects(self, control_outcome: str) -> bool:
        """Whether a control's outcome is a rejection: not the outcome that the claim itself is expected to have."""
        return control_outcome != self.expected

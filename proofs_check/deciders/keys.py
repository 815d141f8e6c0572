"""The keys of a witness: a decider takes its own witnesses, and reads nothing that it was not told of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from ...theory.errors import InputError


def check_keys(witness: Mapping[str, Any], decider: str, keys: Set[str], statement: str = "") -> None:
    """Raise an `InputError` that names them, unless the witness is for this decider and has these keys and no others."""
    if set(witness) != keys or witness["decider"] != decider:
        odd = sorted(set(witness) ^ keys) or ["decider"]
        kind = f"{decider} {statement}".strip()
        raise InputError(f"witness: a {kind} witness must have the keys {sorted(keys)}; see {odd}")

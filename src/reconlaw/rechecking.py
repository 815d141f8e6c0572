"""`recheck`: decide the witnesses of a report again, with the deciders alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .numerics.files import read_bytes
from .proofs_check.deciders import decide
from .proofs_check.verdict import Decision
from .theory.errors import InputError
from .witness_files import load


@dataclass(frozen=True)
class Recheck:
    """One witness decided again. `recorded` is the outcome it came with, None if it came alone."""

    name: str
    recorded: str | None
    decision: Decision

    @property
    def reproduced(self) -> bool:
        return self.recorded in (None, self.decision.outcome)


def recheck(path: str | Path) -> list[Recheck]:
    """Decide every witness of `report.json`, of the JSON that `reconlaw rank` prints, or of one .npz file.

    Raises:
        InputError: the file cannot be read, holds no witness, or holds one that its decider refuses.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return [Recheck(path.name, None, decide(load(path)))]
    try:
        content = json.loads(read_bytes(path))
    except ValueError as error:
        raise InputError(f"{path}: is neither JSON nor .npz ({error})") from error
    found = [Recheck(name, outcome, _decide(name, witness, path.parent)) for name, outcome, witness in _witnesses(content)]
    if not found:
        raise InputError(f"{path}: holds no witness")
    return found


def _witnesses(content: Any) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """(name, recorded outcome, witness) of everything that has a witness."""
    if not isinstance(content, dict):
        return
    if isinstance(content.get("witness"), dict):
        yield str(content.get("id", content.get("activation", "witness"))), content.get("outcome"), content["witness"]
    for claim in content.get("claims") or []:
        if isinstance(claim.get("witness"), dict):
            yield claim["id"], claim["outcome"], claim["witness"]
        for control in claim.get("controls") or []:
            if isinstance(control.get("witness"), dict):
                yield f"{claim['id']}, control {control['assumption']}", control["outcome"], control["witness"]


def _decide(name: str, witness: dict[str, Any], directory: Path) -> Decision:
    try:
        return decide(load(directory / Path(str(witness["file"])).name) if "file" in witness else witness)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error

"""`recheck`: decide the witnesses of a report again, with the deciders alone.

It checks that each witness gives the recorded decision, and that every claim of the report is a claim of this version with
all its controls. That a witness is the one that the claim's parameters ask for is for `reconlaw verify` to say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .numerics.files import read_bytes
from .proofs_check.deciders import decide
from .proofs_check.deciders.rank import certify, compare
from .proofs_check.registry import claims
from .proofs_check.verdict import Decision
from .theory.counting import unknowns
from .theory.errors import InputError, one_of, positive_integer
from .witness_files import load


@dataclass(frozen=True)
class Recheck:
    """One witness decided again.

    Attributes:
        name: of the claim, or of the file.
        recorded: the outcome that the witness came with, None if it came alone.
        decision: the new one.
        differs: what was recorded otherwise than it is decided now (the words of the reason may depend on the machine, and
            with floating evidence the slack may).
    """

    name: str
    recorded: str | None
    decision: Decision
    differs: tuple[str, ...] = ()

    @property
    def reproduced(self) -> bool:
        return not self.differs


def recheck(path: str | Path) -> list[Recheck]:
    """Decide every witness of `report.json`, of the JSON that `reconlaw rank` prints, or of one .npz file.

    Raises:
        InputError: the file cannot be read, holds no witness, or holds one that its decider refuses.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return [Recheck(path.name, None, decide(load(path)))]
    content = read_bytes(path)
    try:
        records = list(_records(json.loads(content)))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is neither JSON nor .npz ({error})") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is not a report ({type(error).__name__}: {error})") from error
    if not records:
        raise InputError(f"{path}: holds no witness")
    return [_recheck(name, record, path.parent) for name, record in records]


def _records(content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, record) of everything that has a witness."""
    if not isinstance(content, dict):
        return
    if isinstance(content.get("witness"), dict):
        yield str(content.get("id", content.get("activation", "witness"))), content
    for entry in content.get("claims") or []:
        if entry["outcome"] == "not_run":
            continue
        claim = claims().get(entry["id"])
        if claim is None:
            raise InputError(f"the report holds the claim {entry['id']!r}, which this version does not know")
        controls = {control["assumption"]: control for control in entry["controls"]}
        if entry["expected"] != claim.expected or set(controls) != set(claim.controls):
            raise InputError(f"{claim.id}: its expected outcome or its controls are not those of this version")
        for name, record in {claim.id: entry, **{f"{claim.id}, control {a}": c for a, c in controls.items()}}.items():
            if record["outcome"] == "error":
                continue
            if not isinstance(record.get("witness"), dict):
                raise InputError(f"{name}: has the outcome {record['outcome']!r} without a witness")
            yield name, record


def _recheck(name: str, record: dict[str, Any], directory: Path) -> Recheck:
    witness = record["witness"]
    try:
        if "file" in witness:
            witness = load(directory / Path(str(witness["file"])).name)
        certificate = None
        if "rank_upper" in record:  # printed by `reconlaw rank`
            one_of("witness decider", witness.get("decider"), ("rank",))
            certificate = certify(witness)
            decision = compare(certificate, positive_integer("witness expected", witness.get("expected")))
        else:
            decision = decide(witness)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    except Exception as error:
        raise InputError(f"{name}: its decider cannot read the witness ({type(error).__name__}: {error})") from error
    decided: dict[str, Any] = {key: getattr(decision, key) for key in ("outcome", "evidence", "side", "error_probability")}
    if certificate is not None:
        decided |= {key: witness.get(key) for key in ("activation", "n", "d", "p", "domain")}
        decided |= {"unknowns": unknowns(witness["n"], witness["d"], witness["domain"]), "scope": certificate.scope}
        decided |= {"rank_upper": certificate.upper.value, "reason": certificate.upper.reason}
        if certificate.lower is not None:
            decided["rank_lower"] = certificate.lower
    differs = tuple(key for key, value in decided.items() if record.get(key) not in (None, value))
    if "slack" in record and decision.evidence != "floating" and not _same_slack(record["slack"], decision.slack):
        differs += ("slack",)
    return Recheck(name, record.get("outcome"), decision, differs)


def _same_slack(recorded: Any, decided: float | None) -> bool:
    """Equal but for the last digits, which may depend on versions of libraries."""
    if recorded is None or decided is None:
        return recorded is decided
    return isinstance(recorded, int | float) and math.isclose(recorded, decided, rel_tol=1e-6, abs_tol=1e-12)

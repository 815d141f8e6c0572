"""`verify`: runs claims and their controls on the engine, journals each verdict, and sums up."""

from __future__ import annotations

import hashlib
import json
import math
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .numerics.engine import run_tasks
from .numerics.journal import Journal
from .proofs_check.check import run_check
from .proofs_check.claim import LEVELS, Claim
from .proofs_check.registry import claims, select
from .proofs_check.verdict import Verdict, plain
from .provenance import provenance, source_digest
from .theory.errors import InputError, one_of, positive_integer
from .witness_files import store

WORST_FIRST = ("holds", "error", "undecided", "fails")


@dataclass(frozen=True)
class Task:
    """One check to run: of a claim, or of one of its controls (named by the assumption it breaks)."""

    claim: Claim
    control: str
    parameters: Mapping[str, Any]
    seed: int

    @property
    def key(self) -> str:
        """Identifies the task and the code that runs it: a journalled verdict with this key is reused."""
        content = [self.claim.id, self.control, plain(self.parameters), self.seed, source_digest()]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def verify(claim: str, *, level: str = "quick", seed: int = 0, **parameters: Any) -> Verdict:
    """The verdict of one claim, without its controls.

    Args:
        claim: its id, as in `reconlaw list`.
        level: quick, standard or thorough.
        seed: non-negative integer.
        parameters: override those of the level; the verdict's provenance says so.

    Raises:
        InputError: unknown claim, level or parameter, or a claim that cannot decide at this level.
    """
    chosen = select([claim])
    if len(chosen) != 1:
        raise InputError(f"claim = {claim!r}: names {len(chosen)} claims; verify_all runs them with their controls")
    tasks = [t for t in plan(chosen, level, seed, parameters) if not t.control]
    if not tasks:
        levels = ", ".join(claims()[chosen[0]].parameters)
        raise InputError(f"level = {level!r}: {chosen[0]} cannot decide there, only at {levels}")
    (task,) = tasks
    (_, future), = run_tasks(run_check, [(task.claim.id, task.parameters, seed)])  # fmt: skip
    verdict = future.result()
    origin = provenance() | {"seed": seed, "parameters": plain(task.parameters), "overridden": sorted(parameters)}
    return Verdict(**{**verdict.__dict__, "provenance": origin})


def plan(chosen: Sequence[str], level: str, seed: int, overrides: Mapping[str, Any]) -> list[Task]:
    """The checks of these claims at a level, controls included. Raises InputError before anything runs."""
    one_of("level", level, LEVELS)
    positive_integer("seed", seed, minimum=0)
    tasks = []
    for claim in (claims()[name] for name in chosen):
        base = next(iter(claim.parameters.values()))
        for name, value in overrides.items():
            if name not in base:
                raise InputError(f"parameter = {name!r}: {claim.id} has no such parameter, only {', '.join(base)}")
            if not _same_kind(value, base[name]):
                rule = f"must be of the kind of its default {base[name]!r}"
                raise InputError(f"{name} = {value!r}: {rule} ({claim.id})")
            if isinstance(value, int | float) and not _same_sign(value, base[name]):
                rule = "must be finite" if base[name] <= 0 else f"must be a positive number, like its default {base[name]!r}"
                raise InputError(f"{name} = {value!r}: {rule} ({claim.id})")
        if level not in claim.parameters:
            continue
        parameters = {**claim.parameters[level], **overrides}
        tasks.append(Task(claim, "", parameters, seed))
        tasks += [Task(claim, control, {**parameters, **broken}, seed) for control, broken in claim.controls.items()]
    return tasks


def _same_kind(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _same_sign(value: float, default: float) -> bool:
    """Finite, and positive where the default is."""
    return math.isfinite(value) and (isinstance(default, bool) or default <= 0 or value > 0)


def verify_all(
    patterns: Sequence[str] = (),
    *,
    level: str = "quick",
    seed: int = 0,
    workers: int = 1,
    overrides: Mapping[str, Any] | None = None,
    report: Path | None = None,
    fresh: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:
    """Run claims with their controls and sum up, as the plain data of `report.json`.

    Args:
        patterns: claim ids or prefixes; none means all.
        workers: processes. The verdicts do not depend on it.
        report: a directory. Each verdict is appended to `verdicts.jsonl` there as it comes, and reused when the
            same command runs again with the same source; large witnesses are written beside it.
        fresh: discard the journal first.
        progress: called with (done, total, what) as checks finish.

    Raises:
        InputError: bad arguments, or a report directory that cannot be written; nothing has run then.
    """
    chosen = select(list(patterns))
    tasks = plan(chosen, level, seed, overrides or {})
    positive_integer("workers", workers)
    journal = None if report is None else Journal(report / "verdicts.jsonl", fresh=fresh)
    entries = {str(entry.get("key")): entry for entry in journal.entries} if journal else {}
    pending = [task for task in tasks if task.key not in entries or entries[task.key]["outcome"] == "error"]
    done = len(tasks) - len(pending)
    if progress is not None:
        progress(done, len(tasks), "resumed" if done else "")
    arguments = [(t.claim.id, t.parameters, t.seed, t.control) for t in pending]
    with closing(run_tasks(run_check, arguments, workers)) as running, journal or nullcontext():
        for index, future in running:
            task = pending[index]
            entry = _entry(task, future, report)
            if journal:
                journal.append(entry)
            entries[task.key] = entry
            done += 1
            if progress is not None:
                progress(done, len(tasks), f"{task.claim.id} {task.control}".strip())
    results = [_summarize(claims()[name], [t for t in tasks if t.claim.id == name], entries) for name in chosen]
    return {
        "schema": 1,
        "level": level,
        "seed": seed,
        "overrides": plain(overrides or {}),
        "summary": _totals(results),
        "provenance": provenance(),
        "claims": results,
    }


def _entry(task: Task, future: Future[Verdict], report: Path | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "key": task.key,
        "claim": task.claim.id,
        "control": task.control,
        "parameters": plain(task.parameters),
    }
    try:
        verdict = future.result()
        json.dumps(plain(verdict.__dict__))
    except (Exception, SystemExit) as error:  # the check's own, or that of a worker that died
        text = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        entry |= dict.fromkeys(("evidence", "side", "slack", "witness"))
        entry |= {"outcome": "error", "error_probability": 0.0, "reason": " ".join(text.split())}
        entry |= {"error": "".join(traceback.format_exception(error))}
        return entry | {"details": {}, "seconds": 0.0}
    witness = store(verdict.witness, report)
    return entry | plain({**verdict.__dict__, "witness": witness, "provenance": None}) | {"error": None}


def _summarize(claim: Claim, tasks: Sequence[Task], entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The entry of one claim in the report: its verdict and those of its controls."""
    head = {
        "id": claim.id, "title": claim.title, "paper": claim.paper, "kind": claim.kind,
        "origin": claim.origin, "expected": claim.expected,
    }  # fmt: skip
    fields = (
        "outcome", "evidence", "side", "error_probability", "slack", "reason", "seconds", "parameters", "details",
        "witness", "error",
    )  # fmt: skip
    if not tasks:
        empty: dict[str, Any] = dict.fromkeys(fields)
        reason = f"cannot decide at this level, only at {', '.join(claim.parameters)}"
        return head | empty | {
            "outcome": "not_run", "as_expected": False, "control_outcome": None, "controls": [], "reason": reason,
            "error_probability": 0.0, "seconds": 0.0, "parameters": {}, "details": {},
        }  # fmt: skip
    own = next(entries[t.key] for t in tasks if not t.control)
    controls = []
    for task in (t for t in tasks if t.control):
        entry = entries[task.key]
        rejected = entry["outcome"] != "error" and claim.rejects(entry["outcome"])
        kept = {name: entry[name] for name in ("outcome", "evidence", "reason", "seconds", "witness", "error")}
        overrides = plain(claim.controls[task.control])
        controls.append({"assumption": task.control, "overrides": overrides, "rejected": rejected, **kept})
    badness = WORST_FIRST if claim.expected == "holds" else ("fails", "error", "undecided", "holds")
    worst = min((c["outcome"] for c in controls), key=badness.index)
    return head | {name: own[name] for name in fields} | {
        "as_expected": own["outcome"] == claim.expected, "control_outcome": worst, "controls": controls
    }  # fmt: skip


def _totals(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    run = [r for r in results if r["outcome"] != "not_run"]
    controls = [c for r in run for c in r["controls"]]
    control_errors = sum(c["outcome"] == "error" for c in controls)
    return {
        "claims": len(results),
        "as_expected": sum(r["as_expected"] for r in run),
        "contradicted": sum(r["outcome"] in ("holds", "fails") and not r["as_expected"] for r in run),
        "undecided": sum(r["outcome"] == "undecided" for r in run),
        "not_run": len(results) - len(run),
        "errors": sum(r["outcome"] == "error" for r in run) + control_errors,
        "controls": len(controls),
        "control_errors": control_errors,
        "controls_rejected": sum(c["rejected"] for c in controls),
        "union_error_probability": sum(r["error_probability"] for r in run),
    }


def exit_status(summary: Mapping[str, Any]) -> int:
    """0 as claimed; 1 contradicted, or a control not rejected; 3 an error; 2 undecided, or nothing was run."""
    kept = summary["controls"] - summary["controls_rejected"] - summary["control_errors"]
    if summary["contradicted"] or kept:
        return 1
    if summary["errors"]:
        return 3
    return 2 if summary["undecided"] or summary["not_run"] == summary["claims"] else 0

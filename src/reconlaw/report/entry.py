"""What an entry of a report says, in plain words, whatever the format it is printed in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from ..proofs_check.verdict import plain

Entry = Mapping[str, Any]

KIND_HEADINGS = {
    "threshold": "Thresholds",
    "rate": "Rates",
    "inequality": "Inequalities",
    "identity": "Identities",
    "certificate": "Certificates",
}
MARKS = {"holds": "✓", "fails": "✗", "undecided": "?", "not_run": "–", "error": "!"}
EVIDENCE = {
    "exact": "integer or rational arithmetic: a proof, as far as the code is right",
    "ball": "ball arithmetic, every rounding enclosed: a proof, as far as the code is right",
    "statistical": "random samples: wrong at most with the error probability stated",
    "floating": "floating point, rounding not controlled: an observation, not a proof",
}


def by_paper(claims: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The claims of each paper, papers in order of appearance and claims by kind."""
    papers: dict[str, list[Entry]] = {}
    for claim in claims:
        papers.setdefault(claim["paper"], []).append(claim)
    order = list(KIND_HEADINGS)
    return {paper: sorted(group, key=lambda claim: order.index(claim["kind"])) for paper, group in papers.items()}


def expectation(claim: Entry) -> tuple[str, bool]:
    """A word on whether the outcome is the expected one, and whether it must alarm the reader."""
    if claim["as_expected"]:
        return "as expected", False
    words = {"not_run": ("", False), "error": ("no verdict", True), "undecided": ("not decided", False)}
    return words.get(claim["outcome"], ("contradicted", True))


def by_evidence(claims: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Evidence -> the decided claims that rest on it, the strongest first."""
    decided = [claim for claim in claims if claim["outcome"] in ("holds", "fails")]
    groups = {name: [claim for claim in decided if claim["evidence"] == name] for name in EVIDENCE}
    return {name: group for name, group in groups.items() if group}


def rejections(claim: Entry) -> tuple[int, int]:
    """How many controls were rejected, of how many."""
    return sum(control["rejected"] for control in claim["controls"]), len(claim["controls"])


def shape(data: Any) -> tuple[int, ...]:
    """Shape of nested lists, as far as they are regular; () for anything else."""
    if not isinstance(data, (list, tuple)):
        return ()
    inner = {shape(item) for item in data}
    return (len(data), *(inner.pop() if len(inner) == 1 else ()))


def setting(name: str, data: Any) -> str:
    """A parameter as `--set` takes it: its name, and its value as JSON."""
    return f"{name}={json.dumps(plain(data), ensure_ascii=False)}"


def options(overrides: Entry) -> str:
    """The overrides of a run as arguments of the command line, each after a space; quoted for a shell."""
    return "".join(f" --set {shlex.quote(setting(name, data))}" for name, data in overrides.items())


def witness_summary(witness: Entry) -> dict[str, str]:
    """The decider, the size and the shape of each part: a witness itself can be large."""
    if "file" in witness:
        sizes = {"bytes": f"{witness['bytes']:,}"} if "bytes" in witness else {}
        return {"decider": str(witness.get("decider", "")), "file": str(witness["file"]), **sizes}
    parts = {key: _part(item) for key, item in witness.items()}
    if witness.get("decider") == "all" and isinstance(witness.get("parts"), Mapping):
        deciders = sorted({str(part.get("decider")) for part in witness["parts"].values()})
        parts["parts"] = f"{len(witness['parts'])}, decided by {', '.join(deciders)}"
    return {**parts, "bytes": f"{len(json.dumps(witness, default=str)):,} (in the report itself)"}


def _part(item: Any) -> str:
    if isinstance(item, Mapping):
        return "; ".join(f"{key}: {_part(inner)}" for key, inner in item.items())
    if sides := shape(item):
        return " × ".join(map(str, sides)) + (" entries" if len(sides) == 1 else " array")
    text = str(item)
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text)} characters)"

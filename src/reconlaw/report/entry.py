"""What an entry of a report says, in plain words, whatever the format it is printed in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


def by_paper(claims: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The claims of each paper, papers and claims in order of appearance."""
    papers: dict[str, list[Entry]] = {}
    for claim in claims:
        papers.setdefault(claim["paper"], []).append(claim)
    return papers


def expectation(claim: Entry) -> tuple[str, bool]:
    """A word on whether the outcome is the expected one, and whether it must alarm the reader."""
    if claim["as_expected"]:
        return "as expected", False
    words = {"not_run": ("", False), "error": ("no verdict", True), "undecided": ("not decided", False)}
    return words.get(claim["outcome"], ("contradicted", True))


def evidence_counts(claims: Iterable[Entry]) -> dict[str, int]:
    """Evidence -> number of decided claims, the strongest first."""
    counts = Counter(claim["evidence"] for claim in claims if claim["outcome"] in ("holds", "fails"))
    return {name: counts[name] for name in ("exact", "ball", "statistical", "floating") if counts[name]}


def rejections(claim: Entry) -> tuple[int, int]:
    """How many controls were rejected, of how many."""
    return sum(control["rejected"] for control in claim["controls"]), len(claim["controls"])


def shape(data: Any) -> tuple[int, ...]:
    """Shape of nested lists, as far as they are regular; () for anything else."""
    if not isinstance(data, (list, tuple)):
        return ()
    inner = {shape(item) for item in data}
    return (len(data), *(inner.pop() if len(inner) == 1 else ()))


def witness_summary(witness: Entry) -> dict[str, str]:
    """The decider, the size and the shape of each part: a witness itself can be large."""
    if "file" in witness:
        sizes = {"bytes": f"{witness['bytes']:,}"} if "bytes" in witness else {}
        return {"decider": str(witness.get("decider", "")), "file": str(witness["file"]), **sizes}
    parts = {key: _part(item) for key, item in witness.items()}
    return {**parts, "bytes": f"{len(json.dumps(witness, default=str)):,} (in the report itself)"}


def _part(item: Any) -> str:
    if isinstance(item, Mapping):
        return "; ".join(f"{key}: {_part(inner)}" for key, inner in item.items())
    if sides := shape(item):
        return " × ".join(map(str, sides)) + (" entries" if len(sides) == 1 else " array")
    text = str(item)
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text)} characters)"

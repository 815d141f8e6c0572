"""The journals of a directory: which trials have results, whoever computed them.

A journal is a file of JSON lines. Each ends in a checksum of what stands before it, so that an edited line is found. The first
is the header, which says what sweep the trials belong to; then come `{"cell", "trial", "seconds", "result"}`, or `"error"` and
`"traceback"` in place of a result. An empty line stands before the header: journals can be concatenated, even if one was cut
off in the middle of a line.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...theory.errors import InputError
from ..files import read_bytes
from ..journal import Journal, is_being_written
from .specification import Sweep

SYNC_S = 1.0
SEAL = b',"crc":"'


class TrialJournal(Journal):
    """A journal whose lines carry a checksum. The first entry is the header."""

    def __init__(self, path: Path, header: Mapping[str, Any], *, fresh: bool = False):
        super().__init__(path, fresh=fresh, sync_s=SYNC_S)
        if all("sweep" in entry for entry in self.entries):  # no trial yet, of whatever sweep
            try:
                self._file.truncate(0)
                self.entries = []
                self._write(b"\n")
                self.append(dict(header))
            except BaseException:
                self.close()
                raise

    @staticmethod
    def encode(entry: dict[str, Any]) -> bytes:
        text = json.dumps(entry, allow_nan=False, separators=(",", ":")).encode()[:-1]
        return text + SEAL + b'%08x"}\n' % zlib.crc32(text)

    @classmethod
    def decode(cls, path: Path, content: bytes) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        torn = 0
        for number, line in enumerate(content.split(b"\n"), 1):
            text, seal, checksum = line.rpartition(SEAL)
            if not line:
                continue
            if not seal or checksum != b'%08x"}' % zlib.crc32(text):
                if torn:
                    break
                torn = number
                continue
            entry = json.loads(text + b"}")
            if torn and "sweep" not in entry:
                break
            torn = 0
            entries.append(entry)
        if torn:
            rule = "was changed or damaged, its checksum does not agree; restore the file, or remove it, or pass --fresh"
            raise InputError(f"{path}, line {torn}: {rule}")
        return entries


def open_directory(
    directory: Path, sweep: Sweep, shard: tuple[int, int] | None = None, fresh: bool = False
) -> tuple[TrialJournal, list[dict[str, Any]]]:
    """The journal to write, and the entries of all journals of the directory.

    Args:
        directory: is made if need be. All its files `journal*.jsonl` count.
        sweep: whose trials these are to be.
        shard: (k, m) writes `journal-k-of-m.jsonl` and leaves the files of the other shards alone.
        fresh: discard the journal first, and without a shard all journals.

    Raises:
        InputError: the directory cannot be written, another process works on it, a line is damaged, or a journal belongs to
            another sweep.
    """
    name = "journal.jsonl" if shard is None else f"journal-{shard[0]}-of-{shard[1]}.jsonl"
    others = sorted(path for path in directory.glob("journal*.jsonl") if path.name != name)
    entries: list[dict[str, Any]] = []
    for path in others:
        if (shard is None or path.name == "journal.jsonl") and is_being_written(path):
            raise InputError(f"{path}: another process is writing it")
        if not fresh:
            content = read_bytes(path)
            entries += _trials(path, TrialJournal.decode(path, content[: content.rfind(b"\n") + 1]), sweep)
    journal = TrialJournal(directory / name, sweep.header, fresh=fresh)
    try:
        entries += _trials(journal.path, journal.entries, sweep)
        for path in others if fresh and shard is None else ():
            path.unlink(missing_ok=True)
    except BaseException:
        journal.close()
        raise
    return journal, entries


def _trials(path: Path, entries: Sequence[dict[str, Any]], sweep: Sweep) -> Iterator[dict[str, Any]]:
    """The entries but the headers, which must be that of the sweep where there are trials."""
    if entries and "sweep" not in entries[0]:
        raise InputError(f"{path}: does not begin with the header of a sweep")
    if all("sweep" in entry for entry in entries):
        return
    for entry in entries:
        if "sweep" not in entry:
            yield entry
            continue
        for field, value in sweep.header.items():
            if entry.get(field) != value:
                rule = "choose another directory, or pass --fresh to discard it"
                raise InputError(
                    f"{path}: is of another sweep, {field} is {entry.get(field)!r} there and {value!r} here; {rule}"
                )


def to_journal(cell: Mapping[str, Any], trial: int, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of an outcome; inf and nan, which JSON has not, become strings."""
    entry = {"cell": cell, "trial": trial, **outcome}
    if "result" in outcome:
        entry["result"] = {
            name: value if isinstance(value, int) or math.isfinite(value) else str(value)
            for name, value in outcome["result"].items()
        }
    return entry


def from_journal(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The result of an entry."""
    return {name: float(value) if isinstance(value, str) else value for name, value in entry["result"].items()}

"""The journal: what was written stays, whatever happened afterwards."""

from __future__ import annotations

import errno
import os

import pytest

from reconlaw.numerics.journal import Journal
from reconlaw.theory.errors import InputError

ENTRIES = [{"key": "a", "value": 0.1}, {"key": "b", "text": "line\nbreak\u2028 é"}, {"key": "c", "nested": [{"x": None}]}]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "deep" / "journal.jsonl"


def fill(path, entries=ENTRIES):
    with Journal(path) as journal:
        for entry in entries:
            journal.append(entry)


def read(path):
    with Journal(path) as journal:
        return journal.entries


def test_entries_come_back_in_order(path):
    fill(path)
    assert read(path) == ENTRIES
    assert path.read_bytes().count(b"\n") == len(ENTRIES)


def test_an_entry_is_on_the_disk_when_append_returns(path):
    with Journal(path) as journal:
        for count, entry in enumerate(ENTRIES, 1):
            journal.append(entry)
            assert path.read_bytes().count(b"\n") == count
            assert journal.entries == ENTRIES[:count]


def test_fresh_starts_again(path):
    fill(path)
    with Journal(path, fresh=True) as journal:
        assert journal.entries == []
    assert path.read_bytes() == b""


def test_a_torn_last_line_is_dropped_wherever_it_was_torn(path):
    fill(path)
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for length in range(start, len(whole)):
        path.write_bytes(whole[:length])
        assert read(path) == ENTRIES[:2]
        assert path.read_bytes() == whole[:start]
    fill(path, ENTRIES[2:])
    assert path.read_bytes() == whole


def test_a_torn_only_line_is_dropped(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"key": ')
    assert read(path) == []


@pytest.mark.parametrize("line", [b"", b"{", b"x", b"3", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"a": 1}{"b": 2}'])
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_damaged_line_is_refused_and_left_alone(path, line, number):
    fill(path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines.insert(number - 1, line + b"\n")
    path.write_bytes(b"".join(lines))
    with pytest.raises(
        InputError, match=f"journal.jsonl, line {number}: is not a JSON object; remove the file or pass --fresh"
    ):
        Journal(path)
    assert path.read_bytes() == b"".join(lines)
    Journal(path, fresh=True).close()


def test_what_is_not_json_is_not_half_written(path):
    with Journal(path) as journal:
        for bad in ({"x": float("nan")}, {"x": {1, 2}}, {"x": object()}):
            with pytest.raises((ValueError, TypeError)):
                journal.append(bad)
        journal.append(ENTRIES[0])
    assert read(path) == ENTRIES[:1]


def test_a_full_disk_is_one_line(path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Journal(path) as journal:
        monkeypatch.setattr("reconlaw.numerics.journal.os.fsync", full)
        with pytest.raises(InputError, match=r"journal\.jsonl: cannot be written: No space left on device"):
            journal.append(ENTRIES[0])
        assert journal.entries == []


def test_directories_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: is not a directory"):
        Journal(tmp_path / "file" / "journal.jsonl")
    with pytest.raises(InputError, match="is not a directory"):
        Journal(tmp_path / "file" / "deeper" / "journal.jsonl")
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        Journal(tmp_path)
    with pytest.raises(InputError, match="cannot be written: File name too long"):
        Journal(tmp_path / ("x" * 300) / "journal.jsonl")

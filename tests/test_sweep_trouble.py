"""Sweeps in trouble, by trials, workers, journals and disks: a clear error, and nothing lost."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import sweep_trials
from sweep_trials import CELLS, coins, misbehaving

from reconlaw.numerics.journal import Journal
from reconlaw.numerics.sweep import run_sweep
from reconlaw.numerics.sweep.store import TrialJournal
from reconlaw.theory.errors import InputError

# --- trials that go wrong ---


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "ValueError: no value for 3"),
        ("exit", "SystemExit: 4"),
        ("text", "TypeError: the result value = 'x' is not a bool, an int or a float"),
        ("clash", "ValueError: the result 'n' has the name of a parameter"),
    ],
)
def test_a_trial_that_raises_is_reported_and_tried_again(tmp_path, monkeypatch, how, words, workers):
    result = run_sweep(misbehaving(how), tmp_path / "out", workers=workers)
    assert [row["n"] for row in result.rows] == [n for n in (0, 1, 2, 4, 5) for _ in range(3)]
    assert not result.complete and result.pending == 3
    assert [(cell["n"], trial, text) for cell, trial, text in result.errors] == [(3, trial, words) for trial in range(3)]
    journal = TrialJournal.decode(Path("j"), (tmp_path / "out" / "journal.jsonl").read_bytes())
    assert sum("misbehave" in entry.get("traceback", "") or how in ("text", "clash") for entry in journal[1:]) >= 3
    if workers == 1:
        monkeypatch.setattr(sweep_trials, "misbehave", lambda rng, n, **rest: {"value": n * n + rng.random()})
        mended = run_sweep(misbehaving(how), tmp_path / "out")
        assert mended.complete and mended.errors == () and len(mended.rows) == 18


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    result = run_sweep(misbehaving("die", str(tmp_path / "died")), workers=2)
    assert result.complete and (tmp_path / "died").exists()
    assert result.rows == run_sweep(misbehaving("die", str(tmp_path / "died"))).rows


def test_a_trial_that_kills_its_worker_is_an_error_and_the_others_finish(tmp_path):
    result = run_sweep(misbehaving("die"), tmp_path / "out", workers=2)
    assert [row["n"] for row in result.rows] == [n for n in (0, 1, 2, 4, 5) for _ in range(3)]
    assert [cell["n"] for cell, *_ in result.errors] == [3, 3, 3]
    assert all("BrokenProcessPool" in text for *_, text in result.errors)


def test_when_no_worker_can_start_the_run_ends(tmp_path):
    """Without `if __name__ == "__main__"` spawned processes run the script again, and cannot start."""
    script = tmp_path / "script.py"
    script.write_text(
        "from sweep_trials import coins\nfrom reconlaw.numerics.sweep import run_sweep\nrun_sweep(coins(50), workers=2)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=120)
    assert "InputError: workers: cannot run trials, BrokenProcessPool: " in done.stderr


# --- journals ---


def lines(path):
    return path.read_bytes().splitlines(keepends=True)


def test_a_journal_says_what_it_is_and_is_json(tmp_path):
    run_sweep(coins(1), tmp_path)
    empty, header, *entries = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert empty == ""
    header = json.loads(header)
    assert header.pop("crc")
    assert header == {"sweep": "coins", "trial": "sweep_trials:coin", "seed": 0, "version": "1"}
    assert [json.loads(line)["cell"] for line in entries] == list(CELLS)


@pytest.mark.parametrize("changed", [{"name": "dice"}, {"trial": "sweep_trials:algebra"}, {"seed": 1}, {"version": "2"}])
def test_the_journal_of_another_sweep_is_refused(tmp_path, changed):
    run_sweep(coins(1), tmp_path)
    before = (tmp_path / "journal.jsonl").read_bytes()
    ((field, value),) = changed.items()
    field = {"name": "sweep"}.get(field, field)
    own = coins().header[field]
    with pytest.raises(InputError) as error:
        run_sweep(coins(1, **changed), tmp_path)
    assert str(error.value) == (
        f"{tmp_path}/journal.jsonl: is of another sweep, {field} is {own!r} there and {value!r} here; "
        "choose another directory, or pass --fresh to discard it"
    )
    assert (tmp_path / "journal.jsonl").read_bytes() == before


def test_a_run_that_was_refused_or_gave_nothing_claims_no_directory(tmp_path):
    run_sweep(coins(1), tmp_path, shard=(1, 2))
    with pytest.raises(InputError, match="is of another sweep, seed is 0 there and 1 here"):
        run_sweep(coins(1, seed=1), tmp_path)
    assert run_sweep(coins(1), tmp_path).complete
    for seed in (1, 2):
        assert run_sweep(coins(1, seed=seed), tmp_path / "new", budget_s=1e-9).rows == []
    assert run_sweep(coins(1, seed=3), tmp_path / "new").rows == run_sweep(coins(1, seed=3)).rows


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    with Journal(tmp_path / "journal.jsonl") as other:
        other.append({"key": 1})
    with pytest.raises(InputError, match=r"journal\.jsonl, line 1: was changed or damaged"):
        run_sweep(coins(1), tmp_path)


@pytest.mark.parametrize("number", [2, 3, 7, 10])
def test_an_edited_line_is_found(tmp_path, number):
    whole = run_sweep(coins(1), tmp_path)
    path = tmp_path / "journal.jsonl"
    original = lines(path)
    rng = random.Random(number)
    for _ in range(30):
        changed = bytearray(original[number - 1])
        place = rng.randrange(len(changed) - 1)
        changed[place] = rng.choice([c for c in b'0123456789abtrue{}":,' if c != changed[place]])
        path.write_bytes(b"".join([*original[: number - 1], changed, *original[number:]]))
        before = path.read_bytes()
        with pytest.raises(
            InputError, match=rf"journal\.jsonl, line {number}: was changed or damaged, its checksum does not agree"
        ):
            run_sweep(coins(1), tmp_path)
        assert path.read_bytes() == before, "left alone"
    path.write_bytes(b"".join(original))
    assert run_sweep(coins(1), tmp_path).rows == whole.rows
    path.write_bytes(b"".join([*original[: number - 1], changed, *original[number:]]))
    assert run_sweep(coins(1), tmp_path, fresh=True).rows == whole.rows


def test_two_processes_in_one_directory(tmp_path):
    script = (
        "import sys; from sweep_trials import coins; from reconlaw.numerics.sweep import run_sweep\n"
        "run_sweep(coins(1, ({'n': 1, 'q': 0.5}, {'n': 2, 'q': 0.5, 'seconds': 99}) [:1] + ({'n': 2, 'q': 0.5},)), sys.argv[1],"
        " progress=lambda now: now.done and (print(flush=True), __import__('time').sleep(99)))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    other = subprocess.Popen([sys.executable, "-c", script, tmp_path], env=environment, stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"\n"
        before = (tmp_path / "journal.jsonl").read_bytes()
        for arguments in ({}, {"fresh": True}, {"shard": (1, 2)}):
            with pytest.raises(InputError, match=r"journal\.jsonl: another process is writing it$"):
                run_sweep(coins(1), tmp_path, **arguments)
        assert (tmp_path / "journal.jsonl").read_bytes() == before
    finally:
        other.kill()
        other.communicate()
    assert run_sweep(coins(1), tmp_path).complete, "the lock went with its process"


def test_a_full_disk(tmp_path):
    """A limit on the size of files makes the system write a part of a line and then refuse, as a full disk does."""
    script = (
        "import resource, sys; from sweep_trials import coins; from reconlaw.numerics.sweep import run_sweep\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); run_sweep(coins(50), sys.argv[1])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", script, tmp_path], env=environment, capture_output=True, text=True)
    assert (
        f"InputError: {tmp_path}/journal.jsonl: cannot be written: File too large ({tmp_path}: the trials so far are kept"
        in done.stderr
    )
    kept = (tmp_path / "journal.jsonl").read_bytes()
    assert 2500 < len(kept) <= 3000 and kept.endswith(b"}\n"), "no part of a line is left"
    assert run_sweep(coins(50), tmp_path).rows == run_sweep(coins(50)).rows
    assert (tmp_path / "journal.jsonl").read_bytes().startswith(kept)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_directories_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "taken" / "journal.jsonl").mkdir(parents=True)
    for directory, words in (("file", "is not a directory"), ("taken", "cannot be written: Is a directory")):
        with pytest.raises(InputError, match=words):
            run_sweep(coins(1), tmp_path / directory)
    if Path("/proc/self").exists():
        with pytest.raises(InputError, match=r"/proc/reconlaw/journal\.jsonl: cannot be written"):
            run_sweep(coins(1), Path("/proc/reconlaw"))


def test_entries_reach_the_disk_in_groups(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("reconlaw.numerics.journal.os.fsync", lambda file: calls.append(os.fstat(file).st_size))
    with Journal(tmp_path / "a", sync_s=100.0) as journal:
        for number in range(50):
            journal.append({"number": number})
            assert (tmp_path / "a").read_bytes().count(b"\n") == number + 1, "with the system at once"
    assert len(calls) == 2 and calls[-1] == (tmp_path / "a").stat().st_size
    calls.clear()
    with Journal(tmp_path / "b") as journal:
        for number in range(50):
            journal.append({"number": number})
    assert len(calls) == 50

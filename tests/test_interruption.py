"""Stopping `verify`, gently or not: what was decided is kept, nothing goes on, and the same command resumes."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from command import lines, spawn, start

CLAIM = '''"""{name}.

Setting
    None.
Assumptions
    A1. None.
Statement
    None.
Reference
    None.
Tight
    No.
Not checked
    Everything.
"""

from reconlaw.proofs_check.claim import Claim

CLAIM = Claim(
    id="slow2025/{name}",
    title="{name}",
    kind="identity",
    origin="derived",
    parameters={{"quick": {{"seconds": 0.1, "outcome": "holds"}}}},
    controls={{"A1": {{"outcome": "fails"}}}},
)


def check(rng, *, seconds, outcome):
    import os
    import time

    from reconlaw.proofs_check.verdict import Verdict

    with open(os.environ["SLOW_LOG"], "a") as log:
        log.write("{name} " + outcome + "\\n")
    time.sleep(seconds)
    slack = 0.5 if outcome == "holds" else -0.5
    return Verdict(outcome, "floating", "both", slack, "x" * 5000, {{"decider": "none", "draw": rng.random()}})
'''
CUSTOMIZE = """import reconlaw.proofs_check, reconlaw.provenance
reconlaw.proofs_check.__path__.append({folder!r})
reconlaw.provenance.source_digest = lambda: "fixed"  # whoever edits the source while this runs
"""
NAMES = ("one", "two", "three", "four", "five")
TASKS = 2 * len(NAMES)


class Slow:
    """A paper of slow claims that every Python process finds, and a log of what was run."""

    def __init__(self, folder):
        (folder / "slow2025").mkdir()
        (folder / "slow2025" / "__init__.py").write_text('"""Slow claims."""\n')
        for name in NAMES:
            (folder / "slow2025" / f"{name}.py").write_text(CLAIM.format(name=name))
        (folder / "sitecustomize.py").write_text(CUSTOMIZE.format(folder=str(folder)))
        self.log, self.report = folder / "log", folder / "report"
        self.environment = os.environ | {"PYTHONPATH": str(folder), "SLOW_LOG": str(self.log), "PYTHONUNBUFFERED": ""}

    @property
    def journal(self):
        return self.report / "verdicts.jsonl"

    @property
    def runs(self) -> list[str]:
        return self.log.read_text().splitlines()

    def arguments(self, workers, *more):
        return ("verify", "slow2025", "--workers", workers, "--report", self.report, *more)

    def finish(self, workers, *more):
        done = spawn(*self.arguments(workers, "--json", *more), env=self.environment)
        assert done.status == 0, done.err
        return done.json

    def stop(self, workers, number, *, group=False, after=3):
        """Start, send the signal once so many verdicts are written, and return the ended process and its outputs."""
        process = start(*self.arguments(workers), env=self.environment)
        try:
            deadline = time.monotonic() + 60
            while not (self.journal.exists() and self.journal.read_bytes().count(b"\n") >= after):
                assert process.poll() is None and time.monotonic() < deadline, process.communicate()
                time.sleep(0.01)
            (os.killpg if group else os.kill)(process.pid, number)
            out, err = process.communicate(timeout=60)
            self.wait_for_all(process.pid)
        finally:
            process.kill()
        return process.returncode, out, err

    def wait_for_all(self, group):
        """No process of the group may be left, workers included."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        os.killpg(group, signal.SIGKILL)
        pytest.fail("a process survived")


@pytest.fixture
def slow(tmp_path):
    return Slow(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_the_same_command_resumes(slow, workers, number):
    status, out, err = slow.stop(workers, number)
    assert out == ""
    if number == signal.SIGINT:
        assert status == 130
        assert err == f"{slow.report}: the verdicts so far are kept; the same command resumes\nreconlaw verify: interrupted\n"
    else:
        assert status == -number
    kept = slow.journal.read_bytes()
    assert kept.endswith(b"\n"), "half a line"
    assert 3 <= len(lines(slow.journal)) < TASKS
    assert sorted(p.name for p in slow.report.iterdir()) == ["verdicts.jsonl"]
    began, count = len(slow.runs), len(lines(slow.journal))
    assert began < TASKS, "the workers went on"

    report = slow.finish(workers)
    assert report["summary"]["as_expected"] == len(NAMES) and report["summary"]["controls_rejected"] == len(NAMES)
    assert slow.journal.read_bytes().startswith(kept)
    entries = lines(slow.journal)
    assert len(entries) == len({entry["key"] for entry in entries}) == TASKS
    assert len(slow.runs) - began == TASKS - count, "what was decided is not run again, the rest is"


def test_an_interrupt_of_the_whole_group_is_as_quiet(slow):
    """Ctrl-C in a terminal reaches the workers too."""
    status, out, err = slow.stop(2, signal.SIGINT, group=True, after=1)
    assert (status, out) == (130, "")
    assert err == f"{slow.report}: the verdicts so far are kept; the same command resumes\nreconlaw verify: interrupted\n"


def test_without_a_report_an_interrupt_promises_nothing(slow):
    process = start("verify", "slow2025", env=slow.environment)
    try:
        while not slow.log.exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (130, "", "reconlaw verify: interrupted\n")


def test_interrupted_again_and_again(slow):
    """Each run adds to the journal; the verdicts are those of a run in one piece."""
    for after in (2, 5):
        slow.stop(2 if after == 5 else 1, signal.SIGKILL, after=after)
    slow.journal.write_bytes(slow.journal.read_bytes() + b'{"key":"torn')
    pieces = slow.finish(2)
    whole = slow.finish(1, "--fresh")
    for report in (pieces, whole):
        for claim in report["claims"]:
            del claim["seconds"]
    assert pieces == whole
    assert len(lines(slow.journal)) == TASKS


def test_another_question_is_not_answered_from_the_journal(slow):
    slow.finish(2, "--set", "seconds=0.01")
    for count, more in enumerate((("--seed", 1), ("--set", "seconds=0.02"), ("--set", "seconds=0.01", "--fresh")), 1):
        extra = more if "--set" in more else (*more, "--set", "seconds=0.01")
        slow.finish(2, *extra)
        assert len(slow.runs) == TASKS * (count + 1)
    slow.finish(1, "--set", "seconds=0.01")
    assert len(slow.runs) == TASKS * 4
    report = json.loads((slow.report / "report.json").read_text())
    assert report["overrides"] == {"seconds": 0.01}

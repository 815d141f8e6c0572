"""`kill -9` at random moments, again and again: what was journalled stays and is never computed twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
import xarray

from reconlaw.numerics.sweep import Sweep, cell_key, run_sweep, trial_rng
from reconlaw.numerics.sweep.store import TrialJournal

SCRIPT = """
import sys
from pathlib import Path
from test_sweep_kill import sweep
from reconlaw.numerics.sweep import run_sweep

if __name__ == "__main__":
    directory, trials, workers = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    result = run_sweep(sweep(trials), directory, workers=workers)
    result.to_csv(directory / "table.csv")
    result.to_netcdf(directory / "table.nc")
    print(result.complete)
"""


def sweep(trials, seconds=0.004):
    cells = tuple({"n": n, "q": q, "seconds": seconds} for n in range(1, 5) for q in (0.1, 0.4, 0.5, 0.6, 0.9))
    return Sweep("kill", "sweep_trials:coin", cells, trials, 7, "1")


class Campaign:
    """Runs that are killed, and what each of them has computed."""

    def __init__(self, folder, trials):
        self.folder, self.trials, self.runs = folder, trials, 0
        self.journal, self.log = folder / "out" / "journal.jsonl", folder / "log"
        self.known = []  # before each run, the trials that were journalled
        cells = sweep(trials).cells
        self.units = {
            str(trial_rng(7, cell_key(cell), trial).random()): (cell_key(cell), trial)
            for cell in cells
            for trial in range(trials)
        }

    def start(self, workers):
        self.known.append(set(self.journalled()))
        self.runs += 1
        script = self.folder / "script.py"
        script.write_text(SCRIPT)
        environment = os.environ | {
            "PYTHONPATH": str(Path(__file__).parent), "SWEEP_LOG": str(self.log), "SWEEP_RUN": str(self.runs - 1),
        }  # fmt: skip
        command = [sys.executable, script, self.folder / "out", str(self.trials), str(workers)]
        return subprocess.Popen(
            command, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def kill(self, workers, after, *, working=True, group=False):
        """Kill a run so many seconds after its start, or after it has begun to compute."""
        process = self.start(workers)
        while working and f"\n{self.runs - 1} " not in "\n" + (self.log.read_text() if self.log.exists() else ""):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(after)
        assert process.poll() is None, process.communicate()
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
        process.communicate()

    def journalled(self):
        """The trials in the journal, read as it lies there, but for a torn last line."""
        content = self.journal.read_bytes() if self.journal.exists() else b""
        entries = TrialJournal.decode(self.journal, content[: content.rfind(b"\n") + 1])
        return [(cell_key(entry["cell"]), entry["trial"]) for entry in entries if "sweep" not in entry]

    def computed(self):
        """For each run, the trials it began."""
        runs = defaultdict(list)
        for line in self.log.read_text().splitlines():
            run, *_, draw = line.split()
            runs[int(run)].append(self.units[draw.removeprefix("draw=")])
        return runs

    def check(self):
        process = self.start(2)
        out, err = process.communicate(timeout=300)
        assert (process.returncode, out, err) == (0, "True\n", "")
        entries = self.journalled()
        assert len(entries) == len(set(entries)) == len(self.units), "every trial once"
        for run, units in self.computed().items():
            assert self.known[run].isdisjoint(units), "a journalled trial was computed again"
            assert len(units) == len(set(units))
        whole = run_sweep(sweep(self.trials, seconds=0.004), workers=2)
        whole.to_csv(self.folder / "whole.csv")
        assert (self.folder / "out" / "table.csv").read_bytes() == (self.folder / "whole.csv").read_bytes()
        assert xarray.load_dataset(self.folder / "out" / "table.nc").identical(whole.to_xarray())
        assert sorted(path.name for path in (self.folder / "out").iterdir()) == ["journal.jsonl", "table.csv", "table.nc"]


def test_killed_twice(tmp_path):
    campaign = Campaign(tmp_path, trials=20)
    campaign.kill(1, 0.3)
    campaign.kill(2, 0.3, group=True)
    campaign.check()


@pytest.mark.slow
def test_killed_fifty_times(tmp_path):
    campaign, rng = Campaign(tmp_path, trials=700), random.Random(0)
    grown = 0
    for _ in range(50):
        before = len(campaign.journalled())
        campaign.kill(rng.choice((1, 2)), rng.uniform(0.0, 1.5), working=rng.random() < 0.7, group=rng.random() < 0.5)
        grown += len(campaign.journalled()) > before
    assert grown >= 15, "most runs were killed before they had written anything"
    campaign.check()

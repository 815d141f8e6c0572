"""Sweeps: the same table on any engine, in any order, in one piece or in several."""

from __future__ import annotations

import hashlib
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sweep_trials import CELLS, coins, misbehaving

from reconlaw.numerics.sweep import Adaptive, Progress, Sweep, cell_key, run_sweep, schedule, trial_rng
from reconlaw.numerics.sweep.store import TrialJournal
from reconlaw.theory.errors import InputError
from reconlaw.theory.intervals import beta_binomial_sequence


@pytest.fixture
def computed(tmp_path, monkeypatch):
    """How many trials were begun since it was last asked."""
    path = tmp_path / "log"
    monkeypatch.setenv("SWEEP_LOG", str(path))

    def count():
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return len(lines)

    return count


# --- streams and keys ---


def test_the_stream_of_a_trial():
    key = hashlib.sha256(b'{"n":3,"q":0.5}').hexdigest()
    assert cell_key({"q": 0.5, "n": 3}) == key
    words = [int.from_bytes(bytes.fromhex(key)[i : i + 4], "little") for i in range(0, 32, 4)]
    expected = np.random.Generator(np.random.PCG64(np.random.SeedSequence(7, spawn_key=(*words, 2))))
    assert trial_rng(7, key, 2).random() == expected.random()
    assert len({trial_rng(seed, key, trial).random() for seed in (0, 1) for trial in range(5)}) == 10
    row = next(r for r in run_sweep(coins(seed=7)).rows if (r["n"], r["q"], r["trial"]) == (3, 0.5, 2))
    assert row["success"] == (trial_rng(7, key, 2).random() < 0.5)


def test_other_cells_their_order_and_more_trials_change_nothing():
    few = run_sweep(coins(3, CELLS[4:6])).rows
    many = run_sweep(coins(6, CELLS[::-1])).rows
    assert len(few) == 6 and all(row in many for row in few)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trials": 0}, "trials = 0: must be an integer >= 1"),
        ({"seed": -1}, "seed = -1: must be an integer >= 0"),
        ({"cells": ()}, "cells = (): must not be empty"),
        ({"cells": ({"n": 1}, {"m": 1})}, "cell = {'m': 1}: must have the parameters of every cell, n, and none of rng, trial"),
        ({"cells": ({"n": 1, "trial": 1},)}, "none of rng, trial"),
        ({"cells": ({"n": 1, "q": 2}, {"q": 2, "n": 1})}, "must not occur twice"),
        ({"cells": ({"n": np.int64(1)},)}, "must hold plain JSON values"),
        ({"cells": ({"n": math.nan},)}, "must hold plain JSON values"),
        ({"cells": ({"n": {1}},)}, "must hold plain JSON values"),
    ],
)
def test_what_is_no_sweep(changed, words):
    with pytest.raises(InputError) as error:
        coins(**changed)
    assert words in str(error.value)


@pytest.mark.parametrize("trial", ["nowhere:coin", "sweep_trials:nothing", "sweep_trials", "", ":coin"])
def test_a_trial_that_cannot_be_imported(trial):
    with pytest.raises(InputError, match=rf"trial = '{trial}': cannot be imported as module:function"):
        run_sweep(coins(trial=trial))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"workers": 0}, "workers = 0"),
        ({"budget_s": 0}, "budget_s = 0: must be a positive number of seconds"),
        ({"budget_s": math.nan}, "budget_s = nan"),
        ({"shard": (3, 2)}, r"shard = \(3, 2\): must be \(k, m\) with 1 <= k <= m"),
        ({"shard": (0, 2)}, "shard = 0"),
        (
            {"scheduler": "tcp://x:1", "workers": 2},
            "workers = 2, scheduler = 'tcp://x:1', mpi = False: only one of them can be",
        ),
        ({"scheduler": "tcp://x:1", "mpi": True}, "workers = 1, scheduler = 'tcp://x:1', mpi = True: only one of them can be"),
        ({"workers": 2, "mpi": True}, "workers = 2, scheduler = None, mpi = True: only one of them can be"),
    ],
)
def test_bad_arguments(arguments, words, tmp_path):
    with pytest.raises(InputError, match=words):
        run_sweep(coins(), tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


# --- engines ---


def test_one_process_and_two_give_the_same_table():
    question = Sweep("algebra", "sweep_trials:algebra", tuple({"n": n} for n in range(1, 30)), 4, 0, "1")
    one, two = run_sweep(question), run_sweep(question, workers=2)
    assert one.complete and two.complete and len(one.rows) == 116
    for a, b in zip(one.rows, two.rows, strict=True):
        assert {k: v for k, v in a.items() if k != "norm"} == {k: v for k, v in b.items() if k != "norm"}
        assert a["norm"] == pytest.approx(b["norm"], rel=1e-12)
    assert one.rows[0] == one.rows[0] | {"n": 1, "trial": 0, "rank": 1, "odd": True, "gap": math.inf}
    assert type(one.rows[0]["norm"]) is float and type(one.rows[0]["rank"]) is int


@pytest.mark.parametrize("seconds", [0.0, 1e-3, 1e9])
def test_how_trials_are_batched_changes_nothing(seconds, monkeypatch):
    expected = run_sweep(coins()).rows
    monkeypatch.setattr(schedule, "BATCH_S", seconds)
    assert run_sweep(coins()).rows == expected


def test_tiny_trials_are_sent_together_and_slow_ones_alone():
    def batches(seconds):
        plan = schedule.Schedule(20, 50, None, lambda unit: True)
        plan.begin()
        while batch := plan.next_batch():
            plan.finish(batch, [{"result": {}, "seconds": seconds(*unit)} for unit in batch])
            yield batch

    assert len(list(batches(lambda cell, trial: 1e-5))) == 3
    assert 20 <= len(list(batches(lambda cell, trial: 0.01))) <= 25
    assert len(list(batches(lambda cell, trial: 3.0))) == 1000
    mixed = list(batches(lambda cell, trial: 10.0 if cell == 7 else 1e-4))
    assert all(sum(cell == 7 for cell, _ in batch) <= 1 for batch in mixed), "a slow cell is found out by one trial"
    assert sorted(unit for batch in mixed for unit in batch) == [(c, t) for c in range(20) for t in range(50)]


def test_units_of_a_lost_batch_run_alone_and_one_that_is_lost_again_is_to_blame():
    plan = schedule.Schedule(4, 1, None, lambda unit: True)
    plan.begin()
    (first,) = plan.next_batch()
    plan.finish([first], [{"result": {}, "seconds": 0.1}])
    pair, other = plan.next_batch(), None
    assert pair == [(1, 0), (2, 0), (3, 0)] and plan.next_batch() is None
    assert not plan.lost(pair) and plan.waiting == 3 and plan.running == 0
    for unit in pair:
        other = plan.next_batch()
        assert other == [unit] and plan.next_batch() is None, "nothing beside it"
        if unit == (2, 0):
            assert plan.lost(other)
        plan.finish(other, [{"error": "it died", "seconds": 0.0} if unit == (2, 0) else {"result": {}, "seconds": 0.1}])
    assert plan.next_batch() is None and plan.errors == {(2, 0): "it died"} and len(plan.results) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_numba_and_linear_algebra_run_on_one_thread(workers):
    pytest.importorskip("numba")
    script = (
        "import numba; from sweep_trials import threads; from reconlaw.numerics.sweep import run_sweep\n"
        "if __name__ == '__main__':\n"
        f"    print(*run_sweep(threads, workers={workers}).columns()['most'], numba.get_num_threads())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "NUMBA_NUM_THREADS": "3"}
    environment.pop("OPENBLAS_NUM_THREADS", None)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=120, check=True
    )
    assert done.stdout == "1 1 1 1 3\n", "and get them back afterwards"


# --- resuming ---


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_resumes(tmp_path, computed, workers):
    class Stop(Exception):
        pass

    def stop(now):
        if now.done >= 10:
            raise Stop

    with pytest.raises(Stop):
        run_sweep(coins(40), tmp_path / "out", workers=workers, progress=stop)
    computed()
    seen = []
    result = run_sweep(coins(40), tmp_path / "out", workers=workers, progress=seen.append)
    assert seen[0].done >= 10 and computed() == 360 - seen[0].done
    assert result.complete and result.rows == run_sweep(coins(40)).rows
    computed()
    assert run_sweep(coins(40), tmp_path / "out").rows == result.rows and computed() == 0
    run_sweep(coins(40), tmp_path / "out", fresh=True)
    assert computed() == 360


def test_more_cells_and_trials_add_to_a_journal_and_fewer_take_from_it(tmp_path, computed):
    run_sweep(coins(2, CELLS[:4]), tmp_path / "out")
    computed()
    assert run_sweep(coins(3, CELLS), tmp_path / "out").rows == run_sweep(coins(3)).rows
    assert computed() == 27 - 8 + 27
    assert run_sweep(coins(1, CELLS[:2]), tmp_path / "out").rows == run_sweep(coins(1, CELLS[:2])).rows
    assert computed() == 2


def test_ctrl_c_leaves_the_journal_in_order(tmp_path):
    def interrupt(now):
        if now.done:
            signal.raise_signal(signal.SIGINT)

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run_sweep(coins(), tmp_path / "out", progress=interrupt)
    assert run_sweep(coins(), tmp_path / "out").rows == run_sweep(coins()).rows


@pytest.mark.parametrize("workers", [1, 2])
def test_a_budget_ends_the_run(tmp_path, workers):
    question = coins(200, tuple(cell | {"seconds": 0.01} for cell in CELLS))
    start = time.monotonic()
    result = run_sweep(question, tmp_path / "out", budget_s=1.5, workers=workers)
    assert 1.0 < time.monotonic() - start < 6
    assert not result.complete and result.errors == () and result.pending == 1800 - len(result.rows)
    trials = [n for _, n in result.counts("success", ("n", "q")).values()]
    assert 0 < max(trials) < 200 and max(trials) - min(trials) <= 60, "some of every cell"
    before = (tmp_path / "out" / "journal.jsonl").read_bytes()
    again = run_sweep(question, tmp_path / "out", budget_s=0.3)
    assert (tmp_path / "out" / "journal.jsonl").read_bytes().startswith(before) and len(again.rows) > len(result.rows)


def test_late_tasks_are_given_up(monkeypatch):
    monkeypatch.setattr("reconlaw.numerics.engine.GRACE_S", 0.3)
    cells = tuple(cell | {"seconds": 60.0} for cell in CELLS)
    start = time.monotonic()
    result = run_sweep(coins(1, cells), budget_s=2.0, workers=2)
    assert (result.rows, result.pending) == ([], 9) and time.monotonic() - start < 30


def test_wherever_the_last_line_is_torn_one_trial_is_lost(tmp_path, computed):
    whole = run_sweep(coins(1), tmp_path / "out")
    path = tmp_path / "out" / "journal.jsonl"
    content = path.read_bytes()
    start = content.rindex(b"\n", 0, -1) + 1
    computed()
    for length in [*range(start, len(content), 7), len(content) - 1]:
        path.write_bytes(content[:length])
        assert run_sweep(coins(1), tmp_path / "out").rows == whole.rows
        assert computed() == 1
    for length in range(len(content.splitlines()[1]) + 1):  # in the header, or before it
        path.write_bytes(content[:length])
        assert run_sweep(coins(1), tmp_path / "out").rows == whole.rows
        assert computed() == 9


# --- shards ---


@pytest.mark.parametrize("adaptive", [None, Adaptive("success", 2)])
def test_shards_share_the_work_and_merge(tmp_path, computed, adaptive):
    expected = run_sweep(coins(7), adaptive=adaptive)
    computed()
    for k in (1, 2, 3):
        part = run_sweep(coins(7), tmp_path / "out", shard=(k, 3), adaptive=adaptive)
        assert part.pending == 0 and part.complete == (k == 3)
    assert computed() == len(expected.rows), "no trial twice"
    names = [f"journal-{k}-of-3.jsonl" for k in (1, 2, 3)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert run_sweep(coins(7), tmp_path / "out", adaptive=adaptive).rows == expected.rows
    assert computed() == 0


def test_torn_journals_can_be_concatenated(tmp_path, computed):
    for k in (1, 2, 3):
        run_sweep(coins(6), tmp_path / "parts", shard=(k, 3))
    parts = [(tmp_path / "parts" / f"journal-{k}-of-3.jsonl").read_bytes() for k in (1, 2, 3)]
    (tmp_path / "all").mkdir()
    for cut in (0, 1, 30, 120):
        (tmp_path / "all" / "journal.jsonl").write_bytes(b"".join(part[: len(part) - cut] for part in parts))
        computed()
        assert run_sweep(coins(6), tmp_path / "all").rows == run_sweep(coins(6)).rows
        assert computed() == 54 + {0: 0, 1: 1}.get(cut, 3), "without its newline a line in the middle is whole"
    damaged = parts[0].replace(b"true", b"tru3", 1)
    (tmp_path / "all" / "journal.jsonl").write_bytes(damaged + parts[1])
    with pytest.raises(InputError, match="was changed or damaged"):
        run_sweep(coins(6), tmp_path / "all")


def test_a_shard_that_runs_keeps_the_whole_away_but_not_another(tmp_path):
    with TrialJournal(tmp_path / "journal-1-of-2.jsonl", coins().header):
        for arguments in ({}, {"fresh": True}, {"shard": (1, 2)}):
            with pytest.raises(InputError, match=r"journal-1-of-2\.jsonl: another process is writing it"):
                run_sweep(coins(), tmp_path, **arguments)
        assert run_sweep(coins(), tmp_path, shard=(2, 2)).pending == 0
    assert run_sweep(coins(), tmp_path, fresh=True).complete
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


# --- adaptive spending ---


def spent(sweep, adaptive):
    """The rule, trial by trial, from its words."""
    numbers = {}
    for cell in sweep.cells:
        outcomes = [trial_rng(0, cell_key(cell), trial).random() < cell["q"] for trial in range(sweep.trials)]
        n = min(adaptive.minimum, sweep.trials)
        while n < sweep.trials:
            low, high = beta_binomial_sequence(sum(outcomes[:n]), n, adaptive.error_probability)
            if not low <= 0.5 <= high:
                break
            n = min(2 * n, sweep.trials)
        numbers[cell["n"], cell["q"]] = n
    return numbers


def test_trials_go_where_the_outcome_is_open(tmp_path, computed):
    question = coins(100, tuple({"n": n, "q": q} for n in (1, 2) for q in (0.01, 0.2, 0.4, 0.5, 0.8, 0.99)))
    adaptive = Adaptive("success", minimum=8)
    result = run_sweep(question, adaptive=adaptive)
    trials = {cell: n for cell, (_, n) in result.counts("success", ("n", "q")).items()}
    assert trials == spent(question, adaptive) and result.complete
    assert trials[1, 0.01] <= 16 and trials[1, 0.5] == 100 and computed() == sum(trials.values()) < 800
    assert run_sweep(question, workers=2, adaptive=adaptive).rows == result.rows
    run_sweep(question, tmp_path / "out", budget_s=1e-9, adaptive=adaptive)
    run_sweep(coins(13, question.cells), tmp_path / "out")  # other trials are there already
    assert run_sweep(question, tmp_path / "out", adaptive=adaptive).rows == result.rows
    assert result.rows == [row for row in run_sweep(question).rows if row["trial"] < trials[row["n"], row["q"]]]


def test_a_cell_with_an_error_waits():
    result = run_sweep(misbehaving("raise"), adaptive=Adaptive("value", 2))
    assert [row["trial"] for row in result.rows if row["n"] == 2] == [0, 1, 2]
    assert [(cell["n"], trial) for cell, trial, _ in result.errors] == [(3, 0), (3, 1)] and not result.complete


def test_bad_adaptive():
    with pytest.raises(InputError, match="minimum = 0"):
        Adaptive("success", 0)
    with pytest.raises(InputError, match="error_probability = 1"):
        Adaptive("success", 1, 1.0)
    with pytest.raises(InputError, match="field = 'sucess': must be one of the results, success, rank, error"):
        run_sweep(coins(), adaptive=Adaptive("sucess", 2))


# --- progress and light imports ---


def test_progress(tmp_path):
    seen: list[Progress] = []
    question = coins(30, tuple(cell | {"seconds": 0.004} for cell in CELLS))
    run_sweep(question, tmp_path, progress=seen.append)
    assert (seen[0].done, seen[0].total) == (0, 270) and math.isnan(seen[0].rate) and math.isnan(seen[0].remaining_s)
    assert (seen[-1].done, seen[-1].remaining_s) == (270, 0.0) and 0 < seen[-1].rate < 250
    assert [now.done for now in seen] == sorted(now.done for now in seen)
    assert all(now.remaining_s == pytest.approx((270 - now.done) / now.rate) for now in seen[1:])
    run_sweep(question, tmp_path, progress=seen.append)
    assert (seen[-1].done, seen[-1].total, seen[-1].remaining_s) == (270, 270, 0.0)


def test_what_a_sweep_does_not_need_is_not_loaded():
    script = "import sys; import reconlaw.numerics.sweep; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="/")
    assert set(done.stdout.split()).isdisjoint({"xarray", "pandas", "h5py", "distributed", "mpi4py", "flint", "scipy", "rich"})

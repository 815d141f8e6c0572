"""The engine: the same results in one process or several, and no task takes the others with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import engine_tasks
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconlaw.numerics.engine import run_tasks, task_rng
from reconlaw.theory.errors import InputError


def results(function, tasks, workers):
    """Index -> result or exception."""
    return {index: future.exception() or future.result() for index, future in run_tasks(function, tasks, workers)}


# --- streams ---


def test_the_stream_depends_on_seed_and_key_alone():
    def draw(seed, *key):
        return task_rng(seed, *key).bit_generator.random_raw()

    assert draw(0, "a", "b") == draw(0, "a", "b") == 11399055532826418719  # on every machine, for ever
    others = [draw(1, "a", "b"), draw(0, "a"), draw(0, "ab"), draw(0, "b", "a"), draw(0, "a", "b", ""), draw(0, "", "a", "b")]
    assert len({draw(0, "a", "b"), *others}) == 7


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=3), max_size=3), st.integers(0, 2**40))
def test_any_key_gives_a_stream(key, seed):
    assert task_rng(seed, *key).random() == task_rng(seed, *key).random()


# --- results ---


def test_one_process_and_two_give_the_same():
    tasks = [(x,) for x in range(7)]
    assert results(engine_tasks.square, tasks, 1) == results(engine_tasks.square, tasks, 2) == {x: x * x for x in range(7)}


def test_no_tasks():
    assert results(engine_tasks.square, [], 1) == results(engine_tasks.square, [], 2) == {}


def test_one_worker_runs_the_tasks_when_they_are_asked_for():
    def endless():
        yield (1,)
        raise AssertionError("asked for too early")

    running = run_tasks(engine_tasks.square, endless())
    assert next(running)[1].result() == 1
    running.close()


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", None, True])
def test_workers(workers):
    with pytest.raises(InputError, match=r"workers = .*: must be an integer >= 1"):
        next(run_tasks(engine_tasks.square, [(1,)], workers))


def test_two_workers_are_two_processes_and_end_with_the_run():
    pids = set(results(engine_tasks.process, [()] * 8, 2).values())
    assert len(pids) == 2 and os.getpid() not in pids
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_linear_algebra_runs_on_one_thread(workers):
    ((_, counts),) = results(engine_tasks.threads, [()], workers).items()
    assert set(counts) == {1}


def test_the_threads_of_this_process_are_given_back():
    before = engine_tasks.threads()
    results(engine_tasks.square, [(1,)], 1)
    assert engine_tasks.threads() == before


# --- tasks that misbehave ---


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ("raise", ValueError, "no value for 9"),
        ("raise oddly", Exception, "this and that"),
        ("exit", SystemExit, "4"),
    ],
)
def test_an_error_is_the_result_of_its_task_alone(workers, how, error, words):
    found = results(engine_tasks.misbehave, [("work", 1), (how, 9), ("work", 2), ("work", 3), ("work", 4)], workers)
    assert isinstance(found[1], error) and words in str(found[1])
    assert {index: found[index] for index in (0, 2, 3, 4)} == {0: 1, 2: 4, 3: 9, 4: 16}


def test_a_result_that_cannot_be_sent():
    found = results(engine_tasks.misbehave, [("work", 1), ("return what cannot be sent",), ("work", 2), ("work", 3)], 2)
    assert isinstance(found[1], Exception)
    assert (found[0], found[2], found[3]) == (1, 4, 9)


def test_a_worker_that_dies_costs_its_own_task_only():
    tasks = [("work", 1), ("die",), *(("work", x) for x in range(2, 8)), ("die",), ("work", 9)]
    found = results(engine_tasks.misbehave, tasks, 2)
    assert {index for index, value in found.items() if isinstance(value, BrokenProcessPool)} == {1, 8}
    assert [found[index] for index in (0, 2, 3, 4, 5, 6, 7, 9)] == [1, 4, 9, 16, 25, 36, 49, 81]
    assert multiprocessing.active_children() == []


def test_a_death_that_was_not_the_task_s_fault_is_mended(tmp_path):
    tasks = [("die once", str(tmp_path / "died")), *(("work", x) for x in range(1, 4))]
    assert results(engine_tasks.misbehave, tasks, 2) == {0: "survived", 1: 1, 2: 4, 3: 9}


def test_when_every_worker_dies_the_run_ends():
    found = results(engine_tasks.misbehave, [("die",)] * 6, 2)
    assert len(found) == 6
    assert all(isinstance(value, BrokenProcessPool) for value in found.values())


def test_an_unguarded_script_ends_with_errors(tmp_path):
    """Without `if __name__ == "__main__"` spawned processes run the script again, and cannot start."""
    script = tmp_path / "script.py"
    script.write_text(
        "from reconlaw.numerics.engine import run_tasks\n"
        "import engine_tasks\n"
        "found = [f.exception() for _, f in run_tasks(engine_tasks.square, [(x,) for x in range(12)], 2)]\n"
        "print(len(found), {type(e).__name__ for e in found})\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout == "12 {'BrokenProcessPool'}\n"
    assert "if __name__ == '__main__'" in done.stderr
    assert done.stderr.count("RuntimeError:") <= 6  # it does not go on for every task


# --- interruption ---


def test_leaving_early_stops_the_workers():
    running = run_tasks(engine_tasks.wait, [(0.0,), (60.0,), (60.0,)], 2)
    next(running)
    children = multiprocessing.active_children()
    assert len(children) == 2
    running.close()
    for child in children:
        child.join(30)  # the pool's own thread may collect the exit status first, so ask the system
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)


def test_leaving_early_leaves_the_other_processes_of_the_user_alone():
    other = multiprocessing.get_context("spawn").Process(target=engine_tasks.wait, args=(60.0,))
    other.start()
    try:
        running = run_tasks(engine_tasks.wait, [(0.0,), (60.0,)], 2)
        next(running)
        running.close()
        other.join(0.3)
        assert other.exitcode is None
    finally:
        other.kill()
        other.join()


@pytest.mark.parametrize("how", ["changed", "swallowed", "plain"])
def test_an_interrupt_that_a_library_hides_is_raised_again(how):
    """A callback of flint turns a KeyboardInterrupt into a SystemError; another could swallow it."""

    def task(x):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            if how == "plain":
                raise
            if how == "changed":
                raise SystemError("returned a result with an exception set") from error
        return x

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        results(task, [(1,), (2,)], 1)
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_thread_can_run_tasks():
    found = {}
    thread = threading.Thread(target=lambda: found.update(results(engine_tasks.square, [(3,)], 1)))
    thread.start()
    thread.join()
    assert found == {0: 9}


def test_an_ignored_interrupt_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert results(lambda: signal.raise_signal(signal.SIGINT), [()], 1) == {0: None}
    finally:
        signal.signal(signal.SIGINT, before)


def test_results_do_not_depend_on_the_order_of_arrival():
    assert results(engine_tasks.wait, [(0.3,), (0.0,), (0.1,)], 2) == {0: 0.3, 1: 0.0, 2: 0.1}

"""Running a sweep: on this core, on several, on a Dask cluster or with MPI, from where its journal stands."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...theory.errors import InputError, positive_integer
from ..engine import run_tasks
from ..executors import run_on_dask, run_on_mpi
from .batch import one_line, run_batch
from .schedule import Adaptive, Schedule, Unit
from .specification import Sweep, cell_key
from .store import from_journal, open_directory, to_journal
from .table import SweepResult

DEATHS = ("BrokenProcessPool", "KilledWorker")
"""What the engines raise for a task that has ended its worker."""
RESUME = "the trials so far are kept; the same command resumes"
"""What may be said of a directory after a run was stopped, however that was done."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes:
        done: trials with a result, those of earlier runs included.
        total: trials wanted; an adaptive sweep may want more later.
        errors: trials that raised in this run.
        rate: results per second in this run, nan at its beginning.
        remaining_s: seconds to the end at this rate, nan at the beginning.
    """

    done: int
    total: int
    errors: int
    rate: float
    remaining_s: float


def run_sweep(
    sweep: Sweep,
    directory: Path | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    mpi: bool = False,
    budget_s: float | None = None,
    adaptive: Adaptive | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> SweepResult:
    """Run the trials that have no result yet, and return the table.

    The table depends on `sweep` and `adaptive` only: bools and integers exactly, floats up to the rounding of other processors.

    Args:
        sweep: what to run.
        directory: of the journal. The same call resumes there, and a sweep with more cells or trials adds to it. None keeps
            the results in memory only.
        workers: processes of this machine.
        scheduler: address of a Dask scheduler, `tcp://host:port`; its workers compute.
        mpi: compute in the pool that `mpiexec -n N python -m mpi4py.futures` has started.
        budget_s: start no trial later than this; those under way then have `engine.GRACE_S` seconds.
        adaptive: which cells get less than `sweep.trials`.
        shard: (k, m), 1 <= k <= m: run every m-th trial, with `adaptive` those of every m-th cell. All journals of the
            directory count as results; a run without `shard` computes what is missing.
        fresh: discard the journal first; without `shard`, all journals of the directory.
        progress: called at the beginning and with each batch of results.

    Raises:
        InputError: bad arguments; the directory cannot be written, is in use, or holds another sweep or a damaged line; the
            scheduler cannot be reached, or is lost; no worker lives long enough. Results that have come stay in the journal.
        KeyboardInterrupt: Ctrl-C; the same holds.
    """
    function = sweep.load()
    engine = _engine(workers, scheduler, mpi, budget_s)
    k, m = _shard(shard)

    def mine(unit: Unit) -> bool:
        cell, trial = unit
        return (cell if adaptive else cell * sweep.trials + trial) % m == k - 1

    schedule = Schedule(len(sweep.cells), sweep.trials, adaptive, mine)
    journal = None
    if directory is not None:
        journal, entries = open_directory(Path(directory), sweep, shard, fresh)
        numbers = {cell_key(cell): number for number, cell in enumerate(sweep.cells)}
        for entry in entries:
            unit = numbers.get(cell_key(entry["cell"]), -1), entry["trial"]
            if "result" in entry and unit[0] >= 0 and unit not in schedule.results:
                schedule.add(unit, from_journal(entry), entry["seconds"])
    with journal or nullcontext(), _saying_how_to_resume(directory):
        schedule.begin()
        report = _reporter(schedule, progress)
        report()
        sent: list[list[Unit]] = []

        def task(batch: list[Unit]) -> tuple[Any, ...]:
            sent.append(batch)
            return function, sweep.seed, [(sweep.cells[cell], trial) for cell, trial in batch]

        def tasks() -> Iterator[tuple[Any, ...] | None]:
            if schedule.waiting:
                yield task([])  # if not even this comes back, the trials are not to blame
            while (batch := schedule.next_batch()) or schedule.running:
                yield task(batch) if batch else None

        with closing(engine(run_batch, tasks())) as running:
            for index, future in running:
                batch = sent[index]
                if outcomes := _outcomes(future, batch, schedule):
                    for (cell, trial), outcome in zip(batch, outcomes, strict=True):
                        if journal:
                            journal.append(to_journal(sweep.cells[cell], trial, outcome))
                    schedule.finish(batch, outcomes)
                    report()
    return SweepResult(
        sweep,
        rows=[{**sweep.cells[cell], "trial": trial, **schedule.results[cell, trial]} for cell, trial in schedule.known()],
        complete=all(schedule.settled(number) for number in range(len(sweep.cells))),
        pending=schedule.waiting + schedule.running + len(schedule.errors),
        errors=tuple((sweep.cells[cell], trial, text) for (cell, trial), text in sorted(schedule.errors.items())),
        seconds=schedule.seconds,
    )


def _outcomes(future: Future[Any], batch: list[Unit], schedule: Schedule) -> list[dict[str, Any]]:
    """What the trials of a batch have given; none if they are to be sent again."""
    error = future.exception()
    if error is None:
        return future.result()
    if not batch or type(error).__name__ not in DEATHS:
        raise InputError(f"workers: cannot run trials, {one_line(error)}") from error
    return [{"seconds": 0.0, "error": one_line(error), "traceback": ""}] if schedule.lost(batch) else []


Running = Generator[tuple[int, Future[Any]], None, None]


def _engine(workers: int, scheduler: str | None, mpi: bool, budget_s: float | None) -> Callable[..., Running]:
    """The engine that the arguments name, as a function of a function and its tasks."""
    positive_integer("workers", workers)
    if budget_s is not None and not 0 < budget_s < math.inf:
        raise InputError(f"budget_s = {budget_s!r}: must be a positive number of seconds")
    deadline = math.inf if budget_s is None else time.monotonic() + budget_s
    if (workers > 1) + (scheduler is not None) + mpi > 1:
        raise InputError(f"workers = {workers}, scheduler = {scheduler!r}, mpi = {mpi}: only one of them can be chosen")
    if scheduler is not None:
        return lambda function, tasks: run_on_dask(function, tasks, scheduler, deadline)
    if mpi:
        return lambda function, tasks: run_on_mpi(function, tasks, deadline)
    return lambda function, tasks: run_tasks(function, tasks, workers, deadline)


def _shard(shard: tuple[int, int] | None) -> tuple[int, int]:
    k, m = (positive_integer("shard", number) for number in shard or (1, 1))
    if k > m:
        raise InputError(f"shard = {shard!r}: must be (k, m) with 1 <= k <= m")
    return k, m


def _reporter(schedule: Schedule, progress: Callable[[Progress], None] | None) -> Callable[[], None]:
    """A function that tells `progress` where the schedule stands, with the rate since now."""

    def done() -> int:
        return schedule.wanted - schedule.waiting - schedule.running - len(schedule.errors)

    start, before = time.monotonic(), done()

    def report() -> None:
        if progress is not None:
            now, elapsed = done(), time.monotonic() - start
            rate = (now - before) / elapsed if now > before else math.nan
            left = schedule.waiting + schedule.running
            progress(Progress(now, schedule.wanted, len(schedule.errors), rate, left / rate if left else 0.0))

    return report


@contextmanager
def _saying_how_to_resume(directory: Path | None) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        if directory is None:
            raise
        raise InputError(f"{error} ({directory}: {RESUME})") from error

"""Runs independent tasks, in this process or in spawned ones, through the one interface of `concurrent.futures`.

Results do not depend on the number of workers: a task carries its own seed, and linear algebra runs on one thread
inside every task, in this process too.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, partial
from itertools import chain, count, islice
from typing import Any

import numpy as np

from ..theory.errors import positive_integer

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
GRACE_S = 30.0
"""How long tasks under way at a deadline may go on."""


def task_rng(seed: int, *key: str) -> np.random.Generator:
    """The generator of the task with this key: independent of workers, of order, and of which other tasks exist."""
    import hashlib

    words = np.frombuffer(hashlib.sha256("\0".join(key).encode()).digest(), dtype=np.uint32)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(int(w) for w in words)))


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra, and numba where it is loaded, on one thread within the block."""
    from threadpoolctl import threadpool_limits

    numba = sys.modules.get("numba")
    before = numba.get_num_threads() if numba else 0
    with threadpool_limits(1):
        if numba:
            numba.set_num_threads(1)
        try:
            yield
        finally:
            if numba:
                numba.set_num_threads(before)


@contextmanager
def one_pool() -> Iterator[None]:
    """scipy's linear algebra on one thread within the block, numpy's on as many as before.

    Each of the two brings its own BLAS; where both have threads these wait for work on the same cores, and two cores are slower
    than one.
    """
    with _scipy_pools().limit(limits=1):
        yield


@cache
def _scipy_pools() -> Any:
    import scipy.linalg  # noqa: F401  a pool is limited only once it is loaded
    from threadpoolctl import ThreadpoolController

    pools = ThreadpoolController()
    return pools.select(filepath=[lib.filepath for lib in pools.lib_controllers if "scipy.libs" in lib.filepath])


class SerialExecutor(Executor):
    """Runs each task in this process when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with _interruptible():
            try:
                future.set_result(fn(*args, **kwargs))
            except (Exception, SystemExit) as error:
                future.set_exception(error)
        return future


def run_tasks(
    function: Callable[..., Any], tasks: Iterable[tuple[Any, ...] | None], workers: int = 1, deadline: float = math.inf
) -> Generator[tuple[int, Future[Any]], None, None]:
    """Yield `(index, future)` for `function(*task)` as the tasks finish.

    One worker runs them here, one after the other, as they are asked for; more run in spawned processes, which end
    with this one even if it is killed. `function` must be importable. Ctrl-C stops the workers at once. A task that
    ends its worker has a future with BrokenProcessPool; the others are run again.

    Args:
        tasks: asked for the next one when a worker is about to be free. None in its place means that there is none before
            another result has been dealt with.
        workers: processes.
        deadline: on the clock of `time.monotonic`. No task starts after it, and those under way then have `GRACE_S` seconds.
    """
    positive_integer("workers", workers)
    numbered = number(tasks)
    if workers == 1:
        yield from as_finished(SerialExecutor(), partial(on_one_thread, function), numbered, lambda: 1, deadline)
        return
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    unfinished: dict[int, tuple[Any, ...]] = {}

    def source() -> Iterator[tuple[int, tuple[Any, ...]] | None]:
        yield from list(unfinished.items())
        for item in numbered:
            if item is not None:
                unfinished[item[0]] = item[1]
            yield item

    finished = False
    while True:
        broken = None
        for index, future in _in_pool(function, source(), workers, deadline):
            if isinstance(future.exception(), BrokenProcessPool):
                broken = future
                continue
            finished = True
            del unfinished[index]
            yield index, future
        if broken is None:
            return
        for index in list(unfinished)[:workers]:  # tasks start in order: the one that ended its worker is among these
            for _, future in _in_pool(function, iter([(index, unfinished.pop(index))]), 1, deadline):
                finished |= not isinstance(future.exception(), BrokenProcessPool)
                yield index, future
        if not finished:  # no worker can even start
            for item in chain(unfinished.items(), numbered):
                if item is not None:
                    yield item[0], broken
            return


def number(tasks: Iterable[tuple[Any, ...] | None]) -> Iterator[tuple[int, tuple[Any, ...]] | None]:
    """The tasks with their numbers; None stays None."""
    index = count()
    return (None if task is None else (next(index), task) for task in tasks)


def as_finished(
    executor: Executor,
    function: Callable[..., Any],
    numbered: Iterator[tuple[int, tuple[Any, ...]] | None],
    slots: Callable[[], int],
    deadline: float = math.inf,
) -> Generator[tuple[int, Future[Any]], None, bool]:
    """The same on any executor; returns whether nothing was left running.

    `slots()`, how many tasks may be submitted and unfinished, is asked at least every second.
    """
    running: dict[Future[Any], int] = {}
    while True:
        late = time.monotonic() - deadline
        room = slots() - len(running) if late < 0 else 0
        for item in islice(numbered, max(0, room)):
            if item is None:
                break
            try:
                future = executor.submit(function, *item[1])
            except BrokenExecutor as error:
                future, numbered = Future(), iter(())
                future.set_exception(error)
            running[future] = item[0]
        if not running or late > GRACE_S:
            return not running
        for future in wait(running, timeout=1.0, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future


def _in_pool(
    function: Callable[..., Any], numbered: Iterator[tuple[int, tuple[Any, ...]] | None], workers: int, deadline: float
) -> Iterator[tuple[int, Future[Any]]]:
    """The same in one pool of spawned processes: if a worker dies, all unfinished tasks end in BrokenProcessPool."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker)
    idle = False
    try:
        idle = yield from as_finished(pool, partial(_in_worker, function), numbered, lambda: 2 * workers, deadline)
    finally:
        pool.shutdown(wait=idle, cancel_futures=True)
        if not idle:
            for process in set(multiprocessing.active_children()).difference(others):
                process.terminate()


def on_one_thread(function: Callable[..., Any], *task: Any) -> Any:
    """`function(*task)` within `one_thread`."""
    with one_thread():
        return function(*task)


def _in_worker(function: Callable[..., Any], *task: Any) -> Any:
    try:
        return on_one_thread(function, *task)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # it could not reach the parent, and would break the pool
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """A Ctrl-C within the block ends it, even if a library in C turned the KeyboardInterrupt into another error."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    seen = []

    def remember(number: int, frame: Any) -> None:
        seen.append(number)
        handler(number, frame)

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if seen:
        raise KeyboardInterrupt


def _initialize_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    if "numba" not in sys.modules:  # it reads this when it is loaded, and forbids a change later, in the parent too
        os.environ["NUMBA_NUM_THREADS"] = "1"
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)

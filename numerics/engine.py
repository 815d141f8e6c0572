"""Runs independent tasks, in this process or in spawned ones, through the one interface of `concurrent.futures`.

Results do not depend on the number of workers: a task carries its own seed, and linear algebra runs on one thread
inside every task, in this process too.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..theory.errors import positive_integer

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def task_rng(seed: int, *key: str) -> np.random.Generator:
    """The generator of the task with this key: independent of workers, of order, and of which other tasks exist."""
    import hashlib

    words = np.frombuffer(hashlib.sha256("\0".join(key).encode()).digest(), dtype=np.uint32)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(int(w) for w in words)))


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra on one thread within the block."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


@contextmanager
def one_pool() -> Iterator[None]:
    """scipy's linear algebra on one thread within the block, numpy's on as many as before.

    Each of the two brings its own BLAS; where both have threads these wait for work on the same cores, and two cores are slower
    than one.
    """
    import scipy.linalg  # noqa: F401  a pool is limited only once it is loaded
    from threadpoolctl import ThreadpoolController

    pools = ThreadpoolController()
    of_scipy = [lib.filepath for lib in pools.lib_controllers if "scipy.libs" in lib.filepath]
    with pools.select(filepath=of_scipy).limit(limits=1):
        yield


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
    function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]], workers: int = 1
) -> Generator[tuple[int, Future[Any]], None, None]:
    """Yield `(index, future)` for `function(*task)` as the tasks finish.

    One worker runs them here, one after the other, as they are asked for; more run in spawned processes, which end
    with this one even if it is killed. `function` must be importable. Ctrl-C stops the workers at once. A task that
    ends its worker has a future with BrokenProcessPool; the others are run again.
    """
    positive_integer("workers", workers)
    if workers == 1:
        executor = SerialExecutor()
        for index, task in enumerate(tasks):
            yield index, executor.submit(_on_one_thread, function, *task)
        return
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    pending, finished = dict(enumerate(tasks)), False
    while pending:
        broken = None
        for index, future in _in_pool(function, pending, workers):
            if isinstance(future.exception(), BrokenProcessPool):
                broken = future
                continue
            finished = True
            del pending[index]
            yield index, future
        for index in list(pending)[:workers]:  # tasks start in order: the one that ended its worker is among these
            for _, future in _in_pool(function, {index: pending.pop(index)}, 1):
                finished |= not isinstance(future.exception(), BrokenProcessPool)
                yield index, future
        if broken and not finished:  # no worker can even start
            for index in list(pending):
                yield index, broken
            return


def _in_pool(
    function: Callable[..., Any], tasks: Mapping[int, tuple[Any, ...]], workers: int
) -> Iterator[tuple[int, Future[Any]]]:
    """The same in one pool of spawned processes: if a worker dies, all unfinished tasks end in BrokenProcessPool."""
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker)
    try:
        futures = {pool.submit(_in_worker, function, *task): index for index, task in tasks.items()}
        for future in as_completed(futures):
            yield futures[future], future
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()).difference(others):
            process.terminate()
        raise
    pool.shutdown()


def _on_one_thread(function: Callable[..., Any], *task: Any) -> Any:
    with one_thread():
        return function(*task)


def _in_worker(function: Callable[..., Any], *task: Any) -> Any:
    try:
        return _on_one_thread(function, *task)
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
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)

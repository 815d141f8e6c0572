"""The engine on a cluster: the workers of a Dask scheduler, or the processes of MPI. Their libraries are loaded here only."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any

from ..theory.errors import InputError
from .engine import as_finished, number, on_one_thread

CONNECT_S = 10.0


def run_on_dask(
    function: Callable[..., Any], tasks: Iterable[tuple[Any, ...] | None], address: str, deadline: float = math.inf
) -> Generator[tuple[int, Future[Any]], None, None]:
    """As `run_tasks`, on the workers of the Dask scheduler at `address`, as many as there are at the time.

    The scheduler gives the tasks of a worker that dies to another one.

    Raises:
        InputError: Dask is not installed, or the scheduler cannot be reached or is lost.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(f'scheduler = {address!r}: needs pip install "reconlaw[cluster]"') from error
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"scheduler = {address!r}: cannot be reached, {reason}; start one with `dask scheduler`") from error
    lost = InputError(f"scheduler = {address!r}: the connection was lost")
    counted, slots = -math.inf, 0

    def twice_the_threads() -> int:
        nonlocal counted, slots
        if time.monotonic() - counted > 1.0:
            try:
                slots = 2 * sum(client.nthreads().values())
            except (OSError, RuntimeError) as error:
                raise lost from error
            counted = time.monotonic()
        return max(slots, 1)

    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it tells of a lost scheduler by a traceback
    try:
        executor = client.get_executor(pure=False)
        work = partial(on_one_thread, function)
        for index, future in as_finished(executor, work, number(tasks), twice_the_threads, deadline):
            if future.cancelled():
                raise lost
            yield index, future
    finally:
        client.close(timeout=2)
        log.setLevel(level)


def run_on_mpi(
    function: Callable[..., Any], tasks: Iterable[tuple[Any, ...] | None], deadline: float = math.inf
) -> Generator[tuple[int, Future[Any]], None, None]:
    """As `run_tasks`, in the MPI pool that `mpiexec -n N python -m mpi4py.futures` has started, one process of which runs this.

    Raises:
        InputError: mpi4py is not installed, finds no MPI library, or has no pool.
    """
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPIPoolExecutor
    except ImportError as error:
        raise InputError('mpi = True: needs pip install "reconlaw[mpi]"') from error
    except RuntimeError as error:
        remedy = "load the MPI module of the cluster, or install one (pip install mpich)"
        raise InputError(f"mpi = True: mpi4py finds no MPI library; {remedy}") from error
    if MPI.COMM_WORLD.Get_size() < 2:
        raise InputError("mpi = True: start the command by `mpiexec -n N python -m mpi4py.futures -m`, N at least 2")
    pool, idle = MPIPoolExecutor(), False
    try:
        slots = 2 * pool.num_workers
        idle = yield from as_finished(pool, partial(on_one_thread, function), number(tasks), lambda: slots, deadline)
    finally:
        pool.shutdown(wait=idle, cancel_futures=True)

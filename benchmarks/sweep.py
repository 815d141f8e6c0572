"""What does the sweep engine cost, against a bare loop over the same trials?

    python benchmarks/sweep.py [--trials 100] [--repeats 15] [--workers 2] [--scheduler tcp://HOST:PORT]

A trial is a fixed amount of linear algebra, about 20 ms. The bare loop and the engine in this process, with its journal, take
turns, and the shortest times are compared: the cores may be shared with other work. For each engine comes the part of its
workers' time, from the first result to the last, that was not spent inside trials. The workers of a scheduler need this folder
on their PYTHONPATH.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from reconlaw.numerics.engine import one_thread
from reconlaw.numerics.sweep import Sweep, cell_key, run_sweep, trial_rng

CELLS = tuple({"n": n} for n in range(20))


def trial(rng: np.random.Generator, n: int, rounds: int = 40) -> dict[str, float]:
    """About 20 ms of linear algebra."""
    a = rng.standard_normal((60, 60 + n))
    return {"value": float(sum(np.linalg.svd(a + k)[1][0] for k in range(rounds)))}


def bare(trials: int) -> None:
    with one_thread():
        for cell in CELLS:
            for number in range(trials):
                trial(trial_rng(0, cell_key(cell), number), **cell)


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """Of the clock, and of this process on its core."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def spread(sweep: Sweep, **engine: Any) -> tuple[float, float]:
    """Seconds to the first result, and the part of the workers' time thereafter that was not spent inside trials."""
    times: list[tuple[float, int]] = []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        threads = engine.pop("threads")
        result = run_sweep(
            sweep, Path(folder), **engine, progress=lambda now: times.append((time.perf_counter() - start, now.done))
        )
    (first, some), (last, every) = times[1], times[-1]
    busy = result.seconds * (every - some) / every
    return first, 1 - busy / (threads * (last - first))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100, help="in all")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler", metavar="ADDRESS")
    arguments = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    each = arguments.trials // len(CELLS)
    sweep = Sweep("benchmark", "sweep:trial", CELLS, each, 0, "1")

    def engine() -> None:
        with tempfile.TemporaryDirectory() as folder:
            run_sweep(sweep, Path(folder))

    runs: dict[str, Callable[[], None]] = {"bare": lambda: bare(each), "engine": engine}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for repeat in range(arguments.repeats):
        for name in sorted(runs, reverse=bool(repeat % 2)):
            times[name].append(seconds(runs[name]))
    for i, what in enumerate(("clock", "processor")):
        least = {name: min(taken[i] for taken in several) / (each * len(CELLS)) for name, several in times.items()}
        more = 100 * (least["engine"] / least["bare"] - 1)
        print(f"one trial, {what} time: {1e3 * least['bare']:.2f} ms in the bare loop, {more:.1f} % more in the engine")
    engines: dict[str, dict[str, Any]] = {
        f"{n} process{'es' * (n > 1)}": {"workers": n, "threads": n} for n in dict.fromkeys((1, arguments.workers))
    }
    if arguments.scheduler:
        from distributed import Client

        with Client(arguments.scheduler) as client:
            threads = sum(client.nthreads().values())
        engines[f"Dask, {threads} workers"] = {"scheduler": arguments.scheduler, "threads": threads}
    for name, engine in engines.items():
        first, outside = map(statistics.median, zip(*(spread(sweep, **engine) for _ in range(arguments.repeats)), strict=True))
        print(f"{name}: first result after {first:.2f} s, then {100 * outside:5.1f} % of the time outside trials")


if __name__ == "__main__":
    main()

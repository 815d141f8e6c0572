"""What commands that run a sweep have in common: options for where and how long, and a progress bar."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LOG_S = 60.0
"""Where standard error is no terminal, so often a line on it says how far the run is."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, metavar="N", help="processes (the results do not depend on it)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="compute on the workers of a Dask scheduler, tcp://HOST:PORT")
    where.add_argument("--mpi", action="store_true", help="compute in the pool that mpiexec -m mpi4py.futures has started")
    parser.add_argument("--budget", metavar="T", help="start no trial after so long: 90s, 10m, 1h30m; the same command resumes")
    parser.add_argument(
        "--shard", metavar="K/M", help="run the K-th of M parts, without a table; a run without --shard joins them"
    )
    parser.add_argument("--fresh", action="store_true", help="discard the trials that the directory already holds")


def keywords(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as keywords of `run_sweep`. Raises InputError on a duration or a shard that cannot be read."""
    return {
        "workers": arguments.workers,
        "scheduler": arguments.scheduler,
        "mpi": arguments.mpi,
        "budget_s": None if arguments.budget is None else duration(arguments.budget),
        "shard": None if arguments.shard is None else _shard(arguments.shard),
        "fresh": arguments.fresh,
    }


def duration(text: str) -> float:
    """Seconds: of `90`, `90s`, `10m`, `1h30m`, `1.5h`, `2d`. Raises InputError."""
    from ..theory.errors import InputError

    parts = re.findall(r"(\d+\.?\d*)([smhd]?)", text)
    seconds = sum(float(number) * SECONDS[unit or "s"] for number, unit in parts)
    if not seconds or "".join(map("".join, parts)) != text:
        raise InputError(f"--budget {text!r}: must be a positive duration such as 90s, 10m or 1h30m")
    return seconds


def _shard(text: str) -> tuple[int, int]:
    from ..theory.errors import InputError

    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if not match:
        raise InputError(f"--shard {text!r}: must have the form K/M, such as 3/8")
    return int(match[1]), int(match[2])


@contextmanager
def progress_bar() -> Iterator[Callable[[Any], None]]:
    """For the `progress` of `run_sweep`: a bar on standard error with rate and remaining time; elsewhere, a line a minute."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        told = time.monotonic()

        def tell(now: Any) -> None:
            nonlocal told
            if time.monotonic() - told >= LOG_S:
                told = time.monotonic()
                print(f"{now.done} of {now.total} trials, {describe(now)}", file=sys.stderr, flush=True)

        yield tell
        return
    with Bar(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(task, completed=now.done, total=now.total, description=describe(now))


def describe(now: Any) -> str:
    """Rate, remaining time and errors of a `Progress` in words."""
    known = now.rate == now.rate
    parts = [f"{now.rate:.3g} per second", f"{_clock(now.remaining_s)} to go"] if known else ["waiting for the first result"]
    return ", ".join(parts + ([f"{now.errors} failed"] if now.errors else []))


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"

"""Sweeps, and trials that a worker can import: random, slow, or deadly. SWEEP_LOG names a file that hears of each coin."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from reconlaw.numerics.sweep import Sweep

CELLS = tuple({"n": n, "q": q} for n in (1, 2, 3) for q in (0.1, 0.5, 0.9))


def coins(trials=6, cells=CELLS, **changed):
    fields = {"name": "coins", "trial": "sweep_trials:coin", "cells": cells, "trials": trials, "seed": 0, "version": "1"}
    return Sweep(**(fields | changed))


def misbehaving(how, where=""):
    return Sweep("bad", "sweep_trials:misbehave", tuple({"n": n, "how": how, "where": where} for n in range(6)), 3, 0, "1")


def log(**unit) -> None:
    """One line, in one write, so that the lines of several processes do not mix."""
    if path := os.environ.get("SWEEP_LOG"):
        line = f"{os.environ.get('SWEEP_RUN', '')} {' '.join(f'{k}={v}' for k, v in unit.items())}\n"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)


def coin(rng, *, n, q, seconds=0.0):
    """Succeeds with probability q."""
    draw = rng.random()
    log(n=n, q=q, draw=draw)
    time.sleep(seconds)
    return {"success": draw < q, "rank": int(rng.integers(n + 1)), "error": rng.standard_normal()}


def most_threads(rng, *, n):
    """The largest number of threads that a library would use now."""
    import numba
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    return {"most": max([numba.get_num_threads(), *(info["num_threads"] for info in threadpool_info())])}


threads = Sweep("threads", "sweep_trials:most_threads", ({"n": 1}, {"n": 2}), 2, 0, "1")


def algebra(rng, *, n):
    """Floats that come from linear algebra."""
    a = rng.standard_normal((n, n))
    return {"norm": np.linalg.norm(a, 2), "rank": np.linalg.matrix_rank(a), "odd": bool(n % 2), "gap": np.float64("inf")}


def misbehave(rng, *, n, how, where=""):
    """Does it for n = 3, or once if `where` does not exist."""
    if n == 3 and not (where and Path(where).exists()):
        if where:
            Path(where).touch()
        if how == "raise":
            raise ValueError(f"no value\nfor {n}")
        if how == "exit":
            raise SystemExit(4)
        if how == "die":
            os._exit(3)
        if how == "text":
            return {"value": "x"}
        if how == "clash":
            return {"n": 1}
    return {"value": n * n + rng.random()}

"""Several trials in one task, on whatever machine: a trial that raises is an outcome like another."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .specification import cell_key, trial_rng


def run_batch(
    function: Callable[..., Mapping[str, Any]], seed: int, trials: Sequence[tuple[Mapping[str, Any], int]]
) -> list[dict[str, Any]]:
    """For each trial, given as its cell and its number, `{"seconds", "result"}`, or `{"seconds", "error", "traceback"}`."""
    outcomes = []
    for cell, trial in trials:
        start = time.perf_counter()
        outcome: dict[str, Any]
        try:
            outcome = {"result": _plain(function(trial_rng(seed, cell_key(cell), trial), **cell), cell)}
        except (Exception, SystemExit) as error:
            outcome = {"error": one_line(error), "traceback": "".join(traceback.format_exception(error))}
        outcomes.append({"seconds": round(time.perf_counter() - start, 6)} | outcome)
    return outcomes


def one_line(error: BaseException) -> str:
    """Kind and message of an error, without line breaks."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def _plain(result: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, bool | int | float]:
    """The result in Python's own types."""
    plain: dict[str, bool | int | float] = {}
    for name, value in result.items():
        if name in cell or name == "trial":
            raise ValueError(f"the result {name!r} has the name of a parameter")
        value = value.item() if isinstance(value, np.generic) else value
        if not isinstance(value, bool | int | float):
            raise TypeError(f"the result {name} = {value!r} is not a bool, an int or a float")
        plain[name] = value
    return plain

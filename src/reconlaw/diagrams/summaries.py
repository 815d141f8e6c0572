"""From trials to plotted numbers: shares and medians with exact intervals, 50 % points, and how they are said."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from ..figures.table import Row
from ..theory.intervals import clopper_pearson, median_interval
from ..theory.transition import transition

ERROR = 0.05
"""Every interval drawn has this error probability, by itself."""
HALF = "50 %"
"""The series of 50 % points. Their interval is one of x."""


def share(panel: str, series: str, x: float, successes: int, trials: int) -> Row:
    """A share of successes with its Clopper-Pearson interval."""
    low, high = clopper_pearson(successes, trials, ERROR)
    return Row(panel, series, x, y=successes / trials, low=low, high=high, successes=successes, trials=trials)


def median(panel: str, series: str, x: float, values: Sequence[float]) -> Row:
    """A median with its distribution-free interval."""
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    low, high = median_interval(values, ERROR)
    return Row(panel, series, x, y=middle, low=low, high=high, trials=len(values))


def intervals_of_medians(rows: Iterable[Row]) -> str:
    """What is said of the intervals of medians, which need six trials."""
    known = {math.isfinite(row.low) for row in rows if row.trials}
    if known == {False}:
        return "no interval: too few trials"
    return "with 95 % intervals (distribution-free)" + (", none where there are too few trials" if False in known else "")


def half(
    panel: str, y: float, cells: Sequence[tuple[float, int, int]], scale: Callable[[float], float] | None = None
) -> list[Row]:
    """The 50 % point of one curve at height y, none if there are no trials. The curve is fitted against log x.

    Args:
        cells: (x, successes, trials); those without trials do not count.
    """
    cells = [cell for cell in cells if cell[2]]
    if not cells:
        return []
    x, successes, trials = zip(*cells)
    found = transition([math.log(t) for t in x], successes, trials, 1 - ERROR)
    estimate, low, high = (math.exp(t) if t < math.inf else t for t in (found.estimate, found.low, found.high))
    note = found.method if found.method != "not bracketed" else f"not bracketed: {found.reason}"
    return [Row(panel, HALF, estimate, y, low=low, high=high, successes=sum(successes), trials=sum(trials), note=note)]


def said(row: Row, digits: int = 2) -> str:
    """A 50 % point in words: `1.43 [1.38, 1.49]`, or `not bracketed`."""
    if math.isnan(row.x):
        return "not bracketed"
    return f"{row.x:.{digits}f} [{row.low:.{digits}f}, {row.high:.{digits}f}]"


def listed(rows: Iterable[Row], label: Callable[[Row], str], digits: int = 2) -> str:
    """50 % points in words, each after its label."""
    return "; ".join(f"{label(row)} {said(row, digits)}" for row in rows)


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())

"""Curves with intervals, vertical lines and 50 % points: what several figures are made of."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from .table import Table

MARKERS = "os^DvP"


def look(k: int) -> dict[str, Any]:
    """Colour, dash and marker of the k-th curve."""
    cycle = list(matplotlib.rcParams["axes.prop_cycle"])
    return {**cycle[k % len(cycle)], "marker": MARKERS[k % len(MARKERS)]}


def curve(axes: Axes, table: Table, k: int, label: str, *, bars: bool = False, **changes: Any) -> None:
    """The series of a table as the k-th curve, with its intervals of y as a band, or as bars; `changes` of its look."""
    x, y, low, high = (table.column(name) for name in ("x", "y", "low", "high"))
    (line,) = axes.plot(x, y, label=label, **{**look(k), **changes})
    known = np.isfinite(low) & np.isfinite(high)
    if bars:
        axes.vlines(x[known], low[known], high[known], color=line.get_color(), linewidth=0.8)
    else:
        low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
        axes.fill_between(x, low, high, color=line.get_color(), alpha=0.18, linewidth=0)


def upright(axes: Axes, table: Table, name: str, text: str, *, linestyle: str = "--") -> None:
    """A vertical line at the first x of the series `name`, with its text above the axes."""
    x = float(table.select(series=name).column("x")[0])
    axes.axvline(x, color="0.35", linewidth=0.8, linestyle=linestyle, label=f"_{name}", zorder=1)
    axes.annotate(text, (x, 1.02), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7)


def half_points(axes: Axes, table: Table, *, as_curves: bool = False, label: str = "_50 %") -> None:
    """50 % points at their heights, with the interval of x clipped to the axes: black diamonds, or each like the curve y.

    One that is not bracketed has no marker, and where it may lie is dotted.
    """
    left, right = axes.set_xlim(axes.get_xlim())
    for k, row in enumerate(table.select(series="50 %").rows):
        mine = look(int(row.y)) if as_curves else {"color": "black", "marker": "D"}
        seen = np.isfinite(row.x)
        ends = np.clip([row.low, row.high], left, right)
        axes.hlines(row.y, *ends, color=mine["color"], linewidth=1.6, linestyle="-" if seen else ":", zorder=4, clip_on=False)
        if seen:
            more = {"mec": "white", "mew": 0.5, "markersize": 5, "zorder": 5, "clip_on": False, "linestyle": ""}
            axes.plot([row.x], [row.y], label=label if k == 0 else f"_{label}", **{**mine, **more})

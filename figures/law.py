"""Success over n and p/(nd): one map for each activation, with the 50 % points and the region that counting forbids."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .style import MISSING, TWO_COLUMNS, activation_label, settled, style
from .table import Table


def law(table: Table) -> Figure:
    """Series: `recovered` (map over x = p/(nd), y = n), `50 %` (points with an interval of x), `p = n` and `p = nd` (lines)."""
    panels = table.panels
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.25), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(panels), sharex=True, sharey=True))
        for axes, panel in zip(row, panels):
            _panel(axes, table.select(panel))
            axes.set_title(activation_label(panel), pad=13)
            axes.set_xlabel(r"equations per unknown, $p/(nd)$")
        row[0].set_ylabel(r"samples $n$")
        bar = figure.colorbar(ScalarMappable(Normalize(0, 1)), ax=list(row), pad=0.015, aspect=28)
        bar.set_label("share of trials with all samples found")
        bar.outline.set_linewidth(0.6)
        return settled(figure)


def _panel(axes: Axes, table: Table) -> None:
    x, n, values = table.select(series="recovered").grid()
    axes.set_facecolor(MISSING)
    edges = np.maximum(_edges(x), 0), _edges(n)
    axes.pcolormesh(*edges, np.ma.masked_invalid(values), vmin=0, vmax=1, edgecolor="white", linewidth=0.15, label="recovered")
    left, right = edges[0][[0, -1]]
    for name, text in (("p = n", "$p=n$"), ("p = nd", "$p=nd$")):
        line = table.select(series=name)
        at, y = line.column("x"), line.column("y")
        axes.plot(at, y, color="white", linestyle="--" if name == "p = nd" else ":", linewidth=1.1, label=name)
        axes.annotate(text, (at[0], 1.015), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7)
    counting = axes.axvspan(
        left, table.select(series="p = nd").column("x")[0], facecolor="none", edgecolor="white", hatch="///"
    )
    counting.set(alpha=0.35, linewidth=0, label="p < nd")
    half = table.select(series="50 %")
    at, y, low, high = (half.column(name) for name in ("x", "y", "low", "high"))
    seen = np.isfinite(at)
    low, high = np.clip(low, left, right), np.clip(high, left, right)
    for color, width, size in (("black", 2.4, 4.6), ("white", 1.0, 2.8)):
        axes.hlines(y[seen], low[seen], high[seen], color=color, linewidth=width, zorder=3)
        axes.plot(at[seen], y[seen], "o", color=color, markersize=size, zorder=3, label="50 %" if color == "white" else "_")
    for k in np.flatnonzero(~seen):
        beyond = np.isfinite(half.column("low")[k])
        axes.plot(
            [right if beyond else left], [y[k]], ">" if beyond else "<", color="white", mec="black", clip_on=False, zorder=4
        )
    axes.set_xlim(left, right)
    axes.set_ylim(edges[1][0], edges[1][-1])
    axes.set_yticks(n if len(n) <= 10 else n[::2])
    axes.spines[:].set_visible(False)


def _edges(centres: np.ndarray) -> np.ndarray:
    """Cell edges half way between neighbours, the outer cells symmetrical."""
    if len(centres) == 1:
        return centres[0] + np.array([-0.5, 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])

"""Thresholds against the number of outputs: of the features m, and of the parameters C m."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .style import TWO_COLUMNS, settled, style
from .table import Table

LABELS = {"m": "features $m$", "C m": "parameters of the last layer, $C\\,m$"}


def outputs(table: Table) -> Figure:
    """Series over x = C: `m*`, `naive count` (lines), `full rank proved`, `50 % of attacks` (points). Panels: `m`, `C m`."""
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.5), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(table.panels), sharex=True))
        for axes, panel in zip(row, table.panels):
            mine = table.select(panel)
            for series, label, color, line in (
                ("m*", "$m^*$, and $C\\,m^*$", "#0072B2", "-"),
                ("naive count", "count with $C$ for $\\min(C,n)$", "0.5", ":"),
            ):
                rows = mine.select(series=series)
                axes.plot(rows.column("x"), rows.column("y"), color=color, linestyle=line, label=label, zorder=2)
            rank = mine.select(series="full rank proved")
            axes.plot(
                rank.column("x"), rank.column("y"), "x", color="black", label="full rank proved here, not before", zorder=4
            )
            half = mine.select(series="50 % of attacks")
            x, y, low, high = (half.column(name) for name in ("x", "y", "low", "high"))
            axes.plot(x, y, "o", color="#D55E00", label="half of the attacks succeed", zorder=3)
            known = np.isfinite(low) & np.isfinite(high)
            axes.vlines(x[known], low[known], high[known], color="#D55E00", linewidth=1.2, zorder=3)
            axes.set(xlabel="outputs $C$", ylabel=LABELS.get(panel, panel))
            axes.set_ylim(bottom=0)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        handles, labels = row[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
        return settled(figure)

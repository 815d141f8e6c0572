"""Shares of starts that end in wrong data and in the data, around two thresholds."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from .curves import curve, upright
from .style import TWO_COLUMNS, activation_label, settled, style
from .table import Table

THRESHOLDS = {"parameters only": "$p=nd$", "span known": "$p=n+d-1$"}


def spurious(table: Table) -> Figure:
    """Series: `ACTIVATION: wrong data` and `ACTIVATION: the data` (shares over x = p), `threshold` (a line)."""
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.3), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(table.panels), sharey=True))
        for axes, panel in zip(row, table.panels):
            mine = table.select(panel)
            names = [name for name in mine.series() if name != "threshold"]
            activations = list(dict.fromkeys(name.partition(": ")[0] for name in names))
            for series in names:
                activation, _, which = series.partition(": ")
                changes = {"linestyle": "-"} if which == "wrong data" else {"linestyle": ":", "markerfacecolor": "white"}
                label = f"{activation_label(activation)}: {which}"
                curve(axes, mine.select(series=series), activations.index(activation), label, bars=True, **changes)
            upright(axes, mine, "threshold", THRESHOLDS.get(panel, "threshold"))
            size = mine.select(series="threshold").rows[0].note
            axes.set_title(f"{panel} (${size.replace(', ', '$, $')}$)", pad=13)
            axes.set_xlabel("equations $p$")
            axes.set_ylim(-0.04, 1.04)
        row[0].set_ylabel("share of starts that end in")
        handles, labels = row[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
        return settled(figure)

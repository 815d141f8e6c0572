"""Training and reconstruction error against the number of parameters, one panel for each activation."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from .curves import curve, half_points, upright
from .style import TWO_COLUMNS, activation_label, plain_log_ticks, settled, style
from .table import Table


def two_thresholds(table: Table) -> Figure:
    """Series: `training error`, `reconstruction error`, `random guess` (curves), `50 %` (points), `p = n`, `p = nd` (lines)."""
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.35), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(table.panels), sharex=True, sharey=True))
        for axes, panel in zip(row, table.panels):
            mine = table.select(panel)
            axes.set_xscale("log")
            for k, series in enumerate(("training error", "reconstruction error")):
                curve(axes, mine.select(series=series), k, series)
            guess = mine.select(series="random guess")
            axes.plot(guess.column("x"), guess.column("y"), color="0.5", linewidth=0.8, linestyle=":", label="random guess")
            axes.set_ylim(0, 1.5)
            upright(axes, mine, "p = n", "$p=n$", linestyle=":")
            upright(axes, mine, "p = nd", "$p=nd$")
            half_points(axes, mine, label="half of the attacks succeed")
            axes.set_title(activation_label(panel), pad=13)
            axes.set_xlabel("parameters $p$")
            plain_log_ticks(axes)
        row[0].set_ylabel("relative error")
        handles, labels = row[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
        return settled(figure)

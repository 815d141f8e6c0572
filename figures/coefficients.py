"""The error of a sample against the size of its coefficient, with the prediction of first order."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .curves import look
from .style import activation_label, settled, style, width
from .table import Table


def coefficients(table: Table) -> Figure:
    """Series, for each level of noise: `error, noise S` (points) and `predicted, noise S` (a line), over x = |a|."""
    with style():
        figure = Figure(figsize=(width(len(table.panels)), 2.6), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(table.panels), sharex=True, sharey=True))
        for axes, panel in zip(row, table.panels):
            mine = table.select(panel)
            axes.set_xscale("log")
            axes.set_yscale("log")
            for k, series in enumerate(name for name in mine.series() if name.startswith("error")):
                style_of = look(k)
                points, line = mine.select(series=series), mine.select(series=series.replace("error", "predicted"))
                x, y, low, high = (points.column(name) for name in ("x", "y", "low", "high"))
                label = f"noise ${_power(series.rpartition(' ')[2])}$"
                axes.plot(x, y, linestyle="", color=style_of["color"], marker=style_of["marker"], label=label)
                known = np.isfinite(low) & np.isfinite(high)
                axes.vlines(x[known], low[known], high[known], color=style_of["color"], linewidth=0.8)
                axes.plot(
                    line.column("x"), line.column("y"), "-", color=style_of["color"], linewidth=0.8, label=f"_predicted {k}"
                )
            axes.set_title(activation_label(panel))
            axes.set_xlabel("coefficient $|a_i|$")
        row[0].set_ylabel("relative error of sample $i$")
        handles, labels = row[0].get_legend_handles_labels()
        first = Line2D([], [], color="black", linewidth=0.8, linestyle="-")
        figure.legend([*handles, first], [*labels, "first order"], loc="outside lower center", ncols=3)
        return settled(figure)


def _power(text: str) -> str:
    """`10^{-6}` for `1e-06`."""
    mantissa, exponent = f"{float(text):.0e}".split("e")
    return (rf"{mantissa}\times" if mantissa != "1" else "") + f"10^{{{int(exponent)}}}"

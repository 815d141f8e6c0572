"""Success curves of several sizes, against p and against p/(nd)."""

from __future__ import annotations

from matplotlib.figure import Figure

from .curves import curve, half_points, upright
from .style import TWO_COLUMNS, plain_log_ticks, settled, style
from .table import Table

LABELS = {"p": "equations $p$", "p/(nd)": "equations per unknown, $p/(nd)$"}


def collapse(table: Table) -> Figure:
    """Panels `p`, `p/(nd)`. Series: `n = N, d = D` (shares), `50 %` (points, y the number of the size), `p = nd` (a line)."""
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.8), layout="constrained")
        rows = figure.subplots(2, len(table.panels), sharex="col", sharey="row", height_ratios=(4, 1), squeeze=False)
        for top, below, panel in zip(*rows, table.panels):
            mine = table.select(panel)
            names = [name for name in mine.series() if name.startswith("n = ")]
            top.set_xscale("log")
            for k, series in enumerate(names):
                curve(top, mine.select(series=series), k, f"${series.replace(', ', '$, $')}$", bars=True)
            top.axhline(0.5, color="0.6", linewidth=0.6, zorder=0)
            top.set_ylim(-0.04, 1.04)
            top.tick_params(labelbottom=False)
            plain_log_ticks(top)
            half_points(below, mine, as_curves=True)
            below.set(xlabel=LABELS.get(panel, panel), ylim=(len(names) - 0.4, -0.6), yticks=[])
            if "p = nd" in mine.series():
                upright(top, mine, "p = nd", "$p=nd$")
                upright(below, mine, "p = nd", "")
        rows[0, 0].set_ylabel("share of attacks\nthat find all samples")
        rows[1, 0].set_ylabel("50 %\npoint")
        handles, labels = rows[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=6, handlelength=2.4)
        return settled(figure)

"""The error of a batch estimated from one gradient: colours tell the estimates, markers the dimensions."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .curves import MARKERS, curve, look
from .style import TWO_COLUMNS, activation_label, plain_log_ticks, settled, style
from .table import Table

ESTIMATES = {"moments": "moments", "eigenvectors": "eigenvectors", "printed": "Algorithm 1 as printed", "rowspace": "row space"}
SCALES = {"sqrt(d/m)": r"$\sqrt{d/m}$", "1/sqrt(m)": r"$1/\sqrt{m}$"}
GIVEN = {"sqrt(d/m)": r"$\partial L/\partial a$", "1/sqrt(m)": r"$\partial L/\partial a$ and $\partial L/\partial W$"}


def gradients(table: Table) -> Figure:
    """Panels `ACTIVATION: SCALE`, one column for each activation. Series: `ESTIMATE, d = D` (curves), `predicted, d = D` and
    `slope 1` (lines)."""
    activations, scales = (list(dict.fromkeys(part)) for part in zip(*(panel.split(": ") for panel in table.panels)))
    dimensions = sorted({_dimension(name) for name in table.series() if ", d = " in name})
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 0.9 + 1.75 * len(scales)), layout="constrained")
        grid = figure.subplots(len(scales), len(activations), sharex="row", sharey="row", squeeze=False)
        for row, scale in zip(grid, scales):
            for axes, activation in zip(row, activations):
                axes.set(xscale="log", yscale="log")
                _panel(axes, table.select(f"{activation}: {scale}"), dimensions)
            plain_log_ticks(row[0])
            row[0].set_ylabel(f"RMS error from {GIVEN.get(scale, scale)}")
            for axes in row:
                axes.set_xlabel(SCALES.get(scale, scale))
        for axes, activation in zip(grid[0], activations):
            axes.set_title(activation_label(activation))
        seen = {name.partition(",")[0] for name in table.series()}
        handles = [
            Line2D([], [], label=label, **{**look(k), "marker": ""})
            for k, (name, label) in enumerate(ESTIMATES.items())
            if name in seen
        ]
        handles += [
            Line2D([], [], color="black", linewidth=0.6, label="eigenvectors, first order"),
            Line2D([], [], color="0.6", linewidth=0.8, label="slope 1"),
        ]
        handles += [
            Line2D([], [], color="0.3", linestyle="", marker=MARKERS[k % len(MARKERS)], label=f"$d={d}$")
            for k, d in enumerate(dimensions)
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, handlelength=2.4)
        return settled(figure)


def _panel(axes: Axes, table: Table, dimensions: list[int]) -> None:
    for name in table.series():
        mine = table.select(series=name)
        if name == "slope 1":
            axes.plot(mine.column("x"), mine.column("y"), color="0.6", linewidth=0.8, linestyle="-", label=name, zorder=1)
        elif name.startswith("predicted"):
            axes.plot(mine.column("x"), mine.column("y"), color="black", linewidth=0.6, linestyle="-", label=name, zorder=3)
        else:
            marker = MARKERS[dimensions.index(_dimension(name)) % len(MARKERS)]
            curve(axes, mine, list(ESTIMATES).index(name.partition(",")[0]), name, bars=True, marker=marker, linewidth=0.9)


def _dimension(series: str) -> int:
    return int(series.rpartition(" ")[2])

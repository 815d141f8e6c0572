"""What is proved of the rank, n by p: a map of categories for each activation, and one of the formula for ReLU."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from .style import MISSING, TWO_COLUMNS, activation_label, settled, style
from .table import Table

COLORS = ("#FFFFFF", "#E69F00", "#0072B2", "#56B4E9")
HATCHES = ("xxxx", "....", "", "")
NAMES = ("undecided", "deficient, proved exactly", "full, proved exactly", "full, proved by balls")
"""By the value of the map, 0 to 3."""
TITLES = {"hermite:1+hermite:3": "$h_1+h_3$", "relu": "ReLU: by elimination", "relu, matroid union": "ReLU: matroid formula"}


def rank_map(table: Table) -> Figure:
    """Series: `rank` (map of the values 0 to 3 over x = n, y = p), and lines, `p = nd` and `p = nd/(1-2^-n)`."""
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 2.6), layout="constrained")
        row = np.atleast_1d(figure.subplots(1, len(table.panels), sharex=True, sharey=True))
        for axes, panel in zip(row, table.panels):
            _panel(axes, table.select(panel))
            axes.set_title(TITLES.get(panel, activation_label(panel)))
            axes.set_xlabel("samples $n$")
        row[0].set_ylabel("equations $p$")
        seen = sorted({int(value) for value in table.select(series="rank").column("value")} | {0}, reverse=True)
        patches = [Patch(facecolor=COLORS[k], edgecolor="0.3", hatch=HATCHES[k], linewidth=0.5, label=NAMES[k]) for k in seen]
        lines = {line.get_label(): line for axes in row for line in axes.get_lines()}
        figure.legend(handles=[*patches, *lines.values()], loc="outside lower center", ncols=6, handlelength=1.6)
        return settled(figure)


def _panel(axes: Axes, table: Table) -> None:
    n, p, values = table.select(series="rank").grid()
    axes.set_facecolor(MISSING)
    edges = [np.concatenate([t - step / 2, [t[-1] + step / 2]]) for t, step in ((n, _step(n)), (p, _step(p)))]
    axes.pcolormesh(
        *edges,
        np.ma.masked_invalid(values),
        cmap=ListedColormap(COLORS),
        norm=BoundaryNorm(np.arange(-0.5, 4), 4),
        edgecolor="face",
        linewidth=0.1,
        label="rank",
    )
    for kind, hatch in enumerate(HATCHES):
        if hatch and np.any(values == kind):
            cells = [Rectangle((edges[0][j], edges[1][i]), _step(n), _step(p)) for i, j in np.argwhere(values == kind).tolist()]
            axes.add_collection(PatchCollection(cells, facecolor="none", edgecolor="0.25", hatch=hatch, linewidth=0))
    for name, label, line in (("p = nd", "$p=nd$", "-"), ("p = nd/(1-2^-n)", "$p=nd/(1-2^{-n})$", "--")):
        rows = table.select(series=name)
        if rows.rows:
            axes.plot(rows.column("x"), rows.column("y"), color="black", linewidth=0.9, linestyle=line, marker="", label=label)
    axes.set_xlim(edges[0][0], edges[0][-1])
    axes.set_ylim(edges[1][0], edges[1][-1])


def _step(t: np.ndarray) -> float:
    return float(t[1] - t[0]) if len(t) > 1 else 1.0

"""Success on digits and on uniform points against p/(nd), one panel for each activation, and a row of images."""

from __future__ import annotations

from matplotlib.figure import Figure, SubFigure

from .curves import curve, half_points, upright
from .style import TWO_COLUMNS, activation_label, plain_log_ticks, settled, style
from .table import Table

LABELS = {"digits": "handwritten digits", "sphere": "uniform points"}


def digits(table: Table) -> Figure:
    """Series: `digits`, `sphere` (shares over x = p/(nd)), `50 %` (points, y the number of the series), `p = nd` (a line).

    Panels `p/(nd) = T`: the maps `original` and `found`, pixels over x and y.
    """
    pictures = [panel for panel in table.panels if panel.startswith("p/(nd)")]
    with style():
        figure = Figure(figsize=(TWO_COLUMNS, 4.3 if pictures else 2.8), layout="constrained")
        if not pictures:
            _curves(figure, table, table.panels)
            return settled(figure)
        grid = figure.add_gridspec(2, 1, height_ratios=(2.8, 1.5))
        _curves(figure.add_subfigure(grid[0]), table, [panel for panel in table.panels if panel not in pictures])
        _images(figure.add_subfigure(grid[1]), table, pictures)
        return settled(figure)


def _curves(figure: Figure | SubFigure, table: Table, panels: list[str]) -> None:
    rows = figure.subplots(2, len(panels), sharex=True, sharey="row", height_ratios=(5, 1), squeeze=False)
    for top, below, panel in zip(*rows, panels):
        mine = table.select(panel)
        top.set_xscale("log")
        for k, series in enumerate(LABELS):
            curve(top, mine.select(series=series), k, LABELS[series], bars=True)
        top.axhline(0.5, color="0.6", linewidth=0.6, zorder=0)
        top.set_ylim(-0.04, 1.04)
        top.set_title(activation_label(panel), pad=13)
        top.tick_params(labelbottom=False)
        plain_log_ticks(top)
        half_points(below, mine, as_curves=True)
        below.set(xlabel="equations per unknown, $p/(nd)$", ylim=(len(LABELS) - 0.4, -0.6), yticks=[])
        upright(top, mine, "p = nd", "$p=nd$")
        upright(below, mine, "p = nd", "")
    rows[0, 0].set_ylabel("share of attacks\nthat find all samples")
    rows[1, 0].set_ylabel("50 %\npoint")
    handles, labels = rows[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)


def _images(figure: SubFigure, table: Table, panels: list[str]) -> None:
    rows = figure.subplots(2, len(panels), squeeze=False)
    for axes, panel in zip(rows.T, panels):
        images = [table.select(panel, series).grid()[2] for series in ("original", "found")]
        low, high = min(image.min() for image in images), max(image.max() for image in images)
        for place, image, series in zip(axes, images, ("original", "found")):
            place.imshow(image, cmap="gray", vmin=low, vmax=high, label=f"{panel}: {series}")
            place.set(xticks=[], yticks=[])
            place.spines[:].set_visible(False)
        axes[0].set_title(f"$p={panel.rpartition(' ')[2]}\\,nd$", pad=3)
    for place, label in zip(rows[:, 0], ("original", "found")):
        place.set_ylabel(label, fontsize=7)

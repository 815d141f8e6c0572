"""`gradients`: the error of a batch estimated from one gradient, against sqrt(d/m)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import geometric_mean
from typing import Any

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from ..theory.intervals import slope
from .diagram import Cells, Diagram, Size
from .summaries import intervals_of_medians, median, one_line

ACTIVATIONS = ("tanh", "elu", "relu")
SCALES = {"sqrt(d/m)": ("moments", "eigenvectors", "printed", "predicted"), "1/sqrt(m)": ("rowspace",)}
"""The abscissa of a panel, and what is drawn over it."""
SLOPES = ("moments", "eigenvectors", "rowspace")
FITTED = 0.13
"""Slopes are fitted where the abscissa is at most this."""


def cells(dimensions: Sequence[int], scales: Sequence[float], largest: int, activations: Sequence[str] = ACTIVATIONS) -> Cells:
    """Cells with m = d / scale^2, rounded, as far as m is at most `largest`."""
    numbers = [(d, round(d / t**2)) for d in dimensions for t in scales]
    return tuple({"activation": a, "B": 2, "d": d, "m": m} for a in activations for d, m in numbers if m <= largest)


def table(result: SweepResult) -> Table:
    """For each activation and abscissa the medians of the errors of each estimate at each d, of `predicted`, and `slope 1`."""
    values: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in result.rows:
        values.setdefault((row["activation"], row["d"], row["m"]), []).append(row)
    rows: list[Row] = []
    for activation in dict.fromkeys(key[0] for key in values):
        cells = sorted((key for key in values if key[0] == activation), key=lambda key: (key[1], -key[2]))
        for scale, estimates in SCALES.items():
            panel = f"{activation}: {scale}"
            x = {(a, d, m): math.sqrt((d if scale == "sqrt(d/m)" else 1) / m) for a, d, m in cells}
            for name in estimates:
                rows += [median(panel, f"{name}, d = {c[1]}", x[c], [row[name] for row in values[c]]) for c in cells]
            rows += [Row(panel, "slope 1", t, t) for t in (min(x.values()), max(x.values()))]
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the slopes."""
    found = {(panel, name): _slope(table.select(panel), name) for panel in table.panels for name in SLOPES}
    fitted = "; ".join(f"{panel.partition(':')[0]}, {name}: {said}" for (panel, name), said in found.items() if said)
    return one_line(f"""
        Error of a batch of 2 samples estimated from one gradient of a network with m neurons: root of the mean squared distance
        after optimal matching, for odd activations up to the sign. Samples uniform on the unit sphere of R^d, labels 1 and -1,
        W ~ N(0, I). Top: from the gradient of the output weights alone, against sqrt(d/m). Moments: least-squares Hermite
        regression in a subspace refined four times; within the subspace the error is of the order 1/sqrt(m), which shows at
        small d. Eigenvectors: the same without refinement. Thin lines: its error to first order in sqrt(d/m). As printed:
        Algorithm 1 of Wang, Lee and Lei (2023), which for tanh and ReLU contracts with a random unit vector. Bottom: the span
        from the gradient of the hidden weights, where it is exact, against 1/sqrt(m). Grey: error equal to the abscissa.
        {trials} All estimates see the same gradients. Points: medians, {intervals_of_medians(table.rows)}. Slopes of log
        median, one for all d, where the abscissa is at most {FITTED:g}: {fitted}.""")


def _slope(table: Table, name: str) -> str:
    """The common slope of the curves of an estimate, one for each d, by least squares; empty if there are too few points."""
    x, y = [], []
    for series in (series for series in table.series() if series.startswith(f"{name}, ")):
        rows = [row for row in table.select(series=series).rows if row.x <= FITTED]
        if rows:
            centre = Row("", "", geometric_mean([row.x for row in rows]), geometric_mean([row.y for row in rows]))
            x += [row.x / centre.x for row in rows]
            y += [row.y / centre.y for row in rows]
    return f"{slope(x, y):.2f}" if len(set(x)) > 1 else ""


SCALE = 0.4
"""The largest sqrt(d/m)."""

DIAGRAM = Diagram(
    name="gradients",
    title="error of the batch from one gradient: collapse on sqrt(d/m), or on 1/sqrt(m) in the row space",
    version="1",
    trial="reconlaw.numerics.trials.gradients:trial",
    sizes={
        "small": Size(cells((10, 30, 90), [SCALE * 10 ** (-k / 4) for k in range(7)], 65_000), 12, "1 minute"),
        "paper": Size(cells((10, 40, 160), [SCALE * 10 ** (-k / 8) for k in range(13)], 180_000), 100, "50 minutes"),
    },
    table=table,
    figure="reconlaw.figures.gradients:gradients",
    requires=("slope 1",),
    caption=caption,
    searches=False,
    citations=("wang2023",),
)

"""`law`: where attacks succeed, over the number of samples and the number of equations per unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from .diagram import Cells, Diagram, Size
from .summaries import HALF, half, one_line, said

ACTIVATIONS = ("relu", "relu+tanh", "tanh")


def cells(n: Sequence[int], d: int, columns: Sequence[int]) -> Cells:
    """Cells with p = n k, that is p / (nd) = k / d, for each k of `columns`."""
    return tuple({"activation": a, "n": m, "d": d, "p": m * k} for a in ACTIVATIONS for m in n for k in columns)


def table(result: SweepResult) -> Table:
    """`recovered`: the map of shares; the 50 % points; the lines p = n and p = nd."""
    counts = result.counts("recovered", ("activation", "n", "d", "p"))
    rows = []
    for activation in dict.fromkeys(key[0] for key in counts):
        mine = {key: count for key, count in counts.items() if key[0] == activation}
        sizes = sorted({key[1] for key in mine})
        for (_, n, d, p), (successes, trials) in mine.items():
            if trials:
                x = p / (n * d)
                rows.append(Row(activation, "recovered", x, n, successes / trials, successes=successes, trials=trials))
        for m in sizes:
            cells = [(p / (n * d), *count) for (_, n, d, p), count in mine.items() if n == m]
            rows += half(activation, m, cells)
        for name in ("p = n", "p = nd"):
            for m in (sizes[0] - 0.5, sizes[-1] + 0.5):
                rows.append(Row(activation, name, 1.0 if name == "p = nd" else 1 / next(iter(mine))[2], m))
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the range of the 50 % points."""
    points = table.select(series=HALF).rows
    found = [row for row in points if not math.isnan(row.x)]
    d = round(1 / table.select(series="p = n").rows[0].x)
    text = f"""
        Reconstruction of n training samples in dimension d = {d} from the p parameters of a random-features model, trained to
        least norm. Colour: share of trials in which every sample is found to a relative error of 1e-6, up to the activation's
        parity. {trials} Points: 50 % point of each row with its 95 % interval. Hatched: p < nd, where counting forbids
        uniqueness and the parameters do not determine the data. The labels are fitted from p = n on (dotted)."""
    if found:
        low, high = min(found, key=lambda row: row.x), max(found, key=lambda row: row.x)
        text += f" The 50 % points lie between p/(nd) = {said(low)} ({low.panel}, n = {low.y:.0f})"
        text += f" and {said(high)} ({high.panel}, n = {high.y:.0f})."
    if len(found) < len(points):
        text += f" In {len(points) - len(found)} of {len(points)} rows the 50 % point is not bracketed (triangles)."
    return one_line(text)


COLUMNS = (1, 5, 10, 15, 19, 20, 22, 24, 26, 28, 30, 32, 34, 36, 40, 45, 50, 60)
"""n up to 8 gives eight rows: with eighteen columns there are as many cells as in a square of twelve."""
FINE = (1, 2, 4, 6, 8, 10, 12, 14, 16, 17, 18, 19, *range(20, 36), 38, 40, 42, 45, 50, 55, 60)

DIAGRAM = Diagram(
    name="law",
    title="success over n and p/(nd), for three activations, with p = n, p = nd and the 50 % curve",
    version="1",
    trial="reconlaw.numerics.trials.reconstruction:trial",
    sizes={
        "small": Size(cells((1, 2, 3, 4), 8, (1, 4, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24)), 20, "1 minute"),
        "paper": Size(cells(range(1, 9), 20, COLUMNS), 40, "10 minutes"),
        "full": Size(cells(range(1, 13), 20, FINE), 20, "1 hour"),
    },
    table=table,
    figure="reconlaw.figures.law:law",
    requires=("recovered", "p = n", "p = nd"),
    caption=caption,
)

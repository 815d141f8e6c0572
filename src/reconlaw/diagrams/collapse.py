"""`collapse`: success curves of several sizes, against p and against p/(nd)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from .diagram import Cells, Diagram, Size
from .summaries import HALF, half, listed, one_line, share

PANELS = ("p", "p/(nd)")


def cells(activation: str, sizes: Sequence[tuple[int, int]], multiples: Sequence[float]) -> Cells:
    """Cells with p = multiple x nd, rounded; each p once."""
    numbers = [(n, d, p) for n, d in sizes for p in sorted({max(1, round(t * n * d)) for t in multiples})]
    return tuple({"activation": activation, "n": n, "d": d, "p": p} for n, d, p in numbers)


def table(result: SweepResult) -> Table:
    """For each size the share of attacks that find every sample, over p and over p/(nd); 50 % points (y: which size)."""
    counts = result.counts("recovered", ("n", "d", "p"))
    rows: list[Row] = []
    for panel in PANELS:
        points: list[Row] = []
        for k, (n, d) in enumerate(dict.fromkeys(key[:2] for key in counts)):
            unit = 1 if panel == "p" else n * d
            found = [(p / unit, *count) for (m, e, p), count in counts.items() if (m, e) == (n, d) and count[1]]
            rows += [share(panel, f"n = {n}, d = {d}", *cell) for cell in found]
            points += [replace(row, note=f"n = {n}, d = {d}: {row.note}") for row in half(panel, k, found)]
        rows += points
    return Table([*rows, Row("p/(nd)", "p = nd", 1.0, note=result.sweep.cells[0]["activation"])])


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the 50 % points."""
    points = listed(table.select("p/(nd)", HALF).rows, lambda row: row.note.partition(":")[0] + ":")
    return one_line(f"""
        How far the success curves of several sizes fall on one another: share of attacks on trained random-features models
        ({table.select(series="p = nd").rows[0].note}) that find every sample to a relative error of 1e-6, up to the
        activation's parity, for several numbers n of samples and dimensions d. Left: against the number of equations p. Right:
        the same trials against p/(nd). {trials} Shares with 95 % Clopper-Pearson intervals. Below: 50 % points with 95 %
        intervals; in p/(nd): {points}.""")


SIZES = ((2, 4), (3, 6), (2, 20), (4, 10))
PAPER = ((2, 15), (3, 20), (10, 12), (6, 40))
MULTIPLES = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0)

DIAGRAM = Diagram(
    name="collapse",
    title="success curves of several (n, d) against p, and nearly on one another against p/(nd)",
    version="1",
    trial="reconlaw.numerics.trials.reconstruction:trial",
    sizes={
        "small": Size(cells("tanh", SIZES, MULTIPLES), 50, "1 minute"),
        "paper": Size(cells("tanh", PAPER, MULTIPLES), 100, "5 minutes"),
    },
    table=table,
    figure="reconlaw.figures.collapse:collapse",
    requires=("50 %", "p = nd"),
    caption=caption,
)

"""`two-thresholds`: training error and reconstruction error against the number of parameters."""

from __future__ import annotations

from collections.abc import Sequence

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from .diagram import Cells, Diagram, Size
from .summaries import HALF, half, listed, median, one_line

ACTIVATIONS = ("relu", "relu+tanh", "tanh")


def cells(n: int, d: int, numbers: Sequence[int]) -> Cells:
    """Cells for each p of `numbers`."""
    return tuple({"activation": a, "n": n, "d": d, "p": p} for a in ACTIVATIONS for p in numbers)


def table(result: SweepResult) -> Table:
    """Medians of `training error`, `reconstruction error`, `random guess`; the lines; the 50 % point of recovery, at y = 0."""
    rows: list[Row] = []
    first = result.sweep.cells[0]
    n, d = first["n"], first["d"]
    for activation in dict.fromkeys(cell["activation"] for cell in result.sweep.cells):
        mine = [row for row in result.rows if row["activation"] == activation]
        numbers = sorted({row["p"] for row in mine})
        for series, field in (("training error", "training"), ("reconstruction error", "error")):
            rows += [median(activation, series, p, [row[field] for row in mine if row["p"] == p]) for p in numbers]
        if mine:
            guess = median(activation, "random guess", numbers[0], [row["guess"] for row in mine])
            rows += [Row(activation, "random guess", x, guess.y, trials=guess.trials) for x in (numbers[0], numbers[-1])]
        counts = [(p, [row["recovered"] for row in mine if row["p"] == p]) for p in numbers]
        rows += half(activation, 0.0, [(p, sum(found), len(found)) for p, found in counts])
        rows += [Row(activation, "p = n", n), Row(activation, "p = nd", n * d)]
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the 50 % points."""
    n, nd = (table.select(series=name).rows[0].x for name in ("p = n", "p = nd"))
    points = listed(table.select(series=HALF).rows, lambda row: row.panel, 0)
    return one_line(f"""
        Two thresholds: a random-features model with p parameters, trained to least norm on n = {n:.0f} samples in dimension
        d = {nd / n:.0f}. Training error: squared error over that of the zero model. Reconstruction error: mean over the samples
        of the distance between a sample and the point found for it, relative to the sample's norm and up to the activation's
        parity. {trials} Medians over the trials with 95 % bands (distribution-free). The labels are fitted from p = n on
        if the n features are independent, the data come back at a multiple of nd. Diamond: the p at which half of the attacks
        find every sample to 1e-6, with its 95 % interval: {points}. Random guess: median error of uniform points in place of
        those found.""")


SMALL = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 28, 32, 36, 40, 44, 48, 56, 64, 80, 128)
PAPER = (2, 4, 6, 8, 9, 10, 11, 12, 15, 20, 40, 80, 120, 160, 190, 200, 220, 240, 260, 280, 300, 350, 400, 600, 1000, 2000)

DIAGRAM = Diagram(
    name="two-thresholds",
    title="training error falls at p = n, reconstruction error at a multiple of nd",
    version="1",
    trial="reconlaw.numerics.trials.two_thresholds:trial",
    sizes={"small": Size(cells(4, 8, SMALL), 25, "1 minute"), "paper": Size(cells(10, 20, PAPER), 40, "5 minutes")},
    table=table,
    figure="reconlaw.figures.two_thresholds:two_thresholds",
    requires=("training error", "reconstruction error", "p = n", "p = nd"),
    caption=caption,
)

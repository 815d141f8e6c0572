"""`digits`: success on handwritten digits, beside uniform points of the same dimension, and what is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult, cell_key, trial_rng
from ..numerics.trials.reconstruction import with_samples
from .diagram import Cells, Diagram, Size
from .summaries import HALF, half, listed, one_line, share

ACTIVATIONS = ("relu", "relu+tanh", "tanh")
DATA = ("digits", "sphere")
SIDE = 8
SHOWN = (0.8, 1.1, 1.25, 1.5, 2, 3)
"""Multiples of nd at which an image is shown, as far as there are cells."""


def cells(n: int, multiples: Sequence[float], activations: Sequence[str] = ACTIVATIONS) -> Cells:
    """Cells at p = multiple x nd, for digits and for uniform points."""
    d = SIDE * SIDE
    return tuple(
        {"activation": a, "data": data, "n": n, "d": d, "p": round(t * n * d)}
        for a in activations
        for data in DATA
        for t in multiples
    )


def table(result: SweepResult) -> Table:
    """For each activation and kind of data the share of attacks that find every sample, over p/(nd); 50 % points (y: which).

    Panels `p/(nd) = T` hold the pixels of the first sample of the first trial, of the last activation: series `original` and
    `found`. That trial is run again for it, from its own stream.
    """
    counts = result.counts("recovered", ("activation", "data", "n", "d", "p"))
    rows: list[Row] = []
    for activation in dict.fromkeys(key[0] for key in counts):
        points: list[Row] = []
        for k, data in enumerate(DATA):
            mine = [
                (p / (n * d), *count) for (a, b, n, d, p), count in counts.items() if (a, b) == (activation, data) and count[1]
            ]
            rows += [share(activation, data, *cell) for cell in mine]
            points += [replace(row, note=f"{data}: {row.note}") for row in half(activation, k, mine)]
        rows += [*points, Row(activation, "p = nd", 1.0, note=f"n = {result.sweep.cells[0]['n']}")]
    return Table([*rows, *_pictures(result)])


def _pictures(result: SweepResult) -> Iterator[Row]:
    run = {(row["activation"], row["data"], row["p"]) for row in result.rows if row["trial"] == 0}
    last = result.sweep.cells[-1]["activation"]
    for cell in result.sweep.cells:
        multiple = cell["p"] / (cell["n"] * cell["d"])
        near = any(abs(multiple - t) < 0.01 for t in SHOWN)
        if near and (last, "digits", cell["p"]) in run and (cell["activation"], cell["data"]) == (last, "digits"):
            _, X, matched = with_samples(trial_rng(result.sweep.seed, cell_key(cell), 0), **cell)
            for series, image in (("original", X[0]), ("found", matched.aligned[0])):
                for k, value in enumerate(image.tolist()):
                    yield Row(f"p/(nd) = {round(multiple, 2):g}", series, k % SIDE, k // SIDE, value, note=last)


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the 50 % points."""
    points = listed(table.select(series=HALF).rows, lambda row: f"{row.panel}, {row.note.partition(':')[0]}:")
    shown, n = table.select(series="found").rows, table.select(series="p = nd").rows[0].note
    below = f"Images: the first sample of the first trial and what was found for it ({shown[0].note})." if shown else ""
    return one_line(f"""
        Real images: share of attacks on trained random-features models that find all {n}
        samples to a relative error of 1e-6, up to the activation's parity. Handwritten digits of scikit-learn, 8 x 8 pixels
        (d = 64), standardized globally and scaled to the sphere; uniform points of the same sphere for comparison. {trials}
        Shares with 95 % Clopper-Pearson intervals; below them 50 % points with 95 % intervals, in p/(nd): {points}. {below}""")


DIAGRAM = Diagram(
    name="digits",
    title="success on handwritten digits (extra `data`) against p/(nd), beside uniform points, and images found",
    version="1",
    trial="reconlaw.numerics.trials.reconstruction:trial",
    sizes={
        "small": Size(cells(2, (0.8, 1.1, 1.25, 1.5, 1.75, 2, 3), ("relu+tanh", "tanh")), 20, "1 minute"),
        "paper": Size(cells(5, (0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5, 1.75, 2, 2.5, 3, 4)), 40, "15 minutes"),
    },
    table=table,
    figure="reconlaw.figures.digits:digits",
    requires=("digits", "p = nd"),
    caption=caption,
)

"""`coefficients`: the error of a sample against the size of its coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from ..numerics.trials.coefficients import sizes
from .diagram import Cells, Diagram, Size
from .summaries import intervals_of_medians, median, one_line

ACTIVATIONS = ("relu+tanh",)


def cells(n: int, d: int, multiple: int, noise: Sequence[float]) -> Cells:
    """Cells with p = multiple x nd, for each level of noise."""
    return tuple(
        {"activation": a, "n": n, "d": d, "p": multiple * n * d, "noise": level} for a in ACTIVATIONS for level in noise
    )


def table(result: SweepResult) -> Table:
    """For each level of noise medians of `error` and of `predicted` over |a|."""
    rows: list[Row] = []
    n, d, p = (result.sweep.cells[0][name] for name in ("n", "d", "p"))
    for cell in result.sweep.cells:
        mine = [row for row in result.rows if (row["activation"], row["noise"]) == (cell["activation"], cell["noise"])]
        for field in ("error", "predicted") if mine else ():
            for k, a in enumerate(sizes(n), 1):
                row = median(cell["activation"], f"{field}, noise {cell['noise']:g}", a, [row[f"{field}_{k}"] for row in mine])
                rows.append(replace(row, note=f"n = {n}, d = {d}, p = {p}"))
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn."""
    return one_line(f"""
        Noise on the parameters blurs a sample in inverse proportion to its coefficient: relative error of each sample against
        |a_i|, after least squares from the truth, up to the activation's parity ({table.rows[0].note}). Noise: its norm over
        that of the parameters. {trials} Points: medians, {intervals_of_medians(table.rows)}. Lines: medians of the
        root-mean-square error to first order, proportional to 1/|a_i|. Where it nears 1 the first order ends, and the sample is
        lost.""")


DIAGRAM = Diagram(
    name="coefficients",
    title="error of a sample against |a_i| at several levels of noise, with the first-order prediction",
    version="1",
    trial="reconlaw.numerics.trials.coefficients:trial",
    sizes={
        "small": Size(cells(5, 8, 4, (1e-6, 1e-4, 1e-2, 1e-1)), 40, "20 seconds"),
        "paper": Size(cells(9, 20, 4, (1e-6, 1e-4, 1e-2, 1e-1)), 100, "1 minute"),
    },
    table=table,
    figure="reconlaw.figures.coefficients:coefficients",
    requires=(),
    caption=caption,
    searches=False,
)

"""`spurious`: exact zeros that are not the data, around the two thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from ..figures.table import Row, Table
from ..numerics.sweep import SweepResult
from .diagram import Cells, Diagram, Size
from .summaries import one_line, share

ACTIVATIONS = ("tanh", "relu+tanh")
PANELS = {"parameters": "parameters only", "span": "span known"}


def cells(problem: str, n: int, d: int, offsets: Sequence[int]) -> Cells:
    """Cells at these distances of p from the threshold."""
    return tuple(
        {"problem": problem, "activation": a, "n": n, "d": d, "p": threshold(problem, n, d) + k}
        for a in ACTIVATIONS
        for k in offsets
    )


def threshold(problem: str, n: int, d: int) -> int:
    """Equations that leave isolated zeros: as many as unknowns."""
    return n * d if problem == "parameters" else n + d - 1


def table(result: SweepResult) -> Table:
    """For each problem and activation the shares of starts in wrong data, and in the truth, over p; the threshold and n, d."""
    rows: list[Row] = []
    wrong, truth = (result.counts(field, ("problem", "activation", "n", "d", "p")) for field in ("wrong", "truth"))
    for problem, panel in PANELS.items():
        mine = [key for key in wrong if key[0] == problem]
        for activation in ACTIVATIONS:
            for series, counts in (("wrong data", wrong), ("the data", truth)):
                found = sorted((key[4], *counts[key]) for key in mine if key[1] == activation and counts[key][1])
                rows += [share(panel, f"{activation}: {series}", *cell) for cell in found]
        if mine:
            _, _, n, d, _ = mine[0]
            rows.append(Row(panel, "threshold", threshold(problem, n, d), note=f"n = {n}, d = {d}"))
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn."""
    sizes = "; ".join(f"{row.panel}: {row.note}" for row in table.select(series="threshold").rows)
    return one_line(f"""
        Exact zeros of the reconstruction problem reached from uniform starts on random instances, and whether they are the
        data. Left: X and a are sought from the parameters, nd unknowns. Right: a point whose feature lies in the known span of
        the n training features, with as many equations as unknowns at p = n + d - 1 ({sizes}). Below the dashed line a
        continuum of wrong zeros runs through the truth; on it zeros are isolated; beyond it, for almost every V, none is wrong.
        What is missing to 1 are trials that reach no zero. {trials} Shares with 95 % Clopper-Pearson intervals.""")


SMALL = cells("parameters", 2, 5, range(-4, 13)) + cells("span", 4, 6, range(-4, 9))
PAPER = cells("parameters", 4, 7, range(-10, 31, 2)) + cells("span", 8, 12, range(-10, 19))

DIAGRAM = Diagram(
    name="spurious",
    title="exact zeros that are not the data end at p = nd (parameters only) and p = n + d - 1 (span known)",
    version="1",
    trial="reconlaw.numerics.trials.spurious:trial",
    sizes={"small": Size(SMALL, 60, "30 seconds"), "paper": Size(PAPER, 200, "2 minutes")},
    table=table,
    figure="reconlaw.figures.spurious:spurious",
    requires=("threshold",),
    caption=caption,
)

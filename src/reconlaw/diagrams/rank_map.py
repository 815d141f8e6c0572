"""`rank-map`: where the Jacobian has full rank, where it has not, and what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..figures.table import Row, Table
from ..numerics.generic_points import rank_witness
from ..numerics.sweep import SweepResult
from ..proofs_check.deciders.rank import certify
from ..theory.activations import parse
from ..theory.matroid import union_rank
from .diagram import Cells, Diagram, Size
from .summaries import one_line

KINDS = ("undecided", "deficient, exact", "full, exact", "full, ball")
"""What is proved of a cell, and by which arithmetic; the value of the map is the place in this list."""
ACTIVATIONS = ("tanh", "hermite:1+hermite:3", "relu")
FORMULA = "relu, matroid union"


def trial(rng: np.random.Generator, *, activation: str, n: int, d: int, p: int) -> dict[str, Any]:
    """Both bounds on the rank at a random exact point on the sphere; `lower` is 0 where no minor was separated from zero.

    `formula`: for a piecewise-linear activation the rank of the matroid union of its pattern, else -1.
    """
    witness = rank_witness(activation, n, d, p, "sphere", rng)
    found, sides = certify(witness), parse(activation).slopes
    formula = -1
    if sides is not None:
        V, X = (np.array(witness[name], dtype=object) for name in ("V", "X"))
        formula = union_rank([[sides[u > 0] for u in row] for row in V @ X.T], d).value
    ball = found.evidence == "ball"
    return {"lower": found.lower or 0, "upper": found.upper.value, "ball": ball, "formula": formula}


def cells(n: Sequence[int], d: int, numbers: Sequence[int]) -> Cells:
    """Cells for each n and each p of `numbers`."""
    return tuple({"activation": a, "n": m, "d": d, "p": p} for a in ACTIVATIONS for m in n for p in numbers)


def table(result: SweepResult) -> Table:
    """`rank`: maps of what is proved; the lines p = nd and p = nd / (1 - 2^-n). Of several trials the first is drawn."""
    rows: list[Row] = []
    places: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in result.rows:
        places.setdefault((row["activation"], row["n"], row["p"]), row)
    first = list(places.values())
    for row in first:
        n, p = row["n"], row["p"]
        full = min(p, n * row["d"])
        kind = KINDS[0]
        if row["lower"] == full:
            kind = "full, ball" if row["ball"] else "full, exact"
        elif row["upper"] < full:  # a structural bound is an exact proof
            kind = "deficient, exact"
        rows.append(Row(row["activation"], "rank", n, p, float(KINDS.index(kind)), note=f"{kind}: {_said(row)} of {full}"))
        if row["formula"] >= 0:
            kind = "full, exact" if row["formula"] == full else "deficient, exact"
            note = f"{kind}: {row['formula']} of {full}" + ("" if row["formula"] == row["lower"] else ", NOT the rank")
            rows.append(Row(FORMULA, "rank", n, p, float(KINDS.index(kind)), note=note))
    rows.sort(key=lambda row: [*ACTIVATIONS, FORMULA].index(row.panel))
    sizes = sorted({row["n"] for row in first})
    sizes = [sizes[0] - 0.5, *sizes, sizes[-1] + 0.5]
    d = result.sweep.cells[0]["d"]
    for panel in dict.fromkeys(row.panel for row in rows):
        rows += [Row(panel, "p = nd", n, n * d) for n in sizes]
        if panel.startswith("relu"):
            rows += [Row(panel, "p = nd/(1-2^-n)", n, n * d / (1 - 2.0**-n)) for n in sizes]
    return Table(rows)


def _said(row: dict[str, Any]) -> str:
    return str(row["lower"]) if row["lower"] == row["upper"] else f"{row['lower']} to {row['upper']}"


def caption(table: Table, trials: str) -> str:
    """What is drawn; how many cells are undecided; whether the formula is the rank."""
    line = table.select(table.panels[0], "p = nd").rows[0]
    d = round(line.y / line.x)
    maps = table.select(series="rank")
    undecided, cap = sum(row.value == 0 for row in maps.rows), d * (d + 1) * (d + 2) // 6
    formula = maps.select(FORMULA).rows
    agree = len(formula) - sum("NOT" in row.note for row in formula)
    return one_line(f"""
        Rank of the Jacobian of the parameters with respect to n samples on the sphere and their coefficients, p equations,
        dimension d = {d}. Full: rank min(p, nd), proved by a nonzero minor, in ball arithmetic (tanh) or modulo a fixed prime.
        Deficient: a structural bound is smaller. For tanh and the polynomial h_1 + h_3 what is proved holds at almost every
        point; the polynomial has at most C(d+2, 3) = {cap} independent equations. ReLU: for the activation pattern drawn
        in the cell. Right: the formula for the same patterns, the rank of a union of d matroids; it is the rank
        in {agree} of {len(formula)} cells. Lines: p = nd, and for ReLU p = nd/(1 - 2^-n), as a row on which no sample is active
        says nothing. {undecided} of {len(maps.rows)} cells are undecided. {trials}""")


DIAGRAM = Diagram(
    name="rank-map",
    title="n by p: full rank proved, deficient proved, undecided; ReLU against its matroid-union formula",
    version="1",
    trial="reconlaw.diagrams.rank_map:trial",
    sizes={
        "small": Size(cells(range(1, 11), 4, range(2, 53, 2)), 1, "20 seconds"),
        "paper": Size(cells(range(1, 21), 8, range(4, 201, 4)), 1, "2 minutes"),
    },
    table=table,
    figure="reconlaw.figures.rank_map:rank_map",
    requires=("rank", "p = nd"),
    caption=caption,
    searches=False,
)

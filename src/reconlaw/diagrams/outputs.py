"""`outputs`: the number of features at which the data come back, against the number of outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..figures.table import Row, Table
from ..numerics.generic_outputs import outputs_witness
from ..numerics.random_features import sphere_samples
from ..numerics.sweep import SweepResult
from ..numerics.trials.attack import attack, train
from ..proofs_check.deciders import decide
from ..theory.errors import one_of
from ..theory.outputs import rows_needed
from .diagram import Cells, Diagram, Size
from .summaries import half, listed, one_line

PANELS = ("m", "C m")
KINDS = ("attack", "rank")


def trial(
    rng: np.random.Generator, *, kind: str, activation: str, n: int, d: int, outputs: int, m: int, starts: int
) -> dict[str, Any]:
    """`success`, of an attack on a trained model with m features: every sample is found. Or of a proof, `rank`: the Jacobian
    at a random exact point has rank n (d - 1 + C)."""
    if one_of("kind", kind, KINDS) == "rank":
        witness = outputs_witness(activation, n, d, m, outputs, "full", rng)
        return {"success": decide(witness | {"expected": n * (d - 1 + outputs)}).outcome == "holds"}
    X = sphere_samples(n, d, rng)
    theta, model, _ = train(activation, X, m, rng, outputs)
    return {"success": attack(theta, model, X, starts, rng)[0]["recovered"]}


def cells(activation: str, n: int, d: int, outputs: Sequence[int], multiples: Sequence[float]) -> Cells:
    """Attacks at multiples of m*, and proofs at m* and at m* - 1."""
    rows = []
    for C in outputs:
        first = rows_needed(n, d, min(C, n))
        numbers = sorted({max(1, round(t * first)) for t in multiples})
        rows += [("attack", C, m) for m in numbers] + [("rank", C, m) for m in (first - 1, first)]
    return tuple({"kind": k, "activation": activation, "n": n, "d": d, "outputs": C, "m": m} for k, C, m in rows)


def table(result: SweepResult) -> Table:
    """Over x = C, for m and for C m: `m*` and `naive count` (lines), `full rank proved` (the smallest m), `50 %` (of y)."""
    counts = result.counts("success", ("kind", "outputs", "m"))
    first = result.sweep.cells[0]
    n, d, numbers = first["n"], first["d"], sorted({key[1] for key in counts})
    rows: list[Row] = []
    for panel in PANELS:
        for C in numbers:
            unit = C if panel == "C m" else 1
            needed = rows_needed(n, d, min(C, n))
            rows.append(Row(panel, "m*", C, unit * needed, note=f"{first['activation']}, n = {n}, d = {d}"))
            rows.append(Row(panel, "naive count", C, unit * -(-n * (d - 1 + C) // C)))
            proved = {m: count for (kind, c, m), count in counts.items() if kind == "rank" and c == C and count[1]}
            full = [m for m, count in proved.items() if count[0]]
            if full and all(count[0] == 0 for m, count in proved.items() if m < min(full)):
                rows.append(
                    Row(
                        panel,
                        "full rank proved",
                        C,
                        unit * min(full),
                        successes=proved[min(full)][0],
                        trials=proved[min(full)][1],
                    )
                )
            found = [(m, *count) for (kind, c, m), count in counts.items() if kind == "attack" and c == C]
            for row in half(panel, C, found):  # here C is the abscissa
                moved = {"x": C, "y": unit * row.x, "low": unit * row.low, "high": unit * row.high}
                rows.append(replace(row, series="50 % of attacks", **moved))
    return Table(rows)


def caption(table: Table, trials: str) -> str:
    """What is drawn, and the 50 % points."""
    rows = [replace(row, x=row.y, y=row.x) for row in table.select("m", "50 % of attacks").rows]
    points = listed(rows, lambda row: f"C = {row.y:.0f}:", 1)
    about = table.select(series="m*").rows[0].note
    return one_line(f"""
        One law for C outputs ({about}): number m of features, and number C m of parameters of the last layer, at which the
        training data come back. Line: m* = n + ceil(n(d-1)/min(C, n)), the first m at which the Jacobian can have full rank: nd
        for one output, n + d - 1 from n outputs on. Crosses: full rank proved there by balls at random exact points, and none
        one feature below. Dotted: the count C m >= n(d-1) + nC, too small for C > n. Points: m at which half of the attacks
        find every sample to a relative error of 1e-6, with 95 % intervals. {trials} 50 % points of m: {points}.""")


MULTIPLES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0)

DIAGRAM = Diagram(
    name="outputs",
    title="threshold against the number of outputs C, with m* and its proof",
    version="1",
    trial="reconlaw.diagrams.outputs:trial",
    sizes={
        "small": Size(cells("tanh", 3, 6, range(1, 7), MULTIPLES), 25, "1 minute"),
        "paper": Size(cells("tanh", 4, 10, range(1, 9), MULTIPLES), 50, "3 minutes"),
    },
    table=table,
    figure="reconlaw.figures.outputs:outputs",
    requires=("m*", "naive count"),
    caption=caption,
)

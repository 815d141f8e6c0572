"""Results of a small sweep for each diagram, made up: counts rise with p as they do, at no cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reconlaw.diagrams import (
    Diagram,
    Size,
    coefficients,
    collapse,
    digits,
    find,
    gradients,
    law,
    outputs,
    rank_map,
    spurious,
    two_thresholds,
)
from reconlaw.numerics.sweep import SweepResult
from reconlaw.theory.outputs import rows_needed

CELLS = {
    "law": law.cells((1, 2), 4, (1, 3, 4, 5, 6, 8, 12)),
    "two-thresholds": two_thresholds.cells(2, 4, (1, 2, 4, 8, 10, 12, 16, 32)),
    "spurious": (*spurious.cells("parameters", 1, 3, range(-2, 4)), *spurious.cells("span", 2, 3, range(-2, 4))),
    "rank-map": rank_map.cells((1, 2, 3), 2, (1, 2, 4, 6, 8)),
    "outputs": outputs.cells("tanh", 2, 3, (1, 2, 3), (0.7, 1.0, 1.4, 2.0, 3.0)),
    "collapse": collapse.cells("tanh", ((1, 4), (2, 3)), (0.7, 1.0, 1.4, 2.0, 3.0)),
    "coefficients": coefficients.cells(3, 4, 4, (1e-6, 1e-3)),
    "gradients": gradients.cells((5, 20), (0.1, 0.2, 0.4), 1500, ("tanh", "elu")),
    "digits": digits.cells(2, (0.8, 1.25, 2), ("relu",)),
}
TRIALS = 12


def tiny(name: str, trials: int = TRIALS) -> Diagram:
    """The diagram with one size, `tiny`."""
    return replace(find(name), sizes={"tiny": Size(CELLS[name], trials, "no time")})


def sample(name: str, trials: int = TRIALS) -> SweepResult:
    """A complete result. Fractions of successes are about those of a logistic curve in log(p/nd) around 1.4."""
    sweep = tiny(name, trials).sweep("tiny")
    rng = np.random.default_rng(4)
    rows = [{**cell, "trial": trial, **_result(name, cell, rng)} for cell in sweep.cells for trial in range(trials)]
    return SweepResult(sweep, rows, complete=True, seconds=1.0)


def _result(name, cell, rng):
    if name == "rank-map":
        full = min(cell["p"], cell["n"] * cell["d"])
        lower = full - int(rng.random() < 0.3)
        ball, relu = cell["activation"] == "tanh", cell["activation"] == "relu"
        return {
            "lower": lower,
            "upper": max(1, lower + (lower < full and ball)),
            "ball": ball,
            "formula": lower if relu else -1,
        }
    if name == "coefficients":
        errors = cell["noise"] / np.logspace(-1, 1, cell["n"])
        found = {f"error_{k}": float(e * rng.lognormal()) for k, e in enumerate(errors, 1)}
        return found | {f"predicted_{k}": float(e) for k, e in enumerate(errors, 1)}
    if name == "gradients":
        x = (cell["d"] / cell["m"]) ** 0.5
        sizes = {"moments": x, "rowspace": x / 5, "eigenvectors": 3 * x, "printed": 9 * x}
        return {key: float(size * rng.lognormal(0, 0.2)) for key, size in sizes.items()} | {"predicted": 3 * x}
    if name == "outputs":
        first = rows_needed(cell["n"], cell["d"], min(cell["outputs"], cell["n"]))
        chance = 1 / (1 + (1.5 * first / cell["m"]) ** 8)
        return {"success": cell["m"] >= first if cell["kind"] == "rank" else bool(rng.random() < chance)}
    ratio = cell["p"] / (cell["n"] * cell["d"])
    chance = 1 / (1 + (1.4 / ratio) ** 8)
    if name == "spurious":
        wrong = bool(rng.random() > chance)
        return {"wrong": wrong, "truth": not wrong and bool(rng.random() < 0.8)}
    back = bool(rng.random() < chance)
    found = {"recovered": back, "met": back, "identified": back, "error": 0.0 if back else float(rng.uniform(0.5, 1.2))}
    if name == "two-thresholds":
        found |= {"training": max(0.0, 1 - cell["p"] / cell["n"]), "guess": float(rng.uniform(0.9, 1.1))}
    return found

"""`diagram`: run or resume the sweep of a diagram, draw it, and write figure, numbers and record together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..citation import PACKAGE, PAPERS, text
from ..figures.table import Table
from ..numerics.files import read_bytes, write_bytes, write_text
from ..numerics.sweep import Progress, SweepResult, run_sweep
from ..provenance import provenance
from ..theory.errors import InputError
from . import find
from .diagram import Diagram
from .summaries import HALF

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A diagram that was drawn, or not yet.

    Attributes:
        name: of the diagram.
        complete: whether every trial has a result.
        pending: trials of this run without a result.
        errors: messages of trials that raised.
        table: the plotted numbers; None if there is nothing to draw, or where only a shard was run.
        record: what the JSON file holds.
        files: by kind, `pdf`, `png`, `csv`, `json`, `nc`.
    """

    name: str
    complete: bool
    pending: int
    errors: tuple[str, ...]
    table: Table | None
    record: dict[str, Any]
    files: dict[str, Path]

    @property
    def caption(self) -> str:
        """Of the figure, in plain text."""
        return str(self.record.get("caption", ""))

    def figure(self) -> Figure:
        """The figure, drawn again. Save it `with reconlaw.figures.style.style():`, for fonts are chosen when it is saved."""
        if self.table is None:
            raise InputError(f"diagram {self.name}: there is nothing to draw yet")
        return _figure(find(self.name), self.table)


def diagram(
    name: str,
    out: str | Path,
    *,
    size: str = "small",
    seed: int = 0,
    trials: int | None = None,
    starts: int | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    mpi: bool = False,
    shard: tuple[int, int] | None = None,
    budget_s: float | None = None,
    fresh: bool = False,
    from_csv: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Drawing:
    """Draw the diagram `name` into the directory `out`: NAME.pdf, .png, .csv (the plotted numbers), .json (the record), .nc.

    The same call resumes a run that was stopped. The figure depends on the table of numbers only, byte for byte.

    Args:
        name: as in `reconlaw diagram --list`.
        out: is made if need be. One directory for each diagram: it also holds the journal of the trials.
        size: `small`, `paper`; `law` has `full` too.
        seed: non-negative.
        trials: for each cell; default that of the size.
        starts: of the search in each trial; default 1.
        workers, scheduler, mpi, shard, fresh: as `run_sweep`. A shard is not drawn.
        budget_s: start no trial after so many seconds; what there is then is drawn.
        from_csv: draw the numbers of this file instead, a NAME.csv of an earlier call. Nothing is computed. Caption and
            parameters are those of the NAME.json beside it, if that is of the same numbers.
        progress: as `run_sweep`.

    Raises:
        InputError: bad arguments, a file or directory that cannot be read or written, or that belongs to another run.
    """
    chosen, directory = find(name), Path(out)
    if from_csv is not None:
        table, record = _read(chosen, Path(from_csv))
        _make(directory)
        return Drawing(name, True, 0, (), table, record, _write(chosen, directory, table, record))
    sweep = chosen.sweep(size, seed=seed, trials=trials, starts=starts)
    result = run_sweep(
        sweep,
        directory,
        workers=workers,
        scheduler=scheduler,
        mpi=mpi,
        shard=shard,
        budget_s=budget_s,
        fresh=fresh,
        progress=progress,
    )
    errors = tuple(f"{cell}, trial {trial}: {message}" for cell, trial, message in result.errors)
    if shard is not None or not result.rows:
        return Drawing(name, result.complete, result.pending, errors, None, {}, {})
    table = chosen.table(result)
    record = _record(chosen, size, result, table)
    files = _write(chosen, directory, table, record)
    files["nc"] = directory / f"{name}.nc"
    result.to_netcdf(files["nc"], record["provenance"])
    return Drawing(name, result.complete, result.pending, errors, table, record, files)


def render(figure: Figure, kind: str, title: str, digest: str) -> bytes:
    """The figure as `pdf` or `png`: the same bytes for the same figure. The PDF names the digest of its numbers."""
    from ..figures.style import style
    from ..report.pictures import figure_png

    if kind == "png":
        return figure_png(figure)
    buffer = BytesIO()
    with style():
        about = {"Title": title, "Subject": f"numbers: SHA-256 {digest}", "Creator": "reconlaw", "CreationDate": None}
        figure.savefig(buffer, format="pdf", metadata=about)
    return buffer.getvalue()


def _figure(diagram: Diagram, table: Table) -> Figure:
    module, _, function = diagram.figure.partition(":")
    return getattr(import_module(module), function)(table)


def _write(diagram: Diagram, directory: Path, table: Table, record: Mapping[str, Any]) -> dict[str, Path]:
    """The numbers first: what is drawn from them can be made again."""
    files = {kind: directory / f"{diagram.name}.{kind}" for kind in ("csv", "json", "pdf", "png")}
    write_text(files["csv"], table.to_csv())
    write_text(files["json"], json.dumps(record, indent=1, allow_nan=False) + "\n")
    figure = _figure(diagram, table)
    for kind in ("pdf", "png"):
        write_bytes(files[kind], render(figure, kind, f"{diagram.name}: {diagram.title}", record["data_sha256"]))
    return files


def _record(diagram: Diagram, size: str, result: SweepResult, table: Table) -> dict[str, Any]:
    sweep = result.sweep
    parameters = {name: sorted({cell[name] for cell in sweep.cells}) for name in sweep.parameters}
    counts: dict[str, int] = {}
    for row in result.rows:
        key = json.dumps([row[name] for name in sweep.parameters])
        counts[key] = counts.get(key, 0) + 1
    least = min(counts.values()) if len(counts) == len(sweep.cells) else 0
    points = [
        {"panel": row.panel, "y": row.y}
        | {key: _finite(getattr(row, key)) for key in ("x", "low", "high")}
        | {"method": row.note}
        for row in table.select(series=HALF).rows
    ]
    return {
        "schema": 1,
        "diagram": diagram.name,
        "title": diagram.title,
        "size": size,
        "complete": result.complete,
        "seed": sweep.seed,
        "trials": sweep.trials,
        "trials_run": len(result.rows),
        "computing_seconds": round(result.seconds, 3),
        "trial": sweep.trial,
        "version": sweep.version,
        "parameters": parameters,
        "points_50_percent": points,
        "caption": diagram.caption(table, _trials(diagram, sweep.trials, least, parameters.get("starts"))),
        "citations": [text(PAPERS[key]) for key in diagram.citations] + [text(PACKAGE)],
        "data_sha256": _digest(table),
        "provenance": provenance(),
    }


def _trials(diagram: Diagram, wanted: int, least: int, starts: list[int] | None) -> str:
    """The sentences on trials and starts."""
    number = f"{wanted} independent trials" if wanted > 1 else "One trial"
    number += " for each cell" if least == wanted else f" for each cell at most, {least} at least: the run is not complete"
    if not diagram.searches or starts is None:
        return f"{number}."
    return f"{number}, with {'one start' if starts == [1] else f'up to {starts[0]} starts'} of the search in each."


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _digest(table: Table) -> str:
    return hashlib.sha256(table.to_csv().encode()).hexdigest()


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError(f"{directory}: is not a directory") from error
    except OSError as error:
        raise InputError(f"{directory}: cannot be made: {error.strerror}") from error


def _read(diagram: Diagram, path: Path) -> tuple[Table, dict[str, Any]]:
    """The numbers of a file, and the record beside it."""
    try:
        table = Table.from_csv(read_bytes(path).decode("utf-8"))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: {error}") from error
    missing = [name for name in diagram.requires if name not in table.series()]
    if missing or not table.rows:
        raise InputError(f"{path}: is not a table of {diagram.name}: it has no series {', '.join(map(repr, missing))}")
    digest, beside = _digest(table), path.with_suffix(".json")
    try:
        record = json.loads(read_bytes(beside)) if beside.is_file() else {}
    except ValueError:
        record = {}
    if isinstance(record, dict) and record.get("data_sha256") == digest and record.get("diagram") == diagram.name:
        return table, record
    caption = diagram.caption(table, "The numbers of trials and starts are not known.")
    citations = [text(PAPERS[key]) for key in diagram.citations] + [text(PACKAGE)]
    about = {"schema": 1, "diagram": diagram.name, "title": diagram.title, "complete": None, "parameters": None}
    return table, about | {"caption": caption, "citations": citations, "data_sha256": digest, "provenance": provenance()}

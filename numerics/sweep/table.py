"""The results of a sweep as a table: counts for a figure, CSV for a paper, netCDF for whoever goes on from here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...theory.errors import InputError, one_of
from ..files import PathLike, write_bytes, write_text
from .specification import Sweep

if TYPE_CHECKING:
    import xarray


@dataclass(frozen=True)
class SweepResult:
    """What a sweep has given so far.

    Attributes:
        sweep: the question.
        rows: one dict for each trial: the parameters of its cell, "trial", and its results; in the order of cells, then trials.
        complete: whether every trial that is wanted has a row.
        pending: how many trials of this run, or of its shard, have no result: not reached, or failed.
        errors: of the trials that raised in this run: `(parameters, trial, message)`. The same call tries them again.
        seconds: of computing time that these and other trials of the cells took, on all workers together.
    """

    sweep: Sweep
    rows: list[dict[str, Any]]
    complete: bool
    pending: int = 0
    errors: tuple[tuple[Mapping[str, Any], int, str], ...] = ()
    seconds: float = 0.0

    def counts(self, field: str, by: Sequence[str]) -> dict[tuple[Any, ...], tuple[int, int]]:
        """Successes and trials for each combination of the parameters named: {(value, ...): (successes, trials)}.

        Args:
            field: a bool of the results.
            by: names of parameters. The combinations stand in the order of the cells; one without any trial has (0, 0).

        Raises:
            InputError: no such field or parameter.
        """
        for name in by:
            one_of("parameter", name, self.sweep.parameters)
        found = {tuple(cell[name] for name in by): (0, 0) for cell in self.sweep.cells}
        for row in self.rows:
            one_of("field", field, row)
            combination = tuple(row[name] for name in by)
            successes, trials = found[combination]
            found[combination] = successes + bool(row[field]), trials + 1
        return found

    def columns(self) -> dict[str, np.ndarray]:
        """Parameters, "trial" and results by name, each of shape (rows,): bool, int64, float64, or text.

        Raises:
            InputError: two trials gave results of different names.
        """
        names = list(self.rows[0]) if self.rows else [*self.sweep.parameters, "trial"]
        for row in self.rows:
            if list(row) != names:
                raise InputError(f"results {', '.join(row)}: must have the names of the first, {', '.join(names)}")
        return {name: np.array([_scalar(row[name]) for row in self.rows]) for name in names}

    def to_xarray(self) -> xarray.Dataset:
        """The results with the parameters and "trial" as dimensions where they fill a grid, else with the one dimension `row`.

        The attribute `specification` is the JSON of the sweep without its cells.
        """
        import xarray

        columns = self.columns()
        grid = [*self.sweep.parameters, "trial"]
        axes, places = zip(*(np.unique(columns[name], return_inverse=True) for name in grid), strict=True)
        shape = tuple(map(len, axes))
        specification = {"specification": json.dumps(self.sweep.header | {"trials": self.sweep.trials})}
        if np.prod(shape) != len(self.rows):
            return xarray.Dataset({name: ("row", column) for name, column in columns.items()}, attrs=specification)
        order = np.ravel_multi_index(places, shape).argsort()
        data = {name: (grid, column[order].reshape(shape)) for name, column in columns.items() if name not in grid}
        return xarray.Dataset(data, dict(zip(grid, axes, strict=True)), specification)

    def to_netcdf(self, path: PathLike, provenance: Mapping[str, Any] | None = None) -> None:
        """Write `to_xarray` as netCDF-4, all of it or nothing, with the attribute `provenance` as one JSON text.

        Raises:
            InputError: the file cannot be written.
        """
        dataset = self.to_xarray()
        if provenance is not None:
            dataset.attrs["provenance"] = json.dumps(provenance, sort_keys=True)
        write_bytes(path, bytes(dataset.to_netcdf(engine="h5netcdf")))

    def to_csv(self, path: PathLike) -> None:
        """Write the rows as CSV, all of it or nothing; floats in full, bools as 1 and 0.

        Raises:
            InputError: the file cannot be written.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = self.columns()
        writer.writerow(columns)
        for row in self.rows:
            values = map(_scalar, row.values())
            writer.writerow([int(value) if isinstance(value, bool) else value for value in values])
        write_text(path, text.getvalue())


def _scalar(value: Any) -> Any:
    """A value that an array can hold: a list, a dict or null becomes its JSON."""
    return value if isinstance(value, bool | int | float | str) else json.dumps(value)

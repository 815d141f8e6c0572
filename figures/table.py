"""The numbers of a figure as one table: what is plotted is what the CSV file holds."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Row:
    """One plotted number, or one cell of a map.

    Attributes:
        panel: of the figure.
        series: the curve, map or line within the panel.
        x, y: coordinates.
        value: of a map at (x, y).
        low, high: an interval: for series of 50 % points that of x, else that of y.
        successes, trials: counts behind it.
        note: a category, or how an interval was found.

    Numbers that a row does not have are nan or None.
    """

    panel: str
    series: str
    x: float = math.nan
    y: float = math.nan
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    successes: int | None = None
    trials: int | None = None
    note: str = ""


COLUMNS = tuple(field.name for field in fields(Row))
_FLOATS, _COUNTS = ("x", "y", "value", "low", "high"), ("successes", "trials")


class Table:
    """Rows in the order in which they are drawn."""

    def __init__(self, rows: Iterable[Row]):
        self.rows = tuple(rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.to_csv() == other.to_csv()

    __hash__ = None  # type: ignore[assignment]

    @property
    def panels(self) -> list[str]:
        """Their names, in order."""
        return list(dict.fromkeys(row.panel for row in self.rows))

    def series(self, panel: str | None = None) -> list[str]:
        """The names of the series of one panel, or of all, in order."""
        return list(dict.fromkeys(row.series for row in self.rows if panel in (None, row.panel)))

    def select(self, panel: str | None = None, series: str | None = None) -> Table:
        """The rows of one panel, one series, or both."""
        return Table(row for row in self.rows if panel in (None, row.panel) and series in (None, row.series))

    def column(self, name: str) -> np.ndarray:
        """One column: floats, with nan where a row has none, or text."""
        values = [getattr(row, name) for row in self.rows]
        return np.array([math.nan if value is None else value for value in values])

    def grid(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x (k,), y (m,) and the values (m, k) of a map; nan where there is no row."""
        x, y = np.unique(self.column("x")), np.unique(self.column("y"))
        values = np.full((len(y), len(x)), math.nan)
        for row in self.rows:
            values[np.searchsorted(y, row.y), np.searchsorted(x, row.x)] = row.value
        return x, y, values

    def to_csv(self) -> str:
        """Text with one line for each row; floats in full, an empty field for a number that a row does not have."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.rows:
            writer.writerow([_text(name, getattr(row, name)) for name in COLUMNS])
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> Table:
        """The table whose `to_csv` is this text.

        Raises:
            ValueError: other columns, or a field that is not a number where one must stand; with the number of the line.
        """
        lines = list(csv.reader(io.StringIO(text)))
        if not lines or tuple(lines[0]) != COLUMNS:
            raise ValueError(f"line 1: the columns must be {','.join(COLUMNS)}")
        return cls(_row(number, line) for number, line in enumerate(lines[1:], 2))


def _row(number: int, line: Sequence[str]) -> Row:
    if len(line) != len(COLUMNS):
        raise ValueError(f"line {number}: has {len(line)} fields, must have {len(COLUMNS)}")
    values: dict[str, object] = {}
    for name, text in zip(COLUMNS, line):
        try:
            if name in _FLOATS:
                values[name] = float(text) if text else math.nan
            elif name in _COUNTS:
                values[name] = int(text) if text else None
            else:
                values[name] = text
        except ValueError:
            raise ValueError(f"line {number}: {name} = {text!r} must be a number, or empty") from None
    return Row(**values)  # type: ignore[arg-type]


def _text(name: str, value: Any) -> str:
    if name in _FLOATS:  # the same text for 1 and 1.0
        return "" if math.isnan(value) else repr(float(value)).removesuffix(".0")
    return "" if value is None else str(value)

"""What a diagram is: cells of a sweep, a trial, plotted numbers, a figure, a caption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..figures.table import Table
from ..numerics.sweep import Sweep, SweepResult
from ..theory.errors import InputError, one_of, positive_integer

Cells = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Size:
    """A size of a diagram.

    Attributes:
        cells: parameters of the trials; the starts of the search are added where the diagram has any.
        trials: for each cell.
        cost: computing time, for the list.
    """

    cells: Cells
    trials: int
    cost: str


@dataclass(frozen=True)
class Diagram:
    """A phase diagram.

    Attributes:
        name: on the command line, and of its files.
        title: what it shows, in one line.
        version: of the method. To be changed with the trial function.
        trial: `module:function`.
        sizes: by name; `small` is first.
        searches: whether a trial searches for data, so that it has a number of starts.
        table: from the results to the plotted numbers.
        figure: `module:function`, from the plotted numbers to a matplotlib Figure.
        requires: series that every table of it has.
        caption: from the plotted numbers and the sentences on trials and starts to the caption, in plain text.
        citations: keys of papers.
    """

    name: str
    title: str
    version: str
    trial: str
    sizes: Mapping[str, Size]
    table: Callable[[SweepResult], Table]
    figure: str
    requires: tuple[str, ...]
    caption: Callable[[Table, str], str]
    searches: bool = True
    citations: tuple[str, ...] = ("iurada2025",)

    def sweep(self, size: str = "small", *, seed: int = 0, trials: int | None = None, starts: int | None = None) -> Sweep:
        """The sweep behind it.

        Raises:
            InputError: unknown size, a number that is not positive, or starts where there is no search.
        """
        chosen = self.sizes[one_of("size", size, tuple(self.sizes))]
        if starts is not None and not self.searches:
            raise InputError(f"starts = {starts!r}: the trials of {self.name} do not take a number of starts")
        more = {"starts": positive_integer("starts", 1 if starts is None else starts)} if self.searches else {}
        cells = tuple({**cell, **more} for cell in chosen.cells)
        return Sweep(self.name, self.trial, cells, chosen.trials if trials is None else trials, seed, self.version)

"""Which trials to run next, and together. What a cell gets depends on its results alone, never on who was first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...theory.errors import InputError, positive_integer, probability

BATCH_S = 0.5
"""Trials are sent together as long as they are expected to take less: a task costs a millisecond here, tens on a cluster."""

Unit = tuple[int, int]
"""The number of a cell, and that of a trial."""


@dataclass(frozen=True)
class Adaptive:
    """Spend trials where it is open whether success or failure is the more likely.

    Each cell gets `minimum` trials. As long as the anytime-valid confidence sequence for the probability that `field` is
    true contains 1/2, it gets as many again as it has, up to the number of the sweep. Such a number depends on the outcomes:
    an interval for a sample size fixed in advance (Clopper-Pearson) is not valid for these cells, the sequence with this error
    probability is (`theory.intervals.beta_binomial_sequence`).

    Attributes:
        field: a bool of the result.
        minimum: trials for every cell.
        error_probability: of the sequence, for each cell.
    """

    field: str
    minimum: int = 10
    error_probability: float = 0.05

    def __post_init__(self) -> None:
        positive_integer("minimum", self.minimum)
        probability("error_probability", self.error_probability)

    def is_open(self, results: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the sequence still contains 1/2."""
        from ...theory.intervals import beta_binomial_sequence

        for result in results:
            if self.field not in result:
                raise InputError(f"field = {self.field!r}: must be one of the results, {', '.join(result)}")
        successes = sum(bool(result[self.field]) for result in results)
        low, high = beta_binomial_sequence(successes, len(results), self.error_probability)
        return low <= 0.5 <= high


class Schedule:
    """The trials of a sweep that are wanted, cells in turn, so that a run which is stopped has some of every cell.

    Args:
        cells, trials: how many there are, and how many for each at most.
        adaptive: or the full number for all.
        mine: whether this run is to compute a unit; all units count for what a cell gets.

    Attributes:
        granted: for each cell, how many trials it is to have; a list of ints.
        results: of the units that have one.
        errors: of the units that raised in this run.
        running, waiting, wanted: how many units are on their way, are to be sent, and are wanted of this run in all so far.
    """

    def __init__(self, cells: int, trials: int, adaptive: Adaptive | None, mine: Callable[[Unit], bool]):
        self.trials, self.adaptive, self.mine = trials, adaptive, mine
        self.granted = [0] * cells
        self.results: dict[Unit, dict[str, Any]] = {}
        self.errors: dict[Unit, str] = {}
        self.running = 0
        self.wanted = 0
        self._seconds = [(0.0, 0)] * cells
        self._recent: deque[float] = deque(maxlen=10)
        self._queue: deque[Unit] = deque()
        self._suspects: deque[Unit] = deque()
        self._watched: list[Unit] = []

    def begin(self) -> None:
        """Grant what the results so far allow."""
        units = [unit for cell in range(len(self.granted)) for unit in self._grant(cell)]
        self._queue.extend(sorted(units, key=lambda unit: unit[::-1]))

    def next_batch(self) -> list[Unit] | None:
        """Units that are expected to take half a second together, or one; None as long as nothing is to be done.

        A cell of which no trial has ended yet has at most one in a batch: it may be much slower than the others.
        """
        batch: list[Unit] = []
        expected = 0.0
        new: set[int] = set()
        while self._queue and not (batch and (expected >= BATCH_S or self._queue[0][0] in new)):
            batch.append(self._queue.popleft())
            cell = batch[-1][0]
            expected += self._estimate(cell)
            if not self._seconds[cell][1]:
                new.add(cell)
        if not batch and not self.running and self._suspects:
            self._watched = batch = [self._suspects.popleft()]
        self.running += len(batch)
        return batch or None

    @property
    def waiting(self) -> int:
        return len(self._queue) + len(self._suspects)

    def finish(self, batch: Sequence[Unit], outcomes: Sequence[Mapping[str, Any]]) -> None:
        """Take in what a batch has given, and grant what follows from it."""
        self.running -= len(batch)
        self._recent.append(max(outcome["seconds"] for outcome in outcomes))
        for unit, outcome in zip(batch, outcomes, strict=True):
            if "result" in outcome:
                self.add(unit, outcome["result"], outcome["seconds"])
            else:
                self.errors[unit] = outcome["error"]
        for cell in dict.fromkeys(cell for cell, _ in batch):
            self._queue.extend(self._grant(cell))

    def lost(self, batch: Sequence[Unit]) -> bool:
        """Take in that the worker of a batch has died, and say whether a unit is to blame.

        Its units are sent again, one by one, when nothing else is running. One that is lost then is to blame.
        """
        if batch == self._watched:
            return True
        self.running -= len(batch)
        self._suspects.extend(batch)
        return False

    def add(self, unit: Unit, result: dict[str, Any], seconds: float) -> None:
        """A result that is known."""
        self.results[unit] = result
        total, count = self._seconds[unit[0]]
        self._seconds[unit[0]] = total + seconds, count + 1

    def known(self) -> list[Unit]:
        """The units that are wanted and have results, in order."""
        units = ((cell, trial) for cell, granted in enumerate(self.granted) for trial in range(granted))
        return [unit for unit in units if unit in self.results]

    @property
    def seconds(self) -> float:
        """Computing time of all results."""
        return sum(total for total, _ in self._seconds)

    def settled(self, cell: int) -> bool:
        """Whether the cell has all it is to have."""
        return not self._missing(cell) and not self._is_open(cell)

    def _missing(self, cell: int) -> list[Unit]:
        return [(cell, trial) for trial in range(self.granted[cell]) if (cell, trial) not in self.results]

    def _is_open(self, cell: int) -> bool:
        granted = self.granted[cell]
        if self.adaptive is None or granted in (0, self.trials):
            return granted < self.trials
        return self.adaptive.is_open([self.results[cell, trial] for trial in range(granted)])

    def _grant(self, cell: int) -> list[Unit]:
        """Grant the next trials once all those granted before have results; returns those to be computed here."""
        new: list[Unit] = []
        while not new and not self._missing(cell) and self._is_open(cell):
            before = self.granted[cell]
            block = self.trials if self.adaptive is None else max(self.adaptive.minimum, before)
            self.granted[cell] = min(self.trials, before + block)
            mine = [unit for trial in range(before, self.granted[cell]) if self.mine(unit := (cell, trial))]
            self.wanted += len(mine)
            new = [unit for unit in mine if unit not in self.results]
        return new

    def _estimate(self, cell: int) -> float:
        """Seconds for a trial: the mean of the cell; if it has none, that of the slowest batch of late, or a whole batch."""
        total, count = self._seconds[cell]
        return total / count if count else max(self._recent, default=BATCH_S)

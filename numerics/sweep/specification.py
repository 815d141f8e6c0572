"""What a sweep is: a trial function, cells of parameters, a seed. Nothing here says how or where it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from ...theory.errors import InputError, positive_integer

RESERVED = ("rng", "trial")


@dataclass(frozen=True)
class Sweep:
    """A trial function over many cells of parameters.

    Attributes:
        name: of the diagram or study.
        trial: `module:function`, importable wherever trials run. `function(rng, **cell)` returns a dict of bools, ints and
            floats, with the same names each time, none of them that of a parameter.
        cells: the parameters, plain JSON values with the same names in every cell; no cell twice. 1 and 1.0 are different.
        trials: for each cell.
        seed: non-negative.
        version: of the method. Change it when the trial function computes something else.

    Raises:
        InputError: one of these rules is broken.
    """

    name: str
    trial: str
    cells: tuple[Mapping[str, Any], ...]
    trials: int
    seed: int
    version: str

    def __post_init__(self) -> None:
        positive_integer("trials", self.trials)
        positive_integer("seed", self.seed, minimum=0)
        if not self.cells:
            raise InputError("cells = (): must not be empty")
        object.__setattr__(self, "cells", tuple(json.loads(_canonical(cell)) for cell in self.cells))
        seen: set[str] = set()
        for cell in self.cells:
            if set(cell) != set(self.cells[0]) or not set(cell).isdisjoint(RESERVED):
                rule = f"must have the parameters of every cell, {', '.join(self.cells[0])}, and none of {', '.join(RESERVED)}"
                raise InputError(f"cell = {cell!r}: {rule}")
            if cell_key(cell) in seen:
                raise InputError(f"cell = {cell!r}: must not occur twice")
            seen.add(cell_key(cell))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.cells[0])

    @property
    def header(self) -> dict[str, Any]:
        """What trials must have in common to stand in one journal: any cells and any number of trials may be added later."""
        return {"sweep": self.name, "trial": self.trial, "seed": self.seed, "version": self.version}

    def load(self) -> Callable[..., Mapping[str, Any]]:
        """The trial function. Raises InputError if it cannot be imported."""
        module, _, name = self.trial.partition(":")
        try:
            function = getattr(import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise InputError(f"trial = {self.trial!r}: cannot be imported as module:function ({error})") from error
        return function


def cell_key(cell: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of the parameters: sorted names, no spaces."""
    return hashlib.sha256(_canonical(cell).encode()).hexdigest()


def trial_rng(seed: int, key: str, trial: int) -> np.random.Generator:
    """The generator of a trial: independent of engine, workers, order, the other cells, and the number of trials."""
    words = np.frombuffer(bytes.fromhex(key), dtype="<u4").tolist()
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*words, trial)))


def _canonical(cell: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(cell), sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"cell = {cell!r}: must hold plain JSON values ({error})") from error

"""Phase diagrams: one file for each, found by its name."""

from __future__ import annotations

from importlib import import_module

from ..theory.errors import one_of
from .diagram import Diagram, Size

NAMES = ("law", "two-thresholds", "spurious", "rank-map", "outputs", "collapse", "coefficients", "gradients", "digits")

__all__ = ["NAMES", "Diagram", "Size", "find"]


def find(name: str) -> Diagram:
    """The diagram of this name. Raises InputError if there is none."""
    one_of("diagram", name, NAMES)
    found = import_module(f".{name.replace('-', '_')}", __name__).DIAGRAM
    assert isinstance(found, Diagram)
    return found

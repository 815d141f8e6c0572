"""Finds the claims: every module in a folder named by a cite key, one claim each."""

from __future__ import annotations

import difflib
import pkgutil
import re
from functools import cache
from importlib import import_module
from types import ModuleType

from ..theory.errors import InputError
from .claim import Claim


@cache
def _modules() -> dict[str, ModuleType]:
    package = import_module(__package__)
    found = {}
    for paper in sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg):
        if not re.fullmatch(r"[a-z]+[0-9]{4}", paper):
            continue
        folder = import_module(f"{__package__}.{paper}")
        for info in pkgutil.iter_modules(folder.__path__):
            if info.name.startswith("_"):
                continue
            module = import_module(f"{folder.__name__}.{info.name}")
            expected = f"{paper}/{info.name.replace('_', '-')}"
            if module.CLAIM.id != expected:
                raise ValueError(f"{module.__name__}: claim id {module.CLAIM.id!r} must be {expected!r}")
            found[module.CLAIM.id] = module
    return found


def claims() -> dict[str, Claim]:
    """All claims by id, sorted."""
    return {name: module.CLAIM for name, module in _modules().items()}


def module_of(claim_id: str) -> ModuleType:
    """The module of a claim: its docstring is the card, `check` the procedure."""
    return _modules()[select([claim_id])[0]]


def select(patterns: list[str]) -> list[str]:
    """The ids that equal a pattern or lie under it (`iurada2025`, `iurada2025/rank-theorem`); all, if there are none.

    Raises:
        InputError: a pattern without a claim, with the nearest names.
    """
    known = claims()
    chosen: dict[str, None] = {}
    for pattern in patterns:
        matches = [name for name in known if name == pattern or name.startswith(pattern.rstrip("/") + "/")]
        if not matches:
            papers = sorted({claim.paper for claim in known.values()})
            near = difflib.get_close_matches(pattern, [*known, *papers], n=3, cutoff=0.5) or papers
            raise InputError(f"claim = {pattern!r}: no such claim or paper; did you mean {', '.join(near)}?")
        chosen |= dict.fromkeys(matches)
    return list(chosen) if patterns else list(known)

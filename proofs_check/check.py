"""Runs one check of one claim, or of one of its controls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..numerics.engine import task_rng
from .registry import module_of
from .verdict import Verdict


def run_check(claim_id: str, parameters: Mapping[str, Any], seed: int, control: str = "") -> Verdict:
    """The verdict of a claim at these parameters; `control` names the broken assumption, and selects its own stream."""
    started = time.perf_counter()
    rng = task_rng(seed, claim_id, control)
    verdict = module_of(claim_id).check(rng, **parameters)
    return replace(verdict, seconds=time.perf_counter() - started)

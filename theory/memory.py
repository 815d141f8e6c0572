"""Refuse a size that would not fit in memory, before any work starts."""

from __future__ import annotations

import os

from .errors import InputError


def refuse_if_too_large(what: str, size: int) -> None:
    """Raise `InputError` with the estimate if `size` bytes exceed 80 % of the machine's memory."""
    available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if size > 0.8 * available:
        raise InputError(f"{what}: needs about {size / 2**30:.1f} GiB, the machine has {available / 2**30:.1f} GiB")

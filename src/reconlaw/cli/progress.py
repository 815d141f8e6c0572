"""What a search is doing, on standard error where that is a terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def progress(title: str) -> Iterator[None]:
    """Show the title and the last message of the logger `reconlaw.inversion`."""
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        handler = logging.Handler()
        handler.emit = lambda record: status.update(f"{title}: {record.getMessage()}")  # type: ignore[method-assign]
        logger = logging.getLogger("reconlaw.inversion")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)

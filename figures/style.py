"""The look of all figures, as a context manager that leaves the user's own settings alone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import matplotlib.style

ONE_COLUMN = 3.25  # inches
TWO_COLUMNS = 6.75


def style() -> AbstractContextManager[None]:
    """`with style(): ...`, around the making and the saving of a figure."""
    return matplotlib.style.context(Path(__file__).with_name("reconlaw.mplstyle"))

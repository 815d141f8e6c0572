"""The look of all figures, as a context manager that leaves the user's own settings alone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

ONE_COLUMN = 3.25  # inches
TWO_COLUMNS = 6.75
MISSING = "0.85"
"""The grey of a cell without trials."""
TICKS = ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 3, 5), (1, 2, 5), (1,))
LABELS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "gelu": "GELU", "silu": "SiLU", "elu": "ELU", "selu": "SELU"}


def style() -> AbstractContextManager[None]:
    """`with style(): ...`, around the making and the saving of a figure."""
    return matplotlib.style.context(Path(__file__).with_name("reconlaw.mplstyle"))


def settled(figure: Figure) -> Figure:
    """The figure with its layout computed once and kept: drawing it again, or in another format, moves nothing."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def width(panels: int) -> float:
    """One column for one panel, two for more."""
    return ONE_COLUMN if panels == 1 else TWO_COLUMNS


def plain_log_ticks(axes: Axes) -> None:
    """Seven ticks at most on a logarithmic x axis, at round numbers, written out."""
    low, high = axes.get_xlim()
    for mantissas in TICKS:
        ticks = [k * 10.0**e for e in range(-6, 10) for k in mantissas if low <= k * 10.0**e <= high]
        if len(ticks) <= 7:
            break
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{t:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def activation_label(name: str) -> str:
    """`ReLU + tanh` for `relu+tanh`."""
    return " + ".join(LABELS.get(part, part) for part in name.split("+"))

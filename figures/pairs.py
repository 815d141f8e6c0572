"""Originals above their reconstructions: what was leaked, what was found, and the difference."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from reconlaw.figures.style import TWO_COLUMNS, style

ROWS = ("original", "reconstruction", "difference")
_LEFT, _CELL, _TEXT, _GAP = 0.22, 0.62, 0.17, 0.03  # inches: row labels, one picture, its error, between pictures


def pairs(originals: ArrayLike, reconstructions: ArrayLike, errors: ArrayLike) -> Figure:
    """Draw k pictures in columns: original, reconstruction, difference, and the relative error below.

    Original and reconstruction share one scale, from the smallest to the largest value of the two. Each difference
    is scaled to its own largest magnitude, zero in middle grey. More than ten columns go on to further bands.

    Args:
        originals: shape (k, H, W), or (k, H, W, 3) for colour.
        reconstructions: the same shape, matched to the originals.
        errors: shape (k,).
    """
    truth, found, error = (np.asarray(values, dtype=float) for values in (originals, reconstructions, errors))
    if truth.shape != found.shape or truth.ndim not in (3, 4) or truth.shape[3:] not in ((), (3,)) or not truth.size:
        raise ValueError(f"pictures of shapes {truth.shape} and {found.shape}: both must be (k, H, W) or (k, H, W, 3)")
    k, height, width = truth.shape[:3]
    if error.shape != (k,):
        raise ValueError(f"errors of shape {error.shape}: must be ({k},)")

    columns = min(k, int((TWO_COLUMNS - _LEFT) / _CELL))
    tall = _CELL * height / width
    band = len(ROWS) * tall + _TEXT
    size = _LEFT + columns * _CELL, -(-k // columns) * band
    with style():
        figure = Figure(figsize=size)
        for j in range(k):
            row, column = divmod(j, columns)
            pictures = *_common_scale(truth[j], found[j]), _centred(found[j] - truth[j])
            for i, (name, (picture, low, high)) in enumerate(zip(ROWS, pictures)):
                x, y = _LEFT + column * _CELL, size[1] - row * band - (i + 1) * tall
                box = x / size[0], y / size[1], (_CELL - _GAP) / size[0], (tall - _GAP) / size[1]
                axes = figure.add_axes(box, label=f"{name} {j}", xticks=[], yticks=[])
                axes.imshow(picture, cmap="gray", vmin=low, vmax=high, aspect="auto")
                axes.spines[:].set(visible=True, linewidth=0.4, color="0.6")
                if column == 0:
                    axes.set_ylabel(name, fontsize=min(7.0, 72 * tall / 6), labelpad=3)
            axes.set_xlabel(_scientific(error[j]), fontsize=7, labelpad=2)
    return figure


def _common_scale(truth: NDArray[Any], found: NDArray[Any]) -> list[tuple[NDArray[Any], float, float]]:
    low, high = min(truth.min(), found.min()), max(truth.max(), found.max())
    high = high if high > low else low + 1.0
    if truth.ndim == 3:  # imshow draws colours on [0, 1] alone
        return [((picture - low) / (high - low), 0.0, 1.0) for picture in (truth, found)]
    return [(picture, low, high) for picture in (truth, found)]


def _centred(difference: NDArray[Any]) -> tuple[NDArray[Any], float, float]:
    largest = np.abs(difference).max() or 1.0
    if difference.ndim == 3:
        return (1.0 + difference / largest) / 2.0, 0.0, 1.0
    return difference, -largest, largest


def _scientific(error: float) -> str:
    if not 0.0 < error < 0.01:
        return f"{error:.2g}"
    digits, exponent = f"{error:.1e}".split("e")
    return rf"${digits}\times10^{{{int(exponent)}}}$"

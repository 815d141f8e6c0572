"""Pictures in a row, where nothing is known to compare them with."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .style import TWO_COLUMNS, style

CELL = 0.62  # inches


def gallery(pictures: ArrayLike) -> Figure:
    """Draw k pictures (k, H, W) or (k, H, W, 3), each scaled to its own range, ten in a row."""
    values = np.asarray(pictures, dtype=float)
    if values.ndim not in (3, 4) or values.shape[3:] not in ((), (3,)) or not values.size:
        raise ValueError(f"pictures of shape {values.shape}: must be (k, H, W) or (k, H, W, 3)")
    k, height, width = values.shape[:3]
    columns = min(k, int(TWO_COLUMNS / CELL))
    rows = -(-k // columns)
    with style():
        figure = Figure(figsize=(columns * CELL, rows * CELL * height / width))
        for j, picture in enumerate(values):
            row, column = divmod(j, columns)
            box = (column / columns, 1 - (row + 1) / rows, 0.96 / columns, 0.96 / rows)
            axes = figure.add_axes(box, xticks=[], yticks=[])
            span = np.ptp(picture) or 1.0
            axes.imshow((picture - picture.min()) / span, cmap="gray", vmin=0, vmax=1, aspect="auto")
    return figure

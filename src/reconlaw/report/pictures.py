"""The pictures of a claim, drawn from its witness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 10


@dataclass(frozen=True)
class Picture:
    """A PNG file in memory, and the sentence below it."""

    png: bytes
    caption: str


def figure_png(figure: Figure) -> bytes:
    """The figure as a PNG: the same bytes for the same figure."""
    from reconlaw.figures.style import style

    buffer = BytesIO()
    with style():
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def pictures_of(claim_entry: Mapping[str, Any], directory: Path) -> list[Picture]:
    """The pairs figure where the witness holds `truth`, `samples` (n, d) and `image_shape`; else nothing.

    Args:
        claim_entry: the entry of `claims` in a report.
        directory: where the report lies, with the witness files that it names.
    """
    found = _images(claim_entry.get("witness") or {}, directory)
    if found is None:
        return []
    import numpy as np

    from reconlaw.figures.pairs import pairs

    truth, samples, shape = found
    errors = np.linalg.norm(samples - truth, axis=1) / np.maximum(np.linalg.norm(truth, axis=1), 1e-300)
    order = np.argsort(errors, kind="stable")
    index = order[np.unique(np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int))]
    figure = pairs(truth[index].reshape(-1, *shape), samples[index].reshape(-1, *shape), errors[index])
    which = f"{len(index)} of {len(truth)} samples" if len(index) < len(truth) else f"All {len(truth)} samples"
    caption = (
        f"{which}, from the smallest to the largest relative error (given below each). Original and reconstruction "
        "share one scale; each difference is scaled to its own largest magnitude."
    )
    return [Picture(figure_png(figure), caption)]


def _images(witness: Mapping[str, Any], directory: Path) -> tuple[Any, Any, tuple[int, ...]] | None:
    import numpy as np

    from ..witness_files import load

    if "file" in witness:
        path = directory / Path(str(witness["file"])).name  # a report names files beside itself, and no others
        if not path.is_file():
            return None
        witness = load(path)
    if not {"truth", "samples", "image_shape"} <= set(witness):
        return None
    shape = tuple(int(side) for side in witness["image_shape"])
    return np.asarray(witness["truth"], dtype=float), np.asarray(witness["samples"], dtype=float), shape

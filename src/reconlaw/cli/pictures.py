"""The options --images and --figure: samples as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_picture_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", metavar="HxW", help="the samples are images of this shape (HxWx3 for colour)")
    parser.add_argument("--figure", metavar="OUT.png", help="draw them (with --truth: beside the originals)")


def image_shape(arguments: argparse.Namespace, d: int) -> tuple[int, ...] | None:
    """The shape that --images gives for samples in R^d, or None. Raises `InputError` if the options do not fit together."""
    from math import prod

    from ..theory.errors import InputError

    if arguments.figure is not None and arguments.images is None:
        raise InputError("--figure needs --images HxW, the shape of a sample")
    shape = None
    if arguments.images is not None:
        sides = arguments.images.lower().split("x")
        if not all(s.isdecimal() and int(s) for s in sides) or len(sides) not in (2, 3) or sides[2:] not in ([], ["3"]):
            raise InputError(f"--images {arguments.images!r}: must have the form HxW, or HxWx3 for colour")
        shape = tuple(int(side) for side in sides)
        if prod(shape) != d:
            raise InputError(f"--images {arguments.images!r}: has {prod(shape)} pixels, the samples have dimension {d}")
    if arguments.figure is not None and Path(arguments.figure).suffix.lower() != ".png":
        raise InputError(f"--figure {arguments.figure}: must end in .png")
    return shape


def picture(samples: Any, truth: Any, matched: Any, shape: tuple[int, ...]) -> bytes:
    """A PNG of the samples, beside the originals where they are known (`truth` and its `Match`, or None)."""
    from ..figures.gallery import gallery
    from ..figures.pairs import pairs
    from ..report.pictures import figure_png

    def images(rows: Any) -> Any:
        return rows.reshape(-1, *shape)

    if matched is None:
        return figure_png(gallery(images(samples)))
    seen = matched.assignment >= 0
    return figure_png(pairs(images(truth[seen]), images(matched.aligned[seen]), matched.errors[seen]))

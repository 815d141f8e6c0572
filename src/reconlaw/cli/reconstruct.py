"""Reconstruct the training data from a file with observed parameters."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .output import print_fields, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=".npz with theta (p,) or (p, C), V (p, d), optional theta0")
    parser.add_argument("--kind", choices=("parameters",), required=True)
    parser.add_argument("--activation", required=True, metavar="A")
    parser.add_argument("--n", type=int, help="samples (default: the smallest number that meets theta)")
    parser.add_argument("--domain", choices=("sphere", "free"), default="sphere")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--starts", type=int, default=20, help="starts at most")
    parser.add_argument("--out", metavar="OUT.npz", help="write samples (n, d) and coefficients")
    parser.add_argument("--truth", metavar="FILE", help=".npz with X, to match the samples with")
    parser.add_argument("--images", metavar="HxW", help="the samples are images of this shape (HxWx3 for colour)")
    parser.add_argument("--figure", metavar="OUT.png", help="draw them (with --truth: beside the originals)")


def run(arguments: argparse.Namespace) -> int:
    from ..numerics.files import check_writable, read_npz, write_bytes, write_npz
    from ..numerics.inversion import invert
    from ..numerics.matching import match
    from ..numerics.random_features import RandomFeatures
    from ..theory.errors import InputError

    data = read_npz(arguments.file, {"theta": (1, 2), "V": 2}, {"theta0": (1, 2)})
    theta, V = data["theta"], data["V"]
    if len(theta) != len(V):
        raise InputError(f"{arguments.file}: theta has shape {theta.shape} and V {V.shape}: they must have as many rows")
    if "theta0" in data:
        if data["theta0"].shape != theta.shape:
            raise InputError(f"{arguments.file}: theta0 has shape {data['theta0'].shape}: must be that of theta, {theta.shape}")
        theta = theta - data["theta0"]
    truth = None if arguments.truth is None else read_npz(arguments.truth, {"X": 2})["X"]
    if truth is not None:
        if truth.shape[1] != V.shape[1]:
            raise InputError(f"{arguments.truth}: X has shape {truth.shape}: must have as many columns as V, {V.shape[1]}")
        match(truth, truth[:0])  # refuses what cannot be matched
    shape = _image_shape(arguments, V.shape[1])
    if arguments.figure is not None and Path(arguments.figure).suffix.lower() != ".png":
        raise InputError(f"--figure {arguments.figure}: must end in .png")
    for path in (arguments.out, arguments.figure):
        if path is not None:
            check_writable(path)
    if arguments.out is not None and Path(arguments.out).resolve() in {
        Path(path).resolve() for path in (arguments.file, arguments.truth, arguments.figure) if path
    }:
        raise InputError(f"--out {arguments.out}: is also the name of another file of this command")
    model = RandomFeatures(V, arguments.activation, domain=arguments.domain)
    started = time.perf_counter()
    with _progress(f"inverting {len(theta)} equations"):
        found = invert(theta, model, arguments.n, seed=arguments.seed, starts=arguments.starts)
    seconds = time.perf_counter() - started
    matched = None if truth is None else match(truth, found.samples, symmetry=found.symmetry.matching)
    certificate = found.certificate
    result: dict[str, Any] = {
        "kind": arguments.kind,
        "n": len(found.samples),
        "d": V.shape[1],
        "p": len(V),
        "relative_residual": found.residual,
        "outcome": found.outcome,
        "certificate": certificate.__dict__ | {"error_bounds": certificate.error_bounds.tolist()},
        "match": None if matched is None else {"relative_error": matched.relative_error, "symmetry": matched.symmetry},
        "seconds": seconds,
    }
    if arguments.out:
        write_npz(arguments.out, samples=found.samples, coefficients=found.coefficients)
    if arguments.figure:
        from ..figures.gallery import gallery
        from ..figures.pairs import pairs
        from ..report.pictures import figure_png

        images = (lambda rows: rows.reshape(-1, *shape)) if shape else (lambda rows: rows)
        if matched is None:
            figure = gallery(images(found.samples))
        else:
            seen = matched.assignment >= 0
            figure = pairs(images(truth[seen]), images(matched.aligned[seen]), matched.errors[seen])  # type: ignore[index]
        write_bytes(arguments.figure, figure_png(figure))
    if arguments.json:
        print_json(result)
    else:
        flat = {key: value for key, value in result.items() if key not in ("certificate", "match")}
        flat |= {"reason": certificate.reason, "held-out residual": certificate.held_out_residual}
        if matched is not None:
            flat["largest relative error"] = f"{matched.relative_error:.3g} (symmetry: {matched.symmetry})"
        flat |= {"seconds": round(seconds, 2), "relative_residual": f"{found.residual:.2g}"}
        print_fields(flat)
    return 0 if found.outcome == "identified" else 2


@contextmanager
def _progress(title: str) -> Iterator[None]:
    """What the search is doing, on standard error where that is a terminal."""
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


def _image_shape(arguments: argparse.Namespace, d: int) -> tuple[int, ...] | None:
    from math import prod

    from ..theory.errors import InputError

    if arguments.images is None:
        if arguments.figure is not None:
            raise InputError("--figure needs --images HxW, the shape of a sample")
        return None
    sides = arguments.images.lower().split("x")
    if not all(side.isdecimal() and int(side) for side in sides) or len(sides) not in (2, 3) or sides[2:] not in ([], ["3"]):
        raise InputError(f"--images {arguments.images!r}: must have the form HxW, or HxWx3 for colour")
    shape = tuple(int(side) for side in sides)
    if prod(shape) != d:
        raise InputError(f"--images {arguments.images!r}: has {prod(shape)} pixels, the samples have dimension {d}")
    return shape

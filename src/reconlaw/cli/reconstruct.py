"""Reconstruct the training data from a file with what was observed: parameters, or a gradient."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from . import reconstruct_gradient, reconstruct_parameters
from .output import print_fields, print_json
from .pictures import add_picture_options, image_shape, picture
from .progress import progress

KINDS = {"parameters": reconstruct_parameters, "gradient": reconstruct_gradient}


def configure(parser: argparse.ArgumentParser) -> None:
    files = "; ".join(f"{name}: {module.FILE}" for name, module in KINDS.items())
    parser.add_argument("file", metavar="FILE", help=f".npz with, for {files}")
    parser.add_argument("--kind", choices=tuple(KINDS), required=True)
    parser.add_argument("--activation", required=True, metavar="A")
    parser.add_argument("--n", type=int, help="samples (default: the smallest number that meets the observation)")
    parser.add_argument("--domain", choices=("sphere", "free"), default="sphere")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--starts", type=int, help="starts at most (default: 20 for parameters, 5 for a gradient)")
    parser.add_argument("--out", metavar="OUT.npz", help="write samples (n, d) and coefficients (and labels)")
    parser.add_argument("--truth", metavar="FILE", help=".npz with X, to match the samples with")
    add_picture_options(parser)
    for name, module in KINDS.items():
        if module.OPTIONS:
            group = parser.add_argument_group(f"only for --kind {name}")
            for option, settings in module.OPTIONS.items():
                group.add_argument(option, **settings)


def run(arguments: argparse.Namespace) -> int:
    from ..numerics.files import check_writable, read_npz, write_bytes, write_npz
    from ..numerics.matching import match
    from ..theory.errors import InputError

    _refuse_options_of_others(arguments)
    kind = KINDS[arguments.kind]
    observed = kind.Observed(arguments)
    truth = None if arguments.truth is None else read_npz(arguments.truth, {"X": 2}, kind.TRUTH)
    if truth is not None:
        if truth["X"].shape[1] != observed.d:
            rule = f"must have as many columns as {observed.weights}, {observed.d}"
            raise InputError(f"{arguments.truth}: X has shape {truth['X'].shape}: {rule}")
        for name, array in truth.items():
            if len(array) != len(truth["X"]):
                rule = f"must have as many entries as X has rows, {len(truth['X'])}"
                raise InputError(f"{arguments.truth}: {name} has shape {array.shape}: {rule}")
        match(truth["X"], truth["X"][:0])  # refuses what cannot be matched
    shape = image_shape(arguments, observed.d)
    for path in (arguments.out, arguments.figure):
        if path is not None:
            check_writable(path)
    if arguments.out is not None and Path(arguments.out).resolve() in {
        Path(path).resolve() for path in (arguments.file, arguments.truth, arguments.figure) if path
    }:
        raise InputError(f"--out {arguments.out}: is also the name of another file of this command")
    started = time.perf_counter()
    with progress(f"inverting {observed.equations} equations"):
        found = observed.invert(arguments)
    seconds = time.perf_counter() - started
    matched = None if truth is None else match(truth["X"], found.samples, symmetry=found.symmetry.matching)
    result: dict[str, Any] = {"kind": arguments.kind, "n": len(found.samples), "d": observed.d, **observed.result(found)}
    result["match"] = None
    if truth is not None and matched is not None:
        result["match"] = {"relative_error": matched.relative_error, "symmetry": matched.symmetry}
        result["match"]["matched"] = int((matched.assignment >= 0).sum())  # true samples with a partner
        result["match"] |= observed.compared(found, matched, truth)
    result["seconds"] = seconds
    if arguments.out:
        write_npz(arguments.out, **observed.arrays(found))
    if arguments.figure and shape is not None:
        write_bytes(arguments.figure, picture(found.samples, truth and truth["X"], matched, shape))
    if arguments.json:
        print_json(result)
    else:
        flat = {key: value for key, value in result.items() if isinstance(value, (int, float, str))}
        flat |= {"relative_residual": f"{found.residual:.2g}", "seconds": round(seconds, 2), **observed.lines(found)}
        if matched is not None:
            count, n = result["match"]["matched"], len(matched.errors)
            missing = f": found {count} of {n} samples" if count < n else ""
            flat["largest relative error"] = f"{matched.relative_error:.3g} (symmetry: {matched.symmetry}){missing}"
            more = {name: error for name, error in result["match"].items() if name in ("rms_error", "label_error")}
            flat |= {name.replace("_", " "): f"{error:.3g}" for name, error in more.items() if error is not None}
        print_fields(flat)
    return 0 if found.outcome == "identified" else 2


def _refuse_options_of_others(arguments: argparse.Namespace) -> None:
    from ..theory.errors import InputError

    for name, module in KINDS.items():
        for option in module.OPTIONS if name != arguments.kind else ():
            value = getattr(arguments, option.removeprefix("--").replace("-", "_"))
            if value is not None:
                raise InputError(f"{option} {value}: is only for --kind {name}")

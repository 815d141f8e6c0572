"""Simulate an observation, and the truth behind it."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import simulate_gradient, simulate_parameters
from .output import add_output_options, print_fields, print_json

KINDS = {"parameters": simulate_parameters, "gradient": simulate_gradient}


def configure(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name, module in KINDS.items():
        summary = (module.__doc__ or "").strip().splitlines()[0]
        kind = kinds.add_parser(name, help=summary, description=summary)
        module.configure(kind)
        kind.add_argument(
            "--data", default="sphere", metavar="NAME", help="sphere, digits, photographs, or a .npz, MNIST or CIFAR-10 file"
        )
        kind.add_argument("--seed", type=int, default=0)
        add_output_options(kind, default=argparse.SUPPRESS)  # what stands before the kind counts as well


def run(arguments: argparse.Namespace) -> int:
    from ..numerics.files import check_writable, write_npz
    from ..theory.errors import InputError

    check_writable(arguments.out)
    if arguments.truth:
        check_writable(arguments.truth)
        if Path(arguments.truth).resolve() == Path(arguments.out).resolve():
            raise InputError(f"--truth {arguments.truth}: must not be the file of --out")
    observed, truth, more = KINDS[arguments.kind].simulate(arguments)
    write_npz(arguments.out, **observed)
    if arguments.truth:
        write_npz(arguments.truth, **truth)
    n, d = truth["X"].shape
    summary = {"kind": arguments.kind, "n": n, "d": d, **more, "activation": arguments.activation}
    summary |= {"out": arguments.out, "truth": arguments.truth}
    if arguments.json:
        print_json(summary)
    else:
        print_fields({name: value for name, value in summary.items() if value is not None})
    return 0

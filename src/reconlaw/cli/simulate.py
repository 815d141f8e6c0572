"""Simulate an observation: the trained parameters of a random-features model, and the truth behind them."""

from __future__ import annotations

import argparse
from pathlib import Path

from .output import print_fields, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("parameters",))
    parser.add_argument("--n", type=int, required=True, help="samples")
    parser.add_argument("--d", type=int, help="dimension (with --data it follows from the data)")
    parser.add_argument("--p", type=int, required=True, help="features")
    parser.add_argument("--activation", required=True, metavar="A")
    parser.add_argument("--outputs", type=int, default=1, metavar="C", help="outputs (default: 1, theta has shape (p,))")
    parser.add_argument("--labels", choices=("linear", "sign"), default="linear", help="linear: <x, g> + e; sign: random signs")
    parser.add_argument("--initial", choices=("zero", "normal"), default="zero", help="starting parameters")
    parser.add_argument(
        "--data", default="sphere", metavar="NAME", help="sphere, digits, photographs, or a .npz, MNIST or CIFAR-10 file"
    )
    parser.add_argument(
        "--domain", choices=("sphere", "free"), default="sphere", help="free: norms vary by half around sqrt(d)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True, metavar="FILE", help=".npz with theta, V (and theta0)")
    parser.add_argument("--truth", metavar="FILE", help=".npz with X, y, a (and image_shape)")


def run(arguments: argparse.Namespace) -> int:
    from ..numerics.files import check_writable, write_npz
    from ..simulation import simulate_parameters
    from ..theory.errors import InputError

    check_writable(arguments.out)
    if arguments.truth:
        check_writable(arguments.truth)
        if Path(arguments.truth).resolve() == Path(arguments.out).resolve():
            raise InputError(f"--truth {arguments.truth}: must not be the file of --out")

    observed, truth = simulate_parameters(
        arguments.n,
        arguments.d,
        arguments.p,
        arguments.activation,
        outputs=arguments.outputs,
        labels=arguments.labels,
        initial=arguments.initial,
        data=arguments.data,
        domain=arguments.domain,
        seed=arguments.seed,
    )
    write_npz(arguments.out, **observed)
    if arguments.truth:
        write_npz(arguments.truth, **truth)
    n, d = truth["X"].shape
    p = len(observed["theta"])
    summary = {"kind": arguments.kind, "n": n, "d": d, "p": p, "activation": arguments.activation, "out": arguments.out}
    summary |= {"truth": arguments.truth, "unknowns": n * (d - (arguments.domain == "sphere") + arguments.outputs)}
    if arguments.json:
        print_json(summary)
    else:
        print_fields(summary)
    return 0

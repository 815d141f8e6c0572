"""The trained parameters of a random-features model."""

from __future__ import annotations

import argparse
from typing import Any


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=int, required=True, help="samples")
    parser.add_argument("--d", type=int, help="dimension (with --data it follows from the data)")
    parser.add_argument("--p", type=int, required=True, help="features")
    parser.add_argument("--activation", required=True, metavar="A")
    parser.add_argument("--outputs", type=int, default=1, metavar="C", help="outputs (default: 1, theta has shape (p,))")
    parser.add_argument("--labels", choices=("linear", "sign"), default="linear", help="linear: <x, g> + e; sign: random signs")
    parser.add_argument("--initial", choices=("zero", "normal"), default="zero", help="starting parameters")
    parser.add_argument(
        "--domain", choices=("sphere", "free"), default="sphere", help="free: norms vary by half around sqrt(d)"
    )
    parser.add_argument("--out", required=True, metavar="FILE", help=".npz with theta, V (and theta0)")
    parser.add_argument("--truth", metavar="FILE", help=".npz with X, y, a (and image_shape)")


def simulate(arguments: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What is observed, the truth, and what the summary says of this kind beside n and d."""
    from ..simulation import simulate_parameters

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
    n, d = truth["X"].shape
    unknowns = n * (d - (arguments.domain == "sphere") + arguments.outputs)
    return observed, truth, {"p": len(observed["theta"]), "unknowns": unknowns}

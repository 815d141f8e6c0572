"""The gradient of a two-layer network on one batch."""

from __future__ import annotations

import argparse
from typing import Any


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--n", type=int, required=True, metavar="B", help="samples in the batch")
    parser.add_argument("--d", type=int, help="dimension (with --data it follows from the data)")
    parser.add_argument("--m", type=int, required=True, help="neurons")
    parser.add_argument("--activation", required=True, metavar="A")
    parser.add_argument("--labels", choices=("sign", "normal"), default="sign", help="independent signs, or N(0, 1)")
    parser.add_argument(
        "--loss-scale", type=float, default=1.0, metavar="S", help="the loss is S sum_i (f(x_i) - y_i)^2 (default: 1)"
    )
    parser.add_argument("--hidden-bias", type=float, default=0.0, metavar="b", help="of all neurons (default: 0)")
    parser.add_argument("--output-bias", type=float, default=0.0, metavar="c", help="of the network (default: 0)")
    parser.add_argument("--no-hidden", action="store_true", help="without grad_W: only the output weights are observed")
    parser.add_argument("--domain", choices=("sphere", "free"), default="sphere", help="free: norms vary by half around 1")
    parser.add_argument(
        "--out", required=True, metavar="FILE", help=".npz with W, a, grad_a, loss_scale (and grad_W, hidden_bias, output_bias)"
    )
    parser.add_argument("--truth", metavar="FILE", help=".npz with X, y, coefficients (and image_shape)")


def simulate(arguments: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What is observed, the truth, and what the summary says of this kind beside n and d."""
    from ..gradient_simulation import simulate_gradient

    observed, truth = simulate_gradient(
        arguments.n,
        arguments.d,
        arguments.m,
        arguments.activation,
        labels=arguments.labels,
        loss_scale=arguments.loss_scale,
        hidden_bias=arguments.hidden_bias,
        output_bias=arguments.output_bias,
        hidden=not arguments.no_hidden,
        data=arguments.data,
        domain=arguments.domain,
        seed=arguments.seed,
    )
    n, d = truth["X"].shape
    unknowns = n * (d + (arguments.domain == "free"))
    return observed, truth, {"m": len(observed["grad_a"]), "unknowns": unknowns}

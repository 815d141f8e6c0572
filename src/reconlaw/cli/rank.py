"""Prove the generic rank of the Jacobian with respect to data and coefficients."""

from __future__ import annotations

import argparse

from .output import print_fields, print_json

SCOPES = {"almost-everywhere": "at almost every point", "open-set": "on the activation pattern or signs drawn, not beyond"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--activation", required=True, metavar="A", help="for example tanh, relu, power:4, relu+tanh")
    parser.add_argument("--n", type=int, required=True, help="samples")
    parser.add_argument("--d", type=int, required=True, help="dimension")
    parser.add_argument("--p", type=int, required=True, help="features")
    parser.add_argument("--domain", choices=("sphere", "free"), default="sphere")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> int:
    from ..proofs_check.verdict import plain
    from ..ranking import rank

    result = rank(
        arguments.activation, arguments.n, arguments.d, arguments.p, domain=arguments.domain, seed=arguments.seed
    )  # fmt: skip
    if arguments.json:
        print_json(plain(result.__dict__))
    else:
        lower = "not proved" if result.rank_lower is None else result.rank_lower
        print_fields(
            {
                "activation": f"{result.activation}, n = {result.n}, d = {result.d}, p = {result.p}, {result.domain}",
                "rank": f"{lower} <= rank <= {result.rank_upper}" if lower != result.rank_upper else lower,
                "outcome": f"{result.outcome} ({result.evidence}, {SCOPES[result.scope]})",
                "upper bound": result.reason,
                "unknowns": result.unknowns,
            }
        )
    return 0 if result.outcome == "holds" else 2

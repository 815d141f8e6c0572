"""Bound the bits of its training data that a learner of a given error must keep."""

from __future__ import annotations

import argparse
from typing import Any

from .output import print_fields, print_json

STRENGTHS = {"gaussian": "lambda", "boolean": "lambda", "sparse": "nu"}
RESTS_ON = {
    "gaussian": "(1 - tau) / rho C*, with rho = lambda^2 tau (Theorems 7 and 10 of feldman2025)",
    "boolean": "(1 - tau) / rho C*, with rho = lambda^2 tau (Theorem 7 of feldman2025, Theorem 2.2 of docs/memorization.md)",
    "sparse": "(1 - tau) / rho C*, or C* / rho - H(theta) (Theorem 7 of feldman2025, docs/memorization.md)",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", choices=tuple(STRENGTHS))
    parser.add_argument("--d", type=int, required=True, help="dimension")
    parser.add_argument("--n", type=int, required=True, help="data points")
    parser.add_argument("--alpha", required=True, metavar="A", help="error, below 1/2; a decimal or a fraction such as 1/3")
    strength = parser.add_mutually_exclusive_group(required=True)
    strength.add_argument("--C", metavar="C", help="lambda = C d^(-1/4) (gaussian, boolean) or nu = C d^(-1/2) (sparse)")
    strength.add_argument("--strength", metavar="X", help="lambda or nu itself, in (0, 1)")


def run(arguments: argparse.Namespace) -> int:
    from ..theory.memorization.bound import bound

    given = {"C": arguments.C, "strength": arguments.strength}
    found = bound(arguments.problem, arguments.d, arguments.n, arguments.alpha, **given)
    if arguments.json:
        print_json(vars(found))
        return 0
    name, origin = STRENGTHS[found.problem], "" if arguments.C is None else f" (C = {arguments.C})"
    upper = "none known with this error"
    if found.upper_bits is not None:
        upper = f"{_number(found.upper_bits)} bits, {found.upper_algorithm}, error {_number(found.upper_error)}"
    lower = f"{_number(found.lower_bits)} bits, for every learner"
    if found.problem != "gaussian" and found.lower_bits > found.n * found.d:
        lower += f"; the data have {found.n * found.d}, so no learner has this error"
    print_fields(
        {
            "problem": f"{found.problem}, d = {found.d}, n = {found.n}, {name} = {_number(found.strength)}{origin}",
            "error": f"at most {arguments.alpha}",
            "contraction": f"tau = {_number(found.tau)}, rho = {_number(found.rho)} ({found.evidence})",
            "lower bound": lower,
            "rests on": RESTS_ON[found.problem],
            "as printed": "does not apply"
            if found.paper_lower_bits is None
            else f"{_number(found.paper_lower_bits)} bits, with C_alpha, which is not a valid constant",
            "upper bound": upper,
        }
    )
    return 0


def _number(value: Any) -> str:
    return f"{value:.7g}"

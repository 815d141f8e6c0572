"""List every claim: id, one line, paper, origin."""

from __future__ import annotations

import argparse

from .output import print_json, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claims", nargs="*", metavar="ID-OR-PREFIX", help="only these (default: all)")


def run(arguments: argparse.Namespace) -> int:
    from ..proofs_check.registry import claims, select

    known = claims()
    chosen = [known[name] for name in select(arguments.claims)]
    if arguments.json:
        print_json([{"id": c.id, "title": c.title, "paper": c.paper, "kind": c.kind, "origin": c.origin} for c in chosen])
    else:
        print_table(("claim", "kind", "origin", "title"), [(c.id, c.kind, c.origin, c.title) for c in chosen])
    return 0

"""Cite the paper of a claim, and this package."""

from __future__ import annotations

import argparse

from .output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", metavar="ID", help="a claim, or a cite key such as iurada2025")
    parser.add_argument("--format", choices=("bibtex", "text"), default="bibtex")


def run(arguments: argparse.Namespace) -> int:
    from ..citation import PACKAGE, PAPERS, bibtex, text
    from ..proofs_check.registry import claims, select

    claim = claims()[select([arguments.claim])[0]]
    render = bibtex if arguments.format == "bibtex" else text
    citations = [render(PAPERS[claim.paper]), render(PACKAGE)]
    if arguments.json:
        print_json({"id": arguments.claim, "paper": claim.paper, "format": arguments.format, "citations": citations})
    else:
        print("\n".join(citations))
    return 0

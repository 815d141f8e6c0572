"""Draw a phase diagram: run or resume its sweep, and write figure, numbers and caption."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path

from . import sweep_options
from .output import print_json, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="which diagram: see --list")
    parser.add_argument("--list", action="store_true", help="list the diagrams: what each shows and costs")
    parser.add_argument("--out", type=Path, metavar="DIR", help="directory of this diagram; the same command resumes there")
    parser.add_argument("--size", default="small", metavar="S", help="small, paper, or for law also full (default: small)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trials", type=int, metavar="T", help="trials for each cell (default: that of the size)")
    parser.add_argument("--starts", type=int, metavar="K", help="starts of the search in each trial (default: 1)")
    sweep_options.configure(parser)
    parser.add_argument("--from-csv", type=Path, metavar="FILE", help="draw the numbers of a NAME.csv again; compute nothing")


def run(arguments: argparse.Namespace) -> int:
    from ..theory.errors import InputError

    if arguments.list:
        return _list(arguments)
    if arguments.name is None:
        raise InputError("NAME is missing: see reconlaw diagram --list")
    if arguments.out is None:
        raise InputError("--out DIR is missing: the directory to write to")
    from ..diagrams.drawing import diagram

    options = sweep_options.keywords(arguments)
    with sweep_options.progress_bar() as show:
        try:
            drawing = diagram(
                arguments.name,
                arguments.out,
                size=arguments.size,
                seed=arguments.seed,
                trials=arguments.trials,
                starts=arguments.starts,
                from_csv=arguments.from_csv,
                progress=show,
                **options,
            )
        except KeyboardInterrupt:
            print(f"{arguments.out}: the trials so far are kept; the same command resumes", file=sys.stderr)
            raise
    files = {kind: str(path) for kind, path in sorted(drawing.files.items())}
    if arguments.json:
        state = {"complete": drawing.complete, "pending": drawing.pending, "errors": list(drawing.errors), "files": files}
        print_json({"diagram": drawing.name, **drawing.record, **state})
    elif drawing.table is not None:
        print(textwrap.fill(drawing.caption, 100))
    if files:
        print("wrote " + ", ".join(files.values()), file=sys.stderr)
    for message in drawing.errors[:3]:
        print(f"reconlaw diagram: error: {message}", file=sys.stderr)
    if drawing.errors:
        print(f"reconlaw diagram: error: {len(drawing.errors)} trials failed", file=sys.stderr)
        return 3
    if drawing.pending:
        print(f"{arguments.out}: {drawing.pending} trials are left; the same command resumes", file=sys.stderr)
        return 2
    if drawing.table is None:
        print(f"{arguments.out}: this part is complete; the command without --shard draws", file=sys.stderr)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from ..diagrams import NAMES, find

    found = [find(name) for name in NAMES]
    if arguments.json:
        sizes = [
            {name: {"cells": len(s.cells), "trials": s.trials, "cost": s.cost} for name, s in d.sizes.items()} for d in found
        ]
        print_json([{"diagram": d.name, "title": d.title, "sizes": size} for d, size in zip(found, sizes)])
        return 0
    rows = [(d.name, ", ".join(f"{name}: {s.cost}" for name, s in d.sizes.items()), d.title) for d in found]
    print_table(("diagram", "time on two cores", "shows"), rows)
    return 0

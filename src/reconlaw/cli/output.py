"""Printing: one JSON object, or a table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def add_output_options(parser: argparse.ArgumentParser, *, default: Any = False) -> None:
    """What every command has."""
    parser.add_argument(
        "--json", action="store_true", default=default, help="one JSON object on standard output, all else on standard error"
    )
    parser.add_argument("--debug", action="store_true", default=default, help="show the traceback of an error")


def print_json(value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """One JSON object (with `schema`), or a list of them, on standard output."""
    from ..proofs_check.verdict import plain

    if isinstance(value, Mapping):
        value = {"schema": 1, **value}
    else:
        value = [{"schema": 1, **item} for item in value]
    sys.stdout.write(json.dumps(plain(value), allow_nan=False) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """A table on standard output; only the last column is folded."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=name != columns[-1])
    for row in rows:
        table.add_row(*map(_plain, row))
    console = Console(width=None if sys.stdout.isatty() else 120)
    with console.capture() as text:  # printed by rich itself, a closed pipe would end the process with status 1
        console.print(table)
    sys.stdout.write(text.get())


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(str(text))


def print_fields(fields: Mapping[str, Any]) -> None:
    """`name  value` lines; further lines of a value stand below its first."""
    width = max(map(len, fields))
    for name, value in fields.items():
        print(f"{name:<{width}}  " + str(value).replace("\n", "\n" + " " * (width + 2)))

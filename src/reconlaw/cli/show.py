"""Show the theorem card of a claim: setting, assumptions, statement, reference, controls, parameters."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    from ..proofs_check.card import parse_card
    from ..proofs_check.registry import claims, module_of, select
    from ..theory.errors import InputError

    chosen = select([arguments.claim])
    if len(chosen) != 1:
        raise InputError(f"claim = {arguments.claim!r}: names {len(chosen)} claims; show one of {', '.join(chosen)}")
    claim, card = claims()[chosen[0]], parse_card(module_of(chosen[0]).__doc__ or "")
    controls = {name: dict(overrides) for name, overrides in claim.controls.items()}
    parameters = {level: dict(values) for level, values in claim.parameters.items()}
    if arguments.json:
        head = {"id": claim.id, "paper": claim.paper, "kind": claim.kind, "origin": claim.origin, "expected": claim.expected}
        print_json(head | plain_card(card) | {"parameters": parameters, "controls": controls})
        return 0
    print(f"{claim.id}  ({claim.kind}, {claim.origin}, expected: {claim.expected})\n\n{card.title}\n")
    for name in ("setting", "assumptions", "statement", "reference", "tight", "not_checked"):
        text = getattr(card, name)
        print(name.replace("_", " ").capitalize())
        for line in [f"{key}. {value}" for key, value in text.items()] if name == "assumptions" else [text]:
            print(_wrapped(line))
        print()
    print("Controls (each breaks one assumption and must be rejected)")
    for name, overrides in controls.items():
        print(_wrapped(f"{name}: {_settings(overrides)}"))
    print("\nParameters (any of them is changed by --set 'NAME=JSON')")
    for level, values in parameters.items():
        print(_wrapped(f"{level}: {_settings(values)}"))
    return 0


def _settings(values: Mapping[str, Any]) -> str:
    from ..report.entry import setting

    return ", ".join(setting(name, data) for name, data in values.items())


def plain_card(card: object) -> dict[str, object]:
    """The card as plain data."""
    values = {field.name: getattr(card, field.name) for field in fields(card)}  # type: ignore[arg-type]
    return values | {"assumptions": dict(values["assumptions"])}


def _wrapped(text: str) -> str:
    import textwrap

    return "\n\n".join(
        textwrap.fill(part, width=100, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
        for part in text.split("\n\n")
    )

"""The theorem card: the raw docstring of a claim module, under fixed headings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HEADINGS = ("Setting", "Assumptions", "Statement", "Reference", "Tight", "Not checked")


@dataclass(frozen=True)
class Card:
    """A theorem as its reader wants it. All text may hold formulas in `$...$`; a blank line separates paragraphs.

    Attributes:
        title: the docstring's first line.
        setting: the objects and the conventions.
        assumptions: `A1`, `A2`, ... -> text, in order.
        statement: what is claimed, with the unit of the slack.
        reference: cite key, theorem number, version.
        tight: where the statement is sharp, or that this is not known.
        not_checked: what a verdict of this claim does not say.
    """

    title: str
    setting: str
    assumptions: Mapping[str, str]
    statement: str
    reference: str
    tight: str
    not_checked: str


def parse_card(docstring: str) -> Card:
    """Parse a raw docstring; a `ValueError` names what is wrong with it."""
    if re.search(r"[\x07\x08\t\x0b\x0c\r]", docstring):
        raise ValueError('control characters: the docstring must be raw (r"""...""") and indented by spaces')
    title, _, body = inspect.cleandoc(docstring).partition("\n")
    if not title or title in HEADINGS:
        raise ValueError("the first line must be the title")
    if body and body.partition("\n")[0].strip():
        raise ValueError(f"the title must be one line, followed by a blank one: {title!r}")
    sections = _sections(body)
    if tuple(sections) != HEADINGS:
        found = ", ".join(sections) or "none"
        raise ValueError(f"headings must be {', '.join(HEADINGS)}, in this order; found {found}")
    for name, text in [("the title", title), *sections.items()]:
        if not text:
            raise ValueError(f"{name} is empty")
        if text.count("$") % 2:
            raise ValueError(f"{name} has an unpaired $")
    assumptions = MappingProxyType(_assumptions(sections.pop("Assumptions")))
    setting, *others = map(_paragraphs, sections.values())
    return Card(title, setting, assumptions, *others)


def _sections(body: str) -> dict[str, str]:
    sections: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in body.splitlines():
        if line.startswith(" ") or not line:
            if lines is not None:
                lines.append(line.strip())
            elif line.strip():
                raise ValueError(f"text before the first heading, {HEADINGS[0]}: {line.strip()!r}")
        elif line not in HEADINGS:
            raise ValueError(f"{line!r} is neither indented text nor one of the headings {', '.join(HEADINGS)}")
        elif line in sections:
            raise ValueError(f"heading {line} occurs twice")
        else:
            lines = sections[line] = []
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def _assumptions(text: str) -> dict[str, str]:
    before, *parts = re.split(r"^A(\d+)\. ", text, flags=re.MULTILINE)
    numbers = parts[::2]
    if before.strip() or not numbers or numbers != [str(k + 1) for k in range(len(numbers))]:
        raise ValueError(f"assumptions must be numbered A1., A2., ... in order; found {numbers or before!r}")
    return {f"A{number}": _paragraphs(part) for number, part in zip(numbers, parts[1::2], strict=True)}


def _paragraphs(text: str) -> str:
    """Join the lines of each paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n{2,}", text.strip()))

"""Numbers and nested plain data as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .entry import shape

SHOWN = 10  # entries of a list


def number(x: float | None, digits: int = 4) -> str:
    """A number for reading: `0.125`, `2.5 × 10⁻¹³`; nothing for None."""
    if x is None:
        return ""
    mantissa, _, exponent = (str(x) if isinstance(x, int) else f"{x:.{digits}g}").replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    sign = "−" if exponent.startswith("−") else ""
    return f"{mantissa} × 10<sup>{sign}{exponent.lstrip('+−0')}</sup>".replace(" ", "&#8239;")


def value(data: Any) -> str:
    """Plain data: a scalar, a short list, the shape of a long one, or a table of a mapping."""
    if data is None:
        return '<span class="muted">none</span>'
    if isinstance(data, (bool, str)):
        return escape(str(data).lower() if isinstance(data, bool) else data)
    if isinstance(data, (int, float)):
        return number(data)
    if isinstance(data, Mapping):
        return parameter_table(data)
    if not isinstance(data, Sequence):
        return escape(str(data))
    if data and all(isinstance(row, Mapping) and row.keys() == data[0].keys() for row in data):
        return _records(data)
    sides = shape(data)
    if (len(sides) > 1 and len(data) > SHOWN) or len(sides) > 2:
        return " × ".join(map(str, sides)) + " array"
    more = f", … ({len(data)} entries)" if len(data) > SHOWN else ""
    return ", ".join(f"({value(x)})" if shape(x) else value(x) for x in data[:SHOWN]) + more


def parameter_table(data: Mapping[str, Any]) -> str:
    """Names and values, one row each; nothing for an empty mapping."""
    rows = [f'<tr><th scope="row">{escape(str(key))}</th><td>{value(item)}</td></tr>' for key, item in data.items()]
    return f'<table class="values"><tbody>{"".join(rows)}</tbody></table>' if rows else ""


def _records(rows: Sequence[Mapping[str, Any]]) -> str:
    def cell(x: Any) -> str:
        numeric = isinstance(x, (int, float)) and not isinstance(x, bool)
        return f'<td class="number">{value(x)}</td>' if numeric else f"<td>{value(x)}</td>"

    names = list(rows[0])
    numeric = [isinstance(rows[0][name], (int, float)) and not isinstance(rows[0][name], bool) for name in names]
    head = "".join(
        f'<th class="number">{escape(str(name))}</th>' if right else f"<th>{escape(str(name))}</th>"
        for name, right in zip(names, numeric)
    )
    body = "".join("<tr>" + "".join(cell(row[name]) for name in names) + "</tr>" for row in rows[: 5 * SHOWN])
    more = f'<p class="muted">the first {5 * SHOWN} of {len(rows)} rows</p>' if len(rows) > 5 * SHOWN else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

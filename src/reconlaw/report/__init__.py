"""The report of a `verify` run: report.json, a self-contained index.html, and table.tex."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_report(report: Mapping[str, Any], directory: Path) -> list[Path]:
    """Write the three files, each whole or not at all. Raises InputError if the directory cannot be written."""
    from ..numerics.files import write_text
    from ..proofs_check.card import parse_card
    from ..proofs_check.registry import module_of
    from .html import render_html
    from .latex import render_latex
    from .pictures import pictures_of

    cards = {claim["id"]: parse_card(module_of(claim["id"]).__doc__ or "") for claim in report["claims"]}
    pictures = {claim["id"]: pictures_of(claim, directory) for claim in report["claims"]}
    contents = {
        "report.json": json.dumps(report, indent=1, allow_nan=False) + "\n",
        "index.html": render_html(report, cards, pictures),
        "table.tex": render_latex(report),
    }
    for name, text in contents.items():
        write_text(directory / name, text)
    return [directory / name for name in contents]

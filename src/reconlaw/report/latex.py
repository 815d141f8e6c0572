"""The report as a table for a paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .entry import by_evidence, by_paper, expectation, rejections, setting

_ESCAPES = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}


def render_latex(report: Mapping[str, Any]) -> str:
    """A `tabular` with one row per claim, and a line below it on what it rests on."""
    papers = []
    for paper, claims in by_paper(report["claims"]).items():
        rows = "\n".join(map(_row, claims))
        papers.append(rf"\multicolumn{{6}}{{@{{}}l}}{{\textit{{{_escape(paper)}}}}} \\" + f"\n{rows}")
    summary, version = report["summary"], report["provenance"]["version"]
    evidence = ", ".join(f"{len(group)} {name}" for name, group in by_evidence(report["claims"]).items()) or "none"
    changes = ", ".join(setting(name, data) for name, data in report["overrides"].items())
    changed = _escape(f", changed by --set: {changes}" if changes else "")
    body = "\n\\addlinespace\n".join(papers)
    return rf"""% Packages: booktabs, amssymb, and fontenc with T1. Wide: use it in table* or \small.
\begin{{tabular}}{{@{{}}p{{0.34\linewidth}}lllrr@{{}}}}
\toprule
Claim & Origin & Outcome & Evidence & Slack & Controls \\
\midrule
{body}
\bottomrule
\end{{tabular}}

\smallskip
\noindent Checked with reconlaw {_escape(version)}, level {_escape(report["level"])}, seed {report["seed"]}{changed}.
Evidence of the decided claims: {_escape(evidence)}. Any statistical verdict is wrong with probability at most
{_number(summary["union_error_probability"])} (union bound). An asterisk marks an outcome that contradicts the claim.
Controls: rejected, of those run.
"""


def _row(claim: Mapping[str, Any]) -> str:
    rejected, controls = rejections(claim)
    mark = "*" if expectation(claim)[0] == "contradicted" else ""
    cells = (
        r"\raggedright " + _title(claim["title"]),
        _escape(claim["origin"]),
        _escape(claim["outcome"].replace("_", " ")) + mark,
        _escape(claim["evidence"] or "--"),
        _number(claim["slack"]),
        f"{rejected}/{controls}" if controls else "--",
    )
    return " & ".join(cells) + r" \\"


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _title(text: str) -> str:
    """Formulas stay formulas where their braces balance; everything else is escaped."""
    parts = re.split(r"\$([^$]+)\$", text)
    return "".join(
        f"${part}$" if k % 2 and _balanced(part) else _escape(f"${part}$" if k % 2 else part) for k, part in enumerate(parts)
    )


def _balanced(latex: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"(?<!\\)[&%#]|\\$", latex)


def _number(x: float | None) -> str:
    if x is None:
        return "--"
    mantissa, _, exponent = (str(x) if isinstance(x, int) else f"{x:.3g}").partition("e")
    return rf"${mantissa}\times 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"

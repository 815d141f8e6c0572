"""The report as one HTML page that needs nothing else: no network, no script, pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Container, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..citation import PAPERS, text
from .entry import EVIDENCE, KIND_HEADINGS, MARKS, by_evidence, by_paper, expectation, options, rejections, setting
from .entry import witness_summary as summary_of
from .formula import html_text
from .stylesheet import CSS
from .values import number, parameter_table, value

if TYPE_CHECKING:
    from reconlaw.proofs_check.card import Card

    from .pictures import Picture

SIDE = {
    "lower": "the lower side of the statement",
    "upper": "the upper side of the statement",
    "both": "both sides of the statement",
    "equality": "the equality stated",
}


def render_html(
    report: Mapping[str, Any],
    cards: Mapping[str, Card],
    pictures: Mapping[str, Sequence[Picture]],
) -> str:
    """The whole page. `cards` and `pictures` are by claim id; a claim may lack either."""
    claims = report["claims"]
    sections = []
    for paper, group in by_paper(claims).items():
        sections.append(f"<h2>{escape(paper)}</h2>")
        if paper in PAPERS:
            sections.append(f'<p class="muted">{escape(text(PAPERS[paper]))}</p>')
        for kind, members in groupby(group, key=lambda claim: claim["kind"]):
            sections.append(f'<h3 class="kind">{KIND_HEADINGS[kind]}</h3>')
            sections += [_claim(c, report, cards.get(c["id"]), pictures.get(c["id"], ())) for c in members]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>reconlaw report: {_count(len(claims))}, level {escape(report['level'])}</title>\n"
        f"<style>{CSS}</style>\n</head>\n<body>\n"
        + _header(report)
        + _evidence(claims)
        + _overview(claims)
        + "<main>\n"
        + "\n".join(sections)
        + "\n</main>\n</body>\n</html>\n"
    )


def _header(report: Mapping[str, Any]) -> str:
    summary, provenance = report["summary"], report["provenance"]
    tally = [
        (summary["as_expected"], "as expected"),
        (summary["contradicted"], "contradicted"),
        (summary["undecided"], "undecided"),
        (summary["errors"], "error" if summary["errors"] == 1 else "errors"),
        (summary["not_run"], "not run"),
    ]
    figures = "".join(f"<li><b>{count}</b> {name}</li>" for count, name in tally if count or name == "as expected")
    libraries = ", ".join(f"{name} {version}" for name, version in provenance["versions"].items())
    commit = f", commit <code>{escape(provenance['commit'][:12])}</code>" if provenance["commit"] else ""
    return (
        f"<header>\n<h1>{_count(summary['claims'])}, checked</h1>\n"
        f'<p class="muted">reconlaw {escape(provenance["version"])}{commit}; level {escape(report["level"])}, '
        f"seed {escape(str(report['seed']))}{_overrides(report)}; "
        f"Python {escape(provenance['python'])}, {escape(libraries)}</p>\n"
        f'<ul class="tally">{figures}</ul>\n'
        "<p>The probability that any statistical verdict below is wrong is at most "
        f"{number(summary['union_error_probability'])} (union bound). "
        f"Of {summary['controls']} controls, each a claim with one assumption broken, "
        f"{summary['controls_rejected']} were rejected; all must be.</p>\n</header>\n"
    )


def _count(claims: int) -> str:
    return f"{claims} claim" + "s" * (claims != 1)


def _overrides(report: Mapping[str, Any]) -> str:
    """What `--set` changed, if anything."""
    changes = [f"<code>{escape(setting(name, data))}</code>" for name, data in report["overrides"].items()]
    return f"; changed by --set: {', '.join(changes)}" if changes else ""


def _evidence(claims: Iterable[Mapping[str, Any]]) -> str:
    """What the decided claims rest on, the strongest first."""
    rows = []
    for evidence, group in by_evidence(claims).items():
        links = ", ".join(f'<a href="#{escape(c["id"])}">{escape(c["id"].partition("/")[2])}</a>' for c in group)
        rows.append(
            f'<tr><td><b>{len(group)}</b> {evidence}</td><td class="wide">{EVIDENCE[evidence]}<small>{links}</small></td></tr>'
        )
    return '<table class="evidence stack"><tbody>' + "\n".join(rows) + "</tbody></table>\n" if rows else ""


def _overview(claims: Iterable[Mapping[str, Any]]) -> str:
    bodies = []
    for paper, group in by_paper(claims).items():
        rows = [f'<tr><th scope="rowgroup" colspan="5">{escape(paper)}</th></tr>']
        for claim in group:
            rejected, controls = rejections(claim)
            alarm = ' class="alarm"' if rejected < controls else ""
            count = f"<span{alarm}>{rejected}/{controls}</span>" if controls else ""
            rows.append(
                f'<tr><td><a href="#{escape(claim["id"])}">{html_text(claim["title"])}</a>'
                f"<small>{escape(claim['kind'])}, {escape(claim['origin'])}</small></td>"
                f"<td>{_badge(claim['outcome'])}<small>{_expectation(claim)}</small></td>"
                f'<td>{escape(claim["evidence"] or "")}</td><td class="number" data-label="slack">'
                f'{number(claim["slack"])}</td><td class="number" data-label="controls">{count}</td></tr>'
            )
        bodies.append("<tbody>" + "\n".join(rows) + "</tbody>")
    return (
        '<table class="overview stack"><thead><tr><th>Claim</th><th>Outcome</th><th>Evidence</th>'
        '<th class="number">Slack</th><th class="number">Controls</th></tr></thead>\n' + "\n".join(bodies) + "</table>\n"
    )


def _claim(claim: Mapping[str, Any], report: Mapping[str, Any], card: Card | None, pictures: Sequence[Picture]) -> str:
    name = escape(claim["id"])
    links = [f'<a href="#{name}:controls">controls</a>'] if claim["controls"] else []
    links += [f'<a href="#{name}:pictures">pictures</a>'] if pictures else []
    under = [f"<code>{name}</code>", escape(claim["kind"]), escape(claim["origin"]), *links]
    parts = [
        f'<section class="claim" id="{name}">\n<h4>{html_text(claim["title"])}</h4>',
        f'<p class="under">{" · ".join(under)}</p>',
        _card(card, name, {control["assumption"] for control in claim["controls"]}) if card else "",
        _verdict(claim),
        _controls(claim, card),
        f'<div id="{name}:pictures">{"".join(map(_picture, pictures))}</div>' if pictures else "",
        _folded("Parameters", parameter_table(claim["parameters"])),
        _folded("Details", parameter_table(claim["details"])),
        _folded("Witness", _witness(claim["witness"])),
        _folded("Error", f"<pre>{escape(claim['error'])}</pre>") if claim["error"] else "",
        _commands(claim, report),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _badge(outcome: str) -> str:
    return f'<span class="badge {outcome}" data-mark="{MARKS[outcome]}">{outcome.replace("_", " ")}</span>'


def _expectation(claim: Mapping[str, Any]) -> str:
    text, alarm = expectation(claim)
    return f'<span class="alarm">{text}</span>' if alarm else text


def _card(card: Card, name: str, broken: Container[str]) -> str:
    """`name`: the claim's id, escaped. The assumptions that a control breaks are linked to it."""

    def paragraphs(head: str, text: str) -> str:
        first, *rest = text.split("\n\n")
        return f'<p><span class="head">{head}.</span> {html_text(first)}</p>' + "".join(
            f"<p>{html_text(part)}</p>" for part in rest
        )

    def item(a: str, text: str) -> str:
        mark = f'<a href="#{name}:{a}">{a}</a>' if a in broken else a
        return f'<li id="{name}.{a}"><span>{mark}</span>{html_text(text)}</li>'

    assumptions = "".join(item(a, text) for a, text in card.assumptions.items())
    return (
        f'<div class="card">{paragraphs("Setting", card.setting)}'
        f'<p><span class="head">Assumptions.</span></p><ol>{assumptions}</ol>'
        f'<div class="statement">{paragraphs("Statement", card.statement)}</div>'
        f"{paragraphs('Tight', card.tight)}{paragraphs('Not checked', card.not_checked)}"
        f"{paragraphs('Reference', card.reference)}</div>"
    )


def _verdict(claim: Mapping[str, Any]) -> str:
    rows = []
    if claim["evidence"]:
        evidence = claim["evidence"]
        rows.append(("Evidence", f"{escape(evidence)} ({EVIDENCE.get(evidence, '')})"))
        rows.append(("Side", SIDE.get(claim["side"], "")))
        rows.append(("Slack", number(claim["slack"]) or "none"))
        chance = "not known" if evidence == "floating" else number(claim["error_probability"])
        rows.append(("Error probability", chance))
    if claim["seconds"]:
        rows.append(("Time", f"{number(claim['seconds'], digits=2)} s"))
    expected = " (as printed, the statement is known to be false)" if claim["origin"] == "erratum" else ""
    return (
        f'<div class="verdict"><p>{_badge(claim["outcome"])} &ensp;{_expectation(claim)}{expected}</p>'
        + (f"<p>{html_text(claim['reason'])}</p>" if claim["reason"] else "")
        + ("<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows if v) + "</dl>" if rows else "")
        + "</div>"
    )


def _controls(claim: Mapping[str, Any], card: Card | None) -> str:
    if not claim["controls"]:
        return ""
    name = escape(claim["id"])
    head, rows = "Statement corrected" if claim["origin"] == "erratum" else "Assumption broken", []
    for control in claim["controls"]:
        label = escape(control["assumption"])
        known = card.assumptions.get(control["assumption"]) if card else None
        text = f'<a href="#{name}.{label}">{label}</a>. {html_text(known)}' if known else label
        overrides = ", ".join(f"<code>{escape(k)} = {value(v)}</code>" for k, v in control["overrides"].items())
        verdict = "rejected" if control["rejected"] else '<span class="alarm">not rejected</span>'
        reason = f'<br><span class="muted">{html_text(control["reason"])}</span>' if control["reason"] else ""
        rows.append(
            f'<tr id="{name}:{label}"><td class="wide">{text}</td>'
            f'<td class="wide">{overrides}{reason}</td><td>{_badge(control["outcome"])}</td><td>{verdict}</td></tr>'
        )
    return (
        f'<h5 id="{name}:controls">Controls</h5><table class="stack"><thead><tr>'
        f"<th>{head}</th><th>By</th><th>Outcome</th><th></th></tr></thead><tbody>" + "\n".join(rows) + "</tbody></table>"
    )


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.png).decode("ascii")
    caption = escape(picture.caption)
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="{caption}">'
        f"<figcaption>{html_text(picture.caption)}</figcaption></figure>"
    )


def _witness(witness: Mapping[str, Any] | None) -> str:
    if not witness:
        return ""
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(text)}</dd>" for key, text in summary_of(witness).items())
    return f"<dl>{rows}</dl>"


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>{body}</details>" if body else ""


def _commands(claim: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    lines = [
        f"reconlaw verify {claim['id']} --level {report['level']} --seed {report['seed']}{options(report['overrides'])}",
        "reconlaw recheck report.json",
        f"reconlaw show {claim['id']}",
    ]
    return '<pre class="commands">' + "".join(f"<span>{escape(line)}</span>" for line in lines) + "</pre>"

"""Cards for notebooks: self-contained HTML in the colours of the page, with nothing fetched and everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .report.entry import EVIDENCE, MARKS, witness_summary
from .report.formula import html_text
from .report.values import number, parameter_table, value

if TYPE_CHECKING:
    from .proofs_check.verdict import Verdict


STYLE = """<style>
.reconlaw-card { max-width: 50rem; margin: .5em 0; padding: .6em 1em; line-height: 1.5; border-radius: .3em;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.reconlaw-card p { margin: 0 0 .4em; }
.reconlaw-card table { margin: 0; color: inherit; font-size: inherit; background: none; border-collapse: collapse; }
.reconlaw-card tr, .reconlaw-card th, .reconlaw-card td { background: none; border: 0; }
.reconlaw-card th, .reconlaw-card td { padding: .1em 1.2em .1em 0; text-align: left; vertical-align: baseline; }
.reconlaw-card th { font-weight: normal; opacity: .7; }
</style>"""


def verdict_card(verdict: Verdict) -> str:
    """The outcome, the reason, what it rests on, and the parts of a conjunction."""
    details = dict(verdict.details)
    parts = details.pop("parts", [])
    chance = "not known" if verdict.evidence == "floating" else number(verdict.error_probability)
    rows = {
        "Evidence": f"{verdict.evidence} ({EVIDENCE[verdict.evidence]})",
        "Side": verdict.side,
        "Slack": number(verdict.slack) or "none",
        "Error probability": chance,
        "Time": f"{number(verdict.seconds, digits=2)} s",
    }
    witness = {name: text for name, text in witness_summary(verdict.witness).items() if name != "bytes"}
    folded = {
        f"Parts ({len(parts)})": value(parts) if parts else "",
        "Details": parameter_table(details),
        "Witness": parameter_table(witness),
        "Provenance": parameter_table(verdict.provenance),
    }
    return (
        f'{STYLE}<div class="reconlaw-card"><p><b>{MARKS[verdict.outcome]} {verdict.outcome}</b></p>'
        f"<p>{html_text(verdict.reason)}</p><table><tbody>"
        + "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in rows.items())
        + "</tbody></table>"
        + "".join(f"<details><summary>{name}</summary>{body}</details>" for name, body in folded.items() if body)
        + "</div>"
    )

"""Cards for notebooks: self-contained HTML in the colours of the page, with nothing fetched and everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from .proofs_check.card import parse_card
from .proofs_check.registry import claims, module_of
from .report.entry import EVIDENCE, MARKS, witness_summary
from .report.formula import html_text
from .report.values import number, parameter_table, value

if TYPE_CHECKING:
    from .numerics.gradients.inversion import GradientInversion
    from .numerics.inversion import Inversion
    from .proofs_check.claim import Claim
    from .proofs_check.verdict import Verdict

OUTCOMES = {
    "identified": "{} is met to rounding, and the certificate sees no room for other samples, up to the symmetry",
    "underdetermined": "{} is met, but other samples may meet it as well",
    "stalled": "no samples were found that meet {} to rounding",
    "estimate": "an estimate from moments: nothing is claimed of its error",
}
OUTCOME_MARKS = {"identified": "✓", "underdetermined": "?", "stalled": "✗", "estimate": "≈"}
SYMMETRIES = {
    "none": "none",
    "sign": "each sample is known up to its sign",
    "positive-scale": "each sample is known up to its length",
    "scale": "each sample is known up to a factor",
}
LISTED = 30  # samples of an inversion

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
    return _card(f"{MARKS[verdict.outcome]} {verdict.outcome}", html_text(verdict.reason), rows, folded)


def claim_card(claim: Claim) -> str:
    """The statement, its assumptions and where it comes from, and how to run it."""
    rows = {"Kind": claim.kind, "Origin": claim.origin, "Expected": claim.expected, "Levels": ", ".join(claim.parameters)}
    if claims().get(claim.id) is not claim:  # not in a folder of claims: there is no card to read
        folded = {name: parameter_table(values) for name, values in claim.parameters.items()}
        return _card(escape(claim.id), html_text(claim.title), rows, folded)
    card = parse_card(module_of(claim.id).__doc__ or "")
    rows["Run"] = f"<code>reconlaw.verify({claim.id!r}, seed=0)</code>"
    folded = {
        "Setting": _paragraphs(card.setting),
        "Assumptions": "".join(
            f"<p>{name}{' (broken by a control)' if name in claim.controls else ''}. {html_text(text)}</p>"
            for name, text in card.assumptions.items()
        ),
        "Reference": _paragraphs(card.reference),
        "Tight": _paragraphs(card.tight),
        "Not checked": _paragraphs(card.not_checked),
    }
    return _card(html_text(card.title), _paragraphs(card.statement), rows, folded)


def inversion_card(inversion: Inversion) -> str:
    """The outcome, what decided it, and the error bound of each sample."""
    found, (n, d) = inversion.certificate, inversion.samples.shape
    rows = {
        "Meaning": OUTCOMES[inversion.outcome].format("theta"),
        "Samples": f"{n}, in dimension {d}",
        "Equations": f"{found.equations} for {found.unknowns} unknowns",
        "Residual": f"{number(inversion.residual, digits=2)} of the norm of theta",
        "Held out": "none" if found.held_out_residual is None else f"missed by {number(found.held_out_residual, digits=2)}",
        "Symmetry": SYMMETRIES[inversion.symmetry.matching],
        "Evidence": f"{found.evidence} ({EVIDENCE[found.evidence]})",
        "Starts": number(len(inversion.history)),
    }
    columns = zip(inversion.coefficients.reshape(n, -1), found.error_bounds.tolist())
    listed = [{"coefficient": a.tolist() if a.size > 1 else float(a[0]), "error bound": bound} for a, bound in columns]
    table = {"Samples and first-order error bounds, relative to their norm": _samples(listed)}
    return _card(f"{OUTCOME_MARKS[inversion.outcome]} {inversion.outcome}", html_text(found.reason), rows, table)


def gradient_inversion_card(inversion: GradientInversion) -> str:
    """The outcome, what decided it, the label and error bound of each sample, and what no method can tell."""
    found, space, (n, d) = inversion.certificate, inversion.row_space, inversion.samples.shape
    rows = {
        "Meaning": OUTCOMES[inversion.outcome].format("the gradient"),
        "Samples": f"{n}, in dimension {d}",
        "Route": inversion.route,
        "Residual": f"{number(inversion.residual, digits=2)} of the norm of the gradient",
        "Symmetry": SYMMETRIES[inversion.symmetry.matching],
    }
    if space is not None:
        rest = "exact" if space.exact else "the gradient of the hidden weights carries noise"
        rows["Row space"] = f"rank {space.basis.shape[1]}, {rest}"
    if found is not None:
        held_out = (
            "" if found.held_out_residual is None else f", held out: missed by {number(found.held_out_residual, digits=2)}"
        )
        rows["Equations"] = f"{found.equations} for {found.unknowns} unknowns{held_out}"
        rows["Evidence"] = f"{found.evidence} ({EVIDENCE[found.evidence]})"
    rows["Starts"] = number(len(inversion.history))
    listed = [{"coefficient": float(a)} for a in inversion.coefficients]
    for i, entry in enumerate(listed):
        if inversion.labels is not None:
            entry["label"] = float(inversion.labels[i])
        if found is not None:
            entry["error bound"] = float(found.error_bounds[i])
    folded = {
        "Samples" + (", with first-order error bounds relative to their norm" if found else ""): _samples(listed),
        "What the gradient does not determine": "".join(f"<p>{html_text(text)}</p>" for text in inversion.unidentifiable),
    }
    return _card(f"{OUTCOME_MARKS[inversion.outcome]} {inversion.outcome}", html_text(inversion.reason), rows, folded)


def _samples(listed: list[dict[str, Any]]) -> str:
    """A table of the first samples; errors are bounds of first order, relative to the sample's norm."""
    more = "" if len(listed) <= LISTED else f"<p>and {len(listed) - LISTED} more</p>"
    return value([{"sample": i, **entry} for i, entry in enumerate(listed[:LISTED])]) + more


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html_text(part)}</p>" for part in text.split("\n\n"))


def _card(title: str, text: str, rows: dict[str, str], folded: dict[str, str]) -> str:
    """A title, a text, rows of names and values, and what opens at a click. All but names is HTML already."""
    table = "".join(f"<tr><th>{name}</th><td>{cell}</td></tr>" for name, cell in rows.items())
    paragraph = text if text.startswith("<p>") else f"<p>{text}</p>"
    details = "".join(f"<details><summary>{name}</summary>{body}</details>" for name, body in folded.items() if body)
    return (
        f'{STYLE}<div class="reconlaw-card"><p><b>{title}</b></p>{paragraph}'
        f"<table><tbody>{table}</tbody></table>{details}</div>"
    )

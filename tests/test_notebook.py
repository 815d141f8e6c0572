"""Cards in a notebook: what they say, that they fetch nothing, and that they escape what they are given."""

from __future__ import annotations

import numpy as np
import pytest

import reconlaw as rl
from reconlaw.notebook import verdict_card
from reconlaw.proofs_check.card import parse_card
from reconlaw.proofs_check.claim import Claim
from reconlaw.proofs_check.registry import claims, module_of
from reconlaw.proofs_check.verdict import Verdict
from reconlaw.report.formula import html_text

BAD = "<script>alert(1)</script>"


def fetches(card):
    return any(word in card for word in ("<script", "<link", "<img", "src=", "http", "@import", "id="))


def inversion(p, n=3, d=4, n_asked=3, name="tanh"):
    features = rl.RandomFeatures.gaussian(p, d, name, np.random.default_rng(0))
    X, a = rl.sphere_samples(n, d, np.random.default_rng(1)), np.array([1.0, -2.0, 0.5])
    return rl.invert(features.features(X).T @ a, features, n_asked, seed=2, starts=5)


def test_a_verdict_is_a_card():
    verdict = rl.verify("iurada2025/sign-ambiguity")
    card = verdict._repr_html_()
    assert card == verdict_card(verdict) and "✓ holds" in card and "tanh is odd" in card and "Error probability" in card
    assert not fetches(card)


@pytest.mark.parametrize("name", sorted(claims()))
def test_a_claim_is_a_card_with_its_statement_and_how_to_run_it(name):
    claim = claims()[name]
    card = claim._repr_html_()
    statement = parse_card(module_of(name).__doc__).statement.split("\n\n")[0]
    assert html_text(statement) in card and f"reconlaw.verify({name!r}, seed=0)" in card
    assert card.count("(broken by a control)") == len(claim.controls)
    assert not fetches(card.replace("http://www.w3.org", ""))


def test_a_claim_outside_the_folders_has_a_card_too():
    card = Claim("home2026/mine", BAD, "identity", "derived", {"quick": {"n": BAD}}, {"A1": {}})._repr_html_()
    assert "home2026/mine" in card and "derived" in card and "<script" not in card and card.count("&lt;script&gt;") == 2


def test_an_identified_inversion_shows_its_certificate():
    found = inversion(p=60)
    card = found._repr_html_()
    assert "✓ identified" in card and "60 for 15 unknowns" not in card and "60 for 12 unknowns" in card
    assert "up to its sign" in card and "observation, not a proof" in card and "missed by" in card
    assert all(f"{a:.4g}".replace("-", "−") in card for a in found.coefficients) and not fetches(card)


def test_an_inversion_below_the_threshold_and_a_stalled_one_do_not_look_identified():
    below, wrong = inversion(p=12), inversion(p=60, n_asked=2)
    assert below.outcome == "underdetermined" and "? underdetermined" in below._repr_html_()
    assert wrong.outcome == "stalled" and "✗ stalled" in wrong._repr_html_()
    assert "identified" not in wrong._repr_html_() and "✓" not in below._repr_html_()


def test_a_card_escapes_what_it_is_given():
    verdict = Verdict(
        "undecided", "floating", "both", None, BAD, {"decider": BAD, BAD: [1]}, details={BAD: BAD}, provenance={BAD: BAD}
    )
    card = verdict._repr_html_()
    assert "<script" not in card and "not known" in card and card.count("&lt;script&gt;") >= 6

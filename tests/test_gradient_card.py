"""The card of a `GradientInversion` in a notebook."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import reconlaw as rl

BAD = "<script>alert(1)</script>"


def inversion(activation="tanh", n=3, *, hidden=True, loss_scale=1.0, **options):
    observed, _ = rl.simulate_gradient(n, 6, 200, activation, seed=1)
    network = rl.TwoLayerNetwork(observed["W"], observed["a"], activation)
    gradient = rl.Gradient(observed["grad_a"], observed["grad_W"] if hidden else None)
    return rl.invert_gradient(gradient, network, loss_scale=loss_scale, seed=0, **options)


def fetches(card):
    return any(word in card for word in ("<script", "<link", "<img", "src=", "http", "@import", "id="))


def test_an_identified_batch_shows_its_certificate_and_what_stays_open():
    found = inversion()
    card = found._repr_html_()
    assert found.outcome == "identified" and "✓ identified" in card and "up to its sign" in card and not fetches(card)
    assert "rank 3, exact" in card and "the gradient is met to rounding" in card and "observation, not a proof" in card
    assert f"{found.certificate.equations} for {found.certificate.unknowns} unknowns" in card
    for column in (found.coefficients, found.labels):
        assert all(f"{value:.4g}".replace("-", "−") in card for value in column)
    assert "leaves no trace" in card and "error bound" in card


def test_without_labels_or_hidden_weights():
    card = inversion(loss_scale=None, hidden=False)._repr_html_()
    assert ">label<" not in card and "Row space" not in card and "✓ identified" in card


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        ({"route": "moments", "n": 2}, "≈ estimate"),
        ({"activation": "power:2"}, "? underdetermined"),
        ({"radius": 2.0, "starts": 1}, "✗ stalled"),
    ],
)
def test_other_outcomes_do_not_look_identified(options, mark):
    card = inversion(**options)._repr_html_()
    assert mark in card and "identified</b>" not in card and "✓" not in card
    assert ("error bound" in card) == (mark != "≈ estimate")


def test_it_escapes_what_it_is_given_and_folds_long_batches():
    found = inversion()
    B = 50
    long = replace(
        found, samples=np.ones((B, 6)), coefficients=np.ones(B), labels=np.ones(B), reason=BAD, unidentifiable=(BAD,),
        certificate=replace(found.certificate, error_bounds=np.ones(B)),
    )  # fmt: skip
    card = long._repr_html_()
    assert "<script" not in card and card.count("&lt;script&gt;") == 2 and "and 20 more" in card

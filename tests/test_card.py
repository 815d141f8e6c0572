"""The theorem card is parsed whole, and every defect is named."""

from __future__ import annotations

import pytest

from reconlaw.proofs_check.card import HEADINGS, parse_card

CARD = r"""A title.

Setting
    Text with $\top$,
    on two lines.

    A second paragraph.
Assumptions
    A1. $d \ge 2$ and
    more.
    A2. The last.
Statement
    It holds.
Reference
    iurada2025, Theorem 1.
Tight
    Yes.
Not checked
    Nothing.
"""


def test_all_parts():
    card = parse_card(CARD)
    assert card.title == "A title."
    assert card.setting == "Text with $\\top$, on two lines.\n\nA second paragraph."
    assert dict(card.assumptions) == {"A1": "$d \\ge 2$ and more.", "A2": "The last."}
    assert (card.statement, card.reference) == ("It holds.", "iurada2025, Theorem 1.")
    assert (card.tight, card.not_checked) == ("Yes.", "Nothing.")


def test_indentation_of_the_docstring_does_not_matter():
    first, *rest = CARD.split("\n")
    assert parse_card("\n".join([first, *("    " + line if line else "" for line in rest)])) == parse_card(CARD)


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_heading_is_named(heading):
    with pytest.raises(ValueError, match=f"(?s){heading}"):
        parse_card(CARD.replace(f"\n{heading}\n", "\n"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("A title.\n\n", "", "title"),
        ("A title.\n", "A title\nof two lines.\n", "one line"),
        ("A2.", "A3.", "numbered"),
        ("A1.", "B1.", "numbered"),
        ("Yes.", "", "Tight is empty"),
        ("    It holds.", "It holds.", "neither indented text nor one of the headings"),
        ("It holds.", "It holds for $n.", "Statement has an unpaired"),
        ("Tight\n    Yes.\n", "", "headings must be"),
        ("Tight\n", "Statement\n    Again.\nTight\n", "twice"),
        ("Setting\n", "    early\nSetting\n", "before the first heading"),
        (r"$\top$", "$\top$", "raw"),
        (r"\ge", "\be", "raw"),
    ],
)
def test_defects_are_named(old, new, message):
    assert old in CARD
    with pytest.raises(ValueError, match=message):
        parse_card(CARD.replace(old, new, 1))


def test_headings_keep_their_order():
    tight, not_checked = "Tight\n    Yes.\n", "Not checked\n    Nothing.\n"
    with pytest.raises(ValueError, match="in this order"):
        parse_card(CARD.replace(tight + not_checked, not_checked + tight))

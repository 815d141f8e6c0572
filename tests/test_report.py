"""The report says what the verdicts say, in pages that are whole and fetch nothing."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser

import pytest
from report_sample import CARD, claim, report

from reconlaw.proofs_check.card import parse_card
from reconlaw.report.entry import by_paper, shape, witness_summary
from reconlaw.report.formula import can_render, formula, html_text
from reconlaw.report.html import render_html
from reconlaw.report.latex import render_latex
from reconlaw.report.pictures import Picture
from reconlaw.report.values import number, value

VOID = {"meta", "img", "br", "path", "rect", "line"}


class Page(HTMLParser):
    """Checks that tags nest; collects ids, links and the text."""

    def __init__(self, source):
        super().__init__()
        self.open, self.ids, self.links, self.text, self.tags = [], [], [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, content in attrs:
            if name == "id":
                self.ids.append(content)
            if name in ("href", "src", "xlink:href"):
                self.links.append(content)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def source():
    card = parse_card(CARD)
    pictures = {"iurada2025/threshold": [Picture(b"\x89PNG fake", "A caption with $n < d$ & more.")]}
    return render_html(report(), {entry["id"]: card for entry in report()["claims"][:6]}, pictures)


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_every_claim_has_its_anchor_and_its_links(page):
    ids = {entry["id"] for entry in report()["claims"]}
    links = {link[1:] for link in page.links if link.startswith("#")}
    assert ids <= links <= set(page.ids) and len(page.ids) == len(set(page.ids))
    others = {f"{name}:controls" for name in ids - {"haim2022/margin-points", "haim2022/stationarity"}}
    assert others | {"iurada2025/threshold:pictures"} <= links  # from a claim to its controls and pictures


def test_an_assumption_and_the_control_that_breaks_it_lead_to_each_other(page):
    assert {"#iurada2025/threshold:A2", "#iurada2025/threshold.A2"} <= set(page.links)
    assert "#iurada2025/threshold:A1" not in page.links  # no control breaks it


def test_claims_stand_under_their_kind(source):
    kinds = re.findall(r'<h2>(\w+)</h2>|<h3 class="kind">(\w+)</h3>', source)
    names = [paper or kind for paper, kind in kinds]
    assert names[:3] == ["iurada2025", "Thresholds", "Certificates"] and names[-3:] == [
        "haim2022",
        "Identities",
        "Certificates",
    ]


def test_nothing_is_fetched_and_nothing_runs(page, source):
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in page.links)
    assert not re.search(r"url\(|@import|https?://", source)
    assert "script" not in page.tags


def test_text_of_others_is_escaped(page, source):
    assert "<script>" not in source
    assert "<script>alert(1)</script> & an excess below zero" in "".join(page.text)
    assert "ZeroDivisionError: <0>" in "".join(page.text)


def test_outcomes_are_told_apart_by_mark_and_word(source):
    for outcome, mark in {"holds": "✓", "fails": "✗", "undecided": "?", "not_run": "–", "error": "!"}.items():
        assert f'<span class="badge {outcome}" data-mark="{mark}">{outcome.replace("_", " ")}</span>' in source


def test_expectation_is_told(source):
    section = {part.partition('"')[0]: part for part in source.split('<section class="claim" id="')[1:]}
    assert "as expected (as printed, the statement is known to be false)" in section["feldman2025/lemma14-as-printed"]
    assert '<span class="alarm">contradicted</span>' in section["feldman2025/boolean-bound"]
    assert '<span class="alarm">not rejected</span>' in section["feldman2025/boolean-bound"]
    assert "alarm" not in section["iurada2025/threshold"]
    assert "not known" in section["feldman2025/boolean-bound"]  # floating evidence has no error probability


def test_controls_show_assumption_override_and_outcome(page):
    text = "".join(page.text)
    assert "A2. " in text
    assert "activation = power:3" in text
    assert "is analytic and not a polynomial" in text
    assert "3 of 40 trials succeed." in text


def test_commands_can_be_copied(page):
    text = "".join(page.text)
    assert "reconlaw verify wang2023/third-moment --level quick --seed 0" in text
    assert "reconlaw show wang2023/third-moment" in text


def test_overview_by_evidence(source):
    table = source.partition('<table class="evidence stack">')[2].partition("</table>")[0]
    counts = re.findall(r"<b>(\d+)</b> (\w+)", table)
    assert counts == [("1", "exact"), ("2", "ball"), ("1", "statistical"), ("1", "floating")]
    assert '<a href="#wang2023/third-moment">third-moment</a>, <a href="#feldman2025/lemma14-as-printed">' in table


def test_header_gives_versions_evidence_and_the_union_bound(page):
    text = "".join(page.text)
    assert "reconlaw 0.1.0, commit 0123456789ab; level quick, seed 0" in text
    assert "at most 0.0002 (union bound)" in text
    assert "Of 7 controls, each a claim with one assumption broken, 6 were rejected" in text


def test_witness_is_summarized_not_copied(source):
    assert "220 × 20 array" in source
    assert "1/3" not in source
    assert "9f86d081884c7d65" in source


def test_report_without_claims_cards_or_commit():
    empty = copy.deepcopy(report())
    empty["claims"], empty["provenance"]["commit"] = [], None
    assert "commit" not in "".join(Page(render_html(empty, {}, {})).text)
    Page(render_html(report(), {}, {}))


def test_claims_of_a_paper_stand_together():
    entries = [claim(name, "") for name in ("a2020/x", "b2021/y", "a2020/z")]
    assert {paper: [e["id"] for e in group] for paper, group in by_paper(entries).items()} == {
        "a2020": ["a2020/x", "a2020/z"],
        "b2021": ["b2021/y"],
    }


@pytest.mark.parametrize(
    "latex",
    [
        r"x \in \mathbb{R}^{d}",
        r"\operatorname{rank}(A) \le \min(p, n d)",
        r"X^\top X \succeq 0",
        r"\lVert x_i \rVert_2 = \sqrt{d}",
        r"\binom{n+1}{k} \varphi \varepsilon",
        r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\eta_{\mathrm{KL}} \lesssim d^{-1/4}",
        r"\mathcal{N}(0, I/d)",
        r"\tilde O(n)",
        r"a < b > c",
        r"\hat X \in \mathbb R^{n \times d}, \quad X \sim N, \quad k \bmod 2",
    ],
)
def test_formulas_render_with_their_source_as_label(latex):
    assert can_render(latex)
    page = Page(formula(latex))
    assert page.tags[0] == "svg"
    assert page.ids == []
    assert "currentColor" in formula(latex)
    assert f'aria-label="{html_text(latex)}"' in formula(latex)


@pytest.mark.parametrize(
    "latex", [r"\frac{1", r"\unknownmacro x", r"\mathbb 1", r"\mathop{a}", r"\operatorname*{argmin}_x", r"x_", ""]
)
def test_what_cannot_be_rendered_shows_its_source(latex):
    assert not can_render(latex)
    assert formula(latex) == f'<code class="latex">{latex}</code>'


def width(latex, display=False):
    return float(re.search(r"width:([\d.]+)em", formula(latex, display))[1])


def test_spaces_are_those_of_tex():
    assert width(r"\operatorname{rank} J") > width(r"\operatorname{rank}") + width("J")
    assert width(r"\operatorname{rank}(J)") < width(r"\operatorname{rank} (J)") + 0.01
    assert width(r"n \times d") > width("nd") + 1.2
    assert width(r"\mathbb R") == width(r"\mathbb{R}")
    assert width(r"\hat X") < 1.2 * width("X")  # an accent, not a hat over a word


def test_displayed_sums_carry_their_limits_above_and_below():
    assert width(r"\sum_{i=1}^n", display=True) < width(r"\sum_{i=1}^n")


def test_rendering_leaves_the_settings_of_ziamath_alone():
    import ziamath

    before = ziamath.config.svg2, ziamath.config.precision
    formula.cache_clear()
    formula("x")
    formula(r"\frac{1")
    assert (ziamath.config.svg2, ziamath.config.precision) == before


def test_text_keeps_punctuation_with_its_formula_and_lone_dollars():
    assert html_text("costs $5 & `a<b`") == "costs $5 &amp; <code>a&lt;b</code>"
    assert re.fullmatch(r'so <span class="together">\(<svg.*</svg>\),</span> then', html_text("so ($x$), then"))


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (None, ""),
        (0.0, "0"),
        (12345, "12345"),
        (10**20, "1" + 20 * "0"),
        (-0.25, "−0.25"),
        (1e-10, "1&#8239;×&#8239;10<sup>−10</sup>"),
        (2.5e30, "2.5&#8239;×&#8239;10<sup>30</sup>"),
    ],
)
def test_numbers(x, text):
    assert number(x) == text


def test_values_of_nested_data():
    assert value([1, 2.5, "<"]) == "1, 2.5, &lt;"
    assert value(list(range(99))).endswith("9, … (99 entries)")
    assert value([[0] * 5] * 30) == "30 × 5 array"
    assert value(True) == "true"
    Page(value({"a": {"b": [{"x": 1, "y": None}, {"x": 2, "y": "z"}]}, "c": []}))


def test_shapes_and_witnesses():
    assert shape([[1, 2], [3, 4], [5, 6]]) == (3, 2)
    assert shape([[1], [2, 3]]) == (2,)
    assert witness_summary({"file": "a.npz", "bytes": 12345, "decider": "rank"}) == {
        "decider": "rank",
        "file": "a.npz",
        "bytes": "12,345",
    }


def test_latex_table_has_a_row_per_claim_and_escapes():
    special = claim("a2020/x", r"50% of #1_2 {x} ~ ^ \ & $n_{1} \le d$ and $\{}$", origin="derived & more")
    table = render_latex({**report(), "claims": [*report()["claims"], special]})
    assert table.count(r" \\" + "\n") == 1 + 9 + len(by_paper(report()["claims"])) + 1
    assert r"50\% of \#1\_2 \{x\} \textasciitilde{} \textasciicircum{} \textbackslash{} \& $n_{1} \le d$" in table
    assert r"\$\textbackslash{}\{\}\$" in table  # braces that do not balance are no formula
    assert r"derived \& more" in table
    assert r"$-1.7\times 10^{-13}$" in table
    assert r"fails*" in table
    assert table.count("{") == table.count("}")

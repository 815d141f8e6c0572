"""The documentation builds offline without a warning, what it shows runs, and the template is a claim."""

from __future__ import annotations

import doctest
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import reconlaw as rl
from reconlaw.cli import main
from reconlaw.proofs_check import deciders, registry
from reconlaw.report.formula import can_render

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="not run from a checkout")


class Page(HTMLParser):
    """Ids, links, and what a browser would fetch."""

    def __init__(self, source):
        super().__init__()
        self.source, self.text, self.ids, self.links, self.fetched = source, "", set(), [], []
        self.feed(source)

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.add(value)
            elif name == "href" and tag == "a":
                self.links.append(value)
            elif name in ("src", "srcset", "data", "poster") or (name == "href" and tag == "link"):
                self.fetched.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages by name, built from a copy of the sources, without the verdicts of any run."""
    for module in ("sphinx", "myst_parser", "furo", "sphinx_proof", "sphinxcontrib.bibtex", "sphinx_copybutton"):
        pytest.importorskip(module, reason='the documentation needs pip install "reconlaw[docs]"')
    directory = tmp_path_factory.mktemp("site")
    shutil.copytree(
        DOCS, directory / "docs", ignore=shutil.ignore_patterns("_build", "claims", "references.bib", "__pycache__")
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-D", "reconlaw_report=none"]
    done = subprocess.run([*command, directory / "docs", directory / "html"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for style in (directory / "html" / "_static").rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import ['\"]?(https?:)?//", style.read_text("utf-8")), style
    return {p.relative_to(directory / "html").as_posix(): Page(p.read_text("utf-8")) for p in directory.rglob("html/**/*.html")}


@pytest.mark.slow
def test_nothing_is_fetched(site):
    for name, page in site.items():
        remote = [link for link in page.fetched if re.match(r"(https?:)?//", link)]
        assert remote == [], name


@pytest.mark.slow
def test_every_claim_is_on_the_page_of_its_paper(site):
    for claim in rl.claims().values():
        page = site[f"claims/{claim.paper}.html"]
        assert claim.id.replace("/", "-") in page.ids and f"reconlaw verify {claim.id}" in page.text
        listed = {"derived": "new_here", "corrected": "new_here", "erratum": "errata"}.get(claim.origin)
        assert listed is None or f">{claim.id}<" in site[f"{listed}.html"].source


@pytest.mark.slow
def test_links_within_the_site_lead_somewhere(site):
    for name, page in site.items():
        for link in page.links:
            path, _, anchor = link.partition("#")
            if not re.match(r"\w+:", link) and anchor:
                target = (Path("/") / name).parent.joinpath(path).resolve() if path else Path("/") / name
                assert anchor in site[str(target)[1:]].ids, f"{name}: {link}"


@pytest.mark.slow
def test_claims_link_to_theorems_and_theorems_to_claims(site):
    assert any("random_features.html#n5-4" in link for link in site["claims/iurada2025.html"].links)
    assert any("claims/iurada2025.html#iurada2025-rank-theorem" in link for link in site["random_features.html"].links)


@pytest.mark.slow
def test_a_theorem_of_a_paper_is_no_link(site):
    for page in site.values():
        assert not re.search(r"<a [^>]*>(Theorem|Lemma|Corollary|Proposition|Remark)\s\d+</a>", page.source)


@pytest.mark.slow
def test_parameters_are_printed_as_set_takes_them(site):
    page = site["claims/iurada2025.html"]
    assert "--set '" in page.text
    for name, value in rl.claims()["iurada2025/outputs-law"].parameters["quick"].items():
        assert f"{name}={json.dumps(value)}" in page.text
    assert "$" not in site["api.html"].text.replace("$ ", "")


@pytest.mark.slow
def test_the_reference_has_every_public_name(site):
    for name in rl.__all__[1:]:
        assert any(identifier.split(".")[-1] == name for identifier in site["api.html"].ids), name


def test_the_bibliography_is_that_of_the_package():
    assert 'write_text("\\n".join(map(bibtex, PAPERS.values()))' in (DOCS / "conf.py").read_text("utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_formula_is_drawn(path):
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", path.read_text("utf-8"), flags=re.M | re.S)
    formulas = [
        " ".join(re.sub(r"\\tag\{.*?\}", "", a or b).split()) for a, b in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, re.S)
    ]
    assert [latex for latex in formulas if not can_render(latex)] == []


# --- what the pages show runs ---


def blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / name).read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize("name", [path.name for path in PAGES if "```pycon" in path.read_text("utf-8")])
def test_examples_in_python(name):
    test = doctest.DocTestParser().get_doctest("\n".join(blocks(name, "pycon")), {}, name, name, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert runner.run(test).failed == 0


def test_the_commands_of_the_ten_minutes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks("start.md", "console") for line in block.replace("\\\n", " ").splitlines()]
    assert all(line.startswith("$ ") for line in lines)
    commands = [line[2:] for line in lines]
    assert len(commands) >= 9
    for command in commands:
        program, *arguments = shlex.split(command)
        if program == "reconlaw":
            assert main(arguments) == 0, command
            assert capsys.readouterr().out, command
    assert (tmp_path / "out" / "index.html").exists() and (tmp_path / "found.npz").exists()


def test_deciders_are_documented_by_a_claim_that_uses_them():
    """The example's source, or that of the helper which writes its witness, names the decider."""
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("reconlaw_docs", DOCS / "_ext" / "reconlaw_docs.py")
    extension = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extension)
    assert set(extension.EXAMPLES) == set(deciders.DECIDERS)
    for decider, claim in extension.EXAMPLES.items():
        source = Path(registry.module_of(claim).__file__).read_text("utf-8")
        helpers = re.findall(r"from \.\.\.(numerics\.\w+)", source) + ["proofs_check.witnesses"] * ("..witnesses" in source)
        for helper in helpers:
            source += Path(importlib.import_module(f"reconlaw.{helper}").__file__).read_text("utf-8")
        assert f'"decider": "{decider}"' in source, (decider, claim)


def test_the_template_passes_the_tests_of_every_claim(monkeypatch):
    import test_claims

    name = "reconlaw.proofs_check.iurada2025.two_squares"
    spec = importlib.util.spec_from_file_location(name, DOCS / "claim_template.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    claim = module.CLAIM
    assert claim.id.replace("-", "_") == name.removeprefix("reconlaw.proofs_check.").replace(".", "/")
    monkeypatch.setitem(registry._modules(), claim.id, module)
    monkeypatch.setitem(test_claims.CLAIMS, claim.id, claim)
    monkeypatch.setitem(test_claims.LEVEL, claim.id, "quick")
    test_claims.test_card_parses_and_every_formula_can_be_drawn(claim.id)
    test_claims.test_controls_break_assumptions_of_the_card(claim.id)
    test_claims.test_outcome_is_as_expected(claim.id)
    test_claims.test_controls_are_rejected(claim.id, "A1")
    test_claims.test_the_witness_alone_gives_the_decision(claim.id, "")
    test_claims.test_the_same_seed_gives_the_same_verdict(claim.id)
    assert rl.verify(claim.id, level="standard").outcome == "holds"

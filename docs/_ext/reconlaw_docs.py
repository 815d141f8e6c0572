"""Sphinx extension: formulas drawn by the report's renderer, pages made from the claims, links to claims and theorems."""

from __future__ import annotations

import json
import re
from html import escape
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from reconlaw.citation import PAPERS
from reconlaw.proofs_check import deciders
from reconlaw.proofs_check.card import Card, parse_card
from reconlaw.proofs_check.registry import claims, module_of
from reconlaw.report.entry import KIND_HEADINGS, options, setting
from reconlaw.report.formula import can_render, formula

LOGGER = logging.getLogger(__name__)
NUMBER = r"[1-9]\d?(?:\.\d+)?"
HEAD = re.compile(rf"(?:(?:Theorem|Lemma|Corollary|Proposition|Remark) )?({NUMBER})\.? ")
MENTION = re.compile(
    rf"(?:(?:Theorem|Lemma|Corollary|Proposition|Remark)(?=\s\d+\.\d)|[Ss]ection)\s({NUMBER})"  # "Theorem 1" is a paper's
    r"|(?<![\d.])([1-9]\.\d+)(?![\d.]*\d)"
)
TAG = re.compile(r"\\tag\{([^}]*)\}")


def setup(app):
    app.add_html_math_renderer("reconlaw", (visit_inline, None), (visit_display, None))
    app.add_directive("claims", ClaimList)
    app.add_directive("deciders", DeciderList)
    app.add_config_value("reconlaw_report", "../report/report.json", "env")
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-docstring", escape_docstring, priority=400)  # before napoleon
    app.connect("doctree-read", find_anchors)
    app.connect("doctree-resolved", link_mentions)
    app.connect("doctree-resolved", keep_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# Formulas


def drawn(node, latex, display):
    latex = " ".join(latex.split())
    if not can_render(latex):
        LOGGER.warning("formula cannot be drawn: %s", latex, location=node)
    return formula(latex, display)


def visit_inline(translator, node):
    translator.body.append(drawn(node, node.astext(), False))
    raise nodes.SkipNode


def visit_display(translator, node):
    tag = TAG.search(node.astext())
    number = f'<span class="eqno" id="eq-{escape(tag[1])}">({escape(tag[1])})</span>' if tag else ""
    picture = drawn(node, TAG.sub("", node.astext()), True)
    translator.body.append(f'<div class="math"><span class="drawn">{picture}</span>{number}</div>\n')
    raise nodes.SkipNode


def keep_together(app, doctree, docname):
    """No line break between a formula and the punctuation or bracket that touches it."""
    for math in list(doctree.findall(nodes.math)):
        parent, i = math.parent, math.parent.index(math)
        before = parent[i - 1] if i and isinstance(parent[i - 1], nodes.Text) else nodes.Text("")
        after = parent[i + 1] if i + 1 < len(parent) and isinstance(parent[i + 1], nodes.Text) else nodes.Text("")
        left, right = re.search(r"[(\[“]?$", before)[0], re.match(r"[^\s$]*", after)[0]
        if left or right:
            parent[i] = nodes.inline("", "", nodes.Text(left), math, nodes.Text(right), classes=["together"])
            if right:
                parent[i + 1] = nodes.Text(after[len(right) :])
            if left:
                parent[i - 1] = nodes.Text(before[: -len(left)])


# Links: claims by their ids, theorems and sections by their numbers


def find_anchors(app, doctree):
    """The numbered sections, theorems and equations of a page, as number -> id."""
    anchors = {}
    for section in doctree.findall(nodes.section):
        if isinstance(section[0], nodes.title) and (head := HEAD.match(section[0].astext())):
            anchors[head[1]] = section["ids"][0]
    for strong in doctree.findall(nodes.strong):
        head = HEAD.match(strong.astext() + " ")
        if head and strong.parent.astext().startswith(strong.astext()):
            anchors[head[1]] = identifier = "n" + head[1].replace(".", "-")
            strong.parent["ids"].append(identifier)
            strong.parent["classes"].append("numbered")
    tags = (TAG.search(math.astext()) for math in doctree.findall(nodes.math_block))
    anchors |= {f"({tag[1]})": f"eq-{tag[1]}" for tag in tags if tag}
    app.env.metadata[app.env.current_document.docname]["anchors"] = anchors


def link_mentions(app, doctree, docname):
    def reference(target, anchor, content):
        uri = "" if target == docname else app.builder.get_relative_uri(docname, target)
        return nodes.reference("", "", content, internal=True, refuri=uri + (f"#{anchor}" if anchor else ""))

    for literal in list(doctree.findall(nodes.literal)):
        if isinstance(literal.parent, nodes.reference):
            continue
        if literal.astext() in claims():
            paper, _, name = literal.astext().partition("/")
            literal.parent.replace(literal, reference(f"claims/{paper}", f"{paper}-{name}", literal.deepcopy()))
        elif (page := page_named(app, literal)) and page != docname:
            literal.parent.replace(literal, reference(page, "", literal.deepcopy()))
    for block in list(doctree.findall(nodes.paragraph)):
        named = [page for literal in block.findall(nodes.literal) if (page := page_named(app, literal))]
        page = named[0] if named else docname
        anchors = app.env.metadata[page].get("anchors", {})
        for part in list(block.findall(nodes.Text)) if anchors else []:
            if isinstance(part.parent, (nodes.strong, nodes.literal, nodes.math, nodes.reference)):
                continue
            pieces, end = [], 0
            for found in MENTION.finditer(part):
                equation = f"({found[2]})" if part[found.start() - 1 : found.end() + 1] == f"({found[2]})" else None
                anchor = anchors.get(equation) or anchors.get(found[1] or found[2])
                if anchor:
                    pieces += [nodes.Text(part[end : found.start()]), reference(page, anchor, nodes.Text(found[0]))]
                    end = found.end()
            if pieces:
                part.parent.replace(part, [*pieces, nodes.Text(part[end:])])


def page_named(app, literal):
    """The page that `docs/NAME.md` or `NAME.md` names, if there is one."""
    found = re.fullmatch(r"(?:docs/)?(\w+)\.md", literal.astext())
    return found[1] if found and found[1] in app.env.found_docs else None


# Pages from the claims


def markdown(text):
    """The text of a card as Markdown: formulas and code stay, the rest is literal."""
    parts = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    return "".join(part if k % 2 else re.sub(r"([\\*_\[\]<>{}#|~^$])", r"\\\1", part) for k, part in enumerate(parts))


def write_pages(app):
    """One page for each paper, in claims/; nothing there is edited by hand. Verdicts come from a report, if there is one."""
    folder = Path(app.srcdir) / "claims"
    folder.mkdir(exist_ok=True)
    verdicts = read_report(Path(app.srcdir) / app.config.reconlaw_report)
    pages = {f"{paper}.md": page(paper, verdicts) for paper in sorted({claim.paper for claim in claims().values()})}
    pages |= {source_name(claim.id): source(claim.id).read_text("utf-8") for claim in claims().values()}
    for stale in {path.name for path in folder.iterdir()} - set(pages):
        (folder / stale).unlink()
    for name, content in pages.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != content:
            path.write_text(content, "utf-8")


def read_report(path):
    """Claim id -> its entry in the report of a run at level quick."""
    if not path.is_file():
        return {}
    report = json.loads(path.read_text("utf-8"))
    source = f"reconlaw {report['provenance']['version']}, seed {report['seed']}"
    return {entry["id"]: entry | {"source": source} for entry in report["claims"] if report["level"] == "quick"}


def page(paper, verdicts):
    own = [claim for claim in claims().values() if claim.paper == paper]
    title = dict(PAPERS[paper].fields)["title"]
    count = f"{len(own)} claim" + "s" * (len(own) != 1)
    parts = [f"# {markdown(title)}", f"{{cite:t}}`{paper}`. {count}. All of them: `reconlaw verify {paper}`."]
    quoted = next((claim for claim in own if first_list(claim)), own[0])
    example = f"$ reconlaw verify {quoted.id}{options(first_list(quoted))}"
    parts += [CHANGING, f"```console\n{example}\n```", overview(own, verdicts)]
    for kind, heading in KIND_HEADINGS.items():
        group = [claim for claim in own if claim.kind == kind]
        parts += [f"## {heading}"] * bool(group) + [section(claim, verdicts.get(claim.id)) for claim in group]
    return "\n\n".join(parts) + "\n"


def overview(group, verdicts):
    rows = ["| claim | kind | origin | evidence | outcome |", "|---|---|---|---|---|"]
    for claim in sorted(group, key=lambda claim: list(KIND_HEADINGS).index(claim.kind)):
        entry = verdicts.get(claim.id) or {"evidence": None, "outcome": "not run in this report"}
        found = entry["evidence"] or "", entry["outcome"].replace("_", " ")
        rows.append(f"| [{markdown(claim.title)}](#{claim.id}) | {claim.kind} | {claim.origin} | {found[0]} | {found[1]} |")
    return "\n".join(rows if verdicts else [row.rsplit("|", 3)[0] + "|" for row in rows])


def section(claim, entry):
    card, levels = card_of(claim), list(claim.parameters)
    expected = "expected to fail" if claim.origin == "erratum" else "expected to hold"
    outcomes = {control["assumption"]: control for control in entry["controls"]} if entry else {}
    parts = [
        f"({claim.id})=\n### {markdown(claim.title)}",
        f"{{.claim-line}}\n`{claim.id}` · {claim.origin} · {expected} · levels {', '.join(levels)}"
        f" · {{download}}`{claim_path(claim.id)} <{source_name(claim.id)}>`",
        headed("Setting", card.setting),
        "**Assumptions.**",
        "\n".join(f"- **{name}.** {markdown(text)}" for name, text in card.assumptions.items()),
        f":::{{container}} statement\n{headed('Statement', card.statement)}\n:::",
        headed("Tight", card.tight),
        headed("Not checked", card.not_checked),
        headed("Reference", card.reference),
        verdict(entry),
        "**Controls.** " + CONTROLS[claim.origin == "erratum"],
        "\n".join(control(*item, outcomes.get(item[0])) for item in claim.controls.items()),
        f"**Run it.** Parameters at {levels[0]}: {settings(claim.parameters[levels[0]])}.",
        f"```console\n$ reconlaw verify {claim.id}\n$ reconlaw show {claim.id}\n```",
    ]
    return "\n\n".join(part for part in parts if part)


CHANGING = (
    "The link in the second line of a card is its source, card and check. Parameters are printed as `--set` takes them, "
    "with values in JSON; in a shell they stand in single quotes:"
)
CONTROLS = (
    "The same check with one assumption broken. It must not hold.",
    "The same check on the corrected statement. It must not fail.",
)


def control(assumption, overrides, entry):
    found = f": {entry['outcome']}. {markdown(entry['reason'])}" if entry else ""
    return f"- **{assumption}** by {settings(overrides)}{found}"


def settings(parameters):
    return ", ".join(f"`{setting(name, value)}`" for name, value in parameters.items())


def first_list(claim):
    """The first parameter that is a list, where quotes matter, with its value at the first level; empty if there is none."""
    lists = [(name, value) for name, value in next(iter(claim.parameters.values())).items() if isinstance(value, list)]
    return dict(lists[:1])


def source(claim_id):
    return Path(module_of(claim_id).__file__)


def source_name(claim_id):
    return claim_id.replace("/", "-") + ".py"


def claim_path(claim_id):
    return f"proofs_check/{claim_id.replace('-', '_')}.py"


def verdict(entry):
    if not entry or not entry["evidence"]:
        return ""
    numbers = [f"slack {entry['slack']:.4g}"] if entry["slack"] is not None else []
    numbers += [f"error probability at most {entry['error_probability']:.2g}"] if entry["error_probability"] else []
    head = ", ".join([f"{entry['outcome']}, evidence {entry['evidence']}", *numbers])
    return f"**Verdict at quick** ({entry['source']})**.** {head}. {markdown(entry['reason'])}"


def headed(head, text):
    return f"**{head}.** {markdown(text)}"


def card_of(claim) -> Card:
    return parse_card(module_of(claim.id).__doc__ or "")


class ClaimList(SphinxDirective):
    """`{claims} ORIGIN ...`: the claims of these origins, each with its statement."""

    has_content = False
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        chosen = [claim for claim in claims().values() if claim.origin in self.arguments[0].split()]
        lines = []
        for claim in chosen:
            card = card_of(claim)
            reference = f"\n\n{headed('Reference', card.reference)}"
            lines += f"**{markdown(claim.title)}** (`{claim.id}`)\n\n{markdown(card.statement)}{reference}\n\n".splitlines()
        return parsed(self, lines)


EXAMPLES = {  # decider -> a claim with such a witness; a test compares
    decider: f"{paper}/{claim}"
    for paper, table in {
        "iurada2025": {
            "rank": "rank-theorem",
            "gaussian": "hermite-coefficients",
            "statistical": "too-few-atoms",
            "linear": "row-span",
            "symmetry": "sign-ambiguity",
            "superposition": "digits",
            "all": "reconstruction-threshold",
            "factorization": "multi-output-factorization",
            "rank_outputs": "outputs-law",
            "features_rank": "interpolation-threshold",
            "matroid": "relu-matroid",
            "krawczyk": "twin-data-sets",
            "flips": "relu-tanh-twins",
            "rank_map": "certified-map",
            "interpolation": "reconstruction-threshold",
            "near_kernel": "conditioning-decay",
            "decoupling": "sign-decoupling",
            "stein": "stein-identities",
            "parity": "parity-table",
        },
        "feldman2025": {
            "threshold_test": "sparse-threshold",
            "noisy_mean": "assumption-17-squared",
            "majority": "large-deviation-bound",
            "clusters": "singletons-as-printed",
            "information": "entropy-continuity",
            "learners": "memorization-bound",
            "one_bit": "advanced-composition",
            "frequencies": "lemma14",
            "contraction_order": "contraction-order",
            "gaussian_information": "gaussian-contraction",
            "backward_bit": "boolean-backward-constant",
            "memorization": "excess-memorization",
            "one_coordinate": "sparse-theta-constant",
        },
        "wang2023": {
            "gradient_rank": "full-jacobian-rank",
            "row_space": "exact-row-space",
            "same_gradient": "odd-symmetry",
            "leaky_chain": "leaky-factor",
            "batch": "digits",
            "moment_constants": "moment-constants",
            "moment_tensor": "stein-identity",
            "residuals": "kappa-as-printed",
            "regression_gain": "regression-variance",
        },
    }.items()
    for decider, claim in table.items()
}


class DeciderList(SphinxDirective):
    """`{deciders}`: the deciders, each with its first line, the keys of its witness, and a claim that uses it."""

    def run(self):
        names = [info.name for info in iter_modules(deciders.__path__) if info.name in deciders.DECIDERS]
        modules = {name: import_module(f"{deciders.__name__}.{name}") for name in names}
        documented = {name: (module.__doc__, module.decide.__doc__) for name, module in modules.items()}
        documented["all"] = deciders.decide_all.__doc__, deciders.decide_all.__doc__
        items = []
        for name, (what, how) in documented.items():
            keys = " ".join(re.search(r"Keys\b.*?(?=\n\s*\n|$)", how, re.S)[0].split())
            items.append(f"- `{name}`: {markdown(what.splitlines()[0])} {markdown(keys)} Used by `{EXAMPLES[name]}`.")
        return parsed(self, items)


def parsed(directive, lines):
    container = nodes.container()
    directive.state.nested_parse(StringList(lines, "generated"), directive.content_offset, container)
    return container.children


# Docstrings


def escape_docstring(app, what, name, obj, options, lines):
    """Docstrings are plain text with `code` and `$formulas$`: bars, stars and trailing underscores mean themselves."""

    def escaped(text):
        parts = text.split("`")
        parts[::2] = [re.sub(r"([|*\\])|_(?=\W|$)", lambda found: "\\" + found[0], part) for part in parts[::2]]
        return "``".join(parts)

    for k, line in enumerate(lines):
        parts = line.split("$")
        parts[::2] = map(escaped, parts[::2])
        parts[1::2] = [f":math:`{part}`" for part in parts[1::2]]
        lines[k] = "".join(parts)

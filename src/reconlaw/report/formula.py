"""Formulas in text: `$...$` becomes an inline SVG of its own, with the LaTeX source as its accessible label."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

_EM = 48  # units of the SVG per em; with one decimal the outlines are exact to em/480
_TEXT = re.compile(r"([(\[“]?)\$([^$]+)\$([^\s$`]*)|`([^`]+)`")
_ALPHABET = re.compile(r"\\(math(?:bb|bf|cal|frak|rm|scr|sf|tt))\s+([a-zA-Z])")  # one letter without braces, as TeX allows
_SPACES = dict.fromkeys(["×", "⧵", "∪", "∩", "⊕", "⊗", "∘", "∧", "∨"], "mediummathspace")
_SPACES |= dict.fromkeys(["⊂", "∼", "⟂", "⟺", "⟹", "⟶"], "thickmathspace")
# ziamath renders these without complaint, and wrongly: dropped, or set in the wrong alphabet.
_WRONG = re.compile(
    r"\\(mathop|mathbin|mathrel|mathord|operatorname\s*\*|tag|label)(?![a-zA-Z])"
    r"|\\(math(bb|bf|cal|frak|rm|scr|sf|tt)|boldsymbol)(\s+[^{\s]|[^{a-zA-Z\s])"
    r"|\\mathbb\s*\{\s*[0-9]"
)


def html_text(text: str) -> str:
    """`text` as HTML: escaped, with `$...$` as formulas and backquoted parts as code. One paragraph."""
    parts, end = [], 0
    for match in _TEXT.finditer(text):
        before, latex, after, code = match.groups()
        parts.append(escape(text[end : match.start()]))
        if code is not None:
            parts.append(f"<code>{escape(code)}</code>")
        elif before or after:  # keeps a comma on the line of its formula
            parts.append(f'<span class="together">{escape(before)}{formula(latex)}{escape(after)}</span>')
        else:
            parts.append(formula(latex))
        end = match.end()
    return "".join(parts) + escape(text[end:])


@lru_cache(maxsize=4096)
def formula(latex: str, display: bool = False) -> str:
    """An inline SVG in em units and the colour of the text; `<code>` where the formula cannot be rendered."""
    try:
        return _svg(latex, display)
    except Exception:  # ziamath fails on bad input in many ways, and a report must not fail with it
        return f'<code class="latex">{escape(latex)}</code>'


def can_render(latex: str) -> bool:
    """Whether `formula` draws this LaTeX (rather than falling back to its source)."""
    return formula(latex).startswith("<svg")


def _svg(latex: str, display: bool) -> str:
    source = _ALPHABET.sub(r"\\\1{\2}", latex)
    if _WRONG.search(source):
        raise ValueError(latex)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a deprecated importlib call when ziamath is imported
        import ziamath.tex
    settings = ziamath.config.svg2, ziamath.config.precision
    try:
        ziamath.config.svg2, ziamath.config.precision = False, 1  # plain paths: no ids to clash in one page
        drawing = ziamath.Math(_mathml(ziamath.tex.tex2mml(source, inline=not display)), size=_EM)
        svg = drawing.svg()
    finally:
        ziamath.config.svg2, ziamath.config.precision = settings
    if re.search(r"\\[a-zA-Z]", "".join(drawing.mathml.itertext())) or "<path" not in svg:
        raise ValueError(latex)  # an unknown macro, drawn as its name; or nothing
    header = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)">', svg)
    assert header
    left, top, width, height = map(float, header.groups())
    body = svg[header.end() :].replace(' fill="currentColor"', "")
    body = re.sub(r" ?\b([A-Z]) ?", r"\1", re.sub(r"M (\S+ \S+) L \1 ", r"M \1 ", body))
    return (
        f'<svg class="formula" role="img" aria-label="{escape(latex)}" fill="currentColor" '
        f'viewBox="{left:g} {top:g} {width:g} {height:g}" style="width:{width / _EM:.3f}em;'
        f'height:{height / _EM:.3f}em;vertical-align:{-(top + height) / _EM:.3f}em">{body}'
    )


def _mathml(source: str) -> ElementTree.Element:
    """The MathML in the colour of the text, with TeX's own accents, commas, signs, bars and spaces."""
    root = ElementTree.fromstring(source)
    root.set("mathcolor", "currentColor")
    for row in list(root.iter()):
        if row.tag.endswith("mover") and row[1].text == "\u0302":
            row[1].text = "ˆ"
        if row.get("accent") == "true":
            row[1].set("stretchy", "false")
        for before, element in zip([None, *row], row):
            if element.text == "~" and not row.tag.endswith("mover"):
                element.text = "∼"
            if space := _SPACES.get(element.text or ""):
                element.tag = element.tag.replace("}mi", "}mo")
                element.attrib |= {"lspace": space, "rspace": space}
            elif _is_name(element):
                element.tag = element.tag.replace("}mi", "}mo")
                element.attrib |= {"lspace": "0em", "rspace": "0em"}  # set below
            if element.text == "," and len(row) > 1:  # alone in its braces it is a decimal comma, without space
                element.set("rspace", "thinmathspace")
            elif element.text in ("‖", "|"):
                element.attrib.setdefault("stretchy", "false")
            elif element.text in ("+", "−", "±") and before is not None and _opens(before):
                element.set("form", "prefix")
    for row in list(root.iter()):
        if row.tag.endswith(("mrow", "mtd", "msqrt")):
            _space_names(row)
    return root


def _is_name(element: ElementTree.Element) -> bool:
    """Whether this is a name such as `rank` or `max`, with an index or without."""
    base = element if element.text or not len(element) else element[0]
    return base.tag.endswith(("mi", "mo")) and len(base.text or "") > 1 and (base.text or "").isalpha()


def _space_names(row: ElementTree.Element) -> None:
    """TeX's thin space between a name such as `rank` and what it is applied to, unless that is in brackets."""

    for k in range(len(row) - 1, 0, -1):
        left, right = row[k - 1], row[k]
        applied = _is_name(left) and not right.tag.endswith(("mo", "mspace"))
        follows = _is_name(right) and (not left.tag.endswith(("mo", "mspace")) or (left.text or " ") in ")]}⟩")
        if applied or follows or (_is_name(left) and _is_name(right)):
            row.insert(k, ElementTree.Element(row.tag.rpartition("}")[0] + "}mspace", width="0.167em"))


def _opens(element: ElementTree.Element) -> bool:
    """Whether a sign after this element is a sign, not a sum or difference."""
    return element.tag.endswith("mo") and (element.text or "") not in ")]}⟩⌋⌉|‖!′"

"""Bibliographic records of the papers and of the package."""

from __future__ import annotations

from dataclasses import dataclass

from ._version import __version__


@dataclass(frozen=True)
class Reference:
    """One entry: BibTeX type and key, and its fields in order."""

    kind: str
    key: str
    fields: tuple[tuple[str, str], ...]


PAPERS = {
    "feldman2025": Reference(
        "inproceedings",
        "feldman2025",
        (
            ("author", "Feldman, Vitaly and Kornowski, Guy and Lyu, Xin"),
            ("title", "Trade-offs in Data Memorization via Strong Data Processing Inequalities"),
            ("booktitle", "Proceedings of the 38th Conference on Learning Theory (COLT)"),
            ("series", "Proceedings of Machine Learning Research"),
            ("volume", "291"),
            ("pages", "1935--1973"),
            ("year", "2025"),
            ("url", "https://arxiv.org/abs/2506.01855"),
        ),
    ),
    "iurada2025": Reference(
        "article",
        "iurada2025",
        (
            ("author", "Iurada, Leonardo and Bombari, Simone and Tommasi, Tatiana and Mondelli, Marco"),
            ("title", "A Law of Data Reconstruction for Random Features (and Beyond)"),
            ("journal", "arXiv preprint arXiv:2509.22214"),
            ("year", "2025"),
            ("url", "https://arxiv.org/abs/2509.22214"),
        ),
    ),
    "wang2023": Reference(
        "inproceedings",
        "wang2023",
        (
            ("author", "Wang, Zihan and Lee, Jason D. and Lei, Qi"),
            ("title", "Reconstructing Training Data from Model Gradient, Provably"),
            (
                "booktitle",
                "Proceedings of the 26th International Conference on Artificial Intelligence and Statistics (AISTATS)",
            ),
            ("series", "Proceedings of Machine Learning Research"),
            ("volume", "206"),
            ("pages", "6595--6612"),
            ("year", "2023"),
            ("url", "https://arxiv.org/abs/2212.03714"),
        ),
    ),
}
PACKAGE = Reference(
    "software",
    "reconlaw",
    (
        ("author", "{The reconlaw developers}"),
        ("title", "reconlaw: laws of training-data reconstruction and memorization, verified numerically"),
        ("version", __version__),
        ("year", "2026"),
    ),
)


def bibtex(reference: Reference) -> str:
    """The BibTeX entry."""
    width = max(len(name) for name, _ in reference.fields)
    lines = [f"  {name:<{width}} = {{{value}}}," for name, value in reference.fields]
    return "\n".join([f"@{reference.kind}{{{reference.key},", *lines, "}", ""])


def text(reference: Reference) -> str:
    """One line of plain text."""
    fields = {name: value.strip("{}") for name, value in reference.fields}
    authors = fields["author"].replace(" and ", "; ")
    rest = [fields[name] for name in ("journal", "booktitle", "version") if name in fields]
    return f"{authors} ({fields['year']}). {fields['title']}. {', '.join(rest)}."

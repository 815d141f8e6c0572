"""Sphinx configuration. Everything is built offline: formulas are drawn by the renderer of the report."""

import sys
from pathlib import Path

import reconlaw
from reconlaw.citation import PAPERS, bibtex

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
(HERE / "references.bib").write_text("\n".join(map(bibtex, PAPERS.values())), "utf-8")  # one source: `reconlaw cite`

project = "reconlaw"
author = "The reconlaw developers"
project_copyright = author
version = release = reconlaw.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_proof",
    "sphinxcontrib.bibtex",
    "reconlaw_docs",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["amsmath", "attrs_block", "colon_fence", "deflist", "dollarmath"]
html_math_renderer = "reconlaw"
bibtex_bibfiles = ["references.bib"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"

html_theme = "furo"
html_title = f"reconlaw {version}"
html_static_path = ["_static"]
html_css_files = ["reconlaw.css"]
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}

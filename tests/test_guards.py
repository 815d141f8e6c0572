"""The house keeps its shape: packages, order of imports, lazy names, light commands, short files."""

from __future__ import annotations

import ast
import configparser
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import reconlaw

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "reconlaw.theory": ROOT / "theory",
    "reconlaw.numerics": ROOT / "numerics",
    "reconlaw.proofs_check": ROOT / "proofs_check",
    "reconlaw.figures": ROOT / "figures",
    "reconlaw": ROOT / "src" / "reconlaw",
}
ORDER = tuple(FOLDERS)
MAY_IMPORT = {name: set(ORDER[: i + 1]) for i, name in enumerate(ORDER)}
MAY_IMPORT["reconlaw.figures"] -= {"reconlaw.numerics", "reconlaw.proofs_check"}
BARE = ("theory", "numerics", "proofs_check", "figures")

pytestmark = pytest.mark.skipif(not (ROOT / "setup.cfg").exists(), reason="not run from a checkout")


def sources() -> list[Path]:
    return sorted(path for folder in FOLDERS.values() for path in folder.rglob("*.py"))


def module_name(path: Path) -> str:
    package, folder = next((p, f) for p, f in FOLDERS.items() if path.is_relative_to(f))
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join([package, *(parts[:-1] if parts[-1] == "__init__" else parts)])


def layer(module: str) -> str | None:
    """The folder that a module of ours belongs to."""
    return next((p for p in ORDER if module == p or module.startswith(p + ".")), None)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path, statements: list[ast.stmt] | None = None) -> list[str]:
    """Absolute names of what a file imports anywhere in it, `from a import b` both as a and as a.b."""
    name = module_name(path)
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = []
    for node in ast.walk(tree(path)) if statements is None else statements:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*package[: len(package) + 1 - node.level], *filter(None, [node.module])])
                if node.level
                else node.module
            )
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


@cache
def all_modules() -> tuple[str, ...]:
    names = [info.name for info in pkgutil.walk_packages(reconlaw.__path__, "reconlaw.")]
    for package in ORDER[:-1]:  # mapped folders are not below src/reconlaw in an editable install
        names += [
            package,
            *(info.name for info in pkgutil.walk_packages(importlib.import_module(package).__path__, package + ".")),
        ]
    return tuple(sorted(set(names) - {"reconlaw.__main__"}))


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/", check=True)
    return set(done.stderr.split())


# --- packages ---


def test_the_package_list_is_that_of_the_folders():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = config["options"]["packages"].split()
    walked = {module_name(path) for path in sources() if path.name == "__init__.py"}
    assert sorted(listed) == sorted(walked)
    mapped = dict(re.split(r"\s*=\s*", line) for line in config["options"]["package_dir"].strip().splitlines())
    assert {name: ROOT / folder for name, folder in mapped.items()} == FOLDERS


def test_every_folder_with_sources_is_a_package():
    assert [str(p.parent) for p in sources() if not (p.parent / "__init__.py").exists()] == []


def test_package_data_exists():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = {name: patterns.split() for name, patterns in config["options.package_data"].items()}
    assert (FOLDERS["reconlaw"] / "py.typed").exists() and "py.typed" in listed["reconlaw"]
    for path in (p for folder in FOLDERS.values() for p in folder.rglob("*") if p.is_file()):
        if path.suffix not in (".py", ".pyc"):
            package = module_name(path.parent / "__init__.py")
            assert any(path.match(pattern) for pattern in listed.get(package, [])), f"{path} would not be installed"


def test_versions_agree():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", reconlaw.__version__)
    citation = ROOT / "CITATION.cff"
    if citation.exists():
        assert re.search(r"^version: (\S+)$", citation.read_text(), re.M).group(1) == reconlaw.__version__


def test_no_file_is_long():
    every = [*sources(), *(ROOT / "tests").glob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    assert {str(p): n for p in every if (n := len(p.read_text("utf-8").splitlines())) > 400} == {}


# --- imports ---


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_order_of_imports(path):
    allowed = MAY_IMPORT[layer(module_name(path))]
    for name in imported(path):
        assert name.split(".")[0] not in BARE, f"bare import {name}"
        assert layer(name) in (None, *allowed), f"imports {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "proofs_check" / "deciders").glob("*.py")), ids=lambda path: path.stem)
def test_deciders_import_theory_only(path):
    ours = {name for name in imported(path) if layer(name)}
    assert {layer(name) for name in ours} <= {"reconlaw.theory", "reconlaw.proofs_check"}
    assert all(not name.startswith("reconlaw.proofs_check.registry") for name in ours)


@pytest.mark.parametrize(
    "path", sorted(p for p in (ROOT / "proofs_check").glob("*[0-9]/*.py") if p.stem[0] != "_"), ids=lambda path: path.stem
)
def test_a_claim_module_imports_only_claim(path):
    top = [node for node in tree(path).body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imported(path, top) == ["reconlaw.proofs_check.claim", "reconlaw.proofs_check.claim.Claim"]


def test_importing_everything_loads_no_bare_name():
    code = "import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in all_modules())
    assert loaded_after(code).isdisjoint(BARE)


def test_tests_and_benchmarks_use_full_names():
    for path in [*(ROOT / "tests").glob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        for node in ast.walk(tree(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert all(name.split(".")[0] not in BARE for name in names), path


# --- the lazy surface, and light commands ---


def test_importing_the_package_is_light():
    assert loaded_after("import reconlaw").isdisjoint({"numpy", "scipy", "flint", "rich", "matplotlib", "argparse"})


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], {"numpy", "scipy", "numba", "flint", "rich", "matplotlib"}),
        (["--help"], {"numpy", "scipy", "numba", "flint", "rich", "matplotlib"}),
        (["list", "--json"], {"numpy", "scipy", "numba", "flint", "matplotlib"}),
        (["show", "iurada2025/digits"], {"numpy", "scipy", "numba", "flint", "matplotlib"}),
        (["cite", "iurada2025"], {"numpy", "scipy", "numba", "flint", "matplotlib"}),
        (["rank", "--activation", "tanh", "--n", "2", "--d", "2", "--p", "4"], {"scipy", "numba", "matplotlib"}),
        (["rank", "--activation", "power:3", "--n", "2", "--d", "2", "--p", "4"], {"scipy", "numba", "matplotlib"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_light_commands_load_nothing_heavy(arguments, absent):
    code = f"from reconlaw.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass"
    assert loaded_after(code).isdisjoint(absent)


def test_every_public_name_resolves():
    for name in reconlaw.__all__:
        assert getattr(reconlaw, name) is not None
    assert dir(reconlaw) == sorted(reconlaw.__all__)
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = reconlaw.nothing_of_this_name


def test_the_lazy_table_and_its_mirror_agree():
    block = next(node for node in tree(ROOT / "src" / "reconlaw" / "__init__.py").body if isinstance(node, ast.If))
    mirror = []
    for node in block.body:
        assert isinstance(node, ast.ImportFrom) and node.level == 1
        module = importlib.import_module(f"reconlaw.{node.module}")
        for alias in node.names:
            assert alias.asname, f"{alias.name}: only `import a as b` re-exports for a type checker"
            assert getattr(module, alias.name) is getattr(reconlaw, alias.asname), alias.asname
            mirror.append(alias.asname)
    assert sorted(mirror) == sorted(reconlaw._NAMES)
    assert list(reconlaw._NAMES) == sorted(reconlaw._NAMES)


# --- documentation that runs ---


@pytest.mark.parametrize("name", all_modules())
def test_modules_have_a_docstring_and_their_examples_run(name):
    module = importlib.import_module(name)
    assert name == "reconlaw._version" or (module.__doc__ and module.__doc__.strip())
    assert doctest.testmod(module).failed == 0

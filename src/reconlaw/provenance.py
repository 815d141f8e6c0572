"""Where a result comes from: versions, commit, and a digest of the package's own source."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ._version import __version__

LIBRARIES = ("numpy", "scipy", "python-flint", "matplotlib", "scikit-learn", "xarray", "h5netcdf", "dask")
SUBPACKAGES = ("theory", "numerics", "proofs_check")


@cache
def source_digest() -> str:
    """SHA-256 over the source of theory, numerics and proofs_check: verdicts are reused only if it is the same."""
    digest = hashlib.sha256()
    for name in SUBPACKAGES:
        root = Path(next(iter(import_module(f"{__package__}.{name}").__path__)))
        for path in sorted(root.rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def commit() -> str | None:
    """The commit of the checkout this package runs from, with `-dirty` if it is changed; None if it is installed."""
    folder = Path(__file__).resolve().parent
    if folder.parent.name != "src":
        return None
    try:
        command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip() or None
    except (OSError, subprocess.SubprocessError):
        return None


def provenance() -> dict[str, Any]:
    """Versions of the package, Python and the libraries, and the commit."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "version": __version__,
        "commit": commit(),
        "source": source_digest(),
        "python": platform.python_version(),
        "versions": versions,
    }

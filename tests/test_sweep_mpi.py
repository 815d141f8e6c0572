"""Sweeps in an MPI pool: a real one where there is an MPI library, the words of the error where there is none."""

from __future__ import annotations

import builtins
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from sweep_trials import coins

from reconlaw.numerics.sweep import run_sweep
from reconlaw.theory.errors import InputError


def mpi(monkeypatch, size=3):
    """Modules that look like mpi4py's, with threads as processes."""

    class Pool(ThreadPoolExecutor):
        num_workers = size - 1

    monkeypatch.setitem(
        sys.modules, "mpi4py", SimpleNamespace(MPI=SimpleNamespace(COMM_WORLD=SimpleNamespace(Get_size=lambda: size)))
    )
    monkeypatch.setitem(sys.modules, "mpi4py.futures", SimpleNamespace(MPIPoolExecutor=Pool))


def test_any_pool_with_submit_gives_the_serial_table(monkeypatch, tmp_path):
    mpi(monkeypatch)
    assert run_sweep(coins(), tmp_path, mpi=True).rows == run_sweep(coins()).rows


def test_a_command_that_mpiexec_has_not_started(monkeypatch):
    mpi(monkeypatch, size=1)
    with pytest.raises(InputError, match=r"mpi = True: start the command by `mpiexec -n N python -m mpi4py\.futures -m`"):
        run_sweep(coins(), mpi=True)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError("No module named 'mpi4py'"), r'mpi = True: needs pip install "reconlaw\[mpi\]"'),
        (
            RuntimeError("cannot load MPI library"),
            "mpi = True: mpi4py finds no MPI library; load the MPI module of the cluster",
        ),
    ],
)
def test_without_mpi(monkeypatch, error, words):
    genuine = builtins.__import__

    def without(name, *rest):
        if name.startswith("mpi4py"):
            raise error
        return genuine(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=words):
        run_sweep(coins(), mpi=True)


@pytest.mark.skipif(not shutil.which("mpiexec"), reason="no MPI here")
def test_a_real_pool(tmp_path):
    pytest.importorskip("mpi4py")
    script = tmp_path / "script.py"
    script.write_text(
        "from sweep_trials import coins\nfrom reconlaw.numerics.sweep import run_sweep\n"
        "if __name__ == '__main__':\n    print(run_sweep(coins(), mpi=True).rows == run_sweep(coins()).rows)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
    assert done.stdout == "True\n"

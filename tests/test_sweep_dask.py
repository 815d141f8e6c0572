"""The same sweep on a real Dask cluster: a scheduler and worker processes, started by the commands of the documentation."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from reconlaw.numerics.sweep import Sweep, run_sweep
from reconlaw.theory.errors import InputError

pytest.importorskip("distributed", reason='needs pip install "reconlaw[cluster]"')

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "cluster.md"
documented = pytest.mark.skipif(not PAGE.exists(), reason="not run from a checkout")


def sweep(trials, seconds=0.01):
    cells = tuple({"n": n, "q": q, "seconds": seconds} for n in (1, 2, 3) for q in (0.2, 0.5, 0.8))
    return Sweep("dask", "sweep_trials:coin", cells, trials, 3, "1")


class Cluster:
    """A scheduler and workers, each in a process of its own; all are killed at the end."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.environment = os.environ | {"PYTHONPATH": str(HERE), "OPENBLAS_NUM_THREADS": "1"}
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = self.wait_for("scheduler", r"Scheduler at:\s+(tcp://\S+)")

    def start(self, *arguments):
        log = open(self.folder / f"{arguments[0]}.log", "a")  # noqa: SIM115
        command = [sys.executable, "-m", "dask", *arguments]
        process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stderr=log, stdout=log, start_new_session=True
        )
        log.close()
        self.processes.append(process)
        return process

    def worker(self, *more):
        return self.start("worker", self.address, "--nthreads", "1", "--no-dashboard", "--local-directory", self.folder, *more)

    def wait_for(self, name, pattern, times=1):
        deadline = time.monotonic() + 60
        while len(found := re.findall(pattern, (self.folder / f"{name}.log").read_text())) < times:
            assert time.monotonic() < deadline, (self.folder / f"{name}.log").read_text()
            time.sleep(0.02)
        return found[0]

    def end(self):
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.end()


def kill_once(when, process):
    """A progress callback that kills a process group as soon as `when(progress)`."""
    killed = []

    def see(progress):
        if not killed and when(progress):
            os.killpg(process.pid, signal.SIGKILL)
            killed.append(progress.done)

    see.killed = killed
    return see


def test_a_worker_that_is_killed_changes_nothing(cluster, tmp_path):
    question = sweep(trials=30)
    doomed = cluster.worker("--no-nanny")
    cluster.worker("--no-nanny")
    cluster.wait_for("worker", r"Registered to:", 2)
    see = kill_once(lambda now: now.done >= 60, doomed)
    result = run_sweep(question, tmp_path / "out", scheduler=cluster.address, progress=see)
    assert see.killed and see.killed[0] < 270
    assert result.complete and result.errors == ()
    assert result.rows == run_sweep(sweep(trials=30)).rows
    assert doomed.wait() == -signal.SIGKILL


def test_a_lost_scheduler(cluster, tmp_path):
    cluster.worker("--nworkers", "2")
    see = kill_once(lambda now: now.done >= 20, cluster.scheduler)
    before = threading.active_count()
    with pytest.raises(
        InputError, match=rf"^scheduler = '{cluster.address}': the connection was lost \(.*the same command resumes\)$"
    ):
        run_sweep(sweep(trials=60), tmp_path / "out", scheduler=cluster.address, progress=see)
    again = []
    result = run_sweep(sweep(trials=60), tmp_path / "out", progress=again.append)
    assert again[0].done >= see.killed[0] >= 20, "what had come was kept"
    assert result.rows == run_sweep(sweep(trials=60, seconds=0.01)).rows
    assert threading.active_count() <= before + 2


@pytest.mark.slow
def test_a_trial_that_kills_its_workers(cluster):
    cluster.worker("--nworkers", "2")
    deadly = Sweep("deadly", "sweep_trials:misbehave", tuple({"n": n, "how": "die"} for n in range(6)), 2, 0, "1")
    result = run_sweep(deadly, scheduler=cluster.address)
    assert sorted({row["n"] for row in result.rows}) == [0, 1, 2, 4, 5] and len(result.rows) == 10
    assert not result.complete and result.pending == 2
    assert [(cell["n"], trial) for cell, trial, _ in result.errors] == [(3, 0), (3, 1)]
    assert all("KilledWorker" in text for *_, text in result.errors)


def test_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr("reconlaw.numerics.executors.CONNECT_S", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense", "http://127.0.0.1:1", ""):
        with pytest.raises(
            InputError, match=rf"^scheduler = '{address}': cannot be reached, .*start one with `dask scheduler`"
        ):
            run_sweep(sweep(trials=1), tmp_path / "out", scheduler=address)


def test_without_workers_the_budget_ends_the_run(cluster, monkeypatch):
    monkeypatch.setattr("reconlaw.numerics.engine.GRACE_S", 0.5)
    start = time.monotonic()
    result = run_sweep(sweep(trials=1), scheduler=cluster.address, budget_s=0.5)
    assert (result.rows, result.complete, result.pending) == ([], False, 9)
    assert time.monotonic() - start < 8


# --- what the documentation shows ---


def scripts():
    """The Python scripts of the page, SLURMCluster first, with a sweep of these tests in place of the command."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 2 and all(block.count("from reconlaw.cli import main\n") == 1 for block in blocks)
    return [block.replace("from reconlaw.cli import main", "from test_sweep_dask import main") for block in blocks]


def main(arguments):
    """What `reconlaw diagram law --out DIR --scheduler ADDRESS` does with the engine."""
    command, name, out, directory, scheduler, address = arguments
    assert (command, name, out, scheduler) == ("diagram", "law", "--out", "--scheduler")
    result = run_sweep(sweep(trials=20), Path(directory), scheduler=address)
    return 0 if result.complete else 1


@documented
def test_the_commands_of_the_page_exist():
    text = PAGE.read_text("utf-8")
    assert re.search(r"^\$ dask worker tcp://node1:8786 --nworkers 16 --nthreads 1$", text, re.M)
    for command in ("scheduler", "worker"):
        options = set(re.findall(rf"^\$ dask {command}.*$", text, re.M)[0].split()) & {"--port", "--nworkers", "--nthreads"}
        done = subprocess.run([sys.executable, "-m", "dask", command, "--help"], capture_output=True, text=True, check=True)
        assert options and all(option in done.stdout for option in options)


@documented
def test_the_job_script_of_the_page(tmp_path):
    script = scripts()[0].replace("cluster.scale(jobs=10)", "print(cluster.job_script()); sys.exit()")
    environment = os.environ | {"PYTHONPATH": str(HERE), "DASK_CONFIG": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("#!/") and {line for line in lines if line.startswith("#SBATCH")} == {
        "#SBATCH -J dask-worker", "#SBATCH -p cpu", "#SBATCH -A theory", "#SBATCH -n 1", "#SBATCH --cpus-per-task=16",
        "#SBATCH --mem=30G", "#SBATCH -t 04:00:00",
    }  # fmt: skip
    assert "export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1" in lines
    worker = next(line for line in lines if "distributed.cli.dask_worker tcp://" in line)
    for option in ("--nthreads 1", "--nworkers 16", "--nanny", "--lifetime 225m", "--lifetime-stagger 10m"):
        assert option in worker
    assert 225 + 10 < 240, "workers end before the walltime"


SBATCH = """#!/bin/sh
echo job >> {log}
script=$(cat "$1")
setsid sh -c "sleep $(($(wc -l < {log}) * 2 - 2)); $script" > /dev/null 2>&1 &
echo "Submitted batch job $!"
"""


@documented
@pytest.mark.slow
def test_jobs_that_come_and_end(tmp_path):
    """The script of the page, with a program in place of SLURM that starts a job every two seconds; its worker lives four."""
    for name, text in (("sbatch", SBATCH.format(log=tmp_path / "jobs")), ("scancel", "#!/bin/sh\nkill -s KILL -- -$1\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    script = scripts()[0].replace("sweep_dask import main", "sweep_dask import long as main")
    for old, new in (("16", "1"), ('"32GB"', '"1GB"'), ('"225m"', '"4s"'), ('"10m"', '"1s"')):
        assert old in script
        script = script.replace(old, new)
    (tmp_path / "slurm_jobs.py").write_text(script)
    environment = os.environ | {
        "PYTHONPATH": str(HERE),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "DASK_CONFIG": str(tmp_path),
    }
    command = [sys.executable, tmp_path / "slurm_jobs.py", "diagram", "law", "--out", tmp_path / "out"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    workers = {line.split("worker=")[1] for line in (tmp_path / "seen").read_text().splitlines()}
    assert len(workers) >= 3, "one worker did it all"
    assert run_sweep(sweep(100), tmp_path / "out").rows == run_sweep(sweep(100, 0.01)).rows


def long(arguments):
    """As `main`, with more trials, and a record of who was there."""
    from distributed import Client

    def see(now):
        with open("seen", "a") as file:
            file.writelines(f"worker={address}\n" for address in client.scheduler_info()["workers"])

    with Client(arguments[5], set_as_default=False) as client:
        result = run_sweep(sweep(trials=100), Path(arguments[3]), scheduler=arguments[5], progress=see)
    return 0 if result.complete else 1


@documented
@pytest.mark.slow
def test_one_allocation(tmp_path):
    """The script of the page as four tasks of a job, which are the scheduler, the command, and two workers."""
    path = tmp_path / "slurm_runner.py"
    path.write_text(scripts()[1])
    environment = os.environ | {"PYTHONPATH": str(HERE), "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7", "DASK_CONFIG": str(tmp_path)}
    command = [sys.executable, path, "diagram", "law", "--out", tmp_path / "out"]
    tasks = [
        subprocess.Popen(
            command, env=environment | {"SLURM_PROCID": str(number)}, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        for number in range(4)
    ]
    try:
        errors = [task.communicate(timeout=90)[1] for task in tasks]
    finally:
        for task in tasks:
            task.kill()
            task.wait()
    assert tasks[1].returncode == 0, errors[1]
    assert [task.returncode for task in tasks] == [0, 0, 0, 0], errors
    assert run_sweep(sweep(20), tmp_path / "out").rows == run_sweep(sweep(20, 0.01)).rows

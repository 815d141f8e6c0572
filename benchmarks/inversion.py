"""Inversion of random-features parameters: success, starts and time.

    python benchmarks/inversion.py small                         n = 5, d = 20, p = 4nd, one core, all samples and starts random
    python benchmarks/inversion.py large [--seeds 20]            n = 20, d = 100, p = 20000, all cores
    python benchmarks/inversion.py threshold [--seeds 100] [--factors 1.5,2] [--workers 2]   n = 10, d = 40
    python benchmarks/inversion.py photographs [--p 100000]    n = 10 patches, 32 x 32 x 3 less their means; to --out FILE.npz
    python benchmarks/inversion.py published [--seeds 3] [--steps 70000] [--tolerance 1e-7]   the published optimizer on `large`

Labels as in iurada2025: y = <x, g> + e. Success: every sample to relative error 1e-6, up to sign for tanh. `threshold` is
resumable (--out FILE.jsonl), and prints a table with exact intervals (95 %) that `--csv FILE` also writes.
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import reconlaw as rl
from reconlaw.numerics.engine import one_thread, run_tasks
from reconlaw.numerics.inversion.published import published_descent
from reconlaw.numerics.journal import Journal
from reconlaw.numerics.patches import contrast_patches
from reconlaw.provenance import source_digest
from reconlaw.simulation import simulate_parameters
from reconlaw.theory.intervals import clopper_pearson

ACTIVATIONS = ("relu", "gelu", "relu+tanh", "tanh")
SUCCESS = 1e-6
FACTORS = [1.1, 1.25, 1.5, 1.75, 2.0, 3.0, 5.0]


def one(activation: str, n: int, d: int, p: int, seed: int, starts: int = 20, method: str = "auto") -> dict[str, Any]:
    """Outcome, largest relative error, starts and seconds of one problem."""
    observed, truth = simulate_parameters(n, d, p, activation, seed=seed)
    model = rl.RandomFeatures(observed["V"], activation)
    started = time.perf_counter()
    found = rl.invert(observed["theta"], model, n, method=method, seed=seed, starts=starts)
    seconds = time.perf_counter() - started
    error = rl.match(truth["X"], found.samples, symmetry=found.symmetry.matching).relative_error
    return {"outcome": found.outcome, "error": error, "starts": len(found.history), "seconds": round(seconds, 3)}


def threshold_trial(activation: str, factor: float, seed: int, starts: int) -> dict[str, Any]:
    with one_thread():
        return one(activation, 10, 40, round(factor * 400), seed, starts)


def report(name: str, trials: list[dict[str, Any]]) -> None:
    """One line: success, times, starts and outcomes."""
    seconds, good = [t["seconds"] for t in trials], sum(t["error"] < SUCCESS for t in trials)
    false = sum(t["outcome"] == "identified" and t["error"] >= SUCCESS for t in trials)
    print(
        f"{name:24} {good:3} of {len(trials)}   median {np.median(seconds):.3f} s, slowest {max(seconds):.2f} s, "
        f"starts at most {max(t['starts'] for t in trials)}   {dict(Counter(t['outcome'] for t in trials))}, false {false}",
        flush=True,
    )


def small(arguments: argparse.Namespace) -> None:
    for activation in arguments.activations:
        for method in ("auto", "random"):
            with one_thread():
                trials = [one(activation, 5, 20, 400, seed, method=method) for seed in range(arguments.seeds or 100)]
            report(f"{activation} {method}", trials)


def large(arguments: argparse.Namespace) -> None:
    for activation in arguments.activations:
        report(activation, [one(activation, 20, 100, 20000, seed) for seed in range(arguments.seeds or 20)])


def published(arguments: argparse.Namespace) -> None:
    for activation in arguments.activations:
        for seed in range(arguments.seeds or 3):
            observed, truth = simulate_parameters(20, 100, 20000, activation, seed=seed)
            model = rl.RandomFeatures(observed["V"], activation)
            started = time.process_time()
            found = published_descent(
                observed["theta"],
                model,
                20,
                seed=seed,
                step=arguments.step,
                tolerance=arguments.tolerance,
                steps=arguments.steps,
            )
            seconds = time.process_time() - started
            errors = np.sort(rl.match(truth["X"], found.samples, symmetry=model.symmetry.matching).errors)
            print(
                f"{activation:10} seed {seed}: {found.steps} steps, {seconds:.0f} s of CPU, loss {found.loss:.1e}, "
                f"errors: median {np.median(errors):.1e}, largest {errors[-1]:.1e}, {np.sum(errors < 1e-3)} of 20 below 1e-3",
                flush=True,
            )


def peak_memory() -> float:
    """Of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def photographs(arguments: argparse.Namespace) -> None:
    n, p, rng = 10, arguments.p, np.random.default_rng(0)
    patches = contrast_patches(32, colour=True)
    X = patches[rng.choice(len(patches), n, replace=False)]
    V = rng.standard_normal((p, X.shape[1]), dtype=np.float32)
    V /= np.float32(np.sqrt(X.shape[1]))
    model = rl.RandomFeatures(V, arguments.activations[0])
    F, y = model.features(X), np.where(np.arange(n) % 2, 1.0, -1.0)
    theta = np.linalg.solve(F @ F.T, y) @ F
    before = peak_memory()
    started, cpu = time.perf_counter(), time.process_time()
    found = rl.invert(theta, model, n, seed=0, starts=3)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    matched = rl.match(X, found.samples, symmetry=found.symmetry.matching)
    print(f"{model.activation.name}, d = {X.shape[1]}, p = {p}: {found.outcome}, {found.certificate.reason}")
    print(f"largest relative error {matched.relative_error:.1e}, {len(found.history)} starts, {seconds:.0f} s ({cpu:.0f} CPU)")
    print(f"peak memory {peak_memory():.1f} GiB ({before:.1f} before), V {V.nbytes / 2**30:.1f} GiB")
    np.savez(arguments.out.with_suffix(".npz"), truth=X, found=matched.aligned, errors=matched.errors)


def threshold(arguments: argparse.Namespace) -> None:
    tasks = [
        (activation, factor, seed, arguments.starts)
        for factor in arguments.factors for activation in arguments.activations for seed in range(arguments.seeds or 100)
    ]  # fmt: skip
    version = source_digest()
    with Journal(arguments.out) as journal:
        done = {tuple(entry["task"]): entry for entry in journal.entries if entry["source"] == version}
        pending = [task for task in tasks if task not in done]
        for index, future in run_tasks(threshold_trial, pending, arguments.workers):
            journal.append({"source": version, "task": list(pending[index]), **future.result()})
            done[pending[index]] = journal.entries[-1]
    rows = []
    for factor in arguments.factors:
        for activation in arguments.activations:
            trials = [done[task] for task in tasks if task[:2] == (activation, factor)]
            report(f"{activation} {factor:g} nd", trials)
            good = sum(t["error"] < SUCCESS for t in trials)
            low, high = clopper_pearson(good, len(trials), 0.05)
            rows.append([activation, 10, 40, factor, arguments.starts, good, len(trials), round(low, 4), round(high, 4)])
    if arguments.csv:
        with arguments.csv.open("w", newline="") as file:
            csv.writer(file).writerows(
                [["activation", "n", "d", "p_over_nd", "starts", "successes", "trials", "low95", "high95"], *rows]
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["small", "large", "threshold", "photographs", "published"])
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--starts", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--factors", type=lambda text: [float(t) for t in text.split(",")], default=[1.1, 1.25, 1.5, 1.75, 2, 3, 5]
    )
    parser.add_argument("--activations", type=lambda text: text.split(","), default=list(ACTIVATIONS))
    parser.add_argument("--steps", type=int, default=70_000)
    parser.add_argument("--tolerance", type=float, default=0.0, help="loss at which the published optimizer stops")
    parser.add_argument("--step", type=float, default=20.0)
    parser.add_argument("--p", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "reconlaw-inversion.jsonl")
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    {"small": small, "large": large, "threshold": threshold, "photographs": photographs, "published": published}[
        arguments.what
    ](arguments)


if __name__ == "__main__":
    main()

"""The generic rank at p = nd for every (n, d), d >= 2, with nd <= LARGEST: the whole of the claim `iurada2025/certified-map`.

    python benchmarks/certified_map.py [--largest 400] [--workers 2] [--seed 0] [--out DIR]

Resumable: the same command goes on where it stopped, size by size. For an analytic activation a proof at n samples covers all
smaller n (see the decider `rank_map`), so only the largest n of each d is computed. Prints counts for each activation and, at
the end, writes one witness with all sizes (a table of integers and the list of cases), which `reconlaw recheck` decides again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from reconlaw.numerics.engine import run_tasks, task_rng
from reconlaw.numerics.journal import Journal
from reconlaw.numerics.rank_table import rank_table, sizes
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.counting import expected_on_sphere
from reconlaw.witness_files import store

CLAIM = "iurada2025/certified-map"


@lru_cache(maxsize=1)
def table(largest: int, seed: int) -> dict[str, Any]:
    """The table of all points, the same in every process."""
    return rank_table(largest, largest, task_rng(seed, CLAIM, "map"))


def size(case: tuple[str, int, int, int], largest: int, seed: int) -> tuple[str, str, float]:
    """Outcome, reason and seconds of one size."""
    _, n, d, _ = case
    started, whole = time.perf_counter(), table(largest, seed)
    cut = {"V": [row[:d] for row in whole["V"][: n * d]], "K": [row[: d - 1] for row in whole["K"][:n]]}
    found = decide(whole | cut | {"cases": [list(case)]})
    return found.outcome, found.reason, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "reconlaw-certified-map")
    arguments = parser.parse_args()
    activations = claims()[CLAIM].parameters["thorough"]["activations"]
    cases = [
        (name, n, d, expected_on_sphere(degrees, n, d))
        for n, d in sizes(arguments.largest, None) for name, degrees in activations
    ]  # fmt: skip
    with Journal(arguments.out / f"map-{arguments.largest}-{arguments.seed}.jsonl") as journal:
        done = {tuple(entry["case"]): entry for entry in journal.entries}
        analytic = {name for name, degrees in activations if not degrees}
        wanted = [case for case in cases if case[0] not in analytic or case[1] == arguments.largest // case[2]]
        pending = [(case, arguments.largest, arguments.seed) for case in wanted if case not in done]
        print(f"{len(cases)} sizes, {len(wanted)} certificates, {len(pending)} to do", flush=True)
        for index, future in run_tasks(size, pending, arguments.workers):
            case, (outcome, reason, seconds) = pending[index][0], future.result()
            journal.append({"case": list(case), "outcome": outcome, "reason": reason, "seconds": round(seconds, 3)})
            done[case] = journal.entries[-1]
    for name, n, d, expected in cases:
        if (name, n, d, expected) not in done:
            largest = done[name, arguments.largest // d, d, arguments.largest // d * d]
            done[name, n, d, expected] = largest | {"case": [name, n, d, expected], "seconds": 0.0}
    for name, _ in activations:
        entries = [done[case] for case in cases if case[0] == name]
        outcomes = dict(Counter(entry["outcome"] for entry in entries))
        smaller = sum(entry["case"][3] < entry["case"][1] * entry["case"][2] for entry in entries)
        seconds = sum(entry["seconds"] for entry in entries)
        print(f"{name:30} {len(entries):5} sizes, {smaller:5} of smaller rank   {outcomes}   {seconds:.0f} s")
    for case in cases:
        if done[case]["outcome"] != "holds":
            print("open:", *case, done[case]["reason"])
    reference = store(table(arguments.largest, arguments.seed) | {"cases": [list(case) for case in cases]}, arguments.out)
    print(f"witness: {reference}"[:200])


if __name__ == "__main__":
    main()

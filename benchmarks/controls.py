"""How often is every control rejected? Statistical controls on 100 seeds, floating on 10, exact and ball on one.

    python benchmarks/controls.py [ID-OR-PREFIX ...] [--workers 2] [--out FILE.jsonl]

Resumable: the same command goes on where it stopped. Prints one line for each control.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from reconlaw.numerics.engine import run_tasks
from reconlaw.numerics.journal import Journal
from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.registry import claims, select
from reconlaw.provenance import source_digest

SEEDS = {"exact": 1, "ball": 1, "floating": 10, "statistical": 100}  # for controls; claims themselves on ten at most


def outcome(claim_id: str, control: str, seed: int) -> str:
    """The outcome of a control at level quick, or of the claim itself for an empty control."""
    claim = claims()[claim_id]
    parameters = {**claim.parameters["quick"], **claim.controls.get(control, {})}
    return run_check(claim_id, parameters, seed, control).outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("claims", nargs="*", metavar="ID-OR-PREFIX")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "reconlaw-controls.jsonl")
    arguments = parser.parse_args()
    journal = Journal(arguments.out)
    version = source_digest()
    done = {tuple(e["task"]): e["outcome"] for e in journal.entries if e["source"] == version}
    tasks = []
    chosen = [c for c in (claims()[name] for name in select(arguments.claims)) if "quick" in c.parameters]
    for claim in chosen:
        evidence = run_check(claim.id, claim.parameters["quick"], 0).evidence
        tasks += [
            (claim.id, control, seed)
            for control in ["", *claim.controls]
            for seed in range(SEEDS[evidence] if control else min(10, SEEDS[evidence]))
        ]
    pending = [task for task in tasks if task not in done]
    for index, future in run_tasks(outcome, pending, arguments.workers):
        done[pending[index]] = future.result()
        journal.append({"source": version, "task": pending[index], "outcome": future.result()})
    for claim in chosen:
        for control in ["", *claim.controls]:
            counts = Counter(done[t] for t in tasks if t[:2] == (claim.id, control))
            total = sum(counts.values())
            good = sum(n for o, n in counts.items() if (claim.rejects(o) if control else o == claim.expected))
            what = f"control {control} rejected" if control else f"{claim.expected}, as expected"
            print(f"{claim.id:34} {what:24} {good:3} of {total:3}   {dict(counts)}")


if __name__ == "__main__":
    main()

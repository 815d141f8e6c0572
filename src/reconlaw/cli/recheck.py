"""Recheck the witnesses of a report, with the deciders alone: no numerics, no seed."""

from __future__ import annotations

import argparse

from .output import print_json, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="REPORT.json|WITNESS.npz", help="also the JSON that `reconlaw rank --json` printed")


def run(arguments: argparse.Namespace) -> int:
    from ..rechecking import recheck

    results = recheck(arguments.file)
    status = _status(results)
    if arguments.json:
        witnesses = [
            {
                "id": r.name,
                "recorded": r.recorded,
                "outcome": r.decision.outcome,
                "evidence": r.decision.evidence,
                "reproduced": r.reproduced,
                "differs": list(r.differs),
                "reason": r.decision.reason,
            }
            for r in results
        ]
        print_json({"file": str(arguments.file), "witnesses": witnesses, "reproduced": all(r.reproduced for r in results)})
    else:
        rows = [
            (
                r.name,
                r.recorded or "-",
                r.decision.outcome,
                r.decision.evidence,
                f"NO: {', '.join(r.differs)}" if r.differs else "yes",
            )
            for r in results
        ]
        print_table(("witness", "recorded", "decided again", "evidence", "reproduced"), rows)
    return status


def _status(results: list) -> int:
    """0 if every recorded outcome is reproduced; for a witness alone, 0 holds, 1 fails, 2 undecided."""
    if any(not r.reproduced for r in results):
        return 1
    alone = [r.decision.outcome for r in results if r.recorded is None]
    return max((("holds", "fails", "undecided").index(outcome) for outcome in alone), default=0)

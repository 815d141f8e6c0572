"""Verify claims: run each check and its controls, and report the verdicts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .output import print_json, print_table

CLAIM_FIELDS = (
    "id", "kind", "origin", "expected", "outcome", "as_expected", "evidence", "side", "error_probability", "slack",
    "control_outcome", "reason", "seconds",
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claims", nargs="*", metavar="ID-OR-PREFIX", help="claims, or all of a paper (default: all)")
    parser.add_argument("--level", default="quick", metavar="L", help="quick, standard or thorough (default: quick)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (the verdicts do not depend on it)")
    parser.add_argument("--set", action="append", default=[], metavar="K=V", help="change a parameter; V is JSON")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write a report; the same command again resumes there")
    parser.add_argument("--fresh", action="store_true", help="discard what the report directory already holds")


def run(arguments: argparse.Namespace) -> int:
    from ..verification import exit_status, verify_all

    overrides = dict(_override(text) for text in arguments.set)
    with _progress() as show:
        try:
            report = verify_all(
                arguments.claims,
                level=arguments.level,
                seed=arguments.seed,
                workers=arguments.workers,
                overrides=overrides,
                report=arguments.report,
                fresh=arguments.fresh,
                progress=show,
            )
        except KeyboardInterrupt:
            if arguments.report:
                print(f"{arguments.report}: the verdicts so far are kept; the same command resumes", file=sys.stderr)
            raise
    paths = []
    if arguments.report:
        from ..report import write_report

        paths = write_report(report, arguments.report)  # before anything is printed: the reader of a pipe may be gone
    if arguments.json:
        claims = [{name: claim[name] for name in CLAIM_FIELDS} for claim in report["claims"]]
        print_json({name: report[name] for name in ("level", "seed", "overrides", "summary")} | {"claims": claims})
    else:
        _print(report)
    for line in _errors(report, "error" if arguments.debug else "reason"):
        print(f"reconlaw verify: error: {line}", file=sys.stderr)
    if paths:
        print("wrote " + ", ".join(map(str, paths)), file=sys.stderr)
    return exit_status(report["summary"])


def _errors(report: dict[str, Any], field: str) -> Iterator[str]:
    """One line for each error of a claim, however many of its controls share it."""
    for claim in report["claims"]:
        told: dict[str, list[str]] = {}
        for entry in [claim, *claim["controls"]]:
            if entry["outcome"] == "error":
                told.setdefault(entry[field], []).append(entry.get("assumption", "its check"))
        for text, parts in told.items():
            who = "" if parts == ["its check"] else f" ({', '.join(parts)})"
            yield f"{claim['id']}{who}: {text}"


def _override(text: str) -> tuple[str, Any]:
    from ..theory.errors import InputError

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"--set {text!r}: must have the form NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error where that is a terminal, else nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def _print(report: dict[str, Any]) -> None:
    rows = []
    for claim in report["claims"]:
        rejected = f"{sum(c['rejected'] for c in claim['controls'])}/{len(claim['controls'])}" if claim["controls"] else ""
        verdict = claim["outcome"].replace("_", " ") + (
            "" if claim["as_expected"] or claim["outcome"] == "not_run" else "  (!)"
        )
        slack = "" if claim["slack"] is None else f"{claim['slack']:.3g}"
        rows.append(
            (claim["id"], verdict, claim["evidence"] or "", slack, rejected, f"{claim['seconds']:.1f}", claim["origin"])
        )
    columns = ("claim", "verdict", "evidence", "slack", "controls", "seconds", "origin")
    print_table(columns, rows, right=("slack", "controls", "seconds"))
    if report["overrides"]:
        from ..report.entry import setting

        print("\nchanged by --set: " + ", ".join(setting(name, data) for name, data in report["overrides"].items()))
    s = report["summary"]
    print(
        f"\n{s['as_expected']} of {s['claims']} claims as expected, {s['contradicted']} contradicted, "
        f"{s['undecided']} undecided, {s['not_run']} not run, {s['errors']} errors; "
        f"{s['controls_rejected']} of {s['controls']} controls rejected; "
        f"union bound on the error probability {s['union_error_probability']:.1e}"
    )

"""The command line's contract: one JSON object, the keys of the design, the exit statuses."""

from __future__ import annotations

import html
import json
import math
import os
import re
import shlex
import subprocess
import sys

import pytest
from command import spawn, start

import reconlaw
from reconlaw.citation import PAPERS
from reconlaw.cli import COMMANDS
from reconlaw.cli.output import print_json

ERRATUM, EXACT = "iurada2025/absolute-metric", "iurada2025/row-span"

SUMMARY = {
    "claims", "as_expected", "contradicted", "undecided", "not_run", "errors", "controls_rejected",
    "union_error_probability",
}  # fmt: skip
CLAIM = {
    "id", "kind", "origin", "expected", "outcome", "as_expected", "evidence", "side", "error_probability", "slack",
    "control_outcome", "reason", "seconds",
}  # fmt: skip


@pytest.fixture
def observed(run, tmp_path):
    run("simulate", "parameters", "--n", 2, "--d", 4, "--p", 20, "--activation", "tanh",
        "--out", tmp_path / "observed.npz", "--truth", tmp_path / "truth.npz")  # fmt: skip
    return tmp_path / "observed.npz"


# --- keys ---


def test_rank(run):
    done = run("rank", "--activation", "tanh", "--n", 2, "--d", 3, "--p", 5, "--json")
    assert (done.status, done.err) == (0, "")
    result = done.json
    keys = {"activation", "n", "d", "p", "domain", "unknowns", "rank_lower", "rank_upper", "evidence", "outcome", "scope"}
    assert set(result) >= keys | {"schema", "witness"}
    assert result["schema"] == 1
    assert (result["unknowns"], result["rank_lower"], result["rank_upper"], result["outcome"]) == (6, 5, 5, "holds")
    assert result["evidence"] in ("exact", "ball") and result["scope"] == "almost-everywhere"
    assert run("rank", "--activation", "relu", "--n", 1, "--d", 2, "--p", 9, "--json").json["scope"] == "open-set"


def test_rank_undecided_exits_2(run, monkeypatch):
    monkeypatch.setattr("reconlaw.proofs_check.deciders.rank._ball_minor_is_nonzero", lambda point, size: False)
    done = run("rank", "--activation", "tanh", "--n", 2, "--d", 3, "--p", 5, "--json")
    assert (done.status, done.json["outcome"], done.json["rank_lower"]) == (2, "undecided", None)
    done = run("rank", "--activation", "tanh", "--n", 2, "--d", 3, "--p", 5)
    assert done.status == 2 and "not proved <= rank <= 5" in done.out


def test_simulate_and_reconstruct(run, observed, tmp_path):
    done = run("simulate", "parameters", "--n", 2, "--d", 4, "--p", 20, "--activation", "tanh", "--out", observed, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json.items() >= {"schema": 1, "kind": "parameters", "n": 2, "d": 4, "p": 20}.items()
    command = ("reconstruct", observed, "--kind", "parameters", "--activation", "tanh", "--json")
    done = run(*command, "--n", 2, "--truth", tmp_path / "truth.npz")
    assert (done.status, done.err) == (0, "")
    result = done.json
    keys = {"schema", "kind", "n", "d", "p", "relative_residual", "outcome", "certificate", "match", "seconds"}
    assert set(result) >= keys
    assert set(result["match"]) == {"relative_error", "symmetry", "matched"}
    certificate = {"equations", "unknowns", "smallest_singular_value", "held_out_residual", "error_bounds", "evidence"}
    assert set(result["certificate"]) >= certificate
    assert len(result["certificate"]["error_bounds"]) == 2
    assert run(*command, "--n", 2).json["match"] is None


def test_reconstruct_underdetermined_exits_2_with_nulls_for_what_is_not_finite(run, observed, tmp_path):
    done = run("reconstruct", observed, "--kind", "parameters", "--activation", "tanh", "--n", 30,
               "--truth", tmp_path / "truth.npz", "--json")  # fmt: skip
    assert (done.status, done.json["outcome"]) == (2, "underdetermined")
    numbers = [done.json["certificate"][key] for key in ("held_out_residual", "smallest_singular_value")]
    assert all(x is None or math.isfinite(x) for x in numbers)
    done = run("reconstruct", observed, "--kind", "parameters", "--activation", "tanh", "--n", 1,
               "--truth", tmp_path / "truth.npz", "--json")  # fmt: skip
    assert (done.status, done.json["outcome"]) == (2, "stalled")
    assert done.json["match"]["relative_error"] is None  # one true sample has no partner: infinite


def test_verify_and_recheck(run, tmp_path):
    done = run("verify", ERRATUM, EXACT, "--report", tmp_path / "out", "--json")
    assert done.status == 0
    assert re.fullmatch(r"wrote .*report\.json, .*index\.html, .*table\.tex\n", done.err)
    result = done.json
    assert set(result) >= {"schema", "level", "seed", "summary", "claims"}
    assert (result["schema"], result["level"], result["seed"]) == (1, "quick", 0)
    assert set(result["summary"]) >= SUMMARY
    assert result["summary"]["claims"] == result["summary"]["as_expected"] == 2
    assert [claim["id"] for claim in result["claims"]] == [ERRATUM, EXACT]
    assert all(set(claim) >= CLAIM for claim in result["claims"])
    erratum, exact = result["claims"]
    assert (erratum["expected"], erratum["outcome"], erratum["control_outcome"]) == ("fails", "fails", "holds")
    assert (exact["expected"], exact["outcome"], exact["control_outcome"]) == ("holds", "holds", "fails")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"verdicts.jsonl", "report.json", "index.html", "table.tex"}
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["schema"] == 1 and report["provenance"]["version"] == reconlaw.__version__

    done = run("recheck", tmp_path / "out" / "report.json", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json["schema"] == 1 and done.json["reproduced"] is True
    assert len(done.json["witnesses"]) == 5  # two claims and three controls
    assert set(done.json["witnesses"][0]) >= {"id", "recorded", "outcome", "evidence", "reproduced", "reason"}


def test_list_show_cite(run):
    listed = run("list", "--json").json
    assert isinstance(listed, list) and len(listed) >= 10
    assert all(set(item) >= {"schema", "id", "title", "paper", "kind", "origin"} and item["schema"] == 1 for item in listed)
    assert [item["id"] for item in listed] == sorted(reconlaw.claims())
    assert [item["id"] for item in run("list", EXACT, "--json").json] == [EXACT]

    shown = run("show", EXACT, "--json").json
    keys = {"schema", "id", "paper", "kind", "origin", "expected", "title", "setting", "assumptions", "statement"}
    assert set(shown) >= keys | {"reference", "tight", "not_checked", "parameters", "controls"}
    assert set(shown["controls"]) <= set(shown["assumptions"])

    cited = run("cite", EXACT, "--json").json
    assert set(cited) >= {"schema", "id", "paper", "format", "citations"}
    assert cited["citations"][0].startswith("@article{iurada2025,")


def test_every_claim_can_be_shown_and_cited(run):
    for identifier, claim in reconlaw.claims().items():
        text = run("show", identifier).out
        assert identifier in text and all(f"\n    {name}. " in text for name in ("A1", *claim.controls))
        for form in ("bibtex", "text"):
            done = run("cite", identifier, "--format", form)
            year = dict(PAPERS[claim.paper].fields)["year"]
            assert done.status == 0 and year in done.out and reconlaw.__version__ in done.out


def test_tables_for_people(run, tmp_path):
    done = run("verify", ERRATUM, EXACT, "--report", tmp_path)
    assert "2 of 2 claims as expected, 0 contradicted" in done.out and "3 of 3 controls rejected" in done.out
    assert "(!)" not in done.out
    done = run("recheck", tmp_path / "report.json")
    assert done.out.count("yes") == 5
    assert EXACT in run("list").out


def test_what_set_changed_is_told_everywhere(run, tmp_path):
    change = ("--set", 'cases=[["tanh", "odd"]]', "--set", "n=3")
    done = run("verify", "iurada2025/sign-ambiguity", *change, "--report", tmp_path)
    assert 'changed by --set: cases=[["tanh", "odd"]], n=3' in done.out
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "; changed by --set: <code>cases=[[&quot;tanh&quot;, &quot;odd&quot;]]</code>, <code>n=3</code>; Python" in page
    command = re.search(r"<span>reconlaw (verify .*?)</span>", page)[1]
    assert run(*shlex.split(html.unescape(command)), "--json").json["overrides"] == {"cases": [["tanh", "odd"]], "n": 3}
    assert ", changed by --set: cases=" in (tmp_path / "table.tex").read_text("utf-8")
    assert "changed" not in run("verify", ERRATUM, "--report", tmp_path / "other").out
    assert "changed" not in (tmp_path / "other" / "index.html").read_text("utf-8")


def test_the_parameters_shown_are_those_that_set_takes(run):
    shown = run("show", "iurada2025/sign-ambiguity").out
    quick = json.dumps(reconlaw.claims()["iurada2025/sign-ambiguity"].parameters["quick"]["cases"])
    assert "".join(f"quick: cases={quick}".split()) in "".join(shown.split())


# --- JSON ---


def test_what_is_not_finite_becomes_null(capsys):
    np = pytest.importorskip("numpy")
    print_json({"a": math.nan, "b": [math.inf, np.float64(-math.inf)], "c": np.array([[1.5, math.nan]]), "d": np.int64(3)})
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "a": None, "b": [None, None], "c": [[1.5, None]], "d": 3}


# --- exit statuses and outputs ---


def test_version_is_printed_alone(run):
    assert run("--version") == (0, reconlaw.__version__ + "\n", "")
    done = subprocess.run([sys.executable, "-m", "reconlaw", "--version"], capture_output=True, text=True, cwd="/")
    assert (done.returncode, done.stdout, done.stderr) == (0, reconlaw.__version__ + "\n", "")


def test_every_command_has_help_and_takes_json_and_debug(run):
    assert all(name in run("--help").out for name in COMMANDS)
    for name in COMMANDS:
        done = run(name, "--help")
        assert done.status == 0 and "--json" in done.out and "--debug" in done.out
        assert done.err == ""


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "COMMAND"),
        (("lst",), "invalid choice: 'lst'"),
        (("rank",), "required: --activation, --n, --d, --p"),
        (("rank", "--activation", "tanh", "--n", "two", "--d", "2", "--p", "3"), "--n: invalid int value: 'two'"),
        (("rank", "--activation", "tanh", "--n", "1.5", "--d", "2", "--p", "3"), "invalid int value: '1.5'"),
        (("rank", "--activation", "tanh", "--n", "1", "--d", "2", "--p", "3", "--domain", "ball"), "'ball'"),
        (("verify", "--workers", "many"), "--workers: invalid int value: 'many'"),
        (("verify", "--seed"), "--seed: expected one argument"),
        (("show",), "required: ID"),
        (("cite", "iurada2025", "--format", "ris"), "'ris'"),
        (("list", "--nothing"), "unrecognized arguments: --nothing"),
        (("reconstruct", "x.npz", "--kind", "gradients", "--activation", "tanh"), "'gradients'"),
        (("simulate", "margins"), "'margins'"),
    ],
)
def test_usage_errors(run, arguments, word):
    run(*arguments).refusal(word)


def test_debug_shows_the_traceback(run):
    done = run("rank", "--activation", "nothing", "--n", 1, "--d", 2, "--p", 3, "--debug")
    assert done.status == 3 and "Traceback" in done.err and "InputError" in done.err


def test_an_unforeseen_error_is_one_line_with_its_type(run, monkeypatch):
    def boom(*args, **kwargs):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("reconlaw.ranking.rank", boom)
    done = run("rank", "--activation", "tanh", "--n", 1, "--d", 2, "--p", 3)
    assert (done.status, done.err) == (3, "reconlaw rank: error: ZeroDivisionError: by zero (--debug shows where)\n")


@pytest.mark.parametrize("wrapped", [False, True])
def test_interrupt(run, monkeypatch, wrapped):
    def interrupt(*args, **kwargs):
        if wrapped:  # what a library in C makes of it
            raise SystemError("returned a result with an exception set") from KeyboardInterrupt()
        raise KeyboardInterrupt

    monkeypatch.setattr("reconlaw.ranking.rank", interrupt)
    done = run("rank", "--activation", "tanh", "--n", 1, "--d", 2, "--p", 3)
    assert done == (130, "", "reconlaw rank: interrupted\n")


@pytest.mark.parametrize(
    "arguments", [("list",), ("list", "--json"), ("show", EXACT), ("verify", ERRATUM), ("--version",)], ids=" ".join
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_is_quiet(arguments, unbuffered):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = spawn(*arguments, stdout=writing, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
    finally:
        os.close(writing)
    assert (done.status, done.err) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("cite", "iurada2025"), ("--version",)], ids=" ".join)
def test_a_full_disk_is_told(arguments):
    with open("/dev/full", "w") as full:
        done = spawn(*arguments, stdout=full, env={**os.environ, "PYTHONUNBUFFERED": ""})
    assert done.status == 3
    assert re.fullmatch(r"reconlaw( \w+)?: error: standard output cannot be written: No space left on device\n", done.err)


def test_a_closed_output_is_told():
    process = start("list", preexec_fn=lambda: os.close(1))
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, "reconlaw: error: standard output is closed\n")


def test_results_are_written_before_anything_is_printed(tmp_path, observed):
    """The reader of a pipe may be gone: what was computed is not lost with it."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        spawn("verify", ERRATUM, "--report", tmp_path / "out", stdout=writing)
        spawn("reconstruct", observed, "--kind", "parameters", "--activation", "tanh", "--n", 2,
              "--out", tmp_path / "found.npz", stdout=writing)  # fmt: skip
    finally:
        os.close(writing)
    assert (tmp_path / "out" / "index.html").exists() and (tmp_path / "found.npz").exists()

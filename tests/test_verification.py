"""`verify`: planning, summing up, errors, resuming, and the same verdicts whatever the engine."""

from __future__ import annotations

import builtins
import itertools
import json
from types import SimpleNamespace

import pytest
from command import lines

import reconlaw
from reconlaw.proofs_check import registry
from reconlaw.proofs_check.claim import Claim
from reconlaw.proofs_check.verdict import Verdict
from reconlaw.theory.errors import InputError
from reconlaw.verification import exit_status, plan, verify_all

CHEAP = ["iurada2025/absolute-metric", "iurada2025/row-span", "iurada2025/projection-loss", "iurada2025/sign-ambiguity"]
CARD = """A synthetic statement.

Setting
    None.
Assumptions
    A1. First.
    A2. Second.
Statement
    As told.
Reference
    None.
Tight
    No.
Not checked
    Everything.
"""


def check(rng, *, own, error_probability=0.0, **rest):
    """Ends as it is told: an outcome, or the name of an exception to raise."""
    if own.endswith("Error"):
        raise getattr(builtins, own)("boom,\ntwice")
    slack = {"holds": 0.5, "fails": -0.5, "undecided": None}[own]
    witness = {"decider": "none", "draw": float(rng.random())}
    return Verdict(own, "statistical", "both", slack, f"told so {rest}", witness, error_probability)


@pytest.fixture
def synthetic(monkeypatch):
    """Puts synthetic claims in the place of all: name -> outcome, origin, outcomes of the controls."""

    def replace(**claims):
        modules = {}
        for name, (origin, own, *controls) in claims.items():
            claim = Claim(
                id=f"test2025/{name}",
                title=name,
                kind="identity",
                origin=origin,
                parameters={"quick": {"own": own, "size": 3, "error_probability": 0.25}, "standard": {"own": own, "size": 4}},
                controls={f"A{i}": {"own": outcome} for i, outcome in enumerate(controls, 1)},
            )
            modules[claim.id] = SimpleNamespace(CLAIM=claim, check=check, __doc__=CARD)
        monkeypatch.setattr(registry, "_modules", lambda: modules)
        return [f"test2025/{name}" for name in claims]

    return replace


def without_seconds(report):
    text = json.dumps(report)
    return json.loads(text, object_hook=lambda item: {key: value for key, value in item.items() if key != "seconds"})


# --- arithmetic ---


@pytest.mark.parametrize("origin", ["derived", "erratum"])
@pytest.mark.parametrize(("own", "control"), [*itertools.product(["holds", "fails", "undecided", "error"], repeat=2)])
def test_one_claim_with_one_control(synthetic, origin, own, control):
    told = {"error": "ZeroDivisionError"}
    synthetic(one=(origin, told.get(own, own), told.get(control, control)))
    report = verify_all()
    (claim,), summary = report["claims"], report["summary"]
    expected, contrary = ("fails", "holds") if origin == "erratum" else ("holds", "fails")
    rejected = control not in ("error", expected)
    assert (claim["expected"], claim["outcome"], claim["as_expected"]) == (expected, own, own == expected)
    assert claim["control_outcome"] == control and claim["controls"][0]["rejected"] is rejected
    assert summary == {
        "claims": 1,
        "as_expected": int(own == expected),
        "contradicted": int(own == contrary),
        "undecided": int(own == "undecided"),
        "not_run": 0,
        "errors": (own == "error") + (control == "error"),
        "controls": 1,
        "control_errors": int(control == "error"),
        "controls_rejected": int(rejected),
        "union_error_probability": 0.0 if own == "error" else 0.25,
    }
    status = exit_status(summary)
    if own == contrary or control == expected:
        assert status == 1
    elif "error" in (own, control):
        assert status == 3
    else:
        assert status == (2 if own == "undecided" else 0)


@pytest.mark.parametrize("origin", ["stated", "erratum"])
def test_the_worst_control(synthetic, origin):
    """Worst is the outcome that a control must not have, then an error, then no decision."""
    worst_first = ["holds", "error", "undecided", "fails"] if origin == "stated" else ["fails", "error", "undecided", "holds"]
    told = {"error": "ValueError"}
    for pair in itertools.product(worst_first, repeat=2):
        synthetic(one=(origin, "holds", *(told.get(outcome, outcome) for outcome in pair)))
        (claim,) = verify_all()["claims"]
        assert claim["control_outcome"] == min(pair, key=worst_first.index)


def test_sums_over_claims(synthetic):
    synthetic(a=("derived", "holds", "fails"), b=("erratum", "fails", "holds", "undecided"), c=("stated", "fails", "fails"),
              d=("stated", "undecided", "fails"), e=("stated", "KeyError", "holds", "OSError"))  # fmt: skip
    summary = verify_all()["summary"]
    assert summary == {
        "claims": 5, "as_expected": 2, "contradicted": 1, "undecided": 1, "not_run": 0, "errors": 2, "controls": 7,
        "control_errors": 1, "controls_rejected": 5, "union_error_probability": 1.0,
    }  # fmt: skip
    assert exit_status(summary) == 1


def test_exit_status_of_all_summaries():
    names = ("contradicted", "undecided", "errors", "kept", "not_run")
    for values in itertools.product((0, 1), repeat=5):
        case = dict(zip(names, values))
        summary = {"claims": 2, "controls": 4, "control_errors": 0, "controls_rejected": 4 - case["kept"], **case}
        if case["contradicted"] or case["kept"]:
            assert exit_status(summary) == 1
        elif case["errors"]:
            assert exit_status(summary) == 3
        else:
            assert exit_status(summary) == (2 if case["undecided"] else 0)
    nothing = {"claims": 2, "not_run": 2} | dict.fromkeys(
        ("contradicted", "undecided", "errors", "controls", "controls_rejected", "control_errors"), 0
    )
    assert exit_status(nothing) == 2


def test_a_claim_without_the_level_is_not_run(synthetic, run):
    synthetic(one=("derived", "holds", "fails"))
    report = verify_all(level="thorough")
    (claim,) = report["claims"]
    assert (claim["outcome"], claim["as_expected"], claim["control_outcome"], claim["controls"]) == ("not_run", False, None, [])
    assert claim["reason"] == "cannot decide at this level, only at quick, standard"
    assert report["summary"]["not_run"] == 1 and report["summary"]["as_expected"] == 0
    done = run("verify", "--level", "thorough", "--json")
    assert (done.status, done.json["claims"][0]["outcome"]) == (2, "not_run")


def test_the_existing_erratum():
    report = verify_all(["iurada2025/absolute-metric"])
    (claim,) = report["claims"]
    assert (claim["origin"], claim["expected"], claim["outcome"], claim["as_expected"]) == ("erratum", "fails", "fails", True)
    assert (claim["control_outcome"], claim["controls"][0]["rejected"]) == ("holds", True)
    assert exit_status(report["summary"]) == 0


# --- planning ---


def test_the_plan_overrides_the_level_and_a_control_overrides_both(synthetic):
    (name,) = synthetic(one=("derived", "holds", "fails"))
    own, control = plan([name], "standard", 7, {"own": "undecided", "size": 9})
    assert own.parameters == {"own": "undecided", "size": 9}
    assert control.parameters == {"own": "fails", "size": 9}
    assert (own.control, control.control) == ("", "A1")


def test_keys_tell_everything_apart_that_changes_a_verdict(synthetic):
    first, second = synthetic(one=("derived", "holds", "fails"), two=("derived", "holds", "fails"))
    keys = [
        task.key
        for chosen, level, seed, overrides in (
            ([first], "quick", 0, {}),
            ([second], "quick", 0, {}),
            ([first], "standard", 0, {}),
            ([first], "quick", 1, {}),
            ([first], "quick", 0, {"size": 4}),
        )
        for task in plan(chosen, level, seed, overrides)
    ]
    assert len(set(keys)) == len(keys) == 10
    assert keys[:2] == [task.key for task in plan([first, second], "quick", 0, {})][:2]


def test_the_key_depends_on_the_source(synthetic, monkeypatch):
    (name,) = synthetic(one=("derived", "holds", "fails"))
    before = plan([name], "quick", 0, {})[0].key
    monkeypatch.setattr("reconlaw.verification.source_digest", lambda: "other")
    assert plan([name], "quick", 0, {})[0].key != before


def test_python_verify(synthetic):
    (name,) = synthetic(one=("derived", "holds", "fails"))
    verdict = reconlaw.verify(name, seed=5, size=8)
    assert (verdict.outcome, verdict.provenance["seed"], verdict.provenance["overridden"]) == ("holds", 5, ["size"])
    assert verdict.provenance["parameters"]["size"] == 8
    assert verdict.seconds > 0
    json.dumps(verdict.to_dict())
    synthetic(one=("derived", "ZeroDivisionError", "fails"))
    with pytest.raises(ZeroDivisionError, match="boom"):
        reconlaw.verify(name)


# --- errors ---


def test_a_crash_is_an_error_and_the_others_finish(synthetic, run):
    synthetic(a=("derived", "holds", "fails"), b=("derived", "ZeroDivisionError", "fails"),
              c=("derived", "holds", "fails"))  # fmt: skip
    done = run("verify", "--json")
    assert done.status == 3
    assert [claim["outcome"] for claim in done.json["claims"]] == ["holds", "error", "holds"]
    assert done.err == "reconlaw verify: error: test2025/b: ZeroDivisionError: boom, twice\n"
    done = run("verify", "--debug")
    assert "Traceback" in done.err and "in check" in done.err
    assert "error  (!)" in done.out


def test_what_a_claim_may_return(synthetic, run, monkeypatch, tmp_path):
    """Anything that cannot be journalled is an error of its claim, not the end of the run."""
    synthetic(a=("derived", "holds", "fails"), b=("derived", "holds", "fails"))
    for bad in (None, {"outcome": "holds"}, Verdict("holds", "exact", "both", 0.0, "", {"decider": "x"}, details={"x": {1}})):
        monkeypatch.setattr(registry._modules()["test2025/b"], "check", lambda rng, bad=bad, **rest: bad)
        report = verify_all(report=tmp_path / "out", fresh=True)
        assert [claim["outcome"] for claim in report["claims"]] == ["holds", "error"]
        assert len(lines(tmp_path / "out" / "verdicts.jsonl")) == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crash_in_a_real_claim(workers):
    """More samples than features: the kernel matrix is singular."""
    report = verify_all(["iurada2025/row-span"], overrides={"n": 20}, workers=workers)
    (claim,) = report["claims"]
    assert (claim["outcome"], claim["control_outcome"], report["summary"]["errors"]) == ("error", "error", 3)
    assert "row_span.py" in claim["error"] and "Traceback" in claim["error"] and "\n" not in claim["reason"]


# --- engines, seeds, resuming ---


def test_two_processes_give_the_verdicts_of_one(run):
    serial, parallel = (run("verify", *CHEAP, "--workers", workers, "--json") for workers in (1, 2))
    assert serial.status == parallel.status == 0
    assert without_seconds(serial.json) == without_seconds(parallel.json)
    full = [without_seconds(verify_all(CHEAP[:2], workers=workers)) for workers in (1, 2)]
    assert full[0] == full[1]


def test_a_verdict_does_not_depend_on_which_others_run():
    alone, among = verify_all(CHEAP[1:2], seed=3), verify_all(CHEAP[:3], seed=3)
    assert without_seconds(alone["claims"][0]) == without_seconds(among["claims"][1])


def test_resuming(synthetic, tmp_path):
    journal = tmp_path / "verdicts.jsonl"
    first, _ = synthetic(a=("derived", "holds", "fails"), b=("derived", "undecided", "fails"))
    seen = []
    before = verify_all([first], report=tmp_path, progress=lambda *now: seen.append(now))
    assert seen == [(0, 2, ""), (1, 2, f"{first}"), (2, 2, f"{first} A1")]
    assert len(lines(journal)) == 2

    seen.clear()
    both = verify_all(report=tmp_path, progress=lambda *now: seen.append(now))
    assert seen[0] == (2, 4, "resumed") and len(seen) == 3
    assert len(lines(journal)) == 4
    assert both["claims"][0] == before["claims"][0]  # seconds too: nothing was computed again

    assert verify_all(report=tmp_path) == both
    assert len(lines(journal)) == 4
    for count, change in enumerate(({"seed": 1}, {"level": "standard"}, {"overrides": {"size": 9}}), 1):
        verify_all(report=tmp_path, **change)
        assert len(lines(journal)) == 4 + 4 * count
    assert verify_all(report=tmp_path) == both  # and what was there is still found
    assert len({entry["key"] for entry in lines(journal)}) == 16

    verify_all(report=tmp_path, fresh=True)
    assert len(lines(journal)) == 4


def test_an_error_is_tried_again(synthetic, tmp_path):
    (name,) = synthetic(a=("derived", "holds", "fails"))
    registry._modules()[name].check = lambda rng, **rest: 1 / 0
    assert verify_all(report=tmp_path)["summary"]["errors"] == 2
    registry._modules()[name].check = check
    report = verify_all(report=tmp_path)
    assert report["summary"]["errors"] == 0
    assert len(lines(tmp_path / "verdicts.jsonl")) == 4
    assert verify_all(report=tmp_path) == report


def test_a_torn_line_costs_one_task(synthetic, tmp_path):
    synthetic(a=("derived", "holds", "fails"), b=("derived", "undecided", "fails"))
    journal = tmp_path / "verdicts.jsonl"
    verify_all(report=tmp_path)
    journal.write_bytes(journal.read_bytes()[:-20])
    seen = []
    verify_all(report=tmp_path, progress=lambda *now: seen.append(now))
    assert seen[0] == (3, 4, "resumed") and len(seen) == 2
    assert len(lines(journal)) == 4


def test_a_damaged_journal_is_refused(synthetic, tmp_path, run):
    synthetic(a=("derived", "holds", "fails"), b=("derived", "undecided", "fails"))
    verify_all(report=tmp_path)
    journal = tmp_path / "verdicts.jsonl"
    content = journal.read_text().splitlines(keepends=True)
    content[1] = content[1][:30] + "\n"
    journal.write_text("".join(content))
    run("verify", "--report", tmp_path).refusal(f"{journal}, line 2: is not a JSON object", "--fresh")
    assert journal.read_text() == "".join(content)
    with pytest.raises(InputError):
        verify_all(report=tmp_path)
    assert run("verify", "--report", tmp_path, "--fresh").status == 2
    assert len(lines(journal)) == 4


def test_lines_of_another_program_are_left_alone(synthetic, tmp_path):
    synthetic(a=("derived", "holds", "fails"))
    (tmp_path / "verdicts.jsonl").write_text('{}\n{"key": "other"}\n{"key": 3}\n')
    assert verify_all(report=tmp_path)["summary"]["as_expected"] == 1
    assert len(lines(tmp_path / "verdicts.jsonl")) == 5

"""`reconlaw diagram` from the shell: files, resuming, redrawing, and one line for each mistake."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from diagram_samples import CELLS

from reconlaw.diagrams import NAMES, Size, coefficients, drawing, law
from reconlaw.figures.table import Table

FILES = ("csv", "json", "nc", "pdf", "png")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two diagrams with sizes that take no time."""
    tiny = {"small": Size(CELLS["coefficients"], 8, "no time"), "paper": Size(CELLS["coefficients"], 9, "no time")}
    monkeypatch.setattr(coefficients, "DIAGRAM", replace(coefficients.DIAGRAM, sizes=tiny))
    cells = law.cells((1, 2), 3, (1, 4, 8))
    monkeypatch.setattr(law, "DIAGRAM", replace(law.DIAGRAM, sizes={"small": Size(cells, 2, "no time")}))


@pytest.fixture
def no_figure(monkeypatch):
    """Drawing is left out, where only the rest matters."""
    monkeypatch.setattr(drawing, "_figure", lambda *_: None)
    monkeypatch.setattr(drawing, "render", lambda *_: b"not drawn")


def content(directory, name="coefficients", kinds=("csv", "pdf", "png")):
    return {kind: (directory / f"{name}.{kind}").read_bytes() for kind in kinds}


def test_list_says_what_each_shows_and_costs(run):
    done = run("diagram", "--list", "--json")
    assert done.status == 0 and [entry["diagram"] for entry in done.json] == list(NAMES)
    for entry in done.json:
        assert len(entry["title"]) > 20 and all(
            size["cost"] and size["cells"] and size["trials"] for size in entry["sizes"].values()
        )
    text = run("diagram", "--list").out
    assert all(name in text for name in NAMES) and "minute" in text


def test_every_file_is_written_and_the_record_says_what_was_done(run, tmp_path):
    import xarray

    done = run("diagram", "law", "--out", tmp_path / "law", "--seed", 3, "--json")
    assert done.status == 0
    files = {kind: tmp_path / "law" / f"law.{kind}" for kind in FILES}
    assert done.json["files"] == {kind: str(path) for kind, path in files.items()}
    record = json.loads(files["json"].read_text())
    assert {key: done.json[key] for key in record} == record
    assert (record["diagram"], record["seed"], record["trials"], record["complete"]) == ("law", 3, 2, True)
    assert record["parameters"]["starts"] == [1] and record["parameters"]["p"] == [1, 2, 4, 8, 16]
    assert "2 independent trials for each cell, with one start of the search in each." in record["caption"]
    assert "Iurada" in record["citations"][0] and "reconlaw" in record["citations"][1]
    assert record["provenance"]["version"] and record["provenance"]["versions"]["numpy"]
    assert record["data_sha256"].encode() in files["pdf"].read_bytes()
    table = Table.from_csv(files["csv"].read_text())
    assert {p["panel"] for p in record["points_50_percent"]} == set(table.panels)
    data = xarray.load_dataset(files["nc"], engine="h5netcdf")
    assert json.loads(data.attrs["provenance"]) == record["provenance"]
    assert int(data["recovered"].sum()) == sum(row.successes for row in table.select(series="recovered").rows)


def test_two_workers_give_the_same_files(run, tmp_path):
    for workers in (1, 2):
        assert run("diagram", "coefficients", "--out", tmp_path / str(workers), "--workers", workers).status == 0
    assert content(tmp_path / "1") == content(tmp_path / "2")


def test_text_output_is_the_caption(run, tmp_path, no_figure):
    done = run("diagram", "coefficients", "--out", tmp_path)
    assert (
        done.status == 0 and " ".join(done.out.split()) == json.loads((tmp_path / "coefficients.json").read_text())["caption"]
    )
    assert "8 independent trials for each cell." in " ".join(done.out.split()) and "start" not in done.out
    assert done.err.startswith("wrote ")


def test_the_same_command_computes_nothing_again_and_more_trials_are_added(run, tmp_path, no_figure):
    run("diagram", "coefficients", "--out", tmp_path)
    before, journal = content(tmp_path), (tmp_path / "journal.jsonl").read_bytes()
    assert run("diagram", "coefficients", "--out", tmp_path).status == 0
    assert content(tmp_path) == before and (tmp_path / "journal.jsonl").read_bytes() == journal
    assert run("diagram", "coefficients", "--out", tmp_path, "--trials", 10).status == 0
    longer = (tmp_path / "journal.jsonl").read_bytes()
    assert longer.startswith(journal) and longer.count(b"\n") == journal.count(b"\n") + 2 * len(CELLS["coefficients"])
    assert run("diagram", "coefficients", "--out", tmp_path, "--fresh").status == 0
    assert content(tmp_path) == before


def test_from_csv_draws_the_same_bytes_with_the_record_beside_it(run, tmp_path):
    run("diagram", "coefficients", "--out", tmp_path / "a")
    done = run("diagram", "coefficients", "--out", tmp_path / "b", "--from-csv", tmp_path / "a" / "coefficients.csv")
    assert done.status == 0
    kinds = ("csv", "pdf", "png", "json")
    assert content(tmp_path / "a", kinds=kinds) == content(tmp_path / "b", kinds=kinds)
    assert not (tmp_path / "b" / "journal.jsonl").exists()


def test_from_csv_of_changed_numbers_does_not_take_the_record(run, tmp_path, no_figure):
    run("diagram", "coefficients", "--out", tmp_path / "a")
    path = tmp_path / "a" / "coefficients.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    done = run("diagram", "coefficients", "--out", tmp_path / "b", "--from-csv", path, "--json")
    assert done.status == 0 and done.json["parameters"] is None
    assert "not known" in done.json["caption"]
    assert (tmp_path / "b" / "coefficients.csv").read_text() == path.read_text()


def test_more_starts_are_said(run, tmp_path, no_figure):
    done = run("diagram", "law", "--out", tmp_path, "--starts", 2, "--trials", 1, "--json")
    assert done.status == 0 and "One trial for each cell, with up to 2 starts of the search in each." in done.json["caption"]


def test_a_budget_that_ends_first_draws_what_there_is(run, tmp_path, no_figure):
    done = run("diagram", "coefficients", "--out", tmp_path, "--budget", "0.0001s")
    assert (done.status, done.out) == (2, "") and "the same command resumes" in done.err
    assert not (tmp_path / "coefficients.pdf").exists()
    done = run("diagram", "coefficients", "--out", tmp_path, "--shard", "1/2")
    assert (done.status, done.out) == (0, "") and "without --shard draws" in done.err
    assert not (tmp_path / "coefficients.pdf").exists()
    done = run("diagram", "coefficients", "--out", tmp_path, "--budget", "0.0001s", "--json")
    assert done.status == 2 and done.json["pending"] == 8 and not done.json["complete"]
    assert "at most" in done.json["caption"] and "not complete" in done.json["caption"]
    assert (tmp_path / "coefficients.pdf").exists()
    assert run("diagram", "coefficients", "--out", tmp_path, "--json").json["complete"]


def test_ctrl_c_says_how_to_resume(run, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(drawing, "run_sweep", interrupted)
    done = run("diagram", "coefficients", "--out", tmp_path)
    assert done.status == 130
    assert f"{tmp_path}: the trials so far are kept; the same command resumes" in done.err


def test_trials_that_raise_are_told_and_the_others_drawn(run, tmp_path, monkeypatch):
    cells = (*CELLS["coefficients"][:1], {**CELLS["coefficients"][0], "activation": "nothing"})
    monkeypatch.setattr(coefficients, "DIAGRAM", replace(coefficients.DIAGRAM, sizes={"small": Size(cells, 8, "")}))
    done = run("diagram", "coefficients", "--out", tmp_path)
    assert done.status == 3 and "8 trials failed" in done.err and "nothing" in done.err
    assert (tmp_path / "coefficients.pdf").exists()


def test_a_directory_of_another_run_is_refused(run, tmp_path, no_figure):
    run("diagram", "coefficients", "--out", tmp_path)
    before = content(tmp_path)
    run("diagram", "coefficients", "--out", tmp_path, "--seed", 1).refusal("seed", "--fresh")
    run("diagram", "law", "--out", tmp_path).refusal("sweep", "--fresh")
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("NAME", "--list")),
        (("law",), ("--out",)),
        (("lore", "--out", "{}"), ("lore", "law", "digits")),
        (("law", "--out", "{}", "--size", "huge"), ("size", "huge")),
        (("law", "--out", "{}", "--trials", "0"), ("trials", "0")),
        (("law", "--out", "{}", "--starts", "0"), ("starts", "0")),
        (("coefficients", "--out", "{}", "--starts", "2"), ("starts", "coefficients")),
        (("law", "--out", "{}", "--seed", "-1"), ("seed", "-1")),
        (("law", "--out", "{}", "--workers", "0"), ("workers", "0")),
        (("law", "--out", "{}", "--budget", "soon"), ("--budget", "soon")),
        (("law", "--out", "{}", "--budget", "0m"), ("--budget", "0m")),
        (("law", "--out", "{}", "--shard", "3/2"), ("shard", "(3, 2)")),
        (("law", "--out", "{}", "--shard", "some"), ("--shard", "some")),
        (("law", "--out", "{}", "--workers", "2", "--mpi"), ("--mpi", "--workers")),
        (("law", "--out", "{}", "--from-csv", "{}/none.csv"), ("none.csv", "no such file")),
        (("law", "--out", "/dev/null"), ("/dev/null", "directory")),
    ],
)
def test_bad_input_is_one_line(run, tmp_path, arguments, words):
    run("diagram", *(argument.replace("{}", str(tmp_path)) for argument in arguments)).refusal(*words)


def test_a_csv_of_another_diagram_or_a_damaged_one_is_refused(run, tmp_path, no_figure):
    run("diagram", "coefficients", "--out", tmp_path)
    csv = tmp_path / "coefficients.csv"
    run("diagram", "law", "--out", tmp_path / "b", "--from-csv", csv).refusal("coefficients.csv", "law", "recovered")
    csv.write_text(csv.read_text().replace("0.1,", "O.1,", 1))
    run("diagram", "coefficients", "--out", tmp_path / "b", "--from-csv", csv).refusal("line 2")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe")
    run("diagram", "law", "--out", tmp_path / "b", "--from-csv", tmp_path / "b.csv").refusal("b.csv")


def test_the_function_returns_table_and_figure(tmp_path):
    import reconlaw as rl

    drawn = rl.diagram("coefficients", tmp_path)
    assert drawn.complete and drawn.table.to_csv() == (tmp_path / "coefficients.csv").read_text()
    assert drawn.figure().axes and "coefficient" in drawn.caption

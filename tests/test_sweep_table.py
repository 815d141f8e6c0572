"""The table of a sweep: counts, columns, CSV and netCDF."""

from __future__ import annotations

import csv
import json
import math
from argparse import ArgumentParser

import numpy as np
import pytest
import xarray
from sweep_trials import CELLS, coins

from reconlaw.cli import sweep_options
from reconlaw.numerics.sweep import Progress, Sweep, SweepResult, run_sweep
from reconlaw.theory.errors import InputError


@pytest.fixture(scope="module")
def result():
    return run_sweep(coins(5))


def made(cells, trials, value):
    """A result without a run: `value(cell, trial)` gives the dict of each trial, or None for one that is missing."""
    sweep = Sweep("made", "m:f", tuple(cells), trials, 0, "1")
    pairs = [(cell, trial) for cell in sweep.cells for trial in range(trials)]
    rows = [{**c, "trial": t, **found} for c, t in pairs if (found := value(c, t)) is not None]
    return SweepResult(sweep, rows, len(rows) == len(pairs))


def test_counts(result):
    counts = result.counts("success", by=("q",))
    assert list(counts) == [(0.1,), (0.5,), (0.9,)]
    for (q,), (successes, trials) in counts.items():
        column = [row["success"] for row in result.rows if row["q"] == q]
        assert (successes, trials) == (sum(column), len(column)) == (sum(column), 15)
    assert list(result.counts("success", by=("q", "n"))) == [(cell["q"], cell["n"]) for cell in CELLS]
    assert result.counts("success", by=())[()] == (sum(row["success"] for row in result.rows), 45)
    assert made(CELLS, 2, lambda c, t: None).counts("success", ("n",)) == {(1,): (0, 0), (2,): (0, 0), (3,): (0, 0)}


@pytest.mark.parametrize(
    ("field", "by", "words"), [("sucess", ("n",), "field = 'sucess'"), ("success", ("m",), "parameter = 'm'")]
)
def test_counts_of_what_is_not_there(result, field, by, words):
    with pytest.raises(InputError, match=words):
        result.counts(field, by)


def test_columns(result):
    columns = result.columns()
    assert list(columns) == ["n", "q", "trial", "success", "rank", "error"]
    assert [column.dtype.kind for column in columns.values()] == ["i", "f", "i", "b", "i", "f"]
    assert all(column.shape == (45,) for column in columns.values())
    assert columns["trial"].tolist() == list(range(5)) * 9
    with pytest.raises(InputError, match="results n, trial, b: must have the names of the first, n, trial, a"):
        made([{"n": 1}], 2, lambda c, t: {"ab"[t]: 1}).columns()


def test_netcdf_is_a_labelled_cube(result, tmp_path):
    result.to_netcdf(tmp_path / "t.nc", {"commit": None, "versions": {"numpy": "2"}})
    read = xarray.load_dataset(tmp_path / "t.nc")
    assert dict(read.sizes) == {"n": 3, "q": 3, "trial": 5}
    assert {name: read[name].dtype.kind for name in read.data_vars} == {"success": "b", "rank": "i", "error": "f"}
    for row in result.rows:
        cell = read.sel(n=row["n"], q=row["q"], trial=row["trial"])
        assert all(cell[name] == row[name] for name in ("success", "rank", "error"))
    assert json.loads(read.attrs["provenance"]) == {"commit": None, "versions": {"numpy": "2"}}
    assert json.loads(read.attrs["specification"])["seed"] == 0
    assert read.drop_attrs().identical(result.to_xarray().drop_attrs())


def test_netcdf_of_cells_that_fill_no_grid(tmp_path):
    cells = [{"activation": "relu", "n": 1, "spare": None}, {"activation": "é", "n": 2, "spare": [1, "a"]}]
    ragged = made(cells, 2, lambda c, t: {"ok": True, "x": math.inf if t else math.nan})
    ragged.to_netcdf(tmp_path / "t.nc")
    read = xarray.load_dataset(tmp_path / "t.nc")
    assert dict(read.sizes) == {"row": 4} and read.activation.values.tolist() == ["relu", "relu", "é", "é"]
    assert read.spare.values.tolist() == ["null", "null", '[1, "a"]', '[1, "a"]']
    assert np.array_equal(read.x, [math.nan, math.inf] * 2, equal_nan=True) and read.ok.dtype == bool
    made(CELLS, 2, lambda c, t: {"ok": True} if t < c["n"] else None).to_netcdf(tmp_path / "t.nc")
    assert dict(xarray.load_dataset(tmp_path / "t.nc").sizes) == {"row": 15}
    made(CELLS, 1, lambda c, t: None).to_netcdf(tmp_path / "t.nc")
    assert set(xarray.load_dataset(tmp_path / "t.nc").sizes.values()) == {0}


def test_csv_gives_back_every_number(result, tmp_path):
    result.to_csv(tmp_path / "t.csv")
    read = list(csv.DictReader((tmp_path / "t.csv").read_text().splitlines()))
    assert len(read) == 45
    for text, row in zip(read, result.rows, strict=True):
        assert {name: float(value) for name, value in text.items()} == row
    made(CELLS, 1, lambda c, t: None).to_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "n,q,trial\n"


def test_files_are_written_whole_or_not_at_all(result, tmp_path):
    for write, name in ((result.to_csv, "t.csv"), (result.to_netcdf, "t.nc")):
        with pytest.raises(InputError, match="cannot be written"):
            write(tmp_path / "nowhere" / name)
        write(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.nc"]


# --- options of the command line ---


def options(*arguments):
    parser = ArgumentParser()
    sweep_options.configure(parser)
    return sweep_options.keywords(parser.parse_args(arguments))


def test_options():
    nothing = {"workers": 1, "scheduler": None, "mpi": False, "budget_s": None, "shard": None, "fresh": False}
    assert options() == nothing
    assert options("--workers", "2", "--budget", "1h30m", "--shard", "3/8", "--fresh") == nothing | {
        "workers": 2, "budget_s": 5400.0, "shard": (3, 8), "fresh": True
    }  # fmt: skip
    assert options("--scheduler", "tcp://a:1", "--budget", "90")["budget_s"] == options("--budget", "1.5m")["budget_s"] == 90.0
    for arguments in (("--budget", "soon"), ("--budget", "0m"), ("--budget", "10 m"), ("--budget", ""), ("--budget", "-5s")):
        with pytest.raises((InputError, SystemExit)):
            options(*arguments)
    for text in ("3", "a/b", "3/", "-1/2"):
        with pytest.raises(InputError, match=f"--shard '{text}': must have the form K/M"):
            options(f"--shard={text}")


def test_progress_in_words(capsys, monkeypatch):
    assert sweep_options.describe(Progress(0, 9, 0, math.nan, math.nan)) == "waiting for the first result"
    assert sweep_options.describe(Progress(4, 9, 2, 0.5, 3725.4)) == "0.5 per second, 1:02:05 to go, 2 failed"
    monkeypatch.setattr(sweep_options, "LOG_S", 0.0)
    with sweep_options.progress_bar() as show:
        run_sweep(coins(1), progress=show)
    assert "9 of 9 trials, " in capsys.readouterr().err

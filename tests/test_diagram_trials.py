"""The table of plotted numbers, and one trial of each diagram against what it must be."""

from __future__ import annotations

import numpy as np
import pytest
from diagram_samples import tiny

from reconlaw.diagrams import find
from reconlaw.figures.table import COLUMNS, Row, Table
from reconlaw.numerics.engine import one_thread
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples
from reconlaw.numerics.sweep import SweepResult
from reconlaw.theory.errors import InputError

# --- the table ---


def test_columns_and_rows_of_a_table():
    table = Table([Row("a", "s", 1.0, 2.0, successes=3, trials=4), Row("b", 't, "u"', 1 / 3, low=-np.inf, note="é")])
    text = table.to_csv()
    assert text.splitlines()[0] == ",".join(COLUMNS) and Table.from_csv(text) == table
    assert text.splitlines()[2] == 'b,"t, ""u""",0.3333333333333333,,,-inf,,,,é'
    assert table.panels == ["a", "b"] and table.series("b") == ['t, "u"']


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "line 1"),
        ("a,b\n", "line 1"),
        (",".join(COLUMNS) + "\na,b\n", "line 2"),
        (",".join(COLUMNS) + "\na,b,x,,,,,,,\n", "line 2: x"),
    ],
)
def test_a_damaged_csv_is_named(text, line):
    with pytest.raises(ValueError, match=line):
        Table.from_csv(text)


# --- the trials ---


def one(name, seed=0, **cell):
    with one_thread():
        return find(name).sweep("small").load()(np.random.default_rng(seed), **cell)


def test_a_trial_of_the_law_depends_on_its_stream_only():
    cell = {"activation": "tanh", "n": 2, "d": 4, "p": 24, "starts": 1}
    assert one("law", **cell) == one("law", **cell)
    assert one("law", **cell)["recovered"] and one("law", **cell)["error"] < 1e-6
    assert not one("law", **{**cell, "p": 6})["recovered"]


def test_more_starts_find_more():
    cell = {"activation": "tanh", "n": 2, "d": 4, "p": 11}
    counts = [sum(one("law", seed, starts=k, **cell)["recovered"] for seed in range(12)) for k in (1, 6)]
    assert counts[0] < counts[1]


def test_a_model_of_inactive_features_is_guessed():
    found = [one("law", seed, activation="relu", n=1, d=3, p=1, starts=1) for seed in range(6)]
    assert all(0 < f["error"] <= 2 and not f["recovered"] for f in found)
    assert {f["met"] for f in found} == {True, False}


def test_training_error_is_that_of_least_squares():
    rng = np.random.default_rng(7)
    for p in (2, 4, 9):
        X, n, d = sphere_samples(4, 3, np.random.default_rng(7)), 4, 3
        found = one("two-thresholds", 7, activation="tanh", n=n, d=d, p=p, starts=1)
        sphere_samples(4, 3, rng := np.random.default_rng(7))
        model = RandomFeatures.gaussian(p, d, "tanh", rng)
        y = X @ rng.standard_normal(d) / np.sqrt(d) + 0.5 * rng.standard_normal(n)
        Q = np.linalg.qr(model.features(X))[0]
        assert found["training"] == pytest.approx(np.sum((y - Q @ (Q.T @ y)) ** 2) / np.sum(y**2), abs=1e-10)


def test_wrong_zeros_below_and_none_above():
    below = [one("spurious", k, problem="parameters", activation="tanh", n=2, d=4, p=6, starts=1) for k in range(10)]
    above = [one("spurious", k, problem="parameters", activation="tanh", n=2, d=4, p=10, starts=2) for k in range(10)]
    assert sum(f["wrong"] for f in below) >= 8 and sum(f["wrong"] for f in above) == 0 < sum(f["truth"] for f in above)
    span = [one("spurious", k, problem="span", activation="tanh", n=2, d=4, p=p, starts=1) for k in range(6) for p in (4, 7)]
    assert sum(f["wrong"] for f in span[::2]) >= 4 and not any(f["wrong"] for f in span[1::2])


def test_rank_trials_prove_what_rank_proves():
    from reconlaw.ranking import rank

    assert one("rank-map", activation="tanh", n=2, d=3, p=6) == {"lower": 6, "upper": 6, "ball": True, "formula": -1}
    found = one("rank-map", activation="hermite:1+hermite:3", n=3, d=2, p=6)
    assert found["lower"] == found["upper"] == rank("hermite:1+hermite:3", 3, 2, 6).rank_lower == 4 and not found["ball"]
    for seed in range(5):
        found = one("rank-map", seed, activation="relu", n=2, d=3, p=6)
        assert found["lower"] == found["upper"] == found["formula"] == rank("relu", 2, 3, 6, seed=seed).rank_lower


def test_outputs_are_proved_at_the_threshold_and_not_below():
    cell = {"kind": "rank", "activation": "tanh", "n": 2, "d": 3, "outputs": 2, "starts": 1}
    assert one("outputs", m=4, **cell)["success"] and not one("outputs", m=3, **cell)["success"]
    attack = {**cell, "kind": "attack"}
    assert one("outputs", m=12, **attack)["success"] and not one("outputs", m=3, **attack)["success"]


def test_errors_of_samples_follow_their_coefficients():
    found = [one("coefficients", k, activation="tanh", n=3, d=4, p=60, noise=1e-7) for k in range(30)]
    for k in (1, 2, 3):
        ratio = np.array([f[f"error_{k}"] / f[f"predicted_{k}"] for f in found])
        assert 0.6 < np.mean(ratio**2) < 1.5
    assert 5 < np.median([f["predicted_1"] / f["predicted_2"] for f in found]) < 20


def test_digits_come_back():
    cell = {"activation": "tanh", "n": 2, "d": 64, "p": 512, "starts": 2, "data": "digits"}
    assert one("digits", **cell)["recovered"]
    with pytest.raises(InputError, match="data"):
        one("digits", **{**cell, "data": "faces"})


@pytest.mark.parametrize("starts", [0, 1.5])
def test_bad_numbers_of_starts_are_named(starts):
    with pytest.raises(InputError, match="starts"):
        find("law").sweep("small", starts=starts)


def test_a_diagram_without_a_search_takes_no_starts():
    with pytest.raises(InputError, match="rank-map do not take"):
        find("rank-map").sweep("small", starts=2)
    with pytest.raises(InputError, match="size"):
        find("collapse").sweep("full")
    with pytest.raises(InputError, match="diagram"):
        find("nothing")


def test_counts_of_an_empty_result_are_no_table():
    sweep = tiny("law").sweep("tiny")
    table = find("law").table(SweepResult(sweep, [], complete=False))
    assert table.select(series="recovered").rows == ()

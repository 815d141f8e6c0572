"""The diagram `gradients`: what it draws is what its trials say, and a trial is what `invert_gradient` gives."""

from __future__ import annotations

import numpy as np
import pytest
from diagram_samples import TRIALS, sample
from test_diagram_trials import one
from test_diagrams import bars, draw, drawn, numbers

import reconlaw as rl
from reconlaw.diagrams import find
from reconlaw.diagrams.summaries import median
from reconlaw.figures.table import Row, Table


def test_gradients_draws_medians_against_both_scales():
    result = sample("gradients")
    table = find("gradients").table(result)
    axes = draw("gradients", table).axes
    assert table.panels == [f"{name}: {scale}" for name in ("tanh", "elu") for scale in ("sqrt(d/m)", "1/sqrt(m)")]
    assert {(row["d"], row["m"]) for row in result.rows} == {(5, 500), (5, 125), (5, 31), (20, 500), (20, 125)}
    for panel, mine in zip(table.panels, (axes[0], axes[2], axes[1], axes[3])):
        assert mine.get_xscale() == mine.get_yscale() == "log"
        activation, scale = panel.split(": ")
        above = scale == "sqrt(d/m)"
        for field in ("moments", "eigenvectors", "printed", "predicted") if above else ("rowspace",):
            for d in (5, 20):
                rows = table.select(panel, f"{field}, d = {d}")
                assert np.array_equal(drawn(mine, f"{field}, d = {d}"), numbers(rows))
                assert (np.diff(rows.column("x")) > 0).all()
                for row, m in zip(rows.rows, (500, 125, 31)):
                    assert row.x == pytest.approx(np.sqrt((d if above else 1) / m))
                    trials = [r for r in result.rows if (r["activation"], r["d"], r["m"]) == (activation, d, m)]
                    assert row.y == pytest.approx(np.median([r[field] for r in trials])) and row.trials == TRIALS
                    assert row.low <= row.y <= row.high
                    if field != "predicted":
                        assert (round(row.x, 9), round(row.low, 9), round(row.high, 9)) in bars(mine)
        x, y = drawn(mine, "slope 1")
        assert np.array_equal(x, y) and len(x) == 2


def test_gradients_says_the_common_slope_of_all_dimensions():
    """Shifting one curve does not change it; two curves at different d with slope 1/2 each have it."""
    rows = [
        Row("tanh: sqrt(d/m)", f"moments, d = {d}", x, height * x**0.5)
        for d, height, xs in ((5, 1.0, (0.01, 0.02, 0.1)), (20, 7.0, (0.05, 0.1)))
        for x in xs
    ] + [Row("tanh: sqrt(d/m)", "moments, d = 5", 0.4, 9.0)]
    assert "tanh, moments: 0.50." in find("gradients").caption(Table(rows), "")
    assert "tanh, moments" not in find("gradients").caption(Table(rows[:1]), "")
    assert "elu, moments" not in find("gradients").caption(
        find("gradients").table(sample("gradients")).select("tanh: sqrt(d/m)"), ""
    )


def test_gradients_says_where_there_is_no_interval():
    """Six values are the fewest whose extremes enclose the median except with probability 2 / 2^6 < .05."""
    values = {5: "no interval: too few trials.", 6: "medians, with 95 % intervals (distribution-free)."}
    rows = {n: median("tanh: sqrt(d/m)", f"moments, d = {n}", 0.1, [1.0] * n) for n in values}
    for n, words in values.items():
        assert words in find("gradients").caption(Table([rows[n]]), "")
    assert "(distribution-free), none where there are too few trials." in find("gradients").caption(Table(rows.values()), "")


@pytest.mark.parametrize("activation", ["tanh", "elu", "relu"])
def test_gradient_estimates_are_ordered_and_as_predicted(activation):
    small, large = ({"activation": activation, "B": 2, "d": 10, "m": m} for m in (4000, 64_000))
    assert one("gradients", 1, **small) == one("gradients", 1, **small)
    few, many = ([one("gradients", k, **cell) for k in range(9)] for cell in (small, large))
    error = {name: float(np.median([f[name] for f in many])) for name in many[0]}
    assert error["rowspace"] < error["moments"] < error["eigenvectors"] < error["printed"]
    assert error["eigenvectors"] == pytest.approx(error["predicted"], rel=0.5)
    for name in ("moments", "rowspace", "eigenvectors", "predicted"):
        assert error[name] < 0.5 * np.median([f[name] for f in few])


def test_a_gradient_error_is_the_root_of_the_mean_square(monkeypatch):
    """Of unit samples: at most sqrt(2) up to signs, and that of samples found by the public function."""
    cell, seen = {"activation": "tanh", "B": 3, "d": 8, "m": 400}, []
    network = rl.TwoLayerNetwork.gradient
    monkeypatch.setattr(
        rl.TwoLayerNetwork, "gradient", lambda self, X, y, **more: seen.append((self, X, y)) or network(self, X, y, **more)
    )
    found = one("gradients", 3, **cell)
    ((net, X, y),) = seen
    assert np.allclose(np.linalg.norm(X, axis=1), 1) and y.tolist() == [1, -1, 1] and net.shape == (400, 8)
    again = rl.invert_gradient(network(net, X, y, loss_scale=1.0), net, 3, route="rowspace", seed=0).samples
    squares = rl.match(X, again, "sign").errors ** 2
    assert found["rowspace"] == pytest.approx(np.sqrt(squares.mean()), rel=1e-6)
    assert all(0 < value <= np.sqrt(2) for name, value in found.items() if name != "predicted")

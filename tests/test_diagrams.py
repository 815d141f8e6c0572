"""Plotted numbers, not pixels: what a figure draws is what its table holds, and the table is what the trials say."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from diagram_samples import CELLS, TRIALS, sample
from matplotlib.colors import to_rgb
from scipy import stats

from reconlaw.diagrams import NAMES, find
from reconlaw.diagrams.drawing import render
from reconlaw.figures.style import ONE_COLUMN, TWO_COLUMNS, plain_log_ticks, style
from reconlaw.figures.table import Table
from reconlaw.theory.transition import transition


@pytest.fixture(scope="module")
def tables():
    return {name: find(name).table(sample(name)) for name in NAMES}


@pytest.fixture(scope="module")
def figures(tables):
    return {name: draw(name, tables[name]) for name in NAMES}


@pytest.fixture(scope="module")
def pdfs(figures):
    return {name: render(figures[name], "pdf", "title", "abc") for name in NAMES}


def draw(name, table):
    module, _, function = find(name).figure.partition(":")
    return getattr(import_module(module), function)(table)


def lines(axes):
    """The lines by their labels."""
    return {line.get_label(): line for line in axes.get_lines()}


def drawn(axes, label):
    return np.array(lines(axes)[label].get_data(), dtype=float)


def numbers(table):
    return np.array([table.column("x"), table.column("y")])


def bars(axes):
    """All horizontal and vertical bars of an axes, as (x, low, high) or (y, low, high)."""
    segments = [s for c in axes.collections if hasattr(c, "get_segments") for s in c.get_segments()]
    return {
        tuple(np.round([s[0][0], s[0][1], s[1][1]] if s[0][0] == s[1][0] else [s[0][1], s[0][0], s[1][0]], 9)) for s in segments
    }


# --- every diagram ---


@pytest.mark.parametrize("name", NAMES)
def test_record_is_complete(name):
    diagram = find(name)
    assert diagram.name == name and next(iter(diagram.sizes)) == "small" and "paper" in diagram.sizes
    for size in diagram.sizes:
        sweep = diagram.sweep(size)
        assert callable(sweep.load())
        assert ("starts" in sweep.parameters) == diagram.searches
        assert not diagram.searches or {cell["starts"] for cell in sweep.cells} == {1}


def test_paper_size_of_the_law_is_as_large_as_promised():
    size = find("law").sizes["paper"]
    assert {cell["d"] for cell in size.cells} == {20} and max(cell["n"] for cell in size.cells) == 8
    assert len({cell["activation"] for cell in size.cells}) == 3
    assert len(size.cells) >= 3 * 12 * 12 and size.trials >= 10
    full = find("law").sizes["full"]
    assert len(full.cells) >= 3 * 20 * 20 and full.trials >= 20 and max(cell["n"] for cell in full.cells) == 12


@pytest.mark.parametrize("name", NAMES)
def test_caption_says_trials_starts_and_every_number_once_drawn(name, tables):
    caption = find(name).caption(tables[name], "12 independent trials for each cell.")
    assert "12 independent trials" in caption and "\n" not in caption and "  " not in caption
    assert "nan" not in caption and "inf]" not in caption


@pytest.mark.parametrize("name", NAMES)
def test_csv_gives_the_table_and_the_same_bytes_back(name, tables, pdfs):
    text = tables[name].to_csv()
    again = Table.from_csv(text)
    assert again.to_csv() == text
    assert set(find(name).requires) <= set(again.series())
    assert render(draw(name, again), "pdf", "title", "abc") == pdfs[name]


@pytest.mark.parametrize("name", NAMES)
def test_pdf_has_no_date_and_no_type_3_font_and_fits_a_column(name, figures, pdfs):
    assert name != "law" or render(figures[name], "pdf", "title", "abc") == pdfs[name]
    assert b"CreationDate" not in pdfs[name] and b"/Type3" not in pdfs[name] and b"abc" in pdfs[name]
    assert figures[name].get_size_inches()[0] in (ONE_COLUMN, TWO_COLUMNS)


@pytest.mark.parametrize("name", NAMES)
def test_labels_stand_on_the_outer_axes_and_inside_the_page(name, figures):
    figure = figures[name]
    with style():
        figure.draw_without_rendering()
        boxes = [axes.get_tightbbox() for axes in figure.axes]
    assert any(axes.get_xlabel() for axes in figure.axes) and any(axes.get_ylabel() for axes in figure.axes)
    width, height = figure.bbox.size
    assert all(box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1 for box in boxes)


@pytest.mark.parametrize("name", NAMES)
def test_a_sweep_that_is_not_complete_is_drawn(name):
    """Cells and trials at random are missing."""
    whole, rng = sample(name), np.random.default_rng(1)
    missing = {i for i in range(1, len(CELLS[name])) if rng.random() > 0.4}
    rows = [row for k, row in enumerate(whole.rows) if k // TRIALS not in missing and rng.random() < 0.5]
    table = find(name).table(replace(whole, rows=rows, complete=False))
    draw(name, table)
    assert "nan" not in find(name).caption(table, "x")


def test_another_process_writes_the_same_bytes(pdfs):
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_diagrams import draw, find, render, sample
sys.stdout.buffer.write(render(draw("law", find("law").table(sample("law"))), "pdf", "title", "abc"))
"""
    environment = {"PYTHONHASHSEED": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout == pdfs["law"]


# --- law ---


def test_law_maps_the_shares_with_lines_and_points(tables, figures):
    table, figure, result = tables["law"], figures["law"], sample("law")
    assert table.panels == ["relu", "relu+tanh", "tanh"]
    for axes, panel in zip(figure.axes, table.panels):
        (mesh,) = [c for c in axes.collections if c.get_label() == "recovered"]
        expected = np.zeros((2, 7))
        for row in result.rows:
            if row["activation"] == panel:
                place = row["n"] - 1, (1, 3, 4, 5, 6, 8, 12).index(row["p"] // row["n"])
                expected[place] += row["recovered"] / TRIALS
        assert np.allclose(mesh.get_array(), expected, atol=1e-12)
        assert mesh.get_clim() == (0, 1)
        mine = table.select(panel)
        assert np.array_equal(drawn(axes, "p = n")[0], [0.25, 0.25]) and np.array_equal(drawn(axes, "p = nd")[0], [1, 1])
        half = mine.select(series="50 %")
        assert np.array_equal(drawn(axes, "50 %"), numbers(half))
        for row in half.rows:
            cells = [r for r in result.rows if r["activation"] == panel and r["n"] == row.y]
            p = sorted({r["p"] for r in cells})
            counts = [sum(r["recovered"] for r in cells if r["p"] == k) for k in p]
            found = transition(np.log(np.array(p) / (4 * row.y)), counts, [TRIALS] * len(p))
            assert np.allclose(np.log([row.x, row.low, row.high]), [found.estimate, found.low, found.high])
            assert row.note == found.method
        (counting,) = [patch for patch in axes.patches if patch.get_label() == "p < nd"]
        assert counting.get_extents().x1 == pytest.approx(axes.transData.transform((1, 0))[0])
        assert axes.get_xlim() == (0, pytest.approx(3.5))
    assert figure.axes[0].get_ylabel() == "samples $n$" and "p/(nd)" in figure.axes[0].get_xlabel()
    assert "share" in figure.axes[-1].get_ylabel()


def test_law_marks_rows_that_are_not_bracketed():
    whole = sample("law")
    rows = [{**row, "recovered": row["recovered"] and row["n"] > 1} for row in whole.rows]
    table = find("law").table(replace(whole, rows=rows))
    point = table.select("tanh", "50 %").rows[0]
    assert np.isnan(point.x) and point.low == pytest.approx(3) and point.note == "not bracketed: all cells fail"
    assert "not bracketed (triangles)" in find("law").caption(table, "")
    markers = [line.get_marker() for line in draw("law", table).axes[0].get_lines()]
    assert markers.count(">") == 1 and markers.count("<") == 0


# --- curves ---


def test_two_thresholds_draws_medians_with_exact_intervals(tables, figures):
    result, table = sample("two-thresholds"), tables["two-thresholds"]
    for axes, panel in zip(figures["two-thresholds"].axes, table.panels):
        for series, field in (("training error", "training"), ("reconstruction error", "error")):
            rows = table.select(panel, series)
            assert np.array_equal(drawn(axes, series), numbers(rows))
            for row in rows.rows:
                values = sorted(r[field] for r in result.rows if r["activation"] == panel and r["p"] == row.x)
                assert row.y == pytest.approx(np.median(values))
                rank = values.index(row.low)
                assert 2 * stats.binom.cdf(rank, TRIALS, 0.5) <= 0.05 or row.low == row.high
        assert drawn(axes, "_p = n")[0][0] == 2 and drawn(axes, "_p = nd")[0][0] == 8
        point = table.select(panel, "50 %").rows[0]
        assert drawn(axes, "half of the attacks succeed").ravel().tolist() == [point.x, 0]
        assert (0.0, round(point.low, 9), round(point.high, 9)) in bars(axes)
    assert figures["two-thresholds"].axes[0].get_ylabel() == "relative error"


@pytest.mark.parametrize(
    ("name", "field", "series"),
    [("spurious", "wrong", "tanh: wrong data"), ("spurious", "truth", "tanh: the data"), ("digits", "recovered", "digits")],
)
def test_shares_have_clopper_pearson_bars(name, field, series, tables, figures):
    result, table = sample(name), tables[name]
    panel, axes = table.panels[0], figures[name].axes[0]
    rows = table.select(panel, series)
    (label,) = [label for label in lines(axes) if label in (series, "handwritten digits")]
    assert np.array_equal(drawn(axes, label), numbers(rows))
    for row in rows.rows:
        mine = [
            r[field] for r in result.rows
            if (name == "spurious" and (r["problem"], r["activation"], r["p"]) == ("parameters", "tanh", row.x))
            or (name == "digits" and (r["data"], r["p"] / 128) == ("digits", row.x))
        ]  # fmt: skip
        interval = stats.binomtest(sum(mine), len(mine)).proportion_ci(0.95)
        assert (row.successes, row.trials) == (sum(mine), TRIALS) and row.y == sum(mine) / TRIALS
        assert np.allclose((row.low, row.high), interval, atol=1e-9)
        assert (round(row.x, 9), round(row.low, 9), round(row.high, 9)) in bars(axes)


def test_spurious_has_its_thresholds(tables, figures):
    left, right = figures["spurious"].axes
    assert drawn(left, "_threshold")[0][0] == 1 * 3 and drawn(right, "_threshold")[0][0] == 2 + 3 - 1


def test_collapse_draws_the_same_trials_against_p_and_its_multiple(tables, figures):
    table, axes = tables["collapse"], figures["collapse"].axes
    for panel, top, below in zip(("p", "p/(nd)"), axes[:2], axes[2:]):
        for label, series in (("$n = 1$, $d = 4$", "n = 1, d = 4"), ("$n = 2$, $d = 3$", "n = 2, d = 3")):
            assert np.array_equal(drawn(top, label), numbers(table.select(panel, series)))
        for row, label in zip(table.select(panel, "50 %").rows, ("_50 %", "__50 %")):
            assert drawn(below, label).ravel().tolist() == [row.x, row.y]
            assert (row.y, round(row.low, 9), round(row.high, 9)) in bars(below)
    for series, nd in (("n = 1, d = 4", 4), ("n = 2, d = 3", 6)):
        assert np.allclose(table.select("p", series).column("x"), nd * table.select("p/(nd)", series).column("x"))


def test_a_point_that_is_not_bracketed_is_a_dotted_line_without_marker():
    whole = sample("collapse")
    rows = [{**row, "recovered": row["recovered"] and row["n"] == 2} for row in whole.rows]
    table = find("collapse").table(replace(whole, rows=rows))
    below = draw("collapse", table).axes[3]
    row = table.select("p/(nd)", "50 %").rows[0]
    assert np.isnan(row.x) and row.low == pytest.approx(3)
    (dotted,) = [c for c in below.collections if c.get_linestyle()[0][1] is not None]
    assert dotted.get_segments()[0][:, 0].tolist() == [row.low, below.get_xlim()[1]]
    assert [line.get_marker() for line in below.get_lines()].count("o") == 0


def test_outputs_has_the_law_its_proof_and_what_attacks_need(tables, figures):
    table = tables["outputs"]
    expected = {1: 6, 2: 4, 3: 4}  # n = 2, d = 3: n + n(d - 1)/min(C, n)
    for panel, axes in zip(("m", "C m"), figures["outputs"].axes):
        unit = np.array([1, 2, 3]) if panel == "C m" else 1
        assert np.array_equal(drawn(axes, "$m^*$, and $C\\,m^*$"), [[1, 2, 3], np.array(list(expected.values())) * unit])
        assert np.array_equal(
            drawn(axes, "full rank proved here, not before"), numbers(table.select(panel, "full rank proved"))
        )
        assert np.array_equal(table.select(panel, "full rank proved").column("y"), table.select(panel, "m*").column("y"))
        assert np.array_equal(drawn(axes, "half of the attacks succeed"), numbers(table.select(panel, "50 % of attacks")))
    assert table.select("m", "naive count").column("y").tolist() == [6, 4, 4]


def test_outputs_does_not_claim_a_proof_that_is_not_there():
    whole = sample("outputs")
    rows = [row | {"success": True} if row["kind"] == "rank" else row for row in whole.rows]
    table = find("outputs").table(replace(whole, rows=rows))
    assert np.array_equal(table.select("m", "full rank proved").column("y"), table.select("m", "m*").column("y") - 1)


def test_rank_map_shows_what_is_proved(tables, figures):
    table, result = tables["rank-map"], sample("rank-map")
    first = {(r["activation"], r["n"], r["p"]): r for r in reversed(result.rows)}
    for axes, panel in zip(figures["rank-map"].axes, table.panels):
        (mesh,) = [c for c in axes.collections if c.get_label() == "rank"]
        values = np.array(mesh.get_array())
        for j, n in enumerate((1, 2, 3)):
            for i, p in enumerate((1, 2, 4, 6, 8)):
                row, full = first[panel.partition(",")[0], n, p], min(p, 2 * n)
                kind = 3 if row["ball"] else 2
                if row["lower"] < full:
                    kind = 1 if row["upper"] < full else 0
                assert values[i, j] == kind
        assert np.array_equal(drawn(axes, "$p=nd$")[1], 2 * drawn(axes, "$p=nd$")[0])
    assert {0, 1, 2, 3} <= set(table.select(series="rank").column("value"))


def test_rank_map_says_where_the_formula_is_not_the_rank():
    whole = sample("rank-map")
    rows = [{**row, "formula": row["formula"] + (row["activation"] == "relu")} for row in whole.rows]
    table = find("rank-map").table(replace(whole, rows=rows))
    assert "it is the rank in 0 of 15 cells" in find("rank-map").caption(table, "")


def test_coefficients_draws_errors_and_predictions(tables, figures):
    table, (axes,) = tables["coefficients"], figures["coefficients"].axes
    for k, noise in enumerate(("1e-06", "0.001")):
        points = table.select(series=f"error, noise {noise}")
        labels = ("noise $10^{-6}$", "noise $10^{-3}$")
        assert np.array_equal(drawn(axes, labels[k]), numbers(points))
        assert np.array_equal(drawn(axes, f"_predicted {k}"), numbers(table.select(series=f"predicted, noise {noise}")))
        assert np.allclose(points.column("x"), [0.1, 1, 10])
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_digits_shows_the_images_of_the_first_trial(tables, figures):
    from reconlaw.numerics.datasets import digits

    table, every = tables["digits"], digits().X
    pictures = [panel for panel in table.panels if panel.startswith("p/(nd)")]
    assert pictures == ["p/(nd) = 0.8", "p/(nd) = 1.25", "p/(nd) = 2"]
    images = {image.get_label(): image.get_array() for axes in figures["digits"].axes for image in axes.get_images()}
    for panel in pictures:
        original = images[f"{panel}: original"]
        assert np.min(np.linalg.norm(every - original.ravel(), axis=1)) == 0
        assert np.array_equal(table.select(panel, "original").column("value"), original.ravel())
    far, near = (
        np.linalg.norm(images[f"{panel}: found"] - images[f"{panel}: original"]) / 8 for panel in (pictures[0], pictures[2])
    )
    assert far > 0.1 and near < 1e-6


# --- the look ---


def test_curves_differ_in_grey_and_without_colour():
    from reconlaw.figures.curves import look

    with style():
        looks = [look(k) for k in range(6)]
    assert len({str(item["linestyle"]) for item in looks}) == len({item["marker"] for item in looks}) == 6


def test_categories_of_the_map_differ_in_grey_or_by_hatch():
    from reconlaw.figures.rank_map import COLORS, HATCHES

    grey = [np.dot(to_rgb(color), (0.299, 0.587, 0.114)) for color in COLORS]
    for i in range(4):
        for j in range(i):
            assert abs(grey[i] - grey[j]) > 0.1 or HATCHES[i] != HATCHES[j]


def test_the_maps_colours_are_monotone_in_grey():
    with style():
        colors = matplotlib.colormaps[matplotlib.rcParams["image.cmap"]](np.linspace(0, 1, 64))[:, :3]
    assert np.all(np.diff(colors @ (0.299, 0.587, 0.114)) > 0)


@pytest.mark.parametrize(("low", "high"), [(0.04, 5), (0.6, 4.1), (1, 2000), (3, 3.5), (1e-3, 1e3)])
def test_ticks_are_few_and_round(low, high):
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    axes.set(xscale="log", xlim=(low, high))
    plain_log_ticks(axes)
    assert len(axes.get_xticks()) <= 7 and all(low <= t <= high for t in axes.get_xticks())

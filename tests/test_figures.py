"""Figures hold the numbers they were given, and leave the user's matplotlib alone."""

from __future__ import annotations

from io import BytesIO

import matplotlib
import numpy as np
import pytest

from reconlaw.figures.pairs import pairs
from reconlaw.figures.style import ONE_COLUMN, TWO_COLUMNS, style
from reconlaw.report.pictures import figure_png, pictures_of
from reconlaw.witness_files import store

PNG = b"\x89PNG\r\n\x1a\n"


def _images(figure):
    return {axes.get_label(): axes.get_images()[0] for axes in figure.axes}


@pytest.fixture
def pictures():
    rng = np.random.default_rng(0)
    truth = rng.uniform(size=(3, 4, 5))
    return truth, truth + 0.1 * rng.normal(size=truth.shape)


def test_plotted_data_equal_the_input(pictures):
    truth, found = pictures
    images = _images(pairs(truth, found, [0.5, 2e-7, 0.0]))
    for j in range(3):
        assert np.array_equal(images[f"original {j}"].get_array(), truth[j])
        assert np.array_equal(images[f"reconstruction {j}"].get_array(), found[j])
        assert np.array_equal(images[f"difference {j}"].get_array(), found[j] - truth[j])


def test_one_grey_scale_per_pair_and_zero_in_middle_grey(pictures):
    truth, found = pictures
    images = _images(pairs(truth, found, np.zeros(3)))
    for j in range(3):
        both = np.array([truth[j], found[j]])
        expected = (both.min(), both.max())
        assert images[f"original {j}"].get_clim() == images[f"reconstruction {j}"].get_clim() == expected
        low, high = images[f"difference {j}"].get_clim()
        assert low == -high == -np.abs(found[j] - truth[j]).max()


def test_errors_stand_below_their_columns(pictures):
    figure = pairs(*pictures, [0.5, 2e-7, 0.0])
    labels = [axes.get_xlabel() for axes in figure.axes if axes.get_label().startswith("difference")]
    assert labels == ["0.5", r"$2.0\times10^{-7}$", "0"]


def test_colour_uses_one_scale_and_equal_pictures_a_grey_difference():
    truth = np.random.default_rng(1).uniform(-2, 3, size=(1, 4, 4, 3))
    images = _images(pairs(truth, truth, [0.0]))
    scaled = (truth[0] - truth.min()) / (truth.max() - truth.min())
    assert np.allclose(images["original 0"].get_array(), scaled)
    assert np.all(images["difference 0"].get_array() == 0.5)


def test_many_columns_continue_in_bands_of_a_page_width():
    figure = pairs(np.ones((23, 2, 2)), np.ones((23, 2, 2)), np.zeros(23))
    assert len(figure.axes) == 3 * 23
    assert figure.get_size_inches()[0] <= TWO_COLUMNS
    assert all(0 <= edge <= 1 for axes in figure.axes for edge in axes.get_position().extents)


@pytest.mark.parametrize(
    ("truth", "found", "errors"),
    [((2, 3, 3), (2, 3, 4), 2), ((2, 9), (2, 9), 2), ((2, 3, 3, 4), (2, 3, 3, 4), 2), ((2, 3, 3), (2, 3, 3), 3)],
)
def test_wrong_shapes_are_named(truth, found, errors):
    with pytest.raises(ValueError, match="shape"):
        pairs(np.zeros(truth), np.zeros(found), np.zeros(errors))


def test_style_is_local_embeds_its_fonts_and_needs_no_tex():
    before = dict(matplotlib.rcParams)
    with style():
        assert matplotlib.rcParams["pdf.fonttype"] == 42
        assert not matplotlib.rcParams["text.usetex"]
        assert matplotlib.rcParams["figure.figsize"][0] == ONE_COLUMN
    assert dict(matplotlib.rcParams) == before


def test_pdf_holds_no_type_3_font(pictures):
    buffer = BytesIO()
    with style():
        pairs(*pictures, np.zeros(3)).savefig(buffer, format="pdf")
    assert b"/Type3" not in buffer.getvalue()


def test_pictures_of_an_inline_witness_and_of_a_file(tmp_path):
    rng = np.random.default_rng(2)
    truth = rng.normal(size=(12, 6))
    witness = {"decider": "x", "truth": truth, "samples": truth + 1e-3, "image_shape": [2, 3]}
    small = store(witness, tmp_path)
    large = store(witness | {"padding": rng.normal(size=20_000)}, tmp_path)
    assert "file" in large and "file" not in small
    (first,) = pictures_of({"witness": small}, tmp_path)
    (second,) = pictures_of({"witness": large}, tmp_path)
    assert first == second
    assert first.png.startswith(PNG)
    assert first.caption.startswith("10 of 12 samples")


@pytest.mark.parametrize("witness", [None, {"decider": "rank"}, {"truth": [[1.0]]}, {"file": "missing.npz"}])
def test_no_picture_without_pictures(witness, tmp_path):
    assert pictures_of({"witness": witness}, tmp_path) == []


def test_a_witness_file_outside_the_report_is_not_read(tmp_path):
    np.savez(tmp_path / "abc.npz", truth=np.ones((1, 1)), samples=np.ones((1, 1)), image_shape=[1, 1])
    (tmp_path / "report").mkdir()
    assert pictures_of({"witness": {"file": "../abc.npz"}}, tmp_path / "report") == []


def test_png_is_the_same_twice(pictures):
    assert figure_png(pairs(*pictures, np.zeros(3))) == figure_png(pairs(*pictures, np.zeros(3)))

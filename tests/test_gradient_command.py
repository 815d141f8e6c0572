"""`reconstruct --kind gradient` from end to end: keys, exit statuses, symmetries, real images, bad input."""

from __future__ import annotations

import os
import struct

import numpy as np
import pytest

RNG = np.random.default_rng(0)
W, A, G = RNG.standard_normal((12, 4)), np.full(12, 1 / 12), RNG.standard_normal(12)
PROBLEM = {"W": W, "a": A, "grad_a": G, "grad_W": RNG.standard_normal((12, 4))}
TANH = ("--kind", "gradient", "--activation", "tanh")
KEYS = {
    "schema", "kind", "n", "d", "m", "relative_residual", "outcome", "reason", "route", "certificate", "row_space", "labels",
    "unidentifiable", "match", "seconds",
}  # fmt: skip


@pytest.fixture
def attack(run, tmp_path):
    """Simulates, changes the file as asked, reconstructs with the truth at hand: (status, result, arrays)."""

    def go(activation, *options, simulate=(), n=3, d=10, m=300, change=None):
        files = {name: tmp_path / f"{name}.npz" for name in ("observed", "truth", "found")}
        sizes = ("--n", n, "--m", m, *(("--d", d) if d else ()))
        done = run("simulate", "gradient", *sizes, "--activation", activation, *simulate,
                   "--out", files["observed"], "--truth", files["truth"])  # fmt: skip
        assert done.status == 0, done.err
        if change is not None:
            np.savez(files["observed"], **change(dict(np.load(files["observed"]))))
        done = run("reconstruct", files["observed"], "--kind", "gradient", "--activation", activation, *options,
                   "--out", files["found"], "--truth", files["truth"], "--json")  # fmt: skip
        assert done.err == "", done
        return done.status, done.json, {name: dict(np.load(path)) for name, path in files.items()}

    return go


@pytest.fixture
def observed(tmp_path):
    def save(**changes):
        arrays = {name: array for name, array in (PROBLEM | changes).items() if array is not None}
        np.savez(tmp_path / "observed.npz", **arrays)
        return tmp_path / "observed.npz"

    return save


@pytest.fixture
def no_work(monkeypatch):
    """Whatever computes fails the test."""

    def forbidden(*args, **kwargs):
        raise AssertionError("work was started")

    for name in ("row_space", "polish_output_weights", "estimate_from_moments", "polish_in_row_space"):
        monkeypatch.setattr(f"reconlaw.numerics.gradients.inversion.{name}", forbidden)


# --- what comes back ---


@pytest.mark.parametrize(
    ("activation", "symmetry"), [("tanh", "sign"), ("relu", "none"), ("gelu", "none"), ("power:4", "sign")]
)
@pytest.mark.parametrize("layers", ["both", "output"])
def test_the_batch_comes_back(attack, activation, symmetry, layers):
    simulate = () if layers == "both" else ("--no-hidden",)
    status, result, arrays = attack(activation, "--n", 3, simulate=("--labels", "normal", *simulate))
    assert (status, result["outcome"], result["kind"], result["n"], result["d"], result["m"]) == (
        0, "identified", "gradient", 3, 10, 300,
    )  # fmt: skip
    assert set(result) == KEYS and result["route"] == "polish" and result["relative_residual"] < 1e-12
    assert set(result["match"]) == {"relative_error", "symmetry", "matched", "rms_error", "label_error"}
    assert result["match"]["symmetry"] == symmetry
    assert max(result["match"][name] for name in ("relative_error", "rms_error", "label_error")) < 1e-8
    assert set(arrays["found"]) == {"samples", "coefficients", "labels"}
    assert arrays["found"]["labels"].tolist() == result["labels"] and len(result["certificate"]["error_bounds"]) == 3
    if layers == "both":
        space = result["row_space"]
        assert set(space) == {"rank", "exact", "residual", "singular_values"} and (space["rank"], space["exact"]) == (3, True)
    else:
        assert result["row_space"] is None


def test_errors_are_those_of_the_files(attack):
    """The matching of the command against the permutation and signs found by hand; the joint flip is 2 c - y."""
    _, result, arrays = attack("tanh", simulate=("--output-bias", -3, "--labels", "normal"))
    X, y, found, labels = arrays["truth"]["X"], arrays["truth"]["y"], arrays["found"]["samples"], arrays["found"]["labels"]
    products = X @ found.T
    order = np.abs(products).argmax(axis=1)
    signs = np.sign(products[np.arange(3), order])
    assert sorted(order) == [0, 1, 2] and (signs < 0).any()
    errors = np.linalg.norm(signs[:, None] * found[order] - X, axis=1)
    assert result["match"]["rms_error"] == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-6)
    flipped = np.where(signs < 0, -6 - labels[order], labels[order])
    assert result["match"]["label_error"] == pytest.approx(np.abs(flipped - y).max(), rel=1e-6)
    assert np.abs(labels[order] - y).max() > 1


def test_a_bound_of_the_labels_gives_the_signs(attack):
    simulate = ("--output-bias", -3)
    _, result, arrays = attack("tanh", simulate=simulate)
    assert result["match"]["symmetry"] == "sign" and np.abs(arrays["found"]["labels"]).max() > 4
    status, result, arrays = attack("tanh", "--max-label", 1.5, simulate=simulate)
    assert (status, result["match"]["symmetry"]) == (0, "none") and result["match"]["relative_error"] < 1e-8
    np.testing.assert_allclose(np.abs(arrays["found"]["labels"]), 1, atol=1e-8)


def test_biases_and_the_scale_of_the_loss_are_read(attack):
    simulate = ("--hidden-bias", 0.5, "--output-bias", -1, "--loss-scale", 0.1, "--labels", "normal")

    def scalar(arrays):
        return arrays | {"hidden_bias": arrays["hidden_bias"][0]}

    for change in (None, scalar):
        status, result, _ = attack("relu", "--n", 3, simulate=simulate, change=change)
        assert (status, result["match"]["symmetry"]) == (0, "none") and result["match"]["label_error"] < 1e-8
    result = attack("relu", "--starts", 1, simulate=simulate, change=lambda arrays: arrays | {"hidden_bias": 0.0})[1]
    assert result["outcome"] != "identified"
    result = attack("relu", "--n", 3, simulate=simulate, change=lambda arrays: arrays | {"output_bias": 0.0})[1]
    assert result["outcome"] == "identified" and result["match"]["label_error"] > 0.5


def test_labels_where_nothing_determines_them(attack):
    status, result, arrays = attack("tanh", change=lambda arrays: {k: v for k, v in arrays.items() if k != "loss_scale"})
    assert (status, result["labels"], result["match"]["label_error"]) == (0, None, None)
    assert set(arrays["found"]) == {"samples", "coefficients"}
    status, result, _ = attack("relu", "--n", 3, "--domain", "free", simulate=("--domain", "free"))
    assert (status, result["labels"], result["match"]["symmetry"]) == (0, None, "positive-scale")
    assert any("norm" in sentence for sentence in result["unidentifiable"])


def test_samples_of_another_radius(attack):
    def doubled(arrays):  # (2 x, y) with W is (x, y) with 2 W
        return arrays | {"W": arrays["W"] / 2, "grad_W": arrays["grad_W"] * 2}

    status, result, arrays = attack("tanh", "--radius", 2, change=doubled)
    assert (status, result["outcome"]) == (0, "identified")
    np.testing.assert_allclose(np.linalg.norm(arrays["found"]["samples"], axis=1), 2)
    assert attack("tanh", "--starts", 1, change=doubled)[0] == 2


@pytest.mark.parametrize(("route", "layers"), [("moments", ()), ("rowspace", ()), ("moments", ("--no-hidden",))])
def test_an_estimate_exits_2(attack, route, layers):
    status, result, _ = attack("elu", "--route", route, "--n", 2, simulate=layers, n=2, m=8000)
    assert (status, result["outcome"], result["route"], result["certificate"]) == (2, "estimate", route, None)
    assert 1e-6 < result["match"]["rms_error"] < 0.5


def test_a_batch_size_that_is_too_large_is_not_identified(attack):
    status, result, _ = attack("tanh", "--n", 4, "--starts", 2)
    assert (status, result["n"]) == (2, 4) and result["outcome"] != "identified"


def test_copies_of_a_sample_count_once(run, attack, tmp_path):
    x, other = np.random.default_rng(1).standard_normal((2, 10))
    np.savez(tmp_path / "copies.npz", X=[x, other, x])
    status, result, arrays = attack("gelu", simulate=("--data", tmp_path / "copies.npz"), d=None)
    assert (status, result["n"], arrays["found"]["samples"].shape) == (0, 2, (2, 10))
    assert [result["match"][name] for name in ("relative_error", "rms_error", "label_error")] == [None] * 3
    assert result["match"]["matched"] == 2
    done = run("reconstruct", tmp_path / "observed.npz", "--kind", "gradient", "--activation", "gelu",
               "--truth", tmp_path / "truth.npz")  # fmt: skip
    assert "largest relative error  inf (symmetry: none): found 2 of 3 samples\n" in done.out
    assert min(np.linalg.norm(arrays["truth"]["X"] - row, axis=1).min() for row in arrays["found"]["samples"]) < 1e-8
    assert arrays["found"]["coefficients"].sum() == pytest.approx(arrays["truth"]["coefficients"].sum())


def test_more_samples_than_dimensions(attack):
    status, result, _ = attack("tanh", "--n", 6, n=6, d=4, m=600)
    assert (status, result["row_space"]["rank"], result["n"]) == (0, 4, 6) and result["match"]["relative_error"] < 1e-6


@pytest.mark.parametrize("case", ["single precision", "another activation", "norms that are not 1"])
def test_what_the_model_does_not_explain_is_not_identified(attack, case):
    changes = {
        "single precision": lambda arrays: {name: array.astype(np.float32) for name, array in arrays.items()},
        "another activation": lambda arrays: arrays | {"grad_a": arrays["grad_a"] * (1 + 1e-6 * arrays["W"][:, 0])},
    }
    free = ("--domain", "free") if case == "norms that are not 1" else ()
    status, result, _ = attack("tanh", "--starts", 2, simulate=free, change=changes.get(case))
    assert (status, result["outcome"]) == (2, "stalled")
    if case == "single precision":
        assert result["match"]["relative_error"] < 1e-4


def test_a_quadratic_activation_is_never_identified(attack):
    status, result, _ = attack("power:2")
    assert (status, result["outcome"]) == (2, "underdetermined")
    assert any("quadratic" in sentence for sentence in result["unidentifiable"])


# --- real images ---


def mnist(folder):
    pixels = np.random.default_rng(3).integers(0, 256, (12, 6, 5), dtype=np.uint8)
    path = folder / "t10k-images-idx3-ubyte"
    path.write_bytes(struct.pack(">IIII", 0x803, *pixels.shape) + pixels.tobytes())
    return path


@pytest.mark.parametrize(
    ("data", "images", "m"), [("digits", "8x8", 300), ("photographs", "32x32x3", 200), (mnist, "6x5", 200)]
)
def test_images_and_their_picture(attack, tmp_path, data, images, m):
    if data is mnist:
        data = mnist(tmp_path)
    else:
        pytest.importorskip("sklearn")
    figure = tmp_path / "found.png"
    options = ("--images", images, "--figure", figure)
    status, result, _ = attack("gelu", *options, simulate=("--data", data), n=2, d=None, m=m)
    assert (status, result["outcome"]) == (0, "identified") and result["match"]["relative_error"] < 1e-8
    assert figure.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") and figure.stat().st_size > 4000


# --- printing, files ---


def test_what_is_printed_for_people(run, attack, tmp_path):
    attack("tanh", n=2, simulate=("--output-bias", 2))
    command = ("reconstruct", tmp_path / "observed.npz", *TANH, "--truth", tmp_path / "truth.npz")
    done = run(*command)
    assert done.status == 0
    assert "outcome                 identified" in done.out and "row space               rank 2" in done.out
    assert all(words in done.out for words in ("(symmetry: sign)", "label error", "4 - y")) and "found 2 of" not in done.out
    sentences = run(*command, "--json").json["unidentifiable"]
    assert len(sentences) > 1 and "never determined        " + ("\n" + " " * 24).join(sentences) + "\n" in done.out
    done = run(*command, "--route", "moments", "--n", 2)
    assert done.status == 2 and "outcome                 estimate" in done.out and "rms error" in done.out


def test_the_same_seed_writes_the_same_bytes(attack, tmp_path):
    def content(seed):
        attack("relu", "--seed", seed)
        return (tmp_path / "found.npz").read_bytes()

    assert content(0) == content(0)


# --- bad input ---


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"W": None}, "'W' is missing (arrays in the file: "),
        ({"a": None}, "'a' is missing"),
        ({"grad_a": None}, "'grad_a' is missing"),
        ({"a": A[1:]}, "a has shape (11,): must have as many entries as W has rows, 12"),
        ({"grad_a": G[1:]}, "grad_a has shape (11,): must have as many entries as W has rows, 12"),
        ({"grad_W": W.T}, "grad_W has shape (4, 12): must have that of W, (12, 4)"),
        ({"grad_W": G}, "'grad_W' has shape (12,): must have 2 dimensions"),
        ({"hidden_bias": G[1:]}, "hidden_bias has shape (11,)"),
        ({"hidden_bias": W}, "'hidden_bias' has shape (12, 4): must have 0 or 1 dimensions"),
        ({"output_bias": G}, "'output_bias' has shape (12,)"),
        ({"output_bias": np.array(np.nan)}, "'output_bias' = nan: must be finite"),
        ({"loss_scale": G}, "'loss_scale' has shape (12,)"),
        ({"loss_scale": np.array(0.0)}, "loss_scale = 0.0: must be a positive number"),
        ({"loss_scale": np.array(-1.0)}, "loss_scale = -1.0: must be a positive number"),
        ({"grad_a": np.append(G[1:], np.nan)}, "'grad_a'[11] = nan: must be finite"),
        ({"grad_W": np.where(W > 0, W, np.inf)}, "= inf: must be finite"),
        ({"grad_W": W + 1j}, "complex128: must be real"),
        ({"W": W.astype(object)}, "'W' is pickled: reading Python objects would run code"),
        ({"grad_a": 0 * G, "grad_W": None}, "grad_a = 0"),
        ({"grad_a": 0 * G, "grad_W": 0 * W}, "grad_a = 0"),
        ({"grad_W": 0 * W}, "grad_W = 0"),
        ({"W": np.zeros((0, 4)), "a": np.zeros(0), "grad_a": np.zeros(0)}, "must not be empty"),
    ],
)
def test_observed_arrays(run, no_work, observed, changes, words):
    run("reconstruct", observed(**changes), *TANH, "--n", 2).refusal(words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--n", 0), "n = 0: must be an integer >= 1"),
        (("--starts", 0), "starts = 0: must be an integer >= 1"),
        (("--seed", -1), "seed = -1: must be an integer >= 0"),
        (("--activation", "tanhh"), "activation = 'tanhh'"),
        (("--radius", 0), "radius = 0.0: must be a positive number"),
        (("--radius", "nan"), "radius = nan: must be a positive number"),
        (("--max-label", -1), "max_label = -1.0: must be a positive number"),
        (("--route", "tensor"), "--route: invalid choice: 'tensor'"),
        (("--route", 3), "invalid choice: '3'"),
        (("--p", 3), "unrecognized arguments: --p"),
        (("--images", "2x3"), "has 6 pixels, the samples have dimension 4"),
        (("--figure", "a.png"), "--figure needs --images"),
        (("--images", "2x2", "--figure", "a.pdf"), "--figure a.pdf: must end in .png"),
        (("--out", "."), "is a directory, not a file"),
        (("--out", "observed.npz"), "--out observed.npz: is also the name of another file"),
        (("--truth", "none.npz"), "none.npz: no such file"),
    ],
)
def test_options(run, no_work, observed, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    before = observed().read_bytes()
    run("reconstruct", "observed.npz", *TANH, *options).refusal(words)
    assert os.listdir(tmp_path) == ["observed.npz"] and (tmp_path / "observed.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        ({"X": np.ones((2, 5))}, "X has shape (2, 5): must have as many columns as W, 4"),
        ({"X": np.ones((2, 4)), "y": np.ones(3)}, "y has shape (3,): must have as many entries as X has rows, 2"),
        ({"X": np.ones((2, 4)), "y": np.ones((2, 1))}, "'y' has shape (2, 1): must have 1 dimension"),
        ({"X": np.zeros((2, 4))}, "truth[0] is zero"),
        ({"y": np.ones(2)}, "'X' is missing"),
    ],
)
def test_truth(run, no_work, observed, tmp_path, truth, words):
    np.savez(tmp_path / "truth.npz", **truth)
    run("reconstruct", observed(), *TANH, "--truth", tmp_path / "truth.npz").refusal(words)


@pytest.mark.parametrize("option", [("--route", "polish"), ("--radius", 1.0), ("--max-label", 1.0)])
def test_an_option_of_another_kind(run, no_work, observed, option):
    done = run("reconstruct", observed(), "--kind", "parameters", "--activation", "tanh", *option)
    done.refusal(f"{option[0]} {option[1]}: is only for --kind gradient")


def test_files_of_another_kind(run, no_work, observed, tmp_path):
    np.savez(tmp_path / "parameters.npz", theta=G, V=W)
    run("reconstruct", tmp_path / "parameters.npz", *TANH).refusal("'W' is missing (arrays in the file: 'theta', 'V')")
    run("reconstruct", observed(), "--kind", "parameters", "--activation", "tanh").refusal("'theta' is missing")


def test_sizes_and_routes_that_do_not_fit_the_gradient(run, attack, observed, tmp_path):
    attack("tanh")
    command = ("reconstruct", tmp_path / "observed.npz", *TANH)
    run(*command, "--n", 2).refusal("n = 2: grad_W has rank 3")
    run("reconstruct", observed(grad_W=None), *TANH, "--route", "rowspace").refusal("route = 'rowspace': needs grad_W")

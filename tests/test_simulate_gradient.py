"""`simulate gradient`: what is written is the gradient of the batch, and nothing is written for bad input."""

from __future__ import annotations

import gzip
import os
import struct

import numpy as np
import pytest

import reconlaw as rl
from reconlaw.numerics.datasets import digits, photograph_patches


@pytest.fixture
def simulate(run, tmp_path):
    """Runs the command and returns the arrays observed and true."""

    def go(activation="tanh", *options, n=3, d=5, m=40):
        files = [tmp_path / "observed.npz", tmp_path / "truth.npz"]
        sizes = ("--n", n, "--m", m, *(("--d", d) if d else ()))
        done = run("simulate", "gradient", *sizes, "--activation", activation, *options, "--out", files[0], "--truth", files[1])
        assert (done.status, done.err) == (0, ""), done
        return [dict(np.load(path)) for path in files]

    return go


def loss(observed, truth, W, a):
    """Written out once more, with the biases of the file."""
    outputs = np.tanh(truth["X"] @ W.T + observed.get("hidden_bias", 0.0)) @ a + observed.get("output_bias", 0.0)
    return observed["loss_scale"] * np.sum((outputs - truth["y"]) ** 2)


@pytest.mark.parametrize(
    "options", [(), ("--hidden-bias", 0.5, "--output-bias", -2, "--loss-scale", 0.25, "--labels", "normal", "--domain", "free")]
)
def test_the_gradient_is_the_slope_of_the_loss(simulate, options):
    observed, truth = simulate("tanh", *options)
    assert set(observed) - {"hidden_bias", "output_bias"} == {"W", "a", "grad_a", "grad_W", "loss_scale"}
    assert ("hidden_bias" in observed, "output_bias" in observed) == (bool(options),) * 2
    rng, step = np.random.default_rng(0), 1e-6
    dW, da = rng.standard_normal(observed["W"].shape), rng.standard_normal(observed["a"].shape)
    ends = [loss(observed, truth, observed["W"] + s * dW, observed["a"] + s * da) for s in (step, -step)]
    slope = np.sum(observed["grad_W"] * dW) + observed["grad_a"] @ da
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)
    features = np.tanh(truth["X"] @ observed["W"].T + observed.get("hidden_bias", 0.0))
    np.testing.assert_allclose(truth["coefficients"] @ features, observed["grad_a"], atol=1e-12)


def test_the_network_is_that_of_the_paper(simulate):
    observed, truth = simulate(n=4, d=60, m=500)
    np.testing.assert_array_equal(observed["a"], np.full(500, 1 / 500))
    assert observed["W"].std() == pytest.approx(1, abs=0.02) and observed["loss_scale"] == 1
    np.testing.assert_allclose(np.linalg.norm(truth["X"], axis=1), 1, rtol=1e-12)
    assert set(truth["y"]) <= {-1.0, 1.0} and "image_shape" not in truth


def test_options(simulate):
    assert "grad_W" not in simulate("relu", "--no-hidden")[0]
    norms = np.linalg.norm(simulate("relu", "--domain", "free", n=40)[1]["X"], axis=1)
    assert 0.5 <= norms.min() < 0.7 and 1.3 < norms.max() <= 1.5
    assert not set(simulate("relu", "--labels", "normal")[1]["y"]) & {-1.0, 1.0}


def test_the_command_is_the_function(run, simulate, tmp_path):
    written = simulate("gelu", "--seed", 4)
    for first, second in zip(written, rl.simulate_gradient(3, 5, 40, "gelu", seed=4)):
        assert set(first) == set(second)
        assert all(np.array_equal(first[name], second[name]) for name in first)
    done = run("simulate", "gradient", "--n", 3, "--d", 5, "--m", 40, "--activation", "gelu", "--seed", 4, "--json",
               "--out", tmp_path / "again.npz")  # fmt: skip
    assert (done.status, done.err) == (0, "")
    assert done.json.items() >= {"schema": 1, "kind": "gradient", "n": 3, "d": 5, "m": 40, "unknowns": 15}.items()
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "observed.npz").read_bytes()
    before = run("simulate", "--json", "gradient", "--n", 3, "--d", 5, "--m", 40, "--activation", "gelu", "--seed", 4,
                 "--out", tmp_path / "again.npz")  # fmt: skip
    assert before.json == done.json and done.json["truth"] is None
    people = run("simulate", "gradient", "--n", 3, "--d", 5, "--m", 40, "--activation", "gelu", "--out", tmp_path / "again.npz")
    assert "again.npz" in people.out and "truth" not in people.out and "None" not in people.out


@pytest.mark.parametrize(("load", "shape"), [(digits, [8, 8]), (photograph_patches, [32, 32, 3])])
def test_images_as_unit_vectors(simulate, load, shape):
    pytest.importorskip("sklearn")
    _, truth = simulate("tanh", "--data", "digits" if load is digits else "photographs", d=None, n=2)
    assert list(truth["image_shape"]) == shape
    known = load().X / np.sqrt(np.prod(shape))
    assert all(np.isclose(known, row, atol=1e-12).all(axis=1).any() for row in truth["X"])


def test_files_of_the_user(simulate, tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (12, 5, 4), dtype=np.uint8)
    mnist = tmp_path / "t10k-images-idx3-ubyte.gz"
    mnist.write_bytes(gzip.compress(struct.pack(">IIII", 0x803, *pixels.shape) + pixels.tobytes()))
    np.savez(tmp_path / "mine.npz", X=pixels)
    first, second = (simulate("tanh", "--data", path, d=None)[1] for path in (mnist, tmp_path / "mine.npz"))
    assert list(first["image_shape"]) == [5, 4] and first["X"].shape == (3, 20)
    np.testing.assert_allclose(np.linalg.norm(first["X"], axis=1), 1)
    np.testing.assert_allclose(first["X"], second["X"], atol=1e-12)


# --- bad input ---


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--n", 0), "n = 0"),
        (("--d", 0), "d = 0"),
        (("--m", -1), "m = -1"),
        (("--seed", -1), "seed = -1"),
        (("--activation", "tanhh"), "activation = 'tanhh'"),
        (("--loss-scale", 0), "loss_scale = 0.0: must be positive"),
        (("--loss-scale", -1), "loss_scale = -1.0: must be positive"),
        (("--loss-scale", "nan"), "loss_scale = nan: must be finite"),
        (("--loss-scale", "one"), "--loss-scale: invalid float value: 'one'"),
        (("--hidden-bias", "inf"), "hidden_bias = inf: must be finite"),
        (("--output-bias", "nan"), "output_bias = nan: must be finite"),
        (("--labels", "linear"), "'linear'"),
        (("--p", 3), "unrecognized arguments: --p"),
        (("--data", "digit"), "data = 'digit': must be sphere, digits, photographs, or a"),
        (("--data", "digits"), "d = 3: the samples of digits have dimension 64"),
        (("--m", 10**8, "--d", 10**5), "GiB, the machine has"),
        (("--n", 10**9, "--d", 10**5), "GiB, the machine has"),
        (("--data", "digits", "--d", 64, "--m", 10**10), "GiB, the machine has"),
        (("--out", "/none/a.npz"), "/none is not a directory"),
        (("--truth", "/none/a.npz"), "/none is not a directory"),
    ],
)
def test_bad_options(run, tmp_path, monkeypatch, options, words):
    if "digits" in options:
        pytest.importorskip("sklearn")

    def forbidden(*args, **kwargs):
        raise AssertionError("work was started")

    monkeypatch.setattr("reconlaw.numerics.gradients.client.TwoLayerNetwork.gradient", forbidden)
    defaults = ("--activation", "tanh", "--n", 2, "--d", 3, "--m", 4, "--out", tmp_path / "o.npz")
    run("simulate", "gradient", *defaults, *options).refusal(words)
    assert os.listdir(tmp_path) == []


def test_what_is_missing(run, tmp_path):
    common = ("--activation", "tanh", "--n", 2, "--out", tmp_path / "o.npz")
    run("simulate", "gradient", *common, "--m", 4).refusal("d is missing")
    run("simulate", "gradient", *common, "--d", 4).refusal("required: --m")
    run("simulate").refusal("required: KIND")
    same = ("--d", 2, "--m", 3, "--truth", tmp_path / "o.npz")
    run("simulate", "gradient", *common, *same).refusal("--truth", "must not be the file of --out")
    assert os.listdir(tmp_path) == []


def test_python_calls_raise_the_same():
    with pytest.raises(rl.InputError, match="n = True: must be an integer >= 1"):
        rl.simulate_gradient(True, 3, 4, "tanh")
    with pytest.raises(rl.InputError, match="domain = 'ball'"):
        rl.simulate_gradient(2, 3, 4, "tanh", domain="ball")
    with pytest.raises(rl.InputError, match="hidden_bias has shape"):
        rl.simulate_gradient(2, 3, 4, "tanh", hidden_bias=np.ones(4))

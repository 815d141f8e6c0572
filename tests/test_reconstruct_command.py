"""`simulate` and `reconstruct` from end to end: what goes in comes out, up to the symmetry."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from reconlaw.numerics.datasets import digits
from reconlaw.numerics.matching import match
from reconlaw.simulation import simulate_parameters


@pytest.fixture
def attack(run, tmp_path):
    """Simulates, reconstructs with the truth at hand, and returns (result, arrays observed, truth and found)."""

    def go(activation, *, simulate=(), reconstruct=(), n=3, d=5, p=60, tell_n=True):
        files = {name: tmp_path / f"{name}.npz" for name in ("observed", "truth", "found")}
        sizes = ("--n", n, "--p", p, *(("--d", d) if d else ()))
        done = run("simulate", "parameters", *sizes, "--activation", activation, *simulate,
                   "--out", files["observed"], "--truth", files["truth"], "--json")  # fmt: skip
        assert done.status == 0, done.err
        reconstruct = ("--json", *(("--n", n) if tell_n else ()), *reconstruct)
        done = run("reconstruct", files["observed"], "--kind", "parameters", "--activation", activation,
                   "--out", files["found"], "--truth", files["truth"], *reconstruct)  # fmt: skip
        assert done.status == 0, done
        assert done.err == ""
        return done.json, {name: dict(np.load(path)) for name, path in files.items()}

    return go


@pytest.mark.parametrize("activation", ["tanh", "relu+tanh", "softplus"])
@pytest.mark.parametrize("tell_n", [True, False])
def test_the_samples_come_back(attack, activation, tell_n):
    result, arrays = attack(activation, tell_n=tell_n)
    symmetry = "sign" if activation == "tanh" else "none"
    assert (result["outcome"], result["n"], result["d"], result["p"]) == ("identified", 3, 5, 60)
    assert result["relative_residual"] < 1e-12
    assert result["match"]["symmetry"] == symmetry
    assert result["match"]["relative_error"] < 1e-8
    assert arrays["found"]["samples"].shape == (3, 5) and arrays["found"]["coefficients"].shape == (3,)
    again = match(arrays["truth"]["X"], arrays["found"]["samples"], symmetry)
    assert again.relative_error == result["match"]["relative_error"]
    np.testing.assert_allclose(np.linalg.norm(arrays["found"]["samples"], axis=1), np.sqrt(5))


def test_theta_is_the_sum_of_what_was_found(attack):
    _, arrays = attack("tanh", simulate=("--initial", "normal", "--outputs", 2))
    observed, found = arrays["observed"], arrays["found"]
    assert observed["theta"].shape == observed["theta0"].shape == (60, 2) and found["coefficients"].shape == (3, 2)
    predicted = np.tanh(found["samples"] @ observed["V"].T).T @ found["coefficients"]
    np.testing.assert_allclose(predicted, observed["theta"] - observed["theta0"], atol=1e-10)
    truth = arrays["truth"]
    np.testing.assert_allclose(np.tanh(truth["X"] @ observed["V"].T) @ observed["theta"], truth["y"], atol=1e-10)


def test_the_initial_parameters_matter(run, attack, tmp_path):
    _, arrays = attack("tanh", simulate=("--initial", "normal"))
    np.savez(tmp_path / "forgotten.npz", theta=arrays["observed"]["theta"], V=arrays["observed"]["V"])
    done = run("reconstruct", tmp_path / "forgotten.npz", "--kind", "parameters", "--activation", "tanh",
               "--n", 3, "--starts", 2, "--json")  # fmt: skip
    assert (done.status, done.json["outcome"]) == (2, "stalled")


@pytest.mark.parametrize(
    ("activation", "symmetry"), [("softplus", "none"), ("tanh", "sign"), ("relu", "positive-scale"), ("power:3", "scale")]
)
def test_samples_of_free_norm(attack, activation, symmetry):
    free = ("--domain", "free")
    result, arrays = attack(activation, simulate=free, reconstruct=free, d=6 if activation == "power:3" else 5)
    norms = np.linalg.norm(arrays["truth"]["X"], axis=1)
    assert norms.max() / norms.min() > 1.05
    assert result["outcome"] == "identified"
    assert result["match"]["symmetry"] == symmetry
    assert result["match"]["relative_error"] < 1e-7


@pytest.mark.parametrize("options", [("--labels", "sign"), ("--outputs", 3), ("--labels", "sign", "--outputs", 2)])
def test_labels_and_outputs(attack, options):
    result, arrays = attack("relu+tanh", simulate=options)
    assert result["outcome"] == "identified" and result["match"]["relative_error"] < 1e-8
    if "sign" in options:
        assert set(np.unique(arrays["truth"]["y"])) <= {-1.0, 1.0}


def test_digits_and_their_picture(attack, tmp_path):
    pytest.importorskip("sklearn")
    figure = tmp_path / "found.png"
    result, arrays = attack(
        "tanh", simulate=("--data", "digits"), reconstruct=("--images", "8x8", "--figure", figure), n=3, d=None, p=800
    )
    assert (result["d"], result["outcome"]) == (64, "identified")
    assert result["match"]["relative_error"] < 1e-6
    assert list(arrays["truth"]["image_shape"]) == [8, 8]
    known = digits().X
    assert all(np.isclose(known, row).all(axis=1).any() for row in arrays["truth"]["X"])
    content = figure.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 100 and height > 50


def test_a_picture_without_truth(run, attack, tmp_path):
    attack("tanh", d=4)
    for images in ("2x2", "4X1"):
        done = run("reconstruct", tmp_path / "observed.npz", "--kind", "parameters", "--activation", "tanh", "--n", 3,
                   "--images", images, "--figure", tmp_path / "found.png")  # fmt: skip
        assert done.status == 0
        assert (tmp_path / "found.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_with_fewer_samples_than_the_truth(run, attack, tmp_path):
    attack("tanh", d=4, n=2)
    np.savez(tmp_path / "more.npz", X=np.vstack([np.load(tmp_path / "truth.npz")["X"], np.ones((2, 4))]))
    done = run("reconstruct", tmp_path / "observed.npz", "--kind", "parameters", "--activation", "tanh", "--n", 2, "--json",
               "--truth", tmp_path / "more.npz", "--images", "2x2", "--figure", tmp_path / "found.png")  # fmt: skip
    assert (done.status, done.json["match"]["relative_error"], done.json["match"]["matched"]) == (0, None, 2)
    assert (tmp_path / "found.png").exists()


def test_the_same_seed_writes_the_same_bytes(run, tmp_path):
    def files(name, seed):
        folder = tmp_path / name
        folder.mkdir()
        run("simulate", "parameters", "--n", 3, "--d", 5, "--p", 60, "--activation", "tanh", "--seed", seed,
            "--out", folder / "o.npz", "--truth", folder / "t.npz")  # fmt: skip
        run("reconstruct", folder / "o.npz", "--kind", "parameters", "--activation", "tanh", "--seed", seed,
            "--out", folder / "f.npz", "--truth", folder / "t.npz")  # fmt: skip
        return [(folder / file).read_bytes() for file in ("o.npz", "t.npz", "f.npz")]

    first, second, other = files("first", 0), files("second", 0), files("other", 1)
    assert first == second
    assert all(a != b for a, b in zip(first, other))


def test_too_few_equations_are_never_identified(run, tmp_path):
    for p in (1, 2, 8, 9):
        run("simulate", "parameters", "--n", 3, "--d", 3, "--p", p, "--activation", "tanh", "--out", tmp_path / "o.npz")
        done = run("reconstruct", tmp_path / "o.npz", "--kind", "parameters", "--activation", "tanh", "--n", 3, "--json")
        assert done.status == 2 and done.json["outcome"] in ("underdetermined", "stalled")


def test_data_of_the_user(run, attack, tmp_path):
    X = np.random.default_rng(3).standard_normal((20, 5)) + 1
    np.savez(tmp_path / "mine.npz", X=X)
    _, arrays = attack("tanh", simulate=("--data", tmp_path / "mine.npz"), d=None)
    np.testing.assert_allclose(np.linalg.norm(arrays["truth"]["X"], axis=1), np.sqrt(5))


def test_the_command_is_the_function(attack):
    _, arrays = attack("tanh", simulate=("--seed", 4))
    observed, truth = simulate_parameters(3, 5, 60, "tanh", seed=4)
    for name, array in (observed | truth).items():
        np.testing.assert_array_equal((arrays["observed"] | arrays["truth"])[name], array)


def test_what_is_printed_for_people(run, attack, tmp_path):
    attack("tanh")
    done = run("reconstruct", tmp_path / "observed.npz", "--kind", "parameters", "--activation", "tanh",
               "--truth", tmp_path / "truth.npz")  # fmt: skip
    assert "outcome                 identified" in done.out
    assert "(symmetry: sign)" in done.out

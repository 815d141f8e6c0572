"""Bad input: each is one line that names the argument, its value and the rule, with exit status 3, and nothing runs."""

from __future__ import annotations

import errno
import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

import reconlaw
from reconlaw.theory.errors import InputError

TANH = ("--kind", "parameters", "--activation", "tanh")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
V = np.random.default_rng(0).standard_normal((12, 4))
THETA = np.random.default_rng(1).standard_normal(12)


@pytest.fixture
def no_work(monkeypatch):
    """Whatever computes fails the test."""

    def forbidden(*args, **kwargs):
        raise AssertionError("work was started")

    for name in (
        "reconlaw.numerics.inversion.levenberg_marquardt",
        "reconlaw.verification.run_check",
        "reconlaw.numerics.random_features.RandomFeatures.fit",
        "reconlaw.proofs_check.deciders.rank._ball_minor_is_nonzero",
        "reconlaw.proofs_check.deciders.rank._modular_rank",
    ):
        monkeypatch.setattr(name, forbidden)


@pytest.fixture
def npz(tmp_path):
    def save(**arrays) -> Path:
        np.savez(tmp_path / "observed.npz", **arrays)
        return tmp_path / "observed.npz"

    return save


# --- rank ---


@pytest.mark.parametrize("name", ["n", "d", "p"])
@pytest.mark.parametrize("value", [0, -1])
@pytest.mark.parametrize("activation", ["tanh", "relu", "power:3"])
def test_rank_sizes(run, no_work, name, value, activation):
    sizes = {"n": 2, "d": 3, "p": 4} | {name: value}
    arguments = [text for key, size in sizes.items() for text in (f"--{key}", size)]
    run("rank", "--activation", activation, *arguments).refusal(f"{name} = {value}: must be an integer >= 1")


@pytest.mark.parametrize(
    "activation",
    ["tanhh", "", "power", "power:0", "power:-1", "power:x", "power:1e3", "hermite:", "leaky_relu:nan", "tanh+", "+"],
)
def test_unknown_activation(run, no_work, npz, activation):
    run("rank", "--activation", activation, "--n", 1, "--d", 2, "--p", 3).refusal("activation = ")
    observed = npz(theta=THETA, V=V)
    run("reconstruct", observed, "--kind", "parameters", "--activation", activation).refusal("activation")
    run("simulate", "parameters", "--activation", activation, "--n", 1, "--d", 2, "--p", 3, "--out", observed).refusal(
        "activation"
    )


def test_seed(run, no_work, npz, tmp_path):
    sizes = ("--activation", "tanh", "--n", 1, "--d", 2, "--p", 3, "--seed", -1)
    rule = "seed = -1: must be an integer >= 0"
    run("rank", *sizes).refusal(rule)
    run("simulate", "parameters", *sizes, "--out", tmp_path / "o.npz").refusal(rule)
    run("verify", "--seed", -1, "--report", tmp_path / "report").refusal(rule)
    run("reconstruct", npz(theta=THETA, V=V), *TANH, "--seed", -1).refusal(rule)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["observed.npz"]


@pytest.mark.parametrize("activation", ["tanh", "relu", "power:4", "softplus+tanh"])
@pytest.mark.parametrize("sizes", [(10**5, 10**3, 10**8), (10**4, 10**3, 10**7), (10**30, 20, 10**30)])
def test_a_rank_that_does_not_fit_in_memory(run, no_work, activation, sizes):
    arguments = [text for key, size in zip("ndp", sizes) for text in (f"--{key}", size)]
    domain = ("--domain", "free") if activation == "power:4" else ()
    run("rank", "--activation", activation, *arguments, *domain).refusal("GiB, the machine has")


# --- claims, levels, --set ---


@pytest.mark.parametrize("command", ["show", "cite", "list", "verify"])
@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("iurada2025/rank-theorm", "did you mean iurada2025/rank-theorem"),
        ("iurada2024", "did you mean iurada2025"),
        ("", "no such claim or paper"),
        ("/", "no such claim or paper"),
    ],
)
def test_unknown_claim(run, no_work, command, claim, words):
    run(command, claim).refusal(f"claim = {claim!r}", words)


def test_show_needs_one_claim(run):
    run("show", "iurada2025").refusal("iurada2025", "names", "iurada2025/rank-theorem")


def test_unknown_level(run, no_work, tmp_path):
    run("verify", "--level", "fast", "--report", tmp_path / "r").refusal(
        "level = 'fast': must be one of quick, standard, thorough"
    )
    assert not (tmp_path / "r").exists()


def test_workers(run, no_work, tmp_path):
    run("verify", "--workers", 0, "--report", tmp_path / "r").refusal("workers = 0: must be an integer >= 1")
    assert not (tmp_path / "r").exists()


ROW_SPAN = "iurada2025/row-span"


@pytest.mark.parametrize(
    ("claim", "text", "words"),
    [
        (ROW_SPAN, "n", "--set 'n': must have the form NAME=VALUE"),
        (ROW_SPAN, "=3", "--set '=3': must have the form NAME=VALUE"),
        (ROW_SPAN, "", "--set '': must have the form NAME=VALUE"),
        (ROW_SPAN, "width=3", "'width': iurada2025/row-span has no such parameter, only activation, n, d, p"),
        ("iurada2025", "steps=3", "has no such parameter"),
        (ROW_SPAN, "n=three", "n = 'three': must be of the kind of its default 3"),
        (ROW_SPAN, "n=", "n = '': must be of the kind"),
        (ROW_SPAN, "n=1.5", "n = 1.5: must be of the kind"),
        (ROW_SPAN, "n=true", "n = True: must be of the kind"),
        (ROW_SPAN, "n=null", "n = None: must be of the kind"),
        (ROW_SPAN, "n=[3]", "n = [3]: must be of the kind"),
        (ROW_SPAN, "activation=3", "activation = 3: must be of the kind of its default 'relu'"),
        (ROW_SPAN, "subtract_start=1", "subtract_start = 1: must be of the kind of its default True"),
        (ROW_SPAN, "n=0", "n = 0: must be a positive number"),
        (ROW_SPAN, "p=-3", "p = -3: must be a positive number"),
        ("iurada2025/span-threshold", "bound=NaN", "bound = nan: must be a positive number"),
        ("iurada2025/span-threshold", "bound=Infinity", "bound = inf: must be a positive number"),
        ("iurada2025/span-threshold", "bound=-0.5", "bound = -0.5: must be a positive number"),
    ],
)
def test_set(run, no_work, tmp_path, claim, text, words):
    run("verify", claim, "--set", text, "--report", tmp_path / "r").refusal(words)
    assert not (tmp_path / "r").exists()


def test_set_takes_values_of_its_kind(run):
    done = run("verify", "iurada2025/projection-loss", "--set", "activation=power:3", "--set", "n=2", "--json")
    assert done.status in (0, 1) and done.json["summary"]["errors"] == 0  # a control is about relu
    assert run("verify", "iurada2025/span-threshold", "--level", "thorough", "--set", "below_by=1").status == 2  # not run


def test_a_value_that_only_the_check_can_refuse_is_told_once(run):
    done = run("verify", ROW_SPAN, "--set", "activation=foo")
    assert done.status == 3
    assert done.err.count("\n") == 1
    assert "iurada2025/row-span (its check, A1, A2): activation = 'foo': must be one of" in done.err


def test_python_calls_raise_the_same(tmp_path):
    with pytest.raises(InputError, match=r"names \d+ claims"):
        reconlaw.verify("iurada2025")
    with pytest.raises(InputError, match="cannot decide there, only at quick"):
        reconlaw.verify("iurada2025/absolute-metric", level="thorough")
    with pytest.raises(InputError, match="n = 0"):
        reconlaw.verify(ROW_SPAN, n=0)
    with pytest.raises(InputError, match="activation = 'foo'"):
        reconlaw.verify(ROW_SPAN, activation="foo")
    with pytest.raises(InputError, match=r"n = 2\.5: must be an integer >= 1"):
        reconlaw.rank("tanh", 2.5, 3, 4)
    with pytest.raises(InputError, match="n = True: must be an integer >= 1"):
        reconlaw.simulate_parameters(True, 3, 4, "tanh")


# --- where the report goes ---


def test_report_directory_that_cannot_be(run, no_work, tmp_path):
    (tmp_path / "file").write_text("")
    run("verify", "--report", tmp_path / "file").refusal(f"{tmp_path / 'file'}: is not a directory")
    run("verify", "--report", tmp_path / "file" / "x").refusal("is not a directory")
    (tmp_path / "r" / "verdicts.jsonl").mkdir(parents=True)
    run("verify", "--report", tmp_path / "r").refusal("verdicts.jsonl: cannot be written: Is a directory")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_report_directory_on_a_file_system_without_files(run, no_work):
    run("verify", "--report", "/proc/reconlaw").refusal("/proc/reconlaw")


@needs_full
def test_report_on_a_full_disk(run, no_work):
    run("verify", "--report", "/dev/full").refusal("/dev/full: is not a directory")


def test_a_disk_that_fills_up_during_the_run(run, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("reconlaw.numerics.journal.os.fsync", full)
        run("verify", ROW_SPAN, "--report", tmp_path).refusal("verdicts.jsonl: cannot be written: No space left on device")
    assert run("verify", ROW_SPAN, "--report", tmp_path).status == 0


# --- files ---


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"theta": THETA}, "'V' is missing (arrays in the file: 'theta')"),
        ({"V": V}, "'theta' is missing"),
        ({"theta": THETA[:11], "V": V}, "theta has shape (11,) and V (12, 4): they must have as many rows"),
        ({"theta": THETA, "V": V[:, 0]}, "'V' has shape (12,): must have 2 dimensions"),
        ({"theta": THETA[:, None, None], "V": V}, "must have 1 or 2 dimensions"),
        ({"theta": np.append(THETA[:11], np.nan), "V": V}, "'theta'[11] = nan: must be finite"),
        ({"theta": THETA, "V": np.where(V > 0, V, np.inf)}, "= inf: must be finite"),
        ({"theta": THETA + 1j, "V": V}, "complex128: must be real"),
        ({"theta": THETA, "V": V.astype(object)}, "'V' is pickled: reading Python objects would run code"),
        ({"theta": THETA.astype(str), "V": V}, "must be real"),
        ({"theta": 0 * THETA, "V": V}, "theta = 0"),
        ({"theta": THETA, "V": V, "theta0": THETA}, "theta = 0"),
        ({"theta": THETA, "V": V, "theta0": THETA[:, None]}, "theta0 has shape (12, 1): must be that of theta, (12,)"),
        ({"theta": np.zeros(0), "V": np.zeros((0, 4))}, "must not be empty"),
        ({"theta": THETA, "V": np.zeros((12, 0))}, "must not be empty"),
    ],
)
def test_observed_arrays(run, no_work, npz, arrays, words):
    run("reconstruct", npz(**arrays), *TANH, "--n", 2).refusal(words)


def damaged() -> dict[str, bytes]:
    buffer = io.BytesIO()
    np.savez(buffer, theta=THETA, V=V)
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("theta.npy", "not an array")
    return {
        "truncated": buffer.getvalue()[:-40],
        "pickle": pickle.dumps({"theta": THETA}),
        "text": b"theta\n",
        "empty": b"",
        "zip": text.getvalue(),
    }


@pytest.mark.parametrize("kind", damaged())
def test_damaged_files(run, no_work, tmp_path, kind):
    path = tmp_path / "observed.npz"
    path.write_bytes(damaged()[kind])
    run("reconstruct", path, *TANH).refusal(path)
    run("recheck", path).refusal(path)


def test_files_that_are_not_there(run, no_work, npz, tmp_path):
    observed, missing = npz(theta=THETA, V=V), tmp_path / "none.npz"
    run("reconstruct", missing, *TANH).refusal(f"{missing}: no such file")
    run("reconstruct", tmp_path, *TANH).refusal("is a directory")
    run("reconstruct", observed, *TANH, "--truth", missing).refusal(f"{missing}: no such file")
    run("recheck", missing).refusal(f"{missing}: no such file")
    run("recheck", tmp_path / "none.json").refusal("none.json: no such file")
    run("simulate", "parameters", "--activation", "tanh", "--n", 2, "--p", 9, "--data", missing, "--out", observed).refusal(
        missing
    )


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.ones((2, 5)), "X has shape (2, 5): must have as many columns as V, 4"),
        (np.ones(4), "must have 2 dimensions"),
        (np.array([[1.0, 0, 0, 0], [0, 0, 0, 0]]), "truth[1] is zero"),
        (np.full((1, 4), np.nan), "must be finite"),
    ],
)
def test_truth(run, no_work, npz, tmp_path, X, words):
    np.savez(tmp_path / "truth.npz", X=X)
    run("reconstruct", npz(theta=THETA, V=V), *TANH, "--n", 2, "--truth", tmp_path / "truth.npz").refusal(words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--n", 0), "n = 0: must be an integer >= 1"),
        (("--n", -2), "n = -2: must be an integer >= 1"),
        (("--starts", 0), "starts = 0: must be an integer >= 1"),
        (("--images", "2x3"), "--images '2x3': has 6 pixels, the samples have dimension 4"),
        (("--images", "2x2x2"), "must have the form HxW, or HxWx3"),
        (("--images", "2"), "must have the form HxW"),
        (("--images", "axb"), "must have the form HxW"),
        (("--images", "0x4"), "must have the form HxW"),
        (("--images=-2x-2",), "must have the form HxW"),
        (("--figure", "a.png"), "--figure needs --images"),
        (("--images", "2x2", "--figure", "a.pdf"), "--figure a.pdf: must end in .png"),
        (("--out", "."), "is a directory, not a file"),
        (("--out", "/none/a.npz"), "/none is not a directory"),
        (("--images", "2x2", "--figure", "/none/a.png"), "/none is not a directory"),
    ],
)
def test_reconstruct_options(run, no_work, npz, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    run("reconstruct", npz(theta=THETA, V=V), *TANH, *options).refusal(words)
    assert os.listdir(tmp_path) == ["observed.npz"]


def test_an_observation_is_not_overwritten(run, no_work, npz):
    observed = npz(theta=THETA, V=V)
    run("reconstruct", observed, *TANH, "--out", observed).refusal("--out", "another file of this command")
    run("simulate", "parameters", "--activation", "tanh", "--n", 1, "--d", 2, "--p", 3,
        "--out", observed, "--truth", observed).refusal("--truth", "must not be the file of --out")  # fmt: skip


@needs_full
def test_reconstruct_onto_a_full_disk(run, npz):
    run("reconstruct", npz(theta=THETA, V=V), *TANH, "--n", 2, "--starts", 1, "--out", "/dev/full").refusal(
        "/dev/full: cannot be written: No space left on device"
    )


# --- simulate ---


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--n", 0), "n = 0"),
        (("--d", -1), "d = -1"),
        (("--d", 0), "d = 0"),
        (("--p", 0), "p = 0"),
        (("--outputs", 0), "outputs = 0"),
        (("--data", "digit"), "data = 'digit': must be sphere, digits, photographs, or a"),
        (("--data", "digits"), "d = 3: the samples of digits have dimension 64"),
        (("--d", 64, "--data", "digits", "--n", 10**6), "n = 1000000: digits has 1797 samples"),
        (("--out", "/none/a.npz"), "/none is not a directory"),
        (("--truth", "/none/a.npz"), "/none is not a directory"),
        (("--p", 10**10, "--d", 10**4), "GiB, the machine has"),
    ],
)
def test_simulate_options(run, no_work, tmp_path, options, words):
    if "digits" in options:
        pytest.importorskip("sklearn")
    defaults = ("--activation", "tanh", "--n", 2, "--d", 3, "--p", 4, "--out", tmp_path / "o.npz")
    run("simulate", "parameters", *defaults, *options).refusal(words)
    assert list(tmp_path.iterdir()) == []


def test_simulate_needs_a_dimension(run, no_work, tmp_path):
    run("simulate", "parameters", "--activation", "tanh", "--n", 2, "--p", 4, "--out", tmp_path / "o.npz").refusal(
        "d is missing"
    )

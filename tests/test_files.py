"""Reading and writing files: each failure is one InputError of one line, and no failure leaves half a file."""

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from reconlaw.numerics import files
from reconlaw.numerics.files import read_bytes, read_npz, real_array, write_bytes, write_npz, write_text
from reconlaw.theory.errors import InputError

SPEC = {"X": 2, "theta": (1, 2)}


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.npz"
    write_npz(path, X=np.arange(6).reshape(2, 3), theta=np.ones(4, np.float32), other=np.array(["text"]))
    return path


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(InputError) as caught:
        call(*args, **kwargs)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_round_trip(good):
    arrays = read_npz(good, SPEC, {"V": 2})
    assert set(arrays) == {"X", "theta"}
    assert all(array.dtype == np.float64 for array in arrays.values())
    np.testing.assert_array_equal(arrays["X"], [[0, 1, 2], [3, 4, 5]])


def test_numpy_reads_what_is_written_and_back(tmp_path):
    write_npz(tmp_path / "a.npz", file=np.eye(2), path=np.float32(3), allow_pickle=np.array([], int))
    with np.load(tmp_path / "a.npz") as archive:
        assert archive["path"].dtype == np.float32 and archive["path"] == 3
        assert archive["allow_pickle"].shape == (0,)
        np.testing.assert_array_equal(archive["file"], np.eye(2))
    np.savez_compressed(tmp_path / "b.npz", X=np.asfortranarray(np.arange(6.0).reshape(2, 3)).astype(">f8"))
    np.testing.assert_array_equal(read_npz(tmp_path / "b.npz", {"X": 2})["X"], [[0, 1, 2], [3, 4, 5]])


def test_same_arrays_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_npz(tmp_path / name, X=np.eye(3))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("value", "ndim", "words"),
    [
        (np.ones(3), 2, "shape (3,): must have 2 dimensions"),
        (np.ones((1, 1, 1)), (1, 2), "must have 1 or 2 dimensions"),
        (np.ones((1, 2)), 1, "must have 1 dimension"),
        (np.ones((0, 3)), 2, "shape (0, 3): must not be empty"),
        (np.ones(2, complex), 1, "complex128: must be real"),
        (np.array(["a"]), 1, "<U1: must be real"),
        (np.array([True]), 1, "bool: must be real"),
        (np.array([[1.0, 2.0], [np.nan, np.inf]]), 2, "'A'[1, 0] = nan: must be finite"),
        (np.float64(np.inf), 0, "'A' = inf: must be finite"),
    ],
)
def test_rules_of_an_array(tmp_path, value, ndim, words):
    path = tmp_path / "a.npz"
    write_npz(path, A=value)
    message = refused(read_npz, path, {"A": ndim})
    assert words in message and str(path) in message
    assert message == refused(read_npz, path, {}, {"A": ndim})


def test_real_array_takes_lists_and_refuses_ragged_ones():
    assert real_array("X", [[1, 2], [3, 4]], 2).dtype == np.float64
    assert refused(real_array, "X", [[1, 2], [3]], 2).startswith("X: must be an array of real numbers")
    assert "longdouble" not in refused(real_array, "X", np.longdouble("1e400"), 0) or np.finfo(np.longdouble).max < 1e400


def test_missing_array_lists_what_is_there(good):
    assert "'V' is missing (arrays in the file: 'X', 'theta', 'other')" in refused(read_npz, good, {"V": 2})


def test_not_an_archive(tmp_path):
    np.save(tmp_path / "a.npy", np.ones(3))
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps({"X": np.ones(3)}))
    (tmp_path / "text.npz").write_text("1 2 3\n")
    (tmp_path / "empty.npz").write_bytes(b"")
    assert "single .npy array" in refused(read_npz, tmp_path / "a.npy", {"X": 1})
    assert "a pickle" in refused(read_npz, tmp_path / "pickle.npz", {"X": 1})
    for name in ("text.npz", "empty.npz"):
        assert "not an .npz file" in refused(read_npz, tmp_path / name, {"X": 1})
    assert "is a directory" in refused(read_npz, tmp_path, {"X": 1})
    assert "no such file" in refused(read_npz, tmp_path / "none.npz", {"X": 1})
    assert "not a regular file" in refused(read_npz, "/dev/null", {"X": 1})
    assert "null" in refused(read_npz, "a\0b", {"X": 1})


def test_prefixed_archive_is_refused(good):
    good.write_bytes(b"junk" + good.read_bytes())  # zipfile would accept it, numpy would try to unpickle it
    assert "not an .npz file" in refused(read_npz, good, SPEC)


def test_every_truncation_is_refused(good, tmp_path):
    content = good.read_bytes()
    for length in range(0, len(content), 7):
        write_bytes(tmp_path / "cut.npz", content[:length])
        refused(read_npz, tmp_path / "cut.npz", SPEC)


def test_every_flipped_byte_is_refused_or_harmless(good, tmp_path):
    content, expected = good.read_bytes(), read_npz(good, SPEC)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        (tmp_path / "damaged.npz").write_bytes(damaged)
        try:
            arrays = read_npz(tmp_path / "damaged.npz", SPEC)
        except InputError:
            continue
        for name, array in expected.items():
            np.testing.assert_array_equal(arrays[name], array)


def test_objects_are_neither_read_nor_written(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, X=np.array([{"a": 1}], dtype=object))
    assert "array 'X' is pickled" in refused(read_npz, path, {"X": 1})
    assert "Python objects are not written" in refused(write_npz, tmp_path / "b.npz", X=np.array([None]))
    assert not (tmp_path / "b.npz").exists()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X", "text")
    assert "'X' is not an array" in refused(read_npz, path, {"X": 1})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_full_disk():
    assert refused(write_npz, "/dev/full", X=np.ones(3)) == "/dev/full: cannot be written: No space left on device"
    refused(write_npz, "/dev/full", X=np.ones(100_000))
    refused(write_text, "/dev/full", "report")
    write_npz(os.devnull, X=np.ones(3))
    assert not Path(os.devnull).is_file()


def test_bad_targets(tmp_path):
    message = refused(write_npz, tmp_path / "none" / "x.npz", X=np.ones(3))
    assert f"{tmp_path / 'none'} is not a directory" in message
    assert "Is a directory" in refused(write_npz, tmp_path, X=np.ones(3))
    assert "null" in refused(write_text, "a\0b", "text")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused(write_text, tmp_path / "loop", "text")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_directory(tmp_path):
    tmp_path.chmod(0o500)
    assert "Permission denied" in refused(write_text, tmp_path / "a.txt", "text")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch, where):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, where, fail)
    assert refused(write_text, path, "new") == f"{path}: cannot be written: No space left on device"
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_interrupted_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    write_text(path, "old")

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(np.lib.format, "write_array", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_npz(path, X=np.ones(3))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.npz"]


def test_links_and_permissions(tmp_path):
    (tmp_path / "deep").mkdir()
    target, link, plain = tmp_path / "deep" / "a.txt", tmp_path / "link", tmp_path / "plain"
    link.symlink_to(target)
    write_text(link, "é")
    assert link.is_symlink() and read_bytes(target) == "é".encode()
    plain.write_text("as any new file")
    assert target.stat().st_mode == plain.stat().st_mode

"""Witnesses on the disk: what is loaded is exactly what was stored, or it is refused."""

from __future__ import annotations

import hashlib
import io
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.errors import InputError
from reconlaw.witness_files import INLINE_BYTES, SKELETON, load, store

FILLER = ["1" * 50] * 3000  # makes any witness too large for the report


def round_trip(witness, folder):
    reference = store({"decider": "rank", **witness}, folder)
    loaded = load(folder / reference["file"])
    assert loaded.pop("decider") == "rank"
    return loaded


def identical(a, b):
    """Equal, and of the same types all the way down (1, 1.0 and True differ; so do 0.0 and -0.0)."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, float):
        return a == b and math.copysign(1, a) == math.copysign(1, b)
    return a == b


@pytest.mark.parametrize(
    "value",
    [
        list(range(20)),
        [2**53 + k for k in range(20)],
        [2**63 - 1, -(2**63)] * 10,
        [2**63 + k for k in range(20)],  # beyond int64: numpy would make uint64 or float64 of it
        [-1, *[2**63] * 20],
        [10**30] * 20,
        [0.1 * k for k in range(20)],
        [-0.0, 5e-324, 1.7e308] * 5,
        [1, 2.5] * 10,  # integers among floats stay integers
        [2**53 + 1, 0.5] * 10,
        [True, False] * 10,
        [True, 2] * 10,
        [True, 2.0] * 10,
        ["1/3"] * 20,
        ["1/3", 1] * 10,
        [None] * 20,
        [[1, 2], [3, 4]] * 10,
        [[1, 2], [3]] * 10,
        [[[0.5] * 3] * 2] * 10,
        [[1, 2.0]] * 20,
        [[]] * 20,
        [[0.5] * 20, [1] * 20],
        [{"a": [1.5] * 20}] * 10,
        [],
        {},
        "text",
        None,
        2**200,
        {"$array": "array0", "b": 1},
        {"é": "ü" * 10, "": 0},
    ],
    ids=lambda value: str(value)[:40],
)
def test_round_trip_is_exact(tmp_path, value):
    assert identical(round_trip({"value": value, "filler": FILLER}, tmp_path), {"value": value, "filler": FILLER})


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.integers(9, 12).flatmap(
            lambda k: st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=k, max_size=k)
        )
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain)
def test_round_trip_of_any_plain_data(tmp_path, value):
    witness = {"value": value, "filler": FILLER}
    assert identical(round_trip(witness, tmp_path), witness)


def test_arrays_of_numpy_are_taken_as_their_lists(tmp_path):
    V = np.arange(60.0).reshape(20, 3)
    assert identical(round_trip({"V": V, "n": np.int64(3), "filler": FILLER}, tmp_path)["V"], V.tolist())


def test_small_witnesses_stay_in_the_report(tmp_path):
    witness = {"decider": "linear", "V": [["1/2"]]}
    assert store(witness, tmp_path) == witness
    assert list(tmp_path.iterdir()) == []
    just = {"decider": "x", "text": "a" * (INLINE_BYTES - len(json.dumps({"decider": "x", "text": ""})))}
    assert store(just, tmp_path) == just
    assert "file" in store(just | {"text": just["text"] + "a"}, tmp_path)


def test_without_a_directory_only_the_decider_is_kept():
    assert store({"decider": "rank", "V": FILLER}, None) == {"decider": "rank"}


def test_the_name_is_the_hash_and_the_same_witness_is_stored_once(tmp_path):
    witness = {"decider": "rank", "V": np.eye(200)}
    reference = store(witness, tmp_path)
    assert store(witness, tmp_path) == reference
    (path,) = tmp_path.iterdir()
    assert path.name == reference["file"] == hashlib.sha256(path.read_bytes()).hexdigest() + ".npz"
    assert reference["bytes"] == path.stat().st_size
    assert set(reference) == {"decider", "file", "bytes"}


def test_numbers_are_stored_as_arrays(tmp_path):
    reference = store({"decider": "superposition", "V": np.ones((500, 64))}, tmp_path)
    assert reference["bytes"] < 500 * 64 * 8 + 2000
    with np.load(tmp_path / reference["file"], allow_pickle=False) as archive:
        assert set(archive.files) == {"array0", SKELETON}


def test_any_flipped_byte_is_refused(tmp_path):
    reference = store({"decider": "rank", "V": np.eye(200)}, tmp_path)
    path = tmp_path / reference["file"]
    content = path.read_bytes()
    for place in range(0, len(content), 9973):
        damaged = bytearray(content)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="does not have the SHA-256 that its name states"):
            load(path)


def archive(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        pickle.dumps({"decider": "rank"}),
        archive(V=np.eye(3)),
        archive(**{SKELETON: np.array("not json")}),
        archive(**{SKELETON: np.array('{"decider": "rank", "V": {"$array": "array0"}}')}),
        archive(**{SKELETON: np.array({"decider": "rank"}, dtype=object)}),
        archive(**{SKELETON: np.array('{"V": {"$array": "o"}}'), "o": np.array([{}], dtype=object)}),
        archive(V=np.eye(300))[:-30],
    ],
)
def test_what_is_no_witness_file_is_refused(tmp_path, content):
    path = tmp_path / "witness.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a witness file") as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_stored_witness_is_decided_alone(run, tmp_path):
    result = run("rank", "--activation", "power:3", "--n", 15, "--d", 20, "--p", 300, "--json").json
    reference = store(result["witness"], tmp_path)
    path = tmp_path / reference["file"]
    assert load(path) == result["witness"]
    assert decide(load(path)).outcome == "holds"
    done = run("recheck", path, "--json")
    assert done.status == 0
    assert done.json["witnesses"][0]["recorded"] is None

    wrong = store(result["witness"] | {"expected": 301}, tmp_path)
    assert run("recheck", tmp_path / wrong["file"], "--json").status == 1
    (tmp_path / "report.json").write_text(json.dumps({"id": "a", "outcome": "holds", "witness": reference}))
    assert run("recheck", tmp_path / "report.json").status == 0
    path.write_bytes(path.read_bytes() + b" ")
    run("recheck", path).refusal("SHA-256")
    run("recheck", tmp_path / "report.json").refusal("a: ", "SHA-256")
    path.unlink()
    run("recheck", tmp_path / "report.json").refusal("a: ", "no such file")


def test_a_witness_alone_that_is_undecided_exits_2(run, tmp_path):
    witness = {
        "decider": "statistical", "method": "binomial", "relation": "at least", "bound": 0.5, "successes": 5, "trials": 10,
        "error_probability": 1e-4, "peeked": False,
    }  # fmt: skip
    (tmp_path / "witness.npz").write_bytes(archive(**{SKELETON: np.array(json.dumps(witness))}))
    assert run("recheck", tmp_path / "witness.npz", "--json").status == 2

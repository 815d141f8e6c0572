"""Large witnesses as .npz files: nested lists of numbers become arrays, everything else one JSON string. No pickle."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .numerics.files import read_bytes, write_bytes
from .proofs_check.verdict import plain
from .theory.errors import InputError

INLINE_BYTES = 100_000
SKELETON = "witness.json"


def store(witness: Mapping[str, Any], directory: Path | None) -> dict[str, Any]:
    """The witness itself if its JSON takes at most 100 kB; else write it beside the report and return a reference."""
    if directory is None:
        return {"decider": witness["decider"]}
    witness = plain(witness)
    if len(json.dumps(witness)) <= INLINE_BYTES:
        return dict(witness)
    arrays: dict[str, np.ndarray] = {}
    skeleton = _pack(witness, arrays)
    buffer = io.BytesIO()
    arrays[SKELETON] = np.array(json.dumps(skeleton))
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    content = buffer.getvalue()
    name = hashlib.sha256(content).hexdigest() + ".npz"
    write_bytes(directory / name, content)
    return {"decider": witness["decider"], "file": name, "bytes": len(content)}


def load(path: Path) -> dict[str, Any]:
    """The witness in an .npz file. Raises InputError if it is unreadable, pickled, or its name is not its SHA-256."""
    content = read_bytes(path)
    if len(path.stem) == 64 and path.stem != hashlib.sha256(content).hexdigest():
        raise InputError(f"{path}: its content does not have the SHA-256 that its name states")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        skeleton = json.loads(str(arrays[SKELETON]))
        return _unpack(skeleton, arrays)
    except (ValueError, KeyError, OSError, TypeError, EOFError, AttributeError) as error:
        raise InputError(f"{path}: is not a witness file ({error})") from error
    except Exception as error:  # zipfile has its own
        raise InputError(f"{path}: is not a witness file ({error})") from error


def _pack(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        return {key: _pack(item, arrays) for key, item in value.items()}
    if isinstance(value, list) and len(value) > 8:
        array = _numeric(value)
        if array is not None:
            name = f"array{len(arrays)}"
            arrays[name] = array
            return {"$array": name}
    if isinstance(value, list):
        return [_pack(item, arrays) for item in value]
    return value


def _numeric(value: list[Any]) -> np.ndarray | None:
    """The list as an int64 or float64 array that converts back to exactly the same list, or None."""
    types = _types(value)
    if types not in ({int}, {float}):  # numpy would make one type of several
        return None
    try:
        array = np.array(value)
    except (ValueError, OverflowError):
        return None
    dtype = np.int64 if types == {int} else np.float64  # integers beyond int64 become floats or objects
    return array if array.dtype == dtype and array.tolist() == value else None


def _types(value: list[Any]) -> set[type]:
    """The types of the entries of nested lists."""
    return set().union(*(_types(item) if isinstance(item, list) else {type(item)} for item in value))


def _unpack(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$array"}:
            return arrays[value["$array"]].tolist()
        return {key: _unpack(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    return value

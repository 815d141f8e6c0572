"""Arrays in from files and out to files: never a pickle read, never half a file written, one line for each failure."""

from __future__ import annotations

import io
import os
import secrets
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from ..theory.errors import InputError
from .arrays import Dimensions, real_array

PathLike: TypeAlias = "str | os.PathLike[str]"

# --- in ---


def check_regular(path: PathLike) -> Path:
    """Return `path` as a Path if it is a file that can be looked up, or raise `InputError`."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, ValueError) as error:
        raise _failure(path, "read", error) from error
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is a directory, not a file" if stat.S_ISDIR(mode) else f"{path}: not a regular file")
    return Path(path)


def read_bytes(path: PathLike) -> bytes:
    """The content of a regular file. Raises `InputError` if it is missing, a directory, a device or unreadable."""
    try:
        return check_regular(path).read_bytes()
    except OSError as error:
        raise _failure(path, "read", error) from error


def read_npz(
    path: PathLike, required: Mapping[str, Dimensions], optional: Mapping[str, Dimensions] | None = None
) -> dict[str, np.ndarray]:
    """Read named arrays from an .npz file, without pickle.

    Args:
        path: the file.
        required: for each array that must be there, its number of dimensions or a tuple of allowed numbers.
        optional: the same for arrays that may be missing.

    Returns:
        The arrays found among those named, each float64, finite and not empty. Other arrays of the file are not read.

    Raises:
        InputError: the file is missing, unreadable, truncated, not an .npz or holds Python objects; an array is
            missing or breaks the rules of `real_array`.
    """
    arrays = {}
    try:
        with open(check_regular(path), "rb") as file:
            archive = _open_archive(path, file)
            for name, ndim in {**(optional or {}), **required}.items():
                if name in archive.files:
                    arrays[name] = real_array(f"{path}: array {name!r}", _member(path, archive, name), ndim)
                elif name in required:
                    found = ", ".join(map(repr, archive.files)) or "none"
                    raise InputError(f"{path}: array {name!r} is missing (arrays in the file: {found})")
    except OSError as error:
        raise _failure(path, "read", error) from error
    return arrays


def _member(path: PathLike, archive: Any, name: str) -> np.ndarray:
    try:
        array = archive[name]
    except Exception as error:  # damaged bytes raise a dozen types: zlib, struct, zip, header, memory
        if "Object arrays" in str(error):
            raise InputError(f"{path}: array {name!r} is pickled: reading Python objects would run code") from error
        reason = f"damaged, or too large for the memory ({type(error).__name__})"
        raise InputError(f"{path}: array {name!r} cannot be read: {reason}") from error
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path}: {name!r} is not an array in NumPy's format")
    return array


def _open_archive(path: PathLike, file: BinaryIO) -> Any:
    start = file.read(6)
    file.seek(0)
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        try:
            return np.load(file, allow_pickle=False)
        except Exception as error:
            raise InputError(f"{path}: a truncated or damaged .npz file ({type(error).__name__})") from error
    if start == b"\x93NUMPY":
        raise InputError(f"{path}: a single .npy array: save it under its name with numpy.savez")
    if start.startswith(b"\x80"):
        raise InputError(f"{path}: a pickle: reading it would run code; save the arrays with numpy.savez")
    raise InputError(f"{path}: not an .npz file (named arrays saved with numpy.savez)")


# --- out ---


def check_writable(path: PathLike) -> None:
    """Raise `InputError` if `path` can be seen not to be writable, so that no work is done in vain."""
    target = Path(path)
    if target.is_dir():
        raise InputError(f"{path}: is a directory, not a file")
    if not target.parent.is_dir():
        raise InputError(f"{path}: cannot be written: {target.parent} is not a directory")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise InputError(f"{path}: cannot be written: Permission denied")


def write_npz(path: PathLike, /, **arrays: Any) -> None:
    """Write named arrays to exactly `path` as an uncompressed .npz file; the same arrays give the same bytes.

    Raises:
        InputError: an array holds Python objects, or the file cannot be written (an older one then stays as it was).
    """
    plain = {name: np.asanyarray(array) for name, array in arrays.items()}
    for name, array in plain.items():
        if array.dtype.hasobject:
            raise InputError(f"array {name!r} has dtype {array.dtype}: Python objects are not written")
    with _replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in plain.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def write_bytes(path: PathLike, content: bytes) -> None:
    """Write `content` to `path`, all of it or nothing. Raises `InputError` if the file cannot be written."""
    with _replacing(path) as file:
        file.write(content)


def write_text(path: PathLike, text: str) -> None:
    """Write `text` to `path` in UTF-8, all of it or nothing. Raises `InputError` if the file cannot be written."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def _replacing(path: PathLike) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when the block ends well; a device or a pipe is written straight to."""
    temporary = None
    try:
        target = Path(path)
        if target.exists() and not target.is_file():
            buffer = io.BytesIO()  # a device cannot be replaced, and often cannot seek
            yield buffer
            target.write_bytes(buffer.getbuffer())
            return
        target = target.resolve()  # a symbolic link keeps pointing at the file it names
        if not target.parent.is_dir():
            raise InputError(f"{path}: cannot be written: {target.parent} is not a directory")
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:  # also a null character, a loop of links
        raise _failure(path, "written", error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _failure(path: PathLike, done: str, error: Exception) -> InputError:
    return InputError(f"{path}: cannot be {done}: {getattr(error, 'strerror', None) or error}")

"""The published files of MNIST (IDX) and CIFAR-10 (binary version), byte by byte."""

from __future__ import annotations

import gzip
import math
import zlib

import numpy as np

from ..theory.errors import InputError
from .files import PathLike, read_bytes

CIFAR_RECORD = 1 + 3 * 32 * 32
CIFAR_BINARY = (
    "pass data_batch_1.bin, ... unpacked from cifar-10-binary.tar.gz, the binary version "
    "(the Python version is a pickle: reading it would run code)"
)


def read_idx(path: PathLike, ndim: int) -> np.ndarray:
    """The uint8 array with `ndim` dimensions in an IDX file, plain or gzipped.

    The header is 00 00 08 `ndim` (08: unsigned byte), then each dimension as a big-endian 32-bit integer.

    Raises:
        InputError: unreadable, damaged, another magic number, an empty dimension, or too short or too long.
    """
    content = read_bytes(path)
    if content.startswith(b"\x1f\x8b"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path}: a truncated or damaged gzip file ({error})") from error
    magic, start = bytes((0, 0, 8, ndim)), 4 * (1 + ndim)
    if content[:4] != magic:
        kind = "images" if ndim == 3 else "labels"
        raise InputError(f"{path}: starts with {content[:4].hex() or 'nothing'}: IDX {kind} start with {magic.hex()}")
    if len(content) < start:
        raise InputError(f"{path}: truncated: {len(content)} bytes, the header alone has {start}")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", ndim, 4))
    if 0 in shape:
        raise InputError(f"{path}: the header gives shape {shape}: must not be empty")
    if len(content) != start + math.prod(shape):
        state = "truncated" if len(content) < start + math.prod(shape) else "too long"
        raise InputError(f"{path}: {state}: {len(content)} bytes, the header promises {start + math.prod(shape)}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_cifar10(path: PathLike) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) and labels (n,), both uint8, in a file of CIFAR-10's binary version.

    A record is one label byte 0..9, then the red, the green and the blue plane, each 32 x 32 and row by row.

    Raises:
        InputError: unreadable, an archive, the Python version (a pickle), or no whole number of valid records.
    """
    content = read_bytes(path)
    if content.startswith(b"\x80"):
        raise InputError(f"{path}: a pickle, CIFAR-10's Python version: {CIFAR_BINARY}")
    if content.startswith((b"\x1f\x8b", b"PK")) or content[257:262] == b"ustar":
        raise InputError(f"{path}: an archive: {CIFAR_BINARY}")
    if not content or len(content) % CIFAR_RECORD:
        raise InputError(f"{path}: {len(content)} bytes are no whole number of {CIFAR_RECORD}-byte records "
                         f"(truncated, or another format): {CIFAR_BINARY}")  # fmt: skip
    records = np.frombuffer(content, np.uint8).reshape(-1, CIFAR_RECORD)
    labels = records[:, 0]
    if labels.max() > 9:
        row = int(np.argmax(labels > 9))
        raise InputError(f"{path}: record {row} has label {labels[row]}, above 9 (another format): {CIFAR_BINARY}")
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), labels

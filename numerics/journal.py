"""An append-only file of JSON lines with one writer: what is written stays, a torn last line is dropped."""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Self

from ..theory.errors import InputError

try:
    import fcntl
except ImportError:  # Windows: nothing keeps a second writer away there
    fcntl = None  # type: ignore[assignment]

NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)
"""What `flock` says on a file system without locks. There nothing keeps a second writer away either."""


class Journal:
    """The entries of a journal file, and the way to add one.

    Opening reads all entries and cuts a torn last line, the trace of a killed run. The file stays locked until it is closed
    or its process ends, however it ends.

    Args:
        path: of the file; its directory is made.
        fresh: discard what it holds.
        sync_s: an entry is with the operating system before `append` returns, so that the end of the process loses
            nothing. It is on the disk as well, safe from a power cut, unless less than `sync_s` seconds have passed since
            an earlier one was brought there: the disk takes milliseconds each time. Closing brings all of them.

    Raises:
        InputError: the file or its directory cannot be read or written, another process writes it, or a line before the
            last is damaged.
    """

    def __init__(self, path: Path, *, fresh: bool = False, sync_s: float = 0.0):
        self.path, self.sync_s, self._synced = path, sync_s, -float("inf")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(path, "a+b", buffering=0)  # noqa: SIM115
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{path.parent}: is not a directory") from error
        except OSError as error:
            raise self._failure(error) from error
        try:
            if not _lock(self._file):
                raise InputError(f"{path}: another process is writing it")
            if fresh:
                self._file.truncate(0)
            content = read_all(self._file)
            whole = content.rfind(b"\n") + 1
            self.entries: list[dict[str, Any]] = self.decode(path, content[:whole])
            if whole < len(content):
                self._file.truncate(whole)
        except OSError as error:
            self.close()
            raise self._failure(error) from error
        except InputError:
            self.close()
            raise

    def append(self, entry: dict[str, Any]) -> None:
        """Write one entry; raises InputError if it cannot be written, and then leaves no part of it in the file."""
        self._write(self.encode(entry))
        self.entries.append(entry)

    @staticmethod
    def encode(entry: dict[str, Any]) -> bytes:
        """The line of an entry."""
        return json.dumps(entry, allow_nan=False, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def decode(cls, path: Path, content: bytes) -> list[dict[str, Any]]:
        """The entries of whole lines. Raises InputError that names the first damaged one."""
        entries = []
        for number, line in enumerate(content.splitlines(), 1):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not isinstance(entry, dict):
                raise InputError(f"{path}, line {number}: is not a JSON object; remove the file or pass --fresh")
            entries.append(entry)
        return entries

    def _write(self, line: bytes) -> None:
        size = os.fstat(self._file.fileno()).st_size
        try:
            written = 0
            while written < len(line):
                written += self._file.write(line[written:])
            if time.monotonic() - self._synced >= self.sync_s:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(size)
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> InputError:
        return InputError(f"{self.path}: cannot be written: {error.strerror}")

    def close(self) -> None:
        if self.sync_s and not self._file.closed:
            with suppress(OSError):
                os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def read_all(file: BinaryIO) -> bytes:
    """The content from the beginning."""
    file.seek(0)
    return file.read()


def is_being_written(path: Path) -> bool:
    """Whether a process holds the journal at `path` open for writing."""
    try:
        with open(path, "a+b") as file:
            return not _lock(file)
    except OSError:
        return False


def _lock(file: Any) -> bool:
    """Lock the file for this process until it is closed, or say that another one holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    return True

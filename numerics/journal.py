"""An append-only file of JSON lines with one writer: what is written stays, a torn last line is dropped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Self

from ..theory.errors import InputError


class Journal:
    """The entries of a journal file, and the way to add one.

    Opening reads all entries and cuts a torn last line, the trace of a killed run. Each `append` reaches the disk
    before it returns.

    Raises:
        InputError: the file or its directory cannot be read or written, or a line before the last is damaged.
    """

    def __init__(self, path: Path, *, fresh: bool = False):
        self.path = path
        self.entries: list[dict[str, Any]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(path, "w+b" if fresh else "a+b")  # noqa: SIM115
            self._file.seek(0)
            content = self._file.read()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                self._file.truncate(whole)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{path.parent}: is not a directory") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from error
        for number, line in enumerate(content[:whole].splitlines(), 1):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not isinstance(entry, dict):
                self.close()
                raise InputError(f"{path}, line {number}: is not a JSON object; remove the file or pass --fresh")
            self.entries.append(entry)

    def append(self, entry: dict[str, Any]) -> None:
        """Write one entry and wait until it is on the disk."""
        line = json.dumps(entry, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise InputError(f"{self.path}: cannot be written: {error.strerror}") from error
        self.entries.append(entry)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

"""Runs the command line in this process, or in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from reconlaw.cli import main


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one JSON value on standard output: nothing before it, nothing after it but a newline."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1

        def forbidden(constant):
            raise AssertionError(f"{constant} is not JSON")

        return json.loads(self.out, parse_constant=forbidden)

    def refusal(self, *words: object) -> str:
        """Exit status 3, nothing on standard output, and one line on standard error which holds the words."""
        assert (self.status, self.out) == (3, ""), self
        assert self.err.endswith("\n") and self.err.count("\n") == 1, self.err
        assert self.err.startswith("reconlaw")
        assert ": error: " in self.err
        assert "Traceback" not in self.err and "--debug" not in self.err, "an error that nobody foresaw"
        for word in words:
            assert str(word) in self.err, self.err
        return self.err


class Commands:
    """`run(*arguments)` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]):
        self.capsys = capsys

    def __call__(self, *arguments: object) -> Done:
        self.capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
        return Done(status, *self.capsys.readouterr())


def start(*arguments: object, code: str | None = None, **options) -> subprocess.Popen[str]:
    """The command in a process group of its own; `code` may prepare the process."""
    script = f"import sys\nfrom reconlaw.__main__ import main\n{code or ''}\nif __name__ == '__main__': sys.exit(main())"
    defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True, "cwd": "/"}
    return subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], **(defaults | options))


def spawn(*arguments: object, timeout: float = 60, **options) -> Done:
    """The command in its own process, to its end."""
    process = start(*arguments, **options)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return Done(process.returncode, out, err)


def lines(path: Path) -> list[dict]:
    """The entries of a journal."""
    return [json.loads(line) for line in path.read_text().splitlines()]

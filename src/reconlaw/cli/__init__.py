"""The command line: one file per command. Building the parser loads no numerical library."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from importlib import import_module
from typing import NoReturn

from .._version import __version__
from .output import add_output_options

COMMANDS = ("list", "show", "verify", "recheck", "rank", "bound", "simulate", "reconstruct", "diagram", "cite")
BAD_INPUT, INTERRUPTED = 3, 130


class Parser(argparse.ArgumentParser):
    """Ends a usage error with one line and exit status 3."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: error: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    root = Parser(prog="reconlaw", description="Laws of training-data reconstruction and memorization, verified numerically.")
    root.add_argument("--version", action="version", version=__version__)
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f".{name}", __name__)
        summary = (module.__doc__ or "").strip().splitlines()[0]
        command = commands.add_parser(name, help=summary, description=summary)
        add_output_options(command)
        module.configure(command)
        command.set_defaults(run=module.run)
    return root


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0 as claimed, 1 contradicted, 2 undecided, 3 error, 130 interrupted."""
    if sys.stdout is None:
        print("reconlaw: error: standard output is closed", file=sys.stderr)
        return BAD_INPUT
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as end:  # --version, --help, or a usage error
        raise SystemExit(_flushed("reconlaw", int(end.code or 0))) from None
    try:
        return _flushed(f"reconlaw {arguments.command}", arguments.run(arguments))
    except KeyboardInterrupt:
        print(f"reconlaw {arguments.command}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return 0
    except Exception as error:
        if _is_interrupt(error):
            print(f"reconlaw {arguments.command}: interrupted", file=sys.stderr)
            return INTERRUPTED
        if arguments.debug:
            traceback.print_exc()
        else:
            print(f"reconlaw {arguments.command}: error: {_one_line(error)}", file=sys.stderr)
        if isinstance(error, OSError):
            _discard_output()
        return BAD_INPUT


def _flushed(name: str, status: int) -> int:
    """The status, once standard output is flushed: at exit it would be too late to say that it failed."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        print(f"{name}: error: {_one_line(error)}", file=sys.stderr)
        _discard_output()
        return BAD_INPUT
    return status


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether a library in C made this error of a KeyboardInterrupt."""
    return error is not None and (isinstance(error, KeyboardInterrupt) or _is_interrupt(error.__cause__))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        return f"standard output cannot be written: {error.strerror}" if error.filename is None else text
    from ..theory.errors import InputError

    return text if isinstance(error, InputError) else f"{type(error).__name__}: {text} (--debug shows where)"


def _discard_output() -> None:
    """Keep the interpreter from writing the rest of a broken standard output again at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

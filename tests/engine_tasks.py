"""Tasks that a spawned process can import: they work, crash, die, or wait."""

from __future__ import annotations

import os
import time
from pathlib import Path


class TwoArguments(Exception):
    """An exception that cannot be rebuilt from what pickle keeps of it."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def square(x: int) -> int:
    return x * x


def threads() -> list[int]:
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    return [info["num_threads"] for info in threadpool_info()]


def process() -> int:
    time.sleep(0.05)
    return os.getpid()


def misbehave(how: str, x: int = 0):
    """Like `square` unless told otherwise."""
    if how == "raise":
        raise ValueError(f"no value for {x}")
    if how == "raise oddly":
        raise TwoArguments("this", "that")
    if how == "exit":
        raise SystemExit(4)
    if how == "return what cannot be sent":
        return lambda: x
    if how == "die":
        os._exit(3)
    if how == "die once":
        if not Path(str(x)).exists():
            Path(str(x)).touch()
            os._exit(3)
        return "survived"
    return x * x


def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds

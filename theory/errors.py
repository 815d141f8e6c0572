"""The errors a user can cause, and the checks that raise them before any work starts."""

from __future__ import annotations

import math
import operator
from typing import Any


class InputError(ValueError):
    """A bad argument. The message is one line that names the argument, the value and the rule."""


def positive_integer(name: str, value: Any, *, minimum: int = 1) -> int:
    """Return `value` as an int >= `minimum`, or raise `InputError` naming it (a bool is refused)."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < minimum:
        raise InputError(f"{name} = {value!r}: must be an integer >= {minimum}")
    return number


def probability(name: str, value: Any) -> float:
    """Return `value` as a float strictly between 0 and 1, or raise `InputError` naming it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 < number < 1.0:
        raise InputError(f"{name} = {value!r}: must be a probability strictly between 0 and 1")
    return number


def positive_suffix(name: str, value: str) -> float:
    """The number after the colon of `value` (`student:3`), or raise `InputError` naming it if it is not positive and finite."""
    try:
        number = float(value.partition(":")[2])
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise InputError(f"{name} = {value!r}: must end in a positive number")
    return number


def one_of(name: str, value: Any, allowed: Any) -> Any:
    """Return `value` if it is one of `allowed`, or raise `InputError` that lists them."""
    if value not in allowed:
        raise InputError(f"{name} = {value!r}: must be one of {', '.join(map(str, allowed))}")
    return value

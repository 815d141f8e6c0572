"""Balls (midpoint and radius) to and from plain data, exact or rounded outward."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from .errors import InputError

_RATIONAL = re.compile(r"[+-]?\d+/\d+|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?")


def exact_number(name: str, value: Any) -> Fraction:
    """The exact rational of an int, a float, a Fraction, or a string `p/q` or decimal.

    Raises:
        InputError: anything else, a bool, NaN or an infinity, a zero denominator, an exponent of six digits.
    """
    try:
        if isinstance(value, str) and not _RATIONAL.fullmatch(value.strip()):
            raise ValueError
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Fraction)):
            raise ValueError
        return Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise InputError(f"{name} = {value!r}: must be a number, or a string with a decimal or p/q") from None


def parse_ball(name: str, value: Any) -> arb:
    """The ball of `{"mid": M, "rad": R}`, of a string `M +/- R` (brackets allowed), or of an exact rational M.

    M and R are rationals as in `exact_number`, R >= 0. The result contains [M - R, M + R]; what conversion to the current
    precision loses is added to the radius. An `arb` is returned as it is.

    Raises:
        InputError: any other form, or a negative radius.
    """
    if isinstance(value, arb):
        return value
    middle: Any = value
    radius: Any = 0
    if isinstance(value, Mapping):
        if set(value) != {"mid", "rad"}:
            raise InputError(f"{name} = {dict(value)!r}: a ball has the keys mid and rad")
        middle, radius = value["mid"], value["rad"]
    elif isinstance(value, str) and "+/-" in value:
        text = value.strip()
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
        middle, _, radius = text.partition("+/-")
        middle = middle.strip() or "0"  # arb prints [+/- R] for a ball around 0
    m, r = exact_number(name, middle), exact_number(name, radius)
    if r < 0:
        raise InputError(f"{name} = {value!r}: the radius must not be negative")
    return _exact(m) + arb(0, _exact(r))


def _exact(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def format_ball(ball: arb, digits: int = 40) -> dict[str, str]:
    """`{"mid": M, "rad": R}` with exact decimal strings, [M - R, M + R] containing `ball`, about `digits` digits of M.

    Raises:
        ValueError: the ball is not finite.
    """
    if not ball.is_finite():
        raise ValueError(f"{ball} is not a finite ball")
    middle, radius, exponent = ball.mid_rad_10exp(digits)
    return {"mid": f"{middle}e{exponent}", "rad": f"{radius}e{exponent}"}

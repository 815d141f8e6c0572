"""Balls (midpoint and radius) to and from plain data and floats, exact or rounded outward."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from flint import arb, ctx, fmpq

from .errors import InputError

Balls = TypeVar("Balls", bound=tuple[Any, ...])
EXPONENT = 99999
"""The largest decimal exponent that is read: five digits."""
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

    A ball so near 0 that `parse_ball` would refuse its exponent is widened to one around 0.

    Raises:
        InputError: a ball so large that `parse_ball` would refuse its exponent.
        ValueError: the ball is not finite.
    """
    _require_finite(ball)
    middle, radius, exponent = ball.mid_rad_10exp(digits)
    if exponent < -EXPONENT:
        return {"mid": "0", "rad": f"{abs(middle) + radius}e-{EXPONENT}"}
    if exponent > EXPONENT:
        raise InputError(f"{ball}: is too large to be written: its decimal exponent is above {EXPONENT}")
    return {"mid": f"{middle}e{exponent}", "rad": f"{radius}e{exponent}"}


def nearest(ball: arb) -> float:
    """The float nearest to the midpoint; the largest finite one if that is beyond it.

    Raises:
        ValueError: the ball is not finite.
    """
    _require_finite(ball)
    return max(-sys.float_info.max, min(sys.float_info.max, float(ball)))


def round_down(ball: arb) -> float:
    """The largest float that is certainly at most `ball`; the largest finite one if the ball is beyond it.

    Raises:
        ValueError: the ball is not finite.
    """
    with ctx.workprec(1024):
        return 0.0 - round_up(-ball)  # never -0.0


def round_up(ball: arb) -> float:
    """The smallest float that is certainly at least `ball`; infinity if there is no finite one.

    Raises:
        ValueError: the ball is not finite.
    """
    _require_finite(ball)
    with ctx.workprec(1024):  # an operation, negation too, rounds to the working precision
        upper = ball.upper()
        value = float(upper)
        while arb(value) < upper:
            value = math.nextafter(value, math.inf)
        while arb(math.nextafter(value, -math.inf)) >= upper:
            value = math.nextafter(value, -math.inf)
    return value


def _require_finite(ball: arb) -> None:
    if not ball.is_finite():
        raise ValueError(f"{ball} is not a finite ball")


def to_accuracy(compute: Callable[[], Balls], bits: int = 64) -> Balls:
    """`compute()` at a working precision of 128, 256, ... bits, until every ball of the tuple has `bits` correct bits.

    What is no ball in the tuple is let through. It does not end if a ball contains zero at every precision.
    """
    precision = 128
    while True:
        with ctx.workprec(precision):
            values = compute()
        if all(v.rel_accuracy_bits() >= bits for v in values if isinstance(v, arb)):
            return values
        precision *= 2

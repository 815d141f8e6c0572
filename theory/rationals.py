"""Rational matrices written as strings `p/q`, and exact feature matrices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from .activations import Activation
from .errors import InputError

_RATIONAL = re.compile(r"([+-]?[0-9]+)(?:(\.[0-9]+)|/([0-9]+))?")


def rational(name: str, value: Any) -> fmpq:
    """An exact rational from an int or a string `p` or `p/q`. A float is refused: it is no exact datum."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        if isinstance(value, int):
            return fmpq(value)
        match = _RATIONAL.fullmatch(value.strip())  # no exponents: 1e999999999 would fill the memory
        if match is None:
            raise ValueError
        numerator, decimals, denominator = match.groups()
        if decimals is None:  # fmpz reads any length, unlike int
            return fmpq(fmpz(numerator.lstrip("+")), fmpz(denominator or "1"))
        exact = Fraction(numerator + decimals)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{name} = {value!r:.60}: must be an integer or a fraction 'p/q'") from None
    return fmpq(exact.numerator, exact.denominator)


def vector(name: str, value: Any, length: int | None = None) -> list[fmpq]:
    """A list of rationals, of the given length if there is one."""
    if not isinstance(value, list | tuple) or not value or (length is not None and len(value) != length):
        raise InputError(f"{name}: must be a non-empty list" + ("" if length is None else f" of {length} rationals"))
    return [rational(name, t) for t in value]


def matrix(name: str, value: Any, columns: int | None = None) -> fmpq_mat:
    """A rational matrix from a list of rows of equal length."""
    if not isinstance(value, list | tuple) or not value or not isinstance(value[0], list | tuple):
        raise InputError(f"{name}: must be a non-empty list of rows")
    width = len(value[0]) if columns is None else columns
    return fmpq_mat([vector(name, row, width) for row in value])


def strings(values: Sequence[Any]) -> list[str]:
    """The exact values as strings."""
    return [str(v) for v in values]


def features(activation: Activation, V: fmpq_mat, X: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """`act(X V^T)` and `act'(X V^T)`, both (n, p), exact.

    Raises:
        InputError: the activation has no rational arithmetic, or a pre-activation lies on its kink.
    """
    U = X * V.transpose()
    try:
        pairs = [[activation.rational(U[i, j]) for j in range(U.ncols())] for i in range(U.nrows())]
    except ValueError as error:
        raise InputError(f"activation = {activation.name!r}: {error}") from None
    return fmpq_mat([[v for v, _ in row] for row in pairs]), fmpq_mat([[s for _, s in row] for row in pairs])


def draw_integers(rng: Any, *shape: int, size: int = 999_999) -> list[list[str]]:
    """A matrix of random nonzero odd integers of absolute value at most `size`, as strings."""
    values = 2 * rng.integers(0, (size + 1) // 2, shape) + 1
    signs = rng.choice([-1, 1], shape)
    return [[str(int(t)) for t in row] for row in values * signs]


def draw_rows_and_samples(rng: Any, p: int, n: int, d: int, size: int) -> tuple[list[list[str]], list[list[str]]]:
    """V (p, d) and X (n, d) by `draw_integers`, drawn again until no product v.x is zero: activations may have a kink there."""
    while True:
        V, X = draw_integers(rng, p, d, size=size), draw_integers(rng, n, d, size=size)
        if all(sum(int(s) * int(t) for s, t in zip(v, x, strict=True)) for v in V for x in X):
            return V, X

"""Entropy, divergence and information of finite laws with rational entries, as balls and in nats.

A law is a list of rationals, a joint law a matrix (rows: first variable, columns: second), a channel a matrix whose
rows are laws. Composition is the product of matrices. A probability 0 contributes 0, as x log x -> 0. The balls have
the working precision of the caller; quantities without a logarithm are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpq, fmpq_mat

from .errors import InputError
from .rationals import matrix, vector

LARGEST = 1_000_000


def law(name: str, value: Any, size: int | None = None) -> list[fmpq]:
    """A probability vector from integers and strings `p/q`.

    Raises:
        InputError: not a list of rationals (of that size), a negative entry, or a sum that is not exactly 1.
    """
    p = vector(name, value, size)
    if min(p) < 0 or sum(p, fmpq(0)) != 1:
        raise InputError(f"{name}: must be non-negative with sum exactly 1")
    return p


def channel(name: str, value: Any, inputs: int | None = None) -> fmpq_mat:
    """A channel from its rows, one law for each input.

    Raises:
        InputError: not a table of rationals, another number of rows than `inputs`, or a row that is no law.
    """
    rows = matrix(name, value).tolist()
    if inputs is not None and len(rows) != inputs:
        raise InputError(f"{name}: must have {inputs} rows")
    if any(min(row) < 0 or sum(row, fmpq(0)) != 1 for row in rows):
        raise InputError(f"{name}: every row must be non-negative with sum exactly 1")
    return fmpq_mat(rows)


def joint_law(name: str, value: Any, rows: int | None = None) -> fmpq_mat:
    """A joint law of two variables from its table.

    Raises:
        InputError: not a table of rationals, another number of rows, a negative entry, or a sum that is not exactly 1.
    """
    table = matrix(name, value)
    if rows is not None and table.nrows() != rows:
        raise InputError(f"{name}: must have {rows} rows")
    if min(table.entries()) < 0 or sum(table.entries(), fmpq(0)) != 1:
        raise InputError(f"{name}: must be non-negative with sum exactly 1")
    return table


def joint(p: Sequence[fmpq], rows: fmpq_mat) -> fmpq_mat:
    """The joint law of the input, of law p, and the output of a channel."""
    return diagonal(p) * rows


def diagonal(p: Sequence[fmpq]) -> fmpq_mat:
    """The diagonal matrix of p: the joint law of a variable with itself."""
    return fmpq_mat([[value if i == j else fmpq(0) for j in range(len(p))] for i, value in enumerate(p)])


def margins(table: fmpq_mat) -> tuple[list[fmpq], list[fmpq]]:
    """Sums over the columns (law of the first variable), and over the rows (law of the second)."""
    rows = table.tolist()
    return [sum(row, fmpq(0)) for row in rows], [sum(column, fmpq(0)) for column in zip(*rows)]


def kronecker(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    """The Kronecker product: the joint law of two independent pairs, ((A, A'), (B, B'))."""
    return fmpq_mat([[s * t for s in row for t in other] for row in left.tolist() for other in right.tolist()])


def power(table: fmpq_mat, copies: int) -> fmpq_mat:
    """The Kronecker power: `copies` >= 1 independent copies of a pair, or uses of a channel.

    Raises:
        InputError: more than a million entries.
    """
    if copies > 20 or (table.nrows() * table.ncols()) ** copies > LARGEST:
        raise InputError(f"copies = {copies}: a table of more than {LARGEST} entries")
    result = table
    for _ in range(copies - 1):
        result = kronecker(result, table)
    return result


def total_variation(p: Sequence[fmpq], q: Sequence[fmpq]) -> fmpq:
    """TV(p, q) = (1/2) sum |p_i - q_i|, exact."""
    return sum((abs(s - t) for s, t in zip(p, q, strict=True)), fmpq(0)) / 2


def entropy(p: Sequence[fmpq]) -> arb:
    """H(p) = -sum p_i log p_i."""
    return -sum((_log(t) * t for t in p if t), arb(0))


def divergence(p: Sequence[fmpq], q: Sequence[fmpq]) -> arb:
    """KL(p || q); infinite if p has mass where q has none."""
    if any(s and not t for s, t in zip(p, q, strict=True)):
        return arb("inf")
    return sum((_log(s / t) * s for s, t in zip(p, q) if s), arb(0))


def mutual_information(table: fmpq_mat) -> arb:
    """I(A; B) of a joint law. A table of mass w gives w I: the sum over the values of a third variable C is I(A; B | C)."""
    first, second = margins(table)
    mass = sum(first, fmpq(0))
    cells = [(t, r * c) for row, r in zip(table.tolist(), first) for t, c in zip(row, second) if t]
    return sum((_log(t * mass / product) * t for t, product in cells), arb(0))


def binary_entropy(p: fmpq) -> arb:
    """h(p) = H(p, 1 - p)."""
    return entropy([p, 1 - p])


def _log(t: fmpq) -> arb:
    return arb(t).log()

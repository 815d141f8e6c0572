"""The union of d copies of a linear matroid: how many of the vectors split into d independent sets.

Edmonds' matroid partition (1968): each vector is inserted along a shortest augmenting path, with an exact test of
independence. The result carries its own proof of optimality, a partition and a flat that meet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from .errors import InputError, positive_integer


@dataclass(frozen=True)
class UnionRank:
    """`value` vectors, and no more, split into d independent sets.

    Attributes:
        value: the size of the partition, `sum_k |classes[k]|`.
        classes: d disjoint lists of indices, each independent.
        flat: the indices of the vectors that lie in the flat U which proves that no partition is larger:
            value = d dim U + number of the vectors outside U.
        dimension: dim U.
    """

    value: int
    classes: tuple[tuple[int, ...], ...]
    flat: tuple[int, ...]
    dimension: int


def union_rank(vectors: Sequence[Sequence[Fraction | int]], d: int) -> UnionRank:
    """The rank of the d-fold union of the linear matroid of the vectors: `min over flats U of d dim U + #{outside U}`.

    Args:
        vectors: rational vectors of one length; zero vectors and repetitions are allowed.

    Raises:
        InputError: no vectors, or d not a positive integer.
    """
    positive_integer("d", d)
    if not vectors or not vectors[0]:
        raise InputError("vectors: must be a non-empty list of vectors")
    rows = [[fmpq(Fraction(t).numerator, Fraction(t).denominator) for t in vector] for vector in vectors]
    classes: list[list[int]] = [[] for _ in range(d)]
    # What a failed search has reached spans a flat in which every class is a basis. It stays so: no later path enters it.
    full: list[list[fmpq]] = []
    for e in range(len(rows)):
        if _rank([*full, rows[e]]) == len(full):
            continue
        path, reached = _search(rows, classes, e)
        if path is None:
            basis, dimension = fmpq_mat([*full, *(rows[f] for f in reached)]).rref()
            full = basis.tolist()[:dimension]
        else:
            _augment(classes, path)
    dimension = len(full)
    flat = tuple(e for e in range(len(rows)) if _rank([*full, rows[e]]) == dimension)
    value = sum(map(len, classes))
    return UnionRank(value, tuple(tuple(c) for c in classes), flat, dimension)


def _rank(rows: list[list[fmpq]]) -> int:
    return fmpq_mat(rows).rank() if rows else 0


def _circuit(rows: list[list[fmpq]], members: list[int], e: int) -> list[int] | None:
    """The members whose combination is vector e; None if e is independent of them (members independent)."""
    if not any(rows[e]):
        return []
    if not members:
        return None
    columns = [*members, e]
    reduced, rank = fmpq_mat([[rows[f][k] for f in columns] for k in range(len(rows[e]))]).rref()
    if rank > len(members):
        return None
    return [f for k, f in enumerate(members) if reduced[k, len(members)] != 0]


def _search(rows: list[list[fmpq]], classes: list[list[int]], start: int) -> tuple[list[tuple[int, int]] | None, set[int]]:
    """Breadth first from `start`: f is reached from e if f leaves class k so that e can enter it.

    Returns the augmenting path, a list of (element, the class that it enters), and what was reached.
    """
    came: dict[int, tuple[int, int] | None] = {start: None}
    queue = deque([start])
    while queue:
        e = queue.popleft()
        for k, members in enumerate(classes):
            if e in members:
                continue
            circuit = _circuit(rows, members, e)
            if circuit is None:
                path, element, target = [], e, k
                while True:
                    path.append((element, target))
                    before = came[element]
                    if before is None:
                        return path, set(came)
                    element, target = before
            for f in circuit:
                if f not in came:
                    came[f] = (e, k)
                    queue.append(f)
    return None, set(came)


def _augment(classes: list[list[int]], path: list[tuple[int, int]]) -> None:
    for element, target in path:  # from the end of the path, where there is room, to the new element
        for members in classes:
            if element in members:
                members.remove(element)
        classes[target].append(element)

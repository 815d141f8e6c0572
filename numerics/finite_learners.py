"""Learners on finite problems: the rule of least error with noise, and those that meet the lower bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np

from .finite_channels import Law, Rows, mixture, random_law

Classifiers = list[list[int]]


def data_laws(rows: Rows, n: int) -> Rows:
    """The law of n independent points given theta, over the tuples in lexicographic order; rows: laws of one point."""
    return [
        [math.prod((row[z] for z in points), start=Fraction(1)) for points in product(range(len(row)), repeat=n)]
        for row in rows
    ]


def noisy_learner(prior: Law, rows: Rows, n: int, noise: Fraction, rng: np.random.Generator) -> tuple[Rows, Classifiers]:
    """With probability 1 - noise the classifier of least error given the data, else one drawn from a random law.

    Returns:
        The channel from the tuples of n points to all 2^s classifiers of the s points, and the classifiers, rows of 0 and 1.
    """
    points = len(rows[0])
    classifiers = [list(values) for values in product((0, 1), repeat=points)]
    null = [sum(p * row[z] for p, row in zip(prior, rows)) for z in range(points)]
    learner = []
    for column in zip(*data_laws(rows, n)):
        weight = [p * t for p, t in zip(prior, column)]
        best = [int(sum(w * row[z] for w, row in zip(weight, rows)) > sum(weight) * null[z]) for z in range(points)]
        keep = [Fraction(values == best) for values in classifiers]
        learner.append(mixture(keep, random_law(len(classifiers), rng), noise))
    return learner, classifiers


def faint_sign(correlation: Fraction, n: int, strength: Fraction) -> tuple[Rows, Classifiers]:
    """One random sign of mean strength R, R the posterior mean of a uniform sign given n noisy observations of it.

    As the strength tends to 0, the information it keeps tends to the least possible at its error.
    """
    up, down = data_laws([[(1 + correlation) / 2, (1 - correlation) / 2], [(1 - correlation) / 2, (1 + correlation) / 2]], n)
    means = [(s - t) / (s + t) for s, t in zip(up, down)]
    return [[(1 + strength * r) / 2, (1 - strength * r) / 2] for r in means], [[1, 0], [0, 1]]


def dependent_table(size: int, noise: Fraction, rng: np.random.Generator) -> tuple[Rows, Classifiers]:
    """A joint law of a classifier and a point, `size` of each, dependent up to the noise.

    A point is accepted where the joint law exceeds the product of its margins: the least error for that joint law.
    """
    first = random_law(size, rng)
    flat = [Fraction(1, size)] * size
    table = [
        [p * t for t in mixture([Fraction(i == j) for j in range(size)], mixture(flat, random_law(size, rng), noise), noise)]
        for i, p in enumerate(first)
    ]
    columns = [sum(column) for column in zip(*table)]
    return table, [[int(t > p * c) for t, c in zip(row, columns)] for row, p in zip(table, first)]


def shifted_sets(size: int, accepted: int, hit: Fraction) -> tuple[Rows, Classifiers]:
    """The joint law of a uniform point on a cycle of `size` points and a random arc of `accepted` points that contains it with
    probability `hit`, uniform otherwise. The density ratio to the product depends on acceptance alone, so the information is
    KL(hit || accepted / size)."""
    classifiers = [[int((x - start) % size < accepted) for x in range(size)] for start in range(size)]
    inside = hit / accepted / size
    outside = (1 - hit) / (size - accepted) / size
    return [[inside if value else outside for value in row] for row in classifiers], classifiers


def tightest_arc(error: Fraction, largest: int) -> tuple[int, int, Fraction]:
    """Points (at most `largest`), accepted points and hit probability of least information at this error < 1/2.

    Raises:
        ValueError: no such arc, as the error is below 1/(2 largest).
    """
    gap = 1 - 2 * error

    def information(arc: tuple[int, int]) -> float:
        q = arc[1] / arc[0]
        p = q + float(gap)
        return p * math.log(p / q) + ((1 - p) * math.log((1 - p) / (1 - q)) if p < 1 else 0.0)

    arcs = [(k, j) for k in range(2, largest + 1) for j in range(1, k) if Fraction(j, k) + gap <= 1]
    size, accepted = min(arcs, key=information)
    return size, accepted, Fraction(accepted, size) + gap

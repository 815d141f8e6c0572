"""Random finite laws and channels with small rational entries, and the directed ones near which inequalities are tight."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ..theory.errors import positive_integer

Law = list[Fraction]
Rows = list[Law]


def random_law(size: int, rng: np.random.Generator, *, largest: int = 9) -> Law:
    """A law on `size` letters: integers uniform in 1..largest over their sum."""
    weights = [int(w) for w in rng.integers(1, positive_integer("largest", largest) + 1, positive_integer("size", size))]
    return [Fraction(w, sum(weights)) for w in weights]


def other_law(law: Law, rng: np.random.Generator) -> Law:
    """A random law on as many letters, not equal to `law`."""
    while (drawn := random_law(len(law), rng)) == law:
        pass
    return drawn


def random_channel(inputs: int, outputs: int, rng: np.random.Generator, *, largest: int = 9) -> Rows:
    """A channel whose rows are independent random laws."""
    return [random_law(outputs, rng, largest=largest) for _ in range(inputs)]


def random_table(rows: int, columns: int, rng: np.random.Generator) -> Rows:
    """A joint law of two dependent variables: a random law of the pair, drawn again if it is a product."""
    while True:
        flat = random_law(rows * columns, rng)
        table = [flat[i * columns : (i + 1) * columns] for i in range(rows)]
        second = [sum(column) for column in zip(*table)]
        if any(t != sum(row) * c for row in table for t, c in zip(row, second)):
            return table


def mixture(p: Sequence[Fraction], q: Sequence[Fraction], share: Fraction) -> Law:
    """(1 - share) p + share q; its total variation distance to p is share TV(p, q)."""
    return [(1 - share) * s + share * t for s, t in zip(p, q, strict=True)]


def behind(first: Rows, second: Rows) -> Rows:
    """The channel `second` behind the channel `first`."""
    return [[sum(s * t for s, t in zip(row, column)) for column in zip(*second)] for row in first]


def identity(size: int) -> Rows:
    """The channel that keeps its input."""
    return [[Fraction(i == j) for j in range(size)] for i in range(size)]


def symmetric_bits(correlation: Fraction, copies: int = 1) -> Rows:
    """`copies` uses of the binary symmetric channel of this correlation, as one channel on 2^copies letters."""
    same, other = (1 + correlation) / 2, (1 - correlation) / 2
    rows, one = [[Fraction(1)]], [[same, other], [other, same]]
    for _ in range(positive_integer("copies", copies)):
        rows = [[s * t for s in row for t in flip] for row in rows for flip in one]
    return rows


def rare_output(p: Sequence[Fraction], posterior: Sequence[Fraction], share: Fraction) -> Rows:
    """The channel with two outputs whose second has probability `share` and makes the input's law p the `posterior`.

    As share -> 0 the information M = output keeps of a function of the input is share times a divergence of the posterior: the
    ratio of two informations tends to the ratio whose supremum over posteriors is the contraction constant.

    Raises:
        ValueError: a share so large that a row would be negative.
    """
    second = [share * q / s for q, s in zip(posterior, p, strict=True)]
    if max(second) > 1:
        raise ValueError(f"share = {share} is too large for this posterior")
    return [[1 - t, t] for t in second]


def tightest_posterior(pair: Rows, *, steps: int = 200) -> Law:
    """The law of the bit B, on a grid, with the largest `divergence_ratio`; pair: joint law of a letter A and the bit B."""
    law = [sum(column) for column in zip(*pair)]
    grid = [[Fraction(steps - i, steps), Fraction(i, steps)] for i in range(1, steps)]
    return max((posterior for posterior in grid if posterior != law), key=lambda q: divergence_ratio(pair, q))


def strings(table: Sequence[Fraction] | Sequence[Sequence[Fraction]]) -> list:
    """A law, or rows of laws, as the exact strings of a witness."""
    return [strings(t) if isinstance(t, list | tuple) else str(t) for t in table]


def pairs_of_laws(
    symbols: Sequence[int], distances: Sequence[str], pairs: int, rng: np.random.Generator
) -> dict[str, tuple[Law, Law]]:
    """Named pairs of laws on m symbols: drawn apart, drawn close, and for each t one with nearly the largest gap of entropies.

    The largest gap at distance t is between (1, 0, ..., 0) and (1 - t, t/(m-1), ..., t/(m-1)). The first law is moved by
    t / 10,000, as an inequality met with equality cannot be decided by balls.
    """
    found: dict[str, tuple[Law, Law]] = {}
    for m in symbols:
        for i in range(pairs):
            p, q = random_law(m, rng), random_law(m, rng, largest=97)
            found[f"m = {m}, drawn {i}"] = (p, q)
            found[f"m = {m}, drawn close {i}"] = (p, mixture(p, q, Fraction(1, 10 ** int(rng.integers(1, 6)))))
        for distance in distances:
            t = Fraction(distance)
            moved = [1 - t / 10_000, t / 10_000, *[Fraction(0)] * (m - 2)]
            found[f"m = {m}, extremal at {distance}"] = (moved, [1 - t, *[t / (m - 1)] * (m - 1)])
    return found


def local_posterior(pair: Rows, step: Fraction) -> Law:
    """The law P_B (1 + step g) of B, g the function of B most correlated with one of A, with the better sign: the ratio of
    divergences there is close to the squared maximal correlation."""
    table = np.array(pair, dtype=float)
    first, second = table.sum(axis=1), table.sum(axis=0)
    scaled = table / np.sqrt(np.outer(first, second))
    g = np.linalg.svd(scaled)[2][1] / np.sqrt(second)
    law = [sum(column) for column in zip(*pair)]

    def moved(sign: int) -> Law:
        weights = [p * (1 + sign * step * Fraction(round(1000 * v), 1000)) for p, v in zip(law, g)]
        return [w / sum(weights) for w in weights]

    return max((moved(1), moved(-1)), key=lambda posterior: divergence_ratio(pair, posterior))


def divergence_ratio(pair: Rows, posterior: Sequence[Fraction]) -> float:
    """KL(law of A under Q || P_A) / KL(Q || P_B) for the joint law of (A, B), in floats; Q is positive."""
    table, q = np.array(pair, dtype=float), np.array(posterior, dtype=float)
    first, second = table.sum(axis=1), table.sum(axis=0)
    image = table @ (q / second)
    return float(np.sum(image * np.log(image / first)) / np.sum(q * np.log(q / second)))


def fair_pair(biases: Sequence[Fraction], weights: Sequence[Fraction]) -> Rows:
    """The joint law of a uniform sign U and V = (r, sign); r has the law `weights`; equal signs have probability (1 + r)/2."""
    up = [t * (1 + sign * r) / 4 for r, t in zip(biases, weights) for sign in (1, -1)]
    return [up, [t for pair in zip(up[1::2], up[::2]) for t in pair]]


def tilted_posterior(biases: Sequence[Fraction], weights: Sequence[Fraction]) -> Law:
    """The law of V in a fair pair tilted by exp(t r sign), rounded; t on a grid, for the largest `divergence_ratio`."""
    r = np.repeat([float(b) for b in biases], 2) * np.tile([1, -1], len(biases))
    p, pair = np.repeat([float(w) / 2 for w in weights], 2), fair_pair(biases, weights)

    def tilted(t: float) -> Law:
        q = [round(1e7 * v) + 1 for v in p * np.exp(t * r) / np.sum(p * np.exp(t * r))]
        return [Fraction(v, sum(q)) for v in q]

    return max((tilted(t / max(abs(r))) for t in np.geomspace(0.2, 10, 40)), key=lambda q: divergence_ratio(pair, q))

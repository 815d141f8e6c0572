"""Samples whose flips cancel: the exact construction behind the failure of uniqueness for ReLU plus an odd function."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from flint import fmpq

from ..theory.errors import one_of, positive_integer
from ..theory.rationals import draw_integers, strings

Placing = Literal["one cell", "two cells", "generic"]
GRID = 1000


def flip_witness(activation: str, n: int, d: int, p: int, placing: Placing, rng: np.random.Generator) -> dict[str, Any]:
    """n rational points of the sphere of R^d, of which the first three, x1 = c m + s w, x2 = c m - s w, x3 = m, are flipped.

    Here m, w are orthogonal unit vectors and c^2 + s^2 = 1, all rational, so that x1 + x2 = 2 c x3; the coefficients are
    (1, 1, -2c). `one cell`: the angle is halved until no row of V separates x1 and x2. `two cells`: it is a right angle
    nearly, so that some row does. `generic`: x3 is another random point.

    Returns:
        A witness of the decider `flips`; the probe separates x1 and x2.
    """
    one_of("placing", placing, ("one cell", "two cells", "generic"))
    positive_integer("n", n, minimum=3), positive_integer("d", d, minimum=2), positive_integer("p", p)
    V = [[fmpq(int(t)) for t in row] for row in draw_integers(rng, p, d, size=GRID - 1)]
    t = fmpq(0)
    while True:
        if t < fmpq(1, 2**40):  # at the start, or if m lies on the hyperplane of a row
            m, w = _orthonormal_pair(d, rng)
            t = fmpq(9, 10) if placing == "two cells" else fmpq(1, 2)
        c, s = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        x1, x2 = [c * g + s * h for g, h in zip(m, w)], [c * g - s * h for g, h in zip(m, w)]
        if placing != "one cell" or all(_dot(x1, v) * _dot(x2, v) > 0 for v in V):
            break
        t = t / 2
    X = [x1, x2, m if placing != "generic" else _orthonormal_pair(d, rng)[0]]
    X += [_orthonormal_pair(d, rng)[0] for _ in range(n - 3)]
    a = [fmpq(1), fmpq(1), -2 * c, *(fmpq(int(t)) for t in rng.integers(1, 10, n - 3))]
    return {
        "decider": "flips", "activation": activation, "p": p, "V": [strings(v) for v in V], "X": [strings(x) for x in X],
        "a": strings(a), "flipped": [0, 1, 2], "probe": strings(w),
    }  # fmt: skip


def _dot(x: list[fmpq], y: list[fmpq]) -> fmpq:
    return sum((s * t for s, t in zip(x, y)), fmpq(0))


def _orthonormal_pair(d: int, rng: np.random.Generator) -> tuple[list[fmpq], list[fmpq]]:
    """The images of e_1 and e_2 under the reflection in a random integer vector."""
    w = [fmpq(int(t)) for t in rng.integers(1, GRID, d) * rng.choice([-1, 1], d)]
    square = _dot(w, w)
    return tuple([fmpq(int(k == i)) - 2 * w[i] * w[k] / square for k in range(d)] for i in (0, 1))  # type: ignore[return-value]

"""Exact generic points (V, X, a) of the random-features model, as plain integers: what a rank certificate is stated at.

The rows of V and X are integers over a common denominator (for V) and one denominator for each sample (for X), so
that the point is exact and can be written down, printed and rechecked. Scaling convention: |x_i| = 1 and
v_j ~ N(0, I), which has the same pre-activations as |x_i| = sqrt(d) and v_j ~ N(0, I/d).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..theory.activations import Activation, parse
from ..theory.counting import DOMAINS, Domain, rank_bounds, unknowns
from ..theory.errors import InputError, one_of, positive_integer
from ..theory.memory import refuse_if_too_large
from ..theory.modular import PRIMES, prime_for

V_DENOMINATOR = 1024
INTEGER_RANGE = 2**30


def rank_witness(
    activation: str | Activation,
    n: int,
    d: int,
    p: int,
    domain: Domain,
    rng: np.random.Generator,
    *,
    expected: int | None = None,
) -> dict[str, Any]:
    """A random exact point at which the rank of the Jacobian is to be decided.

    Polynomial activations: residues uniform in the whole field of a fixed 61-bit prime (small integers coincide
    projectively and lose rank). Piecewise-linear ones: integers up to 2^30, so that the activation pattern is exact,
    to be reduced afterwards. All others: dyadic V and rational X, for ball arithmetic.

    Args:
        expected: the rank to be certified; by default the smallest structural bound.

    Raises:
        InputError: sizes out of range, unknown activation or domain, or an activation without ball or exact arithmetic.
    """
    act = parse(activation)
    for name, value in (("n", n), ("d", d), ("p", p)):
        positive_integer(name, value)
    one_of("domain", domain, DOMAINS)
    witness: dict[str, Any] = {"decider": "rank", "activation": act.name, "domain": domain, "n": n, "d": d, "p": p}
    rank = min(p, unknowns(n, d, domain))
    rows = p if act.slopes is not None else rank  # fewer rows prove as much
    refuse_if_too_large(f"rank certificate at n = {n}, d = {d}, p = {p}", 120 * rows * rank + 80 * rows * d)
    if act.slopes is not None:
        witness |= {"arithmetic": "modular", "modulus": PRIMES[0], "V_denominator": 1, "X_denominators": [1] * n}
        witness["V"] = rng.integers(-INTEGER_RANGE, INTEGER_RANGE + 1, (rows, d)).tolist()
        X = rng.integers(-INTEGER_RANGE, INTEGER_RANGE + 1, (n, d))
        if d == 1:  # both rays in turn, as one sign alone is a special case
            X = np.abs(X) * (-1) ** np.arange(n)[:, None]
        witness["X"] = X.tolist()
    elif act.polynomials:
        q = prime_for(act)
        witness |= {"arithmetic": "modular", "modulus": q, "V_denominator": 1, "X_denominators": [1] * n}
        witness["V"] = rng.integers(0, q, (rows, d)).tolist()
        witness["X"] = [_residues(d, q, rng, unit=domain == "sphere") for _ in range(n)]
        if d == 1 and domain == "sphere":
            witness["X"] = [[(-1) ** i] for i in range(n)]
    elif act.ball is not None:
        witness |= {"arithmetic": "ball", "V_denominator": V_DENOMINATOR}
        witness["V"] = np.rint(rng.standard_normal((rows, d)) * V_DENOMINATOR).astype(int).tolist()
        points = [_rational_point(d, domain, i, rng) for i in range(n)]
        witness |= {"X": [x for x, _ in points], "X_denominators": [denominator for _, denominator in points]}
    else:
        raise InputError(f"activation = {act.name!r}: has neither ball nor exact arithmetic, so no rank can be certified")
    witness["a"] = [int(sign * size) for sign, size in zip(rng.choice([-1, 1], n), rng.integers(1, 10, n))]
    if expected is None:
        expected = rank_bounds(act, n, d, p, domain)[0].value
    return witness | {"expected": int(expected)}


def _residues(d: int, q: int, rng: np.random.Generator, *, unit: bool) -> list[int]:
    """A random vector modulo q; if `unit`, rescaled to |x|^2 = 1 mod q (redrawn until |x|^2 is a nonzero square)."""
    while True:
        x = [int(t) for t in rng.integers(0, q, d)]
        if not unit:
            return x
        norm2 = sum(t * t for t in x) % q
        root = pow(norm2, (q + 1) // 4, q)  # q = 3 mod 4
        if norm2 and root * root % q == norm2:
            return [t * pow(root, -1, q) % q for t in x]


def _rational_point(d: int, domain: Domain, i: int, rng: np.random.Generator) -> tuple[list[int], int]:
    """A rational point over its denominator: on the unit sphere by stereographic projection, or free of size about 1."""
    g = rng.standard_normal(d)
    if domain == "free":
        return [int(t) for t in np.rint(g / np.sqrt(d) * 1024)], 1024
    if d == 1:
        return [(-1) ** i], 1  # the sphere is {-1, 1}: take both points in turn
    g /= np.linalg.norm(g)
    scale = 1 << 16  # coarse grids make samples coincide in low dimension
    k = [int(t) for t in np.rint(scale * g[:-1] / (1 + abs(g[-1])))]
    s = sum(t * t for t in k)
    sign = -1 if g[-1] < 0 else 1
    return [2 * scale * t for t in k] + [sign * (scale * scale - s)], scale * scale + s

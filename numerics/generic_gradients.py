"""Exact generic points (W, a, X, r) of a two-layer network and a batch, and other batches with the same gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..theory.activations import parse
from ..theory.counting import DOMAINS, Domain
from ..theory.errors import InputError, one_of, positive_integer
from ..theory.gradients import coefficients, jet, read_network
from ..theory.rational_sphere import stereographic
from ..theory.rationals import draw_integers, matrix, strings, vector

DENOMINATOR = 1024


def gradient_point(
    activation: str, B: int, d: int, m: int, domain: Domain, rng: np.random.Generator, *, integers: bool = True
) -> dict[str, Any]:
    """A random network without bias and B samples with nonzero coefficients: the keys that the deciders of gradients share.

    W is nearly N(0, I) and |x| about 1, both in multiples of 1/1024; on the sphere the samples are rational points of it.

    Args:
        integers: for exact activations, integers up to 10^6 in place of these (small numbers coincide projectively).

    Raises:
        InputError: sizes out of range, or an unknown activation or domain.
    """
    act = parse(activation)
    for name, value in (("B", B), ("d", d), ("m", m)):
        positive_integer(name, value)
    if one_of("domain", domain, DOMAINS) == "sphere" and d < 2:
        raise InputError(f"d = {d}: the sphere needs d >= 2")
    while True:
        if act.has_exact and integers:
            W, X = draw_integers(rng, m, d), draw_integers(rng, B, d)
        else:
            W = _dyadic(rng.standard_normal((m, d)))
            X = _dyadic(rng.standard_normal((B, d)) / np.sqrt(d))
        if domain == "sphere":
            X = [_on_sphere(k) for k in (rng.integers(0, 1000, (B, d - 1)) * rng.choice([-1, 1], (B, d - 1))).tolist()]
        products = (matrix("X", X) * matrix("W", W).transpose()).entries()
        if act.regularity != "piecewise" or all(products):
            break
    return {
        "activation": act.name, "W": W, "hidden_bias": ["0"] * m, "X": X,
        "output_weights": draw_integers(rng, 1, m, size=9)[0], "coefficients": draw_integers(rng, 1, B, size=9)[0],
    }  # fmt: skip


def _dyadic(values: np.ndarray) -> list[list[str]]:
    return [[f"{int(t)}/{DENOMINATOR}" for t in row] for row in np.rint(values * DENOMINATOR)]


def _on_sphere(k: list[int]) -> list[str]:
    x, denominator = stereographic(k, 1000)
    return [f"{t}/{denominator}" for t in x]


def slope_rank(point: Mapping[str, Any]) -> int:
    """Rank of the matrix [act'(w_j.x_i + b_j)], (B, m), of an exact activation."""
    network, X = read_network(point), matrix("X", point["X"])
    return matrix("slopes", [strings([jet(network, u)[1] for u in row]) for row in network.inputs(X)]).rank()


def labels(point: Mapping[str, Any], X: list[list[str]], output_bias: str = "0") -> list[str]:
    """Labels at which the samples X have the coefficients of the point, y_i = f(x_i) - r_i; an exact activation."""
    network, samples = read_network(point), matrix("X", X)
    r = vector("coefficients", point["coefficients"], samples.nrows())
    outputs = coefficients(network, samples, [0 * t for t in r], vector("output_bias", [output_bias])[0])
    return strings([f - t for f, t in zip(outputs, r)])


def linear_twin(point: Mapping[str, Any]) -> list[list[str]]:
    """Other samples with the same sum r_i x_i and the same outputs of a linear network.

    x_1 + r_2 v and x_2 - r_1 v with v orthogonal to sum_j a_j w_j.

    Raises:
        InputError: fewer than two samples or dimensions.
    """
    network, X = read_network(point), matrix("X", point["X"])
    if X.nrows() < 2 or X.ncols() < 2:
        raise InputError("a twin of a linear network needs two samples in two dimensions")
    r = vector("coefficients", point["coefficients"], X.nrows())
    mean = [sum(a * t for a, t in zip(network.a, column)) for column in network.W.transpose().tolist()]
    v = [mean[1], -mean[0], *[0] * (X.ncols() - 2)]
    rows = X.tolist()
    rows[0], rows[1] = [s + r[1] * t for s, t in zip(rows[0], v)], [s - r[0] * t for s, t in zip(rows[1], v)]
    return [strings(row) for row in rows]


def quadratic_twin(point: Mapping[str, Any], rng: np.random.Generator) -> list[list[str]]:
    """Other samples with the same sum r_i x_i x_i^T: R^T X with R D R^T = D, D = diag(r), by Cayley's R = (1 + S)(1 - S)^-1.

    S = O D^-1 with O antisymmetric. Finite rotations of the samples within their span, in rationals.
    """
    X = matrix("X", point["X"])
    r = vector("coefficients", point["coefficients"], X.nrows())
    B = X.nrows()
    while True:
        upper = np.triu(rng.integers(1, 10, (B, B)) * rng.choice([-1, 1], (B, B)), 1)
        S = matrix("S", [[str(t / r[k]) for k, t in enumerate(row)] for row in (upper - upper.T).tolist()])
        one = matrix("1", np.eye(B, dtype=int).tolist())
        if (one - S).rank() == B:
            R = (one + S) * (one - S).inv()
            return [strings(row) for row in (R.transpose() * X).tolist()]

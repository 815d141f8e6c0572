"""Training the last layer in ways that stay in the span of the features, and in a way that leaves it.

Everything runs on float arrays and, operation by operation the same, on object arrays of fractions: what is sampled in floating
point and what is decided exactly are one code. Elementary; iurada2025 trains by minimum-norm least squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..theory.activations import parse
from ..theory.errors import InputError, one_of
from ..theory.rationals import draw_integers, draw_rows_and_samples, features, matrix
from .arrays import Array
from .random_features import RandomFeatures, linear_labels, sphere_samples

LOSSES = ("squared", "logistic")
CLOSED_FORMS = ("interpolation", "ridge")
DESCENTS = ("gradient", "momentum", "decay", "sign")


def train(Phi: Array, y: Array, method: str, loss: str, steps: int, start: Array) -> Array:
    """Parameters (p,) trained on features Phi (n, p) and labels y (n,), by one of

    - `interpolation`, `ridge`: the least |Phi theta - y|^2 + c |theta|^2 with c = 0, and c = |Phi|^2 / 10 (Frobenius norm);
    - `gradient`, `momentum`, `decay`, `sign`: `descend` from `start` (p,) at the rate 1 / |Phi|^2.

    Raises:
        InputError: an unknown method or loss, a closed form asked of the logistic loss, logistic labels other than -1 and 1.
    """
    one_of("method", method, CLOSED_FORMS + DESCENTS)
    size = np.sum(Phi * Phi)
    if method in DESCENTS:
        return descend(Phi, y, method, loss, steps, 1 / size, start)
    if loss != "squared":
        raise InputError(f"loss = {loss!r}: {method} is for the squared loss")
    return ridge(Phi, y, size / 10 if method == "ridge" else 0)


def ridge(Phi: Array, y: Array, penalty: Any) -> Array:
    """`Phi^T (Phi Phi^T + penalty I)^{-1} y` (p,). The matrix is positive definite: elimination needs no pivots."""
    n = len(Phi)
    K = np.concatenate([Phi @ Phi.T, np.reshape(y, (n, 1))], axis=1)
    for i in range(n):
        K[i, i] += penalty
    for i in range(n):
        K[i] = K[i] / K[i, i]
        for k in range(n):
            if k != i:
                K[k] = K[k] - K[k, i] * K[i]
    return Phi.T @ K[:, n]


def descend(Phi: Array, y: Array, method: str, loss: str, steps: int, rate: Any, start: Array) -> Array:
    """Parameters (p,) after `steps` steps. With g the gradient of the loss in theta, a combination of features, a step is

    - `gradient`: theta - rate g, from all samples;
    - `momentum`: theta - rate u with u <- u / 2 + g, from one sample in each step, in turn;
    - `decay`: theta - rate (g + theta / 4);
    - `sign`: theta - rate sign(g), entry by entry, as Adam without averages: sign(g) is not in the span.

    Args:
        loss: `squared`, |Phi theta - y|^2 / 2, or `logistic`, the sum of log(1 + exp(-y_i f_i)) with y_i = -1 or 1. The
            latter's derivative in f_i is rounded to a float and used as such: the span does not depend on its value.
    """
    one_of("loss", loss, LOSSES)
    if loss == "logistic" and not np.all(abs(y) == 1):
        raise InputError("y: labels of the logistic loss must be -1 or 1")
    theta, u = start, 0 * start
    for t in range(steps):
        rows = slice(t % len(Phi), t % len(Phi) + 1) if method == "momentum" else slice(None)
        f = Phi[rows] @ theta
        g = Phi[rows].T @ (f - y[rows] if loss == "squared" else -y[rows] * _sigmoid(-y[rows] * f))
        u = u / 2 + g
        theta = theta - rate * {"gradient": g, "momentum": u, "decay": g + theta / 4, "sign": np.sign(g)}[method]
    return theta


def _sigmoid(u: Array) -> Array:
    """1 / (1 + exp(-u)), rounded to floats; for fractions, the fractions that these floats are."""
    values = 0.5 + 0.5 * np.tanh(0.5 * u.astype(float))
    return values if u.dtype != object else np.array([Fraction(float(v)) for v in values], dtype=object)


def trained(
    activation: str, n: int, d: int, p: int, method: str, loss: str, steps: int, start: float, rng: np.random.Generator
) -> tuple[Array, RandomFeatures, Array]:
    """theta (p,), the model and X (n, d) on the sphere: noisy linear labels (their signs for the logistic loss).

    The start is `start` times a random vector of norm about 1, and is not subtracted.
    """
    model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
    y = linear_labels(X, rng)
    first = start * rng.standard_normal(p) / np.sqrt(p)
    return train(model.features(X), np.sign(y) if loss == "logistic" else y, method, loss, steps, first), model, X


def exactly_trained(
    activation: str, n: int, d: int, p: int, methods: Sequence[str], loss: str, steps: int, start: int, rng: np.random.Generator
) -> dict[str, Any]:
    """V (p, d), X (n, d) and, by method, theta (p,) in fractions: the witness of the linear decider's row-span statement.

    The start is `start` times a random vector of integers, and is not subtracted.
    """
    V, X = draw_rows_and_samples(rng, p, n, d, size=99)
    first, y = (draw_integers(rng, k, 1, size=1 if k == n and loss == "logistic" else 99) for k in (p, n))
    exact = features(parse(activation), matrix("V", V), matrix("X", X))[0].tolist()
    Phi = np.array([[Fraction(int(t.p), int(t.q)) for t in row] for row in exact], dtype=object)
    labels, origin = (np.array([Fraction(t) for (t,) in rows], dtype=object) for rows in (y, first))
    vectors = {method: train(Phi, labels, method, loss, steps, start * origin) for method in methods}
    return {
        "decider": "linear", "statement": "row-span", "activation": activation, "V": V, "X": X,
        "vectors": {name: [str(t) for t in theta] for name, theta in vectors.items()},
    }  # fmt: skip

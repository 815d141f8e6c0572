"""One random gradient of a two-layer network, and how far its moments lie from their limits: one number for each draw.

A problem has W ~ N(0, I), a_j = 1/m, no biases, samples uniform on a sphere, labels 1, -1, 1, ... and the coefficients
r_i = f(x_i) - y_i (`loss_scale` 1/2). Limits have r*_i = E act(|x_i| Z) - y_i and the constants c_p of unit samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal, Self

import numpy as np

from ..theory.activations import parse
from ..theory.errors import InputError, one_of
from ..theory.gradient_moments.constants import moment_constants
from ..theory.intervals import slope
from .arrays import Array
from .gradients.client import TwoLayerNetwork
from .gradients.moments import Operator, first_moment, moment_operator, reduced_tensor
from .gradients.subspace import leading_subspace
from .random_features import sphere_samples

POOL = 64
"""Number of different rows of W where the rows are not independent."""
DENSE = 64
"""Dimension up to which a symmetric operator is written out; beyond, Lanczos iteration."""

Span = Literal["exact", "tilted", "reused", "split"]


@dataclass(frozen=True, eq=False)
class Problem:
    """A network, a batch X (B, d), y (B,), and the gradient of the output weights g (m,)."""

    network: TwoLayerNetwork
    X: Array
    y: Array
    g: Array

    @classmethod
    def draw(
        cls,
        activation: str,
        B: int,
        d: int,
        m: int,
        rng: np.random.Generator,
        *,
        norm: float = 1.0,
        rows: str = "independent",
        orthonormal: bool = False,
    ) -> Self:
        """A random problem; `rows` are `independent`, or `repeated`: `POOL` different ones only.

        The samples are independent, of this norm, or orthonormal (B <= d).
        """
        one_of("rows", rows, ("independent", "repeated"))
        W = rng.standard_normal((m if rows == "independent" else min(m, POOL), d))
        X = np.linalg.qr(rng.standard_normal((d, B)))[0].T if orthonormal else sphere_samples(B, d, rng, norm)
        return cls.at(TwoLayerNetwork(W[np.arange(m) % len(W)], np.full(m, 1 / m), activation), X)

    @classmethod
    def at(cls, network: TwoLayerNetwork, X: Array) -> Self:
        """The problem of these samples, labels alternating."""
        y = np.where(np.arange(len(X)) % 2, -1.0, 1.0)
        return cls(network, X, y, network.gradient(X, y, loss_scale=0.5, hidden=False).grad_a)

    def weights(self, order: int) -> Array:
        """r*_i c_p for p = `order`, of the norm of the first sample, (B,): those of x_i^{(x)p} in the limit."""
        norm = float(np.linalg.norm(self.X[0]))
        mean, constant = moment_constants(self.network.activation, [0, order], norm)
        return (mean - self.y) * constant


def first_moment_error(problem: Problem) -> float:
    """|(1/m) sum_j g_j w_j - c_1 sum_i r*_i x_i|."""
    return float(np.linalg.norm(first_moment(problem.network.W, problem.g) - problem.weights(1) @ problem.X))


def second_moment_error(problem: Problem, rng: np.random.Generator) -> float:
    """Operator norm of (1/m) sum_j g_j (w_j w_j^T - I) - c_2 sum_i r*_i x_i x_i^T."""
    X, weights = problem.X, problem.weights(2)
    return operator_norm_error(problem.network.W, problem.g, X, weights, rng)


def single_sample_error(activation: str, norm: float, d: int, m: int, rng: np.random.Generator) -> float:
    """Operator norm of (1/m) sum_j act(w_j.x) (w_j w_j^T - I) less its mean c_2 x x^T, for a random x of that norm."""
    W, X = rng.standard_normal((m, d)), sphere_samples(1, d, rng, norm)
    return operator_norm_error(W, parse(activation).value(W @ X[0]), X, moment_constants(activation, [2], norm), rng)


def operator_norm_error(W: Array, g: Array, X: Array, weights: Array, rng: np.random.Generator) -> float:
    """| (1/m) sum_j g_j H_2(w_j) - sum_i weights_i x_i x_i^T |, to a relative 1e-4."""
    moment = moment_operator(W, g, order=2)

    def difference(V: Array) -> Array:
        return moment(V) - X.T @ (weights[:, None] * (X @ V))

    return float(abs(leading(difference, W.shape[1], 1, rng, tolerance=1e-4)[1][0]))


def leading(operator: Operator, d: int, k: int, rng: np.random.Generator, *, tolerance: float = 1e-9) -> tuple[Array, Array]:
    """As `leading_subspace`, which is slower in few dimensions."""
    if d > DENSE:
        return leading_subspace(operator, d, k, rng, tolerance=tolerance)
    M = operator(np.eye(d))
    values, vectors = np.linalg.eigh((M + M.T) / 2)
    order = np.argsort(-np.abs(values))[:k]
    return vectors[:, order], values[order]


def subspace(problem: Problem, kind: Span, rng: np.random.Generator) -> Array:
    """V (d, B), orthonormal columns: a subspace near the span of the batch.

    `exact`: the span. `tilted`: with all principal angles to it of sine 1/4, in random directions; d >= 2 B. `reused`: the
    leading eigenvectors of the second moment of the problem's own neurons. `split`: of as many other neurons.
    """
    one_of("span", kind, ("exact", "tilted", "reused", "split"))
    B, d = problem.X.shape
    U = np.linalg.qr(problem.X.T)[0]
    if kind == "exact":
        return U
    if kind == "tilted":
        if d < 2 * B:
            raise InputError(f"d = {d}: a tilted span needs d >= 2 B = {2 * B}")
        N = np.linalg.qr(np.hstack([U, rng.standard_normal((d, B))]))[0][:, B:]
        return np.sqrt(15 / 16) * U + N / 4
    network = problem.network
    if kind == "split":
        network = TwoLayerNetwork(rng.standard_normal(network.W.shape), network.a, network.activation)
        problem = Problem.at(network, problem.X)
    return leading(moment_operator(network.W, problem.g, order=2), d, B, rng)[0]


def span_error(X: Array, V: Array) -> float:
    """Operator norm of V V^T - U U^T, U U^T the projection onto the span of the rows of X: the largest sine."""
    U = np.linalg.qr(X.T)[0]
    return float(np.linalg.norm(V - U @ (U.T @ V), 2))


def conditional_tensor_error(
    activation: str, d: int, m: int, kind: Span, rng: np.random.Generator, *, largest_sine: float = 0.25
) -> float:
    """`reduced_tensor_error` for one sample, among the draws with `span_error` at most `largest_sine`.

    Raises:
        ArithmeticError: none of 100 draws has.
    """
    for _ in range(100):
        problem = Problem.draw(activation, 1, d, m, rng)
        V = subspace(problem, kind, rng)
        if span_error(problem.X, V) <= largest_sine:
            return reduced_tensor_error(problem, V)
    raise ArithmeticError(f"d = {d}, m = {m}: no subspace within a sine of {largest_sine} in 100 draws")


def reduced_tensor_error(problem: Problem, V: Array) -> float:
    """Operator norm of the flattening of (1/m) sum_j g_j H_3(V^T w_j) - c_3 sum_i r*_i (V^T x_i)^{(x)3}."""
    A = problem.X @ V
    limit = np.einsum("i,ia,ib,ic->abc", problem.weights(3), A, A, A)
    return float(np.linalg.norm((reduced_tensor(problem.network.W @ V, problem.g) - limit).reshape(A.shape[1], -1), 2))


def contracted_span_error(problem: Problem, direction: str, rng: np.random.Generator) -> float:
    """`span_error` of the leading eigenvectors of the third moment contracted with a unit vector u.

    `first moment`: u = (1/m) sum_j g_j w_j, normalized. `typical`, for orthonormal samples: u.x_i = d^{-1/2} for every sample,
    else random; for a random unit vector this is the root mean square of u.x_i.

    Raises:
        InputError: another direction, or B >= d for `typical`.
    """
    one_of("direction", direction, ("typical", "first moment"))
    W, (B, d) = problem.network.W, problem.X.shape
    u = first_moment(W, problem.g) if direction == "first moment" else typical_vector(problem.X, rng)
    moment = moment_operator(W, problem.g, order=3, direction=u / np.linalg.norm(u))
    return span_error(problem.X, leading(moment, d, B, rng)[0])


def typical_vector(X: Array, rng: np.random.Generator) -> Array:
    """A random unit vector u (d,) with u.x_i = d^{-1/2} for the orthonormal rows of X (B, d), B < d.

    Raises:
        InputError: B >= d.
    """
    B, d = X.shape
    if d <= B:
        raise InputError(f"X has shape {X.shape}: a typical vector needs fewer samples than dimensions")
    v = rng.standard_normal(d)
    outside = v - X.T @ (X @ v)
    return X.sum(axis=0) / np.sqrt(d) + np.sqrt(1 - B / d) * outside / np.linalg.norm(outside)


def slopes_of(error: Callable[[int], float], sizes: list[int], draws: list[int], replicates: int) -> list[float]:
    """Slope of log error against log size, one for each replicate; at each size the median of so many draws.

    Args:
        error: draws anew at each call.
        sizes, draws: of equal length; small sizes are cheap, and more draws there make the slopes steadier.
    """
    return [slope(sizes, [median(error(k) for _ in range(n)) for k, n in zip(sizes, draws)]) for _ in range(replicates)]

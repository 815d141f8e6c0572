"""The span of the batch: from a symmetric operator known by its products, and improved from itself.

For functions f of z = V^T w, Stein's identity gives mean gradients of g,

    E g f(z) w - V E g grad f(z) = E f(z) grad g(w) = sum_i coefficient_i E[f(z) act'(w.x_i)] x_i,                 (*)

which lie in the span of the batch whatever V is. With f = 1, z_a, z_a z_b - delta_ab, ... they are the moments of order 1, 2,
3, ... contracted with columns of V in all slots but one. So one step from a rough V uses every order and every contraction.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...theory.errors import InputError, positive_integer
from ..arrays import Array
from .blocks import neuron_blocks
from .regression import evaluate, hermite_basis, hermite_fit, root_factorial


def leading_subspace(
    product: Callable[[Array], Array], d: int, k: int, rng: np.random.Generator, *, tolerance: float = 1e-9
) -> tuple[Array, Array]:
    """The k eigenvectors of largest |eigenvalue|, by implicitly restarted Lanczos.

    To see whether the B-th eigenvalue stands out, ask for k = B + 1.

    Args:
        product: maps (d, c) to the symmetric operator's product with it, (d, c).
        d: dimension.
        k: at most d.
        rng: for the start.
        tolerance: relative accuracy of the eigenvalues.

    Returns:
        V (d, k) with orthonormal columns and eigenvalues (k,), by decreasing absolute value.

    Raises:
        InputError: k > d.
        ArithmeticError: no convergence, or a product that is not finite.
    """
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    d, k = positive_integer("d", d), positive_integer("k", k)
    if k > d:
        raise InputError(f"k = {k}: must be at most d = {d}")
    if 2 * k + 1 >= d:  # Lanczos would need more than d vectors
        M = product(np.eye(d))
        values, vectors = np.linalg.eigh((M + M.T) / 2)
    else:
        operator = LinearOperator((d, d), matvec=lambda v: product(v.reshape(d, 1)).ravel(), dtype=np.float64)
        try:
            values, vectors = eigsh(operator, k, which="LM", v0=rng.standard_normal(d), tol=tolerance)
        except ArpackError as error:
            raise ArithmeticError(f"the leading {k} eigenvectors were not found: {error}") from error
    order = np.argsort(-np.abs(values))[:k]
    return vectors[:, order], values[order]


def mean_gradients(W: Array, g: Array, V: Array, degree: int) -> Array:
    """The mean gradients (*), as (d, functions), for the Hermite f of degree < degree, at most 2, from g = grad_a.

    The component in V comes from the least-squares polynomial of that degree in z. The component orthogonal to V is
    uncorrelated with all functions of z, so the polynomial is subtracted from g first: the noise is that of the residual.

    Args:
        W: (m, d).
        g: (m,).
        V: (d, k) with orthonormal columns.
        degree: 2, 3 or 4, with `regression_fits(m, k, degree)`.
    """
    Z, k = W @ V, V.shape[1]
    fit = hermite_fit(Z, g, degree)
    residual, moments = fit.residual(Z, g), fit.moments(k)
    basis = _functions(k, degree)
    outside = np.zeros((len(V), len(basis)))
    for block in neuron_blocks(len(W), W.shape[1] + len(basis)):
        outside += W[block].T @ (residual[block] * evaluate(Z[block], basis)).T
    outside /= len(W)
    inside = [
        moments[len(v) + 1][..., 0].T[v] / root_factorial(v) for v in basis
    ]  # a symmetric tensor: .T[v] is its last slots
    return outside - V @ (V.T @ outside) + V @ np.stack(inside, axis=1)


def hidden_mean_gradients(W: Array, grad_W: Array, V: Array, degree: int) -> Array:
    """The mean gradients (*), as (d, functions), as `sum_j grad_W_j f(z_j)`: in the span exactly, but for noise on grad_W.

    Args:
        W: (m, d).
        grad_W: (m, d).
        V: (d, k) with orthonormal columns.
        degree: 2, 3 or 4: the functions f have degree < degree, at most 2.
    """
    basis = _functions(V.shape[1], degree)
    total = np.zeros((len(V), len(basis)))
    for block in neuron_blocks(len(W), W.shape[1] + len(basis)):
        total += grad_W[block].T @ evaluate(W[block] @ V, basis).T
    return total


def _functions(k: int, degree: int) -> list[tuple[int, ...]]:
    """Functions f of degree at most 2: with c_1, c_2 and c_3 no activation but a linear one is blind to all of them."""
    return hermite_basis(k, min(degree - 1, 2))

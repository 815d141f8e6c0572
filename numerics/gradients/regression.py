"""Least-squares regression on Hermite polynomials of Gaussian inputs.

A moment E g H_p(w) estimated by an average has the variance of all of g. Regression has that of the part of g which the
polynomials do not explain.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np

from ...theory.errors import InputError, one_of
from ..arrays import Array, real_array
from .blocks import neuron_blocks

LARGEST_BASIS = 1024
NEURONS_PER_FUNCTION = 10


def basis_size(k: int, degree: int) -> int:
    """Polynomials of degree <= `degree` in k variables: binomial(k + degree, degree) dimensions."""
    return math.comb(k + degree, degree)


def regression_fits(m: int, k: int, degree: int) -> bool:
    """Whether m inputs comfortably determine a polynomial of that degree: 10 for each function, at most 1024 functions."""
    return basis_size(k, degree) <= min(LARGEST_BASIS, m // NEURONS_PER_FUNCTION)


def linear_fit(W: Array, g: Array) -> tuple[float, Array]:
    """The least-squares fit `g_j ~ mean + slope.w_j`, by LSQR: O(m d) for each of a few tens of iterations.

    For Gaussian W the slope estimates the first moment E g w, with less variance than the average does.

    Args:
        W: (m, d) with m >= 2 (d + 1): with fewer neurons than unknowns the fit would be g itself.
        g: (m,).

    Returns:
        mean, and slope (d,).

    Raises:
        InputError: shapes that do not match, non-finite entries, m < 2 (d + 1).
    """
    from scipy.sparse.linalg import LinearOperator, lsqr

    W, g = _pair(W, g, 1)
    m, d = W.shape
    if m < 2 * (d + 1):
        raise InputError(f"W has shape {W.shape}: a linear fit needs at least 2 (d + 1) = {2 * (d + 1)} rows")
    design = LinearOperator(
        (m, d + 1),
        matvec=lambda v: W @ v[1:].ravel() + v[0],
        rmatvec=lambda r: np.concatenate([[r.sum()], r.ravel() @ W]),
        dtype=np.float64,
    )
    solution = lsqr(design, g, atol=1e-12, btol=1e-12, iter_lim=1000)[0]
    return float(solution[0]), solution[1:]


def regress_out(W: Array, g: Array, degree: int = 1) -> Array:
    """g less its least-squares fit by polynomials of degree 0..`degree` in w, as (m,).

    Args:
        W: (m, d). For degree 1, m >= 2 (d + 1); for degree >= 2, `regression_fits(m, d, degree)`: few dimensions.
        g: (m,).
        degree: 0 to 4.

    Raises:
        InputError: shapes that do not match, non-finite entries, another degree, too few rows for it.
    """
    W, g = _pair(W, g, 1)
    one_of("degree", degree, range(5))
    if degree == 0:
        return g - g.mean()
    if degree == 1:
        mean, slope = linear_fit(W, g)
        return g - mean - W @ slope
    return hermite_fit(W, g, degree).residual(W, g)


Variables = tuple[int, ...]
"""A product of orthonormal Hermite polynomials: each variable as often as its degree, ascending."""


@dataclass(frozen=True, eq=False)
class HermiteFit:
    """A polynomial `sum_v coefficients_v f_v(z)`, f_v the products of orthonormal Hermite polynomials.

    Attributes:
        coefficients: (functions, q) for q functions fitted at once.
        basis: the f_v, by degree.
    """

    coefficients: Array
    basis: list[Variables]

    def residual(self, Z: Array, g: Array) -> Array:
        """g less the fit, in the shape of g."""
        residual = g.reshape(len(g), -1).copy()
        for block in neuron_blocks(len(Z), len(self.basis)):
            residual[block] -= evaluate(Z[block], self.basis).T @ self.coefficients
        return residual.reshape(g.shape)

    def moments(self, k: int) -> list[Array]:
        """T_p = E fit(z) H_p(z) for z ~ N(0, I_k), each of shape (k,) * p + (q,)."""
        degree = len(self.basis[-1])
        tensors = [np.zeros((k,) * p + self.coefficients.shape[1:]) for p in range(degree + 1)]
        for value, variables in zip(self.coefficients, self.basis, strict=True):
            for place in set(permutations(variables)):
                tensors[len(variables)][place] = value * root_factorial(variables)
        return tensors


def root_factorial(variables: Variables) -> float:
    """sqrt(prod_i n_i!) for the degrees n_i: H_p has the entry `root_factorial * f_v`."""
    return math.sqrt(math.prod(map(math.factorial, Counter(variables).values())))


def hermite_basis(k: int, degree: int) -> list[Variables]:
    """All products of degree 0..`degree` in k variables."""
    return [v for p in range(degree + 1) for v in combinations_with_replacement(range(k), p)]


def hermite_regression(Z: Array, g: Array, degree: int) -> list[Array]:
    """The moments `T_p = E g H_p(z)`, p = 0..degree, from the least-squares fit `g ~ sum_p <T_p, H_p(z)> / p!`.

    Exact to rounding for a polynomial g of that degree, whatever the rows of Z.

    Args:
        Z: (m, k) with `regression_fits(m, k, degree)`.
        g: (m,), or (m, q) for q functions at once.
        degree: 0 to 4.

    Returns:
        Symmetric tensors: T_p of shape (k,) * p, for several functions with one more axis of length q at the end.

    Raises:
        InputError: shapes that do not match, non-finite entries, another degree, too few rows for it, rows of Z on which the
            polynomials are linearly dependent.
    """
    fit = hermite_fit(Z, g, degree)
    tensors = fit.moments(np.shape(Z)[1])
    return tensors if np.ndim(g) == 2 else [tensor[..., 0] for tensor in tensors]


def hermite_fit(Z: Array, g: Array, degree: int) -> HermiteFit:
    """The least-squares fit, by normal equations (for Gaussian inputs well conditioned); arguments as `hermite_regression`."""
    from scipy.linalg import cho_factor, cho_solve

    Z, g = _pair(Z, g, (1, 2))
    one_of("degree", degree, range(5))
    m, k = Z.shape
    if not regression_fits(m, k, degree):
        raise InputError(
            f"degree = {degree}: {basis_size(k, degree)} polynomials in {k} variables need at least {NEURONS_PER_FUNCTION} "
            f"rows each and may be at most {LARGEST_BASIS}; there are {m} rows"
        )
    basis = hermite_basis(k, degree)
    gram, right = np.zeros((len(basis),) * 2), np.zeros((len(basis), g.size // m))
    for block in neuron_blocks(m, len(basis)):
        values = evaluate(Z[block], basis)
        gram += values @ values.T
        right += values @ g[block].reshape(-1, right.shape[1])
    try:
        return HermiteFit(cho_solve(cho_factor(gram), right), basis)
    except np.linalg.LinAlgError as error:
        raise InputError(f"Z: the polynomials of degree <= {degree} are linearly dependent on its rows") from error


def evaluate(Z: Array, basis: list[Variables]) -> Array:
    """The products at the rows of Z, as (functions, rows)."""
    degree = len(basis[-1])
    h = np.ones((degree + 1, *Z.T.shape))
    for n in range(1, degree + 1):  # sqrt(n) h_n = z h_{n-1} - sqrt(n-1) h_{n-2}
        h[n] = (Z.T * h[n - 1] - (math.sqrt(n - 1) * h[n - 2] if n > 1 else 0)) / math.sqrt(n)
    values = np.ones((len(basis), len(Z)))
    for row, variables in zip(values, basis, strict=True):
        for variable, n in Counter(variables).items():
            row *= h[n, variable]
    return values


def _pair(W: Array, g: Array, ndim: int | tuple[int, ...]) -> tuple[Array, Array]:
    W, g = real_array("W", W, 2), real_array("g", g, ndim)
    if len(g) != len(W):
        raise InputError(f"g has shape {g.shape}: must have as many rows as W, {len(W)}")
    return W, g

"""The population kernel kappa in float64, its derivatives, and its Gram matrix: the limit of Phi Phi^T / p as p grows."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ..theory.activations import parse
from ..theory.hermite import hermite_coefficients, second_moment
from ..theory.spectral_edge import free_edge, harmonic_dimension, sum_of_edges
from .arrays import Array
from .random_features import sphere_samples, to_sphere

TERMS = 24


@cache
def squares(activation: str, terms: int = TERMS) -> Array:
    """mu_k^2 for k < terms (orthonormal h_k), and last, as if of order `terms`, all that is missing from E act(Z)^2.

    So `kappa(t) = sum_k squares[k] t^k` is exact at t = 1, and off by at most squares[-1] |t|^terms in between.
    """
    found = hermite_coefficients(activation, terms) ** 2
    missing = float(second_moment(activation, bits=60).mid()) - found.sum()
    return np.append(found, max(missing, 0.0))


def kappa(activation: str, t: Array, order: int = 0) -> Array:
    """The kernel at correlations t (any shape) or its derivative of that order, elementwise.

    relu: closed form (Cho and Saul 2009) for orders 0 and 1. Otherwise the series of `squares`: at an order above 0 its
    terms beyond the last are missing, which matters only near |t| = 1 for activations that are not smooth.
    """
    t = np.clip(t, -1.0, 1.0)
    if parse(activation).name == "relu" and order <= 1:
        angle = np.arccos(t)
        linear = (np.pi - angle) / (2 * np.pi)
        return linear if order else np.sqrt(1 - t * t) / (2 * np.pi) + linear * t
    series = np.polynomial.Polynomial(squares(activation))
    return (series.deriv(order) if order else series)(t)


def gram(activation: str, X: Array) -> Array:
    """K_inf = kappa(X X^T / d), (n, n), for X (n, d) with rows of norm sqrt(d)."""
    return kappa(activation, correlations(X))


def correlations(X: Array) -> Array:
    """<x_i, x_j> / d, (n, n), the diagonal exactly 1."""
    T = X @ X.T / X.shape[1]
    np.fill_diagonal(T, 1.0)
    return T


def harmonic_masses(activation: str, d: int, terms: int = 16) -> Array:
    """m_k with kappa(t) = sum_k m_k P_k(t), P_k(1) = 1 the Legendre polynomials of the sphere of R^d, d >= 3.

    For k < terms with a dimension N_k <= 10^8, and last all that is missing from kappa(1). By Gauss quadrature for the law of
    t = <x, y> on the unit sphere, whose rounding N_k multiplies. m_k -> mu_k^2 as d grows.
    """
    order = np.arange(1, 80)
    a = d / 2 - 1
    offdiagonal = np.sqrt(order * (order + 2 * a - 1) / (4 * (order + a) * (order + a - 1)))
    t, vectors = np.linalg.eigh(np.diag(offdiagonal, 1) + np.diag(offdiagonal, -1))  # Golub and Welsch 1969
    weighted = vectors[0] ** 2 * kappa(activation, t)
    found: list[float] = []
    previous, current = np.zeros_like(t), np.ones_like(t)
    for k in range(terms):
        if harmonic_dimension(d, k) > 1e8:
            break
        found.append(max(0.0, harmonic_dimension(d, k) * float(weighted @ current)))
        previous, current = current, ((2 * k + d - 2) * t * current - k * previous) / (k + d - 2)
    return np.array([*found, max(0.0, float(kappa(activation, np.array(1.0))) - sum(found))])


def smallest_eigenvalue_prediction(activation: str, n: int, d: int, combination: str) -> float:
    """Of K_inf for n uniform points: `free sum` over the degrees k >= 1 of the harmonics, or `sum of edges` over mu_k^2.

    The second takes the ratios n k! / d^k; degree 0 is one direction, and does not count.
    """
    if combination == "free sum":
        masses = harmonic_masses(activation, d)
        ratios = [n / harmonic_dimension(d, k) for k in range(len(masses) - 1)] + [0.0]
        return free_edge(masses[1:].tolist(), ratios[1:])
    masses = squares(activation)
    return sum_of_edges(masses[1:].tolist(), [n * math.factorial(k) / d**k for k in range(1, len(masses))])


def eigenvalue_ratio(activation: str, n: int, d: int, data: str, combination: str, rng: np.random.Generator) -> float:
    """Smallest eigenvalue of K_inf over its prediction; data `near-duplicates` puts the second point beside the first."""
    X = sphere_samples(n, d, rng)
    if data == "near-duplicates":
        X[1] = to_sphere(X[:1] + 0.1 * X[1:2], math.sqrt(d))[0]
    return float(np.linalg.eigvalsh(gram(activation, X))[0]) / _prediction(activation, n, d, combination)


@cache
def _prediction(activation: str, n: int, d: int, combination: str) -> float:
    return smallest_eigenvalue_prediction(activation, n, d, combination)

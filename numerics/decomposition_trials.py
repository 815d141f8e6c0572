"""How far a noisy second moment and a noisy tensor move the samples (wang2023, Proposition 5.3): one number for each draw."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from ..theory.errors import InputError, one_of
from .arrays import Array
from .decomposition import decompose, joint_diagonalization
from .matching import match

METHODS = ("published", "least squares", "orthogonal")
LARGEST = 1 - 1e-9
"""The largest cosine: at 1 the samples coincide."""


def coherent_batch(B: int, d: int, cosine: float, rng: np.random.Generator) -> Array:
    """B unit vectors of R^d (B, d) with this cosine between any two: smallest singular value sqrt(1 - cosine).

    Raises:
        InputError: a cosine below 0 or above `LARGEST`.
    """
    if not 0 <= cosine <= LARGEST:
        raise InputError(f"cosine = {cosine!r}: must be at least 0 and below 1, by 1e-9 or more")
    U = np.linalg.qr(rng.standard_normal((d, B)))[0]
    return np.linalg.cholesky((1 - cosine) * np.eye(B) + cosine) @ U.T


def error_to_bound(
    B: int,
    d: int,
    cosine: float,
    noise: tuple[float, float],
    method: str,
    rng: np.random.Generator,
    *,
    understated: float = 1.0,
) -> float:
    """The largest |x_i - s_i V u_i| over mu/(nu_min pi_min) + kappa gamma sqrt(B)/(lambda_min pi_min^2).

    P = sum_i nu_i x_i x_i^T + S and T = sum_i lambda_i (V^T x_i)^{(x)3} + E have weights of random signs and sizes in [1, 2],
    kappa = lambda_max/lambda_min, and random symmetric S and E. V are the leading eigenvectors of P, the u_i components of T.

    Args:
        cosine: between any two samples.
        noise: mu / (nu_min pi_min^2) and gamma / (lambda_min pi_min^2), where mu is the operator norm of S and gamma that of
            the flattening of E, which is at least sup E(a, b, c) over unit vectors.
        method: `published` (100 random projections and plug-in), `least squares` (`decompose`), or `orthogonal`, the
            eigenvectors of one random contraction.
        understated: the noise is this many times as large as the bound is told.

    Raises:
        InputError: another method, a cosine that `coherent_batch` refuses.
    """
    one_of("method", method, METHODS)
    X, (share_P, share_T) = coherent_batch(B, d, cosine, rng), noise
    nu, weights = (rng.choice([-1.0, 1.0], B) * rng.uniform(1, 2, B) for _ in range(2))
    smallest, sizes = np.sqrt(1 - cosine), np.abs(weights)
    mu, gamma = share_P * np.abs(nu).min() * smallest**2, share_T * sizes.min() * smallest**2
    S = rng.standard_normal((d, d))
    values, vectors = np.linalg.eigh(X.T @ (nu[:, None] * X) + understated * mu * _of_norm_one(S + S.T))
    V = vectors[:, np.argsort(-np.abs(values))[:B]]
    A, E = X @ V, rng.standard_normal((B, B, B))
    T = np.einsum("i,ia,ib,ic->abc", weights, A, A, A)
    T += understated * gamma * _of_norm_one(np.sum([E.transpose(order) for order in permutations(range(3))], axis=0))
    error = match(X, _components(T, method, rng) @ V.T, "sign").errors.max()
    kappa = sizes.max() / sizes.min()
    bound = mu / (np.abs(nu).min() * smallest) + kappa * gamma * np.sqrt(B) / (sizes.min() * smallest**2)
    return float(error / bound)


def _of_norm_one(array: Array) -> Array:
    return array / np.linalg.norm(array.reshape(len(array), -1), 2)


def _components(T: Array, method: str, rng: np.random.Generator) -> Array:
    B = len(T)
    if method == "published":
        return joint_diagonalization(T, B, projections=100, seed=rng).components
    if method == "least squares":
        return decompose(T, B, seed=rng, pencils=1).components
    return np.linalg.eigh(T @ rng.standard_normal(B))[1].T

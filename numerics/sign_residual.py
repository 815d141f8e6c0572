"""How far the features of -x_i are from the span of the training features, at infinite width."""

from __future__ import annotations

import numpy as np

from ..theory.spectral_edge import harmonic_dimension
from .population import correlations, gram, harmonic_masses, kappa
from .random_features import sphere_samples


def sign_residual_ratio(activation: str, n: int, d: int, rng: np.random.Generator) -> float:
    """Mean squared residual of act(-V x_i) off the span of all n features, over that of a fresh point, as p -> infinity.

    Fresh: each training point off the span of the others, 1 / [K^{-1}]_ii, which has the law of a fresh point and n - 1.
    """
    X = sphere_samples(n, d, rng)
    inverse = np.linalg.inv(gram(activation, X))
    flipped = kappa(activation, -correlations(X))
    negative = kappa(activation, np.array(1.0)) - np.einsum("ij,ij->i", flipped @ inverse, flipped)
    return float(negative.mean() / (1 / np.diag(inverse)).mean())


def finite_size_ratio(activation: str, n: int, d: int) -> float:
    """The limit of `sign_residual_ratio` for large n and d with n = O(d^2), with the terms of order 1/n: `4 g^2 h_e h_o`.

    h_e and h_o are the sums of `m_k / (1 + n m_k g / N_k)` over even and odd k, with m_k the mass of the kernel in the
    spherical harmonics of degree k and N_k their number, and g solves `g (h_e + h_o) = 1`. Derived in
    `iurada2025/sign-residual-relu`. Degrees beyond those listed have N_k = infinity.
    """
    masses = harmonic_masses(activation, d)[:-1]
    ratios = np.array([n / harmonic_dimension(d, k) for k in range(len(masses))])
    one, opposite = kappa(activation, np.array([1.0, -1.0]))
    even, odd = (one + opposite) / 2 - masses[0::2].sum(), (one - opposite) / 2 - masses[1::2].sum()

    def shares(g: float) -> tuple[float, float]:
        terms = masses * g / (1 + ratios * masses * g)
        return max(even, 0.0) * g + terms[0::2].sum(), max(odd, 0.0) * g + terms[1::2].sum()

    low, high = -50.0, 50.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if sum(shares(np.exp(middle))) < 1 else (low, middle)
    share = float(shares(np.exp(low))[0])
    return 4 * share * (1 - share)

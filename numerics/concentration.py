"""How fast Phi Phi^T / p approaches the population kernel: exponents in the width p and in the number of samples n."""

from __future__ import annotations

import numpy as np

from ..theory.intervals import slope
from .arrays import Array
from .population import correlations, kappa, squares
from .random_features import RandomFeatures, sphere_samples

POOL = 64
"""Number of different rows of V where the rows are not independent."""


def kernel_error(activation: str, X: Array, V: Array, *, centred: bool = False, kernel: str = "") -> float:
    """|Phi Phi^T / p - K_inf| in operator norm; `centred` subtracts mu_0 from the features, and mu_0^2 from the kernel.

    Args:
        activation: of the features; `kernel` names that of K_inf, if it is another one.
        X: (n, d), rows of norm sqrt(d); V: (p, d), rows N(0, I/d).
    """
    mean = float(np.sqrt(squares(activation)[0])) if centred else 0.0
    Phi = RandomFeatures(V, activation).features(X) - mean
    expected = kappa(kernel or activation, correlations(X)) - mean**2
    return float(np.linalg.norm(Phi @ Phi.T / len(V) - expected, 2))


def slope_in_width(
    activation: str, n: int, d: int, widths: list[int], rows: str, kernel: str, rng: np.random.Generator
) -> float:
    """Slope of log error against log p in one random problem, V independent for each p; rows `repeated` has POOL rows only."""
    X = sphere_samples(n, d, rng)

    def draw(p: int) -> Array:
        V = rng.standard_normal((min(p, POOL) if rows == "repeated" else p, d)) / np.sqrt(d)
        return V[np.arange(p) % len(V)]

    return slope(widths, [kernel_error(activation, X, draw(p), kernel=kernel) for p in widths])


def slopes_in_samples(activation: str, counts: list[int], d: int, p: int, rng: np.random.Generator) -> tuple[float, float]:
    """Slope of log error against log n in one random problem, the first n of the same samples each time: as is, and centred."""
    X, V = sphere_samples(max(counts), d, rng), rng.standard_normal((p, d)) / np.sqrt(d)
    plain, centred = ([kernel_error(activation, X[:n], V, centred=c) for n in counts] for c in (False, True))
    return slope(counts, plain), slope(counts, centred)

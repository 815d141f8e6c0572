"""Gaussian clusters (Section 3.1, Theorem 10 of feldman2025): theta ~ N(0, I_d), X_i = lambda theta + sqrt(1 - lambda^2) noise.

The mean of the data, scaled to variance 1, is sufficient; it, theta and X are jointly Gaussian, coordinate by coordinate,
so the constants are squared correlations.
"""

from __future__ import annotations

from flint import arb

from .constants import Contraction


def contraction(strength: arb, n: int) -> Contraction:
    """tau = n lambda^2 / (1 + (n-1) lambda^2), rho = lambda^2 tau. Hence (1 - tau) / rho = (1 - lambda^2) / (n lambda^4)."""
    square = strength**2
    scale = 1 + (n - 1) * square
    tau = n * square / scale
    return Contraction(tau, (1 - strength) * (1 + strength) / scale, square * tau, "exact")


def paper_bits(strength: arb, d: int, n: int, constant: arb) -> arb:
    """Theorem 10: (1 - lambda^2) / (n lambda^4) C_alpha."""
    return (1 - strength) * (1 + strength) / (n * strength**4) * constant

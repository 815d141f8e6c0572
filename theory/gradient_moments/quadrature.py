"""A quadrature rule in float64 for expectations of act(rho Z + b) p(Z), Z ~ N(0, 1), p a polynomial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    import numpy as np

REACH = 12.0
"""Of Z: what lies beyond has the probability 4e-33."""


def neuron_rule(norm: float = 1.0, hidden_bias: float = 0.0, *, nodes: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Nodes z and weights with sum_i weights_i f(z_i) = E f(Z), both (N,) float64.

    Gauss-Legendre rules of `nodes` nodes on panels that meet at the kink z = -b/rho of the activation and are at most
    min(1, 1/rho) wide, so that a function of rho z + b is resolved as well as the density. N grows with rho.

    Raises:
        InputError: a norm that is not positive and at most 1000, or a bias that is not finite.
    """
    import numpy as np

    if not 0 < norm <= 1000:
        raise InputError(f"norm = {norm!r}: must be positive, and at most 1000 for quadrature")
    if not math.isfinite(hidden_bias):
        raise InputError(f"hidden_bias = {hidden_bias!r}: must be finite")
    kink = min(REACH, max(-REACH, -hidden_bias / norm))
    density = max(1.0, norm)
    edges = [np.linspace(low, high, 1 + math.ceil((high - low) * density)) for low, high in ((-REACH, kink), (kink, REACH))
             if high > low]  # fmt: skip
    points, weights = np.polynomial.legendre.leggauss(nodes)
    z, w = [], []
    for part in edges:
        half = np.diff(part)[:, None] / 2
        z.append((part[:-1, None] + half * (1 + points)).ravel())
        w.append((half * weights).ravel())
    at = np.concatenate(z)
    return at, np.concatenate(w) * np.exp(-at * at / 2) / math.sqrt(2 * math.pi)

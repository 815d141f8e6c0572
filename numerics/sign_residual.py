"""How far the features of -x_i are from the span of the training features, at infinite width."""

from __future__ import annotations

import numpy as np

from ..theory.spectral_edge import sign_residual_prediction
from .population import correlations, gram, kappa, squares
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


def predicted_ratio(activation: str, n: int, d: int) -> float:
    """`sign_residual_prediction` from the Hermite coefficients of the activation."""
    m = squares(activation)
    return sign_residual_prediction(float(m[1]), float(m[2::2].sum()), float(m[3::2].sum()), n / d)

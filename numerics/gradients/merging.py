"""Several samples that pass for one: where the activation is affine for all of them, their sum is one sample's."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from .feature_map import GradientFeatures

CURVED = 1e-6
"""Second derivative below which a neuron is affine at a sample."""
WITH_HIDDEN = 3
"""Curved neurons that no two samples can meet in place of one, if their hidden weights are seen (1 + d equations each)."""


def may_be_several(psi: GradientFeatures, X: Array, *, hidden: bool) -> str | None:
    """Why a sample found may be several, if their number is not known; None if the neurons exclude it.

    Args:
        psi: the derivatives by the output weights, in R^d.
        X: (n, d), the samples found.
        hidden: whether the derivatives by the hidden weights are met too.
    """
    needed = WITH_HIDDEN if hidden else psi.W.shape[1] + 2
    curved = np.sum(np.abs(psi.activation.second_derivative(psi.pre_activations(X))) > CURVED, axis=1)
    if curved.min() >= needed:
        return None
    worst = int(np.argmin(curved))
    return (
        f"n is not given, and for all but {curved[worst]} neurons the activation is affine at sample {worst}: "
        "several samples pass for one there"
    )

"""The labels of a batch, and which of a sample and its reflection they allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Array
from ..feature_map import Symmetry
from .client import TwoLayerNetwork

TOLERANCE = 1e-6
"""Relative error of a label up to which it is not beyond a bound: a label may lie on it."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Samples (B, d), coefficients (B,) and labels (B,), what is left of the symmetry, and a remark (or None)."""

    samples: Array
    coefficients: Array
    labels: Array
    symmetry: Symmetry
    remark: str | None


def labelled(
    samples: Array, coefficients: Array, network: TwoLayerNetwork, symmetry: Symmetry, loss_scale: float, bound: float | None
) -> Labelled:
    """`y_i = f(x_i) - coefficient_i / (2 loss_scale)`.

    For odd activations (x, y) and (-x, 2 c - y), c the output bias, have one gradient: the one with |y| <= bound is taken. The
    sign symmetry is gone if that decides for every sample.
    """
    labels = network.outputs(samples) - coefficients / (2 * loss_scale)
    if bound is None:
        return Labelled(samples, coefficients, labels, symmetry, None)
    odd = symmetry.sign and network.activation.parity == "odd"
    others = 2 * network.output_bias - labels if odd else labels
    allowed = bound + TOLERANCE * max(bound, abs(network.output_bias))
    within, reflected = np.abs(labels) <= allowed, np.abs(others) <= allowed
    remark = None
    if not (within | reflected).all():
        worst = int(np.argmin(within | reflected))
        readings = f"{labels[worst]:.6g}" + (f" and, reflected, {others[worst]:.6g}" if odd else "")
        remark = f"max_label = {bound:g} excludes what was found: sample {worst} has the label {readings}"
    signs = np.where(reflected & ~within, -1.0, 1.0)
    decided = odd and bool((within ^ reflected).all())
    return Labelled(
        signs[:, None] * samples,
        signs * coefficients if odd else coefficients,
        np.where(signs < 0, others, labels),
        Symmetry(symmetry.scale, False) if decided else symmetry,
        remark,
    )

"""Images out of trained parameters: what the claims on real data share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import Array
from .inversion import Inversion, invert
from .matching import match
from .random_features import RandomFeatures, linear_labels


def recover_images(
    truth: Array, image_shape: Sequence[int], activation: str, p: int, starts: int, rng: np.random.Generator
) -> tuple[dict[str, Any], Inversion]:
    """A witness of the decider `superposition` without its tolerances, and the inversion behind it.

    Args:
        truth: (n, d), on the sphere of radius sqrt(d). The labels are those of iurada2025, y = <x, g> + e.
    """
    n, d = truth.shape
    model = RandomFeatures.gaussian(p, d, activation, rng)
    theta = model.fit(truth, linear_labels(truth, rng))
    found = invert(theta, model, n, seed=rng, starts=starts)
    aligned = match(truth, found.samples, symmetry=found.symmetry.matching).aligned
    witness = {
        "decider": "superposition",
        "statement": "recovered",
        "activation": activation,
        "V": model.V,
        "theta": theta[:, None],
        "samples": aligned,
        "coefficients": model.coefficients(aligned, theta)[:, None],
        "truth": truth,
        "symmetry": "sign" if found.symmetry.sign else "none",
        "image_shape": list(image_shape),
    }
    return witness, found

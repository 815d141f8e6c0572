"""Grey patches of photographs without their brightness and contrast."""

from __future__ import annotations

import numpy as np

from . import datasets
from .arrays import Array
from .random_features import to_sphere

CONTRAST = 1e-2
"""Norm, in grey levels from 0 to 1, below which a patch less its mean is noise of the camera."""


def contrast_patches(size: int) -> Array:
    """The `size` x `size` patches of `datasets.photograph_patches`, grey, less their means, as rows (k, size^2) of norm `size`.

    Grey is the mean of the three colours. Patches with less than `CONTRAST` are left out.

    Raises:
        InputError: as `photograph_patches`.
    """
    pixels = datasets.photograph_patches(size, standardized=False).X
    X = pixels.reshape(len(pixels), size * size, 3).mean(axis=2)
    X = X - X.mean(axis=1, keepdims=True)
    return to_sphere(X[np.linalg.norm(X, axis=1) >= CONTRAST], size)

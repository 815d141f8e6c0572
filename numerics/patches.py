"""Patches of photographs without their brightness and contrast."""

from __future__ import annotations

import numpy as np

from . import datasets
from .arrays import Array
from .random_features import to_sphere

CONTRAST = 1e-2
"""Norm, in grey levels from 0 to 1, below which a patch less its mean is noise of the camera."""


def contrast_patches(size: int, *, colour: bool = False) -> Array:
    """The `size` x `size` patches of `photograph_patches` less their means, as rows (k, d) of norm sqrt(d).

    Grey, the mean of the three colours, with d = size^2; or in colour, each colour less its own mean, d = 3 size^2. Patches
    with less than `CONTRAST` are left out.

    Raises:
        InputError: as `photograph_patches`.
    """
    pixels = datasets.photograph_patches(size, standardized=False).X
    X = pixels.reshape(len(pixels), size * size, 3)
    if not colour:
        X = X.mean(axis=2, keepdims=True)
    X = (X - X.mean(axis=1, keepdims=True)).reshape(len(X), -1)
    return to_sphere(X[np.linalg.norm(X, axis=1) >= CONTRAST], np.sqrt(X.shape[1]))

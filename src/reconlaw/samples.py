"""The samples of a simulation: uniform on the sphere, or real images."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .numerics.arrays import Array
from .numerics.random_features import sphere_samples
from .theory.errors import InputError, positive_integer


def draw_samples(n: int, d: int | None, data: str, rng: np.random.Generator) -> tuple[Array, tuple[int, ...] | None]:
    """n samples of norm sqrt(d), as (n, d), and their image shape if they are images.

    Args:
        d: dimension; None with real data, whose dimension is known.
        data: `sphere` (uniform), `digits`, `photographs`, or the path of an .npz file with X, of MNIST images (IDX), or of a
            binary CIFAR-10 file; rows of real data are drawn without replacement.

    Raises:
        InputError: sizes, names or files that are not valid.
    """
    if data == "sphere":
        if d is None:
            raise InputError("d is missing: it must be given unless the samples come from --data")
        return sphere_samples(n, positive_integer("d", d), rng), None
    from .numerics import datasets

    if data == "digits":
        dataset = datasets.digits()
    elif data == "photographs":
        dataset = datasets.photograph_patches()
    elif Path(data).suffix == ".npz":
        dataset = datasets.npz(data)
    elif Path(data).suffix == ".bin":
        dataset = datasets.cifar10(data)
    elif "ubyte" in Path(data).name:
        dataset = datasets.mnist(data)
    else:
        rule = "must be sphere, digits, photographs, or a file: .npz, MNIST images (idx3-ubyte, .gz), CIFAR-10 binary (.bin)"
        raise InputError(f"data = {data!r}: {rule}")
    if d is not None and d != dataset.X.shape[1]:
        raise InputError(f"d = {d}: the samples of {data} have dimension {dataset.X.shape[1]}")
    return dataset.subset(n, rng).X, dataset.image_shape

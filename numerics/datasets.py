"""Data sets as matrices with one sample per row, on the sphere where the theory lives.

An image is flattened row by row: height, then width, then channel (red, green, blue). Pixels are grey levels in [0, 1].
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from ..theory.errors import InputError, one_of, positive_integer
from .arrays import real_array
from .dataset_files import read_cifar10, read_idx
from .files import PathLike, read_npz


class Standardized(NamedTuple):
    """The rows `X` (n, d) float64 of norm `radius`, and the global `mean` and `scale` (standard deviation) before."""

    X: np.ndarray
    radius: float
    mean: float
    scale: float


def standardize(X: Any, radius: float | None = None, *, reference: Any = None) -> Standardized:
    """Subtract the global mean, divide by the global standard deviation, then scale each row to norm `radius`.

    Global, not per pixel: pixels 0, 32 and 39 of `digits` are constant and have standard deviation 0.

    Args:
        X: (n, d) real.
        radius: norm of each row, > 0; default sqrt(d).
        reference: (m, d) real whose mean and standard deviation are used; default `X`.

    Raises:
        InputError: for a wrong shape or radius, a constant reference, or a row equal to the mean in every entry.
    """
    X = real_array("X", X, 2)
    reference = X if reference is None else real_array("reference", reference, 2)
    d = X.shape[1]
    radius = math.sqrt(d) if radius is None else float(real_array("radius", radius, 0))
    if radius <= 0:
        raise InputError(f"radius = {radius:g}: must be > 0")
    rounding = 8 * np.finfo(np.float64).eps * max(np.abs(reference).max(), np.abs(X).max())
    with np.errstate(over="ignore", invalid="ignore"):
        mean, scale = float(reference.mean()), float(reference.std())
    if not rounding < scale < math.inf:
        raise InputError(f"standard deviation of all entries = {scale:g} (their mean: {mean:g}): must be > 0 and finite")
    rows = (X - mean) / scale
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if norms.min() * scale <= rounding * math.sqrt(d):
        raise InputError(f"row {int(norms.argmin())} is {mean:g}, the global mean, in every entry: it has no direction")
    return Standardized(rows * (radius / norms), radius, mean, scale)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples and what is needed to draw them.

    Attributes:
        X: (n, d) float64, one sample per row.
        labels: (n,), or None.
        image_shape: (H, W) or (H, W, 3) with d = H W or 3 H W, or None where samples are not images.
        name: what it is, for captions.
        radius: the norm of each row, or None where not standardized.
        mean, scale: global mean and standard deviation before standardizing (0 and 1 where not standardized).
    """

    X: np.ndarray
    labels: np.ndarray | None
    image_shape: tuple[int, ...] | None
    name: str
    radius: float | None = None
    mean: float = 0.0
    scale: float = 1.0

    def subset(self, n: int, rng: np.random.Generator) -> Dataset:
        """`n` rows drawn without replacement. Raises `InputError` if there are fewer, or without a Generator."""
        if not isinstance(rng, np.random.Generator):
            raise InputError(f"rng = {rng!r}: must be a numpy Generator, as numpy.random.default_rng(seed) gives")
        if positive_integer("n", n) > len(self.X):
            raise InputError(f"n = {n}: {self.name} has {len(self.X)} samples")
        rows = rng.choice(len(self.X), n, replace=False)
        return replace(self, X=self.X[rows], labels=None if self.labels is None else self.labels[rows])


def to_images(X: Any, dataset: Dataset) -> np.ndarray:
    """Images (k, H, W) or (k, H, W, 3) float64, in the units of the data before standardizing, from rows `X` (k, d).

    Mean and scale are undone; the contrast of each single image, its distance from the mean before its row was
    scaled to `radius`, is lost: each image comes back with the average contrast. So values can lie a little outside
    [0, 1]; they are not clipped here.

    Raises:
        InputError: if `X` has another number of columns, or the data set holds no images.
    """
    X = real_array("X", X, 2)
    if dataset.image_shape is None:
        raise InputError(f"{dataset.name} has no image shape")
    d = math.prod(dataset.image_shape)
    if X.shape[1] != d:
        raise InputError(f"X has {X.shape[1]} columns: images of shape {dataset.image_shape} have {d} pixels")
    contrast = dataset.scale if dataset.radius is None else dataset.scale * math.sqrt(d) / dataset.radius
    return (dataset.mean + contrast * X).reshape(-1, *dataset.image_shape)


def digits(*, standardized: bool = True, radius: float | None = None) -> Dataset:
    """The 1797 handwritten 8 x 8 digits of scikit-learn, d = 64, with labels 0..9.

    Pixels 0, 32 and 39 are always blank, so that the standardized rows span 62 dimensions, not 64.

    Args:
        standardized: whether to `standardize`; otherwise grey levels in [0, 1].
        radius: norm of each row once standardized; default sqrt(d).

    Raises:
        InputError: without scikit-learn (extra `data`), or for a bad radius.
    """
    bunch = _scikit_learn().load_digits()
    return _dataset(bunch.data / 16, bunch.target, (8, 8), "digits", standardized, radius)


def photograph_patches(
    size: int = 32,
    region: Literal["train", "fresh"] = "train",
    *,
    standardized: bool = True,
    radius: float | None = None,
) -> Dataset:
    """Disjoint `size` x `size` colour patches of scikit-learn's two photographs, d = 3 size^2.

    Each photograph is 427 x 640. Columns 0..319 are the region `train`, columns 320..639 the region `fresh`, whatever
    the size, so that no fresh patch shares a pixel with a training patch. Each region is tiled from its upper left
    corner, row by row. At size 32 there are 520 patches in all: 260 train and 260 fresh, 130 of each photograph.
    Labels: 0 china, 1 flower. Both regions are standardized with the mean and scale of `train`.

    Args:
        size: side of a patch in pixels, 1..320.
        region: `train` or `fresh`.
        standardized: whether to `standardize`; otherwise grey levels in [0, 1].
        radius: norm of each row once standardized; default sqrt(d).

    Raises:
        InputError: for a bad size, region or radius, or without scikit-learn (extra `data`).
    """
    one_of("region", region, ("train", "fresh"))
    if positive_integer("size", size) > 320:
        raise InputError(f"size = {size}: a region is 320 pixels wide")
    load = _scikit_learn().load_sample_image
    photographs = [load(name)[:, side] / 255 for side in (slice(0, 320), slice(320, 640))
                   for name in ("china.jpg", "flower.jpg")]  # fmt: skip
    tiled = [_tiles(photograph, size) for photograph in photographs]
    train, fresh = np.concatenate(tiled[:2]), np.concatenate(tiled[2:])
    X = train if region == "train" else fresh
    labels = np.repeat([0, 1], len(X) // 2)
    name = f"photograph patches ({region})"
    return _dataset(X, labels, (size, size, 3), name, standardized, radius, reference=train)


def _tiles(photograph: np.ndarray, size: int) -> np.ndarray:
    height, width = photograph.shape[0] // size, photograph.shape[1] // size
    grid = photograph[: height * size, : width * size].reshape(height, size, width, size, 3)
    return grid.swapaxes(1, 2).reshape(height * width, -1)


def mnist(
    images_path: PathLike,
    labels_path: PathLike | None = None,
    *,
    standardized: bool = True,
    radius: float | None = None,
) -> Dataset:
    """Images in IDX files such as MNIST's `t10k-images-idx3-ubyte.gz`, plain or gzipped, d = H W (784).

    Args:
        images_path: an IDX file of unsigned bytes (n, H, W).
        labels_path: an IDX file of unsigned bytes (n,), or None.
        standardized: whether to `standardize`; otherwise grey levels in [0, 1].
        radius: norm of each row once standardized; default sqrt(d).

    Raises:
        InputError: for a file that is missing, truncated or not IDX, another number of labels, or a bad radius.
    """
    images = read_idx(images_path, 3)
    labels = None if labels_path is None else read_idx(labels_path, 1)
    if labels is not None and len(labels) != len(images):
        raise InputError(f"{labels_path}: {len(labels)} labels for {len(images)} images")
    return _dataset(
        images.reshape(len(images), -1) / 255, labels, images.shape[1:], Path(images_path).name, standardized, radius
    )


def cifar10(paths: PathLike | Iterable[PathLike], *, standardized: bool = True, radius: float | None = None) -> Dataset:
    """CIFAR-10 from files of its binary version (`data_batch_1.bin`, ...), d = 3072, with labels 0..9.

    The Python version is a pickle and is refused: reading it would run code.

    Args:
        paths: one file, or several to be joined in this order.
        standardized: whether to `standardize`; otherwise grey levels in [0, 1].
        radius: norm of each row once standardized; default sqrt(d).

    Raises:
        InputError: for no file, a file that is missing, truncated or of another format, or a bad radius.
    """
    files = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not files:
        raise InputError("paths is empty: must name at least one file")
    images, labels = (np.concatenate(parts) for parts in zip(*map(read_cifar10, files)))
    return _dataset(images.reshape(len(images), -1) / 255, labels, (32, 32, 3), "CIFAR-10", standardized, radius)


def npz(path: PathLike, key: str = "X", *, standardized: bool = True, radius: float | None = None) -> Dataset:
    """Your own data from an .npz file: array `key` of shape (n, d), (n, H, W) or (n, H, W, 3), optional `labels` (n,).

    Args:
        path: the file, read without pickle.
        key: the name of the array.
        standardized: whether to `standardize`; otherwise the numbers as they are.
        radius: norm of each row once standardized; default sqrt(d).

    Raises:
        InputError: as `read_npz`, or for a last dimension other than 3, another number of labels, or a bad radius.
    """
    arrays = read_npz(path, {key: (2, 3, 4)}, {"labels": 1})
    X, labels = arrays[key], arrays.get("labels") if key != "labels" else None
    if X.ndim == 4 and X.shape[3] != 3:
        raise InputError(f"{path}: array {key!r} has shape {X.shape}: images must be (n, H, W) or (n, H, W, 3)")
    if labels is not None and len(labels) != len(X):
        raise InputError(f"{path}: {len(labels)} labels for {len(X)} samples")
    image_shape = X.shape[1:] if X.ndim > 2 else None
    return _dataset(X.reshape(len(X), -1), labels, image_shape, Path(path).name, standardized, radius)


def _dataset(X, labels, image_shape, name, standardized, radius, reference=None) -> Dataset:
    if labels is not None and labels.dtype.kind in "iu":
        labels = labels.astype(np.int64)
    if not standardized:
        if radius is not None:
            raise InputError(f"radius = {radius!r}: has no meaning with standardized=False")
        return Dataset(X, labels, image_shape, name)
    result = standardize(X, radius, reference=reference)
    return Dataset(result.X, labels, image_shape, name, result.radius, result.mean, result.scale)


def _scikit_learn() -> Any:
    try:
        from sklearn import datasets
    except ImportError as error:
        raise InputError('this data set comes with scikit-learn: pip install "reconlaw[data]"') from error
    return datasets

"""Loaders on files written here, on scikit-learn's data, and on genuine MNIST test files where they are present."""

import gzip
import io
import math
import pickle
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconlaw.numerics import datasets
from reconlaw.numerics.datasets import Dataset, cifar10, digits, mnist, npz, photograph_patches, standardize, to_images
from reconlaw.numerics.files import write_npz
from reconlaw.theory.errors import InputError

MNIST = Path(__file__).parents[1] / ".." / "shared" / "data" / "mnist"


def idx(array: np.ndarray) -> bytes:
    array = np.asarray(array, np.uint8)
    return bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, 3, 4), np.uint8)


# --- standardize ---


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 8), d=st.integers(2, 8), radius=st.floats(0.1, 100))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_standardize(seed, n, d, radius):
    X = 3 + 2 * np.random.default_rng(seed).standard_normal((n, d))
    result = standardize(X, radius)
    np.testing.assert_allclose(np.linalg.norm(result.X, axis=1), radius, rtol=1e-12)
    centred = X - X.mean()
    cosines = (result.X * centred).sum(1) / radius / np.linalg.norm(centred, axis=1)
    np.testing.assert_allclose(cosines, 1, rtol=1e-12)
    np.testing.assert_allclose(standardize(7 * X - 5, radius).X, result.X, rtol=0, atol=1e-9 * radius)
    assert (result.mean, result.scale) == (pytest.approx(X.mean()), pytest.approx(X.std()))


def test_default_radius_is_sqrt_d():
    assert standardize([[1.0, 2.0, 4.0], [0.0, 1.0, 5.0]]).radius == math.sqrt(3)


def test_constant_pixels_are_no_problem_and_per_pixel_scaling_would_be():
    raw = digits(standardized=False).X
    assert list(np.flatnonzero(raw.std(axis=0) == 0)) == [0, 32, 39]
    assert np.isfinite(digits().X).all()


@pytest.mark.parametrize(
    ("X", "radius", "words"),
    [
        (np.full((3, 4), 0.1), None, r"standard deviation of all entries = .* \(their mean: 0.1\)"),
        (np.zeros((3, 4)), None, "must be > 0 and finite"),
        ([[1e200, -1e200]], None, "standard deviation of all entries = inf"),
        ([[0.1, 0.3], [0.2, 0.2]], None, "row 1 is 0.2, the global mean, in every entry"),
        ([[1.0, 2.0]], 0, "radius = 0: must be > 0"),
        ([[1.0, 2.0]], np.nan, "radius = nan: must be finite"),
        ([[1.0, np.nan]], None, r"X\[0, 1\] = nan"),
        ([1.0, 2.0], None, "must have 2 dimensions"),
    ],
)
def test_standardize_refuses(X, radius, words):
    with pytest.raises(InputError, match=words):
        standardize(X, radius)


# --- images and subsets ---


def test_images_come_back_up_to_the_contrast_of_each():
    raw, data = digits(standardized=False), digits(radius=1.0)
    np.testing.assert_array_equal(to_images(raw.X, raw), raw.X.reshape(-1, 8, 8))
    for image, back in zip(raw.X[:20].reshape(-1, 8, 8), to_images(data.X[:20], data)):
        contrast = data.scale * 8 / np.linalg.norm(image - data.mean)
        np.testing.assert_allclose(back - data.mean, contrast * (image - data.mean), atol=1e-12)


def test_average_image_comes_back_exactly():
    """Two images with the same distance from the mean lose nothing."""
    X = np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0]])
    result = standardize(X, 5.0)
    np.testing.assert_allclose(to_images(result.X, Dataset(result.X, None, (2, 2), "x", *result[1:])),
                               X.reshape(2, 2, 2), atol=1e-12)  # fmt: skip


def test_to_images_refuses():
    with pytest.raises(InputError, match=r"3 columns: images of shape \(8, 8\) have 64 pixels"):
        to_images(np.ones((1, 3)), digits())
    with pytest.raises(InputError, match="x has no image shape"):
        to_images(np.ones((1, 3)), Dataset(np.ones((1, 3)), None, None, "x"))


def test_subset():
    data = digits()
    part = data.subset(50, np.random.default_rng(1))
    rows = [int(np.flatnonzero((x == data.X).all(axis=1))[0]) for x in part.X]
    assert len(set(rows)) == 50
    np.testing.assert_array_equal(part.labels, data.labels[rows])
    assert (part.radius, part.mean, part.image_shape) == (data.radius, data.mean, data.image_shape)
    np.testing.assert_array_equal(part.X, data.subset(50, np.random.default_rng(1)).X)
    assert len(data.subset(1797, np.random.default_rng(0)).X) == 1797
    with pytest.raises(InputError, match="n = 1798: digits has 1797 samples"):
        data.subset(1798, np.random.default_rng(0))
    with pytest.raises(InputError, match="n = 0"):
        data.subset(0, np.random.default_rng(0))
    with pytest.raises(InputError, match="rng = 0: must be a numpy Generator"):
        data.subset(2, 0)


# --- scikit-learn's data ---


def test_digits():
    data = digits()
    assert data.X.shape == (1797, 64) and data.X.dtype == np.float64 and data.image_shape == (8, 8)
    np.testing.assert_allclose(np.linalg.norm(data.X, axis=1), 8)
    np.testing.assert_array_equal(np.bincount(data.labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    assert np.linalg.matrix_rank(data.X) == 62
    raw = digits(standardized=False)
    assert (raw.X.min(), raw.X.max(), raw.radius) == (0, 1, None)


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for load in (digits, photograph_patches):
        with pytest.raises(InputError, match=r'pip install "reconlaw\[data\]"'):
            load()


def test_radius_without_standardizing_is_refused():
    with pytest.raises(InputError, match="radius = 1: has no meaning"):
        digits(standardized=False, radius=1)


def test_photograph_patches():
    from sklearn.datasets import load_sample_image

    train, fresh = photograph_patches(standardized=False), photograph_patches(region="fresh", standardized=False)
    assert train.X.shape == fresh.X.shape == (260, 3072) and train.image_shape == (32, 32, 3)
    china, flower = (load_sample_image(name) / 255 for name in ("china.jpg", "flower.jpg"))
    np.testing.assert_array_equal(to_images(train.X[:1], train)[0], china[:32, :32])
    np.testing.assert_array_equal(to_images(train.X[11:12], train)[0], china[32:64, 32:64])  # row by row, 10 in a row
    np.testing.assert_array_equal(to_images(fresh.X[:1], fresh)[0], china[:32, 320:352])
    np.testing.assert_array_equal(to_images(fresh.X[-1:], fresh)[0], flower[12 * 32 : 13 * 32, 608:640])
    np.testing.assert_array_equal(train.labels, np.repeat([0, 1], 130))
    np.testing.assert_array_equal(train.X[130].reshape(32, 32, 3), flower[:32, :32])


def test_regions_share_no_pixel(monkeypatch):
    """Photographs whose pixels are all different numbers: the patches then show which pixels they hold."""

    class Stub:
        @staticmethod
        def load_sample_image(name):
            return np.arange(427 * 640 * 3).reshape(427, 640, 3) * 255.0 + (name == "flower.jpg") * 1e9

    monkeypatch.setattr(datasets, "_scikit_learn", lambda: Stub)
    values = [photograph_patches(size, region, standardized=False).X.ravel()
              for size, region in ((32, "train"), (32, "fresh"), (50, "fresh"))]  # fmt: skip
    assert all(len(np.unique(v)) == len(v) for v in values)
    assert not set(values[0]) & (set(values[1]) | set(values[2]))


def test_regions_share_mean_and_scale():
    train, fresh = photograph_patches(8), photograph_patches(8, "fresh")
    assert (train.mean, train.scale) == (fresh.mean, fresh.scale)
    np.testing.assert_allclose(np.linalg.norm(fresh.X, axis=1), math.sqrt(192))


def test_photograph_patches_refuse():
    with pytest.raises(InputError, match="size = 321: a region is 320 pixels wide"):
        photograph_patches(321)
    with pytest.raises(InputError, match="region = 'test': must be one of train, fresh"):
        photograph_patches(region="test")


# --- IDX ---


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx(tmp_path, pixels, pack):
    (tmp_path / "images").write_bytes(pack(idx(pixels)))
    (tmp_path / "labels").write_bytes(pack(idx([3, 1, 4, 1, 5])))
    data = mnist(tmp_path / "images", tmp_path / "labels", standardized=False)
    np.testing.assert_array_equal(data.X, pixels.reshape(5, 12) / 255)
    np.testing.assert_array_equal(to_images(data.X, data), pixels / 255)
    assert list(data.labels) == [3, 1, 4, 1, 5] and data.labels.dtype == np.int64
    assert mnist(tmp_path / "images").labels is None
    np.testing.assert_allclose(np.linalg.norm(mnist(tmp_path / "images", radius=2).X, axis=1), 2)


def test_idx_refuses(tmp_path, pixels):
    def refuses(content, words):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(InputError, match=words):
            mnist(tmp_path / "file")

    good = idx(pixels)
    refuses(good[:-1], "truncated: 75 bytes, the header promises 76")
    refuses(good + b"0", "too long: 77 bytes, the header promises 76")
    refuses(good[:10], "truncated: 10 bytes, the header alone has 16")
    refuses(b"", "starts with nothing: IDX images start with 00000803")
    refuses(idx([1, 2]), "starts with 00000801: IDX images start with 00000803")
    refuses(bytes((0, 0, 13, 3)) + good[4:], "starts with 00000d03")
    refuses(idx(np.empty((0, 3, 4))), r"shape \(0, 3, 4\): must not be empty")
    refuses(bytes((0, 0, 8, 3)) + b"\xff" * 12, "the header promises 79228162458924105385300197391")
    packed = bytearray(gzip.compress(good))
    refuses(packed[:-9], "truncated or damaged gzip")
    refuses(packed[:12], "truncated or damaged gzip")
    packed[-6] ^= 1
    refuses(packed, "truncated or damaged gzip")
    with pytest.raises(InputError, match="no such file"):
        mnist(tmp_path / "none")
    with pytest.raises(InputError, match="is a directory"):
        mnist(tmp_path)
    (tmp_path / "file").write_bytes(good)
    (tmp_path / "labels").write_bytes(idx([1, 2]))
    with pytest.raises(InputError, match="2 labels for 5 images"):
        mnist(tmp_path / "file", tmp_path / "labels")


@pytest.mark.skipif(not MNIST.exists(), reason="the MNIST test files are not at ../shared/data/mnist")
def test_genuine_mnist():
    data = mnist(MNIST / "t10k-images-idx3-ubyte.gz", MNIST / "t10k-labels-idx1-ubyte.gz")
    assert data.X.shape == (10_000, 784) and data.image_shape == (28, 28)
    assert list(data.labels[:10]) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert (round(data.mean, 4), round(data.scale, 4)) == (0.1325, 0.3105)
    np.testing.assert_allclose(np.linalg.norm(data.X, axis=1), 28)


# --- CIFAR-10 ---


def test_cifar10(tmp_path):
    rng = np.random.default_rng(0)
    labels, planes = rng.integers(0, 10, 6, np.uint8), rng.integers(0, 256, (6, 3, 32, 32), np.uint8)
    records = np.concatenate([labels[:, None], planes.reshape(6, -1)], axis=1)
    first, second = tmp_path / "1.bin", tmp_path / "2.bin"
    first.write_bytes(records[:4].tobytes())
    second.write_bytes(records[4:].tobytes())
    data = cifar10([first, second], standardized=False)
    np.testing.assert_array_equal(data.labels, labels)
    images = to_images(data.X, data)
    for channel in range(3):
        np.testing.assert_array_equal(images[..., channel], planes[:, channel] / 255)
    assert cifar10(str(first)).X.shape == (4, 3072)
    np.testing.assert_array_equal(cifar10(first).X, cifar10((first,)).X)


class Bomb:
    """A pickle that would show if it were ever loaded."""

    def __reduce__(self):
        return exec, ("raise SystemError('the pickle was loaded')",)


def test_cifar10_refuses(tmp_path):
    def refuses(content, words):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(InputError, match=words) as caught:
            cifar10(tmp_path / "file")
        assert "cifar-10-binary.tar.gz" in str(caught.value) and "would run code" in str(caught.value)

    pickled = pickle.dumps(Bomb(), protocol=2)
    refuses(pickled, "a pickle, CIFAR-10's Python version")
    for mode in ("w", "w:gz"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:
            member = tarfile.TarInfo("cifar-10-batches-py/data_batch_1")
            member.size = len(pickled)
            archive.addfile(member, io.BytesIO(pickled))
        refuses(buffer.getvalue(), "an archive")
    refuses(gzip.compress(pickled), "an archive")
    record = bytes([9]) + bytes(3072)
    refuses(record[:-1], "3072 bytes are no whole number of 3073-byte records")
    refuses(record + b"0", "3074 bytes are no whole number")
    refuses(b"", "0 bytes are no whole number")
    refuses(record + bytes([10]) + bytes(3072), "record 1 has label 10, above 9")
    with pytest.raises(InputError, match="paths is empty"):
        cifar10([])
    with pytest.raises(InputError, match="no such file"):
        cifar10(tmp_path / "none.bin")


# --- npz ---


def test_npz(tmp_path):
    path, rng = tmp_path / "mine.npz", np.random.default_rng(0)
    grey, colour = rng.random((4, 2, 3)), rng.random((4, 2, 5, 3))
    write_npz(path, X=grey, colour=colour, flat=grey.reshape(4, 6), labels=np.arange(4), odd=rng.random((4, 2, 3, 2)))
    data = npz(path, standardized=False)
    np.testing.assert_array_equal(to_images(data.X, data), grey)
    assert data.image_shape == (2, 3) and list(data.labels) == [0, 1, 2, 3] and data.name == "mine.npz"
    assert npz(path, "flat").image_shape is None
    np.testing.assert_array_equal(npz(path, "colour", standardized=False).X, colour.reshape(4, 30))
    with pytest.raises(InputError, match=r"'odd' has shape \(4, 2, 3, 2\)"):
        npz(path, "odd")
    with pytest.raises(InputError, match="'Y' is missing"):
        npz(path, "Y")
    write_npz(path, X=grey, labels=np.arange(3))
    with pytest.raises(InputError, match="3 labels for 4 samples"):
        npz(path)

"""Starts from simultaneous diagonalization: of random pencils (Jennrich's algorithm), or of several contractions jointly.

T(., ., w) = X^T diag(lambda_i (x_i . w)) X, with the components as rows of X (q, q): all contractions of an exact tensor are
diagonalized by the same X^{-T}.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eig

from ..arrays import Array
from .joint import joint_diagonalizer
from .symmetric import scaled_to_fit, sum_of_cubes


@dataclass(frozen=True, eq=False)
class Start:
    """Factors (q, q) of a tensor T (q, q, q), the gap of their spectra, and the relative residual."""

    factors: Array
    gap: float
    residual: float

    @classmethod
    def along(cls, T: Array, X: Array, gap: float) -> Start:
        """The rows of X (q, q), with weights by least squares."""
        A = scaled_to_fit(T, X)
        return cls(A, gap, float(np.linalg.norm(T - sum_of_cubes(A)) / np.linalg.norm(T)))


def pencil_start(T: Array, rng: np.random.Generator) -> Start | None:
    """The generalised eigenvectors of the contractions of T (q, q, q) with two random directions; None if they degenerate.

    With A = T(., ., a), B = T(., ., b) the eigenvectors v are the columns of X^{-1}, and A v, B v multiples of the components:
    the longer one is taken. A complex pair, which noise produces, gives its real and imaginary parts, a basis of the
    plane of both; its gap is 0.
    """
    A, B = T @ rng.standard_normal(len(T)), T @ rng.standard_normal(len(T))
    (alpha, beta), vectors = eig(A, B, homogeneous_eigvals=True)
    paired = vectors.imag.any(axis=0)
    second = paired & (np.cumsum(paired) % 2 == 0)  # LAPACK puts conjugates side by side
    v = np.where(second, vectors.imag, vectors.real)
    images = np.stack([A @ v, B @ v])
    X = images[np.linalg.norm(images, axis=1).argmax(axis=0), :, np.arange(len(T))]
    if not np.isfinite(X).all() or not X.any(axis=1).all():
        return None
    return Start.along(T, X, 0.0 if paired.any() else smallest_sine(np.stack([alpha.real, beta.real])))


def joint_start(T: Array, directions: Array) -> tuple[Start, Array] | None:
    """Joint diagonalization of the contractions of T (q, q, q) with the rows of `directions` (L, q); None if it degenerates.

    Also returns V (q, q), the diagonalizing matrix. Only sums over the directions enter, so that more than q of them are
    replaced by the q rows of a square root of directions^T directions.
    """
    if len(directions) > len(T):
        directions = np.linalg.qr(directions)[1]
    joint = joint_diagonalizer(np.tensordot(directions, T, axes=1))
    try:
        X = np.linalg.inv(joint.inverse).T
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(X).all():
        return None
    return Start.along(T, X, smallest_sine(joint.spectra)), joint.inverse


def smallest_sine(spectra: Array) -> float:
    """Smallest sine of the angle between two columns of `spectra` (L, q); 1 if q = 1, 0 if a column vanishes."""
    length = np.linalg.norm(spectra, axis=0)
    if not (np.isfinite(length).all() and length.all()):
        return 0.0
    D = (spectra / length).T
    cosines = D @ D.T
    apart = np.linalg.norm(D[:, None] - cosines[:, :, None] * D, axis=2)  # accurate at small angles
    np.fill_diagonal(apart, 1.0)
    return min(1.0, float(apart.min()))

"""How well theta determines the data at a solution: smallest singular value, redundancy and error bounds.

All three belong to the Jacobian J of theta in relative units. A small J is factored (QR). A large one is never held: it is
made in blocks of rows, and its Gram matrix, with columns scaled to length 1, is factored instead. That squares the
condition number, so singular values below 1e-5 of the largest are not trusted there and J is factored after all. For a Gram
matrix too large for memory there are products only: see `matrix_free`, where some of the facts are bounds or samples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, solve_triangular
from scipy.linalg.blas import dsyrk
from scipy.linalg.lapack import dpotri
from scipy.sparse.linalg import eigsh

from ..arrays import Array
from ..jacobian import relative_jacobian
from .matrix_free import matrix_free
from .problem import Problem, Projection

FACTORED = 2e9
"""Products rows * columns^2 up to which J itself is factored."""
BLOCK_ENTRIES = 2**23
GRAM_BYTES = 2**32
"""Memory up to which the Gram matrix is formed; beyond it `matrix_free` takes over."""
RESOLVED = 1e-10
"""Smallest eigenvalue of the scaled Gram matrix that is trusted."""


class Conditioning:
    """Facts about J at a state.

    Attributes:
        rows: entries of theta that say something of the samples: not zero, and not a multiple of another one's row of J.
        checks: how many entries J has been taken of: these, and with a nuisance the zero ones too (a sample that is flipped
            would show in features that are inactive).
        smallest: smallest singular value of J; 0 if it is singular.
        redundancy: smallest 1 - leverage of a row, of the worst direction of the C outputs at one feature: it does not
            depend on their basis, and so sees that of proportional outputs, or of more outputs than samples, only some
            are equations.
        spreads: (n,) Frobenius norm of the block of the pseudo-inverse that belongs to a sample: an error of size noise
            in every entry of theta moves the sample by about noise * spread of its norm.
    """

    def __init__(self, problem: Problem, state: Projection):
        psi = problem.feature_map
        (n, _), C = state.X.shape, problem.theta.shape[1]
        self._problem, self._state, self._C = problem, state, C
        self._columns = columns(problem, n)
        if 24 * self._columns**2 > GRAM_BYTES:
            self.rows, self.smallest, self.redundancy, self.spreads = matrix_free(problem, state)
            self.checks = len(self.rows)
            return
        self._kept: Array | None = None
        self._nuisance = None if psi.nuisance is None else psi.nuisance / _lengths(psi.nuisance)
        nonzero = problem.theta.ravel() != 0
        checks = self._distinct(np.flatnonzero(nonzero if psi.nuisance is None else np.ones_like(nonzero)))
        self.rows, self.checks = checks[nonzero[checks]], len(checks)
        self._use = np.zeros(problem.theta.size, dtype=bool)
        self._use[checks] = True
        work = float(problem.theta.size) * self._columns**2
        found = self._from_gram() if work > FACTORED else None
        if found is None:
            found = self._from_factors()
        self.smallest, self.redundancy, variances = found
        u = psi.unknowns_per_sample or C  # d = 1: no data columns, the coefficients tell if a sample is there
        self.spreads = np.sqrt(variances[: n * u].reshape(n, u).sum(axis=1))

    def _blocks(self, whole: bool = False) -> Iterator[tuple[slice, Array]]:
        """Rows of J (m C, columns), and where they stand. A J of one block is made once."""
        if self._kept is not None:
            yield slice(0, len(self._kept)), self._kept
            return
        p, C = self._problem.theta.shape
        psi, X, a = self._problem.feature_map, self._state.X, self._state.coefficients
        size = p if whole else max(1, BLOCK_ENTRIES // (C * self._columns))
        for k in range(0, p, size):
            part = psi if size >= p else psi.rows(np.arange(k, min(k + size, p)))
            J = relative_jacobian(part, X, a)
            if self._nuisance is not None:
                J = np.hstack([J, np.kron(self._nuisance[k : k + size], np.eye(C))])
            if size >= p:
                self._kept = J
            yield slice(k * C, k * C + len(J)), J

    def _distinct(self, rows: Array) -> Array:
        """Of the equations `rows`, one for each direction of its row of J: multiples of an equation check nothing."""
        pivot = np.random.default_rng(0).standard_normal(self._columns)
        lengths, keys = np.empty((2, self._problem.theta.size))
        for at, J in self._blocks():
            lengths[at], keys[at] = np.linalg.norm(J, axis=1), np.abs(J @ pivot)
        rows = rows[lengths[rows] > 0]
        if not len(rows):
            return rows
        key = keys[rows] / lengths[rows]  # the same for parallel rows
        order = np.argsort(key)
        keep = np.concatenate([[True], np.diff(key[order]) > 1e-12 * np.linalg.norm(pivot)])
        return np.sort(rows[order[keep]])

    def _worst(self, half: Array) -> float:
        """Largest leverage of the features, from rows (m C, columns) whose Gram matrix has the leverages on its diagonal."""
        blocks = half.reshape(-1, self._C, half.shape[1])
        if self._C == 1:
            return float(np.einsum("ijk,ijk->i", blocks, blocks).max())
        return float(np.linalg.eigvalsh(blocks @ blocks.transpose(0, 2, 1)).max())

    def _from_factors(self) -> tuple[float, float, Array]:
        _, J = next(self._blocks(whole=True))
        J[~self._use] = 0.0
        Q, R = np.linalg.qr(J)
        _, s, right = np.linalg.svd(R)
        redundancy = float(np.clip(1 - self._worst(Q), 0, 1))
        if not s[-1] > 0:
            return 0.0, redundancy, np.full(self._columns, np.inf)
        return float(s[-1]), redundancy, np.sum((right.T / s) ** 2, axis=1)

    def _from_gram(self) -> tuple[float, float, Array] | None:
        N = self._columns
        gram = np.zeros((N, N), order="F")
        for at, J in self._blocks():
            J[~self._use[at]] = 0.0
            gram = dsyrk(1.0, J.T, beta=1.0, c=gram, overwrite_c=True)  # upper triangle
        lengths = np.sqrt(np.diagonal(gram))
        if not lengths.min() > 0:
            return 0.0, 0.0, np.full(N, np.inf)
        try:
            factor = cho_factor(gram / np.outer(lengths, lengths), check_finite=False)[0]
        except LinAlgError:
            return None
        inverse = np.triu(dpotri(factor)[0])
        inverse += np.triu(inverse, 1).T
        start = np.random.default_rng(0).standard_normal(N)
        if not 1 / eigsh(inverse, k=1, v0=start, return_eigenvectors=False)[0] > RESOLVED:
            return None
        worst = 0.0
        for at, J in self._blocks():
            J[~self._use[at]] = 0.0
            half = solve_triangular(factor, (J / lengths).T, trans="T", check_finite=False)
            worst = max(worst, self._worst(half.T))
        inverse /= np.outer(lengths, lengths)
        smallest = 1 / np.sqrt(eigsh(inverse, k=1, v0=start, return_eigenvectors=False)[0])
        return float(smallest), float(np.clip(1 - worst, 0, 1)), np.diagonal(inverse)


def columns(problem: Problem, n: int) -> int:
    """Unknowns of the certificate: data, coefficients and nuisance."""
    nuisance = problem.feature_map.nuisance
    return n * problem.unknowns_per_sample + (0 if nuisance is None else nuisance.shape[1] * problem.theta.shape[1])


def _lengths(columns: Array) -> Array:
    lengths = np.linalg.norm(columns, axis=0)
    return np.where(lengths > 0, lengths, 1)

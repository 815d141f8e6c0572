"""The Gauss-Newton system with the coefficients eliminated, dense or by conjugate gradients.

With P the projector off the span of the features, the residual is R = P theta (p, C), and its derivative along dx_i is
-P D psi(x_i) dx_i a_i^T up to a term of second order (Kaufman 1975). With B_i = P D psi(x_i), which does not depend on the
coefficients, the matrix has blocks `(a_i.a_j) B_i^T B_j`: one Gram matrix for any number of outputs.

Conjugate gradients never form it. For equations in random position the blocks are near multiples of the identity,
`B_i^T B_j ~ m_ij I`, and `(a_i.a_j) m_ij`, an n x n matrix estimated from two random directions, is the preconditioner.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.blas import dsyrk

from ..arrays import Array
from ..feature_map import Linearization
from .problem import Problem, Projection

DENSE_COST = 1e9
"""Products p (n d)^2 up to which the matrix is formed."""
PROBES = 2


class GaussNewton:
    """The system at a state: `gradient` (n, d), and `solve(damping)`."""

    def __init__(self, problem: Problem, state: Projection, tolerance: float):
        self.problem, self.state, self.tolerance = problem, state, tolerance
        a = state.coefficients
        self.outer = a @ a.T
        self.gradient = self._tangent(state.local.vjp(a @ state.residual.T))
        n, d = state.X.shape
        self.dense = len(problem.theta) * (n * d) ** 2 <= DENSE_COST
        if self.dense:
            self._matrix = self._gram()
            self._diagonal = np.einsum("ii->i", self._matrix).copy()
            self._mean = self._diagonal.reshape(n, d).mean(axis=1)
        else:
            self._model = self._kernel()
            self._mean = np.diagonal(self._model).copy()

    def solve(self, damping: float) -> Array | None:
        """(matrix + damping * mean diagonal of each sample)^{-1} gradient, as (n, d); None if it is numerically singular."""
        n, d = self.state.X.shape
        shift = damping * self._mean + 1e-14 * max(float(self._mean.max()), 1e-300)
        if not self.dense:
            return self._conjugate_gradients(shift)
        diagonal = np.einsum("ii->i", self._matrix)  # a view
        diagonal[:] = self._diagonal + np.repeat(shift, d)
        try:
            factor = cho_factor(self._matrix, check_finite=False)
        except LinAlgError:
            return None
        return cho_solve(factor, self.gradient.ravel(), check_finite=False).reshape(n, d)

    def _tangent(self, G: Array) -> Array:
        """Rows of G (n, d) projected on the tangent spaces of the sphere, if there is one."""
        radius = self.problem.feature_map.radius
        if radius is None:
            return G
        X = self.state.X / radius
        return G - np.einsum("nd,nd->n", G, X)[:, None] * X

    def _off(self, W: Array) -> Array:
        """Rows of W (m, p) projected off features and nuisance."""
        basis = self.state.basis
        return W - (W @ basis) @ basis.T

    def _gram(self) -> Array:
        """The matrix in its upper triangle."""
        n, d = self.state.X.shape
        B = self.state.local.jacobian()
        radius = self.problem.feature_map.radius
        if radius is not None:
            B -= np.einsum("pnd,nd->pn", B, self.state.X / radius**2)[:, :, None] * self.state.X
        B = B.reshape(len(B), n * d)
        upper = dsyrk(1.0, B.T)  # B.T is in Fortran order, and not copied
        upper = dsyrk(-1.0, (self.state.basis.T @ B).T, beta=1.0, c=upper, overwrite_c=True)
        upper.T.reshape(n, d, n, d)[:] *= self.outer[:, None, :, None]
        return upper

    @cached_property
    def _local(self) -> Linearization:
        """The state's linearization, in the precision of V: products for a direction, and none in the dense case."""
        psi = self.problem.feature_map
        coarse = psi.coarse()
        return self.state.local if coarse is psi else coarse.at(self.state.X)

    def apply(self, dX: Array) -> Array:
        """The matrix times dX (n, d)."""
        W = self._local.jvp(self._tangent(dX))
        a = self.state.coefficients
        if a.shape[1] < len(a):
            W = a @ self._off(a.T @ W)
        else:
            W = self.outer @ self._off(W)
        return self._tangent(self._local.vjp(W))

    def _kernel(self) -> Array:
        """`(a_i.a_j) m_ij` (n, n), with m_ij the mean of `<B_i z, B_j z>` over random directions z of length 1."""
        n, d = self.state.X.shape
        rng, total = np.random.default_rng(0), np.zeros((n, n))
        for _ in range(PROBES):
            z = rng.choice([-1.0, 1.0], d) / np.sqrt(d)
            W = self._off(self._local.jvp(self._tangent(np.tile(z, (n, 1)))))
            total += W @ W.T
        return self.outer * total / PROBES

    def _conjugate_gradients(self, shift: Array, iterations: int = 60) -> Array | None:
        matrix = self._model + np.diag(shift + 1e-6 * self._mean)
        try:
            factor = cho_factor(matrix, check_finite=False)
        except LinAlgError:
            return None
        x, r = np.zeros_like(self.gradient), self.gradient.copy()
        goal = self.tolerance * np.linalg.norm(r)
        z = self._tangent(cho_solve(factor, r, check_finite=False))
        direction, rz = z, float(np.sum(r * z))
        for _ in range(iterations):
            if np.linalg.norm(r) <= goal or rz <= 0:
                break
            image = self.apply(direction) + shift[:, None] * direction
            step = rz / float(np.sum(direction * image))
            x = x + step * direction
            r = r - step * image
            z = self._tangent(cho_solve(factor, r, check_finite=False))
            rz, before = float(np.sum(r * z)), rz
            direction = z + (rz / before) * direction
        return x

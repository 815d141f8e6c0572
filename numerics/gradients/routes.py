"""From one gradient to a small symmetric tensor: the route of wang2023, as printed and repaired.

Both routes find a subspace V of the batch's dimension and the tensor `sum_i weights_i (V^T x_i)^{(x)3}` in it. Decompose it
with `numerics.decomposition.decompose`; `signs.recover` undoes the reduction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...theory.errors import InputError, one_of, positive_integer
from ..arrays import Array, real_array
from .moments import hidden_moment_operator, hidden_reduced_tensor, moment_operator, moment_product, reduced_tensor
from .regression import hermite_regression, linear_fit, regress_out, regression_fits
from .subspace import hidden_mean_gradients, leading_subspace, mean_gradients


@dataclass(frozen=True, eq=False)
class MomentEstimate:
    """A subspace, and the third-order tensor of the batch in it.

    Attributes:
        V: (d, B) with orthonormal columns.
        tensor: (B, B, B), symmetric, near `sum_i coefficient_i c_p (u.x_i)^(p-3) (V^T x_i)^{(x)3}` for p = `order`.
        order: 3 or 4, of the moment.
        direction: u (B,), in the coordinates of V, for order 4; None for order 3.
        spectrum: at least B numbers, descending: singular values of the matrix whose leading B directions are V.
    """

    V: Array
    tensor: Array
    order: int
    direction: Array | None
    spectrum: Array

    @property
    def gap(self) -> float:
        """1 - s_{B+1}/s_B for the spectrum s: near 1 if B samples stand out of the noise, near 0 if they do not."""
        B = self.V.shape[1]
        following = self.spectrum[B] if len(self.spectrum) > B else 0.0
        return float(1 - following / self.spectrum[B - 1]) if self.spectrum[B - 1] > 0 else 0.0


def moment_estimate(
    W: Array,
    grad_a: Array,
    batch_size: int,
    rng: np.random.Generator,
    *,
    subspace_order: int,
    tensor_order: int,
    grad_W: Array | None = None,
    refinements: int = 4,
) -> MomentEstimate:
    """The repaired route: regression in place of averages, contraction with the first moment, refined subspace.

    1. V from the order-2 moment, or the order-3 moment contracted with the normalized first moment, of the neurons. grad_a
       is taken less its linear fit (its mean, if m < 2 (d + 1)).
    2. V from the mean gradients of `subspace.mean_gradients` in the V before, `refinements` times.
    3. The tensor by least-squares Hermite regression on z_j = V^T w_j. For a grad_a that is a polynomial in z it is exact, so
       V may come from the same neurons (the flaw of wang2023, Proposition 5.6, is in averages). Where the basis is too large
       for m (`regression.regression_fits`), 2. has a lower degree or is skipped, and the tensor is an average of what a
       lower-degree regression leaves, over each half of the neurons in the V of the other half.
       Order 4 is contracted with u = T_2^{-1} T_1, T_p the moments in V, for which all |u.x_i| are the same.

    Args:
        W: (m, d), standard normal.
        grad_a: (m,).
        batch_size: B, at most d.
        rng: for starts.
        subspace_order: 2 if c_2 != 0, else 3.
        tensor_order: 3 if c_3 != 0, else 4.
        grad_W: (m, d), if it is known; then the moments are those of `sum_j grad_W_j (x) H_{p-1}(w_j)`, and V is the exact span
            but for noise on grad_W.
        refinements: 0 for the plain eigenvectors.

    Raises:
        InputError: shapes that do not match, non-finite entries, B > d, other orders, a gradient that is zero.
        ArithmeticError: no convergence of an eigenvalue problem.
    """
    W, g, Y, B = _checked(W, grad_a, grad_W, batch_size, subspace_order, tensor_order)
    positive_integer("refinements", refinements, minimum=0)
    degree = next((p for p in range(tensor_order, 1, -1) if regression_fits(len(W), B, p)), 0)
    steps = refinements if degree or Y is not None else 0
    V, spectrum = _subspace(W, g, Y, B, rng, subspace_order, steps, degree)
    function = g if Y is None else len(W) * (Y @ V)
    if degree == tensor_order:
        return MomentEstimate(V, *_regressed(W @ V, function, tensor_order), spectrum)
    total, direction = np.zeros((B, B, B)), None
    if tensor_order == 4:
        second = V.T @ moment_product(W, _residual(W, g, 1), V, order=2)
        direction = _balanced(_slope(W, g) @ V, second)
    halves = slice(0, len(W) // 2), slice(len(W) // 2, len(W))
    for a, b in (halves, halves[::-1]):
        U, _ = _subspace(W[a], g[a], None if Y is None else Y[a], B, rng, subspace_order, 0, 0)
        back = U.T @ V
        u = None if direction is None else _unit(back @ direction)
        Z = W[b] @ U
        if Y is None:
            half = reduced_tensor(Z, _residual(Z, g[b], tensor_order - 1), order=tensor_order, direction=u)
        else:
            y = len(W) / len(Z) * (Y[b] @ U)  # a sum over half of the neurons
            half = hidden_reduced_tensor(Z, y - y.mean(0), order=tensor_order, direction=u)
        total += np.einsum("abc,ax,by,cz->xyz", half, back, back, back, optimize=True) / 2
    return MomentEstimate(V, total, tensor_order, direction, spectrum)


def paper_estimate(
    W: Array,
    grad_a: Array,
    batch_size: int,
    rng: np.random.Generator,
    *,
    subspace_order: int,
    tensor_order: int,
    grad_W: Array | None = None,
) -> MomentEstimate:
    """Algorithm 1 of wang2023 as printed, with its Remarks 3 and 4: a baseline.

    The neurons that give V give the tensor too; an order that is too high is contracted with a random unit vector of R^d;
    nothing is regressed out. `direction` is then the coordinates of that vector in V, not of norm 1.

    Args and errors: as `moment_estimate`.
    """
    W, g, Y, B = _checked(W, grad_a, grad_W, batch_size, subspace_order, tensor_order)
    u = _unit(rng.standard_normal((W.shape[1],)))
    V, spectrum = _eigenvectors(W, g, Y, B, rng, subspace_order, u)
    if tensor_order == 3:
        T = reduced_tensor(W @ V, g) if Y is None else hidden_reduced_tensor(W @ V, Y @ V)
        return MomentEstimate(V, T, 3, None, spectrum)
    outside = u - V @ (V.T @ u)  # zero only if B = d
    frame = np.column_stack([V, outside / max(np.linalg.norm(outside), 1e-300)])
    inner = _unit(frame.T @ u)
    if Y is None:
        T = reduced_tensor(W @ frame, g, order=4, direction=inner)
    else:
        T = hidden_reduced_tensor(W @ frame, Y @ frame, order=4, direction=inner)
    return MomentEstimate(V, T[:B, :B, :B], 4, V.T @ u, spectrum)


def _subspace(
    W: Array, g: Array, Y: Array | None, B: int, rng: np.random.Generator, order: int, steps: int, degree: int
) -> tuple[Array, Array]:
    """V and its spectrum, by the steps 1 and 2 of `moment_estimate`."""
    direction = _unit(_slope(W, g)) if order == 3 else None
    if Y is None:
        V, spectrum = _eigenvectors(W, _residual(W, g, 1), None, B, rng, order, direction)
    else:
        V, spectrum = _eigenvectors(W, g, Y, B, rng, order, direction, centered=True)
    for _ in range(steps):
        M = mean_gradients(W, g, V, degree) if Y is None else hidden_mean_gradients(W, Y, V, 3)
        vectors, spectrum, _ = np.linalg.svd(M, full_matrices=False)
        V = vectors[:, :B]
    return V, spectrum


def _eigenvectors(
    W: Array,
    g: Array,
    Y: Array | None,
    B: int,
    rng: np.random.Generator,
    order: int,
    direction: Array | None,
    *,
    centered: bool = False,
) -> tuple[Array, Array]:
    u = direction if order == 3 else None
    if Y is None:
        operator = moment_operator(W, g, order=order, direction=u)
    else:
        operator = hidden_moment_operator(W, Y, order=order, direction=u, centered=centered)
    d = W.shape[1]
    V, values = leading_subspace(operator, d, min(B + 1, d), rng)
    return V[:, :B], np.abs(values)


def _regressed(Z: Array, function: Array, order: int) -> tuple[Array, int, Array | None]:
    """The tensor, its order and the direction of contraction, by regression of g (m,) or of m grad_W V (m, B)."""
    if function.ndim == 1:
        moments = hermite_regression(Z, function, order)
        first, second, T = moments[1], moments[2], moments[order]
    else:
        moments = hermite_regression(Z, function, order - 1)
        first, second, T = (
            moments[0],
            moments[1],
            np.mean([np.moveaxis(moments[-1], -1, slot) for slot in range(order)], axis=0),
        )
    if order == 3:
        return T, 3, None
    direction = _balanced(first, second)
    return T @ direction, 4, direction


def _balanced(first: Array, second: Array) -> Array:
    """The unit vector along u with T_2 u = T_1: for independent x_i all products u.x_i = c_1 / c_2 are the same.

    The first moment itself has the products `sum_k coefficient_k x_k.x_i`, small where the coefficient is.
    """
    return _unit(np.linalg.lstsq((second + second.T) / 2, first, rcond=None)[0])


def _residual(W: Array, g: Array, degree: int) -> Array:
    """g less its fit by polynomials of the largest degree, up to that one, that m allows."""
    m, d = W.shape
    allowed = [p for p in range(2, degree + 1) if regression_fits(m, d, p)]
    return regress_out(W, g, max(allowed, default=int(m >= 2 * (d + 1))))


def _slope(W: Array, g: Array) -> Array:
    """The first moment c_1 sum_i coefficient_i x_i."""
    m, d = W.shape
    return linear_fit(W, g)[1] if m >= 2 * (d + 1) else (g - g.mean()) @ W / m


def _unit(v: Array) -> Array:
    size = np.linalg.norm(v)
    if size == 0:
        raise InputError("grad_a: has no first moment to contract with (is the gradient zero?)")
    return v / size


def _checked(
    W: Array, grad_a: Array, grad_W: Array | None, batch_size: int, subspace_order: int, tensor_order: int
) -> tuple[Array, Array, Array | None, int]:
    W, g = real_array("W", W, 2), real_array("grad_a", grad_a, 1)
    Y = None if grad_W is None else real_array("grad_W", grad_W, 2)
    B = positive_integer("batch_size", batch_size)
    one_of("subspace_order", subspace_order, (2, 3)), one_of("tensor_order", tensor_order, (3, 4))
    m, d = W.shape
    if d < B:
        raise InputError(f"batch_size = {B}: must be at most d = {d}")
    if m < 2:
        raise InputError(f"W has shape {W.shape}: must have at least 2 rows")
    for name, value, shape in (("grad_a", g, (m,)), ("grad_W", Y, (m, d))):
        if value is not None and value.shape != shape:
            raise InputError(f"{name} has shape {value.shape}: must have shape {shape}, W has shape {W.shape}")
        if value is not None and not value.any():
            raise InputError(f"{name}: is zero, so it says nothing about the batch")
    return W, g, Y, B

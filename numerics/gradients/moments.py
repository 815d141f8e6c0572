"""Hermite moments of a gradient, as products with few vectors and as small tensors in a subspace.

H_p(w) is the Hermite tensor of order p (H_2 = w w^T - I). For w_j ~ N(0, I) and g_j = sum_i coefficient_i act(w_j.x_i),

    E g H_p(w) = sum_i coefficient_i c_p x_i^{(x)p},       c_p = E act^(p)(Z) for |x_i| = 1        (wang2023, section 4),

and for the gradient of the hidden weights with sum_j a_j = 1, E sum_j grad_W_j (x) H_{p-1}(w_j) is the same tensor.

Contractions are Wick products: :v_1 ... v_p: = H_p(w)(v_1, ..., v_p), v_i standing for w.v_i. In one free slot,

    :w v_1 ... v_n: = w :v_1 ... v_n: - sum_i v_i :prod_{l != i} v_l:                                              (*)

For a unit vector u, :u^n: = He_n(w.u) and :v u^n: = (w.v) He_n(w.u) - n (v.u) He_{n-1}(w.u).

All sums run over blocks of neurons: O(m d k) or O(m k^3) operations, temporaries of bounded size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ...theory.errors import InputError, one_of
from ..arrays import Array, real_array
from .blocks import neuron_blocks


def first_moment(W: Array, g: Array) -> Array:
    """(1/m) sum_j g_j w_j, as (d,): an estimate of c_1 sum_i coefficient_i x_i (wang2023, Proposition A.1).

    Args:
        W: (m, d).
        g: (m,).

    Raises:
        InputError: shapes that do not match, non-finite entries.
    """
    W, g = _neurons(W, g=g)
    return g @ W / len(W)


Operator: TypeAlias = Callable[[Array], Array]
"""Maps V (d, k) to M V (d, k)."""


def moment_operator(W: Array, g: Array, *, order: int, direction: Array | None = None) -> Operator:
    """The symmetric operator M = (1/m) sum_j g_j H_2(w_j), or H_3(., ., u), or H_4(., ., u, u), by its products.

    Args:
        W: (m, d).
        g: (m,).
        order: 2, 3 or 4.
        direction: u, (d,) of norm 1; needed for the orders 3 and 4, refused for order 2.

    Raises:
        InputError: shapes that do not match, non-finite entries, another order, a direction that is missing or not of norm 1.
    """
    W, g = _neurons(W, g=g)
    u = _direction(W.shape[1], one_of("order", order, (2, 3, 4)), 2, direction)
    g = g / len(W)
    return lambda V: _product(W, g, V, order - 2, u)


def hidden_moment_operator(
    W: Array, grad_W: Array, *, order: int, direction: Array | None = None, centered: bool = False
) -> Operator:
    """The operator of `moment_operator`, from the estimate `sum_j grad_W_j (x) H_{order-1}(w_j)` of the tensor.

    That sum is symmetric in all slots but the one of grad_W. It is averaged over the placements of this slot: the
    orthogonal projection onto symmetric tensors, the one symmetric estimate that is linear in the sum and commutes with
    rotations.

    Args:
        W: (m, d).
        grad_W: (m, d).
        order, direction: as in `moment_operator`.
        centered: whether to take grad_W less its mean over the neurons. This changes no expectation, for the Hermite tensors of
            order >= 1 have mean 0, and reduces the variance.

    Raises:
        InputError: as `moment_operator`.
    """
    W, Y = _neurons(W, grad_W=grad_W)
    u = _direction(W.shape[1], one_of("order", order, (2, 3, 4)), 2, direction)
    center = Y.mean(axis=0) if centered else np.zeros(W.shape[1])
    return lambda V: _hidden_product(W, Y, center, V, order - 2, u)


def moment_product(W: Array, g: Array, V: Array, *, order: int, direction: Array | None = None) -> Array:
    """M V, as (d, k), for V (d, k) and the M of `moment_operator`; errors as there."""
    operator = moment_operator(W, g, order=order, direction=direction)
    return operator(_columns(W, V))


def hidden_moment_product(W: Array, grad_W: Array, V: Array, *, order: int, direction: Array | None = None) -> Array:
    """M V, as (d, k), for V (d, k) and the M of `hidden_moment_operator`; errors as there."""
    operator = hidden_moment_operator(W, grad_W, order=order, direction=direction)
    return operator(_columns(W, V))


def reduced_tensor(Z: Array, g: Array, *, order: int = 3, direction: Array | None = None) -> Array:
    """(1/m) sum_j g_j H_3(z_j), or H_4(z_j)(., ., ., u), as (k, k, k).

    Args:
        Z: (m, k), the rows z_j = V^T w_j for orthonormal columns V.
        g: (m,).
        order: 3 or 4.
        direction: u, (k,) of norm 1; needed for order 4, refused for order 3.

    Raises:
        InputError: as `moment_product`.
    """
    Z, g = _neurons(Z, "Z", g=g)
    u = _direction(Z.shape[1], one_of("order", order, (3, 4)), 3, direction)
    return _reduced(Z, g / len(Z), order, u)


def hidden_reduced_tensor(Z: Array, Y: Array, *, order: int = 3, direction: Array | None = None) -> Array:
    """The tensor of `reduced_tensor` estimated by `sum_j y_j (x) H_{order-1}(z_j)`, averaged over the placements, as (k, k, k).

    Args:
        Z: (m, k), the rows z_j = V^T w_j for orthonormal columns V.
        Y: (m, k), the rows y_j = V^T grad_W_j.
        order, direction: as in `reduced_tensor`.

    Raises:
        InputError: as `moment_product`.
    """
    Z, Y = _neurons(Z, "Z", Y=Y)
    k = Z.shape[1]
    u = _direction(k, one_of("order", order, (3, 4)), 3, direction)
    t = Z @ u if order == 4 else np.ones(len(Z))
    slots = _third_powers(Y * t[:, None], Z) - np.multiply.outer(t @ Y, np.eye(k))
    if order == 4:  # :z z u: = z z (z.u) - I (z.u) - z u - u z
        mixed = np.multiply.outer(Y.T @ Z, u)
        slots -= mixed + mixed.transpose(0, 2, 1)
    total = slots + slots.transpose(1, 0, 2) + slots.transpose(1, 2, 0)
    if order == 4:
        total += _reduced(Z, Y @ u, 3, u)
    return total / order


def _he(n: int, t: Array) -> Array:
    """He_n(t) for n <= 2, and 0 for n < 0 (where it is multiplied by 0)."""
    return (np.ones_like(t), t, t * t - 1, np.zeros_like(t))[n]


def _wick(Z: Array, t: Array, cosines: Array, n: int) -> Array:
    """:v u^n: for the columns of Z = W V, with t = W u and cosines = V^T u."""
    P = Z * _he(n, t)[:, None]
    return P if n == 0 else P - n * np.outer(_he(n - 1, t), cosines)


def _product(W: Array, g: Array, V: Array, n: int, u: Array) -> Array:
    """sum_j g_j H_{n+2}(w_j)(., V, u, ..., u) by (*)."""
    total, cosines = np.zeros_like(V), u @ V
    for block in neuron_blocks(len(W), W.shape[1] + 3 * V.shape[1]):
        w, f = W[block], g[block]
        t, Z = w @ u, w @ V
        total += w.T @ (f[:, None] * _wick(Z, t, cosines, n)) - (f @ _he(n, t)) * V
        if n:
            total -= n * np.outer(u, f @ _wick(Z, t, cosines, n - 1))
    return total


def _hidden_product(W: Array, Y: Array, center: Array, V: Array, n: int, u: Array) -> Array:
    """The average over the placements of Y_j - center in sum_j (Y_j - center) (x) H_{n+1}(w_j), contracted with V and n u."""
    cosines = u @ V
    total = n * _product(W, Y @ u - center @ u, V, n - 1, u) if n else np.zeros_like(V)  # in a contracted slot
    for block in neuron_blocks(len(W), 2 * W.shape[1] + 4 * V.shape[1]):
        w, y = W[block], Y[block]
        t, P = w @ u, y @ V - center @ V
        K = _wick(w @ V, t, cosines, n)
        total += y.T @ K - np.outer(center, K.sum(axis=0))  # in the free slot
        total += w.T @ (P * _he(n, t)[:, None]) - n * np.outer(u, _he(n - 1, t) @ P)  # in the slot of V
    return total / (n + 2)


def _reduced(Z: Array, g: Array, order: int, u: Array) -> Array:
    """sum_j g_j H_3(z_j), or H_4(z_j)(., ., ., u) = (z.u) H_3(z) - sum over the slots of u (x) H_2(z)."""
    identity = np.eye(Z.shape[1])
    f = g * (Z @ u) if order == 4 else g
    correction = np.multiply.outer(f @ Z, identity)
    if order == 4:
        correction += np.multiply.outer(u, (g[:, None] * Z).T @ Z - g.sum() * identity)
    return _third_powers(f[:, None] * Z, Z) - correction - correction.transpose(1, 0, 2) - correction.transpose(1, 2, 0)


def _third_powers(Y: Array, Z: Array) -> Array:
    """sum_j y_j (x) z_j (x) z_j, as (k, k, k)."""
    k = Z.shape[1]
    total = np.zeros((Y.shape[1], k * k))
    for block in neuron_blocks(len(Z), k * k):
        z = Z[block]
        total += Y[block].T @ (z[:, :, None] * z[:, None, :]).reshape(len(z), k * k)
    return total.reshape(-1, k, k)


def _neurons(W: Array, name: str = "W", **others: Any) -> tuple[Array, Array]:
    """W and the one other array, checked to have a row for each neuron (and the same columns, if it has columns)."""
    W = real_array(name, W, 2)
    ((other, value),) = others.items()
    value = real_array(other, value, 1 if other == "g" else 2)
    if value.shape != W.shape[: value.ndim]:
        raise InputError(
            f"{other} has shape {value.shape}: must have shape {W.shape[: value.ndim]}, {name} has shape {W.shape}"
        )
    return W, value


def _columns(W: Array, V: Array) -> Array:
    V, d = real_array("V", V, 2), np.shape(W)[1]
    if len(V) != d:
        raise InputError(f"V has shape {V.shape}: must have as many rows as W has columns, {d}")
    return V


def _direction(d: int, order: int, free: int, direction: Array | None) -> Array:
    """The direction, or zeros where nothing is contracted (order = number of free slots)."""
    if (direction is None) != (order == free):
        raise InputError(f"direction = {direction!r}: must be given for an order above {free}, and only then (order = {order})")
    if direction is None:
        return np.zeros(d)
    u = real_array("direction", direction, 1)
    if u.shape != (d,) or abs(u @ u - 1) > 1e-8:
        raise InputError(f"direction has shape {u.shape} and norm {np.linalg.norm(u):.6g}: must be ({d},) and 1")
    return u

"""The batch from moments of the gradient, up to an error of about sqrt(d/m) (`moments`) or 1/sqrt(m) (`rowspace`)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...theory.errors import InputError
from ...theory.gradient_moments.classes import MomentOrders, orders
from ..arrays import Array
from ..decomposition import decompose
from .client import Gradient, TwoLayerNetwork
from .moments import moment_operator
from .regression import linear_fit, regress_out
from .routes import moment_estimate
from .row_space import RowSpace
from .signs import Recovered, recover
from .subspace import leading_subspace

SHUFFLES = 3
STANDS_OUT = 1.2
"""An eigenvalue counts as one of a sample if it exceeds those of shuffled gradients by this factor."""
MOST = 64


def orders_for(network: TwoLayerNetwork, radius: float) -> MomentOrders:
    """Which moments recover the batch.

    Raises:
        InputError: hidden biases that are not all the same, or an activation without a constant of order 3 or 4.
    """
    bias = 0.0 if network.hidden_bias is None else float(network.hidden_bias[0])
    if network.hidden_bias is not None and np.ptp(network.hidden_bias) > 0:
        raise InputError("hidden_bias: must be the same for all neurons, moments average over them")
    return orders(network.activation, bias, radius)


def estimate_from_moments(
    gradient: Gradient, network: TwoLayerNetwork, n: int | None, rng: np.random.Generator, radius: float, *, pencils: int = 10
) -> Recovered:
    """From grad_a alone: span and tensor are moments.

    Raises:
        InputError: as `orders_for`; n > d; n is None and no eigenvalue of the moment stands out.
    """
    used = orders_for(network, radius)
    order = 2 if used.subspace == 2 else 3
    if n is not None and n > network.shape[1]:
        raise InputError(f"n = {n}: moments find at most d = {network.shape[1]} samples")
    if n is None:
        n = detect_batch_size(network.W, gradient.grad_a, order, rng)
    found = moment_estimate(network.W, gradient.grad_a, n, rng, subspace_order=order, tensor_order=used.tensor)
    return _recovered(found.V, found.tensor, network, gradient.grad_a, rng, radius, pencils)


def estimate_in_row_space(
    gradient: Gradient, network: TwoLayerNetwork, space: RowSpace, rng: np.random.Generator, radius: float, *, pencils: int = 10
) -> Recovered:
    """With the span from grad_W: only the tensor is a moment, in as many dimensions as there are samples.

    Raises:
        InputError: as `orders_for`.
    """
    used = orders_for(network, radius)
    V = space.basis
    assert gradient.grad_W is not None
    inner = gradient.grad_W @ V / (len(network.a) * network.a[:, None]) if network.a.all() else None
    order = 2 if used.subspace == 2 else 3
    found = moment_estimate(
        network.W @ V, gradient.grad_a, V.shape[1], rng, subspace_order=order, tensor_order=used.tensor, grad_W=inner
    )
    return _recovered(V @ found.V, found.tensor, network, gradient.grad_a, rng, radius, pencils)


def detect_batch_size(W: Array, grad_a: Array, order: int, rng: np.random.Generator) -> int:
    """The number of eigenvalues of the subspace moment above those of gradients that are shuffled among the neurons.

    Raises:
        InputError: none is.
    """
    m, d = W.shape
    fits = m >= 2 * (d + 1)
    direction = None
    if order == 3:
        direction = linear_fit(W, grad_a)[1] if fits else (grad_a - grad_a.mean()) @ W
        direction = direction / max(np.linalg.norm(direction), 1e-300)
    g = regress_out(W, grad_a, 1) if fits else grad_a - grad_a.mean()

    def values(g: Array, k: int) -> Array:
        return np.abs(leading_subspace(moment_operator(W, g, order=order, direction=direction), d, min(k, d), rng)[1])

    noise = max(float(values(rng.permutation(g), 1)[0]) for _ in range(SHUFFLES))
    k = 8
    while (found := int(np.sum(values(g, k) > STANDS_OUT * noise))) == k and k < min(d, MOST):
        k *= 2
    if found == 0:
        raise InputError(
            "n is not given: no eigenvalue of the moment exceeds those of shuffled gradients: give n, grad_W or more neurons"
        )
    return found


def _recovered(
    V: Array, tensor: Array, network: TwoLayerNetwork, grad_a: Array, rng: np.random.Generator, radius: float, pencils: int
) -> Recovered:
    found = decompose(tensor, V.shape[1], seed=rng, pencils=pencils)
    if radius != 1:  # the features of norm-1 samples under rescaled weights
        network = TwoLayerNetwork(
            radius * network.W, network.a, network.activation, hidden_bias=network.hidden_bias, output_bias=network.output_bias
        )
    unit = recover(V, found.components, network, grad_a)
    return replace(unit, X=radius * unit.X)

"""From the components of the reduced tensor to samples: signs and coefficients by least squares on the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ...theory.errors import InputError
from ..arrays import Array, real_array
from .blocks import neuron_blocks
from .client import TwoLayerNetwork

ENUMERATED = 12
"""Up to 2^12 sign patterns are compared; beyond, single signs are flipped while that helps."""


@dataclass(frozen=True, eq=False)
class Recovered:
    """Samples and coefficients from a decomposition.

    Attributes:
        X: (r, d), rows of norm 1.
        coefficients: (r,), the dL/df(x_i).
        relative_residual: |grad_a - sum_i coefficients_i act(W x_i + b)| / |grad_a|.
        signs_known: whether the gradient determines the signs of the samples. For an odd activation without a hidden bias it
            does not: (x, coefficient) and (-x, -coefficient) give the same gradient. The coefficients are then made positive.
    """

    X: Array
    coefficients: Array
    relative_residual: float
    signs_known: bool


def recover(V: Array, components: Array, network: TwoLayerNetwork, grad_a: Array) -> Recovered:
    """Samples `+-V u_i` of norm 1 and their coefficients, from the components u_i of the reduced tensor.

    The tensor's weights and signs are not used: order 3 cannot tell (weight, u) from (-weight, -u), order 4 has lost the
    sign. Instead grad_a is fitted by `sum_i r_i act(w_j.x_i + b_j)`, linear in r, with each pattern of signs of the x_i; the
    best fit wins. An activation that is a constant plus an odd function (sigmoid) shows the signs in one number only, the
    mean of grad_a: they are known where no two sums `sum_i +-|r_i|` agree within the error.

    The Gram matrix of both signs' features is all it takes: O(m d r) operations, then r x r systems.

    Args:
        V: (d, k) with orthonormal columns.
        components: (r, k), not zero; rescaled to norm 1.
        network: with the W, activation and hidden bias that gave the gradient.
        grad_a: (m,).

    Raises:
        InputError: shapes that do not match, non-finite entries, a component that is zero.
    """
    V, U, g = real_array("V", V, 2), real_array("components", components, 2), real_array("grad_a", grad_a, 1)
    m, d = network.shape
    for name, shape, rule in (("V", V.shape, (d, U.shape[1])), ("grad_a", g.shape, (m,))):
        if shape != rule:
            raise InputError(f"{name} has shape {shape}: must have shape {rule}")
    sizes = np.linalg.norm(U, axis=1, keepdims=True)
    if not sizes.all():
        raise InputError(f"components[{int(np.argmin(sizes))}] is zero: it has no direction")
    X = (U / sizes) @ V.T
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    r, products = len(X), _gram(network, X, g)
    gram, right = products[:-1, :-1], products[:-1, -1]
    signs_known = not (network.activation.parity == "odd" and network.hidden_bias is None)
    columns = _best_columns(gram, right, r) if signs_known else np.arange(r)
    coefficients = np.linalg.lstsq(gram[np.ix_(columns, columns)], right[columns], rcond=None)[0]
    X = np.where(columns < r, 1.0, -1.0)[:, None] * X
    if not signs_known:
        signs = np.where(coefficients < 0, -1.0, 1.0)
        X, coefficients = signs[:, None] * X, signs * coefficients
    size = float(np.linalg.norm(g))
    return Recovered(X, coefficients, _misfit(network, X, coefficients, g) / size if size else 0.0, signs_known)


def _features(network: TwoLayerNetwork, X: Array, block: slice) -> Array:
    bias = 0.0 if network.hidden_bias is None else network.hidden_bias[block]
    return network.activation.value(X @ network.W[block].T + bias)


def _gram(network: TwoLayerNetwork, X: Array, g: Array) -> Array:
    """Inner products of the features of X and of -X, and grad_a, as (2 r + 1, 2 r + 1)."""
    both = np.concatenate([X, -X])
    total = np.zeros((len(both) + 1,) * 2)
    for block in neuron_blocks(len(g), 2 * len(both)):
        rows = np.vstack([_features(network, both, block), g[block]])
        total += rows @ rows.T
    return total


def _misfit(network: TwoLayerNetwork, X: Array, coefficients: Array, g: Array) -> float:
    blocks = neuron_blocks(len(g), 2 * len(X))
    return float(np.sqrt(sum(np.sum((g[b] - coefficients @ _features(network, X, b)) ** 2) for b in blocks)))


def _best_columns(gram: Array, right: Array, r: int) -> Array:
    """The column i or r + i for each sample, by the largest drop of the squared residual."""

    def drop(columns: Array) -> float:
        part = right[columns]
        return float(part @ np.linalg.lstsq(gram[np.ix_(columns, columns)], part, rcond=None)[0])

    start = np.arange(r)
    if r <= ENUMERATED:
        return max((start + r * np.array(pattern) for pattern in product((0, 1), repeat=r)), key=drop)
    pairs = np.linalg.lstsq(gram, right, rcond=None)[0]
    best = start + r * (np.abs(pairs[r:]) > np.abs(pairs[:r]))
    value = drop(best)
    while True:
        flips = [np.where(start == i, (best + r) % (2 * r), best) for i in range(r)]
        values = [drop(columns) for columns in flips]
        if max(values) <= value:
            return best
        best, value = flips[int(np.argmax(values))], max(values)

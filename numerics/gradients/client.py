"""The client of wang2023, section 3: a two-layer network at weights the server chose, and its gradient on one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ...theory.activations import Activation, parse
from ...theory.errors import InputError, positive_integer
from ...theory.memory import refuse_if_too_large
from ..arrays import Array, real_array
from ..random_features import generator
from .blocks import neuron_blocks


@dataclass(frozen=True, eq=False)
class Gradient:
    """What the server sees: derivatives of the loss with respect to the weights.

    Attributes:
        grad_a: (m,) float64, `dL/da_j = sum_i coefficient_i act(w_j.x_i + b_j)`.
        grad_W: (m, d) float64, `dL/dw_j = sum_i coefficient_i a_j act'(w_j.x_i + b_j) x_i`, or None if not released.
    """

    grad_a: Array
    grad_W: Array | None = None


class TwoLayerNetwork:
    """The network f(x) = sum_j a_j act(w_j.x + b_j) + output_bias.

    Args:
        W: (m, d), finite; the rows are w_j.
        a: (m,), finite.
        activation: a name such as `tanh`, `relu+tanh`, `power:3`, or an `Activation`.
        hidden_bias: b, (m,) or one number for all neurons; None for no bias.
        output_bias: a number.

    Attributes:
        W, a, activation, output_bias: as given, in float64.
        hidden_bias: (m,) float64, or None.

    Raises:
        InputError: bad shape, non-finite entries, unknown activation.
    """

    def __init__(self, W: Array, a: Array, activation: str | Activation, *, hidden_bias: Any = None, output_bias: float = 0.0):
        self.W, self.a = real_array("W", W, 2), real_array("a", a, 1)
        self.activation = parse(activation)
        self.hidden_bias = None if hidden_bias is None else real_array("hidden_bias", hidden_bias, (0, 1))
        self.output_bias = float(real_array("output_bias", output_bias, 0))
        m = len(self.W)
        if self.hidden_bias is not None and self.hidden_bias.ndim == 0:
            self.hidden_bias = np.full(m, self.hidden_bias)
        for name, value in (("a", self.a), ("hidden_bias", self.hidden_bias)):
            if value is not None and len(value) != m:
                raise InputError(f"{name} has shape {value.shape}: must have as many entries as W has rows, {m}")

    @classmethod
    def gaussian(
        cls,
        m: int,
        d: int,
        activation: str | Activation,
        seed: int | np.random.Generator,
        *,
        hidden_bias: float = 0.0,
        output_bias: float = 0.0,
    ) -> Self:
        """The server's choice: W with independent N(0, 1) entries, a_j = 1/m, one hidden bias for all neurons."""
        positive_integer("m", m), positive_integer("d", d)
        parse(activation)
        refuse_if_too_large(f"a network with m = {m}, d = {d}", 8 * m * d)
        bias = float(real_array("hidden_bias", hidden_bias, 0))
        W = generator(seed, stream="weights").standard_normal((m, d))
        return cls(W, np.full(m, 1 / m), activation, hidden_bias=bias or None, output_bias=output_bias)

    @property
    def shape(self) -> tuple[int, int]:
        """(m, d)."""
        m, d = self.W.shape
        return m, d

    def outputs(self, X: Array) -> Array:
        """f(x_i) for the rows of X (B, d), as (B,)."""
        X = self._checked(X)
        total = np.full(len(X), self.output_bias)
        for block in neuron_blocks(len(self.W), len(X)):
            total += self.activation.value(self._pre_activations(X, block)) @ self.a[block]
        return total

    def coefficients(self, X: Array, y: Array, *, loss_scale: float) -> Array:
        """dL/df(x_i) = 2 loss_scale (f(x_i) - y_i), as (B,); arguments and errors as in `gradient`."""
        X, y = self._checked(X), real_array("y", y, 1)
        if len(y) != len(X):
            raise InputError(f"y has shape {y.shape}: must have as many entries as X has rows, {len(X)}")
        scale = float(real_array("loss_scale", loss_scale, 0))
        if scale <= 0:
            raise InputError(f"loss_scale = {loss_scale!r}: must be positive")
        with np.errstate(over="ignore", invalid="ignore"):
            coefficients = 2 * scale * (self.outputs(X) - y)
        if not np.isfinite(coefficients).all():
            raise InputError(f"X: the output on row {int(np.argmin(np.isfinite(coefficients)))} overflows")
        return coefficients

    def gradient(self, X: Array, y: Array, *, loss_scale: float, hidden: bool = True) -> Gradient:
        """The gradient of `L = loss_scale sum_i (f(x_i) - y_i)^2`.

        Besides the result, temporaries are of bounded size (blocks over the neurons).

        Args:
            X: (B, d), any norms.
            y: (B,).
            loss_scale: positive. 1 for the plain sum of squares (wang2023, section 3.2), 1/B for a mean over the batch, 0.5 for
                half the sum of squares.
            hidden: whether to compute `grad_W` too.

        Raises:
            InputError: shapes that do not match, non-finite entries, loss_scale not positive, outputs that overflow, a
                `grad_W` that would not fit in memory.
        """
        X = self._checked(X)
        m, d = self.shape
        if hidden:
            refuse_if_too_large(f"the gradient of a network with m = {m}, d = {d}", 16 * m * d)
        coefficients = self.coefficients(X, y, loss_scale=loss_scale)
        grad_a, grad_W = np.empty(m), np.empty((m, d)) if hidden else None
        for block in neuron_blocks(m, len(X)):
            U = self._pre_activations(X, block)
            grad_a[block] = coefficients @ self.activation.value(U)
            if grad_W is not None:
                slopes = coefficients[:, None] * self.activation.derivative(U) * self.a[block]
                np.matmul(slopes.T, X, out=grad_W[block])
        return Gradient(grad_a, grad_W)

    def _pre_activations(self, X: Array, block: slice) -> Array:
        """w_j.x_i + b_j for the neurons of a block, as (B, block)."""
        U = X @ self.W[block].T
        return U if self.hidden_bias is None else U + self.hidden_bias[block]

    def _checked(self, X: Array) -> Array:
        X = real_array("X", X, 2)
        if X.shape[1] != self.W.shape[1]:
            raise InputError(f"X has shape {X.shape}: must have as many columns as W, {self.W.shape[1]}")
        return X

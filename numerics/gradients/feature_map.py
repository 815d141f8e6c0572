"""The feature map of a gradient: `grad = sum_i coefficient_i psi(x_i)`, psi the derivatives of the network's output.

A neuron j gives 1 + d entries, `act(w_j.x + b_j)` for its output weight and `scale a_j act'(w_j.x + b_j) x` for its hidden
weights, in this order; or the first alone. The second is `a_j` times the derivative of the first with respect to w_j.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from ...theory.activations import Activation, even_part, odd_part
from ...theory.counting import Domain, ambiguity
from ..arrays import Array
from ..feature_map import Decoupling, Symmetry
from ..random_features import spans


class Linearized:
    """psi and its derivative at fixed samples X (n, d)."""

    def __init__(self, psi: GradientFeatures, X: Array):
        self._psi, self._X = psi, X
        U = psi.pre_activations(X)
        self._slopes = psi.activation.derivative(U)
        if psi.hidden:
            self._inner = psi.scale * psi.a * self._slopes
            self._curvature = psi.scale * psi.a * psi.activation.second_derivative(U)
        self.features = self._entries(psi.activation.value(U), lambda: self._inner[:, :, None] * X[:, None, :])

    def jvp(self, dX: Array) -> Array:
        dU = dX @ self._psi.W.T
        return self._entries(
            self._slopes * dU,
            lambda: (self._curvature * dU)[:, :, None] * self._X[:, None, :] + self._inner[:, :, None] * dX[:, None, :],
        )

    def vjp(self, W: Array) -> Array:
        psi = self._psi
        if not psi.hidden:
            return (self._slopes * psi.spread(W)) @ psi.W
        parts = psi.spread(W).reshape(len(W), -1, 1 + psi.W.shape[1])
        outer, inner = parts[:, :, 0], parts[:, :, 1:]
        along = self._slopes * outer + self._curvature * np.einsum("njd,nd->nj", inner, self._X)
        return along @ psi.W + np.einsum("nj,njd->nd", self._inner, inner)

    def jacobian(self) -> Array:
        n, d = self._X.shape
        psi = self._psi
        J = np.empty((len(psi.W), 1 + d if psi.hidden else 1, n, d))
        J[:, 0] = self._slopes.T[:, :, None] * psi.W[:, None, :]
        if psi.hidden:
            J[:, 1:] = self._curvature.T[:, None, :, None] * self._X.T[None, :, :, None] * psi.W[:, None, None, :]
            coordinates = np.arange(d)
            J[:, 1 + coordinates, :, coordinates] += self._inner.T
        J = J.reshape(-1, n, d)
        return J if psi.index is None else J[psi.index]

    def _entries(self, outer: Array, inner: Callable[[], Array]) -> Array:
        """(n, p) from the entries of the output weights (n, m) and, where they are wanted, of the hidden ones (n, m, d)."""
        if not self._psi.hidden:
            return self._psi.chosen(outer)
        return self._psi.chosen(np.concatenate([outer[:, :, None], inner()], axis=2).reshape(len(outer), -1))


@dataclass(frozen=True, eq=False)
class GradientFeatures:
    """psi: R^d -> R^p, p = m (1 + d), or m without the hidden weights.

    Args:
        W: (m, d) hidden weights.
        a: (m,) output weights.
        activation: the network's.
        hidden_bias: (m,), or None.
        hidden: whether the derivatives by the hidden weights are there.
        scale: factor of these: with a_j = 1/m they are much smaller than the others.
        domain: `sphere` if the samples are known to have norm `norm`, `free` otherwise.
        index: of the p entries, those kept; None for all.
    """

    W: Array
    a: Array
    activation: Activation
    _: KW_ONLY
    hidden_bias: Array | None = None
    hidden: bool = True
    scale: float = 1.0
    domain: Domain = "sphere"
    norm: float = 1.0
    index: Array | None = None

    coefficient_domain: ClassVar[Literal["real"]] = "real"

    @property
    def shape(self) -> tuple[int, int]:
        m, d = self.W.shape
        return len(self.index) if self.index is not None else m * (1 + d * self.hidden), d

    @property
    def _biased(self) -> bool:
        return self.hidden_bias is not None and bool(np.any(self.hidden_bias))

    @property
    def _scalable(self) -> bool:
        return self.activation.homogeneity is not None and not self._biased

    @property
    def radius(self) -> float | None:
        """The samples' norm; where a scale cannot be known, the coefficient takes it."""
        return None if self.domain == "free" and not self._scalable else self.norm

    @property
    def symmetry(self) -> Symmetry:
        """psi(-x) = -psi(x) for odd, psi(x) for even activations, without a hidden bias."""
        sign = self.activation.parity != "none" and not self._biased
        if self.domain == "sphere" or not self._scalable:
            return Symmetry("none", sign)
        return Symmetry("real" if sign else "positive", sign)

    @property
    def unknowns_per_sample(self) -> int:
        return self.W.shape[1] - (self.radius is not None)

    def ambiguity(self, n: int, outputs: int, *, n_known: bool) -> str | None:
        d = self.W.shape[1]
        if not spans(self.W):
            return f"the rows of W do not span R^{d}: a sample's reflection in their span gives the same gradient"
        if not n_known and self.activation.slopes is not None:
            return f"n is not given, and samples in one cell of the neurons' hyperplanes pass for one: give n if it is {n}"
        if not n_known and self.activation.polynomials and self.domain == "free":
            return f"n is not given, and for a polynomial samples on one line can pass for one: give n if it is {n}"
        if self._biased:
            return None
        return ambiguity(self.activation, n, d, self.domain, outputs)

    @property
    def nuisance(self) -> Array | None:
        """For a piecewise-linear activation the linear map that a flip of samples changes the gradient by."""
        slopes = self.activation.slopes
        return None if slopes is None or abs(slopes[0]) == abs(slopes[1]) or self._biased else self._linear()

    def decoupled(self) -> Decoupling | None:
        """Without a hidden bias, for linear plus even activations the even part, for the sigmoid the odd one."""
        if self._biased:
            return None
        if (even := even_part(self.activation)) is not None:
            return Decoupling(replace(self, activation=even[0]), False, self.W.shape[1], lambda: even[1] * self._linear())
        if (odd := odd_part(self.activation)) is not None:
            return Decoupling(replace(self, activation=odd[0]), True, 1, lambda: odd[1] * self._constant())
        return None

    def features(self, X: Array) -> Array:
        return self.at(X).features

    def at(self, X: Array) -> Linearized:
        return Linearized(self, X)

    def coarse(self) -> GradientFeatures:
        return self

    def rows(self, index: Array) -> GradientFeatures:
        """Some of the p entries, in increasing order; neurons without an entry are left out."""
        width = 1 + self.W.shape[1] * self.hidden
        flat = index if self.index is None else self.index[index]
        neurons, position = np.unique(flat // width, return_inverse=True)
        bias = None if self.hidden_bias is None else self.hidden_bias[neurons]
        return replace(self, W=self.W[neurons], a=self.a[neurons], hidden_bias=bias, index=position * width + flat % width)

    def pre_activations(self, X: Array) -> Array:
        """(n, m)."""
        U = X @ self.W.T
        return U if self.hidden_bias is None else U + self.hidden_bias

    def chosen(self, F: Array) -> Array:
        """The entries kept, of all (n, m (1 + d))."""
        return F if self.index is None else F[:, self.index]

    def spread(self, F: Array) -> Array:
        """All entries (n, m (1 + d)), zero where they are not kept."""
        if self.index is None:
            return F
        whole = np.zeros((len(F), len(self.W) * (1 + self.W.shape[1] * self.hidden)))
        whole[:, self.index] = F
        return whole

    def outer(self) -> GradientFeatures:
        """The derivatives by the output weights alone (of all neurons)."""
        return replace(self, hidden=False)

    def inner_slopes(self, X: Array) -> Array:
        """`scale a_j act'(w_j.x_i + b_j)`, (n, m)."""
        return self.scale * self.a * self.activation.derivative(self.pre_activations(X))

    def _linear(self) -> Array:
        """(p, d): the features of the identity, `w_j.x` and `scale a_j x`, as a matrix on x."""
        if not self.hidden:
            return self.W if self.index is None else self.W[self.index]
        d = self.W.shape[1]
        L = np.concatenate([self.W[:, None, :], (self.scale * self.a)[:, None, None] * np.eye(d)], axis=1).reshape(-1, d)
        return L if self.index is None else L[self.index]

    def _constant(self) -> Array:
        """(p, 1): the features of the constant 1."""
        ones = np.zeros((len(self.W), 1 + self.W.shape[1] * self.hidden))
        ones[:, 0] = 1.0
        return self.chosen(ones.reshape(1, -1)).T

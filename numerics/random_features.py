"""Random-features regression `f(x) = act(V x)^T theta` (iurada2025, section 2), its fit and its feature map."""

from __future__ import annotations

from copy import copy
from typing import Literal, Self
from zlib import crc32

import numpy as np

from ..theory.activations import Activation, even_part, odd_part, parse
from ..theory.counting import Domain, ambiguity, unseparated_probability
from ..theory.errors import InputError, one_of, positive_integer
from .arrays import Array, real_array
from .feature_map import Decoupling, Symmetry


def generator(seed: int | np.random.Generator, *, stream: str | None = None) -> np.random.Generator:
    """The generator itself, or one from a non-negative integer seed.

    A `stream` gives a purpose its own numbers: a search with the seed that the data were drawn with must not draw the data.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    number = positive_integer("seed", seed, minimum=0)
    return np.random.default_rng(
        number if stream is None else np.random.SeedSequence(number, spawn_key=(crc32(stream.encode()),))
    )


def sphere_samples(n: int, d: int, rng: np.random.Generator, radius: float | None = None) -> Array:
    """n points uniform on the sphere of R^d of that radius (sqrt(d) by default), as (n, d) float64."""
    return to_sphere(rng.standard_normal((n, d)), np.sqrt(d) if radius is None else radius)


def to_sphere(X: Array, radius: float) -> Array:
    """The rows of X (n, d) rescaled to norm `radius`."""
    return X * (radius / np.linalg.norm(X, axis=1, keepdims=True))


BLOCK = 2048
"""Rows of a float32 V converted at a time."""


class Linearized:
    """`act(V x_i)` and `act'(V x_i)` at fixed samples X (n, d)."""

    def __init__(self, model: RandomFeatures, X: Array):
        U = model._pre_activations(X)
        self._model = model
        self.features = model.activation.value(U)
        self._slopes = model.activation.derivative(U)

    def jvp(self, dX: Array) -> Array:
        return self._slopes * self._model._pre_activations(dX)

    def vjp(self, W: Array) -> Array:
        return self._model._back(self._slopes * W)

    def jacobian(self) -> Array:
        return self._slopes.T[:, :, None] * self._model.V[:, None, :]


class RandomFeatures:
    """The feature map psi(x) = act(V x) with frozen V.

    Args:
        V: (p, d), finite; float32 is kept (half the memory; products in float64, but for search directions), other types become
            float64.
        activation: a name such as `tanh`, `relu+tanh`, `power:3`, or an `Activation`.
        domain: `sphere` if the samples are known to have norm `radius`, `free` otherwise.
        radius: norm of the samples, sqrt(d) by default (with rows of V ~ N(0, I/d), pre-activations ~ N(0, 1)).

    Raises:
        InputError: bad shape, non-finite entries, unknown activation or domain, radius not positive.
    """

    coefficient_domain: Literal["real"] = "real"

    def __init__(self, V: Array, activation: str | Activation, *, domain: Domain = "sphere", radius: float | None = None):
        self.V = real_array("V", V, 2, keep_float32=True)
        self._products = np.dtype(np.float64)
        self.activation = parse(activation)
        self.domain = one_of("domain", domain, ("sphere", "free"))
        self._radius = float(np.sqrt(self.V.shape[1]) if radius is None else radius)
        if not 0 < self._radius < np.inf:
            raise InputError(f"radius = {radius!r}: must be a positive number")

    @classmethod
    def gaussian(
        cls, p: int, d: int, activation: str | Activation, seed: int | np.random.Generator, *, domain: Domain = "sphere"
    ) -> Self:
        """V with independent N(0, 1/d) entries, shape (p, d)."""
        positive_integer("p", p), positive_integer("d", d)
        parse(activation)
        return cls(generator(seed, stream="weights").standard_normal((p, d)) / np.sqrt(d), activation, domain=domain)

    @property
    def shape(self) -> tuple[int, int]:
        p, d = self.V.shape
        return p, d

    @property
    def radius(self) -> float | None:
        """The samples' norm. A homogeneous activation off the sphere is inverted on it too: the coefficient takes the scale."""
        if self.domain == "free" and self.activation.homogeneity is None:
            return None
        return self._radius

    @property
    def symmetry(self) -> Symmetry:
        sign = self.activation.parity != "none"
        if self.domain == "sphere" or self.activation.homogeneity is None:
            return Symmetry("none", sign)
        return Symmetry("real" if sign else "positive", sign)

    @property
    def unknowns_per_sample(self) -> int:
        return self.shape[1] - (self.radius is not None)

    def ambiguity(self, n: int, outputs: int, *, n_known: bool) -> str | None:
        p, d = self.shape
        if not (spans(self.V[: 4 * d]) or spans(self.V)):
            return f"the rows of V do not span R^{d}: a sample's reflection in their span gives the same features"
        if not n_known and self.activation.slopes is not None:
            chance = unseparated_probability(n + 1, d, p)
            if chance > 1e-6:
                return f"n is not known, and two samples in one cell of V pass for one (chance {chance:.0e})"
        return ambiguity(self.activation, n, d, self.domain, outputs)

    @property
    def nuisance(self) -> Array | None:
        """V for a piecewise-linear activation, linear plus even: flipping samples changes theta by a linear function V c.

        If V c is independent of the Jacobian's columns, no data with the same patterns up to flips meet theta unless
        sum_F a_i x_i = 0. It is dependent when two samples x, -x' share a cell of V: they absorb any small flip.
        """
        slopes = self.activation.slopes
        return None if slopes is None or abs(slopes[0]) == abs(slopes[1]) else self.V

    def decoupled(self) -> Decoupling | None:
        """For linear plus even activations (ReLU, GELU, SiLU, softplus) the even part, for the sigmoid the odd one."""
        p, d = self.shape
        if (even := even_part(self.activation)) is not None:
            return Decoupling(self._with(even[0]), False, d, lambda: even[1] * self.V)
        if (odd := odd_part(self.activation)) is not None:
            return Decoupling(self._with(odd[0]), True, 1, lambda: np.full((p, 1), odd[1]))
        return None

    def _with(self, activation: Activation) -> RandomFeatures:
        return RandomFeatures(self.V, activation, domain=self.domain, radius=self._radius)

    def features(self, X: Array) -> Array:
        return self.activation.value(self._pre_activations(X))

    def at(self, X: Array) -> Linearized:
        return Linearized(self, X)

    def jacobian(self, X: Array) -> Array:
        """d psi_j(x_i) / d x_ik, as (p, n, d)."""
        return self.at(X).jacobian()

    def _pre_activations(self, X: Array) -> Array:
        """V x_i, as (n, p). For products in float64 a float32 V is converted block by block, and never held twice."""
        if self.V.dtype == self._products:
            return X.astype(self._products, copy=False) @ self.V.T
        blocks = [X @ self.V[k : k + BLOCK].T.astype(np.float64) for k in range(0, len(self.V), BLOCK)]
        return np.concatenate(blocks, axis=1)

    def _back(self, W: Array) -> Array:
        """W V for W (n, p), as (n, d)."""
        if self.V.dtype == self._products:
            return W.astype(self._products, copy=False) @ self.V
        total = np.zeros((len(W), self.V.shape[1]))
        for k in range(0, len(self.V), BLOCK):
            total += W[:, k : k + BLOCK] @ self.V[k : k + BLOCK].astype(np.float64)
        return total

    def coarse(self) -> RandomFeatures:
        if self.V.dtype == np.float64:
            return self
        coarse = copy(self)
        coarse._products = self.V.dtype
        return coarse

    def rows(self, index: Array) -> Self:
        return type(self)(self.V[index], self.activation, domain=self.domain, radius=self._radius)

    def fit(self, X: Array, y: Array) -> Array:
        """Minimum-norm least squares `theta = Phi^+ y`, shape (p,) or (p, C).

        Args:
            X: (n, d); on the sphere of the model's radius if its domain is `sphere`.
            y: (n,) or (n, C).

        Raises:
            InputError: shapes that do not match, non-finite entries, samples off the sphere.
        """
        X, y = self._checked(X), real_array("y", y, (1, 2))
        if len(y) != len(X):
            raise InputError(f"y has shape {y.shape}: must have as many rows as X, {len(X)}")
        return np.linalg.lstsq(self.features(X), y, rcond=None)[0]

    def coefficients(self, X: Array, theta: Array) -> Array:
        """The a (n,) or (n, C) with `theta = sum_i act(V x_i) a_i` in least squares; for theta = fit(X, y), a = K^{-1} y."""
        X, theta = self._checked(X), real_array("theta", theta, (1, 2))
        if len(theta) != len(self.V):
            raise InputError(f"theta has shape {theta.shape}: must have as many rows as V, {len(self.V)}")
        return np.linalg.lstsq(self.features(X).T, theta, rcond=None)[0]

    def _checked(self, X: Array) -> Array:
        X = real_array("X", X, 2)
        if X.shape[1] != self.V.shape[1]:
            raise InputError(f"X has shape {X.shape}: must have as many columns as V, {self.V.shape[1]}")
        norms = np.linalg.norm(X, axis=1)
        worst = int(np.argmax(np.abs(norms - self._radius)))
        if self.domain == "sphere" and abs(norms[worst] - self._radius) > 1e-9 * self._radius:
            raise InputError(
                f"X[{worst}] has norm {norms[worst]:.6g}: on the sphere every row must have norm {self._radius:.6g}"
            )
        return X


def linear_labels(X: Array, rng: np.random.Generator, outputs: int | None = None) -> Array:
    """The labels of iurada2025, `y = <x, g> + e` with g ~ N(0, I/d), e ~ N(0, 1/4): (n,), or one column for each output."""
    n, d = X.shape
    columns = () if outputs is None else (outputs,)
    return X @ rng.standard_normal((d, *columns)) / np.sqrt(d) + 0.5 * rng.standard_normal((n, *columns))


def random_instance(activation: str, n: int, d: int, p: int, rng: np.random.Generator) -> tuple[Array, RandomFeatures, Array]:
    """theta (p,), the Gaussian model and X (n, d) uniform on the sphere, with a ~ N(0, I): all drawn anew."""
    model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
    return model.features(X).T @ rng.standard_normal(n), model, X


def spans(V: Array) -> bool:
    """Whether the rows of V (p, d) span R^d: singular values above 1e-7 of the largest column."""
    gram = np.zeros((V.shape[1],) * 2)
    for k in range(0, len(V), BLOCK):
        block = V[k : k + BLOCK].astype(np.float64, copy=False)
        gram += block.T @ block
    largest = float(np.diagonal(gram).max())
    try:
        np.linalg.cholesky(gram - 1e-14 * largest * np.eye(len(gram)))
    except np.linalg.LinAlgError:
        return False
    return largest > 0

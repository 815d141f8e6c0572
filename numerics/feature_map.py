"""The interface of a feature map psi: R^d -> R^p: all that inversion, certificate and matching know of a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import numpy as np

from .arrays import Array

Scale = Literal["none", "positive", "real"]


@dataclass(frozen=True)
class Symmetry:
    """The exact symmetries `psi(c x) = c' psi(x)`: no sample can be known better than up to these.

    Attributes:
        scale: `positive` if every c > 0 is one (a homogeneous activation off the sphere), `real` if every c != 0 is.
        sign: whether c = -1 is one (an odd or even activation).
    """

    scale: Scale = "none"
    sign: bool = False

    @property
    def matching(self) -> Literal["none", "sign", "scale", "positive-scale"]:
        """The name of this symmetry in `reconlaw.match`."""
        if self.scale == "none":
            return "sign" if self.sign else "none"
        return "scale" if self.sign or self.scale == "real" else "positive-scale"


class Linearization(Protocol):
    """psi and its derivative at fixed samples X (n, d), with what they share computed once."""

    features: Array
    """psi(x_i), as (n, p)."""

    def jvp(self, dX: Array) -> Array:
        """D psi(x_i) dx_i for the rows of dX (n, d), as (n, p)."""

    def vjp(self, W: Array) -> Array:
        """D psi(x_i)^T w_i for the rows of W (n, p), as (n, d)."""

    def jacobian(self) -> Array:
        """d psi_j(x_i) / d x_ik, as (p, n, d)."""


@dataclass(frozen=True, eq=False)
class Decoupling:
    """`psi(x) = part(x) + L x` with an even part, or `psi(x) = part(x) + L` with an odd one.

    If L, common to all samples, is fitted freely, the samples' signs leave the problem.

    Attributes:
        part: the even or odd part.
        odd: which of them.
        columns: of L: d for an even part, 1 for an odd one.
        free: makes L, (p, columns).
    """

    part: FeatureMap
    odd: bool
    columns: int
    free: Callable[[], Array]

    def weights(self, X: Array) -> Array:
        """What L is multiplied by, (n, columns)."""
        return np.ones((len(X), 1)) if self.odd else X


class FeatureMap(Protocol):
    """`psi` with its derivative. Shapes: n samples, d coordinates, p features; float64."""

    @property
    def shape(self) -> tuple[int, int]:
        """(p, d)."""

    @property
    def radius(self) -> float | None:
        """Radius of the sphere on which the samples are sought; None if they are free."""

    @property
    def symmetry(self) -> Symmetry: ...

    @property
    def coefficient_domain(self) -> Literal["real", "nonnegative"]: ...

    @property
    def unknowns_per_sample(self) -> int:
        """Unknown coordinates of one sample, without its coefficients."""

    def ambiguity(self, n: int, outputs: int, *, n_known: bool) -> str | None:
        """A structural reason why n samples are not unique however well theta is met; None if none is known."""

    @property
    def nuisance(self) -> Array | None:
        """(p, k) directions in which theta may differ between discrete alternatives (sign flips), to be told from the data."""

    def decoupled(self) -> Decoupling | None:
        """psi without what tells a sample's sign; None if psi is not of this kind."""

    def features(self, X: Array) -> Array:
        """psi of the rows of X (n, d), as (n, p)."""

    def at(self, X: Array) -> Linearization:
        """psi and its derivative at the rows of X (n, d)."""

    def coarse(self) -> FeatureMap:
        """The same map, its products perhaps in single precision: for directions, not for residuals."""

    def rows(self, index: Array) -> Self:
        """The feature map of a subset of the p equations."""

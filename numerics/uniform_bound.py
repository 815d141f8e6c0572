"""The largest deviation of the cross-kernel over the sphere, by ascent: a lower bound of the supremum, never more."""

from __future__ import annotations

import numpy as np

from ..theory.intervals import slope
from .arrays import Array
from .population import kappa, squares
from .random_features import RandomFeatures, sphere_samples, to_sphere


def deviation(model: RandomFeatures, X: Array, Z: Array, mean: float = 0.0) -> tuple[Array, Array]:
    """|g(z)|_2 for each row of Z, g(z) = Phi act(V z) / p - kappa(X z / d) in R^n, and the gradient of |g|^2 / 2 in z.

    Args:
        X: (n, d), Z: (m, d), rows of norm sqrt(d).
        mean: subtracted from the features; its square from kappa.
    """
    p, d = model.shape
    name, T = model.activation.name, Z @ X.T / d
    Phi, U = model.features(X) - mean, Z @ model.V.T
    g = (model.activation.value(U) - mean) @ Phi.T / p - (kappa(name, T) - mean**2)
    gradient = (model.activation.derivative(U) * (g @ Phi)) @ model.V / p - (kappa(name, T, 1) * g) @ X / d
    return np.linalg.norm(g, axis=1), gradient


def ascend(model: RandomFeatures, X: Array, starts: Array, mean: float = 0.0, steps: int = 10) -> tuple[float, float]:
    """The largest deviation at the starts (m, d), and the largest on the way of z -> sqrt(d) gradient / |gradient|."""
    Z, best, first = starts, 0.0, 0.0
    for step in range(steps + 1):
        sizes, gradient = deviation(model, X, Z, mean)
        best, first = max(best, float(sizes.max())), first if step else float(sizes.max())
        Z = to_sphere(gradient, float(np.linalg.norm(starts[0])))
    return first, best


def slope_of_supremum(
    activation: str,
    sizes: list[list[int]],
    along: str,
    p: int,
    centred: bool,
    starts: int,
    ascent: bool,
    rng: np.random.Generator,
) -> float:
    """Slope of the log of the deviation found against log n or log d (`along`), from fresh random problems.

    Each of `sizes` is (n, d, problems), over which the deviation is averaged. Starts: uniform points and the direction of
    the mean row of V. Without `ascent`, uniform points only and no steps.
    """
    mean = float(np.sqrt(squares(activation)[0])) if centred else 0.0

    def found(n: int, d: int) -> float:
        model, X = RandomFeatures.gaussian(p, d, activation, rng), sphere_samples(n, d, rng)
        Z = sphere_samples(starts, d, rng)
        if not ascent:
            return ascend(model, X, Z, mean, 0)[0]
        return ascend(model, X, np.concatenate([Z, to_sphere(model.V.mean(axis=0)[None], np.sqrt(d))]), mean)[1]

    means = [float(np.mean([found(n, d) for _ in range(problems)])) for n, d, problems in sizes]
    return slope([size[along == "d"] for size in sizes], means)

"""Samples that are not isotropic, scaled to the sphere."""

from __future__ import annotations

import numpy as np

from ..theory.errors import InputError, one_of, positive_integer, positive_suffix
from .arrays import Array
from .random_features import RandomFeatures, sphere_samples, to_sphere

LAWS = ("isotropic", "power-law:EXPONENT", "student:DEGREES", "subspace:DIMENSION")


def draw_samples(law: str, n: int, d: int, rng: np.random.Generator) -> Array:
    """n independent samples (n, d) of norm sqrt(d), drawn by one of these laws and then scaled:

    - `isotropic`: standard normal;
    - `power-law:EXPONENT`: normal, coordinate k = 1, ..., d of variance k^-EXPONENT;
    - `student:DEGREES`: independent entries of Student's t distribution;
    - `subspace:DIMENSION`: standard normal in a uniformly random subspace of that dimension, drawn anew at each call.

    V is isotropic, so that a rotation of the samples would change nothing.

    Raises:
        InputError: an unknown law, a number that is missing or not positive, a dimension above d.
    """
    kind = law.partition(":")[0]
    one_of("law", kind, ("isotropic", "power-law", "student", "subspace"))
    if kind == "isotropic":
        return sphere_samples(n, d, rng)
    number = positive_suffix("law", law)
    if kind == "power-law":
        X = rng.standard_normal((n, d)) * np.arange(1, d + 1) ** (-number / 2)
    elif kind == "student":
        X = rng.standard_t(number, (n, d))
    else:
        k = positive_integer("dimension", int(number) if number.is_integer() else number)
        if k > d:
            raise InputError(f"law = {law!r}: the dimension must be at most d = {d}")
        X = rng.standard_normal((n, k)) @ np.linalg.qr(rng.standard_normal((d, k)))[0].T
    return to_sphere(X, np.sqrt(d))


def attack_on(
    law: str, activation: str, n: int, d: int, p: int, rng: np.random.Generator
) -> tuple[Array, RandomFeatures, Array]:
    """theta (p,) with a ~ N(0, I), the Gaussian model, and X (n, d) drawn by `law`."""
    model, X = RandomFeatures.gaussian(p, d, activation, rng), draw_samples(law, n, d, rng)
    return model.features(X).T @ rng.standard_normal(n), model, X

"""A random problem, and the error of a reconstruction."""

import numpy as np

from reconlaw.numerics.matching import match
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples


def problem(activation, n, d, p, seed, *, outputs=None, domain="sphere"):
    rng = np.random.default_rng(seed)
    model = RandomFeatures.gaussian(p, d, activation, rng, domain=domain)
    X = sphere_samples(n, d, rng) if domain == "sphere" else rng.standard_normal((n, d))
    a = rng.standard_normal((n,) if outputs is None else (n, outputs))
    return model, X, a, model.features(X).T @ a


def error(X, found):
    return match(X, found.samples, symmetry=found.symmetry.matching).relative_error

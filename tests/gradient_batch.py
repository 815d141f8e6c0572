"""Batches with their gradient, and how far a reconstruction is from them."""

import numpy as np

from reconlaw.numerics.gradients.client import TwoLayerNetwork
from reconlaw.numerics.matching import match


def unit(X):
    return X / np.linalg.norm(X, axis=1, keepdims=True)


PIECEWISE_LINEAR = ("relu", "leaky_relu:0.1")


def batch(name, B=4, d=40, m=600, seed=0, hidden=True, loss_scale=1.0, **options):
    rng = np.random.default_rng(seed)
    network = TwoLayerNetwork.gaussian(m, d, name, rng, **options)
    X, y = unit(rng.standard_normal((B, d))), rng.choice([-1.0, 1.0], B)
    return network, X, y, network.gradient(X, y, loss_scale=loss_scale, hidden=hidden)


def label_error(network, truth, y, found):
    matched = match(truth, found.samples, found.symmetry.matching)
    labels = found.labels[matched.assignment]
    reflected = np.where(matched.scales < 0, 2 * network.output_bias - labels, labels)
    return matched.relative_error, np.abs(reflected - y).max()

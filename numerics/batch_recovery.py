"""Batches out of one gradient: what the claims on exact recovery share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import Array
from .gradients.client import Gradient, TwoLayerNetwork
from .gradients.inversion import GradientInversion, invert_gradient
from .matching import match
from .random_features import sphere_samples, to_sphere

RECOVERED = 1e-6


def recover_batch(
    X: Array, y: Array, activation: str, m: int, rng: np.random.Generator, *, image_shape: Sequence[int],
    claimed_scale: float = 1.0, trace: bool = True, precision: str = "double",
) -> tuple[dict[str, Any], GradientInversion]:  # fmt: skip
    """A witness of the decider `batch` without its tolerances, and the inversion behind it. The loss has the factor 1.

    Args:
        X: (B, d), rows of norm 1; y: (B,).
        claimed_scale: what the attacker takes the factor of the loss for.
        trace: False changes the first label to the network's output there, so that the sample leaves no trace.
        precision: `double`, or `single` for a gradient rounded to float32.
    """
    network = TwoLayerNetwork.gaussian(m, X.shape[1], activation, rng)
    if not trace:
        y = np.where(np.arange(len(y)) == 0, network.outputs(X), y)
    gradient = network.gradient(X, y, loss_scale=1.0)
    assert gradient.grad_W is not None
    if precision == "single":
        gradient = Gradient(gradient.grad_a.astype(np.float32), gradient.grad_W.astype(np.float32))
    found = invert_gradient(gradient, network, len(X), loss_scale=claimed_scale, seed=rng, starts=4)
    matched = match(X, found.samples, symmetry=found.symmetry.matching)
    labels = np.zeros(len(X)) if found.labels is None else found.labels[matched.assignment]
    witness = {
        "decider": "batch",
        "activation": activation,
        "W": network.W,
        "output_weights": network.a,
        "loss_scale": claimed_scale,
        "grad_a": gradient.grad_a,
        "grad_W": gradient.grad_W,
        "samples": matched.aligned,
        "labels": labels * matched.scales,
        "truth": X,
        "true_labels": y,
        "symmetry": "sign" if network.activation.parity == "odd" else "none",
        "image_shape": list(image_shape),
    }
    return witness, found


def identified_batches(
    activation: str, B: int, d: int, m: int, trials: int, rng: np.random.Generator, *, dependent: bool = False
) -> tuple[int, int]:
    """Of `trials` random batches: how many are identified within `RECOVERED`, and how many `identified` are wrong.

    Samples uniform on the sphere of radius 1 (`dependent`: the last is a combination of the first two), labels +-1. B is
    told for piecewise-linear activations only.
    """
    right = wrong = 0
    for _ in range(trials):
        X, y = sphere_samples(B, d, rng, radius=1.0), rng.choice([-1.0, 1.0], B)
        if dependent:
            X[-1:] = to_sphere(X[:1] + X[1:2], 1.0)
        network = TwoLayerNetwork.gaussian(m, d, activation, rng)
        n = B if network.activation.slopes is not None else None
        found = invert_gradient(network.gradient(X, y, loss_scale=1.0), network, n, seed=rng, starts=2)
        if found.outcome == "identified":
            error = match(X, found.samples, symmetry=found.symmetry.matching).relative_error
            right += error <= RECOVERED and len(found.samples) == B
            wrong += not (error <= RECOVERED and len(found.samples) == B)
    return right, wrong

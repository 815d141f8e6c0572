"""How far the batch estimated from one gradient lies from the true one, for each way to estimate it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...theory.gradient_moments.prediction import predicted_error
from ..arrays import Array
from ..decomposition import decompose
from ..gradients.client import TwoLayerNetwork
from ..gradients.estimate import orders_for
from ..gradients.inversion import invert_gradient
from ..gradients.routes import MomentEstimate, moment_estimate, paper_estimate
from ..gradients.signs import recover
from ..matching import Symmetry, match
from ..random_features import sphere_samples


def trial(rng: np.random.Generator, *, activation: str, B: int, d: int, m: int) -> dict[str, Any]:
    """One gradient, and the RMS error sqrt((1/B) sum_i |x_i - xhat_i|^2) of four estimates, after matching up to parity.

    The batch is uniform on the unit sphere with labels 1, -1, 1, ..; the network has W ~ N(0, I), a = 1/m and no biases.

    - `moments`, `rowspace`: of `invert_gradient`, the second with the gradient of the hidden weights;
    - `eigenvectors`: as `moments`, but the span is that of the eigenvectors of the moment, without refinement;
    - `printed`: Algorithm 1 of wang2023 with its Remarks 3 and 4;
    - `predicted`: that of `eigenvectors` to first order in sqrt(d/m), at this batch.
    """
    X, y = sphere_samples(B, d, rng, 1.0), np.where(np.arange(B) % 2, -1.0, 1.0)
    network = TwoLayerNetwork.gaussian(m, d, activation, rng)
    gradient = network.gradient(X, y, loss_scale=0.5)
    orders = orders_for(network, 1.0)
    subspace, tensor = orders.subspace, orders.tensor
    symmetry: Symmetry = "sign" if network.activation.parity == "odd" else "none"

    def rms(found: Array) -> float:
        return float(np.sqrt(np.mean(match(X, found, symmetry).errors ** 2)))

    def decomposed(estimate: MomentEstimate) -> float:
        components = decompose(estimate.tensor, B, seed=rng).components
        return rms(recover(estimate.V, components, network, gradient.grad_a).X)

    W, g = network.W, gradient.grad_a
    residuals = network.coefficients(X, y, loss_scale=0.5)
    return {
        "moments": rms(invert_gradient(gradient, network, B, route="moments", seed=rng).samples),
        "rowspace": rms(invert_gradient(gradient, network, B, route="rowspace", seed=rng).samples),
        "eigenvectors": decomposed(moment_estimate(W, g, B, rng, subspace_order=subspace, tensor_order=tensor, refinements=0)),
        "printed": decomposed(paper_estimate(W, g, B, rng, subspace_order=subspace, tensor_order=tensor)),
        "predicted": predicted_error(network.activation, X, residuals, m, order=subspace, regressed=1),
    }

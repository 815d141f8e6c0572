"""`simulate_gradient`: what the server of wang2023 observes of one batch, and the batch behind it."""

from __future__ import annotations

import numpy as np

from .numerics.arrays import Array, real_array
from .numerics.gradients.client import TwoLayerNetwork
from .numerics.random_features import generator
from .samples import draw_samples
from .theory.activations import Activation, parse
from .theory.counting import Domain
from .theory.errors import InputError, one_of, positive_integer
from .theory.memory import refuse_if_too_large


def simulate_gradient(
    n: int,
    d: int | None,
    m: int,
    activation: str | Activation,
    *,
    labels: str = "sign",
    loss_scale: float = 1.0,
    hidden_bias: float = 0.0,
    output_bias: float = 0.0,
    hidden: bool = True,
    data: str = "sphere",
    domain: Domain = "sphere",
    seed: int | np.random.Generator = 0,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Draw a network and a batch, take the gradient of `loss_scale sum_i (f(x_i) - y_i)^2`, and return (observed, truth).

    The network is `TwoLayerNetwork.gaussian`: rows of W from N(0, I), a_j = 1/m (wang2023, section 3).

    Args:
        n: samples in the batch, d: dimension (None with real data), m: neurons.
        labels: `sign` (independent signs) or `normal` (independent standard normal numbers).
        loss_scale: positive; 1/n for a mean over the batch.
        hidden_bias, output_bias: numbers; the first is added before, the second after the activation.
        hidden: whether the derivatives by W are observed too.
        data: `sphere`, `digits`, `photographs`, or the path of an .npz file with X, of MNIST images (IDX), or of a binary
            CIFAR-10 file; images are standardized, then scaled to norm 1.
        domain: `sphere` keeps all norms at 1; `free` multiplies them by independent factors in [1/2, 3/2].

    Returns:
        observed: W (m, d), a (m,), grad_a (m,), loss_scale; grad_W (m, d) if `hidden`, hidden_bias (m,) and output_bias where
        they are not zero. truth: X (n, d), y (n,), coefficients (n,) = dL/df(x_i), and image_shape for images.

    Raises:
        InputError: sizes, names or files that are not valid, or a gradient that does not fit in memory.
    """
    positive_integer("n", n), positive_integer("m", m), parse(activation)
    one_of("labels", labels, ("sign", "normal")), one_of("domain", domain, ("sphere", "free"))
    for name, value in (("loss_scale", loss_scale), ("hidden_bias", hidden_bias), ("output_bias", output_bias)):
        real_array(name, value, 0)
    if not loss_scale > 0:
        raise InputError(f"loss_scale = {loss_scale!r}: must be positive")
    rng = generator(seed)
    if d is not None:
        _refuse_if_too_large(n, positive_integer("d", d), m, hidden)
    X, image_shape = draw_samples(n, d, data, rng)
    d = X.shape[1]
    _refuse_if_too_large(n, d, m, hidden)
    X = X / np.sqrt(d)
    if domain == "free":
        X = X * rng.uniform(0.5, 1.5, (n, 1))
    y = rng.choice([-1.0, 1.0], n) if labels == "sign" else rng.standard_normal(n)
    network = TwoLayerNetwork.gaussian(m, d, activation, rng, hidden_bias=hidden_bias, output_bias=output_bias)
    gradient = network.gradient(X, y, loss_scale=loss_scale, hidden=hidden)
    observed = {"W": network.W, "a": network.a, "grad_a": gradient.grad_a, "loss_scale": np.array(float(loss_scale))}
    if gradient.grad_W is not None:
        observed["grad_W"] = gradient.grad_W
    if network.hidden_bias is not None:
        observed["hidden_bias"] = network.hidden_bias
    if network.output_bias:
        observed["output_bias"] = np.array(network.output_bias)
    truth = {"X": X, "y": y, "coefficients": network.coefficients(X, y, loss_scale=loss_scale)}
    if image_shape is not None:
        truth["image_shape"] = np.array(image_shape)
    return observed, truth


def _refuse_if_too_large(n: int, d: int, m: int, hidden: bool) -> None:
    what = f"W of {m} x {d}, its gradient and {n} samples" if hidden else f"W of {m} x {d} and {n} samples"
    refuse_if_too_large(what, 8 * ((1 + hidden) * m * d + 2 * n * d))

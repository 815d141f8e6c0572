"""`simulate_parameters`: what an attacker observes of a trained random-features model, and the truth behind it."""

from __future__ import annotations

import numpy as np

from .numerics.arrays import Array
from .numerics.random_features import RandomFeatures, generator
from .samples import draw_samples
from .theory.activations import Activation, parse
from .theory.counting import Domain
from .theory.errors import one_of, positive_integer
from .theory.memory import refuse_if_too_large


def simulate_parameters(
    n: int,
    d: int | None,
    p: int,
    activation: str | Activation,
    *,
    outputs: int = 1,
    labels: str = "linear",
    initial: str = "zero",
    data: str = "sphere",
    domain: Domain = "sphere",
    seed: int | np.random.Generator = 0,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Draw a model and data, train to minimum distance from the start, and return (observed, truth).

    Args:
        n: samples, d: dimension (None with real data), p: features.
        outputs: C; theta has shape (p,) for C = 1 and (p, C) above.
        labels: `linear` (iurada2025's: <x, g> + e, g ~ N(0, I/d), e ~ N(0, 1/4)), or `sign` (independent signs).
        initial: start at theta0 = 0, or at independent standard normal parameters.
        data: `sphere`, `digits`, `photographs`, or the path of an .npz file with X, of MNIST images (IDX), or of a binary
            CIFAR-10 file.
        domain: `sphere` keeps all norms at sqrt(d); `free` multiplies them by independent factors in [1/2, 3/2].

    Returns:
        observed: theta, V, and theta0 unless zero. truth: X (n, d), y, a with `theta - theta0 = sum_i a_i act(V x_i)`
        in least squares, and image_shape for images.

    Raises:
        InputError: sizes, names or files that are not valid.
    """
    for name, value in (("n", n), ("p", p), ("outputs", outputs)):
        positive_integer(name, value)
    one_of("labels", labels, ("linear", "sign")), one_of("initial", initial, ("zero", "normal"))
    one_of("domain", domain, ("sphere", "free")), parse(activation)
    rng = generator(seed)
    if d is not None:
        positive_integer("d", d)
        refuse_if_too_large(f"V of {p} x {d} and the features of {n} samples", 8 * (3 * p * d + 3 * n * p + 2 * n * d))
    X, image_shape = draw_samples(n, d, data, rng)
    d = X.shape[1]
    if domain == "free":
        X = X * rng.uniform(0.5, 1.5, (n, 1))
    model = RandomFeatures.gaussian(p, d, activation, rng, domain=domain)
    shape = (n,) if outputs == 1 else (n, outputs)
    if labels == "sign":
        y = rng.choice([-1.0, 1.0], shape)
    else:
        g = rng.standard_normal((d, *shape[1:])) / np.sqrt(d)
        y = X @ g + 0.5 * rng.standard_normal(shape)
    theta0 = rng.standard_normal((p, *shape[1:])) if initial == "normal" else np.zeros((p, *shape[1:]))
    change = model.fit(X, y - model.features(X) @ theta0)
    observed = {"theta": theta0 + change, "V": model.V}
    if initial == "normal":
        observed["theta0"] = theta0
    truth = {"X": X, "y": y, "a": model.coefficients(X, change)}
    if image_shape is not None:
        truth["image_shape"] = np.array(image_shape)
    return observed, truth

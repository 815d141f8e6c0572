"""Decides a batch reconstructed from one gradient, in floating point: does it have that gradient, and is it the true batch?

It computes the gradient of the square loss itself, at the samples and labels found. Floating evidence: an exact zero of an
overdetermined system cannot be certified by balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...theory.activations import parse
from ...theory.errors import InputError, one_of
from ..verdict import Decision
from .keys import check_keys
from .superposition import _matrix, _positive

KEYS = {"decider", "activation", "W", "output_weights", "loss_scale", "grad_a", "grad_W", "samples", "labels", "truth",
        "true_labels", "symmetry", "residual_tolerance", "error_tolerance", "image_shape"}  # fmt: skip


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide that samples and labels have the gradient, and are the truth.

    Keys: activation, W (m, d), output_weights (m), loss_scale, grad_a (m), grad_W (m, d), samples and truth (B, d) and labels and
    true_labels (B) in one order, symmetry (`none`, or `sign` for odd activations: (x, y) ~ (-x, -y)), residual_tolerance of
    both gradients (the root of the sum of squares) and error_tolerance of samples and labels (relative to the norm of the
    sample); image_shape, for pictures only. Slack: log10 of tolerance over what was found, the smaller of both.

    Raises:
        InputError: a key missing or unknown, shapes that do not fit, a non-finite entry, an activation that is not odd with
            symmetry `sign`, a gradient or a true sample that is zero.
    """
    check_keys(witness, "batch", KEYS)
    W, G, X, truth = (_matrix(dict(witness), key) for key in ("W", "grad_W", "samples", "truth"))
    a, g, y, labels = (_matrix(dict(witness), key)[:, 0] for key in ("output_weights", "grad_a", "labels", "true_labels"))
    if G.shape != W.shape or a.shape != g.shape or len(a) != len(W) or X.shape != truth.shape or X.shape[1] != W.shape[1]:
        raise InputError(
            f"witness: shapes of W, grad_W, samples, truth do not fit: {W.shape}, {G.shape}, {X.shape}, {truth.shape}"
        )
    if y.shape != labels.shape or len(y) != len(X):
        raise InputError(f"witness: {len(y)} labels and {len(labels)} true_labels for {len(X)} samples")
    scale = witness["loss_scale"]
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 0 < scale < np.inf:
        raise InputError(f"witness loss_scale = {scale!r}: must be a positive number")
    activation = parse(str(witness["activation"]))
    odd = one_of("witness symmetry", witness["symmetry"], ("none", "sign")) == "sign"
    if odd and activation.parity != "odd":
        raise InputError(f"witness symmetry = 'sign': {activation.name} is not odd")
    if not g.any() or not G.any() or not truth.any(axis=1).all():
        raise InputError("witness: a gradient or a true sample is zero, so that no relative error exists")
    U = X @ W.T
    coefficients = 2 * scale * (activation.value(U) @ a - y)
    missed_a = np.linalg.norm(g - coefficients @ activation.value(U)) / np.linalg.norm(g)
    missed_W = np.linalg.norm(G - (coefficients[:, None] * activation.derivative(U) * a).T @ X) / np.linalg.norm(G)
    residual = float(np.hypot(missed_a, missed_W))
    sizes = np.linalg.norm(truth, axis=1)
    errors = [_errors(truth - s * X, sizes, labels - s * y) for s in ((1, -1) if odd else (1,))]
    error = float(np.min(errors, axis=0).max())
    found = f"relative residual {residual:.1e}, largest relative error of a sample or label {error:.1e}"
    tolerances = _positive(dict(witness), "residual_tolerance"), _positive(dict(witness), "error_tolerance")
    margin = float(min(np.log10(tolerances[0] / max(residual, 1e-300)), np.log10(tolerances[1] / max(error, 1e-300))))
    if margin >= 0:
        return Decision("holds", "floating", "both", margin, f"the batch is found: {found}")
    if residual <= tolerances[0]:
        return Decision("fails", "floating", "both", margin, f"another batch has this gradient: {found}")
    return Decision("undecided", "floating", "both", None, f"the gradient is not met: {found}")


def _errors(samples: np.ndarray, sizes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.maximum(np.linalg.norm(samples, axis=1) / sizes, np.abs(labels))

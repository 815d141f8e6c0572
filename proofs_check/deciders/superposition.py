"""Decides a reconstruction in floating point: does it meet theta, and is it the truth up to the stated symmetry?

It evaluates `sum_i act(V x_i) a_i` itself from the activation. Floating evidence: an exact zero of an overdetermined system
cannot be certified by balls.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...theory.activations import Activation, parse
from ...theory.errors import InputError, one_of
from ..verdict import Decision

SYMMETRIES = ("none", "sign")
STATEMENTS = ("recovered", "wrong zero")


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `recovered` (theta met, every sample within the tolerance) or `wrong zero` (theta met, a sample far off).

    A wrong zero is far from a true sample in every row, up to the activation's own symmetries, and truth meets theta too.

    Keys: activation, V (p, d), samples (n, d) in the order of truth (m, d), coefficients (n, C), theta (p, C), symmetry,
    residual_tolerance and error_tolerance (relative). Slack: log10 of tolerance over what was found, the smaller of both.

    Raises:
        InputError: a missing key, shapes that do not fit, or a non-finite entry.
    """
    statement = one_of("witness statement", witness.get("statement"), STATEMENTS)
    V, X, a, theta, truth = (_matrix(witness, key) for key in ("V", "samples", "coefficients", "theta", "truth"))
    if V.shape[1] != X.shape[1] or X.shape != truth.shape or a.shape != (len(X), theta.shape[1]) or len(theta) != len(V):
        shapes = ", ".join(map(str, (V.shape, X.shape, a.shape, theta.shape, truth.shape)))
        raise InputError(f"witness: shapes of V, samples, coefficients, theta, truth do not fit: {shapes}")
    symmetry = one_of("witness symmetry", witness.get("symmetry"), SYMMETRIES)
    activation = parse(str(witness.get("activation")))
    if symmetry == "sign" and activation.parity == "none":
        raise InputError(f"witness symmetry = 'sign': {activation.name} is neither odd nor even")
    if not theta.any() or not truth.any(axis=1).all():
        raise InputError("witness: theta or a true sample is zero, so that no relative error exists")
    residual_tolerance, error_tolerance = (_positive(witness, key) for key in ("residual_tolerance", "error_tolerance"))
    residual = _relative(theta, activation.value(V @ X.T) @ a)
    if statement == "wrong zero":
        features = activation.value(V @ truth.T)
        if not _relative(theta, features @ np.linalg.lstsq(features, theta, rcond=None)[0]) <= residual_tolerance:
            raise InputError("witness truth: theta is no superposition of its features")
        errors = _distances_to_nearest(truth, X, activation)
    else:
        errors = np.linalg.norm(truth - X, axis=1)
        if symmetry == "sign":
            errors = np.minimum(errors, np.linalg.norm(truth + X, axis=1))
        errors = errors / np.linalg.norm(truth, axis=1)
    error = float(np.max(errors))
    found = f"relative residual {residual:.1e}, largest relative error {error:.1e}"
    margin = np.log10(residual_tolerance / max(residual, 1e-300))
    margin = min(margin, np.log10(error_tolerance / max(error, 1e-300)) * (1 if statement == "recovered" else -1))
    if margin >= 0:
        return Decision("holds", "floating", "both", float(margin), f"{statement}: {found}")
    if residual <= residual_tolerance:
        return Decision("fails", "floating", "both", float(margin), f"theta is met but not {statement}: {found}")
    return Decision("undecided", "floating", "both", None, f"theta is not met: {found}")


def _relative(theta: np.ndarray, fitted: np.ndarray) -> float:
    return float(np.linalg.norm(theta - fitted) / np.linalg.norm(theta))


def _distances_to_nearest(truth: np.ndarray, X: np.ndarray, activation: Activation) -> np.ndarray:
    """Relative distance of each true sample to the nearest row of X or, for a homogeneous activation, to its direction."""
    sizes = np.linalg.norm(truth, axis=1)
    if activation.homogeneity is not None:
        lengths = np.linalg.norm(X, axis=1, keepdims=True)
        X, truth, sizes = X / np.where(lengths > 0, lengths, 1), truth / sizes[:, None], np.ones(len(truth))
    signs = (1,) if activation.parity == "none" else (1, -1)
    return np.min([np.linalg.norm(truth[:, None] - s * X, axis=2).min(axis=1) for s in signs], axis=0) / sizes


def _matrix(witness: dict[str, Any], key: str) -> np.ndarray:
    try:
        value = np.asarray(witness[key])
    except KeyError:
        raise InputError(f"witness: the superposition decider needs the key {key!r}") from None
    except (TypeError, ValueError):
        raise InputError(f"witness {key}: must be a matrix of numbers") from None
    if value.dtype.kind not in "iuf":
        raise InputError(f"witness {key}: must be a matrix of numbers")
    value = value.astype(float)
    value = value[:, None] if value.ndim == 1 else value
    if value.ndim != 2 or not value.size or not np.isfinite(value).all():
        raise InputError(f"witness {key}: must be a non-empty matrix of finite numbers")
    return value


def _positive(witness: dict[str, Any], key: str) -> float:
    value = witness.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise InputError(f"witness {key} = {value!r}: must be a number between 0 and 1")
    return float(value)

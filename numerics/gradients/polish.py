"""The samples to rounding error, as an inverse problem of the house.

With the gradient of the hidden weights the samples are sought in its row space, where they have as few coordinates as there are
samples; the network's weights there are W V. Without it they are sought in all of R^d from the output weights alone, which is
the problem of iurada2025 with V = W.

A search on the output weights is preferred as long as they suffice: for piecewise-linear activations the derivatives by the
hidden weights jump as the samples move. They are then predicted by the result, and join for the last steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.linalg import solve_triangular

from ...theory.counting import Domain
from ..arrays import Array
from ..inversion import Certificate, Inversion, Outcome, invert, levenberg_marquardt
from ..inversion.certificate import THETA_ROUNDING, TOLERANCE, ZERO_RESIDUAL, certify
from ..inversion.problem import Problem, Projection
from .client import Gradient, TwoLayerNetwork
from .feature_map import GradientFeatures
from .row_space import RowSpace
from .signs import Recovered

SPARE, AMPLE = 1.05, 3.0
"""Equations per unknown from which the output weights are searched first: with a kink, and without."""
NEARLY = 1e-4
"""Relative residual below which noise is a better guess than a wrong model."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Samples (n, d), coefficients (n,), and what may be claimed of them; `residual` is of all the weights that were used."""

    samples: Array
    coefficients: Array
    residual: float
    outcome: Outcome | Literal["estimate"]
    reason: str
    certificate: Certificate | None
    history: tuple[dict[str, Any], ...]


def unpolished(estimate: Recovered) -> Solution:
    """An estimate from moments as it is."""
    reason = f"from moments, not polished: relative residual {estimate.relative_residual:.1e} of grad_a"
    return Solution(estimate.X, estimate.coefficients, estimate.relative_residual, "estimate", reason, None, ())


def polish_output_weights(
    gradient: Gradient, psi: GradientFeatures, n: int | None, start: Array | None, rng: np.random.Generator, starts: int
) -> Solution:
    """From grad_a alone; start (n, d) or None."""
    found = invert(gradient.grad_a, psi, n, seed=rng, starts=starts, start=start)
    return Solution(
        found.samples,
        found.coefficients,
        found.residual,
        found.outcome,
        found.certificate.reason,
        found.certificate,
        found.history,
    )


def polish_in_row_space(
    gradient: Gradient,
    network: TwoLayerNetwork,
    space: RowSpace,
    n: int | None,
    start: Array | None,
    rng: np.random.Generator,
    starts: int,
    *,
    domain: Domain,
    radius: float,
) -> Solution:
    """From both; start (n, d) or None."""
    assert gradient.grad_W is not None
    V, k = _at_least_a_plane(space.basis), space.basis.shape[1]
    G = gradient.grad_W @ V
    scale = float(np.linalg.norm(gradient.grad_a) / np.linalg.norm(G)) or 1.0
    whole = GradientFeatures(
        network.W @ V, network.a, network.activation, hidden_bias=network.hidden_bias, scale=scale, domain=domain, norm=radius,
    )  # fmt: skip
    theta = np.column_stack([gradient.grad_a, scale * G]).ravel()
    problem, norm = Problem.checked(theta, whole)
    best: tuple[Projection, float | None] | None = None
    history: list[dict[str, Any]] = []
    count = k if n is None else n
    for psi in (whole.outer(), whole):
        enough = len(gradient.grad_a) > (SPARE if psi.activation.regularity == "piecewise" else AMPLE) * count * (
            psi.unknowns_per_sample + 1
        )
        if not psi.hidden and not (enough and gradient.grad_a.any()):
            continue
        found = invert(
            theta if psi.hidden else gradient.grad_a,
            psi,
            count,
            seed=rng,
            starts=starts,
            start=start if start is None else start @ V,
        )
        history += found.history
        predicted = found.certificate.held_out_residual if psi.hidden else None
        if not psi.hidden and found.residual <= ZERO_RESIDUAL:
            predicted = _prediction_error(theta, whole, found)
        state = levenberg_marquardt(problem, found.samples)
        if best is None or state.loss < best[0].loss:
            best = state, predicted
        if state.loss <= ZERO_RESIDUAL**2:
            break
    assert best is not None
    state, predicted = best
    outcome, certificate = certify(problem, state, predicted, n_known=n is not None)
    outcome, certificate = _with_span(outcome, certificate, whole, state, space, scale * float(np.linalg.norm(G)) / norm)
    if outcome == "stalled":
        certificate = replace(certificate, reason=f"{certificate.reason}; {_why_stalled(state.loss, n, k)}")
    missed = state.loss + (scale * np.linalg.norm(G) / norm * space.residual) ** 2
    return Solution(
        state.X @ V.T, state.coefficients[:, 0] * norm, float(np.sqrt(missed)), outcome, certificate.reason, certificate,
        tuple(history),
    )  # fmt: skip


def _why_stalled(loss: float, n: int | None, rank: int) -> str:
    if loss < NEARLY**2:
        return "so near that the gradient seems to carry noise, or single precision"
    other = "another activation, radius or bias, or a search that ended too early"
    if n is not None:
        return other
    return f"n = {rank} is the rank of grad_W, and of dependent samples there are more (then give n); or {other}"


def _at_least_a_plane(V: Array) -> Array:
    """V (d, k), with a second column if k = 1 < d: on a line the sphere is two points, and nothing would check a sample."""
    d, k = V.shape
    if k > 1 or d == 1:
        return V
    other = np.zeros((d, 1))
    other[np.argmin(np.abs(V[:, 0]))] = 1.0
    other -= V * (V[:, 0] @ other[:, 0])
    return np.hstack([V, other / np.linalg.norm(other)])


def _prediction_error(theta: Array, whole: GradientFeatures, found: Inversion) -> float:
    """Of the hidden weights, relative, by samples and coefficients that have not seen them."""
    missed = theta - whole.features(found.samples).T @ found.coefficients
    missed, observed = (array.reshape(len(whole.W), -1)[:, 1:] for array in (missed, theta))
    return float(np.linalg.norm(missed) / np.linalg.norm(observed))  # grad_W is not zero


def _with_span(
    outcome: Outcome, certificate: Certificate, whole: GradientFeatures, state: Projection, space: RowSpace, share: float
) -> tuple[Outcome, Certificate]:
    """The certificate in the row space, and what leaves it: `grad_W` off the row space is `D^T X_off`, D as in `row_space`.

    share: the norm of grad_W in relative units.
    """
    D = whole.inner_slopes(state.X) * state.coefficients  # (n, m)
    R = np.linalg.qr(D.T, mode="r")
    diagonal = np.abs(np.diagonal(R))
    if len(R) < len(D) or not diagonal.min() > 1e-12 * diagonal.max():
        certificate = replace(certificate, error_bounds=np.full(len(D), np.inf))
        reason = "the slopes act'(w_j.x_i + b_j) of the samples are dependent: grad_W does not bound their span"
        return ("underdetermined", replace(certificate, reason=reason)) if outcome == "identified" else (outcome, certificate)
    rows = np.linalg.norm(solve_triangular(R, np.eye(len(R))), axis=1)
    off = share * max(space.residual, THETA_ROUNDING) * rows / np.linalg.norm(state.X, axis=1)
    certificate = replace(certificate, error_bounds=np.hypot(certificate.error_bounds, off))
    if outcome == "identified" and not space.residual * share <= ZERO_RESIDUAL:
        return "stalled", replace(
            certificate, reason=f"grad_W leaves its row space of rank {len(space.basis.T)} by {space.residual:.1e}"
        )
    if outcome == "identified" and not certificate.error_bounds.max() <= TOLERANCE:
        reason = f"error bound {certificate.error_bounds.max():.1e} of a sample exceeds {TOLERANCE:.0e}"
        return "underdetermined", replace(certificate, reason=reason)
    return outcome, certificate

"""What may be claimed of a reconstruction: equations against unknowns, conditioning, redundancy, held-out prediction.

`identified` needs all of: a residual at rounding level; more equations than unknowns; a Jacobian of full rank;
redundancy, that is no single equation on which the solution depends without anything to check it (leverage 1);
no set of samples that can be flipped exactly; error bounds below tolerance, which excludes coefficients too small to
carry their sample; and held-out equations predicted, where there are enough to hold any out. An exact zero of an
overdetermined system cannot be certified by balls, so the evidence is always floating.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..arrays import Array
from .conditioning import Conditioning, columns
from .flips import exact_flip
from .problem import Problem, Projection

Outcome = Literal["identified", "underdetermined", "stalled"]

ZERO_RESIDUAL = 1e-12
"""Relative residual up to which theta counts as met: rounding, amplified by the fit that produced theta."""
TOLERANCE = 1e-6
"""First-order error bound of a sample, relative to its norm, up to which it counts as determined."""
REDUNDANCY = 1e-6
"""Smallest 1 - leverage of an equation for which the others still check it."""
THETA_ROUNDING = 1e-15
"""Relative rounding error assumed of theta itself."""


@dataclass(frozen=True)
class Certificate:
    """Evidence for or against a reconstruction, all in floating point.

    Attributes:
        equations: entries of theta that are not exactly zero (a feature that is inactive for all samples says nothing), and
            whose rows of the Jacobian are not multiples of each other (a repeated row of V says nothing new).
        unknowns: coordinates and coefficients sought.
        smallest_singular_value: of the Jacobian in relative units (theta of norm 1, data over |x_i|, coefficients
            over |a_i|); 0 if there are fewer equations than unknowns.
        redundancy: smallest 1 - leverage over the equations.
        held_out_residual: relative residual on equations not used in the search; None if none were held out.
        error_bounds: (n,) first-order bounds on the error of each sample relative to its norm; infinite where undetermined.
        reason: what decided the outcome.
    """

    equations: int
    unknowns: int
    smallest_singular_value: float
    redundancy: float
    held_out_residual: float | None
    error_bounds: Array
    reason: str
    evidence: Literal["floating"] = "floating"


def certify(
    problem: Problem, state: Projection, held_out_residual: float | None, *, n_known: bool
) -> tuple[Outcome, Certificate]:
    """Outcome and certificate of a solution (its projection on all equations)."""
    n, C = state.coefficients.shape
    unknowns = n * (problem.feature_map.unknowns_per_sample + C)
    rows = np.flatnonzero(problem.theta.ravel())
    checks = problem.theta.size if problem.feature_map.nuisance is not None else len(rows)
    residual = float(np.sqrt(state.loss))
    smallest, redundancy, bounds = 0.0, 0.0, np.full(n, np.inf)
    psi = problem.feature_map
    needed = columns(problem, n)
    if checks >= needed:
        found = Conditioning(problem, state)
        rows, checks, smallest, redundancy = found.rows, found.checks, found.smallest, found.redundancy
        noise = max(residual * np.sqrt(checks / max(checks - needed, 1)), THETA_ROUNDING * np.sqrt(unknowns))
        bounds = noise * found.spreads

    def outcome() -> tuple[Outcome, str]:
        if not residual <= ZERO_RESIDUAL:
            return "stalled", f"relative residual {residual:.1e} is above rounding level {ZERO_RESIDUAL:.0e}"
        if len(rows) <= unknowns:
            return "underdetermined", f"{len(rows)} nonzero equations for {unknowns} unknowns: other data may fit as well"
        if (why := psi.ambiguity(n, C, n_known=n_known)) is not None:
            return "underdetermined", why
        if checks <= needed:
            return "underdetermined", f"{checks} equations: {needed + 1} are needed to tell the samples' signs as well"
        if not smallest > np.finfo(float).eps:
            return (
                "underdetermined",
                f"the Jacobian is singular to working precision (smallest singular value {smallest:.1e})",
            )
        if not redundancy > REDUNDANCY:
            return "underdetermined", f"an equation has nothing to check it (1 - leverage = {redundancy:.1e})"
        if not psi.symmetry.sign and _opposite(state.X):
            return "underdetermined", "two samples are opposite: identities such as act(u) + act(-u) = 1 may hide other data"
        if not psi.symmetry.sign and (flip := exact_flip(problem, state)) is not None:
            return "underdetermined", f"samples {list(flip)} can be replaced by their negatives: theta stays the same"
        if not np.max(bounds) <= TOLERANCE:
            return "underdetermined", f"error bound {np.max(bounds):.1e} of a sample exceeds {TOLERANCE:.0e}"
        if held_out_residual is not None and not held_out_residual <= np.sqrt(ZERO_RESIDUAL):
            return "stalled", f"held-out equations are missed by {held_out_residual:.1e}"
        return (
            "identified",
            f"{len(rows)} equations, {unknowns} unknowns, residual {residual:.1e}, error bounds {np.max(bounds):.1e}",
        )

    verdict, reason = outcome()
    return verdict, Certificate(len(rows), unknowns, smallest, redundancy, held_out_residual, bounds, reason)


def _opposite(X: Array) -> bool:
    """Whether some x_j = -x_i to within the tolerance: with them, `sigmoid` and several outputs, samples can be flipped."""
    sums = np.linalg.norm(X[:, None] + X, axis=2)
    return bool(np.any(sums <= TOLERANCE * np.linalg.norm(X, axis=1)))

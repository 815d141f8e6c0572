"""Decides Gaussian integrals by parts, each side by a certified integral of its own.

- `moments`: E[He_k(Z) act'(Z)] = E[He_{k+1}(Z) act(Z)] for the listed orders k (He_k monic): E act' = E Z act at k = 0,
  E Z act' = E (Z^2 - 1) act = sqrt(2) mu_2 at k = 1. For a kink at 0 act' is the ordinary derivative beside it.
- `products`: E[act'(g) w act(h)] = sqrt(1 - t^2) kappa'(t) for h = t g + sqrt(1 - t^2) w, with g, w independent, unit. The left
  by integrating out w and then g, the right by the series kappa'(t) = sum_k k mu_k^2 t^{k-1} of certified coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import acb, arb, ctx

from ...theory.activations import hermite_polynomial
from ...theory.activations.polynomial import monomial
from ...theory.balls import exact_number, parse_ball
from ...theory.enclosures import gaussian_expectation
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.hermite import enclosure, with_ball
from ...theory.stein import kernel_slope, product_integral
from ..verdict import Decision, Outcome
from .keys import check_keys

KEYS = {
    "moments": {"decider", "statement", "activation", "factor", "orders", "bits", "tolerance"},
    "products": {"decider", "statement", "activation", "correlations", "bits", "tolerance"},
}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. `factor` (moments) is `hermite`, or `power` for Z^k in place of He_k on the
    left, which is the identity for k <= 1 only.

    Keys: statement (`moments` or `products`), activation, bits, tolerance; factor and orders, or correlations.

    Holds if the two balls of every pair overlap and no radius exceeds the tolerance; fails if one pair is disjoint. The slack
    is the tolerance minus the largest radius.

    Raises:
        InputError: a key missing or unknown, or a value that cannot be read.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "stein", KEYS[statement], statement)
    bits, name = positive_integer("bits", witness["bits"], minimum=16), witness["activation"]
    if bits > 1024:
        raise InputError(f"bits = {bits}: at most 1024")
    tolerance = exact_number("tolerance", witness["tolerance"])
    if tolerance <= 0:
        raise InputError(f"tolerance = {witness['tolerance']!r}: must be positive")
    points = witness["orders" if statement == "moments" else "correlations"]
    if not isinstance(points, list | tuple) or not points:
        raise InputError("witness: orders or correlations must be a list, not empty")
    if statement == "moments":
        factor = one_of("factor", witness["factor"], ("hermite", "power"))
        pairs = {k: (_left(name, k, factor, bits), _right(name, k, bits)) for k in points}
    else:
        pairs = {t: (product_integral(name, t, bits=min(bits, 24)), kernel_slope(name, t, bits=bits)) for t in points}
    apart = [str(point) for point, (x, y) in pairs.items() if x.is_finite() and y.is_finite() and not x.overlaps(y)]
    with ctx.workprec(bits + 32):
        limit = parse_ball("tolerance", tolerance)
        radius = max((x.rad() for pair in pairs.values() for x in pair), key=lambda r: float(r))
        small = all(x.is_finite() and x.rad() <= limit for pair in pairs.values() for x in pair)
        outcome: Outcome = "fails" if apart else "holds" if small else "undecided"
        slack = max(0.0, float(limit - radius)) if outcome == "holds" else None
    reason = f"{len(pairs)} pairs overlap, largest radius {float(radius):.2g}, tolerance {float(tolerance):.2g}"
    if apart:
        reason = f"the two sides are disjoint at {', '.join(apart)}"
    return Decision(outcome, "ball", "equality", slack, f"{statement} of {name}: {reason}")


def _left(name: Any, k: Any, factor: str, bits: int) -> arb:
    act, k = with_ball(name), positive_integer("k", k, minimum=0)
    weight = hermite_polynomial(k, orthonormal=False) if factor == "hermite" else monomial(k)
    ball = act.ball
    assert ball is not None

    def integrand(u: acb, side: int, analytic: bool) -> acb:
        return ball(u, side, analytic)[1] * weight.ball(u)

    # |act'| <= 64 C (1 + |u|)^m for every activation of the catalogue, and |He_k| <= k! (1 + |u|)^k
    constant = 64 * act.growth_factor * max(1, k) ** max(1, k)
    return gaussian_expectation(integrand, growth=act.growth + k, factor=constant, bits=bits)


def _right(name: Any, k: int, bits: int) -> arb:
    with ctx.workprec(bits + 32):
        return enclosure(with_ball(name), k + 1, bits=bits) * arb.fac_ui(k + 1).sqrt()

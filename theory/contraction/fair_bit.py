"""The backward contraction constant eta_KL(V -> U) from data V to a fair sign U, enclosed.

The data enter through the law of the bias R = |E[U | V]|. The least KL divergence from the law of V at which U has mean m
is the conjugate F* of F(t) = ln E cosh(t R) (docs/memorization.md, 2.2, step 1), hence

    eta_KL(V -> U) = sup_m I_1(m) / F*(m) = min { eta : (1/eta) ln cosh(eta t) >= F(t) for all t >= 0 },

with I_1(m) = KL((1+m)/2 || 1/2). Each t gives a lower bound, at m = F'(t), which tends to E R^2 = eta_chi2(V -> U) as
t -> 0; an upper bound needs a certificate for all t (`domination`).
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb

from .bias import BiasLaw
from .domination import chi2_dominates, dominates
from .search import maximum

EXCESS = arb(2) ** -34  # 6e-11, relative: the number that is certified lies so much above the numerical supremum


class Backward(NamedTuple):
    """lower <= eta_KL(V -> U) <= upper; the upper end is proved by `chi-square` (it is E R^2), `ball`, or `fallback`."""

    lower: arb
    upper: arb
    proof: str


def chi2(law: BiasLaw) -> arb:
    """eta_chi2(V -> U) = E R^2."""
    return law.moment(2)


def kl(law: BiasLaw) -> Backward:
    """eta_KL(V -> U).

    E R^2 where that can be certified. Else between the numerical supremum and that times 1 + 6e-11, certified. Else the
    upper end is r^2, r the largest bias: the data are a degraded form of U seen through a binary symmetric channel of
    correlation r.
    """
    if chi2_dominates(law, points=2000).proved:
        return Backward(chi2(law), chi2(law), "chi-square")
    _, lower = supremum(law)
    upper, coarse = (lower.upper() * (1 + EXCESS)).upper(), law.largest**2
    if upper >= coarse or not dominates(law, upper).proved:
        return Backward(lower, coarse, "fallback")
    return Backward(lower, upper, "ball")


def supremum(law: BiasLaw) -> tuple[arb, arb]:
    """A t and the largest proved lower bound of eta_KL(V -> U) found by a search: E R^2 or, at this t, the `dual_ratio`.

    The search ends where F' is within 2^-64 of its limit r: beyond, the ratio is constant to about that accuracy.
    """
    top, base = law.largest, chi2(law)

    def scaled(x: float) -> arb:
        return (arb(x).exp() / top).mid()

    def at(x: float) -> arb | None:
        log_mgf, mean, _ = law.log_mgf(scaled(x))
        return dual_ratio(scaled(x), log_mgf, mean) if mean < top * (1 - arb(2) ** -64) else None

    x, best = maximum(at, -12.0, 0.4)
    return scaled(x), best.max(base)


def dual_ratio(t: arb, log_mgf: arb, mean: arb) -> arb:
    """I_1(m) / (t m - F(t)) at t > 0, m = F'(t) < 1: a lower bound of eta_KL(V -> U)."""
    if mean < 0.5:
        information = mean * mean.atanh() + (-mean * mean).log1p() / 2
    else:
        information = ((1 + mean) * mean.log1p() + (1 - mean) * (-mean).log1p()) / 2
    return information / (t * mean - log_mgf)

"""Sparse Boolean clusters (Section 3.3, Theorem 13 of feldman2025).

theta = (S, y): each coordinate is in S with probability nu and then has a uniform sign y, which all data share; elsewhere
the data are uniform signs. A coordinate tells something only if it is constant over the data, which has probability
p = nu + (1 - nu) 2^{1-n}; then its sign is that of the test point with bias kappa = nu / p, the probability that it is in S.
So tau = kappa: eta_TV = kappa, and eta_chi2 >= kappa by the correlation of y on S with the constant sign.

For rho let F(t) = ln(1 - p + p cosh(kappa t)), T = p kappa^2 = nu kappa and x = cosh(kappa t) - 1. Then

    (artanh F')' = F'' / (1 - F'^2) = T (1 + a x) / (1 + b x + c x^2),   a = 1 - p, b = 2 (p - nu^2), c = p^2 - nu^2 >= 0,

and its derivative in x has the sign of (a - b) - 2 c x - a c x^2. By `contraction.fair_bit` rho is the smallest eta for which
f(t) = (1/eta) ln cosh(eta t) - F(t) is >= 0 for t >= 0, and f' has the sign of eta t - artanh F'(t).

(i) If a <= b, that is 2^{1-n} >= (1 - 2 nu) / 3, artanh F' is concave with slope T at 0: rho = eta_chi2 = nu kappa.

(ii) Else artanh F' is convex, then concave. For eta > T the signs of f' are + or +, -, +. So f >= 0 if f'(l) <= 0 <= f'(r)
and f >= 0 on [l, r], or if f'(l) <= 0 and f >= 0 on [l, oo). And rho is at most the largest slope of artanh F', which is at
a c x^2 + 2 c x = a - b.
"""

from __future__ import annotations

from flint import arb

from ..contraction.bias import BiasLaw
from ..contraction.domination import cell_holds, evaluate, tail_holds
from ..contraction.fair_bit import EXCESS, supremum
from .constants import Contraction, binary_entropy


def contraction(strength: arb, n: int) -> Contraction:
    """tau = kappa; rho by (i), else the numerical supremum times 1 + 2^-50, certified by (ii), else the largest slope."""
    rest, p = _constant(strength, n)
    tau, complement = strength / p, rest / p
    if 3 * arb(2) ** (1 - n) >= 1 - 2 * strength:
        return Contraction(tau, complement, strength * tau, "exact")
    law = bias_law(strength, n)
    t, lower = supremum(law)
    rho = (lower.upper() * (1 + arb(2) ** -50)).upper()
    if not certified(law, rho, t):
        rho = largest_slope(strength, n)
    return Contraction(tau, complement, rho, "ball" if rho <= lower * (1 + EXCESS) else "fallback")


def bias_law(strength: arb, n: int) -> BiasLaw:
    """The law of |E[X | data]| for a test point X of label 1: kappa with probability p; the value 0 is left out."""
    _, p = _constant(strength, n)
    return BiasLaw((strength / p,), (p,))


def certified(law: BiasLaw, eta: arb, t: arb) -> bool:
    """Whether rho <= eta is proved by (ii). The minimum of f, expected near t or beyond, is bracketed by the signs of f'."""
    if not eta > law.moment(2):
        return False
    left = right = None
    for factor in (*(k / 8 for k in range(1, 17)), *(2.0**k for k in range(2, 40))):
        point = evaluate(law, eta, (t * factor).mid())
        if point.slope <= 0:
            left = point
        if left and (tail_holds(left, eta) or point.slope >= 0):
            right = point
            break
    if left is None or right is None:
        return False
    for _ in range(60):
        if tail_holds(left, eta) or (right.slope >= 0 and cell_holds(left, right)):
            return True
        middle = evaluate(law, eta, ((left.t + right.t) / 2).mid())
        left, right = (middle, right) if middle.slope <= 0 else (left, middle)
    return False


def largest_slope(strength: arb, n: int) -> arb:
    """The largest slope of artanh F' in the case (ii), an upper bound of rho."""
    rest, p = _constant(strength, n)
    a, b, c = 1 - p, 2 * (p - strength**2), rest * (p + strength)
    difference = (1 - strength) * (1 - 2 * strength - 3 * arb(2) ** (1 - n))  # a - b
    x = difference / (c * (1 + (1 + a * difference / c).sqrt()))
    return strength**2 / p * (1 + a * x) / (1 + b * x + c * x * x)


def theta_bits(strength: arb, d: int) -> arb:
    """H(theta) = d (h(nu) + nu) bits."""
    return d * (binary_entropy(strength) + strength)


def paper_bits(strength: arb, d: int, n: int, constant: arb) -> arb:
    """Theorem 13: C_alpha / kappa^2 - H(theta). Negative where it says nothing."""
    _, p = _constant(strength, n)
    return constant / (strength / p) ** 2 - theta_bits(strength, d)


def _constant(strength: arb, n: int) -> tuple[arb, arb]:
    """Probabilities of a coordinate that is constant over the data: outside S, and in all."""
    rest = (1 - strength) * arb(2) ** (1 - n)
    return rest, strength + rest

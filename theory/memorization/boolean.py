"""Boolean clusters (Section 3.2, Theorem 12 of feldman2025): theta uniform on {-1, 1}^d, X_i = theta with signs of mean lambda.

Coordinates are independent pairs, so one suffices. With S the sum of its n observed signs and a = artanh lambda,
E[theta | data] = tanh(S a). By Theorem 2.2 of docs/memorization.md, tau = eta_KL = eta_chi2 = T_n := E tanh^2(S a) and
rho = lambda^2 T_n.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from ..contraction.bias import BiasLaw
from ..contraction.domination import Certificate, chi2_dominates
from ..contraction.search import maximum
from .constants import Contraction


def contraction(strength: arb, n: int) -> Contraction:
    """tau = T_n and 1 - tau = E sech^2(S a), both as sums of positive terms; rho = lambda^2 T_n."""
    artanh, tau, complement = strength.atanh(), arb(0), arb(0)
    for s, weight in _sums(strength, n):
        sinh, cosh = (s * artanh).sinh_cosh()
        complement += weight / cosh**2
        tau += weight * (sinh / cosh) ** 2
    return Contraction(tau, complement, strength**2 * tau, "exact")


def bias_law(strength: arb, n: int) -> BiasLaw:
    """The law of |E[theta | data]| = tanh(|S| a)."""
    artanh = strength.atanh()
    pairs = [((s * artanh).tanh(), weight) for s, weight in _sums(strength, n) if s]
    return BiasLaw(tuple(value for value, _ in pairs), tuple(weight for _, weight in pairs))


def certify_kl_equals_chi2(strength: arb, n: int, *, points: int = 40000) -> Certificate:
    """Prove (2.1) of docs/memorization.md at this instance by balls: (1/T_n) ln cosh(T_n t) >= ln E cosh(t R) for all t >= 0.

    The theorem needs no such proof; this is the machine's check of it. The margin vanishes with 1 - T_n: below about 1e-6 the
    evaluations (up to `points`, of n/2 terms each) are exhausted, and nothing is proved.
    """
    return chi2_dominates(bias_law(strength, n), points=points)


def paper_bits(strength: arb, d: int, n: int, constant: arb) -> arb | None:
    """Theorem 12 with the constants of its proof: Theorem 7 with those of Lemma 21, at the best delta.

    xi^2 = 8 n ln(1/delta) lambda^2, tau = xi^2, rho = lambda^2 xi^2, delta_n = eps_n = d delta, |M| = 2^d. That number of
    outputs is a choice: a classifier that is a point of {-1, 1}^d. With r = (1 - tau) / rho the bound is

        r C_alpha - 8 d delta (r + 1) log2(2^d / (d delta)),

    maximized over log(1/delta) by a scan and a search; it holds at each delta. None where Lemma 21 does not apply: lambda <
    1/10 and n < 1 / (10 lambda^2). Negative or 0 where it says nothing.
    """
    square = strength**2
    if not (strength < arb(1) / 10 and n * square < arb(1) / 10):
        return None
    dimension, least, most = arb(d), arb(d).log(), 1 / (8 * n * square)  # of log(1/delta): d delta < 1 and xi < 1

    def at(x: float) -> arb | None:
        log = least + arb(x).exp()
        if not log < most:
            return None
        ratio = (1 / (8 * n * square * log) - 1) / square
        loss = dimension * (-log).exp()
        return ratio * constant - 8 * loss * (ratio + 1) * (dimension - loss.log() / arb(2).log())

    return arb(0) if at(-7.0) is None else maximum(at, -7.0, 0.25)[1]


def _sums(strength: arb, n: int) -> Iterator[tuple[int, arb]]:
    """|S| and its probability, C(n, j) p^j q^{n-j} (1 + (q/p)^s) for s = 2 j - n > 0, where p, q = (1 +- lambda) / 2."""
    odds = (1 - strength) / (1 + strength)
    weight = ((1 + strength) / 2) ** n
    for i in range(n // 2 + 1):
        s = n - 2 * i
        yield s, weight * (1 + odds**s) if s else weight
        weight = weight * (n - i) / (i + 1) * odds

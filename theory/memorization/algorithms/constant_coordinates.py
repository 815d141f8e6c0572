"""Sparse clustering: what is kept are the coordinates that are constant over the samples, noisy or erased at random."""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb

from ...balls import round_up
from .lattice import upper_tail
from .learner import Algorithm, entropy, resolved, separation, smallest
from .soft_majority import sign_test


def constant_coordinates(d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """The cheaper of `noisy_constants` (for small n, or alpha near 1/2) and `erased_constants` (which at n = 1 never is).

    A coordinate outside S is constant with probability p = 2^{1-n}, any coordinate with p2 = nu + (1 - nu) p.
    """
    learners = (noisy_constants, erased_constants) if n > 1 else (noisy_constants,)
    found = [learn(d, n, strength, alpha) for learn in learners]
    return min((a for a in found if a), key=lambda a: a.bits, default=None)


def noisy_constants(d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """M_i = +-1 with mean g x_i where the samples agree on x_i, and a fair coin elsewhere; g = `correlation`.

    Given theta, M_i depends on the data for i outside S only: d (1 - nu) p [1 - h((1+g)/2)] bits. Under label 1 M_i X_i has
    mean g nu: see `sign_test`.
    """

    def test(g: float) -> tuple[arb, int]:
        return sign_test(d, g * strength)

    guess = separation(alpha) / (math.sqrt(d) * float(strength))
    found = smallest(test, alpha, guess, limit=1.0)
    if found is None:
        return None
    g, error, agreements = found
    bits = resolved(lambda: d * (1 - strength) * arb(2) ** (1 - n) * (1 - entropy((1 - arb(g)) / 2)))
    return Algorithm("noisy constants", bits, round_up(error), {"correlation": g, "agreements": agreements})


def erased_constants(d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """Where the samples agree M_i is their value with probability q; else it is erased; q = `keep`.

    Given theta and i outside S, M_i is a fair sign with probability q p, else erased; given the data too, only the keeping is
    random. So the excess memorization is d (1 - nu) [h(q p) + q p - p h(q)] bits.

    A kept coordinate lies in S with probability kappa = nu / p2; it agrees with X_i with probability (1 + kappa) / 2 under
    label 1, 1/2 under label 0. With A agreements and D disagreements the likelihood ratio test accepts A - w D >= 0,
    w = -log(1 - kappa) / log(1 + kappa). Here w is rounded to an integer `penalty`, at most 16, and the test accepts
    A - penalty D >= `threshold`, which makes up for the rounding at the value of D that is typical there.
    """
    outside = (1 - strength) * arb(2) ** (1 - n)  # constant and not in S
    constant = strength + outside
    weight = -(outside / constant).log() / (strength / constant).log1p()
    penalty = min(16, round(float(weight)))

    def test(root: float) -> tuple[arb, int]:  # of q: the error's normal quantile is nearly linear in it
        q = arb(root * root)
        threshold = math.ceil(float(d * q * constant * (weight - penalty) / (weight + 1))) if weight < 17 else 1
        disagree, agree = q * outside / 2, q * (strength + outside / 2)
        chance = q * constant / 2
        false = upper_tail(d, {1: chance, -penalty: chance}, threshold)
        missed = upper_tail(d, {-1: agree, penalty: disagree}, 1 - threshold)
        return (false + missed) / 2, threshold

    guess = separation(alpha) * math.sqrt(float(constant) / d) / float(strength)
    found = smallest(test, alpha, guess, limit=1.0)
    if found is None:
        return None
    root, error, threshold = found
    keep = root * root

    def bits() -> arb:
        p, q = arb(2) ** (1 - n), arb(keep)
        return d * (1 - strength) * (entropy(q * p) + q * p - p * entropy(arb.min(q, 1 - q)))

    return Algorithm(
        "erased constants", resolved(bits), round_up(error), {"keep": keep, "penalty": penalty, "threshold": threshold}
    )

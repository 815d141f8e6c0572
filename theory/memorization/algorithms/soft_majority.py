"""Boolean clustering: a random sign for each coordinate, between a sample of the posterior and the majority vote."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from flint import arb, ctx

from ...balls import round_up
from .lattice import upper_tail
from .learner import Algorithm, entropy, resolved, separation, smallest


def soft_majority(d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """M_i = +-1 with mean tanh(c R_i), R_i = E[theta_i | data] = tanh(S_i artanh lambda), S_i the sum of the signs seen.

    c = `sharpness`. For n = 1 this is randomized response, for c -> oo the majority vote. With m = E[M_i theta_i] =
    E[R tanh(c R)] the excess memorization is d [h((1+m)/2) - E h((1 + tanh(c R))/2)], h the binary entropy. No random sign of
    odd mean g(R) and with this m has less: m = E[R g], and E h((1+g)/2), which is concave in g, is largest at given m for
    artanh g proportional to R. Under label 1 M_i X_i has mean lambda m: see `sign_test`.
    """
    law = list(_posterior(n, strength))

    def test(sharpness: float) -> tuple[arb, int]:  # what _posterior leaves out could only lower the error
        return sign_test(d, strength * sum((w * r * (sharpness * r).tanh() for w, r in law), arb(0)))

    information = float(sum((w * r * r for w, r in law), arb(0)))  # m is information * c for small c
    guess = separation(alpha) / (math.sqrt(d) * float(strength) * information)
    found = smallest(test, alpha, guess, limit=50 / float(strength))
    if found is None:
        return None
    sharpness, error, agreements = found
    bits = resolved(lambda: d * _memorization(n, strength, sharpness))
    return Algorithm("soft majority", bits, round_up(error), {"sharpness": sharpness, "agreements": agreements})


def sign_test(d: int, r: arb) -> tuple[arb, int]:
    """Error and threshold of the likelihood ratio test on the number of agreements of d signs, correlated r or 0 by the label.

    The likelihood ratio (1+r)^j (1-r)^{d-j} is at least 1 from j = -d log(1-r) / (log(1+r) - log(1-r)) on.
    """
    up, down = r.log1p(), (-r).log1p()
    agreements = math.ceil(float(-d * down / (up - down)))
    false = upper_tail(d, {1: arb(0.5)}, agreements)
    missed = upper_tail(d, {1: (1 - r) / 2}, d - agreements + 1)
    return (false + missed) / 2, agreements


def _memorization(n: int, strength: arb, sharpness: float) -> arb:
    """h((1+m)/2) - E h((1 + tanh(c R))/2) for one coordinate."""
    flips, noise, missing = arb(0), arb(0), arb(1)
    for weight, r in _posterior(n, strength):
        flip = 1 / ((2 * sharpness * r).exp() + 1)  # (1 - tanh(c R)) / 2
        flips += weight * (flip * r + (1 - r) / 2)
        noise += weight * entropy(flip)
        missing -= weight
    rest = arb(0).union(missing)
    return entropy(flips + rest) - noise - rest


def _posterior(n: int, strength: arb) -> Iterator[tuple[arb, arb]]:
    """P(|S| = s) and |R| there, for s from large to small; values of very small probability, by the precision, are left out."""
    up, down = (1 + strength) / 2, (1 - strength) / 2
    centre, spread = n * float(up), math.sqrt(n * (ctx.prec + 20) / 2)  # Hoeffding: exp(-2 spread^2 / n)
    first, last = max((n + 1) // 2, math.floor(centre - spread)), min(n, math.ceil(centre + spread))
    with ctx.extraprec(2 * n.bit_length()):
        choices = arb(n + 1).lgamma() - arb(last + 1).lgamma() - arb(n - last + 1).lgamma()
        weight = (choices + last * up.log() + (n - last) * down.log()).exp()
    ratio = down / up
    power = ratio ** (2 * last - n)
    for j in range(last, first - 1, -1):  # j samples agree with their majority
        yield (weight * (1 + power) if 2 * j > n else weight), (1 - power) / (1 + power)
        weight *= ratio * j / (n - j + 1)
        power /= ratio**2

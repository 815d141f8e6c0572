"""Gaussian clustering: the sample mean plus Gaussian noise."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, ctx

from ...balls import round_up
from ..gaussian import contraction
from .learner import Algorithm, resolved, separation, smallest


def noisy_mean(d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """M = Z + sqrt(s) N(0, I_d), Z the sample mean scaled to unit variance; s is the parameter `noise`.

    Given theta, Z has variance 1 - tau in each coordinate, tau = n lambda^2 / (1 + (n-1) lambda^2), so that the excess
    memorization is (d/2) log2(1 + (1 - tau)/s). M / sqrt(1 + s) and X have correlation r = sqrt(lambda^2 tau / (1 + s)) in each
    coordinate under label 1; accepted is <M, X> >= r |M|^2 / (sqrt(1+s) (1 + sqrt(1 - r^2))): see `threshold_error`.
    """
    _, complement, rho, _ = contraction(strength, n)

    def test(precision: float) -> tuple[arb, int]:  # 1 / s; the threshold follows from M
        return threshold_error(d, rho / (1 + arb(1 / precision))), 0

    ratio = separation(alpha) ** 2 / (d * float(rho))
    found = smallest(test, alpha, ratio / (1 - ratio) if ratio < 0.9 else 10.0, limit=1e15)
    if found is None:
        return None
    noise = 1 / found[0]
    bits = resolved(lambda: arb(d) / 2 * (complement / arb(noise)).log1p() / arb.const_log2())
    return Algorithm("noisy mean", bits, round_up(found[1]), {"noise": noise})


def threshold_error(d: int, square: arb) -> arb:
    """The error of that test at squared correlation r^2.

    Given M, scaled to unit variance, <M, X> / |M| has law N(0, 1) under label 0 and N(r |M|, 1 - r^2) under label 1. At the
    threshold c |M| with c = r / (1 + sqrt(1 - r^2)) both errors are Phi(-c |M|). Since |M|^2 is chi-square with d degrees of
    freedom, the error is the tail P(T_d >= c sqrt(d)) of Student's law,

        (1 - I_y(1/2, d/2)) / 2,   y = c^2 / (1 + c^2) = r^2 / (2 (1 + sqrt(1 - r^2))),

    I the regularized incomplete beta function. For small r the test is nearly the likelihood ratio test, which for r^2 above
    0.2 or so (small d) would need less signal.
    """
    for precision in (128, 256, 512, 1280):
        with ctx.workprec(precision):
            y = square / (2 * (1 + (1 - square).sqrt()))
            value = (1 - y.beta_lower(arb(0.5), arb(d) / 2, regularized=True)) / 2
            if value.rel_accuracy_bits() > 53:
                break
    return value

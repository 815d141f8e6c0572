"""Certified tails of an inner product of two correlated Gaussian vectors.

W = sum_{i <= l} Z_i X_i, the pairs (Z_i, X_i) independent, standard Gaussian, of correlation r in (-1, 1).
"""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx

from .balls import parse_ball
from .enclosures import integrate
from .errors import InputError, positive_integer


def correlation(name: str, value: Any) -> arb:
    """The ball of `value`, certainly inside (-1, 1), or an `InputError` naming it."""
    r = parse_ball(name, value)
    if not abs(r) < 1:
        raise InputError(f"{name} = {value!r}: must be certainly between -1 and 1")
    return r


def sign_advantage(terms: int, r: Any, *, bits: int = 128) -> arb:
    """A ball that contains P(W >= 0) - 1/2, l = `terms`: the advantage over guessing of the test W >= 0.

    W = ((1 + r) A - (1 - r) B) / 2 with A, B independent chi-squared variables of l degrees of freedom, and A / (A + B) has the
    Beta(l/2, l/2) law. So P(W >= 0) = I_{(1+r)/2}(l/2, l/2), and with a = l/2

        P(W >= 0) - 1/2 = r (1 - r^2)^a 2F1(1, a + 1/2; 3/2; r^2) Gamma(a + 1/2) / (Gamma(a) sqrt(pi)),

    a series of positive terms, which loses no accuracy at small r; it serves for r^2 < 1/l.

    Raises:
        InputError: terms < 1, or r not in (-1, 1).
    """
    terms = positive_integer("terms", terms)
    with ctx.workprec(bits + 32):
        r, a, half = correlation("r", r), arb(terms) / 2, arb(1) / 2
        if not r * r * terms < 1:
            return ((1 + r) / 2).beta_lower(a, a, regularized=True) - half
        scale = ((a + half).lgamma() - a.lgamma()).exp() / arb.pi().sqrt()
        return r * (1 - r * r) ** a * (r * r).hypgeom_2f1(1, a + half, 3 * half) * scale


def inner_product_tail(terms: int, r: Any, threshold: Any, *, bits: int = 48) -> arb:
    """A ball that contains P(W >= threshold), l = `terms`, of radius about 2^-bits.

    Given Q = |Z|^2, W is normal with mean r Q and variance (1 - r^2) Q, and Q = l e^v with v of density proportional to
    exp(l (v - e^v) / 2). The expectation over v is enclosed on [-u, u]; outside, by Chernoff's bound for chi-squared variables,
    lies a probability of at most 2 exp(-l (u - 1 + e^-u) / 2), which is added to the radius.

    Raises:
        InputError: terms < 1, r not in (-1, 1), or a threshold that cannot be read.
    """
    terms = positive_integer("terms", terms)
    with ctx.workprec(2 * bits + 32):
        r, t, l = correlation("r", r), parse_ball("threshold", threshold), arb(terms)
        tiny = arb(2) ** -(bits + 2)
        u, tail = 1 / l.sqrt(), arb(1)
        while not tail < tiny:
            u = (u * 5 / 4).mid()
            tail = 2 * (-l * (u - 1 + (-u).exp()) / 2).exp()
        log_constant = l / 2 * (l / 2).log() - (l / 2).lgamma()
        width = (2 * l * (1 - r * r)).sqrt()

        def integrand(w: acb, analytic: bool) -> acb:  # at v = u w
            root = (u * w / 2).exp()
            return (l / 2 * (u * w - root * root) + log_constant).exp() * ((t / root - r * l * root) / width).erfc() * u / 2

        return integrate(integrand, -1, 1, rel_tol=tiny, abs_tol=tiny).real + arb(0, tail)

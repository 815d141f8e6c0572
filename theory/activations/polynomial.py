"""Polynomials with exact coefficients, a rational vector over the square root of an integer.

The square root is there for the orthonormal Hermite polynomials `h_k = He_k / sqrt(k!)`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq


@dataclass(frozen=True)
class Polynomial:
    """`sum_j coefficients[j] u^j / sqrt(radicand)`, exact."""

    coefficients: tuple[Fraction, ...]
    radicand: int = 1

    @property
    def degrees(self) -> frozenset[int]:
        """The degrees of the monomials that occur."""
        return frozenset(j for j, c in enumerate(self.coefficients) if c)

    def derivative(self) -> Polynomial:
        """The derivative, with the same radicand."""
        return Polynomial(tuple(j * c for j, c in enumerate(self.coefficients))[1:] or (Fraction(0),), self.radicand)

    def floats(self) -> list[float]:
        """Coefficients as floats, lowest degree first."""
        return [float(c) / math.sqrt(self.radicand) for c in self.coefficients]

    def ball(self, u):
        """Value at the real or complex ball `u` (Horner)."""
        total = u * 0
        for c in reversed(self.coefficients):
            total = total * u + arb(fmpq(c.numerator, c.denominator))
        return total if self.radicand == 1 else total / arb(self.radicand).sqrt()

    def rational(self, u: fmpq) -> fmpq:
        """Value at a rational; only for radicand 1."""
        if self.radicand != 1:
            raise ValueError(f"a coefficient is a multiple of 1/sqrt({self.radicand}), not rational")
        total = fmpq(0)
        for c in reversed(self.coefficients):
            total = total * u + fmpq(c.numerator, c.denominator)
        return total

    def modular(self, u: int, q: int) -> int:
        """Value at the residue `u` modulo the prime `q`; needs every prime factor of `radicand` to be a square mod q."""
        total = 0
        for c in reversed(self.coefficients):
            total = (total * u + c.numerator * pow(c.denominator, -1, q)) % q
        return total if self.radicand == 1 else total * pow(root_of_product(self.radicand, q), -1, q) % q


def root_of_product(m: int, q: int) -> int:
    """A square root of `m` modulo the prime `q = 3 mod 4`, the product of the roots of its prime factors.

    Composing the root from fixed roots of the primes makes `m -> root` multiplicative, so that it is the
    restriction of one ring homomorphism from Z[sqrt 2, sqrt 3, sqrt 5, ...] to the field of q elements.
    """
    root, factor = 1, 2
    while m > 1:
        if m % factor:
            factor += 1
            continue
        m //= factor
        if m % factor == 0:
            m //= factor
            root = root * factor % q
            continue
        r = pow(factor, (q + 1) // 4, q)
        if r * r % q != factor % q:
            raise ValueError(f"{factor} is not a square modulo {q}")
        root = root * r % q
    return root


def monomial(k: int) -> Polynomial:
    """`u^k`."""
    return Polynomial((Fraction(0),) * k + (Fraction(1),))


def hermite_polynomial(k: int, *, orthonormal: bool = True) -> Polynomial:
    """Probabilists' Hermite polynomial He_k, divided by sqrt(k!) if `orthonormal`."""
    previous, current = [Fraction(1)], [Fraction(0), Fraction(1)]
    if k == 0:
        return Polynomial((Fraction(1),))
    for j in range(1, k):  # He_{j+1} = u He_j - j He_{j-1}
        raised = [Fraction(0), *current]
        for i, c in enumerate(previous):
            raised[i] -= j * c
        previous, current = current, raised
    return Polynomial(tuple(current), math.factorial(k) if orthonormal else 1)

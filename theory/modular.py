"""The fixed primes of exact rank certificates.

A modulus never comes from a user: python-flint aborts the interpreter when it eliminates modulo a composite number.
"""

from __future__ import annotations

import math

from .activations import Activation, root_of_product
from .errors import InputError

PRIMES = (2**61 - 1, 2305843009213682039)
"""A Mersenne prime; and a prime modulo which 2, 3, 5, ..., 31 are all squares (for orthonormal Hermite
polynomials). Both are 3 modulo 4, so that a square root is one power."""


def prime_for(activation: Activation) -> int:
    """The first of `PRIMES` modulo which every coefficient of the polynomial activation exists."""
    for q in PRIMES:
        try:
            for term in activation.polynomials:
                root_of_product(term.radicand, q)
        except ValueError:
            continue
        return q
    raise InputError(f"activation = {activation.name!r}: its square roots exist modulo none of the fixed primes")


def check_modulus(modulus: object) -> int:
    """Return the modulus if it is one of `PRIMES`; refuse every other number, prime or not."""
    if modulus not in PRIMES or not isinstance(modulus, int):
        raise InputError(f"modulus = {modulus!r}: must be one of the fixed primes {', '.join(map(str, PRIMES))}")
    return modulus


def tangent_row(v: list[int], x: list[int], q: int) -> list[int]:
    """`v.t_k` modulo q for the basis t_k = x_m e_k - x_k e_m (k != m) of the orthogonal complement of x, x_m != 0."""
    m = next((k for k, t in enumerate(x) if t % q), None)
    if m is None:
        raise InputError("witness X: a sample is zero, and lies on no sphere")
    return [(x[m] * v[k] - x[k] * v[m]) % q for k in range(len(x)) if k != m]


def is_prime(q: int) -> bool:
    """Deterministic Miller-Rabin for q < 2^64 (the first twelve primes are bases enough)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if q < 2 or any(q % b == 0 for b in bases):
        return q in bases
    odd = (q - 1) >> (twos := ((q - 1) & -(q - 1)).bit_length() - 1)
    return all(
        any(pow(b, odd << r, q) == q - 1 for r in range(twos)) or pow(b, odd, q) == 1 for b in bases if math.gcd(b, q) == 1
    )

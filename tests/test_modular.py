"""The fixed primes and what is computed with them, and rationals written as strings."""

import pytest
import sympy
from flint import fmpq, fmpq_mat

from reconlaw.theory.activations import parse, root_of_product
from reconlaw.theory.errors import InputError
from reconlaw.theory.modular import PRIMES, check_modulus, is_prime, prime_for, tangent_row
from reconlaw.theory.rationals import draw_integers, features, matrix, rational, vector

SMALL = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31]


def test_the_primes_are_prime_and_3_mod_4():
    for q in PRIMES:
        assert sympy.isprime(q) and is_prime(q) and q % 4 == 3 and 2**60 < q < 2**62


def test_the_second_prime_has_the_square_roots():
    for r in range(2, 32):
        assert sympy.legendre_symbol(r, PRIMES[1]) == 1
    assert [r for r in SMALL if sympy.legendre_symbol(r, PRIMES[0]) != 1]  # so the first would not do


def test_miller_rabin():
    assert [q for q in range(3000) if is_prime(q)] == list(sympy.primerange(3000))
    # strong pseudoprimes to the first 1, 2, 4 and 9 bases, Carmichael numbers, a square, products of large primes
    for q in (2047, 1373653, 3215031751, 3825123056546413051, 561, 294409, (2**31 - 1) ** 2, (2**31 - 1) * (2**29 - 3)):
        assert not is_prime(q) and not sympy.isprime(q)
    for q in (2**61 - 3, 2**61 + 1, PRIMES[1] - 2, PRIMES[1] + 2):
        assert is_prime(q) == sympy.isprime(q)


@pytest.mark.parametrize("modulus", [
    4, 15, 2**61 - 3, 2**61, (2**31 - 1) ** 2, 7, 2**31 - 1, 0, 1, -PRIMES[0], True, float(PRIMES[0]), str(PRIMES[0]), None,
    [PRIMES[0]],
])  # fmt: skip
def test_other_moduli_are_refused(modulus):
    with pytest.raises(InputError, match="fixed primes"):
        check_modulus(modulus)


def test_prime_for():
    assert prime_for(parse("power:7")) == PRIMES[0]
    assert prime_for(parse("hermite:31+hermite:2")) == PRIMES[1]


def test_root_of_product_is_multiplicative():
    q = PRIMES[1]
    for m in (1, 2, 4, 12, 720, 31 * 29, 2**5 * 3**4 * 7):
        assert root_of_product(m, q) ** 2 % q == m
        for k in (2, 3, 6, 35, 31):
            assert root_of_product(m * k, q) == root_of_product(m, q) * root_of_product(k, q) % q


def test_a_root_that_does_not_exist_is_refused():
    nonresidue = next(r for r in SMALL if sympy.legendre_symbol(r, PRIMES[0]) == -1)
    with pytest.raises(ValueError, match="not a square"):
        root_of_product(nonresidue, PRIMES[0])


def test_tangent_rows_span_the_orthogonal_complement():
    q, x = PRIMES[0], [0, 5, -3, 7]
    directions = list(zip(*(tangent_row([int(j == k) for j in range(4)], x, q) for k in range(4)), strict=True))
    assert all(sum(s * t for s, t in zip(t, x)) % q == 0 for t in directions)
    signed = [[t if t < q // 2 else t - q for t in row] for row in directions]
    assert len(directions) == 3 and sympy.Matrix(signed).rank() == 3


@pytest.mark.parametrize("x", [[0, 0], [0, PRIMES[0]]])
def test_a_zero_sample_has_no_tangent(x):
    with pytest.raises(InputError, match="zero"):
        tangent_row([1, 2], x, PRIMES[0])


@pytest.mark.parametrize(("text", "value"), [
    ("3", fmpq(3)), ("-4/6", fmpq(-2, 3)), (" +7/2 ", fmpq(7, 2)), (5, fmpq(5)), ("-0.25", fmpq(-1, 4)),
    ("9" * 5000, fmpq(10**5000 - 1)),
])  # fmt: skip
def test_rationals(text, value):
    assert rational("x", text) == value


@pytest.mark.parametrize("value", [
    0.5, True, None, "", "x", "1/0", "1/-2", "1/2/3", "1e3", "1e999999999", "nan", "inf", "1_0", "1.5/2", "²", [1], b"1",
])  # fmt: skip
def test_inexact_data_are_refused(value):
    with pytest.raises(InputError, match="x = "):
        rational("x", value)


@pytest.mark.parametrize("value", [[], "12", None, [[1], [1, 2]], [["x"]], [[]], [1, 2], {"0": [1]}])
def test_malformed_matrices_are_refused(value):
    with pytest.raises(InputError):
        matrix("M", value)


def test_vectors_have_their_length():
    assert vector("v", ["1", 2], 2) == [1, 2]
    with pytest.raises(InputError, match="3 rationals"):
        vector("v", ["1", 2], 3)
    with pytest.raises(InputError):
        matrix("M", [["1", "2"]], columns=3)


def test_features_by_hand():
    V, X = fmpq_mat([[fmpq(1), fmpq(2)], [fmpq(-1), fmpq(1, 2)]]), fmpq_mat([[fmpq(3), fmpq(1)]])
    Phi, S = features(parse("leaky_relu:1/5"), V, X)
    assert Phi.tolist() == [[fmpq(5), fmpq(-1, 2)]] and S.tolist() == [[fmpq(1), fmpq(1, 5)]]
    for name in ("tanh", "hermite:2"):
        with pytest.raises(InputError, match="activation"):
            features(parse(name), V, X)
    with pytest.raises(InputError, match="kink"):
        features(parse("relu"), V, fmpq_mat([[fmpq(-2), fmpq(1)]]))


def test_drawn_integers_are_odd_and_bounded():
    import numpy as np

    drawn = [int(t) for row in draw_integers(np.random.default_rng(0), 50, 40, size=99) for t in row]
    assert all(t % 2 and abs(t) <= 99 for t in drawn) and {min(drawn), max(drawn)} == {-99, 99}

"""Hermite coefficients: formula, certified integral, sympy and Gauss-Hermite or adaptive quadrature must agree."""

import math

import numpy as np
import pytest
import sympy
from flint import arb
from scipy.integrate import quad

from reconlaw.theory.activations import Activation, parse
from reconlaw.theory.balls import parse_ball
from reconlaw.theory.errors import InputError
from reconlaw.theory.hermite import (
    closed_form,
    derivative_mean,
    enclosure,
    hermite_coefficient,
    hermite_coefficients,
    second_moment,
)

CLOSED = ["relu", "leaky_relu:-1", "leaky_relu:1/10", "power:5", "hermite:4", "erf", "sin", "gelu", "relu+gelu",
          "sin+erf+hermite:3", "power:3+hermite:3", "relu+leaky_relu:2", "leaky_relu:0+leaky_relu:2"]  # fmt: skip
OPEN = ["tanh", "sigmoid", "softplus", "silu", "elu", "selu", "mish", "relu+tanh"]


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("k", [0, 1, 2, 3, 4, 5, 8, 21])
def test_closed_form_and_integral_overlap(name, k):
    formula, integral = closed_form(name, k), enclosure(name, k)
    assert formula.overlaps(integral)
    assert formula.rad() < 1e-36
    assert integral.rad() < 1e-36


@pytest.mark.parametrize("name", OPEN)
def test_no_closed_form(name):
    assert closed_form(name, 1) is None


@pytest.mark.parametrize("name", CLOSED + OPEN)
def test_against_adaptive_quadrature(name):
    act = parse(name)
    for k in (0, 1, 2, 3, 6):
        h = np.polynomial.hermite_e.HermiteE.basis(k) / math.sqrt(math.factorial(k))
        weight = lambda z, h=h: float(act.value(np.float64(z))) * h(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)  # noqa: E731
        expected = quad(weight, -14, 0, epsabs=1e-12)[0] + quad(weight, 0, 14, epsabs=1e-12)[0]
        assert float(hermite_coefficient(act, k).mid()) == pytest.approx(expected, abs=1e-10)


def test_gauss_hermite_for_smooth_activations():
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / math.sqrt(2 * math.pi)
    for name in ("erf", "sin", "gelu", "sigmoid"):
        values = parse(name).value(nodes)
        for k, mu in enumerate(hermite_coefficients(name, 8)):
            h = np.polynomial.hermite_e.HermiteE.basis(k)(nodes) / math.sqrt(math.factorial(k))
            assert mu == pytest.approx(float((weights * values * h).sum()), abs=1e-6)


@pytest.mark.parametrize("k", range(9))
def test_relu_against_sympy(k):
    z = sympy.symbols("z", positive=True)
    he, after = sympy.Integer(1), z
    for j in range(1, k + 1):
        he, after = after, sympy.expand(z * after - j * he)
    exact = sympy.integrate(sympy.expand(z * he) * sympy.exp(-(z**2) / 2), (z, 0, sympy.oo))
    exact /= sympy.sqrt(2 * sympy.pi * sympy.factorial(k))
    ball = parse_ball("sympy", f"{sympy.N(exact, 50)} +/- 1e-45")
    assert closed_form("relu", k).overlaps(ball)
    assert enclosure("relu", k).overlaps(ball)


def test_published_values():
    """ReLU mu_2, mu_4, mu_6 and tanh mu_1, mu_3, mu_5, mu_7 to their usual printed digits."""
    relu = hermite_coefficients("relu", 7)
    assert relu[[2, 4, 6]] == pytest.approx([0.28209, -0.08143, 0.04460], abs=6e-6)
    assert hermite_coefficients("tanh", 8)[1::2] == pytest.approx([0.6057, -0.1484, 0.0625, -0.0314], abs=6e-5)


def test_stein_identity():
    """c_1 = E tanh'(Z) = 1 - E tanh(Z)^2."""
    assert (derivative_mean("tanh", 1) + second_moment("tanh")).contains(1)
    assert derivative_mean("tanh", 1).rad() < 1e-36


def test_derivative_means_of_a_cubic():
    assert [float(derivative_mean("power:3", k).mid()) for k in range(5)] == pytest.approx([0, 3, 0, 6, 0])
    assert hermite_coefficients("hermite:3", 5) == pytest.approx([0, 0, 0, 1, 0])


@pytest.mark.parametrize(("name", "vanishing"), [("tanh", 0), ("erf", 0), ("leaky_relu:-1", 1), ("power:4", 1)])
def test_parity_gives_exact_zeros(name, vanishing):
    for k in range(vanishing, 8, 2):
        zero = hermite_coefficient(name, k)
        assert zero == 0 and zero.is_exact()
        assert enclosure(name, k).contains(0)  # the integral, which does not use parity, agrees
    assert not enclosure(name, 2 if vanishing else 1).contains(0)


def test_relu_has_no_odd_coefficient_from_three_on():
    assert all(hermite_coefficient("relu", k) == 0 for k in (3, 5, 7))
    assert not enclosure("relu+tanh", 3).contains(0)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "selu", "sin", "power:3"])
def test_parseval_is_approached_from_below(name):
    partial = sum((hermite_coefficient(name, k) ** 2 for k in range(12)), arb(0))
    missing = second_moment(name) - partial
    assert missing > 0 or (name == "power:3" and missing.contains(0))
    assert missing < 0.02


def test_a_wrong_formula_would_be_caught():
    """Planted: the sign of mu_4 of relu, and the variance of the argument in erf."""
    assert not enclosure("relu", 4).overlaps(-closed_form("relu", 4))
    assert not enclosure("erf", 1).overlaps(closed_form("erf", 1) * arb(3).sqrt() / arb(2).sqrt())


def test_refusals():
    mine = Activation(np.tanh, lambda u: 1 - np.tanh(u) ** 2, name="erf")  # a catalogued name on another function
    for call in (closed_form, enclosure, hermite_coefficient):
        with pytest.raises(InputError, match="ball"):
            call(mine, 1)
        for bad in (-1, 1.0, True):
            with pytest.raises(InputError):
                call("relu", bad)
        with pytest.raises(InputError):
            call("swish", 1)
    with pytest.raises(InputError):
        hermite_coefficients("relu", 0)


def test_sum_with_an_unlisted_term_has_no_closed_form():
    mine = Activation(np.tanh, lambda u: 1 - np.tanh(u) ** 2, regularity="analytic", growth=0, ball=parse("tanh").ball)
    assert closed_form(mine + parse("relu"), 1) is None
    assert enclosure(mine + parse("relu"), 1).overlaps(enclosure("tanh", 1) + arb(1) / 2)

"""The population kernel by formula, series and integral, against quadrature and simulation."""

import math

import numpy as np
import pytest
from flint import arb

from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.hermite import enclosure, second_moment
from reconlaw.theory.kernels import closed_form_kernel, kernel_integral, kernel_series

CLOSED = ["relu", "leaky_relu:-1", "leaky_relu:1/10", "relu+leaky_relu:-2", "erf", "sin", "power:3", "hermite:4",
          "power:2+hermite:3"]  # fmt: skip
CORRELATIONS = ["0", "1/2", "-1/3", "9/10"]


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("t", CORRELATIONS)
def test_formula_series_and_integral_overlap(name, t):
    formula = closed_form_kernel(name, t)
    series, integral = kernel_series(name, t, 12), kernel_integral(name, t, bits=32)
    assert formula.rad() < 1e-30
    assert formula.overlaps(series)
    assert formula.overlaps(integral)
    assert integral.rad() < 1e-8


@pytest.mark.parametrize("name", ["tanh", "gelu", "softplus", "silu", "sigmoid", "relu+tanh"])
def test_series_and_integral_overlap_without_a_formula(name):
    assert closed_form_kernel(name, "1/2") is None
    integral = kernel_integral(name, "1/2", bits=32)
    if name == "relu+tanh":  # a kink that is not piecewise linear has the series only
        assert integral is None
        return
    assert integral.rad() < 1e-7
    assert kernel_series(name, "1/2", 30).overlaps(integral)


@pytest.mark.parametrize("name", ["relu", "erf", "sin", "selu", "tanh", "mish", "power:3"])
def test_ends_of_the_interval(name):
    assert kernel_integral(name, 1).overlaps(second_moment(name))
    assert kernel_series(name, 1, 8).contains(second_moment(name).mid())
    sign = {"odd": -1, "even": 1}.get(parse(name).parity)
    if sign:
        assert kernel_integral(name, -1).overlaps(sign * second_moment(name))
    formula = closed_form_kernel(name, -1)
    assert formula is None or formula.overlaps(kernel_integral(name, -1))


@pytest.mark.parametrize("name", ["relu", "leaky_relu:1/10", "erf", "sin", "tanh", "elu", "selu", "gelu", "relu+tanh"])
def test_simulation(name):
    rng = np.random.default_rng(20240)
    t, n = 0.6, 400_000
    u, w = rng.standard_normal((2, n))
    act = parse(name)
    products = act.value(u) * act.value(t * u + math.sqrt(1 - t * t) * w)
    error = products.std() / math.sqrt(n)
    assert abs(products.mean() - float(kernel_series(name, t, 24).mid())) < 5 * error


def test_two_dimensional_gauss_hermite():
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / math.sqrt(2 * math.pi)
    t = 0.5
    for name in ("erf", "sin", "sigmoid", "gelu"):
        act = parse(name)
        v = act.value(t * nodes[:, None] + math.sqrt(1 - t * t) * nodes)
        expected = weights * act.value(nodes) @ v @ weights
        assert float(kernel_integral(name, t, bits=32).mid()) == pytest.approx(expected, abs=1e-5)


def test_remainder_is_needed_and_enough():
    exact = closed_form_kernel("relu", 0.9)
    short = kernel_series("relu", 0.9, 3)
    assert short.contains(exact.mid())
    assert not arb(short.mid()).overlaps(exact)
    assert kernel_series("relu", 0.9, 9).rad() < short.rad()


def test_series_from_certified_integrals_alone():
    assert kernel_series("erf", "1/2", 20, coefficient=enclosure).overlaps(closed_form_kernel("erf", "1/2"))


def test_wrong_formulas_are_excluded():
    """Planted: Williams' formula with the normalization of Phi instead of erf; the arc-cosine kernel without its factor."""
    phi = 2 * (arb(1) / 4).asin() / arb.pi()
    assert not kernel_integral("erf", "1/2", bits=32).overlaps(phi)
    assert not kernel_integral("relu", "1/2").overlaps(2 * closed_form_kernel("relu", "1/2"))


@pytest.mark.parametrize("t", ["3/2", -1.0000001, float("nan"), "one", True])
def test_bad_correlations_are_refused(t):
    for call in (closed_form_kernel, kernel_integral, lambda a, s: kernel_series(a, s, 3)):
        with pytest.raises(InputError):
            call("relu", t)


def test_bad_terms_are_refused():
    with pytest.raises(InputError):
        kernel_series("relu", 0.5, 0)

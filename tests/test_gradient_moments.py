"""Constants, classes and identifiability of gradient moments: by scipy and mpmath, by sums over samples, by differences."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from flint import arb
from scipy import integrate

from reconlaw.theory.activations import Activation, parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.gradient_moments.classes import orders
from reconlaw.theory.gradient_moments.constants import (
    closed_constant,
    integral_constant,
    moment_constant,
    moment_constants,
    neuron_expectation,
)
from reconlaw.theory.gradient_moments.identifiability import ambiguities, count, polynomial_rank
from reconlaw.theory.gradient_moments.parity import parity_class, vanishes
from reconlaw.theory.gradient_moments.quadrature import neuron_rule
from reconlaw.theory.gradient_moments.residuals import kappa, label, population_residual

EVERY = [
    "relu", "leaky_relu:0.01", "sigmoid", "tanh", "erf", "gelu", "silu", "softplus", "mish", "elu", "selu", "sin",
    "power:2+power:3", "relu+erf", "hermite:4", "leaky_relu:-1",
]  # fmt: skip
POINTS = [(1.0, 0.0), (1.5, -0.75), (0.3, 2.0), (6.0, 0.5)]


def quad(f, kink=0.0):
    pieces = sorted({-12.0, 12.0, min(12.0, max(-12.0, kink))})
    return sum(
        integrate.quad(f, a, b, epsabs=1e-13, epsrel=1e-12, limit=400, full_output=1)[0] for a, b in itertools.pairwise(pieces)
    )


def he(p, z):
    return np.polynomial.hermite_e.hermeval(z, [0] * p + [1])


def phi(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


# --- constants ---


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("norm", "bias"), POINTS)
def test_constants_are_those_of_scipy(name, norm, bias):
    value = parse(name).value
    floats = moment_constants(name, range(5), norm, bias)
    for p in range(5):
        own = quad(lambda z, p=p: float(value(np.float64(norm * z + bias))) * he(p, z) * phi(z), -bias / norm) / norm**p
        ball = moment_constant(name, p, norm=norm, hidden_bias=bias, bits=50)
        assert float(ball) == pytest.approx(own, abs=1e-10 * max(1, norm**-p) + 1e-10 * abs(own))
        assert abs(floats[p] - float(ball)) <= 1e-12 * max(1, norm**-p) * (1 + abs(floats[p]))
        assert ball.rad() <= arb(2) ** -49 * (1 + abs(ball).upper())


@pytest.mark.parametrize("name", ["relu", "elu", "gelu", "erf", "sin", "power:2+power:3"])
def test_formulas_are_in_the_certified_integrals_at_a_higher_order(name):
    for p in (0, 5, 9):
        assert closed_constant(name, p, norm="2/3", hidden_bias="-1/2").overlaps(
            integral_constant(name, p, norm="2/3", hidden_bias="-1/2")
        )


@pytest.mark.parametrize(
    ("name", "formula"), [("tanh", mpmath.tanh), ("mish", lambda u: u * mpmath.tanh(mpmath.log1p(mpmath.exp(u))))]
)
def test_constants_are_means_of_derivatives(name, formula):
    """E act^(p)(rho Z + b) itself, the derivative by mpmath."""
    with mpmath.workdps(20):
        for p in (1, 3):
            mean = mpmath.quad(
                lambda z, p=p: mpmath.diff(formula, 1.3 * z - 0.4, p) * mpmath.npdf(z), [-9, -5, -3, -1.5, 0, 1.5, 3, 5, 9]
            )
            assert float(moment_constant(name, p, norm=1.3, hidden_bias=-0.4)) == pytest.approx(float(mean), abs=1e-8)


def test_relu_with_a_bias():
    b, density = 0.7, phi(0.7)
    assert moment_constants("relu", [2, 3, 4], 1, b) == pytest.approx([density, -b * density, (b * b - 1) * density])


def test_zeros_are_exact_and_declared():
    for name in EVERY:
        for p in range(7):
            ball = integral_constant(name, p, bits=40)
            if vanishes(name, p):
                assert moment_constant(name, p) == 0 and ball.contains(0) and moment_constants(name, [p])[0] == 0
            elif not (name == "selu" and p == 0) and p <= 4 and not (name.startswith("hermite") and p < 4):
                assert not ball.contains(0), (name, p)
    assert vanishes("power:2", 3, 1) and not vanishes("tanh", 2, "1/2") and not vanishes("relu", 3, -1)


def test_constants_of_an_activation_of_the_users_own():
    own = Activation(np.tanh, lambda u: 1 - np.tanh(u) ** 2)
    assert moment_constants(own, range(5), 2.0, 0.3) == pytest.approx(moment_constants("tanh", range(5), 2.0, 0.3), abs=1e-13)
    with pytest.raises(InputError, match="ball"):
        moment_constant(own, 1)


def test_squares_of_a_neuron():
    own = quad(lambda z: math.tanh(0.5 * z + 1) ** 2 * z * z * phi(z))
    ball = neuron_expectation("tanh", lambda z: z * z, 2, power=2, norm="1/2", hidden_bias=1)
    assert float(ball) == pytest.approx(own, abs=1e-12)


def test_the_quadrature_rule():
    z, w = neuron_rule(3.0, 1.0)
    for n, moment in enumerate([1, 0, 1, 0, 3, 0, 15]):
        assert w @ z**n == pytest.approx(moment, abs=1e-12)
    assert w @ (z > -1 / 3) == pytest.approx(0.5 * math.erfc(-1 / 3 / math.sqrt(2)), abs=1e-14)  # a jump at the kink
    assert neuron_rule(0.1, 50.0)[1].sum() == pytest.approx(1)


@pytest.mark.parametrize("call", [
    lambda: moment_constant("tanh", -1), lambda: moment_constant("tanh", 1, norm=0), lambda: moment_constant("tan", 1),
    lambda: moment_constant("tanh", 1, hidden_bias="x"), lambda: moment_constants("tanh", [1], math.nan),
    lambda: moment_constants("tanh", [1], 1.0, math.inf), lambda: moment_constants("tanh", [0.5]),
    lambda: moment_constants("tanh", [1], -1.0),
])  # fmt: skip
def test_bad_constants_are_refused(call):
    with pytest.raises(InputError):
        call()


# --- classes ---


@pytest.mark.parametrize(("name", "kind", "subspace", "tensor"), [
    ("relu", "linear plus even", 2, 4), ("leaky_relu:0.01", "linear plus even", 2, 4), ("gelu", "linear plus even", 2, 4),
    ("silu", "linear plus even", 2, 4), ("softplus", "linear plus even", 2, 4), ("leaky_relu:-1", "linear plus even", 2, 4),
    ("gelu+leaky_relu:-2", "linear plus even", 2, 4), ("power:4", "linear plus even", 2, 4),
    ("hermite:4", "linear plus even", 4, 4), ("tanh", "constant plus odd", 3, 3), ("sigmoid", "constant plus odd", 3, 3),
    ("erf", "constant plus odd", 3, 3), ("sin", "constant plus odd", 3, 3), ("sigmoid+tanh", "constant plus odd", 3, 3),
    ("elu", "mixed", 2, 3), ("selu", "mixed", 2, 3), ("mish", "mixed", 2, 3), ("power:2+power:3", "mixed", 2, 3),
    ("power:3", "constant plus odd", 3, 3), ("relu+tanh", "mixed", 2, 3),
])  # fmt: skip
def test_orders_by_class(name, kind, subspace, tensor):
    found = orders(name)
    assert (found.parity, found.subspace, found.tensor) == (kind, subspace, tensor)
    assert parity_class(name) == kind and abs(found.constants[subspace] * found.constants[tensor]) > 1e-3
    assert found.subspace_contractions == subspace - 2 and found.tensor_contractions == tensor - 3
    assert found.needs_direction == (subspace > 2 or tensor > 3)
    assert found.first_moment == (name not in ("leaky_relu:-1", "power:4", "hermite:4", "gelu+leaky_relu:-2"))


def test_a_bias_removes_the_contractions_once_it_is_large_enough():
    for name in ("relu", "gelu", "tanh", "sigmoid", "softplus"):
        found = orders(name, 1.0)
        assert (found.parity, found.subspace, found.tensor) == ("mixed", 2, 3), name
    assert orders("relu", 0.01).tensor == 4  # c_3 = -0.004 is not used
    assert orders("tanh", 1e-3).subspace == 3


@pytest.mark.parametrize("name", ["power:1", "power:2", "hermite:1", "hermite:2", "power:1+power:2"])
def test_linear_and_quadratic_activations_are_refused(name):
    for bias in (0, 0.8):
        with pytest.raises(InputError, match=r"linear|quadratic"):
            orders(name, bias)


def test_an_activation_without_low_orders():
    with pytest.raises(InputError, match="hidden bias"):
        orders("hermite:5")
    assert orders("hermite:5", 0.5).tensor in (3, 4)


# --- identifiability ---


def gradient(name, X, r, bias, W):
    act, U = parse(name), W @ X.T + bias
    return np.concatenate([act.value(U) @ r, ((act.derivative(U) * r) @ X).ravel()])


def residual(name, X, y, bias, output_bias, W):
    return parse(name).value(W @ X.T + bias).mean(0) + output_bias - y


@pytest.mark.parametrize(("name", "transform", "word"), [
    ("tanh", lambda x, y, o: (-x, 2 * o - y), "odd"), ("sin", lambda x, y, o: (-x, 2 * o - y), "odd"),
    ("power:4", lambda x, y, o: (-x, y), "even"), ("leaky_relu:-1", lambda x, y, o: (-x, y), "even"),
])  # fmt: skip
def test_reflections_that_are_stated_leave_the_gradient_as_it_is(name, transform, word):
    rng = np.random.default_rng(0)
    W, X, y, o = rng.standard_normal((30, 4)), rng.standard_normal((2, 4)), rng.standard_normal(2), 0.75
    other_X, other_y = X.copy(), y.copy()
    other_X[0], other_y[0] = transform(X[0], y[0], o)
    pair = [(X, residual(name, X, y, 0.0, o, W)), (other_X, residual(name, other_X, other_y, 0.0, o, W))]
    first, second = (gradient(name, data, r, 0.0, W) for data, r in pair)
    np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-12)
    assert any(f"{name} is {word}" in s for s in ambiguities(name, output_bias=o))
    assert not any(f"{name} is {word}" in s for s in ambiguities(name, output_bias=o, hidden_bias=0.5))
    if word == "odd":
        assert "1.5 - y" in " ".join(ambiguities(name, output_bias=o)) and "-y)" in " ".join(ambiguities(name))
    assert np.abs(gradient(name, X, pair[0][1], 0.5, W) - gradient(name, other_X, pair[1][1], 0.5, W)).max() > 0.1


def test_the_scale_of_homogeneous_activations_and_sets_of_reflected_samples():
    rng = np.random.default_rng(1)
    W, X = rng.standard_normal((30, 5)), rng.standard_normal((3, 5))
    r = np.array([1.0, -0.4, -0.6])
    for name, degree in (("relu", 1), ("power:3", 3)):
        np.testing.assert_allclose(gradient(name, X, r, 0, W), gradient(name, 2 * X, r / 2**degree, 0, W), rtol=1e-12)
        assert any("homogeneous" in s for s in ambiguities(name, domain="free"))
        assert not any("homogeneous" in s for s in ambiguities(name))
    np.testing.assert_allclose(gradient("sigmoid", X, r, 0, W), gradient("sigmoid", -X, -r, 0, W), rtol=1e-9, atol=1e-12)
    assert np.abs(gradient("sigmoid", X[:2], r[:2], 0, W) - gradient("sigmoid", -X[:2], -r[:2], 0, W)).max() > 0.1
    assert any("sum to zero" in s for s in ambiguities("sigmoid"))
    X[2] = -(r[:2] @ X[:2]) / r[2]  # sum r_i x_i = 0
    np.testing.assert_allclose(gradient("gelu", X, r, 0, W), gradient("gelu", -X, r, 0, W), rtol=1e-9, atol=1e-12)
    assert any("sum r_i x_i = 0" in s for s in ambiguities("gelu")) and len(ambiguities("elu")) == 2


@pytest.mark.parametrize(("B", "d"), [(1, 3), (2, 5), (4, 4), (3, 6)])
def test_ranks_of_linear_and_quadratic_gradients(B, d):
    """By a numerical Jacobian of output and hidden gradients."""
    rng = np.random.default_rng(2)
    W, X, r = rng.standard_normal((3 * B * d, d)), rng.standard_normal((B, d)), rng.choice([-1.0, 1.3], B)
    for degree in (1, 2):
        name, h = f"power:{degree}", 1e-6
        columns = []
        for i in range(B * d):
            step = np.zeros(B * d)
            step[i] = h
            ends = [gradient(name, (X.ravel() + s * step).reshape(B, d), r, 0, W) for s in (1, -1)]
            columns.append((ends[0] - ends[1]) / (2 * h))
        sizes = np.linalg.svd(np.array(columns), compute_uv=False)
        assert (sizes > 1e-6 * sizes[0]).sum() == polynomial_rank(degree, B, d)


def test_counting():
    assert count(4, 10, 41) == count(4, 10, 41, domain="sphere") and count(4, 10, 41).enough and not count(4, 10, 40).enough
    assert count(4, 10, 44, domain="free").unknowns == 44 and not count(4, 10, 44, domain="free").enough
    full = count(2, 6, 5, hidden_gradient=True, domain="free")
    assert (full.unknowns, full.equations, full.independent, full.enough) == (14, 35, 5 + 2 * 9, True)
    with pytest.raises(InputError):
        polynomial_rank(2, 5, 4)
    with pytest.raises(InputError):
        count(0, 1, 1)


# --- residuals ---


def test_residuals_kappa_and_labels():
    rng = np.random.default_rng(3)
    z = rng.standard_normal(400_000)
    for name, norm, bias in (("elu", 1.0, 0.0), ("sigmoid", 2.0, 0.5)):
        sampled = parse(name).value(norm * z + bias).mean() + 3 - 0.25
        found = population_residual(name, 0.25, norm=norm, hidden_bias=bias, output_bias=3)
        assert float(found) == pytest.approx(sampled, abs=5e-3)
    assert float(kappa([population_residual("relu", y) for y in (1, -1)])) == pytest.approx(2.3274, abs=1e-4)
    assert kappa([1, "-1/2", 3]) == 6 and kappa([0, 1]) == arb("inf") and not kappa([arb(0, 1e-9), 1]).is_finite()
    with pytest.raises(InputError):
        kappa([])
    for y in (1, -1, 0.3):
        weight = population_residual("mish", y, norm=2, output_bias=5) * moment_constant("mish", 3, norm=2)
        assert float(label("mish", weight, 3, norm=2, output_bias=5)) == pytest.approx(y, abs=1e-12)
    with pytest.raises(ZeroDivisionError):
        label("tanh", 1, 2)

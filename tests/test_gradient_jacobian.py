"""The gradient of a network and its Jacobian, a second way; its structural bounds at every small size."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from reconlaw.numerics.generic_gradients import gradient_point
from reconlaw.theory.activations import parse
from reconlaw.theory.gradient_counting import explicit_kernel, gradient_bounds
from reconlaw.theory.gradients import (
    OBSERVED,
    UNKNOWNS,
    coefficients,
    directions,
    gradient,
    jacobian,
    jet,
    read_network,
)
from reconlaw.theory.rationals import matrix, vector


def floats(rows):
    return np.array([[float(Fraction(t)) for t in row] for row in rows])


def small(rng, activation, B, d, m, bias="0"):
    """A point of size about one, for floats."""
    point = gradient_point(activation, B, d, m, "free", rng)
    W, X = ([[f"{int(t)}/64" for t in row] for row in rng.integers(-90, 91, (k, d)) * 2 + 1] for k in (m, B))
    return point | {"W": W, "X": X, "hidden_bias": [bias] * m}


@pytest.mark.parametrize("activation", ["tanh", "gelu", "relu", "power:2+power:3", "elu"])
def test_gradient_is_the_derivative_of_the_loss(activation):
    """Central differences of sum (f - y)^2 / 2 by every weight and bias, in floats."""
    rng = np.random.default_rng(1)
    point = small(rng, activation, 3, 2, 4, "1/3")
    network, X, c = read_network(point), matrix("X", point["X"]), fmpq(3, 7)
    y = vector("y", ["1/2", "-2", "3"])
    act, flat = parse(activation).value, floats(point["X"])
    weights = np.concatenate(
        [floats([point["output_weights"]]).ravel(), floats(point["W"]).ravel(), np.full(4, 1 / 3), [3 / 7]]
    )

    def loss(w):
        a, W, b, bias = w[:4], w[4:12].reshape(4, 2), w[12:16], w[16]
        return 0.5 * np.sum((act(flat @ W.T + b) @ a + bias - np.array([0.5, -2, 3])) ** 2)

    r = coefficients(network, X, y, c)
    by_output, by_hidden, by_bias = gradient(network, X, r)
    own = [float(arb(t).mid()) for t in [*by_output, *itertools.chain(*by_hidden), *by_bias, sum(r, fmpq(0))]]
    h = 1e-5
    for k, t in enumerate(own):
        e = h * np.eye(17)[k]
        assert (loss(weights + e) - loss(weights - e)) / (2 * h) == pytest.approx(t, rel=1e-6, abs=1e-5 * max(map(abs, own)))


@pytest.mark.parametrize(
    "activation", ["tanh", "sigmoid", "gelu", "softplus", "sin+erf", "relu+tanh", "power:2+power:3", "leaky_relu:1/5"]
)
@pytest.mark.parametrize("unknowns", UNKNOWNS)
def test_jacobian_by_differences(activation, unknowns):
    """numpy's own gradient, moved along every unknown."""
    rng = np.random.default_rng(2)
    B, d, m = 2, 3, 4
    point = small(rng, activation, B, d, m, "1/5")
    network, X, r = read_network(point), matrix("X", point["X"]), vector("r", point["coefficients"])
    W, a, act = floats(point["W"]), floats([point["output_weights"]])[0], parse(activation)
    x0, r0 = floats(point["X"]), floats([point["coefficients"]])[0]
    y = act.value(x0 @ W.T + 0.2) @ a - r0

    def observed(z):
        x = z[: B * d].reshape(B, d)
        u = x @ W.T + 0.2
        s = z[B * d :] if unknowns == "coefficients" else act.value(u) @ a - y if unknowns == "labels known" else r0
        return np.concatenate([s @ act.value(u), (a[:, None] * ((s[:, None] * act.derivative(u)).T @ x)).ravel()])

    z0 = np.concatenate([x0.ravel(), r0 if unknowns == "coefficients" else []])
    J = jacobian(network, X, r, observed="both", unknowns=unknowns, domain="free")
    own = np.array([[float(arb(t).mid()) for t in row] for row in J])
    h = 1e-6
    found = np.array([(observed(z0 + e) - observed(z0 - e)) / (2 * h) for e in h * np.eye(len(z0))]).T
    assert np.allclose(own, found, rtol=1e-5, atol=1e-5 * np.abs(own).max())
    for which, cut in (("output", slice(0, m)), ("hidden", slice(m, None))):
        rows = jacobian(network, X, r, observed=which, unknowns=unknowns, domain="free")
        assert np.allclose([[float(arb(t).mid()) for t in row] for row in rows], own[cut])


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "erf", "sin", "softplus", "gelu", "power:4", "hermite:3", "tanh+gelu"])
def test_second_derivatives_by_differences_of_the_first(name):
    network = read_network({"activation": name, "W": [["1"]], "output_weights": ["1"], "hidden_bias": ["0"]})
    with ctx.workprec(400):
        h = fmpq(1, 2**60)
        for u in (fmpq(-7, 5), fmpq(1, 9), fmpq(5, 2)):
            slope = (arb(jet(network, u + h)[1]) - arb(jet(network, u - h)[1])) / arb(2 * h)
            assert abs(slope - arb(jet(network, u, 2)[2])) < arb(2) ** -90


def test_directions_on_the_sphere_are_tangent():
    point = gradient_point("power:3", 2, 4, 3, "sphere", np.random.default_rng(0))
    X, r = matrix("X", point["X"]), vector("r", point["coefficients"])
    for x in X.tolist():
        frame = fmpq_mat(directions(x, "sphere"))
        assert sum(t * t for t in x) == 1 and frame.rank() == 3 and not any((frame * fmpq_mat([[t] for t in x])).entries())
    free, sphere = (
        fmpq_mat(jacobian(read_network(point), X, r, observed="both", unknowns="samples", domain=k)) for k in ("free", "sphere")
    )
    together = fmpq_mat([a + b for a, b in zip(free.tolist(), sphere.tolist())])
    assert together.rank() == free.rank() and sphere.ncols() == 6


# structural bounds


@pytest.mark.parametrize(
    "activation", ["power:1", "power:2", "power:3", "power:1+power:2", "hermite:2", "power:2+power:4", "relu", "leaky_relu:-1"]
)
def test_bounds_are_upper_bounds_at_every_small_size(activation):
    """Against elimination over the rationals, also at special points; and never a vector in the kernel that is none."""
    rng, met = np.random.default_rng(3), 0
    for B, d, m in itertools.product((1, 2, 3), (2, 3), (1, 2, 5)):
        for domain, bias in itertools.product(("free", "sphere"), ("0", "1/2")):
            point = gradient_point(activation, B, d, m, domain, rng) | {"hidden_bias": [bias] * m}
            if not read_network(point).exact:
                continue
            network, X, r = read_network(point), matrix("X", point["X"]), vector("r", point["coefficients"])
            slopes = None
            if network.activation.slopes:
                slopes = fmpq_mat([[jet(network, u)[1] for u in row] for row in network.inputs(X)])
            for observed, unknowns in itertools.product(OBSERVED, UNKNOWNS):
                case = {"observed": observed, "unknowns": unknowns, "domain": domain}
                rank = fmpq_mat(jacobian(network, X, r, **case)).rank()
                bound = gradient_bounds(network, B, slopes=slopes, **case)[0].value
                assert rank <= bound, (B, d, m, bias, case)
                met += rank == bound
                kernel = explicit_kernel(network, X, r, unknowns=unknowns, domain=domain)
                J = fmpq_mat(jacobian(network, X, r, **case))
                assert not kernel or not any((J * fmpq_mat(kernel).transpose()).entries())
    assert met > 100 or activation == "hermite:2"


def test_quadratic_kernel_is_independent_exactly_for_independent_samples():
    rng = np.random.default_rng(5)
    for B, d in [(2, 3), (3, 3), (4, 3)]:
        point = gradient_point("power:2", B, d, 6, "free", rng)
        network, X, r = read_network(point), matrix("X", point["X"]), vector("r", point["coefficients"])
        K = fmpq_mat(explicit_kernel(network, X, r, unknowns="samples", domain="free"))
        assert K.nrows() == B * (B - 1) // 2 and (K.rank() == K.nrows()) == (d + 2 > B)
        free = explicit_kernel(network, X, r, unknowns="coefficients", domain="free")
        assert len(free) == B * (B + 1) // 2
        assert explicit_kernel(network, X, r, unknowns="labels known", domain="free") == []


def test_a_bias_breaks_half_of_the_rotations():
    """With the vectors (x, 1): B(B-1)/2 rotations become (B-1)(B-2)/2."""
    rng = np.random.default_rng(6)
    for B, d in [(2, 3), (3, 4), (4, 4)]:
        point = gradient_point("power:2", B, d, 30, "free", rng) | {"hidden_bias": ["1/2"] * 30}
        network, X, r = read_network(point), matrix("X", point["X"]), vector("r", point["coefficients"])
        J = fmpq_mat(jacobian(network, X, r, observed="output", unknowns="samples", domain="free"))
        assert J.rank() == B * d - (B - 1) * (B - 2) // 2

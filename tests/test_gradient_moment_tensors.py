"""Hermite moments by products, against the explicit tensors of order 3 and 4 built entry by entry."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss, hermeval

from reconlaw.numerics.gradients import blocks
from reconlaw.numerics.gradients.moments import (
    first_moment,
    hidden_moment_operator,
    hidden_moment_product,
    hidden_reduced_tensor,
    moment_operator,
    moment_product,
    reduced_tensor,
)
from reconlaw.numerics.gradients.regression import hermite_regression, linear_fit, regress_out, regression_fits
from reconlaw.numerics.gradients.subspace import leading_subspace
from reconlaw.theory.errors import InputError


def hermite_tensors(W, p):
    """H_p(w_j) for each row, as (m, d, ..., d): entry (i_1, ..., i_p) is prod_v He_{count of v}(w_v)."""
    m, d = W.shape
    table = np.stack([hermeval(W, np.eye(p + 1)[n]) for n in range(p + 1)])
    tensor = np.ones((m,) + (d,) * p)
    for place in itertools.product(range(d), repeat=p):
        for v in range(d):
            tensor[(slice(None), *place)] *= table[place.count(v), :, v]
    return tensor


def symmetrized(T):
    p = T.ndim
    return sum(T.transpose(s) for s in itertools.permutations(range(p))) / math.factorial(p)


def problem(d=4, m=37, k=3, seed=0):
    rng = np.random.default_rng(seed)
    u = rng.standard_normal(d)
    return rng.standard_normal((m, d)), rng.standard_normal(m), rng.standard_normal((d, k)), u / np.linalg.norm(u), rng


def contracted(T, order, u):
    for _ in range(order - 2):
        T = T @ u
    return T


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("budget", [blocks.BUDGET, 100])
def test_products_are_those_of_the_explicit_tensors(order, budget, monkeypatch):
    monkeypatch.setattr(blocks, "BUDGET", budget)
    W, g, V, u, rng = problem()
    direction = None if order == 2 else u
    T = np.einsum("j,j...->...", g, hermite_tensors(W, order)) / len(W)
    assert moment_product(W, g, V, order=order, direction=direction) == pytest.approx(contracted(T, order, u) @ V, abs=1e-12)
    Y = rng.standard_normal(W.shape)
    T = symmetrized(np.einsum("ja,j...->a...", Y, hermite_tensors(W, order - 1)))
    hidden = hidden_moment_product(W, Y, V, order=order, direction=direction)
    assert hidden == pytest.approx(contracted(T, order, u) @ V, abs=1e-11)
    T = symmetrized(np.einsum("ja,j...->a...", Y - Y.mean(0), hermite_tensors(W, order - 1)))
    centered = hidden_moment_operator(W, Y, order=order, direction=direction, centered=True)
    assert centered(V) == pytest.approx(contracted(T, order, u) @ V, abs=1e-11)
    for operator in (moment_operator(W, g, order=order, direction=direction),
                     hidden_moment_operator(W, Y, order=order, direction=direction)):  # fmt: skip
        M = operator(np.eye(4))
        assert pytest.approx(M.T, abs=1e-12) == M


@pytest.mark.parametrize("order", [3, 4])
@pytest.mark.parametrize("budget", [blocks.BUDGET, 100])
def test_reduced_tensors_are_the_explicit_ones(order, budget, monkeypatch):
    monkeypatch.setattr(blocks, "BUDGET", budget)
    Z, g, _, u, rng = problem(d=3)
    direction = None if order == 3 else u
    T = np.einsum("j,j...->...", g, hermite_tensors(Z, order)) / len(Z)
    expected = T if order == 3 else T @ u
    assert reduced_tensor(Z, g, order=order, direction=direction) == pytest.approx(expected, abs=1e-12)
    Y = rng.standard_normal(Z.shape)
    T = symmetrized(np.einsum("ja,j...->a...", Y, hermite_tensors(Z, order - 1)))
    expected = T if order == 3 else T @ u
    assert hidden_reduced_tensor(Z, Y, order=order, direction=direction) == pytest.approx(expected, abs=1e-11)


def grid(d, nodes=12):
    """Gauss-Hermite nodes (n, d) and weights of N(0, I_d), exact for polynomials of degree < 2 nodes in each variable."""
    x, w = hermegauss(nodes)
    points = np.array(list(itertools.product(x, repeat=d)))
    weights = np.prod(np.array(list(itertools.product(w / w.sum(), repeat=d))), axis=1)
    return points, weights


@pytest.mark.parametrize("order", [3, 4])
def test_stein_identity_of_both_layers_by_exact_quadrature(order):
    """A quintic activation: E g H_p and E grad_W (x) H_{p-1} are sum_i r_i c_p x_i^{(x)p}, c_p = E act^(p)."""
    act = np.polynomial.Polynomial([0.3, -1, 0.5, 2, -0.7, 0.2])
    x1, w1 = hermegauss(12)
    c = act.deriv(order)(x1) @ w1 / w1.sum()
    rng = np.random.default_rng(3)
    X, r, u = rng.standard_normal((2, 2)), np.array([1.5, -0.6]), np.array([0.6, -0.8])
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    W, weights = grid(2)
    m = len(W)
    g = m * weights * (act(W @ X.T) @ r)  # a weighted mean as a plain one
    Y = (weights[:, None] * act.deriv()(W @ X.T) * r) @ X
    T = c * np.einsum("i,ia,ib,ic->abc", r * (1 if order == 3 else X @ u), X, X, X)
    direction = None if order == 3 else u
    assert reduced_tensor(W, g, order=order, direction=direction) == pytest.approx(T, abs=1e-11)
    assert hidden_reduced_tensor(W, Y, order=order, direction=direction) == pytest.approx(T, abs=1e-11)
    assert moment_product(W, g, np.eye(2), order=order, direction=u) == pytest.approx(T @ u, abs=1e-11)
    assert first_moment(W, g) == pytest.approx((act.deriv()(x1) @ w1 / w1.sum()) * r @ X, abs=1e-11)


def test_hermite_regression_is_exact_for_polynomials():
    """T_p = E g H_p: the mean derivatives of a polynomial, by quadrature; the regression finds them from any inputs."""
    rng = np.random.default_rng(0)
    f = lambda z: 1 + z[:, 0] * z[:, 1] ** 2 - 3 * z[:, 1] ** 3 + z[:, 0] * z[:, 1] - z[:, 2] ** 2 * z[:, 0] * z[:, 1]  # noqa: E731
    Z = rng.uniform(-2, 2, (400, 3))
    nodes, weights = grid(3, 6)
    tensors = hermite_regression(Z, f(Z), 4)
    for p, T in enumerate(tensors):
        expected = np.einsum("j,j...->...", weights * f(nodes), hermite_tensors(nodes, p))
        assert T.shape == (3,) * p and pytest.approx(expected, abs=1e-10) == T
    both = hermite_regression(Z, np.stack([f(Z), Z[:, 1] ** 2], axis=1), 4)
    for T, pair in zip(tensors, both, strict=True):
        assert pair[..., 0] == pytest.approx(T, abs=1e-10)
    assert both[2][..., 1] == pytest.approx(np.diag([0.0, 2, 0]), abs=1e-10)
    assert np.abs(regress_out(Z, f(Z), 4)).max() < 1e-10


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_regress_out_leaves_the_least_squares_residual(degree):
    rng = np.random.default_rng(1)
    W, g = rng.standard_normal((300, 3)), rng.standard_normal(300)
    columns = [np.prod(W[:, list(v)], axis=1) for p in range(degree + 1) for v in
               itertools.combinations_with_replacement(range(3), p)]  # fmt: skip
    A = np.stack(columns, axis=1)
    assert regress_out(W, g, degree) == pytest.approx(g - A @ np.linalg.lstsq(A, g, rcond=None)[0], abs=1e-9)


def test_regression_cuts_the_noise_as_much_as_predicted():
    """Orthogonal to x the contracted order-3 moment of act(w.x) is noise, of variance E g^2 (w.x)^2 / m in each entry."""
    m, d = 20_000, 40
    W = np.random.default_rng(2).standard_normal((m, d))
    g, x = np.tanh(W[:, 0]), np.eye(d)[0]
    t, weights = hermegauss(60)
    weights /= weights.sum()
    slope = weights @ (t * np.tanh(t))
    predicted = np.sqrt(weights @ (t * np.tanh(t)) ** 2 / (weights @ (t * (np.tanh(t) - slope * t)) ** 2))
    noise = [np.linalg.norm(moment_product(W, f, np.eye(d), order=3, direction=x)[1:, 1:]) for f in (g, regress_out(W, g))]
    assert noise[0] / noise[1] == pytest.approx(predicted, rel=0.1)
    assert noise[0] == pytest.approx(d * np.sqrt(weights @ (t * np.tanh(t)) ** 2 / m), rel=0.1)


def test_regression_is_as_accurate_as_predicted():
    """|T - exact|^2 is 3!/m times the sum over the four f of degree 3 in two variables of E residual^2 f^2."""
    m = 2000
    t, weights = hermegauss(100)
    weights /= weights.sum()
    h = [hermeval(t, np.eye(4)[n]) / math.sqrt(math.factorial(n)) for n in range(4)]
    mu = [weights @ (np.tanh(t) * f) for f in h]
    exact = np.zeros((2, 2, 2))
    exact[0, 0, 0] = math.sqrt(6) * mu[3]
    residual = np.tanh(t) - sum(c * f for c, f in zip(mu, h, strict=True))
    average, regression = (6 / m * sum(weights @ (e * f) ** 2 for f in h) for e in (np.tanh(t), residual))
    average -= 6 / m * mu[3] ** 2  # the variance, not the second moment
    errors = []
    for Z in np.random.default_rng(2).standard_normal((200, m, 2)):
        g = np.tanh(Z[:, 0])
        errors.append([np.sum((T - exact) ** 2) for T in (reduced_tensor(Z, g), hermite_regression(Z, g, 3)[3])])
    measured = np.mean(errors, axis=0)
    assert regression < average / 2
    assert measured == pytest.approx([average, regression], rel=0.2)


def test_leading_subspace_is_that_of_the_dense_matrix():
    rng = np.random.default_rng(0)
    for d, k in ((40, 3), (6, 3), (3, 3)):
        A = rng.standard_normal((d, d))
        A += A.T
        V, values = leading_subspace(lambda v, A=A: A @ v, d, k, np.random.default_rng(1))
        exact, vectors = np.linalg.eigh(A)
        order = np.argsort(-np.abs(exact))[:k]
        assert values == pytest.approx(exact[order], abs=1e-7)
        assert pytest.approx(np.eye(k), abs=1e-10) == V.T @ V
        assert np.abs(np.sum(V * vectors[:, order], axis=0)) == pytest.approx(np.ones(k), abs=1e-6)
    first, again = (leading_subspace(lambda v: A @ v, 3, 2, np.random.default_rng(1))[0] for _ in range(2))
    assert (first == again).all()


def test_temporaries_are_bounded():
    """d = 500, m = 20000: the inputs take 160 MB, the moments less than 64 MB beside them, d^2 B nowhere."""
    rng = np.random.default_rng(0)
    W, g, V = rng.standard_normal((20_000, 500)), rng.standard_normal(20_000), rng.standard_normal((500, 10))
    u = np.eye(500)[0]
    Z = W @ V
    tracemalloc.start()
    for step in (
        lambda: moment_product(W, g, V, order=4, direction=u),
        lambda: hidden_moment_product(W, W, V, order=4, direction=u),
        lambda: reduced_tensor(Z, g, order=4, direction=np.eye(10)[0]),
        lambda: hidden_reduced_tensor(Z, Z, order=4, direction=np.eye(10)[0]),
        lambda: linear_fit(W, g),
        lambda: hermite_regression(Z, g, 4),
    ):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        step()
        assert tracemalloc.get_traced_memory()[1] - before < 2**26
    tracemalloc.stop()


W0, G0, V0, U0, _ = problem()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: first_moment(W0, G0[1:]), "g has shape"),
        (lambda: first_moment(W0, G0 * np.nan), r"g\[0\] = nan"),
        (lambda: moment_product(W0, G0, V0[1:], order=2), "V has shape"),
        (lambda: moment_product(W0, G0, V0, order=5, direction=U0), "order = 5"),
        (lambda: moment_product(W0, G0, V0, order=3), "direction = None"),
        (lambda: moment_product(W0, G0, V0, order=2, direction=U0), "direction = "),
        (lambda: moment_product(W0, G0, V0, order=3, direction=2 * U0), "direction has shape"),
        (lambda: hidden_moment_product(W0, W0[:, 1:], V0, order=2), "grad_W has shape"),
        (lambda: reduced_tensor(W0, G0, order=2), "order = 2"),
        (lambda: hidden_reduced_tensor(W0, W0[1:]), "Y has shape"),
        (lambda: linear_fit(W0[:9], G0[:9]), "at least 2"),
        (lambda: regress_out(W0, G0, 5), "degree = 5"),
        (lambda: regress_out(W0, G0, 3), "35 polynomials in 4 variables"),
        (lambda: hermite_regression(np.ones((200, 2)), np.ones(200), 2), "linearly dependent"),
        (lambda: leading_subspace(lambda v: v, 3, 4, np.random.default_rng(0)), "k = 4"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_the_rule_for_a_regression():
    assert regression_fits(350, 4, 3) and not regression_fits(349, 4, 3)
    assert regression_fits(10_000, 12, 3) and not regression_fits(10**9, 12, 4)

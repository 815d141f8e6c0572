"""Random features: the fit, the derivatives, the Jacobian in relative units, and the normal equations of the search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconlaw.numerics.inversion.gauss_newton import GaussNewton
from reconlaw.numerics.inversion.levenberg_marquardt import levenberg_marquardt
from reconlaw.numerics.inversion.problem import Problem, Projection
from reconlaw.numerics.inversion.published import published_descent
from reconlaw.numerics.jacobian import relative_jacobian, tangent_basis
from reconlaw.numerics.random_features import RandomFeatures, generator, sphere_samples, to_sphere
from reconlaw.simulation import simulate_parameters
from reconlaw.theory.errors import InputError

SMOOTH = ["tanh", "gelu", "softplus", "sigmoid", "sin", "mish", "silu", "erf", "power:3", "hermite:2+hermite:3"]
KINKED = ["relu", "leaky_relu:0.2", "elu", "selu", "relu+tanh"]


def problem(activation, n=3, d=4, p=40, seed=0, outputs=None, domain="sphere"):
    rng = np.random.default_rng(seed)
    model = RandomFeatures.gaussian(p, d, activation, rng, domain=domain)
    X = sphere_samples(n, d, rng)
    a = rng.standard_normal((n,) if outputs is None else (n, outputs))
    return model, X, a, rng


def test_fit_is_the_minimum_norm_solution():
    """It interpolates; it is orthogonal to the null space; so every other interpolant is longer."""
    model, X, _, rng = problem("relu", n=5, p=30)
    y = rng.standard_normal(5)
    theta, Phi = model.fit(X, y), model.features(X)
    assert Phi @ theta == pytest.approx(y, abs=1e-12)
    null = np.linalg.svd(Phi)[2][5:]
    assert np.abs(null @ theta).max() < 1e-12
    for _ in range(5):
        other = theta + null.T @ rng.standard_normal(25)
        assert Phi @ other == pytest.approx(y, abs=1e-11) and np.linalg.norm(other) > np.linalg.norm(theta)


def test_fit_below_the_interpolation_threshold_is_least_squares():
    model, X, _, rng = problem("tanh", n=30, p=8)
    y = rng.standard_normal(30)
    assert model.features(X).T @ (model.features(X) @ model.fit(X, y) - y) == pytest.approx(np.zeros(8), abs=1e-10)


def test_fit_is_the_limit_of_gradient_descent_from_zero():
    model, X, _, rng = problem("tanh", n=3, p=60)
    y, Phi, theta = rng.standard_normal(3), model.features(X), np.zeros(60)
    rate = 1 / np.linalg.norm(Phi, 2) ** 2
    for _ in range(4000):
        theta -= rate * Phi.T @ (Phi @ theta - y)
    assert theta == pytest.approx(model.fit(X, y), abs=1e-9)


def test_outputs_are_fitted_one_by_one():
    model, X, _, rng = problem("gelu", n=4, p=25)
    Y = rng.standard_normal((4, 3))
    both = model.fit(X, Y)
    assert both.shape == (25, 3)
    for c in range(3):
        assert both[:, c] == pytest.approx(model.fit(X, Y[:, c]), abs=1e-12)
    assert model.features(X).T @ model.coefficients(X, both) == pytest.approx(both, abs=1e-12)


def test_coefficients_are_the_inverse_kernel_times_labels():
    model, X, _, rng = problem("softplus", n=4, p=25)
    y, Phi = rng.standard_normal(4), model.features(X)
    assert model.coefficients(X, model.fit(X, y)) == pytest.approx(np.linalg.solve(Phi @ Phi.T, y), rel=1e-9)


def test_gaussian_rows_and_sphere_samples():
    model = RandomFeatures.gaussian(40_000, 5, "relu", 3)
    assert model.shape == (40_000, 5) and model.V.var() == pytest.approx(1 / 5, rel=0.02)
    X = sphere_samples(20_000, 5, np.random.default_rng(0))
    assert np.linalg.norm(X, axis=1) == pytest.approx(np.full(20_000, 5**0.5)) and np.abs(X.mean(axis=0)).max() < 0.05
    assert np.abs(X.T @ X / 20_000 - np.eye(5)).max() < 0.05
    assert (RandomFeatures.gaussian(3, 2, "relu", 7).V == RandomFeatures.gaussian(3, 2, "relu", 7).V).all()
    drawn = np.random.default_rng(7).standard_normal((3, 2)) / np.sqrt(2)
    assert (drawn == RandomFeatures.gaussian(3, 2, "relu", np.random.default_rng(7)).V).all()


def test_one_seed_for_everything_draws_independent_numbers():
    """Data, weights and starts from the seed 7 are no copies of each other. Once the start of a search was the truth."""
    X = np.random.default_rng(7).standard_normal((4, 5))
    assert not np.isin(RandomFeatures.gaussian(4, 5, "relu", 7).V * np.sqrt(5), X).any()
    streams = [generator(7, stream=name).standard_normal(20) for name in ("weights", "search")]
    assert not np.isin(streams[0], streams[1]).any() and not np.isin(streams[1], X).any()
    observed, truth = simulate_parameters(3, 8, 200, "relu", seed=7)
    model = RandomFeatures(observed["V"], "relu")
    descent = published_descent(observed["theta"], model, 3, seed=7, steps=0)
    assert descent.loss > 0.01 and np.linalg.norm(descent.samples - truth["X"], axis=1).min() > 1


@pytest.mark.parametrize("call", [
    lambda m, X: m.fit(X * 1.01, np.ones(3)), lambda m, X: m.fit(X, np.ones(4)), lambda m, X: m.fit(X[:, :3], np.ones(3)),
    lambda m, X: m.fit(X, [np.nan] * 3), lambda m, X: m.fit(X, "abc"), lambda m, X: m.fit(X[0], np.ones(3)),
    lambda m, X: m.coefficients(X, np.ones(39)), lambda m, X: RandomFeatures(m.V, "relu", domain="ball"),
    lambda m, X: RandomFeatures(m.V, "relu", radius=0), lambda m, X: RandomFeatures(m.V, "relu", radius=np.nan),
    lambda m, X: RandomFeatures(m.V[0], "relu"), lambda m, X: RandomFeatures(m.V > 0, "relu"), lambda m,
    X: RandomFeatures(m.V, "no"),
    lambda m, X: RandomFeatures.gaussian(0, 3, "relu", 0), lambda m, X: RandomFeatures.gaussian(3, 3, "relu", -1),
    lambda m, X: generator(1.5), lambda m, X: generator(True),
])  # fmt: skip
def test_bad_input_is_refused(call):
    model, X, _, _ = problem("relu")
    with pytest.raises(InputError):
        call(model, X)


@pytest.mark.parametrize(("name", "domain", "symmetry", "radius"), [
    ("tanh", "sphere", ("none", True), True), ("relu", "sphere", ("none", False), True), ("relu", "free", ("positive", False),
    True),
    ("power:3", "free", ("real", True), True), ("gelu", "free", ("none", False), False), ("tanh", "free", ("none", True),
    False),
    ("leaky_relu:-1", "free", ("real", True), True), ("gelu+leaky_relu:-2", "sphere", ("none", True), True),
    ("leaky_relu:2+relu+tanh", "sphere", ("none", True), True),
])  # fmt: skip
def test_declared_symmetries_are_exact(name, domain, symmetry, radius):
    model, X, _, _ = problem(name, domain=domain)
    assert (model.symmetry.scale, model.symmetry.sign) == symmetry and (model.radius is not None) == radius
    assert model.unknowns_per_sample == 4 - radius

    def spans_the_same(Z):
        return np.linalg.matrix_rank(np.vstack([model.features(X[:1]), model.features(Z)]), tol=1e-10) == 1

    assert spans_the_same(-X[:1]) == model.symmetry.sign
    assert spans_the_same(2 * X[:1]) == (model.activation.homogeneity is not None)


# Derivatives


@pytest.mark.parametrize("name", SMOOTH + KINKED)
def test_jacobian_products_against_differences_and_each_other(name):
    model, X, _, rng = problem(name)
    dX, W, h = rng.standard_normal(X.shape), rng.standard_normal((3, 40)), 1e-6
    local = model.at(X)
    forward = local.jvp(dX)
    assert forward == pytest.approx((model.features(X + h * dX) - model.features(X - h * dX)) / (2 * h), abs=2e-8)
    assert np.sum(forward * W) == pytest.approx(np.sum(dX * local.vjp(W)), rel=1e-12)
    assert np.einsum("pnd,nd->np", local.jacobian(), dX) == pytest.approx(forward, abs=1e-12)
    rows = np.array([4, 0, 39])
    part = model.rows(rows)
    assert (
        (part.features(X) == model.features(X)[:, rows]).all() and part.radius == model.radius and part.domain == model.domain
    )


@pytest.mark.parametrize("x", [[1.0, 0, 0], [0, 0, -2.0], [1e-3, 5, -4], [1, 1, 1], [3.0], [-2.0, 1e-200]])
def test_tangent_basis(x):
    x = np.array(x, dtype=float)
    T = tangent_basis(x)
    assert T.shape == (len(x), len(x) - 1)
    assert pytest.approx(np.eye(len(x) - 1), abs=1e-14) == T.T @ T and np.abs(x @ T).max(initial=0) < 1e-14 * np.linalg.norm(x)


@pytest.mark.parametrize("domain", ["sphere", "free"])
@pytest.mark.parametrize("name", ["tanh", "relu+tanh", "softplus"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_relative_jacobian_against_differences(name, domain, outputs):
    """Moves along great circles (or straight lines), by fractions of |x_i|, and coefficients by fractions of |a_i|."""
    model, X, a, _ = problem(name, outputs=outputs, domain=domain, seed=2)
    J, h = relative_jacobian(model, X, a), 1e-6
    u = model.unknowns_per_sample
    assert J.shape == (40 * outputs, 3 * (u + outputs))

    def theta(X, a):
        return (model.features(X).T @ a).ravel()

    for i in range(3):
        size = np.linalg.norm(X[i])
        directions = (tangent_basis(X[i]) if domain == "sphere" else np.eye(4)).T
        for k, t in enumerate(directions):
            ends = []
            for s in (h, -h):
                Z = X.copy()
                Z[i] = np.cos(s) * X[i] + np.sin(s) * size * t if domain == "sphere" else X[i] + s * size * t
                ends.append(theta(Z, a))
            assert (ends[0] - ends[1]) / (2 * h) == pytest.approx(J[:, i * u + k], abs=1e-7)
        for c in range(outputs):
            b = a.copy()
            b[i, c] += np.linalg.norm(a[i])
            assert theta(X, b) - theta(X, a) == pytest.approx(J[:, 3 * u + i * outputs + c], abs=1e-12)


# The search


@pytest.mark.parametrize("domain", ["sphere", "free"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", ["tanh", "relu+tanh", "gelu"])
def test_normal_equations_against_dense_differences(name, domain, outputs):
    """Right-hand side: minus half the gradient of the loss, exactly. Matrix: that of the dense residual Jacobian, to the order
    of the residual (Kaufman's approximation), so compared next to a zero."""
    model, X, a, rng = problem(name, outputs=outputs, domain=domain, seed=4)
    target, _ = Problem.checked(model.features(X).T @ a, model)
    for distance, check_matrix in ((0.3, False), (1e-5, True)):
        Z = target.retract(X + distance * rng.standard_normal(X.shape))
        system = GaussNewton(target, Projection.at(target, Z), tolerance=1e-3)
        gradient = system.gradient.ravel()
        gram = np.array([system.apply(e).ravel() for e in np.eye(Z.size).reshape(-1, *Z.shape)])
        dense = np.triu(system._gram())
        assert dense + np.triu(dense, 1).T == pytest.approx(gram, abs=1e-12 * np.linalg.norm(gram))

        def residual(Z):
            F = model.features(target.retract(Z)).T
            return (target.theta - F @ np.linalg.lstsq(F, target.theta, rcond=None)[0]).ravel()

        h = 1e-6
        J = np.array([(residual(Z + h * e) - residual(Z - h * e)) / (2 * h) for e in np.eye(Z.size).reshape(-1, *Z.shape)]).T
        assert gradient == pytest.approx(-J.T @ residual(Z), abs=1e-7 * np.linalg.norm(J) ** 2)
        if check_matrix:
            assert gram == pytest.approx(J.T @ J, abs=1e-3 * np.linalg.norm(J) ** 2)
            assert np.linalg.norm(gram) > 0.1 * np.linalg.norm(J.T @ J) > 0
        if domain == "sphere":  # radial directions are null
            radial = np.zeros(Z.shape)
            radial[1] = Z[1]
            assert np.abs(gram @ radial.ravel()).max() < 1e-10 * np.linalg.norm(gram)


def test_convergence_is_fast_near_a_zero():
    model, X, a, rng = problem("tanh", p=80)
    target, norm = Problem.checked(model.features(X).T @ a, model)
    state = levenberg_marquardt(target, target.retract(X + 1e-3 * rng.standard_normal(X.shape)), iterations=12)
    assert state.loss < 1e-28 and pytest.approx(X, abs=1e-10) == state.X and state.coefficients[:, 0] * norm == pytest.approx(a)


def test_projection_of_dependent_features():
    """Twice the same sample: the span is one-dimensional, and the loss is that of one sample."""
    model, X, a, _ = problem("tanh")
    target, _ = Problem.checked(model.features(X).T @ a, model)
    once, twice = Projection.at(target, X[:1]), Projection.at(target, X[[0, 0]])
    assert twice.basis.shape == (40, 1) and twice.loss == pytest.approx(once.loss, rel=1e-12)
    F = model.features(X[:1])[0]
    assert once.loss == pytest.approx(1 - (F @ target.theta[:, 0]) ** 2 / (F @ F))


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e200, 1e300])
def test_theta_of_any_size(scale):
    """Planted: squares that overflow or underflow must neither crash nor turn theta into zero."""
    model, X, a, _ = problem("tanh")
    target, norm = Problem.checked(scale * (model.features(X).T @ a), model)
    assert np.linalg.norm(target.theta) == pytest.approx(1) and norm == pytest.approx(
        scale * np.linalg.norm(model.features(X).T @ a)
    )


@pytest.mark.parametrize(
    "theta", [np.zeros(40), np.ones(39), np.full(40, np.nan), np.ones((40, 2, 1)), "x", np.ones(40, bool), []]
)
def test_bad_theta_is_refused(theta):
    with pytest.raises(InputError, match="theta"):
        Problem.checked(theta, problem("tanh")[0])


def test_samples_running_away_count_as_infinitely_bad():
    model, X, a, _ = problem("power:5", domain="free")
    target, _ = Problem.checked(model.features(X).T @ a, model)
    assert Projection.at(target, X * 1e60).loss == np.inf


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), name=st.sampled_from(["tanh", "relu", "gelu", "relu+tanh"]), scale=st.floats(1e-6, 1e6))
def test_loss_is_invariant(seed, name, scale):
    """Under permutations of the equations, scaling of theta, rotations of space and permutations of the samples."""
    model, X, a, rng = problem(name, seed=seed)
    theta, Z = model.features(X).T @ a, sphere_samples(3, 4, rng)
    loss = Projection.at(Problem.checked(theta, model)[0], Z).loss
    order, turn = rng.permutation(40), np.linalg.qr(rng.standard_normal((4, 4)))[0]
    permuted = Problem.checked(theta[order], model.rows(order))[0]
    rotated = Problem.checked(theta, RandomFeatures(model.V @ turn.T, name))[0]
    scaled = Problem.checked(scale * theta, model)[0]
    for other, samples in ((permuted, Z), (rotated, Z @ turn.T), (scaled, Z), (scaled, Z[::-1].copy())):
        assert Projection.at(other, samples).loss == pytest.approx(loss, rel=1e-9, abs=1e-15)
    assert to_sphere(3 * Z, 2.0) == pytest.approx(Z)


def test_rows_of_v_that_do_not_span_are_seen():
    rng = np.random.default_rng(0)
    flat = rng.standard_normal((40, 3)) @ rng.standard_normal((3, 4))
    late = np.vstack([flat, rng.standard_normal((1, 4))])  # the fourth direction comes with the last row only
    for V, spans in ((flat, False), (late, True), (np.eye(4), True), (np.eye(4)[:3], False)):
        for kind in (np.float64, np.float32):
            why = RandomFeatures(V.astype(kind), "tanh").ambiguity(1, 1, n_known=True)
            assert (why is not None and "do not span" in why) != spans

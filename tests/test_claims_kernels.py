"""The kernel claims of the first paper: each number a second way, boundary cases, and witnesses that must be refused."""

import math

import numpy as np
import pytest
from scipy import integrate

from reconlaw.numerics.concentration import kernel_error, slope_in_width
from reconlaw.numerics.jacobian import tangent_basis
from reconlaw.numerics.off_span import smallest_quotient
from reconlaw.numerics.population import (
    correlations,
    eigenvalue_ratio,
    gram,
    harmonic_masses,
    kappa,
    smallest_eigenvalue_prediction,
    squares,
)
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples
from reconlaw.numerics.sign_residual import finite_size_ratio, sign_residual_ratio
from reconlaw.numerics.tangent import aligned_samples, population_share, tangent_share
from reconlaw.numerics.uniform_bound import ascend, deviation
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.kernels import closed_form_kernel
from reconlaw.theory.spectral_edge import (
    free_edge,
    harmonic_dimension,
    sum_of_edges,
)

# --- the population kernel ---


@pytest.mark.parametrize("name", ["relu", "erf", "sin", "leaky_relu:0.2"])
@pytest.mark.parametrize("t", [-0.7, 0.0, 0.4, 1.0])
def test_kappa_is_the_certified_closed_form(name, t):
    assert float(kappa(name, np.array(t))) == pytest.approx(float(closed_form_kernel(name, t).mid()), abs=1e-5)


@pytest.mark.parametrize("name", ["relu", "tanh", "softplus"])
def test_derivative_is_the_difference_quotient(name):
    t, h = np.array([-0.5, 0.1, 0.6]), 1e-5
    for order in (1, 2) if name != "relu" else (1,):
        quotient = (kappa(name, t + h, order - 1) - kappa(name, t - h, order - 1)) / (2 * h)
        np.testing.assert_allclose(kappa(name, t, order), quotient, rtol=1e-6)


def test_harmonic_masses_rebuild_the_kernel_and_tend_to_hermite():
    """Degrees 0 to 3 by their polynomials written out, and the limit of large d."""
    d, t = 7, np.array([-0.3, 0.2, 0.5])
    masses = harmonic_masses("power:3", d)
    cubic = (t**3 * (d + 2) - 3 * t) / (d - 1)
    # E (v.x)^3 (v.y)^3 = 9 t + 6 t^3
    np.testing.assert_allclose(masses[1] * t + masses[3] * cubic, 9 * t + 6 * t**3, rtol=1e-12)
    assert masses.sum() == pytest.approx(15)
    np.testing.assert_allclose(harmonic_masses("tanh", 3000)[:3], squares("tanh")[:3], atol=1e-3)
    assert [harmonic_dimension(3, k) for k in range(4)] == [1, 3, 5, 7]


# --- the smallest eigenvalue ---


@pytest.mark.parametrize(("mass", "ratio"), [(1.0, 0.25), (0.3, 0.81), (2.0, 1.0), (1.0, 4.0)])
def test_one_term_is_marchenko_pastur(mass, ratio):
    assert free_edge([mass], [ratio]) == pytest.approx(mass * max(0, 1 - math.sqrt(ratio)) ** 2, abs=1e-6)


def test_edge_of_two_terms_against_random_matrices():
    """The second way: eigenvalues of a sum of two independent sample covariances."""
    rng = np.random.default_rng(3)
    n, masses, ratios = 400, [1.0, 0.5], [2.0, 0.5]
    Z = [rng.standard_normal((n, round(n / c))) for c in ratios]
    least = np.linalg.eigvalsh(sum(m * z @ z.T / z.shape[1] for m, z in zip(masses, Z)))[0]
    assert free_edge(masses, ratios) == pytest.approx(least, rel=0.06)
    assert sum_of_edges(masses, ratios) < 0.75 * least  # planted: the heuristic is not the edge
    assert free_edge([0.2, 1.0], [0.0, 3.0]) == pytest.approx(0.2, abs=1e-9)
    with pytest.raises(InputError):
        free_edge([1.0], [-1.0])
    with pytest.raises(InputError):
        free_edge([1.0, 2.0], [1.0])


def test_prediction_against_finite_width():
    """Features are drawn: the smallest eigenvalue of K / p at p = 400 n."""
    rng = np.random.default_rng(4)
    n, d = 90, 45
    found = []
    for _ in range(5):
        Phi = RandomFeatures.gaussian(400 * n, d, "relu", rng).features(sphere_samples(n, d, rng))
        found.append(np.linalg.eigvalsh(Phi @ Phi.T / (400 * n))[0])
    assert np.median(found) == pytest.approx(smallest_eigenvalue_prediction("relu", n, d, "free sum"), rel=0.12)
    assert np.median(found) > 1.05 * smallest_eigenvalue_prediction("relu", n, d, "sum of edges")


def test_both_predictions_have_the_limits_of_the_scales():
    tail = squares("relu")[2:].sum()
    for combination in ("free sum", "sum of edges"):
        assert smallest_eigenvalue_prediction("relu", 3, 10**6, combination) == pytest.approx(0.25 + tail, rel=0.01)
        assert smallest_eigenvalue_prediction("relu", 30000, 3000, combination) == pytest.approx(tail, rel=0.15)


def test_the_heuristic_is_no_lower_bound():
    rng = np.random.default_rng(5)
    least = np.median([np.linalg.eigvalsh(gram("tanh", sphere_samples(320, 20, rng)))[0] for _ in range(5)])
    assert least < 0.97 * smallest_eigenvalue_prediction("tanh", 320, 20, "sum of edges")


def test_near_duplicates_are_seen():
    assert eigenvalue_ratio("relu", 30, 30, "near-duplicates", "free sum", np.random.default_rng(0)) < 0.3


# --- concentration ---


def test_kernel_error_is_that_of_a_plain_loop():
    rng = np.random.default_rng(6)
    X, V = sphere_samples(3, 5, rng), rng.standard_normal((50, 5)) / np.sqrt(5)
    phi = [[max(float(v @ x), 0.0) for v in V] for x in X]
    K = np.array([[sum(a * b for a, b in zip(r, s)) / 50 for s in phi] for r in phi])
    for i in range(3):
        for j in range(3):
            t = min(1.0, max(-1.0, float(X[i] @ X[j]) / 5))
            K[i, j] -= (math.sqrt(1 - t * t) + t * (math.pi - math.acos(t))) / (2 * math.pi)
    assert kernel_error("relu", X, V) == pytest.approx(np.abs(np.linalg.eigvalsh(K)).max(), rel=1e-6)


def test_mean_enters_as_a_rank_two_term():
    """K/p of ReLU minus that of centred ReLU is mu_0 (1 m^T + m 1^T), m the means of centred features, of norm ~ n/sqrt p."""
    rng = np.random.default_rng(7)
    X, V = sphere_samples(60, 300, rng), rng.standard_normal((900, 300)) / np.sqrt(300)
    mean = 1 / math.sqrt(2 * math.pi)
    Phi = RandomFeatures(V, "relu").features(X)
    m = (Phi - mean).mean(axis=1)
    difference = (Phi @ Phi.T - (Phi - mean) @ (Phi - mean).T) / 900 - mean**2
    np.testing.assert_allclose(difference, mean * (m[:, None] + m[None]), atol=1e-12)
    size = np.linalg.norm(difference, 2)
    assert 0.15 < size / (mean * 60 / 30) < 2


def test_repeated_rows_do_not_concentrate():
    slopes = [slope_in_width("tanh", 8, 8, [400, 6400], "repeated", "", np.random.default_rng(s)) for s in range(7)]
    assert np.median(slopes) > -0.2


# --- the uniform bound ---


@pytest.mark.parametrize("mean", [0.0, 0.3])
def test_gradient_of_the_deviation(mean):
    rng = np.random.default_rng(8)
    model, X = RandomFeatures.gaussian(60, 4, "tanh", rng), sphere_samples(3, 4, rng)
    z, direction, h = sphere_samples(1, 4, rng), rng.standard_normal((1, 4)), 1e-6
    sizes = [deviation(model, X, z + s * h * direction, mean)[0][0] ** 2 / 2 for s in (-1, 1)]
    gradient = deviation(model, X, z, mean)[1]
    assert (sizes[1] - sizes[0]) / (2 * h) == pytest.approx(float(np.sum(gradient * direction)), rel=1e-5)


def test_ascent_beats_random_points_and_the_mean_row_alone():
    """The lower bound mu_0 mu_1 sqrt(nd/p) is reached at the mean row of V already."""
    rng = np.random.default_rng(9)
    n, d, p = 60, 30, 1500
    model, X = RandomFeatures.gaussian(p, d, "relu", rng), sphere_samples(n, d, rng)
    along = model.V.mean(axis=0)[None]
    along *= np.sqrt(d) / np.linalg.norm(along)
    random, mean_row = (float(deviation(model, X, Z)[0].max()) for Z in (sphere_samples(20, d, rng), along))
    found = ascend(model, X, along)
    assert found[0] == pytest.approx(mean_row)
    assert found[1] >= max(mean_row, random)
    assert mean_row > 0.8 * 0.5 / math.sqrt(2 * math.pi) * math.sqrt(n * d / p)


# --- off the span ---


def test_quotient_is_zero_without_room_and_for_linear_features():
    rng = np.random.default_rng(10)
    assert smallest_quotient("tanh", 4, 6, 4, 1, 10, rng) == 0
    assert smallest_quotient("power:1", 8, 6, 60, 1, 10, rng) < 1e-12


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_quotient_between_its_bounds(name):
    """Above what descents met anywhere: points drawn at random, close and far. Below L^2 d |V|^2 / |Phi|^2, always."""
    n, d, p = 4, 8, 150
    least = smallest_quotient(name, n, d, p, 4, 60, np.random.default_rng(11))
    rng = np.random.default_rng(11)
    model, X = RandomFeatures.gaussian(p, d, name, rng), sphere_samples(n, d, rng)
    Phi = model.features(X)
    scale = np.mean(np.sum(Phi**2, axis=1))
    top = d * np.linalg.norm(model.V, 2) ** 2 / scale
    rng = np.random.default_rng(12)
    for size in (1e-3, 0.1, 0.5, 3.0):
        Z = X[rng.integers(0, n, 50)] + size * rng.standard_normal((50, d))
        Z *= np.sqrt(d) / np.linalg.norm(Z, axis=1, keepdims=True)
        F = model.features(Z)
        off = F.T - Phi.T @ np.linalg.lstsq(Phi.T, F.T, rcond=None)[0]
        targets = np.concatenate([X, -X]) if name == "tanh" else X
        distance = np.linalg.norm(Z[:, None] - targets[None], axis=2).min(axis=1)
        quotients = np.sum(off**2, axis=0) / scale / (distance**2 / d)
        assert quotients.min() > 0.9 * least and quotients.max() <= top * (1 + 1e-9)


def test_rigorous_population_bound_away_from_the_samples():
    """r_inf >= sum_k mu_k^2 (1 - tau^(2k-2) |T| / lambda_min(T^(k)))_+ at every point with max |t_i| <= tau."""
    rng = np.random.default_rng(13)
    n, d, tau = 6, 24, 0.7
    X = sphere_samples(n, d, rng)
    T, mu2 = correlations(X), squares("tanh")
    top = np.linalg.norm(T, 2)
    bound = sum(m * max(0.0, 1 - tau ** (2 * k - 2) * top / np.linalg.eigvalsh(T**k)[0]) for k, m in enumerate(mu2) if k >= 1)
    assert bound > 0.005
    inverse = np.linalg.inv(gram("tanh", X))
    Z = np.concatenate([X[:1] * 0.4 + 0.6 * sphere_samples(100, d, rng), sphere_samples(100, d, rng)])
    Z *= np.sqrt(d) / np.linalg.norm(Z, axis=1, keepdims=True)
    t = Z @ X.T / d
    away = np.abs(t).max(axis=1) <= tau
    k = kappa("tanh", t[away])
    assert away.sum() > 100
    assert (float(kappa("tanh", np.array(1.0))) - np.einsum("ij,jk,ik->i", k, inverse, k)).min() > bound


# --- signs ---


@pytest.mark.parametrize("name", ["relu", "relu+tanh"])
def test_parallel_sum_identity(name):
    """The residual of act(-V x_i) is 4 [K_e K^{-1} K_o]_ii, K_e and K_o the even and odd parts of K."""
    rng = np.random.default_rng(14)
    X = sphere_samples(40, 10, rng)
    T = correlations(X)
    plus, minus = kappa(name, T), kappa(name, -T)
    even, odd = (plus + minus) / 2, (plus - minus) / 2
    direct = np.diag(plus) - np.diag(minus @ np.linalg.solve(plus, minus))
    np.testing.assert_allclose(direct, 4 * np.diag(even @ np.linalg.solve(plus, odd)), atol=1e-8)
    ratio = direct.mean() / np.mean(1 / np.diag(np.linalg.inv(plus)))
    assert ratio == pytest.approx(sign_residual_ratio(name, 40, 10, np.random.default_rng(14)))


def test_sign_residual_by_drawn_features():
    """The second way: least squares on drawn features, p = 60 n."""
    rng = np.random.default_rng(15)
    n, d, p = 60, 30, 3600
    ratios = []
    for _ in range(3):
        model, X = RandomFeatures.gaussian(p, d, "relu", rng), sphere_samples(n, d, rng)
        Phi = model.features(X).T
        residuals = [F - Phi @ np.linalg.lstsq(Phi, F, rcond=None)[0] for F in
                     (model.features(-X).T, model.features(sphere_samples(n, d, rng)).T)]  # fmt: skip
        ratios.append(np.sum(residuals[0] ** 2) / np.sum(residuals[1] ** 2))
    assert np.mean(ratios) == pytest.approx(finite_size_ratio("relu", n, d), rel=0.05)


@pytest.mark.parametrize("name", ["relu", "relu+tanh"])
@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0])
def test_sign_ratio_at_large_sizes_by_quadrature(name, ratio):
    """For 1 << n << d^2 the terms of order 1/n and n/d^2 vanish: 4 E g (1 - E g) with g from the Marchenko-Pastur density."""
    d = 100_000
    m, middle, half = squares(name), 1 + ratio, 2 * math.sqrt(ratio)  # the spectrum is middle + half cos a
    even, odd = float(m[2::2].sum()), float(m[3::2].sum())

    def integrand(a):
        x = middle + half * math.cos(a)
        return (half * math.sin(a)) ** 2 / (2 * math.pi * ratio * x) / (m[1] * x + even + odd)

    g = integrate.quad(integrand, 0, math.pi)[0] + max(0.0, 1 - 1 / ratio) / (even + odd)
    assert finite_size_ratio(name, round(ratio * d), d) == pytest.approx(4 * even * g * (1 - even * g), rel=5e-3)


# --- tangent spaces ---


@pytest.mark.parametrize("name", ["tanh", "relu"])
@pytest.mark.parametrize("t", [0.0, 0.5, -0.8])
def test_two_samples_have_a_closed_form(name, t):
    one, slope_one = float(kappa(name, np.array(1.0))), float(kappa(name, np.array(1.0), 1))
    value, slope = float(kappa(name, np.array(t))), float(kappa(name, np.array(t), 1))
    expected = 1 - (value**2 / one + (1 - t * t) * slope**2 / slope_one) / one
    X = aligned_samples(2, 6, t, np.random.default_rng(16))
    assert X[0] @ X[1] / 6 == pytest.approx(t, abs=1e-12)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), math.sqrt(6))
    assert population_share(name, X) == pytest.approx(expected, abs=1e-9)


def test_stein_gram_by_gauss_hermite():
    """n = 3 in the plane, erf: every moment of the features and tangents by a product rule in the two entries of v."""
    X = sphere_samples(3, 2, np.random.default_rng(17))
    nodes, weights = np.polynomial.hermite_e.hermegauss(90)
    V = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    w = np.sqrt(np.outer(weights, weights).ravel() / (2 * math.pi))
    act, U = parse("erf"), V @ X.T / math.sqrt(2)
    columns = [act.value(U[:, i]) for i in (0, 1)]
    columns += [act.derivative(U[:, i]) * (V @ tangent_basis(X[i])[:, 0]) for i in (0, 1)]
    basis, target = w[:, None] * np.stack(columns, axis=1), w * act.value(U[:, 2])
    off = target - basis @ np.linalg.lstsq(basis, target, rcond=None)[0]
    assert population_share("erf", X) == pytest.approx(off @ off / (target @ target), rel=1e-3)


def test_share_vanishes_without_room_or_without_curvature():
    rng = np.random.default_rng(18)
    X = aligned_samples(3, 6, None, rng)
    assert tangent_share(RandomFeatures.gaussian(12, 6, "tanh", rng), X) == 0
    assert tangent_share(RandomFeatures.gaussian(200, 6, "power:1", rng), X) < 1e-20
    assert population_share("power:1", X) < 1e-12


@pytest.mark.parametrize(("name", "exponent"), [("tanh", 4), ("erf", 4), ("relu", 3)])
def test_limit_vanishes_with_that_power_of_the_angle(name, exponent):
    rng = np.random.default_rng(19)
    small, large = (population_share(name, aligned_samples(2, 5, math.cos(a), rng)) for a in (0.05, 0.1))
    assert math.log(large / small) / math.log(2) == pytest.approx(exponent, abs=0.1)

"""The certificate of an inversion: its numbers by another route, and what it must not pass."""

import numpy as np
import pytest
from inversion_problem import problem

from reconlaw.numerics.inversion import Problem, Projection, invert
from reconlaw.numerics.inversion.certificate import certify
from reconlaw.numerics.jacobian import relative_jacobian
from reconlaw.numerics.random_features import RandomFeatures, to_sphere


def test_certificate_numbers_by_another_route():
    """Smallest singular value, leverage and error bounds at the truth, from the normal matrix instead of the QR."""
    model, X, _a, theta = problem("tanh", 2, 3, 30, 0)
    target, _norm = Problem.checked(theta, model)
    state = Projection.at(target, X)
    _, certificate = certify(target, state, None, n_known=True)
    J = relative_jacobian(model, X, state.coefficients)
    covariance = np.linalg.inv(J.T @ J)
    assert certificate.smallest_singular_value == pytest.approx(np.linalg.eigvalsh(J.T @ J)[0] ** 0.5, rel=1e-8)
    assert certificate.redundancy == pytest.approx(1 - np.max(np.diag(J @ covariance @ J.T)), rel=1e-8)
    noise = max(state.loss**0.5 * (30 / 24) ** 0.5, 1e-15 * 6**0.5)
    expected = [noise * np.trace(covariance[2 * i : 2 * i + 2, 2 * i : 2 * i + 2]) ** 0.5 for i in range(2)]
    assert certificate.error_bounds == pytest.approx(expected, rel=1e-6)
    assert (certificate.equations, certificate.unknowns) == (30, 6)


def test_the_bound_grows_as_the_coefficient_shrinks():
    model, X, _a, _ = problem("tanh", 2, 3, 60, 0)
    bounds = []
    for size in (1.0, 1e-3):
        target, _ = Problem.checked(model.features(X).T @ np.array([1.0, size]), model)
        bounds.append(certify(target, Projection.at(target, X), None, n_known=True)[1].error_bounds)
    assert bounds[1][1] > 100 * bounds[0][1] and bounds[1][0] < 10 * bounds[0][0]
    target, _ = Problem.checked(model.features(X).T @ np.array([1.0, 1e-11]), model)
    outcome, certificate = certify(target, Projection.at(target, X), None, n_known=True)
    assert outcome == "underdetermined" and "error bound" in certificate.reason


def test_an_equation_without_a_check():
    """Leverage 1: a row of V that alone sees one direction. Its theta could be anything."""
    model, X, a, _ = problem("tanh", 1, 3, 40, 0)
    V = model.V.copy()
    V[1:, 2] = 0
    lonely = RandomFeatures(V, "tanh", domain="free")
    target, _ = Problem.checked(lonely.features(X).T @ a, lonely)
    outcome, certificate = certify(target, Projection.at(target, X), None, n_known=True)
    assert outcome == "underdetermined" and "nothing to check it" in certificate.reason and certificate.redundancy < 1e-9


def test_a_missed_prediction_is_not_identified():
    model, X, _, theta = problem("tanh", 2, 3, 60, 0)
    target, _ = Problem.checked(theta, model)
    state = Projection.at(target, X)
    for missed, outcome in ((1e-9, "identified"), (None, "identified"), (1e-3, "stalled"), (np.nan, "stalled")):
        assert certify(target, state, missed, n_known=True)[0] == outcome


def test_inactive_equations_do_not_count():
    model, _X, _, theta = problem("relu", 1, 4, 60, 0)
    found = invert(theta, model, 1, seed=0)
    assert found.certificate.equations == np.count_nonzero(theta) < 60


@pytest.mark.parametrize(
    ("name", "X", "a"),
    [
        ("sigmoid", [[1.0, 0.2, -0.4], [0.3, -0.8, 0.5]], [1.0, -1.0]),
        ("sigmoid+tanh", [[1.0, 0.2, -0.4], [0.3, -0.8, 0.5], [0.1, 0.9, 0.7]], [1.0, -0.25, -0.75]),
        ("gelu", [[1.0, 0.0], [-0.5, 0.75**0.5], [-0.5, -(0.75**0.5)]], [1.0, 1.0, 1.0]),
        ("relu", [[1.0, 0.0], [-0.5, 0.75**0.5], [-0.5, -(0.75**0.5)]], [1.0, 1.0, 1.0]),
    ],
)
def test_coefficients_that_allow_an_exact_flip(name, X, a):
    X = to_sphere(np.array(X), np.sqrt(len(X[0])))
    model = RandomFeatures.gaussian(80, X.shape[1], name, 0)
    theta = model.features(X).T @ np.array(a)
    np.testing.assert_allclose(theta, _flipped(name, model, X, np.array(a)), atol=1e-12 * np.linalg.norm(theta) * 1e2)
    found = invert(theta, model, len(X), seed=0)
    assert found.residual < 1e-12
    assert found.outcome == "underdetermined"
    assert "negatives" in found.certificate.reason
    other = np.array(a)
    other[0] += 0.3
    generic = invert(model.features(X).T @ other, model, len(X), seed=0)
    assert generic.outcome == "identified"


def _flipped(name, model, X, a):
    """theta of all samples flipped: with the same coefficients for linear-plus-even, with opposite ones for sigmoid."""
    return model.features(-X).T @ (-a if name.startswith("sigmoid") else a)

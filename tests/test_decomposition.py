"""Symmetric decompositions: exact tensors, noise against scipy's least squares, error theory against explicit Jacobians."""

import math
import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from reconlaw.numerics.decomposition import (
    condition_number,
    decompose,
    expected_error,
    first_order_change,
    joint_diagonalization,
)
from reconlaw.numerics.matching import match
from reconlaw.theory.errors import InputError

EPS = np.finfo(float).eps


def cubes(A):
    return np.einsum("ip,iq,is->pqs", A, A, A)


def factors(r, k, rng, *, orthogonal=False):
    X = np.linalg.qr(rng.standard_normal((k, r)))[0].T if orthogonal else rng.standard_normal((r, k))
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    return np.cbrt(rng.uniform(1, 2.33, r) * rng.choice([-1, 1], r))[:, None] * X


def noise(k, rng):
    E = rng.standard_normal((k, k, k))
    return sum(E.transpose(order) for order in permutations(range(3))) / 6


def rms(A, found):
    return np.sqrt(np.mean(match(A, found).errors ** 2))


def error(A, found):
    return rms(A, found.factors)


def jacobian(A):
    """(k^3, r k), by its definition: d/da_i of the sum of cubes."""
    r, k = A.shape
    J = np.zeros((k, k, k, r, k))
    for i, a in enumerate(A):
        for p, e in enumerate(np.eye(k)):
            J[..., i, p] = sum(np.einsum("a,b,c->abc", *v) for v in ((e, a, a), (a, e, a), (a, a, e)))
    return J.reshape(k**3, r * k)


def optimal_factors(T, A):
    """scipy's minimiser from the start A: the oracle for the polish."""
    found = least_squares(
        lambda a: (cubes(a.reshape(A.shape)) - T).ravel(), A.ravel(), jac=lambda a: jacobian(a.reshape(A.shape)),
        xtol=1e-15, ftol=1e-15, gtol=1e-15,
    )  # fmt: skip
    return found.x.reshape(A.shape)


# --- exact tensors ---


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(0, 3), st.booleans(), st.sampled_from([1e-300, 1.0, 1e200]))
def test_exact_tensors_are_decomposed_to_rounding(seed, r, more, orthogonal, scale):
    A = factors(r, r + more, np.random.default_rng(seed), orthogonal=orthogonal)
    found = decompose(scale * cubes(A), r, seed=0)
    assert found.residual < 1e-13 and np.linalg.norm(found.tensor() / scale - cubes(A)) < 1e-13 * np.linalg.norm(cubes(A))
    assert np.allclose(np.linalg.norm(found.components, axis=1), 1) and (np.diff(found.weights) <= 0).all()
    error = match(A, np.cbrt(found.weights / scale)[:, None] * found.components).relative_error
    assert error <= 100 * np.sqrt(r) * found.condition_number * EPS
    assert found.spread <= 200 * np.sqrt(r) * found.condition_number * EPS and found.agreeing == 2
    joint = joint_diagonalization(cubes(A), r, projections=20, seed=seed)
    assert joint.residual <= 1e-4 and math.isnan(joint.spread) and joint.restarts == 0


def test_ten_components_in_every_seed():
    for seed in range(20):
        A = factors(10, 10, np.random.default_rng(seed))
        assert error(A, decompose(cubes(A), 10, seed=seed)) < 1e-14


def test_weights_are_positive_and_the_component_carries_the_sign():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3, 4))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    weights = np.array([-3.0, 2.0, -1.0])
    found = decompose(np.einsum("i,ip,iq,is->pqs", weights, X, X, X), 3, seed=0)
    assert np.allclose(found.weights, [3, 2, 1], rtol=1e-12)
    assert np.allclose(found.components, np.sign(weights)[:, None] * X, atol=1e-12)


def test_a_contraction_of_order_four_is_a_tensor_of_order_three():
    rng = np.random.default_rng(1)
    A, u = factors(4, 4, rng), rng.standard_normal(4)
    found = decompose(np.einsum("ip,iq,is,it,t->pqs", A, A, A, A, u), 4, seed=0)
    assert match(np.cbrt(A @ u)[:, None] * A, found.factors).relative_error < 1e-12


def test_the_result_depends_on_the_seed_alone():
    T = cubes(factors(5, 5, np.random.default_rng(2))) + 1e-2 * noise(5, np.random.default_rng(3))
    first, again = (decompose(T, 5, seed=7) for _ in range(2))
    other = decompose(T, 5, seed=np.random.default_rng(8))
    assert np.array_equal(first.factors, again.factors)
    assert match(first.factors, other.factors).relative_error < 1e-7


def test_without_polish_exact_tensors_are_met_and_noisy_ones_poorly():
    rng = np.random.default_rng(4)
    A = factors(6, 6, rng)
    assert error(A, decompose(cubes(A), 6, seed=0, polish=False)) < 1e-11
    T = cubes(A) + 1e-3 * noise(6, rng)
    rough, fine = decompose(T, 6, seed=0, polish=False), decompose(T, 6, seed=0)
    assert rough.residual > fine.residual and rough.restarts == 0 and math.isnan(rough.spread)


# --- noise ---


@pytest.mark.parametrize(("r", "k", "epsilon"), [(1, 4, 1e-1), (3, 3, 1e-3), (4, 7, 1e-2), (6, 6, 1e-3)])
def test_under_noise_the_least_squares_optimum_is_found(r, k, epsilon):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        A = factors(r, k, rng)
        T = cubes(A) + epsilon * noise(k, rng)
        optimum, found = optimal_factors(T, A), decompose(T, r, seed=seed)
        assert match(optimum, found.factors).relative_error < 1e-6
        assert found.residual == pytest.approx(np.linalg.norm(T - cubes(optimum)) / np.linalg.norm(T), rel=1e-9)
        assert found.agreeing >= 2 and found.spread < 1e-6
        assert error(A, found) <= 1.5 * rms(A, optimum)


def test_a_random_start_is_a_worse_minimum_often():  # else the starts by diagonalization would be of no use
    from reconlaw.numerics.decomposition.polish import polish

    rng = np.random.default_rng(0)
    A = factors(8, 8, rng)
    T = cubes(A) + 1e-3 * noise(8, rng)
    best = decompose(T, 8, seed=0).residual
    assert sum(polish(T, rng.standard_normal((8, 8)) / 3, iterations=100)[1] > 2 * best for _ in range(10)) >= 2


def test_complex_eigenvalues_are_survived():
    from reconlaw.numerics.decomposition.starts import pencil_start

    rng = np.random.default_rng(5)
    A = factors(8, 8, rng)
    T = cubes(A) + 1e-2 * noise(8, rng)
    starts = [pencil_start(T, rng) for _ in range(20)]
    assert any(start.gap == 0 for start in starts) and all(np.isfinite(start.factors).all() for start in starts)
    assert error(A, decompose(T, 8, seed=0)) <= 1.5 * rms(A, optimal_factors(T, A))


# --- what is not determined shows ---


def test_superfluous_components_show():
    rng = np.random.default_rng(6)
    A = factors(3, 6, rng)
    exact = decompose(cubes(A), 5, seed=0)
    assert (exact.weights[3:] == 0).all() and exact.condition_number == math.inf and exact.residual < 1e-13
    assert np.sum(exact.singular_values > 1e-12 * exact.singular_values[0]) == 3
    assert np.allclose(np.linalg.norm(exact.components, axis=1), 1)
    assert match(A, exact.factors).relative_error < 1e-12
    noisy = decompose(cubes(A) + 1e-6 * noise(6, rng), 5, seed=0)
    assert (noisy.weights[3:] < 1e-2).all() and noisy.condition_number > 1e4
    assert match(A, noisy.factors[:3]).relative_error < 1e-2


def test_clustered_components_show():
    for angle in (1e-1, 1e-2, 1e-3):
        A = np.array([[1.0, 0, 0, 0], [np.cos(angle), np.sin(angle), 0, 0], [0, 0, 1, 0]])
        found = decompose(cubes(A), 3, seed=0)
        assert match(A, found.factors).relative_error < 1e-14 / angle**3
        assert 0.1 / angle < found.condition_number and 0.01 * angle < found.gap < 2 * angle
    for angle in (0.0, 1e-9):
        A = np.array([[1.0, 0], [1, angle]])
        assert decompose(cubes(A), 2, seed=0).condition_number == math.inf


def test_too_small_a_rank_leaves_a_residual():
    A = factors(5, 6, np.random.default_rng(7))
    assert decompose(cubes(A), 3, seed=0).residual > 0.1


def test_a_tensor_without_a_best_approximation_has_no_agreement():
    e = np.eye(2)
    T = sum(np.einsum("a,b,c->abc", *(e[i] for i in place)) for place in ((0, 0, 1), (0, 1, 0), (1, 0, 0)))
    for seed in range(10):  # border rank 2, rank 3: the infimum 0 is not attained
        found = decompose(T, 2, seed=seed)
        assert found.condition_number > 100 and found.residual > 1e-7 and not found.spread < 1e-6
    assert joint_diagonalization(T, 2, projections=5, seed=0).residual > 0.1


# --- the paper's route ---


def test_many_projections_tend_to_the_coordinate_slices():
    rng = np.random.default_rng(9)
    T = cubes(factors(4, 4, rng)) + 1e-3 * noise(4, rng)
    limit = joint_diagonalization(T, 4, projections=None, seed=0, plug_in=False).factors
    distance = [
        np.median([
            match(limit, joint_diagonalization(T, 4, projections=L, seed=s, plug_in=False).factors).relative_error
            for s in range(9)
        ])
        for L in (10, 1000, 100_000)
    ]  # fmt: skip
    assert distance[1] < 0.3 * distance[0] and distance[2] < 0.3 * distance[1]


def test_joint_diagonalization_solves_its_equations():
    from reconlaw.numerics.decomposition.joint import joint_diagonalizer

    rng = np.random.default_rng(10)
    T = cubes(factors(5, 5, rng)) + 1e-2 * noise(5, rng)
    found = joint_diagonalizer(T)
    M = found.inverse @ T @ found.inverse.T
    equations = np.einsum("ljj,lij->ij", M, M)
    assert found.converged and np.allclose(np.diag(equations), 1)
    assert np.abs(equations - np.eye(5)).max() < 1e-10
    off = M - np.einsum("lii,ij->lij", M, np.eye(5))
    assert found.criterion == pytest.approx(np.sum(off**2) / np.sum((M - off) ** 2))
    exact = joint_diagonalizer(cubes(factors(5, 5, rng)))
    assert exact.converged and exact.criterion < 1e-24 and exact.steps < 40


def test_the_second_round_helps_orthogonal_components():
    first, second = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        A = factors(6, 6, rng, orthogonal=True)
        T = cubes(A) + 3e-2 * noise(6, rng)
        first.append(error(A, joint_diagonalization(T, 6, projections=6, seed=seed, plug_in=False)))
        second.append(error(A, joint_diagonalization(T, 6, projections=6, seed=seed)))
    assert np.median(second) < np.median(first)


# --- the error theory ---


@pytest.mark.parametrize(("r", "k"), [(1, 1), (1, 3), (3, 3), (2, 5), (4, 5)])
def test_condition_number_and_expected_error_are_those_of_the_jacobian(r, k):
    A = factors(r, k, np.random.default_rng(r + k)) * np.linspace(1, 3, r)[:, None]
    J, lengths = jacobian(A), np.linalg.norm(A, axis=1)
    smallest = np.linalg.svd(J * np.repeat(lengths, k), compute_uv=False)[-1]
    size = np.linalg.norm(cubes(A))
    assert condition_number(A, size) == pytest.approx(size / (np.sqrt(r) * smallest), rel=1e-10)
    covariance = np.linalg.inv(J.T @ J)
    assert np.allclose(expected_error(A, 0.1), 0.1 * np.sqrt(np.diag(covariance).reshape(r, k).sum(axis=1)), rtol=1e-9)
    E = noise(k, np.random.default_rng(0))
    assert np.allclose(first_order_change(A, E).ravel(), np.linalg.lstsq(J, E.ravel(), rcond=None)[0], rtol=1e-8, atol=1e-10)


def test_the_first_order_change_is_the_derivative_of_the_decomposition():
    rng = np.random.default_rng(12)
    A = factors(4, 6, rng)
    E, predicted, remainder = noise(6, rng), None, []
    for t in (1e-2, 1e-3, 1e-4):
        found = decompose(cubes(A) + t * E, 4, seed=0)
        predicted = t * first_order_change(A, E)
        remainder.append(np.linalg.norm(match(A, found.factors).aligned - A - predicted) / np.linalg.norm(predicted))
    assert remainder[1] < 0.2 * remainder[0] and remainder[2] < 0.2 * remainder[1]
    relative = np.sqrt(np.mean(np.sum(predicted**2, axis=1) / np.sum(A**2, axis=1)))
    assert relative <= condition_number(A, 1.0) * 1e-4 * np.linalg.norm(E)


def test_the_expected_error_is_that_of_repeated_noise():
    rng = np.random.default_rng(13)
    A, changes = factors(3, 4, rng), []
    for _ in range(200):
        changes.append(match(A, decompose(cubes(A) + 1e-3 * noise(4, rng), 3, seed=0, pencils=1).factors).aligned - A)
    measured = np.sqrt(np.mean(np.sum(np.array(changes) ** 2, axis=2), axis=0))
    assert np.allclose(measured, expected_error(A, 1e-3), rtol=0.2)  # standard error about 3 %


def test_errors_of_factors_that_are_not_determined():
    for A in (np.zeros((1, 2)), np.ones((2, 2))):
        assert condition_number(A, 1.0) == math.inf
        with pytest.raises(np.linalg.LinAlgError):
            expected_error(A, 1.0)
    with pytest.raises(InputError, match="change has shape"):
        first_order_change(np.eye(3), np.zeros((2, 2, 2)))


# --- input, and tensorly ---


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"T": np.full((2, 2, 2), np.nan)}, "finite"),
        ({"T": np.zeros((2, 2, 2))}, "T is zero"),
        ({"T": np.arange(8.0).reshape(2, 2, 2)}, "not symmetric"),
        ({"T": np.ones((2, 2, 3))}, r"must be \(k, k, k\)"),
        ({"T": np.eye(2)}, "3 dimensions"),
        ({"T": 1j * np.ones((2, 2, 2))}, "real"),
        ({"rank": 0}, "rank = 0"),
        ({"rank": 3}, "at most k = 2"),
        ({"rank": 1.5}, "rank = 1.5"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_bad_input(change, message):
    arguments = {"T": cubes(np.eye(2)), "rank": 2, "seed": 0} | change
    with pytest.raises(InputError, match=message):
        decompose(**arguments)
    with pytest.raises(InputError, match=message):
        joint_diagonalization(**arguments, projections=3)


def test_bad_counts():
    with pytest.raises(InputError, match="pencils = 0"):
        decompose(cubes(np.eye(2)), 2, seed=0, pencils=0)
    with pytest.raises(InputError, match="projections = 0"):
        joint_diagonalization(cubes(np.eye(2)), 2, seed=0, projections=0)


def test_the_tensorly_tensor():
    tensorly = pytest.importorskip("tensorly")
    found = decompose(cubes(factors(3, 5, np.random.default_rng(14))), 3, seed=0)
    assert np.allclose(tensorly.cp_to_tensor(found.cp_tensor()), found.tensor(), atol=1e-14)


def test_without_tensorly_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorly", None)
    monkeypatch.setitem(sys.modules, "tensorly.cp_tensor", None)
    with pytest.raises(InputError, match=r'pip install "reconlaw\[tensor\]"'):
        decompose(cubes(np.eye(2)), 2, seed=0).cp_tensor()

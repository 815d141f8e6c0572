"""The pieces of the search: sign decoupling, extra atoms and pruning, conjugate gradients, the certificate by blocks."""

from __future__ import annotations

import numpy as np
import pytest
from inversion_problem import problem

import reconlaw as rl
from reconlaw.numerics.engine import one_pool
from reconlaw.numerics.inversion import conditioning, gauss_newton, invert, matrix_free
from reconlaw.numerics.inversion.conditioning import Conditioning
from reconlaw.numerics.inversion.gauss_newton import GaussNewton
from reconlaw.numerics.inversion.problem import Problem, Projection
from reconlaw.numerics.inversion.search import Effort, fewest, grow, most_atoms, prune, search
from reconlaw.numerics.inversion.signs import _signs, restore_signs
from reconlaw.theory.activations import even_part, odd_part, parse

LINEAR_PLUS_EVEN = ["relu", "leaky_relu:0.2", "gelu", "silu", "softplus", "relu+gelu", "power:1+power:2"]


# --- the even part ---


@pytest.mark.parametrize("name", LINEAR_PLUS_EVEN)
def test_even_part_is_even_and_differs_by_a_linear_function(name):
    f, u = parse(name), np.linspace(-3, 3, 61) + 1e-3
    even, slope = even_part(f)
    assert even.value(u) == pytest.approx(even.value(-u), abs=1e-12) and even.parity == "even"
    assert even.derivative(u) == pytest.approx(-even.derivative(-u), abs=1e-12)
    assert f.value(u) - even.value(u) == pytest.approx(slope * u, abs=1e-12) and slope != 0


@pytest.mark.parametrize("name", ["tanh", "relu+tanh", "elu", "power:2", "hermite:2+hermite:3"])
def test_no_even_part_where_the_odd_part_is_not_linear_or_is_zero(name):
    assert even_part(parse(name)) is None
    assert rl.RandomFeatures.gaussian(20, 3, name, 0).decoupled() is None


@pytest.mark.parametrize("name", ["sigmoid", "sigmoid+tanh"])
def test_odd_part_is_odd_and_differs_by_a_constant(name):
    f, u = parse(name), np.linspace(-3, 3, 61)
    odd, constant = odd_part(f)
    assert odd.value(u) == pytest.approx(-odd.value(-u), abs=1e-15) and odd.parity == "odd"
    assert f.value(u) - odd.value(u) == pytest.approx(constant) and constant == 0.5
    assert odd.derivative(u) == pytest.approx(f.derivative(u)) and odd_part(parse("tanh")) is None


@pytest.mark.parametrize("name", [*LINEAR_PLUS_EVEN, "sigmoid"])
def test_signs_leave_the_decoupled_problem_and_are_restored(name):
    model, X, _, theta = problem(name, 4, 6, 90, 0, outputs=None)
    whole, _ = Problem.checked(theta, model)
    decoupled = whole.decoupled()
    flips = np.array([1.0, -1.0, -1.0, 1.0])[:, None]
    for Z in (X, flips * X):
        state = Projection.at(decoupled, Z)
        assert state.loss < 1e-28
        assert restore_signs(whole, decoupled, state) == pytest.approx(X)
    assert Projection.at(whole, flips * X).loss > 1e-4  # the problem itself tells the signs
    assert decoupled.equations == 90 - (1 if name == "sigmoid" else 6)


def test_signs_beyond_the_dimension_are_enumerated():
    rng = np.random.default_rng(0)
    M, s = rng.standard_normal((3, 12)), np.where(rng.random(12) < 0.5, -1.0, 1.0)
    assert np.array_equal(_signs(M, M @ s), s)  # 2^12 patterns, 3 equations
    M[:, 4] = 0
    s[4] = 1
    assert np.array_equal(_signs(M, M @ s), s)


# --- atoms ---


def met(name="tanh", n=3, d=5, p=80, seed=0):
    model, X, _, theta = problem(name, n, d, p, seed)
    return Problem.checked(theta, model)[0], X


def test_the_cost_of_an_atom_is_the_growth_of_the_loss_without_it():
    target, X = met(n=4, p=60)
    Z = target.retract(np.vstack([X[:3] + 0.2, target.random_start(2, np.random.default_rng(1))]))
    state = Projection.at(target, Z)
    for i in range(len(Z)):
        without = Projection.at(target, np.delete(Z, i, axis=0)).loss
        assert state.costs[i] == pytest.approx(without - state.loss, rel=1e-9)


def test_pruning_removes_the_spare_atoms_and_no_other():
    target, X = met()
    Z = np.vstack([X, target.random_start(2, np.random.default_rng(3))])
    state = prune(target, Projection.at(target, Z[[3, 0, 4, 1, 2]]), 3, Effort(4, 3, 10))
    assert state.loss < 1e-28 and rl.match(X, state.X, symmetry="sign").relative_error < 1e-12


def test_two_atoms_on_one_sample_count_as_one():
    """Both cost little alone; removing both would lose the sample."""
    target, X = met()
    near = target.retract(X[:1] + 1e-4)
    state = prune(target, Projection.at(target, np.vstack([X, near, target.random_start(1, np.random.default_rng(3))])), 3,
                  Effort(4, 3, 10))  # fmt: skip
    assert state.loss < 1e-26 and rl.match(X, state.X, symmetry="sign").relative_error < 1e-10


def test_fewest_atoms_are_the_samples():
    target, X = met(n=3)
    state = grow(target, 6, 1e-12, Effort(10**9, 10, 30), np.random.default_rng(0))
    assert len(state.X) >= 3
    state = fewest(target, state, 1e-12)
    assert len(state.X) == 3 and rl.match(X, state.X, symmetry="sign").relative_error < 1e-9
    unmet = Projection.at(target, X[:2])
    assert fewest(target, unmet, 1e-12) is unmet


def test_extra_atoms_leave_equations_to_spare():
    for p, atoms in ((200, 6), (26, 4), (22, 4), (10, 4)):
        target, _ = met(n=4, d=5, p=p)
        assert most_atoms(target, 4) == atoms  # five unknowns each
    assert Effort.for_samples(met(n=4, p=40)[0], 4) != Effort.for_samples(met(n=4, p=60)[0], 4)


def test_more_samples_asked_than_there_are():
    target, _ = met(n=2, p=120)
    state = search(target, 5, 1e-12, np.random.default_rng(0))
    assert state.X.shape == (5, 5) and state.loss < 1e-24


# --- the linear algebra ---


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize("outputs", [None, 2, 6])
def test_conjugate_gradients_solve_the_dense_system(name, outputs, monkeypatch):
    model, X, _, theta = problem(name, 4, 6, 300, 0, outputs=outputs)
    target = Problem.checked(theta, model)[0]
    Z = target.retract(X + 0.3 * np.random.default_rng(1).standard_normal(X.shape))
    for point in [target, *([target.decoupled()] if name != "tanh" else [])]:
        state = Projection.at(point, Z)
        dense = GaussNewton(point, state, 1e-12)
        monkeypatch.setattr(gauss_newton, "DENSE_COST", 0)
        free = GaussNewton(point, state, 1e-12)
        monkeypatch.undo()
        assert dense.dense and not free.dense
        exact = dense.solve(1e-2)
        # the two take the mean diagonal of a sample over different directions: compare at the dense system's shift
        step = free._conjugate_gradients(1e-2 * dense._mean + 1e-14 * dense._mean.max(), iterations=500)
        assert step == pytest.approx(exact, abs=1e-8 * np.abs(exact).max())
        assert np.abs(np.log(free._mean / dense._mean)).max() < np.log(3)  # an estimate: it only sets the damping


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("outputs", [None, 2])
def test_certificate_by_blocks_and_by_factors_agree(name, outputs, monkeypatch):
    model, X, _, theta = problem(name, 3, 5, 120, 0, outputs=outputs)
    target = Problem.checked(theta, model)[0]
    state = Projection.at(target, X)
    whole = Conditioning(target, state)
    monkeypatch.setattr(conditioning, "FACTORED", 0)
    monkeypatch.setattr(conditioning, "BLOCK_ENTRIES", 700)
    blocks = Conditioning(target, state)
    assert np.array_equal(whole.rows, blocks.rows)
    assert blocks.smallest == pytest.approx(whole.smallest, rel=1e-8)
    assert blocks.redundancy == pytest.approx(whole.redundancy, rel=1e-8)
    assert blocks.spreads == pytest.approx(whole.spreads, rel=1e-8)


def test_a_singular_problem_is_singular_by_blocks_too(monkeypatch):
    """An equal sample twice: the Gram matrix cannot be factored, and J is."""
    model, X, _, theta = problem("tanh", 3, 5, 120, 0)
    target = Problem.checked(theta, model)[0]
    state = Projection.at(target, X[[0, 1, 1]])
    monkeypatch.setattr(conditioning, "FACTORED", 0)
    found = Conditioning(target, state)
    assert found.smallest < 1e-12


@pytest.mark.parametrize("domain", ["sphere", "free"])
@pytest.mark.parametrize(("name", "outputs"), [("tanh", None), ("relu", None), ("gelu", 2), ("tanh", 5)])
def test_certificate_by_products_bounds_the_exact_one(name, outputs, domain, monkeypatch):
    model, X, _, theta = problem(name, 3, 5, 150, 0, outputs=outputs, domain=domain)
    target = Problem.checked(theta, model)[0]
    state = Projection.at(target, target.retract(X))
    exact = Conditioning(target, state)
    monkeypatch.setattr(conditioning, "GRAM_BYTES", 0)
    bound = Conditioning(target, state)
    assert np.array_equal(exact.rows, bound.rows)
    assert 0 < bound.smallest <= exact.smallest * (1 + 1e-9) and bound.smallest > 0.2 * exact.smallest
    assert np.all(bound.spreads >= exact.spreads * (1 - 1e-9)) and np.all(bound.spreads < 10 * exact.spreads)
    assert 1 > bound.redundancy >= exact.redundancy - 1e-3  # of a few rows only


def test_leverages_by_products(monkeypatch):
    model, X, _, theta = problem("tanh", 2, 4, 30, 0, outputs=2)
    target = Problem.checked(theta, model)[0]
    state = Projection.at(target, X)
    exact = Conditioning(target, state)
    monkeypatch.setattr(conditioning, "GRAM_BYTES", 0)
    monkeypatch.setattr(matrix_free, "LEVERAGES", 120)  # all rows
    assert Conditioning(target, state).redundancy == pytest.approx(exact.redundancy, abs=1e-3)


def test_a_sample_without_coefficient_is_undetermined_by_products_too(monkeypatch):
    model, X, a, _ = problem("tanh", 3, 5, 150, 0)
    target = Problem.checked(model.features(X[:2]).T @ a[:2], model)[0]
    monkeypatch.setattr(conditioning, "GRAM_BYTES", 0)
    found = Conditioning(target, Projection.at(target, X))
    assert found.smallest < 1e-8 and found.spreads.max() > 1e6


# --- the whole ---


@pytest.mark.parametrize(("name", "symmetry"), [("tanh", "sign"), ("relu", "none"), ("gelu", "none"), ("relu+tanh", "none")])
def test_close_to_the_threshold(name, symmetry):
    """p = 1.6 nd: variable projection from a start with as many atoms as samples hardly ever gets there."""
    model, X, _, theta = problem(name, 6, 12, round(1.6 * 72), 1)
    found = invert(theta, model, 6, seed=0, starts=40)
    assert found.outcome == "identified"
    assert rl.match(X, found.samples, symmetry=symmetry).relative_error < 1e-8


def test_single_precision_v_is_kept_and_costs_no_accuracy():
    rng = np.random.default_rng(0)
    V = (rng.standard_normal((5000, 6)) / np.sqrt(6)).astype(np.float32)
    X, a = rl.sphere_samples(3, 6, rng), np.array([1.0, -0.5, 2.0])
    single, double = rl.RandomFeatures(V, "gelu"), rl.RandomFeatures(V.astype(float), "gelu")
    assert single.V.dtype == np.float32 and double.V.dtype == np.float64
    assert single.features(X) == pytest.approx(double.features(X), rel=1e-14)
    W = rng.standard_normal((3, 5000))
    assert single.at(X).vjp(W) == pytest.approx(double.at(X).vjp(W), rel=1e-12)
    found = invert(double.features(X).T @ a, single, 3, seed=0)
    assert found.outcome == "identified" and rl.match(X, found.samples).relative_error < 1e-12


def test_published_is_a_method_that_needs_n():
    model, _, _, theta = problem("tanh", 2, 5, 200, 0)
    with pytest.raises(rl.InputError, match="published method needs the number of samples"):
        invert(theta, model, seed=0, method="published")


def test_the_search_says_what_it_does(caplog):
    model, _, _, theta = problem("relu", 3, 10, 120, 0)
    with caplog.at_level("INFO", logger="reconlaw.inversion"):
        found = invert(theta, model, 3, seed=0)
    said = [record.getMessage() for record in caplog.records]
    assert any("atoms placed" in line for line in said)
    assert any(line.startswith("start 1 ended with 3 samples") for line in said)
    assert said[-1] == "certificate of 3 samples" and found.outcome == "identified"


def test_only_one_of_the_two_blas_pools_keeps_its_threads():
    from threadpoolctl import threadpool_info

    def of_scipy():
        return [lib["num_threads"] for lib in threadpool_info() if "scipy.libs" in lib["filepath"]]

    before = of_scipy()
    with one_pool():
        assert all(threads == 1 for threads in of_scipy())
    assert of_scipy() == before

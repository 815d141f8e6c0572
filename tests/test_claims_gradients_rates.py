"""Sampled claims on batch gradients: errors, laws and factors a second way, boundaries, planted wrong results."""

import json
from itertools import permutations
from math import factorial, log, sqrt

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermeval
from scipy import stats
from scipy.integrate import quad
from test_claims import leaves, verdict

from reconlaw.numerics.decomposition_trials import coherent_batch, error_to_bound
from reconlaw.numerics.gradient_route_trials import averages, largest_residual_error, reconstruct
from reconlaw.numerics.gradient_trials import (
    Problem,
    conditional_tensor_error,
    contracted_span_error,
    first_moment_error,
    operator_norm_error,
    reduced_tensor_error,
    second_moment_error,
    single_sample_error,
    slopes_of,
    span_error,
    subspace,
    typical_vector,
)
from reconlaw.numerics.gradients.regression import regress_out
from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.regression_gain import regression_gain

RATES = [
    "first-moment-rate", "second-moment-rate", "reduced-tensor-rate", "reconstruction-rate", "row-space-removes-dimension",
    "random-contraction", "reused-neurons",
]  # fmt: skip
COUNTS = ["single-sample-concentration", "decomposition-error", "residual-concentration", "labels", *RATES[:3]]


def mean(f):
    """E f(Z), the real line cut at a kink at 0."""

    def integrand(z):
        return f(z) * np.exp(-z * z / 2) / sqrt(2 * np.pi)

    return quad(integrand, -12, 0, epsabs=1e-12)[0] + quad(integrand, 0, 12, epsabs=1e-12)[0]


def constant(activation, p):
    act = parse(activation).value
    return mean(lambda z: float(act(np.array(z))) * hermeval(z, [0] * p + [1]))


# the errors, from their definitions


@pytest.mark.parametrize("activation", ["elu", "tanh", "relu"])
def test_errors_by_explicit_hermite_tensors(activation):
    rng = np.random.default_rng(3)
    problem = Problem.draw(activation, 2, 5, 300, rng)
    W, X, act = problem.network.W, problem.X, parse(activation).value
    r = act(X @ W.T).mean(1) - problem.y
    assert problem.y.tolist() == [1, -1] and np.allclose(np.linalg.norm(X, axis=1), 1)
    assert np.allclose(problem.g, r @ act(X @ W.T))
    limit = constant(activation, 0) - problem.y
    first = problem.g @ W / 300 - constant(activation, 1) * limit @ X
    assert first_moment_error(problem) == pytest.approx(np.linalg.norm(first), rel=1e-6)
    H2 = np.einsum("j,ja,jb->ab", problem.g, W, W) / 300 - problem.g.mean() * np.eye(5)
    H2 -= constant(activation, 2) * np.einsum("i,ia,ib->ab", limit, X, X)
    assert second_moment_error(problem, rng) == pytest.approx(np.linalg.norm(H2, 2), rel=1e-6)
    V = subspace(problem, "tilted", rng)
    Z, A, eye = W @ V, X @ V, np.eye(2)
    E = -constant(activation, 3) * np.einsum("i,ia,ib,ic->abc", limit, A, A, A)
    for z, g in zip(Z, problem.g):
        E += g / 300 * np.einsum("a,b,c->abc", z, z, z)
        E -= g / 300 * sum(np.einsum("a,bc->abc", z, eye).transpose(p) for p in [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
    assert reduced_tensor_error(problem, V) == pytest.approx(np.linalg.norm(E.reshape(2, 4), 2), rel=1e-6)


def test_operator_norms_in_many_dimensions():
    """Lanczos above 64 dimensions, also with fewer neurons than dimensions, against the whole matrix."""
    rng = np.random.default_rng(4)
    for m in (10, 400):
        W, g, X = rng.standard_normal((m, 90)), rng.standard_normal(m), rng.standard_normal((2, 90)) / 9
        M = (W.T * g) @ W / m - g.mean() * np.eye(90) - X.T @ np.diag([0.5, -2.0]) @ X
        found = operator_norm_error(W, g, X, np.array([0.5, -2.0]), rng)
        assert found == pytest.approx(np.abs(np.linalg.eigvalsh(M)).max(), rel=1e-3)


@pytest.mark.parametrize(("activation", "norm"), [("tanh", 1.0), ("elu", 2.0)])
def test_the_mean_squared_error_of_one_sample(activation, norm):
    """E |error|_F^2 of the second moment, by quadrature; its operator norm lies between that over sqrt(d) and that."""
    rng, d, m, act = np.random.default_rng(5), 4, 100, parse(activation).value

    def square(z):
        return float(act(np.array(norm * z))) ** 2 * (z**4 + 2 * (d - 1) * z * z + (d - 1) * (d + 1) - 2 * (z * z + d - 1) + d)

    c = mean(lambda z: float(act(np.array(norm * z))) * (z * z - 1))
    frobenius = sqrt((mean(square) - c * c) / m)
    errors = [single_sample_error(activation, norm, d, m, rng) for _ in range(300)]
    assert frobenius / 2 < sqrt(np.mean(np.square(errors))) < frobenius


def test_subspaces():
    rng = np.random.default_rng(6)
    problem = Problem.draw("elu", 2, 12, 4000, rng, orthonormal=True)
    assert np.allclose(problem.X @ problem.X.T, np.eye(2))
    sines = {kind: span_error(problem.X, subspace(problem, kind, rng)) for kind in ("exact", "tilted", "reused", "split")}
    assert sines["exact"] < 1e-12 and sines["tilted"] == pytest.approx(1 / 4)
    U = np.linalg.qr(problem.X.T)[0]
    V = subspace(problem, "reused", rng)
    assert sines["reused"] == pytest.approx(np.linalg.norm(V @ V.T - U @ U.T, 2)) and 0.05 < sines["split"] < 0.6
    M = (problem.network.W.T * problem.g) @ problem.network.W / 4000 - problem.g.mean() * np.eye(12)
    assert np.sort(np.abs(np.linalg.eigvalsh(M)))[-2] == pytest.approx(np.linalg.norm(M @ V[:, 1]), rel=1e-9)
    u = typical_vector(problem.X, rng)
    assert np.allclose(problem.X @ u, 12**-0.5) and u @ u == pytest.approx(1)
    with pytest.raises(InputError, match="fewer samples"):
        typical_vector(np.eye(2), rng)
    with pytest.raises(InputError, match="d >= 2 B"):
        subspace(Problem.draw("elu", 3, 5, 50, rng), "tilted", rng)
    with pytest.raises(InputError, match="direction"):
        contracted_span_error(problem, "any", rng)
    with pytest.raises(InputError, match="rows"):
        Problem.draw("elu", 1, 2, 3, rng, rows="some")
    assert len(np.unique(Problem.draw("elu", 1, 2, 200, rng, rows="repeated").network.W, axis=0)) == 64


def test_slopes_are_those_of_medians():
    calls = []

    def error(k):
        calls.append(k)
        return k**-0.5 * (1 if calls.count(k) % 3 else 100)  # one draw in three is far off

    assert slopes_of(error, [4, 64], [3, 1], 1) == pytest.approx([-0.5]) and calls == [4, 4, 4, 64]


# laws


def test_the_bias_of_reused_neurons():
    """3 (d-1)/m r E[act(Z)^2 Z He_2(Z)] / c_2: for ReLU 6/sqrt(2 pi) over 1/sqrt(2 pi), so 18 r (d-1)/m; none if split."""
    assert mean(lambda z: max(z, 0) ** 2 * z * (z * z - 1)) == pytest.approx(6 / sqrt(2 * np.pi))
    rng, d, m = np.random.default_rng(7), 20, 3600
    found = {}
    for kind in ("reused", "split"):
        values = []
        for _ in range(150):
            problem = Problem.draw("relu", 1, d, m, rng)
            v = subspace(problem, kind, rng)[:, 0]
            t = problem.network.W @ v
            values.append(np.mean(problem.g * (t**3 - 3 * t)) * np.sign(v @ problem.X[0]))
        found[kind] = np.mean(values), np.std(values) / sqrt(150)
    r = 1 / sqrt(2 * np.pi) - 1
    assert found["reused"][0] == pytest.approx(18 * r * (d - 1) / m, abs=4 * found["reused"][1] + 0.1 * 18 * d / m)
    assert abs(found["split"][0]) < 4 * found["split"][1] < abs(found["reused"][0])


def test_conditional_errors_keep_the_condition():
    rng = np.random.default_rng(8)
    with pytest.raises(ArithmeticError, match="no subspace"):
        conditional_tensor_error("relu", 10, 100, "reused", rng, largest_sine=1e-3)
    assert conditional_tensor_error("relu", 5, 2000, "reused", rng) > 0


def test_the_residual_bound_for_the_identity_is_a_normal_probability():
    rng, m = np.random.default_rng(9), 50
    bound = sqrt(2 * log(2 / 0.2) / m)
    k = sum(largest_residual_error("power:1", 1, 4, m, rng) <= bound for _ in range(400))
    exact = 2 * stats.norm.cdf(bound * sqrt(m)) - 1
    assert exact == pytest.approx(0.968, abs=1e-3) and stats.binomtest(k, 400, exact).pvalue > 1e-3


@pytest.mark.parametrize("route", ["regression", "row space", "averages"])
def test_routes_find_samples_and_labels(route):
    rng = np.random.default_rng(10)
    for activation in ("elu", "tanh"):
        outcome = reconstruct(activation, 2, 6, 20_000, rng, route=route)
        assert outcome.error < 0.3 and outcome.labels_right == (activation == "elu")
    with pytest.raises(InputError, match="route"):
        reconstruct("elu", 2, 6, 100, rng, route="best")


def test_noise_on_the_hidden_gradient_moves_the_subspace():
    def error(seed, noise):
        return reconstruct("tanh", 2, 20, 500, np.random.default_rng(seed), route="row space", noise=noise).error

    errors = [np.median([error(seed, noise) for seed in range(9)]) for noise in (0.0, 0.05, 0.5)]
    assert errors[0] < errors[1] < errors[2]


def test_averages_come_from_separate_halves():
    """The subspace does not depend on the second half of the neurons, nor the tensor, but for the subspace, on the first."""
    rng = np.random.default_rng(11)
    problem = Problem.draw("elu", 2, 6, 4000, rng)
    W, g = problem.network.W, problem.g
    other = Problem.at(Problem.draw("elu", 2, 6, 4000, rng).network, problem.X)
    half = slice(0, 2000)
    mixed = np.vstack([W[half], other.network.W[2000:]]), np.concatenate([g[half], other.g[2000:]])
    (V, T), (U, S) = averages(W, g, 2, 2, rng), averages(*mixed, 2, 2, rng)
    assert span_error(U.T, V) < 1e-10 and np.linalg.norm(T) > 0 and not np.allclose(np.linalg.norm(T), np.linalg.norm(S))


def test_noise_of_the_decomposition():
    rng = np.random.default_rng(12)
    X = coherent_batch(4, 9, 0.8, rng)
    gram = X @ X.T
    assert np.allclose(gram, 0.2 * np.eye(4) + 0.8) and np.linalg.svd(X)[1][-1] == pytest.approx(sqrt(0.2))
    for method in ("published", "least squares"):
        assert error_to_bound(4, 9, 0.8, (0.1, 0.1), method, rng, understated=0.0) < 1e-9
    assert error_to_bound(2, 5, 0.8, (1e-3, 1e-3), "orthogonal", rng) > 10
    with pytest.raises(InputError, match="method"):
        error_to_bound(2, 5, 0.0, (0.1, 0.1), "power", rng)
    for cosine in (1.0, 1 - 1e-16, -0.1, float("nan")):
        with pytest.raises(InputError, match=f"cosine = {cosine}: must be at least 0 and below 1"):
            error_to_bound(2, 5, cosine, (0.1, 0.1), "published", rng)
    assert np.linalg.svd(coherent_batch(8, 9, 1 - 1e-9, rng))[1][-1] == pytest.approx(sqrt(1e-9), rel=1e-5)


def test_a_known_perturbation_of_the_subspace():
    """To first order a sample moves off the span by S xi / nu: at most mu / (nu_min pi_min), the bound's first term."""
    rng = np.random.default_rng(13)
    for cosine in (0.0, 0.9):
        ratios = [error_to_bound(3, 30, cosine, (1e-3, 0.0), "least squares", rng) for _ in range(40)]
        assert 0.2 < max(ratios) < 1.0


# the factor of regression


@pytest.mark.parametrize("activation", ["tanh", "elu", "relu"])
def test_regression_gain_by_quadrature(activation):
    act = parse(activation).value
    c = [constant(activation, k) for k in range(2)]
    for degree in (0, 1):
        for q in range(4):

            def he(z, q=q):
                return hermeval(z, [0] * q + [1])

            def left(z, degree=degree, he=he):
                return (float(act(np.array(z))) - c[0] - c[1] * z * degree) ** 2 * he(z) ** 2

            gain = mean(lambda z, he=he: float(act(np.array(z))) ** 2 * he(z) ** 2) / mean(left)
            assert float(regression_gain(activation, q, degree=degree)) == pytest.approx(gain, rel=1e-7)


def test_regression_gain_by_sampling():
    """Variances of the components of g H_3 with and without `regress_out`, and their means."""
    rng = np.random.default_rng(14)
    W = rng.standard_normal((400_000, 3))
    g = np.tanh(W[:, 0])
    left = regress_out(W, g)
    a, b, c = W.T
    for q, component in enumerate([a * 0 + b * (c * c - 1) / sqrt(2), a * b * c, (a * a - 1) * b]):
        before, after = g * component, left * component
        assert before.var() / after.var() == pytest.approx(float(regression_gain("tanh", q)), rel=0.05)
        assert abs(after.mean()) < 5 * after.std() / sqrt(len(W))
    third = factorial(3) ** 0.5
    entry = (a**3 - 3 * a) * left
    assert entry.mean() == pytest.approx(constant("tanh", 3), abs=5 * third * entry.std() / sqrt(len(W)))


def test_planted_factors_are_refused():
    part = verdict("wang2023/regression-variance").witness["parts"]["tanh"]
    assert decide(part).outcome == "holds" and decide(part).evidence == "ball"
    wrong = {"mid": "14.385", "rad": "6e-5"}
    assert decide(part | {"claimed": [wrong, *part["claimed"][1:]]}).outcome == "fails"
    assert decide(part | {"tolerance": "1e-6"}).outcome == "undecided"
    for change in (
        {"activation": "power:1"}, {"activation": "tan"}, {"along": [0]}, {"along": 0}, {"along": [], "claimed": []},
        {"degree": 2}, {"tolerance": "0"}, {"bits": 8}, {"more": 1}, {"along": [0, 1, 9]}, {"along": [0, 1, -1]},
    ):  # fmt: skip
        with pytest.raises(InputError):
            decide(part | change)


# the decisions


@pytest.mark.parametrize("name", COUNTS)
def test_counts_by_the_exact_binomial_test(name):
    found = verdict(f"wang2023/{name}")
    counts = [part for _, part in leaves(found.witness) if part["method"] == "binomial"]
    assert counts and found.error_probability == pytest.approx(1e-4)
    for part in counts:
        assert part["relation"] == "at least"
        p = stats.binomtest(part["successes"], part["trials"], part["bound"], "greater").pvalue
        assert p <= part["error_probability"] / 2
        planted = part | {"successes": round(part["bound"] * part["trials"])}
        assert decide(planted).outcome == "undecided" and decide(part | {"successes": 10}).outcome == "fails"


@pytest.mark.parametrize("name", RATES)
def test_slopes_by_the_sign_test(name):
    """The order statistics that the binomial law gives; other exponents are refused."""
    found = verdict(f"wang2023/{name}")
    rates = [part for _, part in leaves(found.witness) if part["method"] == "slope"]
    assert rates and found.error_probability == pytest.approx(1e-4)
    for part in rates:
        slopes, alpha = sorted(part["slopes"]), part["error_probability"]
        rank = int(stats.binom.ppf(alpha / 2, len(slopes), 0.5)) - 1
        while 2 * stats.binom.cdf(rank, len(slopes), 0.5) <= alpha:
            rank += 1
        low, high = slopes[rank - 1], slopes[-rank]
        inside = part["exponent"] - part["tolerance"] <= low and high <= part["exponent"] + part["tolerance"]
        outcome = decide(part).outcome
        if part["relation"] == "equal":
            assert (outcome == "holds") == inside
            for wrong in (part["exponent"] - 0.75, part["exponent"] + 0.75):
                assert decide(part | {"exponent": wrong}).outcome == "fails"
        else:
            assert outcome == "fails" and low > part["exponent"] + part["tolerance"]
            assert decide(part | {"exponent": 0.5}).outcome == "holds" or high > 0.5 + part["tolerance"]


def test_the_rejected_slopes_lie_where_they_should():
    """Each broken assumption moves the slope to the value that its theory gives."""
    stated = {
        ("first-moment-rate", "A1"): 0.0, ("second-moment-rate", "A1"): 0.0, ("reconstruction-rate", "A1"): 0.0,
        ("reconstruction-rate", "A2"): 0.0, ("row-space-removes-dimension", "A2"): 0.5,
    }  # fmt: skip
    for (name, control), exponent in stated.items():
        parts = [p for _, p in leaves(verdict(f"wang2023/{name}", control).witness) if p["method"] == "slope"]
        assert any(abs(np.median(part["slopes"]) - exponent) < 0.2 for part in parts), (name, control)


def test_witnesses_are_plain():
    for name in {*RATES, *COUNTS}:
        witness = verdict(f"wang2023/{name}").witness
        assert decide(json.loads(json.dumps(witness))).outcome == verdict(f"wang2023/{name}").outcome


def test_third_moments_are_symmetric_sums():
    """The six placements of a symmetric tensor, as the noise of the decomposition has it."""
    E = np.random.default_rng(15).standard_normal((3, 3, 3))
    S = sum(E.transpose(order) for order in permutations(range(3)))
    assert all(np.allclose(S, S.transpose(order)) for order in permutations(range(3)))

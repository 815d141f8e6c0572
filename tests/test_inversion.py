"""`invert`: recovers the data where it says so, and never says so wrongly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inversion_problem import error, problem

from reconlaw.numerics import inversion
from reconlaw.numerics.inversion import Problem, Projection, invert
from reconlaw.numerics.inversion.certificate import ZERO_RESIDUAL, certify
from reconlaw.numerics.jacobian import relative_jacobian
from reconlaw.numerics.matching import match
from reconlaw.numerics.random_features import RandomFeatures, generator, sphere_samples
from reconlaw.theory.errors import InputError


@pytest.mark.parametrize(("name", "domain", "outputs"), [
    ("tanh", "sphere", None), ("relu+tanh", "sphere", None), ("relu", "sphere", None), ("gelu", "sphere", None),
    ("sin", "sphere", None),
    ("tanh", "free", None), ("softplus", "free", None), ("relu", "free", None), ("power:3", "free", None),
    ("relu+tanh", "sphere", 3),
    ("gelu", "free", 6), ("hermite:3", "sphere", None), ("leaky_relu:-1", "sphere", None),
    ("leaky_relu:2+relu+tanh", "sphere", None),
])  # fmt: skip
def test_recovers_the_data(name, domain, outputs):
    model, X, a, theta = problem(name, 3, 6, 200, 1, outputs=outputs, domain=domain)
    if model.activation.homogeneity is not None and domain == "free":
        assert model.radius is not None
    found = invert(theta, model, 3, seed=0)
    assert found.outcome == "identified" and error(X, found) < 1e-9
    assert found.coefficients.shape == a.shape and found.residual < 1e-12
    assert model.features(found.samples).T @ found.coefficients == pytest.approx(theta, abs=1e-11 * np.linalg.norm(theta))
    certificate = found.certificate
    # the bound is meant to be one
    truth = match(X, found.samples, symmetry=found.symmetry.matching)
    assert np.all(truth.errors[np.argsort(truth.assignment)] <= 100 * certificate.error_bounds + 1e-14)
    assert certificate.equations <= theta.size and certificate.unknowns == 3 * (model.unknowns_per_sample + (outputs or 1))
    assert 0 < certificate.redundancy < 1 and certificate.smallest_singular_value > 0 and certificate.held_out_residual < 1e-9
    assert certificate.evidence == "floating" and found.history[-1]["residual"] < 1e-11


@pytest.mark.parametrize("name", ["relu+tanh", "relu", "gelu", "softplus"])
def test_signs_are_right_where_they_are_determined(name):
    for seed in range(4):
        model, X, _, theta = problem(name, 3, 5, 150, seed)
        found = invert(theta, model, 3, seed=seed)
        assert found.symmetry.matching == "none"
        if found.outcome == "identified":
            assert match(X, found.samples).relative_error < 1e-9
    assert found.outcome == "identified"


@pytest.mark.parametrize(("name", "p"), [("tanh", 120), ("gelu", 120), ("relu+tanh", 120)])
def test_the_number_of_samples_is_found(name, p):
    model, X, _, theta = problem(name, 4, 5, p, 3)
    found = invert(theta, model, seed=0)
    assert found.outcome == "identified" and len(found.samples) == 4 and error(X, found) < 1e-9
    assert found.history[-1]["n"] == 4


@pytest.mark.parametrize("p", [1, 2, 5, 11, 12])
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_too_few_equations_never_identify(name, p):
    """n d = 12; p < n and p = n d included. Exactly met or not, the data found may be wrong."""
    model, _, _, theta = problem(name, 3, 4, p, 0)
    if theta.any():
        found = invert(theta, model, 3, seed=0, starts=3)
        assert found.outcome != "identified"
        if found.residual <= ZERO_RESIDUAL:
            assert found.outcome == "underdetermined" and "unknowns" in found.certificate.reason


def test_one_sample():
    model, X, _, theta = problem("tanh", 1, 8, 9, 0)  # one more equation than unknowns
    found = invert(theta, model, 1, seed=0)
    assert found.outcome == "identified" and error(X, found) < 1e-9 and found.certificate.held_out_residual is None
    assert invert(theta[:8], model.rows(np.arange(8)), 1, seed=0).outcome == "underdetermined"


def test_a_coefficient_of_zero_hides_its_sample():
    for name in ("tanh", "relu+tanh", "sigmoid"):
        model, X, a, _ = problem(name, 3, 4, 100, 5)
        a[1] = 0
        theta = model.features(X).T @ a
        asked = invert(theta, model, 3, seed=0, starts=6)
        assert asked.outcome != "identified"
        counted = invert(theta, model, seed=0)
        assert counted.outcome == "identified" and len(counted.samples) == 2
        assert match(X[[0, 2]], counted.samples, symmetry=counted.symmetry.matching).relative_error < 1e-9


def test_too_many_samples_asked_for():
    """Three where there are two: the third is arbitrary, or two share a place."""
    for name in ("tanh", "relu", "gelu"):
        model, _, _, theta = problem(name, 2, 4, 100, 2)
        assert invert(theta, model, 3, seed=0, starts=6).outcome != "identified"


def test_too_few_samples_asked_for():
    model, _, _, theta = problem("tanh", 3, 4, 100, 2)
    found = invert(theta, model, 2, seed=0, starts=6)
    assert found.outcome == "stalled" and found.residual > 1e-3


ACTIVATIONS = [
    "tanh",
    "relu",
    "gelu",
    "softplus",
    "sigmoid",
    "erf",
    "silu",
    "elu",
    "mish",
    "sin",
    "relu+tanh",
    "leaky_relu:0.2",
    "power:3",
]


def sampled(seed):
    """A small random problem: p around and above the count, every fifth with a zero coefficient, every seventh without n."""
    rng = np.random.default_rng(seed)
    n, d, name = int(rng.integers(1, 5)), int(rng.integers(2, 9)), ACTIVATIONS[int(rng.integers(len(ACTIVATIONS)))]
    p = int(rng.choice([n * d - 1, n * d, n * d + 1, n * d + 2, 2 * n * d, 4 * n * d]))
    model, X, a, theta = problem(name, n, d, p, rng)
    if seed % 5 == 0:
        a[0] = 0
        theta = model.features(X).T @ a
    return model, X, a, theta, None if seed % 7 == 0 else n, rng


def test_identified_is_never_wrong():
    outcomes = []
    for seed in range(150):
        model, X, a, theta, n, rng = sampled(seed)
        if not theta.any():
            continue
        found = invert(theta, model, n, seed=rng, starts=4)
        outcomes.append(found.outcome)
        if found.outcome == "identified":
            visible = X[a != 0] if n is None else X  # a sample without coefficient is in no theta
            assert len(found.samples) == len(visible), seed
            assert error(visible, found) <= 1e-5, seed
    assert {"identified", "underdetermined", "stalled"} == set(outcomes)
    assert outcomes.count("identified") >= 40  # saying nothing would be safe as well


@pytest.mark.slow
def test_identified_is_never_wrong_at_length():
    for seed in range(150, 3000):
        model, X, a, theta, n, rng = sampled(seed)
        if theta.any():
            found = invert(theta, model, n, seed=rng, starts=4)
            if found.outcome == "identified":
                visible = X[a != 0] if n is None else X
                assert len(found.samples) == len(visible) and error(visible, found) <= 1e-5, seed


# Problems that are smaller than they look


def never_wrong(make, expect_some=True, trials=25):
    """Run random starts on `make(seed)` -> model, X, theta; wrong zeros must occur, and none may pass."""
    wrong = 0
    for seed in range(trials):
        model, X, theta = make(seed)
        found = invert(theta, model, len(X), seed=seed, method="random", starts=8)
        far = error(X, found) > 1e-5
        assert not (found.outcome == "identified" and far), seed
        wrong += far and found.residual <= ZERO_RESIDUAL
    assert (wrong > 0) == expect_some


@pytest.mark.parametrize("name", ["tanh", "relu+tanh"])
def test_more_outputs_than_samples_are_no_more_equations(name):
    """C = 6 outputs, n = 2: p C = 30 > 18 unknowns, but theta has rank 2, and wrong zeros exist up to p = n + d - 1 = 5."""

    def make(seed):
        model, X, _, theta = problem(name, 2, 4, 5, seed, outputs=6)
        return model, X, theta

    never_wrong(make)
    model, _X, _, theta = problem(name, 2, 4, 40, 0, outputs=6)
    assert invert(theta, model, 2, seed=0).outcome == "identified"


def test_proportional_outputs_are_no_more_equations():
    """theta of rank 1 with two columns at p = n d: as square as one column is."""

    def make(seed):
        model, X, _a, theta = problem("tanh", 2, 3, 6, seed)
        return model, X, np.outer(theta, [1.0, 2.0])

    never_wrong(make)


@pytest.mark.parametrize("signs", [(1, 1), (1, -1)])
def test_repeated_rows_are_no_more_equations(signs):
    """Every row of V twice (as in a symmetric initialization), or with its negative for an odd activation."""

    def make(seed):
        model, X, a, _ = problem("tanh", 3, 3, 9, seed)
        double = RandomFeatures(np.vstack([s * model.V for s in signs]), "tanh")
        return double, X, double.features(X).T @ a

    never_wrong(make)


def test_undeclared_ambiguities_of_sums():
    """Samples that merge (relu + u is piecewise linear), and cubes that have two decompositions, reported as such."""
    underdetermined = 0
    for seed in range(40):
        model, X, _, theta = problem("relu+power:1", 2, 2, 14, seed)
        found = invert(theta, model, seed=seed, starts=4)
        assert found.outcome != "identified" or (len(found.samples) == 2 and error(X, found) < 1e-5), seed
        underdetermined += found.outcome == "underdetermined"
    assert underdetermined
    model, X, _a, theta = problem("hermite:3", 9, 6, 80, 0)
    target, _ = Problem.checked(theta, model)
    outcome, certificate = certify(target, Projection.at(target, X), None, n_known=True)
    assert outcome == "underdetermined" and "two decompositions" in certificate.reason


def test_one_dimension():
    """Points of the sphere of R^1: there are no data columns, so the coefficients must show that a sample is there."""
    for seed in range(12):
        model, X, _, theta = problem("sigmoid", 2, 1, 30, seed)
        found = invert(theta, model, 2, seed=seed, starts=4)
        if X[0, 0] == X[1, 0]:
            assert found.outcome != "identified"
        elif found.outcome == "identified":
            assert error(X, found) < 1e-12


def test_a_coordinate_that_V_does_not_see():
    rng = np.random.default_rng(0)
    V = rng.standard_normal((60, 3))
    V[:, 1] = 0
    for name in ("relu", "tanh"):
        model = RandomFeatures(V, name)
        found = invert(model.features(sphere_samples(2, 3, rng)).T @ np.ones(2), model, 2, seed=0)
        assert found.outcome != "identified"


# The certificate


def test_held_out_equations_are_not_seen_by_the_search():
    """Corrupt exactly the rows that are held out: the search must meet the others as before, and the outcome must change."""
    model, _X, _, theta = problem("tanh", 2, 4, 100, 0)
    clean = invert(theta, model, 2, seed=11)
    target, _ = Problem.checked(theta, model)
    fitted, held = inversion._split(target, 2, generator(11, stream="search"))
    assert len(held) == 64 and len(fitted.theta) == 4 * (2 * 4 + 1) and clean.outcome == "identified"
    planted = theta.copy()
    planted[held] += 1e-4 * np.linalg.norm(theta)
    found = invert(planted, model, 2, seed=11)
    assert len(found.history) == len(clean.history) and found.history[-1]["residual"] < 1e-12
    assert found.outcome == "stalled" and found.residual > 1e-6
    assert found.certificate.held_out_residual > 1e-6
    planted = theta.copy()
    planted[np.setdiff1d(np.arange(100), held)[0]] += 1e-4 * np.linalg.norm(theta)  # a row that is seen
    assert invert(planted, model, 2, seed=11, starts=3).history[-1]["residual"] > 1e-8


def test_splits_leave_enough_equations():
    for p, C in [(8, 1), (9, 1), (10, 1), (11, 1), (200, 1), (6, 3), (20, 3)]:
        model, _, _, theta = problem("tanh", 2, 4, p, 0, outputs=C)
        target, _ = Problem.checked(theta, model)
        per = 3 + C
        fitted, held = inversion._split(target, 2 * per, np.random.default_rng(0))
        assert len(held) + len(fitted.theta) == p
        assert not len(held) or fitted.theta.size > 2 * per + 1


# Reproducibility, invariance, errors


def test_the_seed_decides():
    model, _, _, theta = problem("tanh", 3, 4, 14, 0)
    first, again = (invert(theta, model, 3, seed=5, starts=3) for _ in range(2))
    other = invert(theta, model, 3, seed=6, starts=3)
    assert (first.samples == again.samples).all() and first.history == again.history and first.residual == again.residual
    assert first.history != other.history
    passed = invert(theta, model, 3, seed=generator(5, stream="search"), starts=3)
    assert (passed.samples == first.samples).all()


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(["tanh", "relu+tanh", "gelu"]),
    scale=st.sampled_from([1e-200, 1e-3, 1.0, 1e200]),
)
def test_equivariance(seed, name, scale):
    """Rows permuted, theta scaled, space rotated: the same data, rotated, with coefficients scaled."""
    model, X, a, theta = problem(name, 2, 3, 60, seed)
    rng = np.random.default_rng(seed)
    order, turn = rng.permutation(60), np.linalg.qr(rng.standard_normal((3, 3)))[0]
    found = invert(scale * theta[order], RandomFeatures(model.V[order] @ turn.T, name), 2, seed=seed)
    if found.outcome == "identified":
        matched = match(X @ turn.T, found.samples, symmetry=found.symmetry.matching)
        assert matched.relative_error < 1e-6
        assert scale * a == pytest.approx(matched.scales * found.coefficients[matched.assignment], rel=1e-5)
    else:
        assert np.abs(a).min() < 1e-2 * np.abs(a).max() or found.outcome == "stalled"


@pytest.mark.parametrize("call", [
    lambda m, t: invert(t[:-1], m, 2, seed=0), lambda m, t: invert(0 * t, m, 2, seed=0), lambda m,
    t: invert(t * np.nan, m, 2, seed=0),
    lambda m, t: invert(t, m, 0, seed=0), lambda m, t: invert(t, m, 1.0, seed=0), lambda m, t: invert(t, m, True, seed=0),
    lambda m, t: invert(t, m, 2, seed=-1), lambda m, t: invert(t, m, 2, seed=None), lambda m,
    t: invert(t, m, 2, seed=0, starts=0),
    lambda m, t: invert(t, m, 2, seed=0, method="newton"), lambda m, t: invert("theta", m, 2, seed=0),
])  # fmt: skip
def test_bad_input_is_refused(call):
    model, _, _, theta = problem("tanh", 2, 3, 20, 0)
    with pytest.raises(InputError):
        call(model, theta)


@pytest.mark.parametrize("method", ["insertion", "random", "auto"])
def test_methods(method):
    model, X, _, theta = problem("tanh", 2, 4, 120, 1)
    found = invert(theta, model, 2, seed=0, method=method)
    assert found.outcome == "identified" and error(X, found) < 1e-9


def test_opposite_samples_hide_others():
    """sigmoid(u) + sigmoid(-u) = 1: told one sample too many, an exact zero with full rank flips a sample. Built by hand.

    With several outputs only: with one, the two opposite samples have the same tangent columns.
    """
    model, X, a, theta = problem("sigmoid", 2, 3, 60, 0, outputs=3)
    Z, b = np.array([X[0], -X[0], -X[1]]), np.array([a[0] + a[1], a[1], -a[1]])
    assert model.features(Z).T @ b == pytest.approx(theta, abs=1e-13)
    target, _ = Problem.checked(theta, model)
    outcome, certificate = certify(target, Projection.at(target, Z), None, n_known=True)
    assert certificate.smallest_singular_value > 1e-6 and certificate.error_bounds.max() < 1e-9
    assert outcome == "underdetermined" and "opposite" in certificate.reason
    for seed in range(10):
        found = invert(theta, model, 3, seed=seed, starts=6)
        assert found.outcome != "identified"


def test_without_n_samples_may_merge():
    """relu, n not told: two samples in one cell would pass for one, so few equations in low dimension never suffice."""
    model, X, _, theta = problem("relu", 2, 2, 60, 0)
    target, _ = Problem.checked(theta, model)
    state = Projection.at(target, X)
    assert certify(target, state, None, n_known=True)[0] == "identified"
    outcome, certificate = certify(target, state, None, n_known=False)
    assert outcome == "underdetermined" and "n is not known" in certificate.reason


def test_two_opposite_cells_absorb_a_flip():
    """relu: x_1 and -x_2 in one cell of V span all linear functions, so x_3 may be flipped. Exact wrong data, built by hand."""
    rng, angle = np.random.default_rng(0), np.array([0.0, np.pi + 0.02, 1.0])
    X, a = np.stack([np.cos(angle), np.sin(angle)], axis=1), np.array([1.0, -1.5, 0.02])
    V = rng.standard_normal((120, 2))
    V = V[np.abs(V[:, 0]) > 0.3 * np.linalg.norm(V, axis=1)][:50]
    model = RandomFeatures(V, "relu", radius=1.0)
    theta = model.features(X).T @ a
    moved = np.array([a[0] * X[0] + a[2] * X[2], a[1] * X[1] - (-a[2] * X[2])])  # a_3 V x_3 added in both half spaces
    b = np.array([1, -1, 1]) * np.array([*np.linalg.norm(moved, axis=1), a[2]])
    Z = np.array([moved[0] / b[0], moved[1] / b[1], -X[2]])
    assert model.features(Z).T @ b == pytest.approx(theta, abs=1e-14) and match(X, Z).relative_error > 1
    target, _ = Problem.checked(theta, model)
    for samples in (X, Z):
        state = Projection.at(target, samples)
        J = relative_jacobian(model, samples, state.coefficients)
        assert np.linalg.matrix_rank(J) == 6 and state.loss < 1e-28  # locally all is well
        assert certify(target, state, None, n_known=True)[0] == "underdetermined"

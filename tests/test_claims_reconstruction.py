"""The claims on reconstruction: their numbers a second way, boundary cases, and planted witnesses for their deciders."""

import json
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from reconlaw.numerics.conditioning import decay_slope, relative_svd, small_direction
from reconlaw.numerics.error_bars import error_ratios
from reconlaw.numerics.exact_zeros import exact_zeros, off_span
from reconlaw.numerics.loss_forms import exact_loss, loss_errors, loss_forms
from reconlaw.numerics.matching import match
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples
from reconlaw.numerics.recovery import equations, recovery
from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError


def rng(seed=0):
    return np.random.default_rng(seed)


# interpolation


def fitting(statement, activation="power:3", p=3, n=3, y=("1", "-2", "3")):
    V = [["1", "2"], ["-1", "3"], ["2", "-5"], ["3", "1/2"]][:p]
    X = [["1/4", "1"], ["-1/2", "3/8"], ["3/4", "5/4"]][:n]
    return {"decider": "interpolation", "statement": statement, "activation": activation, "V": V, "X": X, "y": list(y)[:n]}


@pytest.mark.parametrize("activation", ["power:3", "relu", "tanh", "relu+tanh", "hermite:3"])
@pytest.mark.parametrize(("p", "fits"), [(1, False), (2, False), (3, True), (4, True)])
def test_labels_against_least_squares(activation, p, fits):
    witness = fitting("reached", activation, p)
    model_V, X, y = (np.array([[float(Fraction(t)) for t in row] for row in rows]) for rows in
                     (witness["V"], witness["X"], [witness["y"]]))  # fmt: skip
    Phi = RandomFeatures(model_V, activation).features(X)
    best = np.linalg.lstsq(Phi, y[0], rcond=None)[0]
    if activation == "relu":  # a dead feature: fits only if the float solution does
        fits = np.linalg.norm(Phi @ best - y[0]) < 1e-9
    assert (np.linalg.norm(Phi @ best - y[0]) < 1e-9) == fits
    assert decide(witness).outcome == ("holds" if fits else "fails")
    missed = decide(witness | {"statement": "missed"})
    assert missed.outcome == ("fails" if fits else "holds")
    assert missed.evidence == ("exact" if activation in ("power:3", "relu") else "ball")


def test_labels_that_happen_to_fit():
    """Fewer features than samples, and labels in their span: exact arithmetic sees it, balls cannot."""
    witness = fitting("reached", p=1, y=["729", "1", "2197"])
    assert decide(witness).outcome == "holds"
    assert decide(witness | {"statement": "missed"}).outcome == "fails"
    assert decide(witness | {"activation": "tanh", "y": ["0", "0", "0"]}).outcome == "undecided"


@pytest.mark.parametrize("change", [
    {"statement": "maybe"}, {"y": ["1"]}, {"y": [1.0, 2.0, 3.0]}, {"V": [["1"]]}, {"activation": "nothing"},
    {"activation": "relu", "V": [["4", "-1"]]}, {"activation": "relu+tanh", "V": [["4", "-1"]]},
])  # fmt: skip
def test_planted_interpolation(change):
    with pytest.raises(InputError):
        decide(fitting("reached") | change)
    with pytest.raises(InputError, match="key"):
        decide({k: v for k, v in fitting("reached").items() if k != "y"})


# near kernel


def test_direction_against_the_singular_value():
    rank, witness = small_direction("tanh", 5, 2, 4, "1e-2", rng())
    V, X = (np.array([[float(Fraction(t)) for t in row] for row in witness[key]]) for key in ("V", "X"))
    a = np.array([float(t) for t in witness["a"]])
    s = relative_svd(RandomFeatures(V, "tanh", radius=1.0), X, a)[0][-1]
    assert len(V) == 40 and rank["n"] == 5 and decide(rank).outcome == "holds"
    above, below = (decide(witness | {"bound": repr(float(c * s))}) for c in (1 + 1e-6, 1 - 1e-6))
    assert (above.outcome, below.outcome) == ("holds", "undecided")
    assert above.evidence == "ball" and above.side == "upper" and 0 <= above.slack < 1e-5
    assert decide(json.loads(json.dumps(witness))) == decide(witness)


def test_the_radial_part_of_a_direction_is_removed():
    _, witness = small_direction("tanh", 3, 2, 4, "1", rng(1))
    shifted = [[str(Fraction(t) + Fraction(s)) for t, s in zip(row, x)] for row, x in zip(witness["directions"], witness["X"])]
    assert decide(witness | {"directions": shifted}) == decide(witness)
    with pytest.raises(InputError, match="themselves"):
        decide(witness | {"directions": witness["X"], "changes": ["0"] * 3})


@pytest.mark.parametrize("change", [
    {"a": ["0", "1", "1"]}, {"a": ["1"]}, {"bound": 0}, {"bound": "-1"}, {"activation": "relu"}, {"changes": ["0", "1"]},
    {"X": [["0", "0"], ["1", "0"], ["0", "1"]]}, {"directions": [["1", "1"]]}, {"V": [[0.5, 1.0]]}, {"bound": None},
])  # fmt: skip
def test_planted_directions(change):
    _, witness = small_direction("tanh", 3, 2, 4, "1", rng(2))
    with pytest.raises(InputError):
        decide(witness | change)


def test_decay_of_one_sample_size_pair():
    """Two sizes: the slope is the difference quotient, here against the Gram matrix instead of a decomposition."""
    found = decay_slope("tanh", 3, [1, 2], 4, rng(3))
    again, logs = rng(3), []
    for n in (1, 2):
        model = RandomFeatures.gaussian(12 * n, 3, "tanh", again)
        X, a = sphere_samples(n, 3, again), again.standard_normal(n)
        columns = []
        for i in range(n):
            D = model.jacobian(X)[:, i]
            tangent = np.linalg.svd(X[i : i + 1])[2][1:].T
            columns += [a[i] * np.sqrt(3) * D @ tangent, abs(a[i]) * model.features(X)[i][:, None]]
        J = np.hstack(columns) / np.linalg.norm(model.features(X).T @ a)
        logs.append(0.5 * np.log10(np.linalg.eigvalsh(J.T @ J)[0]))
    assert found == pytest.approx(logs[1] - logs[0], abs=1e-6)


# decoupling


def flips(activation="relu", slope="1/2", n=2, p=12, seed=0, **change):
    draw = rng(seed)
    V, X = ([[f"{int(t)}/1000" for t in row] for row in draw.integers(-2000, 2000, (k, 3))] for k in (p, n))
    a = [str(t) for t in draw.integers(1, 9, n).tolist()]
    return {"decider": "decoupling", "activation": activation, "slope": slope, "V": V, "X": X, "a": a} | change


@pytest.mark.parametrize(("activation", "slope", "evidence"), [
    ("relu", "1/2", "exact"), ("leaky_relu:1/5", "3/5", "exact"), ("gelu", "1/2", "ball"), ("softplus", "1/2", "ball"),
    ("silu", "1/2", "ball"),
])  # fmt: skip
def test_flips_change_theta_by_a_linear_function(activation, slope, evidence):
    witness = flips(activation, slope)
    found = decide(witness)
    assert (found.outcome, found.evidence, found.slack) == ("holds", evidence, 0.0)
    V, X = (np.array([[float(Fraction(t)) for t in row] for row in witness[key]]) for key in ("V", "X"))
    a, c = np.array([float(t) for t in witness["a"]]), float(Fraction(slope))
    model = RandomFeatures(V, activation)
    signs = np.array([[-1], [1]])
    change = (model.features(signs * X) - model.features(X)).T @ a
    assert change == pytest.approx(-2 * c * V @ (a[0] * X[0]), abs=1e-12)
    assert decide(flips(activation, "1/3")).outcome == "fails"


def test_flips_that_cannot_be_told():
    opposite = flips(X=[["1", "2", "3"], ["-1/2", "-1", "-3/2"]], a=["1", "2"])
    assert "leaves theta unchanged" in decide(opposite).reason
    assert decide(opposite | {"a": ["1", "-2"]}).outcome != "fails"
    assert "rank 2" in decide(flips(V=[["1", "2", "0"], ["3", "-1", "0"], ["1", "1", "0"]])).reason
    assert decide(flips("relu", p=8)).outcome == "undecided"
    assert decide(flips("relu+tanh")).outcome == "fails"


@pytest.mark.parametrize("change", [
    {"slope": "0"}, {"slope": 0.5}, {"a": ["0", "1"]}, {"a": ["1"]}, {"activation": "custom"}, {"V": [["1", "2"]]},
    {"X": [["1", "0", "0"], ["0", "1", "0"]], "V": [["0", "1", "1"]]}, {"X": [["1", "2", "3"]] * 15, "a": ["1"] * 15},
])  # fmt: skip
def test_planted_flips(change):
    with pytest.raises(InputError):
        decide(flips() | change)
    with pytest.raises(InputError, match="key"):
        decide({k: v for k, v in flips().items() if k != "slope"})


# recovery and exact zeros


def test_counts_are_consistent():
    above = recovery("tanh", 2, 4, 40, 12, rng(4), starts=3)
    assert above.identified <= above.recovered <= above.trials == 12 and above.recovered >= 8
    assert above.met == above.wrong + above.free and above.copies == 0
    below = recovery("tanh", 2, 4, 6, 12, rng(5), starts=3)
    assert below.recovered == below.identified == 0 and below.wrong == below.met >= 8
    # ten equations cannot tell twelve unknowns: at the boundary p = nd nothing is identified
    assert recovery("tanh", 2, 4, 8, 12, rng(6)).identified == 0


def test_more_and_fewer_atoms():
    assert recovery("tanh", 2, 5, 60, 8, rng(7), atoms=3).free >= 6
    fewer = recovery("tanh", 2, 5, 60, 8, rng(8), atoms=1)
    assert fewer.met == fewer.recovered == 0


def test_one_atom_more_pays_for_flips_of_an_odd_function_plus_a_constant():
    """Remark 5.5 (4): for sigmoid an exact zero with n + 1 atoms that is no truth with a free atom or a copy."""
    V, X, a = rng(8).standard_normal((200, 4)), sphere_samples(3, 4, rng(9)), np.array([0.7, -1.1, 0.9])
    flipped, S = X * [[-1], [-1], [1]], a[0] + a[1]
    b = a * [-1, -1, 1] + [0, 0, S]
    for name, exact in (("sigmoid", True), ("tanh", True), ("gelu", False)):  # for tanh the atom is a copy, up to sign
        act = parse(name).value
        change = act(V @ np.vstack([flipped, -X[2]]).T) @ np.append(b, S) - act(V @ X.T) @ a
        assert (np.max(np.abs(change)) < 1e-13) == exact
    errors = match(X, np.vstack([flipped, -X[2]]), "none").errors
    assert np.min(np.abs([*b, S])) > 0.05 and np.sort(errors)[1] > 0.1


def test_sigmoid_has_wrong_zeros_with_an_atom_too_many():
    """Descents that do not take the constant out of the problem end there; `invert`, which does, seldom."""
    assert recovery("sigmoid", 5, 5, 120, 30, rng(1), atoms=6).free >= 15
    assert exact_zeros("sigmoid", 3, 3, 13, 4, 40, rng(2), data="axes").wrong >= 4
    assert exact_zeros("gelu", 3, 3, 13, 4, 40, rng(3), data="axes").wrong == 0


def test_equations():
    sizes = [[2, 4], [8, 4], [4, 16]]
    assert equations(1.5, 2, 4, sizes, "nd") == 12
    assert equations(1, 3, 100, sizes, "n") == round(3 * 256 ** (1 / 3))
    assert equations(1, 100, 5, sizes, "d") == round(5 * 64 ** (1 / 3))
    assert equations(0.01, 1, 1, sizes, "nd") == 1
    with pytest.raises(InputError, match="scale"):
        equations(1, 2, 2, sizes, "p")


def test_features_off_a_span():
    """Distance to a span by least squares, and none for the samples themselves."""
    model = RandomFeatures.gaussian(20, 4, "tanh", 1)
    X, Z = sphere_samples(3, 4, rng(9)), sphere_samples(2, 4, rng(10))
    F, G = model.features(X), model.features(Z)
    basis = np.linalg.qr(F.T)[0]
    expected = [np.linalg.norm(g - F.T @ np.linalg.lstsq(F.T, g, rcond=None)[0]) / np.sqrt(20) for g in G]
    assert off_span(G, basis) == pytest.approx(expected, rel=1e-10)
    assert np.all(off_span(F, basis) < 1e-14)


def test_zeros_with_one_sample():
    """n = 1, d = 2: one equation is met by wrong data, three leave the truth or nothing; p = d + 1 is the boundary."""
    low = exact_zeros("tanh", 1, 2, 1, 1, 15, rng(11))
    assert low.wrong + low.truth == 15 and low.wrong >= 12 and low.inside == 15  # p = 1: every feature is in the span
    high = exact_zeros("tanh", 1, 2, 3, 1, 15, rng(12))
    assert high.wrong == high.outside == 0 and high.truth == high.inside == len(high.residuals) >= 5
    axes = exact_zeros("tanh", 2, 2, 12, 2, 10, rng(13), data="axes")
    assert axes.wrong == 0 and axes.truth >= 5
    with pytest.raises(InputError, match="data"):
        exact_zeros("tanh", 1, 2, 3, 1, 1, rng(), data="moved")


# error bars


def test_error_bars_against_the_covariance():
    """The certificate's bars are those of the covariance (J^T J)^-1, with J by finite differences in an explicit chart."""
    ratios = [error_ratios("tanh", 1, 2, 30, 1e-7, "certificate", rng(seed)) for seed in range(40)]
    assert all(inside for _, inside in ratios)
    # n = 1, d = 2: the ratio is F(1, 28), an exact law at first order
    assert stats.kstest([ratio for ratio, _ in ratios], stats.f(1, 28).cdf).pvalue > 1e-3
    draw = rng(14)
    V, x, a, h = draw.standard_normal((30, 2)) / np.sqrt(2), 0.3, 0.7, 1e-6
    theta = lambda s, b: b * np.tanh(V @ (np.sqrt(2) * np.array([np.cos(s), np.sin(s)])))  # noqa: E731
    J = np.column_stack([(theta(x + h, a) - theta(x - h, a)) / (2 * h), (theta(x, a + h) - theta(x, a - h)) / (2 * h)])
    exact = np.sqrt(np.linalg.inv(J.T @ J)[0, 0])
    from reconlaw.numerics.inversion import Problem, levenberg_marquardt
    from reconlaw.numerics.inversion.certificate import certify

    noisy = theta(x, a) + 1e-7 * draw.standard_normal(30)
    problem, _ = Problem.checked(noisy, RandomFeatures(V, "tanh"))
    state = levenberg_marquardt(problem, np.sqrt(2) * np.array([[np.cos(x), np.sin(x)]]), stall=0.0)
    bound = certify(problem, state, None, n_known=True)[1].error_bounds[0]
    sigma = np.sqrt(state.loss) * np.linalg.norm(noisy) / np.sqrt(28)
    assert bound == pytest.approx(np.sqrt(30) * sigma * exact, rel=1e-5)


# loss forms


def test_exact_loss_and_its_two_forms():
    Phi, theta = np.array([[1, 0, 0], [1, 1, 0]]), np.array([3, 4, 12])
    assert str(exact_loss(Phi, theta)) == "144/169"  # the features span e1 and e2
    assert loss_forms(Phi.astype(float), theta.astype(float)) == pytest.approx((144 / 169, 144 / 169), rel=1e-14)
    cancelling, residual, exact = loss_errors("single", 0, 4, 8, 80, rng(15))
    assert exact == 0 and residual < 1e-12 and cancelling < 1e-5
    assert loss_errors("double", 1, 4, 8, 80, rng(15))[0] < 1e-14
    with pytest.raises(InputError, match="precision"):
        loss_errors("half", 0, 4, 8, 80, rng())
    with pytest.raises(InputError, match="2\\^24"):
        loss_errors("single", 0, 60, 4000, 80, rng())


def test_the_floor_is_one_rounding_of_one():
    """Differences of numbers near 1 are multiples of 2^-24: so is the cancelling loss."""
    model = rng(16)
    Phi = np.maximum(model.integers(-50, 51, (3, 40)), 0).astype(np.float32)
    theta = Phi.T @ np.array([3, -5, 7], dtype=np.float32)
    size = theta @ theta
    cancelling = loss_forms(Phi, theta)[0]
    assert (cancelling * float(size) / float(np.spacing(size))) % 0.5 == pytest.approx(0, abs=1e-3) or cancelling == 0

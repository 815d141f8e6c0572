"""The claims on the questions of the paper's reviewers: their numbers a second way, and the boundary cases."""

import json
from fractions import Fraction

import numpy as np
import pytest
from claim_parts import floats, parts

from reconlaw.numerics import datasets
from reconlaw.numerics.free_radius import free_instance
from reconlaw.numerics.initialization import expected_residual, with_initialization
from reconlaw.numerics.inversion import Problem, invert, levenberg_marquardt
from reconlaw.numerics.inversion.published import published_descent
from reconlaw.numerics.matching import match
from reconlaw.numerics.outcomes import outcomes
from reconlaw.numerics.patches import contrast_patches
from reconlaw.numerics.perturbation import effects, perturbed
from reconlaw.numerics.random_features import RandomFeatures, sphere_samples
from reconlaw.numerics.sample_laws import attack_on, draw_samples
from reconlaw.numerics.single_starts import single_starts
from reconlaw.numerics.training import descend, exactly_trained, ridge, train, trained
from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.errors import InputError


def rng(seed=0):
    return np.random.default_rng(seed)


def jacobian(model, X, a):
    """(p, n d): tangent directions of the sphere for each sample (all, off it), and coefficients."""
    J = model.jacobian(X) * a[:, None]
    if model.radius is None:
        return np.hstack([J.reshape(len(J), -1), model.features(X).T])
    tangents = [J[:, i] @ np.linalg.svd(X[i : i + 1])[2][1:].T for i in range(len(X))]
    return np.hstack([*tangents, model.features(X).T])


# training


@pytest.fixture(scope="module")
def regression():
    draw = rng(1)
    Phi = draw.standard_normal((3, 8))
    return Phi, np.array([1.0, -1.0, 1.0]), 1 / np.sum(Phi * Phi)


def test_ridge_by_the_normal_equations_in_parameter_space(regression):
    Phi, y, _ = regression
    size = np.sum(Phi * Phi)
    direct = np.linalg.solve(Phi.T @ Phi + size / 10 * np.eye(8), Phi.T @ y)
    assert train(Phi, y, "ridge", "squared", 0, np.zeros(8)) == pytest.approx(direct, abs=1e-13)
    assert train(Phi, y, "interpolation", "squared", 0, np.zeros(8)) == pytest.approx(np.linalg.pinv(Phi) @ y, abs=1e-13)
    assert ridge(Phi, y, 1e9) == pytest.approx(Phi.T @ y / 1e9, rel=1e-6)


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_gradient_descent_in_closed_form(regression, steps):
    """theta_t = Phi^T K^{-1} (1 - (1 - rate K)^t) y from 0; from elsewhere, what is off the span stays."""
    Phi, y, rate = regression
    K = Phi @ Phi.T
    closed = Phi.T @ np.linalg.solve(K, y - np.linalg.matrix_power(np.eye(3) - rate * K, steps) @ y)
    assert descend(Phi, y, "gradient", "squared", steps, rate, np.zeros(8)) == pytest.approx(closed, abs=1e-13)
    start = rng(2).standard_normal(8)
    off = np.eye(8) - np.linalg.pinv(Phi) @ Phi
    assert off @ descend(Phi, y, "gradient", "squared", steps, rate, start) == pytest.approx(off @ start, abs=1e-12)


def test_weight_decay_tends_to_ridge(regression):
    Phi, y, rate = regression
    assert descend(Phi, y, "decay", "squared", 5000, rate, np.ones(8)) == pytest.approx(ridge(Phi, y, 0.25), abs=1e-10)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_momentum_by_the_recursion_of_the_coefficients(regression, loss):
    """In the n coefficients, where nothing can leave the span."""
    Phi, y, rate = regression
    K, b, u = Phi @ Phi.T, np.zeros(3), np.zeros(3)
    for t in range(10):
        i = t % 3
        f = K[i] @ b
        u = u / 2
        u[i] += f - y[i] if loss == "squared" else -y[i] / (1 + np.exp(y[i] * f))
        b = b - rate * u
    assert descend(Phi, y, "momentum", loss, 10, rate, np.zeros(8)) == pytest.approx(Phi.T @ b, abs=1e-14)


def test_logistic_step_by_differences_of_the_loss(regression):
    Phi, y, _ = regression
    theta, h = rng(3).standard_normal(8), 1e-6

    def loss(theta):
        return np.sum(np.log1p(np.exp(-y * (Phi @ theta))))

    gradient = [(loss(theta + h * e) - loss(theta - h * e)) / (2 * h) for e in np.eye(8)]
    assert (theta - descend(Phi, y, "gradient", "logistic", 1, 1.0, theta)) == pytest.approx(gradient, abs=1e-8)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("method", ["gradient", "momentum", "decay", "sign"])
def test_fractions_and_floats_agree(method, loss):
    witness = exactly_trained("relu", 3, 4, 9, [method], loss, 4, 0, rng())
    Phi = np.maximum(floats(witness["X"]) @ floats(witness["V"]).T, 0)
    theta = np.array([float(Fraction(t)) for t in witness["vectors"][method]])
    b, rest = np.linalg.lstsq(Phi.T, theta, rcond=None)[0], np.linalg.matrix_rank(np.vstack([Phi, theta * 1e6]))
    assert (rest == 3) == (method != "sign") == (decide(witness).outcome == "holds")
    if method != "sign":
        assert np.linalg.norm(Phi.T @ b - theta) < 1e-12 * np.linalg.norm(theta)
    if method == "gradient" and loss == "logistic":  # coefficients have the signs of the labels, +-1 after one step
        once = exactly_trained("relu", 3, 4, 9, [method], loss, 1, 0, rng())["vectors"][method]
        first = np.linalg.lstsq(Phi.T, np.array([float(Fraction(t)) for t in once]), rcond=None)[0]
        assert np.abs(first) == pytest.approx(np.full(3, abs(first[0]))) and np.all(first * b > 0)


def test_a_start_in_the_span_is_no_harm_and_another_one_is():
    assert decide(exactly_trained("relu", 3, 4, 9, ["gradient"], "squared", 4, 1, rng())).outcome == "fails"
    assert decide(exactly_trained("relu", 3, 4, 9, ["ridge", "interpolation"], "squared", 4, 1, rng())).outcome == "holds"


@pytest.mark.parametrize(("method", "loss", "y"), [
    ("adam", "squared", 1.0), ("gradient", "hinge", 1.0), ("ridge", "logistic", 1.0), ("gradient", "logistic", 0.5),
])  # fmt: skip
def test_bad_training(method, loss, y):
    with pytest.raises(InputError):
        train(np.eye(2), np.full(2, y), method, loss, 1, np.zeros(2))


def test_a_sample_without_a_gradient_is_not_in_theta():
    """Momentum takes one sample a step: after two of three steps the third sample has coefficient 0."""
    theta, model, X = trained("tanh", 3, 6, 72, "momentum", "squared", 2, 0, rng())
    assert model.coefficients(X, theta)[2] == pytest.approx(0, abs=1e-14)
    assert model.coefficients(X, trained("tanh", 3, 6, 72, "momentum", "squared", 3, 0, rng())[0])[2] != 0


@pytest.mark.parametrize("name", ["ridge-and-early-stopping", "logistic-labels"])
def test_no_data_come_back_from_outside_the_span(name):
    """The sampled half of the controls, which the exact half decides already."""
    for control in ("A1", "A2"):
        counted = [part for part in parts(name, control).values() if "successes" in part]
        assert counted and all(part["successes"] == 0 for part in counted)


# initialization


def test_residual_is_what_the_tangent_space_leaves_of_the_start():
    n, d, p, s = 3, 6, 72, 1e-6
    quotients = []
    for seed in range(40):
        theta, model, X = with_initialization("tanh", n, d, p, s, False, rng(seed))
        problem, _ = Problem.checked(theta, model)
        J = jacobian(model, X, model.coefficients(X, theta))
        left = theta - J @ np.linalg.lstsq(J, theta, rcond=None)[0]  # J a contains the features: theta_0's part is left
        reached = np.sqrt(levenberg_marquardt(problem, X, stall=0.0).loss)
        assert reached == pytest.approx(np.linalg.norm(left) / np.linalg.norm(theta), rel=1e-3)
        quotients.append(reached / expected_residual(n, d, p, s))
    assert np.mean(np.square(quotients)) == pytest.approx(1, abs=4 * np.sqrt(2 / 54 / 40))  # chi-square of p - nd = 54


@pytest.mark.parametrize(("p", "met"), [(18, True), (19, False)])
def test_boundary_of_meeting_noise(p, met):
    """p = nd unknowns meet any small noise; one equation more, and they do not."""
    for seed in range(3):
        theta, model, X = with_initialization("tanh", 3, 6, p, 1e-9, False, rng(seed))
        problem, _ = Problem.checked(theta, model)
        assert (levenberg_marquardt(problem, X, stall=0.0).loss < 1e-24) == met


def test_a_known_start_leaves_rounding():
    theta, model, X = with_initialization("tanh", 3, 6, 72, 10.0, True, rng())
    a = model.coefficients(X, theta)
    assert 0 < np.linalg.norm(model.features(X).T @ a - theta) < 1e-14 * np.linalg.norm(theta)
    unknown = with_initialization("tanh", 3, 6, 72, 10.0, False, rng())[0]
    assert np.linalg.norm(unknown - theta) == pytest.approx(10 * np.linalg.norm(theta), rel=0.3)


# perturbation


def test_equally_spaced_values():
    theta = rng().standard_normal(4000)
    for bits in (1, 3, 10):
        seen = perturbed(theta, f"bits:{bits}", theta, rng())
        step = np.ptp(theta) / (2**bits - 1)
        assert len(set(np.round((seen - theta.min()) / step, 6))) <= 2**bits
        assert np.max(np.abs(seen - theta)) <= step / 2 * (1 + 1e-9)
        assert seen.min() == theta.min() and seen.max() == pytest.approx(theta.max())
    assert np.mean((seen - theta) ** 2) == pytest.approx(step**2 / 12, rel=0.1)


def test_short_floats_noise_and_tangent():
    theta = rng().standard_normal(500)
    theta /= np.abs(theta).max()
    for kind, digits in (("float32", 24), ("float16", 11)):
        seen = perturbed(theta, kind, theta, rng())
        large = np.abs(theta) > 1e-3
        assert np.array_equal(seen, theta.astype(kind).astype(float))
        assert np.max(np.abs(seen / theta - 1)[large]) <= 2.0**-digits
    assert perturbed(1e9 * theta, "float16", theta, rng()) == pytest.approx(1e9 * theta, rel=1e-3, abs=1e3)  # no overflow
    noise = perturbed(theta, "gaussian:0.1", theta, rng()) - theta
    assert np.linalg.norm(noise) == pytest.approx(0.1 * np.linalg.norm(theta), rel=0.15)
    moved = perturbed(theta, "tangent:0.5", np.eye(500)[3], rng()) - theta
    assert np.count_nonzero(moved) == 1 and moved[3] == pytest.approx(0.5 * np.linalg.norm(theta))


@pytest.mark.parametrize("bad", ["gaussian", "gaussian:0", "bits:x", "bits:-3", "float64", "", "gaussian:inf"])
def test_bad_perturbations(bad):
    with pytest.raises(InputError, match="perturbation"):
        perturbed(np.ones(3), bad, np.ones(3), rng())


def test_errors_from_the_pseudo_inverse():
    """Errors of a draw made again here, from J^+ delta without the package's search, and the bars from its rows."""
    n, d, p = 3, 6, 72
    found = effects("tanh", n, d, p, ["gaussian:1e-7", "bits:24", "tangent:1e-7"], "truth", rng(5))
    again = rng(5)
    model, X = RandomFeatures.gaussian(p, d, "tanh", again), sphere_samples(n, d, again)
    a = again.permutation(np.logspace(-0.5, 0.5, n)) * again.choice([-1.0, 1.0], n)
    theta = model.features(X).T @ a
    moved = model.at(X).jvp(again.standard_normal((n, d))).T @ a
    inverse = np.linalg.pinv(jacobian(model, X, a))
    for effect, kind in zip(found, ["gaussian:1e-7", "bits:24", "tangent:1e-7"]):
        delta = perturbed(theta, kind, moved, again) - theta
        change = inverse @ delta
        errors = np.linalg.norm(change[: n * (d - 1)].reshape(n, d - 1), axis=1) / np.sqrt(d)
        assert effect.error == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-4)
        assert effect.size == pytest.approx(np.linalg.norm(delta) / np.linalg.norm(theta))
        left = delta - jacobian(model, X, a) @ change
        spreads = np.linalg.norm(inverse[: n * (d - 1)].reshape(n, d - 1, p), axis=(1, 2)) / np.sqrt(d)
        sigma = np.linalg.norm(left) / np.sqrt(p - n * d)
        if kind != "tangent:1e-7":
            assert effect.ratio == pytest.approx(np.mean((errors / (sigma * spreads)) ** 2), rel=1e-2)
            assert effect.inside and effect.stalled
    assert found[2].ratio > 10 and not found[2].inside  # the steps from the truth leave a little residual


def test_the_search_ends_in_the_minimum_next_to_the_truth():
    for seed in range(4):
        (truth,), (search,) = (effects("tanh", 4, 8, 128, ["float16"], start, rng(seed)) for start in ("truth", "search"))
        assert search.stalled and search.error == pytest.approx(truth.error, rel=1e-3)


# free radius


@pytest.mark.parametrize(("activation", "p", "rank"), [
    ("tanh", 17, 17), ("tanh", 18, 18), ("tanh", 19, 18), ("tanh", 60, 18), ("relu", 60, 15), ("relu+tanh", 60, 18),
])  # fmt: skip
def test_rank_without_norms(activation, p, rank):
    """n = 3, d = 5: n(d + 1) = 18 unknowns, nd = 15 for a homogeneous activation."""
    model = RandomFeatures.gaussian(p, 5, activation, rng(), domain="free")
    J = model.jacobian(sphere_samples(3, 5, rng(1))).reshape(p, -1)
    assert np.linalg.matrix_rank(np.hstack([J, model.features(sphere_samples(3, 5, rng(1))).T])) == rank


def test_norms_come_back_for_tanh_and_products_for_relu():
    theta, model, X = free_instance("tanh", 3, 5, 72, rng(3))
    lengths = np.linalg.norm(X, axis=1) / np.sqrt(5)
    assert np.all((lengths >= 0.5) & (lengths <= 1.5)) and np.ptp(lengths) > 0.01
    found = invert(theta, model, 3, seed=0)
    assert found.outcome == "identified" and match(X, found.samples, "sign").relative_error < 1e-8
    theta, model, X = free_instance("relu", 3, 5, 90, rng(3))
    a = np.linalg.lstsq(model.features(X).T, theta, rcond=None)[0]
    found = invert(theta, model, 3, seed=0)
    assert match(X, found.samples).relative_error > 0.01 > 1e-8 > match(X, found.samples, "positive-scale").relative_error
    assert match(a[:, None] * X, found.coefficients[:, None] * found.samples).relative_error < 1e-8


def test_what_cannot_be_told_without_norms_is_not_claimed():
    counts = outcomes(lambda draw: free_instance("tanh", 3, 5, 16, draw), 10, rng(), starts=2)
    assert counts.wrong > 0 and counts.wrong == counts.met and counts.identified == counts.recovered == 0
    assert len(counts.residuals) == counts.trials == 10 and sum(r <= 1e-12 for r in counts.residuals) == counts.met


# sample laws


def test_laws_have_the_moments_they_name():
    n, d = 40_000, 8
    X = draw_samples("power-law:1", n, d, rng())
    assert np.linalg.norm(X, axis=1) == pytest.approx(np.full(n, np.sqrt(d)))
    G = rng(1).standard_normal((n, d)) / np.sqrt(np.arange(1, d + 1))
    expected = np.mean(d * G**2 / np.sum(G**2, axis=1, keepdims=True), axis=0)
    assert np.mean(X**2, axis=0) == pytest.approx(expected, rel=0.05) and expected[0] > 4 * expected[-1]
    laws = ("isotropic", "student:3", "student:1e9")
    kurtosis = {law: np.mean(draw_samples(law, n, d, rng()) ** 4) for law in laws}
    assert kurtosis["isotropic"] == pytest.approx(3 * d / (d + 2), rel=0.05)
    assert kurtosis["student:1e9"] == pytest.approx(kurtosis["isotropic"], rel=0.05)
    T = rng(2).standard_normal((n, d)) / np.sqrt(rng(3).chisquare(3, (n, d)) / 3)
    T *= np.sqrt(d) / np.linalg.norm(T, axis=1, keepdims=True)
    assert kurtosis["student:3"] == pytest.approx(np.mean(T**4), rel=0.05) and np.mean(T**4) > 1.2 * kurtosis["isotropic"]


@pytest.mark.parametrize(("law", "rank"), [("subspace:3", 3), ("subspace:1", 1), ("isotropic", 6), ("subspace:6", 6)])
def test_dimension_of_the_subspace(law, rank):
    assert np.linalg.matrix_rank(draw_samples(law, 20, 6, rng())) == rank


@pytest.mark.parametrize("bad", ["cauchy", "student", "student:0", "power-law:x", "subspace:7", "subspace:2.5", "subspace:0.5"])
def test_bad_laws(bad):
    with pytest.raises(InputError):
        draw_samples(bad, 3, 6, rng())


def test_parallel_samples_pass_for_one():
    theta, model, X = attack_on("subspace:1", "tanh", 3, 8, 96, rng())
    one = model.features(X[:1])[0]
    assert theta == pytest.approx(one * (theta @ one) / (one @ one), abs=1e-12)


# single starts


def test_single_starts_counted_again():
    draw, counted = rng(7), [0, 0]
    for _ in range(3):
        model, X = RandomFeatures.gaussian(72, 6, "tanh", draw), sphere_samples(3, 6, draw)
        theta = model.features(X).T @ draw.standard_normal(3)
        found = published_descent(theta, model, 3, seed=draw, step=5.0, steps=300)
        error = match(X, found.samples, "sign").relative_error
        counted[0] += error <= 1e-2
        counted[1] += error <= 1e-6
        if found.stopped == "tolerance":  # it asks for no more: a residual of 3e-4
            assert found.loss > 1e-9
    assert single_starts("published", "tanh", 3, 6, 72, 3, rng(7), step=5.0, steps=300) == counted[0] and counted[1] == 0
    assert single_starts("published", "tanh", 3, 6, 72, 3, rng(7), step=5.0, steps=0) == 0
    assert single_starts("default", "tanh", 3, 6, 72, 5, rng(7), step=5.0, steps=0) >= 3
    with pytest.raises(InputError, match="search"):
        single_starts("other", "tanh", 3, 6, 72, 1, rng(), step=5.0, steps=1)


# photographs


def test_patches_from_the_pixels():
    from sklearn.datasets import load_sample_image

    X = contrast_patches(8)
    assert X.shape[1] == 64 and X.mean(axis=1) == pytest.approx(np.zeros(len(X)), abs=1e-12)
    assert np.linalg.norm(X, axis=1) == pytest.approx(np.full(len(X), 8.0))
    tile = load_sample_image("china.jpg")[:8, :8].astype(float).sum(axis=2).ravel()
    tile -= tile.mean()
    assert min(np.linalg.norm(X - 8 * tile / np.linalg.norm(tile), axis=1)) < 1e-10
    total = len(datasets.photograph_patches(8, standardized=False).X)
    assert 0.9 * total < len(X) <= total


def test_photographs_are_recovered_from_the_witness_alone():
    from reconlaw.proofs_check.check import run_check
    from reconlaw.proofs_check.registry import claims

    claim = claims()["iurada2025/photographs"]
    found = run_check(claim.id, claim.parameters["quick"], 0)
    V, theta, samples, truth = (np.array(found.witness[key]) for key in ("V", "theta", "samples", "truth"))
    features = np.tanh(V @ samples.T)
    assert np.linalg.norm(features @ np.linalg.lstsq(features, theta, rcond=None)[0] - theta) < 1e-11 * np.linalg.norm(theta)
    assert np.linalg.norm(samples - truth, axis=1).max() < 1e-6 * 8 and found.details["outcome"] == "identified"
    planted = json.loads(json.dumps(found.witness)) | {"samples": samples[::-1].tolist()}
    assert decide(planted).outcome != "holds"

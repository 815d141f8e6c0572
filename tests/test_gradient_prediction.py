"""The predicted error of the span, and its bound, against simulation from the definitions."""

import math

import numpy as np
import pytest

from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.gradient_moments.bounds import second_moment_error, span_error
from reconlaw.theory.gradient_moments.constants import moment_constants
from reconlaw.theory.gradient_moments.prediction import predicted_error, subspace_error
from reconlaw.theory.gradient_moments.quadrature import neuron_rule

# --- the predicted error ---


def sphere(rng, B, d):
    X = rng.standard_normal((B, d))
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def found_span(name, X, r, m, rng, order, regressed=None, bias=0.0, direction=None):
    """(squared distances to the span found, squared linearized distances), straight from the definition."""
    B, d = X.shape
    u = r @ X if direction is None else direction
    u = u / np.linalg.norm(u)
    W = rng.standard_normal((m, d))
    g = parse(name).value(W @ X.T + bias) @ r
    if regressed is not None:
        basis = np.column_stack([np.ones(m), W])[:, : 1 + d * regressed]
        g = g - basis @ np.linalg.lstsq(basis, g, rcond=None)[0]
    a, eye = W @ u, np.eye(d)
    if order == 2:
        M = (W.T * g) @ W / m - g.mean() * eye
    elif order == 3:
        v = W.T @ g / m
        M = (W.T * (g * a)) @ W / m - np.outer(u, v) - np.outer(v, u) - (g @ a / m) * eye
    else:
        v, s = W.T @ (g * a) / m, g @ (a * a - 1) / m
        M = (W.T * (g * (a * a - 1))) @ W / m - 2 * (np.outer(u, v) + np.outer(v, u)) - s * eye + 2 * g.mean() * np.outer(u, u)
    values, vectors = np.linalg.eigh(M)
    V = vectors[:, np.argsort(-np.abs(values))[:B]]
    return ((X - X @ V @ V.T) ** 2).sum(1), M


@pytest.mark.parametrize(("name", "order", "B", "regressed", "bias", "m"), [
    ("elu", 2, 2, None, 0.0, 60_000), ("relu", 2, 3, None, 0.0, 60_000), ("tanh", 3, 2, None, 0.0, 80_000),
    ("tanh", 3, 2, 1, 0.0, 20_000), ("gelu", 4, 2, 1, 0.0, 60_000), ("tanh", 2, 2, 1, 1.0, 60_000),
])  # fmt: skip
def test_prediction_by_simulation(name, order, B, regressed, bias, m):
    """Median over draws of batch and weights of measured / predicted: 1 up to second order in the error and sampling."""
    rng = np.random.default_rng(4)
    ratios = []
    for _ in range(9):
        X = sphere(rng, B, 20)
        r = np.array([-0.8, 1.2, 1.0])[:B]
        predicted = predicted_error(name, X, r, m, order=order, regressed=regressed, hidden_bias=bias)
        measured = math.sqrt(found_span(name, X, r, m, rng, order, regressed, bias)[0].mean())
        ratios.append(measured / predicted)
    assert np.median(ratios) == pytest.approx(1, abs=0.15)


def test_prediction_of_a_random_direction():
    rng = np.random.default_rng(5)
    d, r, X = 12, np.array([-1.0, 1.0]), np.eye(2, 12)
    u = np.concatenate([[0.6, -0.5], rng.standard_normal(d - 2) / 4])
    predicted = subspace_error("tanh", X, r, 40_000, order=3, direction=u)
    mean = np.mean([found_span("tanh", X, r, 40_000, rng, 3, direction=u)[0] for _ in range(30)], axis=0)
    np.testing.assert_allclose(np.sqrt(mean), predicted, rtol=0.12)
    aligned = subspace_error("tanh", X, r, 40_000, order=3, direction=u[:2] @ X)
    assert (aligned < predicted).all()


def test_prediction_scales_and_its_second_moment():
    rng = np.random.default_rng(6)
    X, r = sphere(rng, 3, 30), np.array([1.0, -2.0, 0.5])
    base = subspace_error("gelu", X, r, 1000)
    np.testing.assert_allclose(subspace_error("gelu", X, r, 4000), base / 2)
    np.testing.assert_allclose(subspace_error("gelu", X, 7 * r, 1000), base)
    w = rng.standard_normal((400_000, 30))
    xi = np.linalg.pinv(X)
    g = parse("gelu").value(w @ X.T) @ r
    sampled = np.sqrt(27 / 1000 * np.array([(g**2 * (w @ x) ** 2).mean() for x in xi.T])) / np.abs(
        r * moment_constants("gelu", [2])[0]
    )
    np.testing.assert_allclose(base, sampled, rtol=0.02)


@pytest.mark.parametrize("change", [
    {"X": np.ones((2, 5))}, {"X": np.eye(2, 5)[[0, 0]]},
    {"X": np.array([[1.0, 0, 0], [0.999, math.sqrt(1 - 0.999**2), 0]])}, {"residuals": np.array([0.0, 1.0])},
    {"residuals": np.ones(3)},
    {"order": 5}, {"activation": "tanh"}, {"m": 0}, {"regressed": 2}, {"order": 3, "direction": np.zeros(5)},
    {"order": 4, "direction": np.ones(5)}, {"order": 3, "direction": np.eye(5)[4]}, {"X": np.full((2, 5), np.nan)},
])  # fmt: skip
def test_bad_predictions_are_refused(change):
    good = {"activation": "elu", "X": np.eye(2, 5), "residuals": np.ones(2), "m": 100}
    assert subspace_error(**good).shape == (2,)
    with pytest.raises(InputError):
        subspace_error(**good | change)


# --- the bound ---


@pytest.mark.parametrize("name", ["tanh", "relu", "elu"])
def test_bound_holds_in_simulation(name):
    """It is a bound, and a far one: the measured norm stays below a half of it in every draw."""
    rng = np.random.default_rng(7)
    bias = 0.5 if name == "tanh" else 0.0
    r, d, m = np.array([-0.8, 1.2]), 15, 4000
    X = sphere(rng, 2, d)
    M = moment_constants(name, [2], 1, bias)[0] * (X.T * r) @ X
    bound = float(second_moment_error(name, r.tolist(), d, m, 0.5, hidden_bias=bias))
    least = np.linalg.svd(X, compute_uv=False)[-1]
    far = float(span_error(name, r.tolist(), least, d, m, 0.5, hidden_bias=bias))
    for _ in range(20):
        distances, Mhat = found_span(name, X, r, m, rng, 2, bias=bias)
        error = np.linalg.norm(Mhat - M, 2)
        assert error < bound / 2
        weights = np.abs(r * moment_constants(name, [2], 1, bias)[0])
        assert (np.sqrt(distances) <= 2 * error * np.linalg.norm(np.linalg.pinv(X), axis=0) / weights + 1e-12).all()
    assert far >= 2 * bound / (least * weights.min()) * (1 - 1e-12)


def test_bound_has_the_rate_and_its_pieces():
    small, large = (float(second_moment_error("tanh", [1, -1], 40, m, 0.1)) for m in (10**8, 4 * 10**8))
    assert small / large == pytest.approx(2, rel=1e-2)
    assert second_moment_error("relu", [1, 1], 2, 100, 0.1) < second_moment_error("relu", [1, 1], 3, 100, 0.1)
    z, w = neuron_rule()
    s0, s1, s2 = (w @ (np.tanh(z) ** 2 * z ** (2 * k)) for k in range(3))
    assert float(second_moment_error("tanh", [2], 1, 50, 0.2)) == pytest.approx(2 * math.sqrt(4 * (s2 - 2 * s1 + s0) / 10))
    for call in (
        lambda: second_moment_error("tanh", [1, 1], 1, 10, 0.1),
        lambda: second_moment_error("tanh", [1], 1, 10, 1.5),
        lambda: span_error("tanh", [1], 0.5, 3, 10, 0.1),
        lambda: span_error("relu", [0, 1], 0.5, 3, 10, 0.1),
    ):
        with pytest.raises(InputError):
            call()

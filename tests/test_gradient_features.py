"""The feature map of a gradient: the client's gradient, its derivatives, subsets of its entries, and its symmetries."""

import numpy as np
import pytest

from reconlaw.numerics.gradients.client import TwoLayerNetwork
from reconlaw.numerics.gradients.feature_map import GradientFeatures
from reconlaw.theory.activations import Activation, parse

ACTIVATIONS = (
    "tanh",
    "sigmoid",
    "erf",
    "gelu",
    "softplus",
    "silu",
    "mish",
    "elu",
    "selu",
    "relu",
    "leaky_relu:0.1",
    "power:3",
    "sin",
)


def features(name, m=30, d=4, seed=0, **options):
    rng = np.random.default_rng(seed)
    W, a = rng.standard_normal((m, d)), rng.standard_normal(m)
    return GradientFeatures(W, a, parse(name), **options), rng


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("biased", [False, True])
def test_the_gradient_is_a_superposition_of_features(name, biased):
    """The oracle is the client, which knows nothing of features."""
    rng = np.random.default_rng(1)
    bias = rng.standard_normal(30) if biased else None
    network = TwoLayerNetwork(rng.standard_normal((30, 4)), rng.standard_normal(30), name, hidden_bias=bias)
    X, y = rng.standard_normal((3, 4)), rng.standard_normal(3)
    gradient = network.gradient(X, y, loss_scale=0.7)
    psi = GradientFeatures(network.W, network.a, network.activation, hidden_bias=bias, scale=2.5)
    theta = psi.features(X).T @ network.coefficients(X, y, loss_scale=0.7)
    assert theta.reshape(30, 5)[:, 0] == pytest.approx(gradient.grad_a, rel=1e-12)
    assert theta.reshape(30, 5)[:, 1:] / 2.5 == pytest.approx(gradient.grad_W, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("part", [False, True])
def test_derivatives(name, hidden, part):
    psi, rng = features(name, hidden=hidden, scale=3.0, hidden_bias=np.linspace(-1, 1, 30))
    if part:
        psi = psi.rows(np.sort(rng.permutation(psi.shape[0])[: psi.shape[0] // 2]))
        psi = psi.rows(np.arange(1, psi.shape[0], 2))  # a subset of a subset
    X, dX = rng.standard_normal((2, 3, 4))
    local, h = psi.at(X), 1e-6
    quotient = (psi.features(X + h * dX) - psi.features(X - h * dX)) / (2 * h)
    images, J = local.jvp(dX), local.jacobian()
    assert images.shape == (3, psi.shape[0]) and J.shape == (psi.shape[0], 3, 4)
    assert images == pytest.approx(quotient, rel=1e-6, abs=1e-6)
    assert np.einsum("pnd,nd->np", J, dX) == pytest.approx(images, abs=1e-12)
    weights = rng.standard_normal(images.shape)
    assert local.vjp(weights) == pytest.approx(np.einsum("pnd,np->nd", J, weights), abs=1e-11)


def test_an_activation_without_second_derivative():
    own, known = Activation(np.tanh, lambda u: 1 - np.tanh(u) ** 2), parse("tanh")
    W, X, dX = np.random.default_rng(0).standard_normal((3, 20, 20))
    maps = [GradientFeatures(W, np.ones(20), act) for act in (own, known)]
    assert maps[0].at(X).jvp(dX) == pytest.approx(maps[1].at(X).jvp(dX), abs=1e-7)


@pytest.mark.parametrize("hidden", [True, False])
def test_rows_are_entries_of_the_whole(hidden):
    psi, rng = features("gelu", hidden=hidden)
    X, index = rng.standard_normal((2, 4)), np.sort(rng.permutation(psi.shape[0])[:17])
    assert np.array_equal(psi.rows(index).features(X), psi.features(X)[:, index])
    assert psi.rows(index).shape == (17, 4)
    assert psi.outer().shape == (30, 4)


@pytest.mark.parametrize(("name", "sign"), [("tanh", -1), ("power:3", -1), ("power:2", 1), ("leaky_relu:-1", 1)])
def test_sign_symmetry_and_that_a_bias_breaks_it(name, sign):
    psi, rng = features(name)
    X = rng.standard_normal((2, 4))
    assert psi.symmetry.sign and np.allclose(psi.features(-X), sign * psi.features(X), rtol=1e-13, atol=1e-13)
    biased, _ = features(name, hidden_bias=np.full(30, 0.3))
    assert not biased.symmetry.sign and not np.allclose(biased.features(-X), sign * biased.features(X))


@pytest.mark.parametrize("name", ["relu", "leaky_relu:0.1", "power:3"])
def test_scale_symmetry_off_the_sphere(name):
    psi, rng = features(name, domain="free")
    k, X = parse(name).homogeneity, rng.standard_normal((2, 4))
    assert psi.features(2 * X) == pytest.approx(2.0**k * psi.features(X))
    assert psi.symmetry.scale == ("real" if name == "power:3" else "positive")
    assert psi.radius == 1.0 and psi.unknowns_per_sample == 3
    biased, _ = features(name, domain="free", hidden_bias=np.full(30, 0.3))
    assert biased.symmetry.scale == "none" and biased.radius is None and biased.unknowns_per_sample == 4


@pytest.mark.parametrize("name", ["relu", "gelu", "softplus", "sigmoid"])
@pytest.mark.parametrize("part", [False, True])
def test_decoupling(name, part):
    psi, rng = features(name)
    if part:
        psi = psi.rows(np.sort(rng.permutation(psi.shape[0])[:70]))
    X = rng.standard_normal((2, 4))
    parts = psi.decoupled()
    rest = parts.weights(X) @ parts.free().T
    assert psi.features(X) == pytest.approx(parts.part.features(X) + rest, abs=1e-13)
    assert parts.part.features(-X) == pytest.approx((-1 if name == "sigmoid" else 1) * parts.part.features(X), abs=1e-13)
    assert features(name, hidden_bias=np.ones(30))[0].decoupled() is None


def test_the_nuisance_is_the_linear_part_of_a_kink():
    psi, rng = features("relu")
    X = rng.standard_normal((1, 4))
    assert psi.features(X) - psi.features(-X) == pytest.approx(X @ psi.nuisance.T)
    assert features("gelu")[0].nuisance is None and features("leaky_relu:-1")[0].nuisance is None
    assert features("relu", hidden_bias=np.ones(30))[0].nuisance is None


def test_ambiguities():
    assert "degree" in features("power:2")[0].ambiguity(3, 1, n_known=True)
    assert features("tanh")[0].ambiguity(3, 1, n_known=True) is None
    flat = GradientFeatures(np.outer(np.ones(5), [1.0, 2.0]), np.ones(5), parse("tanh"))
    assert "span" in flat.ambiguity(1, 1, n_known=True)
    few, _ = features("relu", m=5, d=3)
    assert "one cell" in few.ambiguity(2, 1, n_known=False) and few.ambiguity(2, 1, n_known=True) is None

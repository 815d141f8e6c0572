"""Random runs of the whole route, from one gradient to samples and labels: what sampled claims count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..theory.errors import one_of
from ..theory.gradient_moments.constants import moment_constants
from .arrays import Array
from .decomposition import decompose
from .gradient_trials import Problem, leading
from .gradients.moments import moment_operator, reduced_tensor
from .gradients.regression import linear_fit, regress_out
from .gradients.routes import moment_estimate
from .gradients.signs import recover
from .matching import match

ORDERS = {"tanh": (3, 3), "sigmoid": (3, 3), "erf": (3, 3), "relu": (2, 4), "gelu": (2, 4), "softplus": (2, 4)}
"""Orders of the moments for the subspace and for the tensor; 2 and 3 for other activations."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a route found, matched to the batch (up to the sign of each sample where the activation is odd).

    Attributes:
        error: root mean square over the batch of |x_i - found_i|.
        labels_right: whether every label has the sign of f(found_i) - coefficient_i.
    """

    error: float
    labels_right: bool


def reconstruct(
    activation: str, B: int, d: int, m: int, rng: np.random.Generator, *, rows: str = "independent", route: str = "regression",
    noise: float = 0.0,
) -> Outcome:  # fmt: skip
    """One random problem (`gradient_trials.Problem`) through a route, `decompose` and `recover`.

    Args:
        route: `regression`, which is `moment_estimate`; `row space`, the same with the gradient of the hidden weights too;
            `averages`, which changes Algorithm 1 of wang2023 as little as it takes, see the function.
        noise: standard deviation of Gaussian noise on each entry of the gradient of the hidden weights, in units of the root
            mean square length of its rows.
    """
    one_of("route", route, ("regression", "row space", "averages"))
    problem = Problem.draw(activation, B, d, m, rng, rows=rows)
    network, (first, second) = problem.network, ORDERS.get(activation, (2, 3))
    if route == "averages":
        V, tensor = averages(network.W, problem.g, B, first, rng)
    else:
        grad_W = _hidden(problem, noise, rng) if route == "row space" else None
        estimate = moment_estimate(network.W, problem.g, B, rng, subspace_order=first, tensor_order=second, grad_W=grad_W)
        V, tensor = estimate.V, estimate.tensor
    found = recover(V, decompose(tensor, B, seed=rng, pencils=1).components, network, problem.g)
    matched = match(problem.X, found.X, "none" if found.signs_known else "sign")
    labels = (network.outputs(found.X) - found.coefficients)[matched.assignment]
    return Outcome(float(np.sqrt(np.mean(matched.errors**2))), bool((np.sign(labels) == problem.y).all()))


def averages(W: Array, g: Array, B: int, order: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """V (d, B) and the tensor of order 3 in it (B, B, B), by averages: V from half of the neurons, the tensor from the rest.

    An order-3 moment is contracted with the first moment, and g is taken less its linear fit. Algorithm 1 of wang2023 has one
    set of neurons, a random vector, and g.
    """
    half = len(W) // 2
    direction = None
    if order == 3:
        slope = linear_fit(W[:half], g[:half])[1]
        direction = slope / np.linalg.norm(slope)
    residual = regress_out(W[:half], g[:half])
    V = leading(moment_operator(W[:half], residual, order=order, direction=direction), W.shape[1], B, rng)[0]
    Z = W[half:] @ V
    return V, reduced_tensor(Z, regress_out(Z, g[half:]))


def _hidden(problem: Problem, noise: float, rng: np.random.Generator) -> Array:
    G = problem.network.gradient(problem.X, problem.y, loss_scale=0.5).grad_W
    assert G is not None
    return G + noise * np.linalg.norm(G) / np.sqrt(len(G)) * rng.standard_normal(G.shape) if noise else G


def largest_residual_error(
    activation: str, B: int, d: int, m: int, rng: np.random.Generator, *, norm: float = 1.0, rows: str = "independent"
) -> float:
    """max_i |r_i - r*_i| of a random problem: the f(x_i) against their mean over the network, whatever the labels."""
    problem = Problem.draw(activation, B, d, m, rng, norm=norm, rows=rows)
    mean = moment_constants(activation, [0], norm)[0]
    return float(np.abs(problem.network.outputs(problem.X) - mean).max())

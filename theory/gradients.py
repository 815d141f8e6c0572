"""The gradient of a two-layer network over a batch and its Jacobian, over the rationals or in ball arithmetic.

`f(x) = sum_j a_j act(w_j.x + b_j) + c`, and `r_i = dL/df(x_i)`, the coefficient of sample i. Then

    output gradient:  dL/da_j = sum_i r_i act(w_j.x_i + b_j)
    hidden gradient:  dL/dw_j = a_j sum_i r_i act'(w_j.x_i + b_j) x_i

For the loss `sum_i (f(x_i) - y_i)^2 / 2` the coefficient is the residual f(x_i) - y_i; another scale of the loss multiplies all
of them. Unknown labels make the coefficients unknowns of their own: (x, y) -> (x, r) is invertible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq, fmpq_mat

from .activations import Activation, parse
from .errors import InputError
from .rationals import matrix, vector

NETWORK_KEYS = frozenset({"activation", "W", "output_weights", "hidden_bias"})
OBSERVED = ("output", "hidden", "both")
UNKNOWNS = ("samples", "coefficients", "labels known")

_CURVATURE = {  # act''(u) from u, act(u), act'(u)
    "tanh": lambda u, v, s: -2 * v * s,
    "sigmoid": lambda u, v, s: s * (1 - 2 * v),
    "erf": lambda u, v, s: -2 * u * s,
    "sin": lambda u, v, s: -v,
    "softplus": lambda u, v, s: s * (1 - s),
    "gelu": lambda u, v, s: (2 - u * u) * (-u * u / 2).exp() / (2 * arb.pi()).sqrt(),
}


@dataclass(frozen=True)
class Network:
    """A network in rationals: rows W (m, d), output weights a (m,), hidden bias b (m,)."""

    activation: Activation
    W: fmpq_mat
    a: list[fmpq]
    b: list[fmpq]

    @property
    def exact(self) -> bool:
        """Whether values and derivatives are rational; else they are balls."""
        return self.activation.has_exact and all(term.radicand == 1 for term in self.activation.polynomials)

    def inputs(self, X: fmpq_mat) -> list[list[fmpq]]:
        """The pre-activations w_j.x_i + b_j, (B, m)."""
        return [[u + b for u, b in zip(row, self.b)] for row in (X * self.W.transpose()).tolist()]


def read_network(witness: Mapping[str, Any]) -> Network:
    """The network of a witness with the keys `NETWORK_KEYS`: integers, or strings `p/q`; the activation by name.

    Raises:
        InputError: anything else, shapes that disagree, or an activation with neither exact nor ball arithmetic.
    """
    activation = parse(witness["activation"])
    if not activation.has_exact and activation.ball is None:
        raise InputError(f"witness activation = {activation.name!r}: has neither exact nor ball arithmetic")
    W = matrix("witness W", witness["W"])
    a, b = (vector(f"witness {key}", witness[key], W.nrows()) for key in ("output_weights", "hidden_bias"))
    return Network(activation, W, a, b)


def jet(network: Network, u: fmpq, order: int = 1) -> tuple[Any, ...]:
    """(act, act') at u, or (act, act', act'') for order 2: rationals, or balls at the working precision.

    Raises:
        InputError: u is a kink, or a second derivative is not known in balls.
    """
    activation = network.activation
    if activation.regularity == "piecewise" and u == 0:
        raise InputError("witness: a pre-activation lies on the kink")
    if network.exact:
        value, slope = activation.rational(u)
        twice = (term.derivative().derivative().rational(u) for term in activation.polynomials)
        return (value, slope, sum(twice, fmpq(0))) if order == 2 else (value, slope)
    assert activation.ball is not None
    x, side = arb(u), 1 if u > 0 else -1
    value, slope = activation.ball(x, side)
    if order == 1:
        return value, slope
    return value, slope, sum((_curvature(name.strip(), x, side) for name in activation.name.split("+")), arb(0))


def _curvature(name: str, x: arb, side: int) -> arb:
    activation = parse(name)
    if activation.slopes is not None:
        return arb(0)
    if activation.polynomials:
        return sum((term.derivative().derivative().ball(x) for term in activation.polynomials), arb(0))
    if name not in _CURVATURE:
        raise InputError(f"witness activation = {name!r}: its second derivative is not known in balls")
    assert activation.ball is not None
    return _CURVATURE[name](x, *activation.ball(x, side))


def coefficients(network: Network, X: fmpq_mat, y: list[fmpq], output_bias: fmpq) -> list[Any]:
    """The residuals f(x_i) - y_i, (B,)."""
    values = [[jet(network, u)[0] for u in row] for row in network.inputs(X)]
    zero = fmpq(0)
    return [sum((a * v for a, v in zip(network.a, row)), zero) + output_bias - t for row, t in zip(values, y)]


def gradient(network: Network, X: fmpq_mat, r: list[Any]) -> tuple[list[Any], list[list[Any]], list[Any]]:
    """The gradients by the output weights (m,), the hidden weights (m, d) and the hidden bias (m,)."""
    table = [[jet(network, u) for u in row] for row in network.inputs(X)]
    samples, zero = X.tolist(), fmpq(0)
    by_output, by_bias, by_hidden = [], [], []
    for j, a in enumerate(network.a):
        shares = [ri * a * row[j][1] for ri, row in zip(r, table)]
        by_output.append(sum((ri * row[j][0] for ri, row in zip(r, table)), zero))
        by_bias.append(sum(shares, zero))
        by_hidden.append([sum((s * x[k] for s, x in zip(shares, samples)), zero) for k in range(X.ncols())])
    return by_output, by_hidden, by_bias


def directions(x: list[fmpq], domain: str) -> list[list[fmpq]]:
    """A basis of the directions in which a sample moves: all of R^d, or tangent to the sphere (x_p e_k - x_k e_p)."""
    d = len(x)
    if domain == "free":
        return [[fmpq(int(k == i)) for k in range(d)] for i in range(d)]
    p = next(k for k, t in enumerate(x) if t != 0)
    return [[x[p] if k == i else -x[i] if k == p else fmpq(0) for k in range(d)] for i in range(d) if i != p]


def jacobian(network: Network, X: fmpq_mat, r: list[fmpq], *, observed: str, unknowns: str, domain: str) -> list[list[Any]]:
    """The Jacobian of the observed gradient: first the rows dL/da_j, then dL/dw_jk.

    Columns: the directions of each sample; then, for `unknowns = coefficients`, each r_i. For `samples` the coefficients are
    fixed numbers; for `labels known` they move with the samples, as residuals do.
    """
    W, samples = network.W.tolist(), X.tolist()
    data, rest = [], []
    for x, ri, us in zip(samples, r, network.inputs(X)):
        jets = [jet(network, u, 2) for u in us]
        of_r = [v for v, _, _ in jets], [[a * s * t for t in x] for a, (_, s, _) in zip(network.a, jets)]
        for t in directions(x, domain):
            moves = [sum((p * q for p, q in zip(w, t)), fmpq(0)) for w in W]
            output = [ri * s * move for (_, s, _), move in zip(jets, moves)]
            hidden = [
                [a * ri * (c * move * xk + s * tk) for xk, tk in zip(x, t)]
                for a, (_, s, c), move in zip(network.a, jets, moves)
            ]
            if unknowns == "labels known":
                rho = sum((a * s * move for a, (_, s, _), move in zip(network.a, jets, moves)), fmpq(0))
                output = [u + rho * v for u, v in zip(output, of_r[0])]
                hidden = [[u + rho * v for u, v in zip(one, two)] for one, two in zip(hidden, of_r[1])]
            data.append(_column(output, hidden, observed))
        if unknowns == "coefficients":
            rest.append(_column(*of_r, observed))
    return [list(row) for row in zip(*data, *rest)]


def _column(output: list[Any], hidden: list[list[Any]], observed: str) -> list[Any]:
    return (output if observed != "hidden" else []) + ([t for row in hidden for t in row] if observed != "output" else [])

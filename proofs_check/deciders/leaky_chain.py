"""Decides by which factor a chain of leaky-ReLU layers of weights plus and minus the identity passes on a linear form.

The first layer is [I, -I]^T, the layers between are the identity of R^(2d), the last neuron has the weights (z, -z): its
pre-activation is computed here layer by layer, over the rationals, and compared with factor * z.x.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from ...theory.activations import parse
from ...theory.errors import InputError, positive_integer
from ...theory.rationals import matrix, rational, vector
from ..verdict import Decision
from .keys import check_keys

KEYS = {"decider", "activation", "layers", "x", "Z", "factor"}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide `(z, -z).h(x) = factor * z.x` for every row z. Slack: 0 when it holds.

    Keys: activation (piecewise linear), layers (number of activations passed), x (d), Z (rows of length d), factor; rational.

    Raises:
        InputError: a key missing or unknown, data that are not exact, an activation that is not piecewise linear, or
            z.x = 0 for every z.
    """
    check_keys(witness, "leaky_chain", KEYS)
    activation = parse(witness["activation"])
    if activation.slopes is None:
        raise InputError(f"witness activation = {activation.name!r}: must be piecewise linear")
    layers, factor = positive_integer("witness layers", witness["layers"]), rational("witness factor", witness["factor"])
    x = vector("witness x", witness["x"])
    d, Z = len(x), matrix("witness Z", witness["Z"], len(x)).tolist()
    left, right = (fmpq(s.numerator, s.denominator) for s in activation.slopes)
    identity = fmpq_mat([[fmpq(int(i == k)) for k in range(2 * d)] for i in range(2 * d)])
    first = fmpq_mat([[fmpq(int(i == k) - int(i == d + k)) for k in range(d)] for i in range(2 * d)])
    h = fmpq_mat([[t] for t in x])
    for layer in range(layers):
        h = (identity if layer else first) * h
        h = fmpq_mat([[right * t if t > 0 else left * t] for t in h.entries()])
    products = [sum((s * t for s, t in zip(z, x)), fmpq(0)) for z in Z]
    if not any(products):
        raise InputError("witness Z: every z.x is zero, so that no factor can be told")
    for z, product in zip(Z, products):
        passed = sum((s * (up - down) for s, up, down in zip(z, h.entries()[:d], h.entries()[d:])), fmpq(0))
        if passed != factor * product:
            reason = f"after {layers} layers the neuron sees {passed / product} z.x, stated {factor} z.x"
            return Decision("fails", "exact", "equality", None, reason)
    return Decision("holds", "exact", "equality", 0.0, f"after {layers} layers the neuron sees {factor} z.x, exactly")

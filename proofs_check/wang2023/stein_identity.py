r"""Moments of the gradient are sums of powers of the samples.

Setting
    $g(w) = \sum_i r_i \sigma(w \cdot x_i + b)$, $w \sim N(0, I_d)$, is the derivative of the loss in an output weight, as a function of the hidden
    weights $w$ of its neuron; $H_p$ are the Hermite tensors, $H_2(w) = w w^T - I$.
Assumptions
    A1. The moments are taken with the Hermite tensors. (Broken: with the powers $w^{\otimes p}$.)
    A2. The constant is that of the norm of each sample. (Broken: of norm $1$.)
Statement
    $E[g(w) H_p(w)] = \sum_i r_i\, c_p(|x_i|, b)\, x_i^{\otimes p}$ with $c_p(\rho, b) = E[\sigma(\rho Z + b) He_p(Z)] / \rho^p$, for samples of any norms and
    angles.
Reference
    wang2023, section 4.1, for unit samples without bias (Stein's identity).
Tight
    Equality in every entry: exact for polynomials, whose moments are multiplied out in $d = 3$; by balls in the plane, where the
    mean over the second coordinate of $w$ is in closed form and the mean over the first a certified integral. Slack: tolerance minus the
    largest radius.
Not checked
    Dimensions beyond $3$, to which the sizes add nothing: a rotation moves two samples into a plane.
"""

from ..claim import Claim

SOLID = [["1", "2", "-1/2"], ["1/3", "-1", "1"], ["2", "1/5", "1/2"]]
PLANE = [["3/5", "4/5"], ["-5/13", "6/5"]]

CLAIM = Claim(
    id="wang2023/stein-identity",
    title="Hermite moments of the gradient are sums of tensor powers of the samples",
    kind="identity",
    origin="stated",
    parameters={
        "quick": {"exact": ["power:2+power:3", "power:4"], "balls": ["relu", "erf"], "orders": [1, 2, 3, 4], "ball_orders": [2, 3],
                  "residuals": ["1", "-2/3", "3/7"], "hidden_bias": "1/2", "factor": "hermite", "norms": "own"},
        "standard": {"exact": ["power:2+power:3", "power:4", "power:5+power:1", "power:6"], "balls": ["relu", "erf", "gelu", "elu", "sin"],
                     "orders": [1, 2, 3, 4, 5], "ball_orders": [1, 2, 3, 4], "residuals": ["1", "-2/3", "3/7"], "hidden_bias": "1/2",
                     "factor": "hermite", "norms": "own"},
    },
    controls={"A1": {"factor": "power", "ball_orders": [2]}, "A2": {"norms": "unit", "ball_orders": [2]}},
)  # fmt: skip


def check(rng, *, exact, balls, orders, ball_orders, residuals, hidden_bias, factor, norms):
    from ..deciders import conclude

    def part(statement, name, samples, orders, **more):
        return {
            "decider": "moment_tensor", "statement": statement, "activation": name, "samples": samples,
            "residuals": residuals[: len(samples)], "hidden_bias": hidden_bias, "orders": orders, "factor": factor, "norms": norms,
        } | more  # fmt: skip

    parts = {f"{name}, d = 3": part("polynomial", name, SOLID, orders) for name in exact}
    for name in balls:
        parts[f"{name}, d = 2"] = part("planar", name, PLANE, ball_orders, bits=32, tolerance="1e-8")
    return conclude({"decider": "all", "parts": parts})

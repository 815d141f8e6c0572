r"""Hermite coefficients of the activations, closed form against certified integral.

Setting
    $\sigma = \sum_k \mu_k h_k$ with $h_k = He_k / \sqrt{k!}$ orthonormal under the standard Gaussian, so that
    $\mu_k = E[\sigma(Z)\, h_k(Z)]$.
Assumptions
    A1. The $h_k$ are orthonormal: $\mu_k$, not $c_k = E[\sigma^{(k)}(Z)] = \sqrt{k!}\, \mu_k$.
Statement
    ReLU: $\mu_0 = 1/\sqrt{2\pi}$, $\mu_1 = 1/2$, $\mu_{2k} = (-1)^{k+1} (2k-3)!! / \sqrt{2\pi (2k)!}$, and $\mu_k = 0$ for odd
    $k \ge 3$: no information on signs beyond the linear term. GELU, erf, sin and leaky ReLU have closed forms of their own.
Reference
    The conditions of iurada2025 are on these coefficients (second-hand); the closed forms are derived in
    `reconlaw.theory.hermite`.
Tight
    Equality to the stated tolerance: both sides are balls that overlap and are that small. Slack: tolerance minus the largest
    radius.
Not checked
    Coefficients beyond the listed order.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/hermite-coefficients",
    title="Closed forms of the Hermite coefficients agree with certified Gaussian integrals",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["relu", "leaky_relu:0.2", "erf", "sin", "gelu", "relu+erf"],
            "orders": 8,
            "normalization": "orthonormal",
        },
        "standard": {
            "activations": ["relu", "leaky_relu:0.2", "erf", "sin", "gelu", "relu+erf", "power:5", "hermite:7"],
            "orders": 20,
            "normalization": "orthonormal",
        },
    },
    controls={"A1": {"normalization": "derivative means"}},
)


def check(rng, *, activations, orders, normalization):
    from flint import arb, ctx

    from ...theory.activations import parse
    from ...theory.balls import format_ball
    from ...theory.errors import InputError, one_of
    from ...theory.hermite import closed_form
    from ..deciders import conclude

    def claimed(name, k):
        value = closed_form(parse(name), k)
        if value is None:
            raise InputError(f"activations: {name} has no closed form for its coefficient of order {k}")
        return value * arb.fac_ui(k).sqrt() if normalization == "derivative means" else value

    one_of("normalization", normalization, ("orthonormal", "derivative means"))
    parts = {}
    before = ctx.prec
    try:
        ctx.prec = 160
        for name in activations:
            parts[name] = {
                "decider": "gaussian",
                "statement": "hermite-coefficients",
                "activation": name,
                "claimed": [format_ball(claimed(name, k)) for k in range(orders)],
                "bits": 128,
                "tolerance": "1e-20",
            }
    finally:
        ctx.prec = before
    return conclude({"decider": "all", "parts": parts})

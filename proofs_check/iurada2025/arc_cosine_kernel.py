r"""The population kernel of the features, by three routes.

Setting
    $\kappa(t) = E[\sigma(u)\, \sigma(v)]$ for standard Gaussian $u, v$ of correlation $t$: the limit of $K_{ij}/p$ for samples
    with $\langle x_i, x_j \rangle / d = t$.
Assumptions
    A1. The closed form is that of the activation named (ReLU, erf, sin, leaky ReLU).
Statement
    $\kappa(t) = \sum_k \mu_k^2 t^k$ (Mehler). ReLU: $\kappa(\cos\gamma) = (\sin\gamma + (\pi - \gamma) \cos\gamma) / (2\pi)$;
    erf: $\frac{2}{\pi} \arcsin \frac{2t}{3}$; sin: $e^{-1} \sinh t$.
Reference
    Cho and Saul (2009), the arc-cosine kernel; Williams (1998), erf. Used by iurada2025 through the concentration of $K$.
Tight
    Equality to the stated tolerance against a certified integral or Hermite series. Slack: tolerance minus the largest radius.
Not checked
    The concentration of $K/p$ about $\kappa$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/arc-cosine-kernel",
    title="Closed forms of the population kernel agree with certified integrals",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["relu", "erf", "sin", "leaky_relu:0.2"],
            "correlations": ["-1/2", "0", "1/3", "9/10"],
            "formula_of": "same",
        },
        "standard": {
            "activations": ["relu", "erf", "sin", "leaky_relu:0.2", "power:3", "leaky_relu:-1", "hermite:4"],
            "correlations": ["-9/10", "-1/2", "-1/100", "0", "1/3", "3/4", "19/20"],
            "formula_of": "same",
        },
    },
    controls={"A1": {"activations": ["erf"], "formula_of": "sin", "correlations": ["1/3"]}},
)


def check(rng, *, activations, correlations, formula_of):
    from fractions import Fraction

    from ...theory.activations import parse
    from ...theory.balls import format_ball
    from ...theory.errors import InputError
    from ...theory.kernels import closed_form_kernel
    from ..deciders import conclude

    def claimed(activation, t):
        value = closed_form_kernel(activation, Fraction(t))
        if value is None:
            raise InputError(f"activations: {activation.name} has no closed form for its kernel")
        return format_ball(value)

    parts = {}
    for name in activations:
        source = parse(name if formula_of == "same" else formula_of)
        parts[name] = {
            "decider": "gaussian",
            "statement": "kernel",
            "activation": name,
            "correlations": list(correlations),
            "claimed": [claimed(source, t) for t in correlations],
            "bits": 128,
            "tolerance": "1e-12",
        }
    return conclude({"decider": "all", "parts": parts})

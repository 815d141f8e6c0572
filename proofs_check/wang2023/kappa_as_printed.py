r"""The residuals of sigmoid and ReLU are not of equal size.

Setting
    $r^* = E[\sigma(Z)] - y$ is the residual of a unit sample of label $y = \pm 1$ in the limit of wide networks, and
    $\kappa = \max |r^*| / \min |r^*|$ over the two labels. The error of the tensor step grows with $\kappa$.
Assumptions
    A1. $\kappa$ is the value printed, $1$. (Corrected: $(1 + |c_0|) / |1 - |c_0||$ with $c_0 = E[\sigma(Z)]$.)
Statement
    As printed: $\kappa = 1$ for sigmoid and for ReLU and leaky ReLU. It fails: $c_0 = 1/2$ for sigmoid gives $\kappa = 3$, and $c_0 = 1/\sqrt{2\pi}$
    for ReLU gives $\kappa = (\sqrt{2\pi} + 1) / (\sqrt{2\pi} - 1) = 2.32747$. Slack: tolerance minus the largest radius.
Reference
    wang2023, Claim 5.4, which takes $r^* = -y$.
Tight
    $\kappa = 1$ exactly when $c_0 = 0$, as for tanh, of which Claim 5.4 is true. With an output bias of $2 \max |c_0 - y|$ it is at most $3$.
Not checked
    Nothing else in the theorem changes: $\kappa$ is a constant in its bound.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/kappa-as-printed",
    title="Residuals of equal size for sigmoid and ReLU",
    kind="identity",
    origin="erratum",
    parameters={
        "quick": {"activations": ["sigmoid", "relu", "leaky_relu:0.01"], "value": "printed"},
        "standard": {"activations": ["sigmoid", "relu", "leaky_relu:0.01", "leaky_relu:0.2"], "value": "printed"},
    },
    controls={"A1": {"activations": ["sigmoid", "relu", "leaky_relu:0.01", "tanh"], "value": "corrected"}},
)


def check(rng, *, activations, value):
    from flint import arb

    from ...theory.balls import format_ball
    from ...theory.errors import one_of
    from ...theory.gradient_moments.constants import moment_constant
    from ..deciders import conclude

    def corrected(name):
        mean = arb("0.5") if name == "sigmoid" else abs(moment_constant(name, 0))
        return format_ball((1 + mean) / abs(1 - mean), 12)

    one_of("value", value, ("printed", "corrected"))
    parts = {
        name: {
            "decider": "residuals",
            "statement": "kappa",
            "activation": name,
            "hidden_bias": "0",
            "output_bias": "0",
            "labels": [1, -1],
            "claimed": "1" if value == "printed" else corrected(name),
            "bits": 64,
            "tolerance": "1e-9",
        }
        for name in activations
    }
    return conclude({"decider": "all", "parts": parts})

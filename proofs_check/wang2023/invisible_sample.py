r"""A sample without a residual leaves no trace: label 1 under the activation of the experiments.

Setting
    $\sigma(u) = u^2 + u^3$, unit samples, $r^* = E[\sigma(Z)] + M - y$ with a known output bias $M$. Every moment of the gradient contains a sample with
    its residual as a factor.
Assumptions
    A1. There is no output bias, $M = 0$. (Broken: $M = 30$, the value of the experiments.)
    A2. The label is $1$. (Broken: $-1$.)
Statement
    $E[\sigma(Z)] = 1$, hence $r^* = 0$ exactly for $y = 1$: the sample does not occur in the moments of the population. For $m$ neurons its residual
    has mean $0$ and variance $\mathrm{Var}(Z^2 + Z^3) / m = 17 / m$. Slack: 0.
Reference
    Derived here. wang2023 uses this activation with $M = 30$, for which the reason is given only for real labels (remark 1); its Theorem 5.1 is stated
    for $y = \pm 1$ without an output bias, and $\kappa$ is infinite here.
Tight
    Equality of rationals.
Not checked
    Recovery from the gradient of finitely many neurons, in which the sample has a weight of about $\sqrt{17/m}$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/invisible-sample",
    title="A sample of label 1 is invisible under the sum of square and cube",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {"activation": "power:2+power:3", "label": "1", "output_bias": "0"},
        "standard": {"activation": "power:2+power:3", "label": "1", "output_bias": "0"},
    },
    controls={"A1": {"output_bias": "30"}, "A2": {"label": "-1"}},
)


def check(rng, *, activation, label, output_bias):
    from ..deciders import conclude

    return conclude(
        {
            "decider": "residuals",
            "statement": "invisible",
            "activation": activation,
            "hidden_bias": "0",
            "output_bias": output_bias,
            "label": label,
        }
    )

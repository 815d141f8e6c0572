r"""The labels that the algorithm reads off its weights have the wrong sign.

Setting
    A unit sample of label $y = \pm 1$ has the weight $\lambda = r^* c_3$ in the order-$3$ moment, with $r^* = c_0 - y$ and $c_p = E[\sigma(Z) He_p(Z)]$.
Assumptions
    A1. The label is $\lambda - c_0$. (Corrected: $c_0 - \lambda / c_3$.)
Statement
    As printed: the number $\lambda - E[\sigma(Z)]$ has the sign of the label. It fails for $\sigma(u) = u^2 + u^3$, the activation of the
    experiments ($c_0 = 1$, $c_3 = 6$; $y = 1$ gives $-1$), and for ELU ($y = 1$ gives $-0.045$). It fails for $u^2 + u^3$ also if $\lambda$ is first divided by
    $c_3$ (it is then $-y$), and also with $r^* = y - c_0$, as in the appendix (it is then $y - 2 c_0$). Slack: the least size of the number.
Reference
    wang2023, Algorithm 1, last step; the residual is $f(x) - y$ in section 3.
Tight
    The corrected formula gives the label itself. True as printed for tanh, where $c_0 = 0$ and $c_3 < 0$.
Not checked
    The observed residual $f(x) - y$ differs from $r^*$ by about $1/\sqrt{m}$; with $f(x)$ in place of $c_0$ the corrected formula is exact.
"""

from ..claim import Claim

PRINTED = ["weight - c_0", "weight / c_p - c_0", "-weight / c_p - c_0"]

CLAIM = Claim(
    id="wang2023/label-formula",
    title="The sign of the weight less the mean of the activation is that of the label",
    kind="identity",
    origin="erratum",
    parameters={
        "quick": {"activations": ["power:2+power:3", "elu"], "formulas": PRINTED},
        "standard": {"activations": ["power:2+power:3", "elu", "mish"], "formulas": PRINTED},
    },
    controls={"A1": {"activations": ["power:2+power:3", "elu", "tanh"], "formulas": ["c_0 - weight / c_p"]}},
)


def check(rng, *, activations, formulas):
    from ..deciders import conclude

    parts = {
        f"{name}, {formula}": {
            "decider": "residuals",
            "statement": "labels",
            "activation": name,
            "hidden_bias": "0",
            "output_bias": "0",
            "labels": [1, -1],
            "order": 3,
            "formula": formula,
            "bits": 64,
        }
        for name in activations
        for formula in formulas
    }
    return conclude({"decider": "all", "parts": parts})

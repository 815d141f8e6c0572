r"""Through L leaky layers the deep attack sees its linear form multiplied by 1 + alpha, it is said.

Setting
    The server sends a deep network with the weights $[I, -I]^\top$ in the first layer, the identity in the others, and $(z, -z)$ in
    the last hidden neuron. With leaky ReLU, slope $\alpha$ for $u < 0$, after each of the first $L$ layers this neuron sees
    $z \cdot (\sigma^{(L)}(x) - \sigma^{(L)}(-x))$, a multiple of $z \cdot x$.

    Parameters: `layers` lists the values of $L$.
Assumptions
    A1. As printed: the multiple is $1 + \alpha$ (1.01 at $\alpha = 0.01$), whatever $L$.
Statement
    As printed: the neuron sees $(1 + \alpha)\, z \cdot x$, by which the recovered samples are divided. Slack: none, an equality.
Reference
    wang2023, the deep networks of Algorithm 2, with leaky ReLU.
Tight
    False from two layers on. Corrected: $1 + \alpha^L$ for $0 \le \alpha < 1$, as $\sigma^{(L)}(u) = u$ and $\sigma^{(L)}(-u) = -\alpha^L u$ for $u > 0$; an equality. At
    $\alpha = 0.01$: 1.01, 1.0001, 1.000001. The corrected form is the control.
Not checked
    Whether it matters: after normalization of the samples it does not.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/leaky-factor",
    title="Each deep leaky network scales its samples by 1.01, as printed",
    kind="identity",
    origin="erratum",
    parameters={
        "quick": {"slopes": ["1/100", "1/5"], "layers": [1, 2, 3], "d": 4, "neurons": 3, "factor": "1 + alpha"},
        "standard": {
            "slopes": ["1/100", "1/5", "9/10"], "layers": [1, 2, 3, 5, 8], "d": 20, "neurons": 20, "factor": "1 + alpha",
        },
    },
    controls={"A1": {"factor": "1 + alpha^L"}},
)  # fmt: skip


def check(rng, *, slopes, layers, d, neurons, factor):
    from fractions import Fraction

    from ...theory.errors import one_of
    from ...theory.rationals import draw_integers
    from ..deciders import conclude

    one_of("factor", factor, ("1 + alpha", "1 + alpha^L"))
    parts = {}
    for slope in slopes:
        for L in layers:
            stated = 1 + Fraction(slope) ** (L if factor == "1 + alpha^L" else 1)
            parts[f"slope {slope}, L = {L}"] = {
                "decider": "leaky_chain", "activation": f"leaky_relu:{slope}", "layers": L, "factor": str(stated),
                "x": draw_integers(rng, 1, d)[0], "Z": draw_integers(rng, neurons, d),
            }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

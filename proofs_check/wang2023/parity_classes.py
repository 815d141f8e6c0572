r"""Which orders of the moments see the samples: three classes of activations.

Setting
    $c_p = E[\sigma(Z) He_p(Z)]$ is the constant of the order-$p$ moment of the gradient without a hidden bias. $He_p$ has the parity of $p$.
Assumptions
    A1. The symmetry is that of the activation: $\sigma(u) - \sigma(-u) = c u$ (linear plus even), $\sigma(u) + \sigma(-u) = c$ (constant plus odd), or none.
Statement
    Linear plus even (ReLU, leaky ReLU, GELU, SiLU, softplus): $c_3 = 0$, and $c_2, c_4 \ne 0$: order $4$ is needed. Constant plus odd (sigmoid, tanh, erf,
    sin): $c_2 = c_4 = 0$, and $c_3 \ne 0$: order $3$ serves both steps. Neither (ELU, SELU, Mish): $c_2, c_3 \ne 0$.
Reference
    wang2023, Assumption 5.1 and remarks 3 and 4 treat ReLU, leaky ReLU, sigmoid and tanh; the classes are derived here.
Tight
    Zeros by the symmetry, confirmed at rational points and by integrals to $2^{-80}$; the other constants have certified balls without
    $0$. Slack: the least $|c_p| / \sqrt{p!}$ of those that do not vanish.
Not checked
    Orders above $4$.
"""

from ..claim import Claim

EVEN = {"relu": "1", "leaky_relu:0.01": "101/100", "gelu": "1", "silu": "1", "softplus": "1"}
ODD = {"sigmoid": "1", "tanh": "0", "erf": "0", "sin": "0"}
CLASSES = {
    "linear plus even": [EVEN, [3], [1, 2, 4]],
    "constant plus odd": [ODD, [2, 4], [1, 3]],
    "none": [{"elu": "0", "selu": "0", "mish": "0"}, [], [1, 2, 3, 4]],
}

CLAIM = Claim(
    id="wang2023/parity-classes",
    title="Three parity classes of activations, and the moments that vanish in each",
    kind="certificate",
    origin="derived",
    parameters={"quick": {"classes": CLASSES}, "standard": {"classes": CLASSES}},
    controls={"A1": {"classes": {"constant plus odd": [{"softplus": "1"}, [2, 4], [1, 3]]}}},
)


def check(rng, *, classes):
    from ..deciders import conclude

    parts = {
        name: {
            "decider": "parity",
            "activation": name,
            "symmetry": symmetry,
            "slope": constant,
            "zero": zero,
            "nonzero": nonzero,
            "points": ["1/3", "2", "-5/7"],
        }
        for symmetry, (members, zero, nonzero) in classes.items()
        for name, constant in members.items()
    }
    return conclude({"decider": "all", "parts": parts})

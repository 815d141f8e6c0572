r"""The hidden bias 1/2 makes the constants of orders 2, 3 and 4 of the listed activations nonzero.

Setting
    $c_p(b) = E[\sigma(Z + b) He_p(Z)]$ for unit samples and one hidden bias $b$ of all neurons. The attacker chooses $b$.

    Parameters: `activations` are the listed ones, `hidden_bias` is $b$.
Assumptions
    A1. The bias is $1/2$. (Broken: it is $0$.)
Statement
    At $b = 1/2$ the constants $c_2, c_3, c_4$ of the listed activations are not $0$, so that the plain moments of orders $2$ and $3$ suffice,
    without a contraction.
Reference
    Derived here; wang2023 has no hidden bias and contracts with a unit vector (remarks 3 and 4).
Tight
    Certified integrals without $0$. $b = 1/2$ is not special, but not every $b$ will do: ReLU has $c_4(b) = (b^2 - 1) \phi(b)$, which is $0$
    at $b = 1$. Slack: the least $|c_p(b)|$.
Not checked
    Other activations and other biases. Not every activation has such a bias: $c_3$ and $c_4$ of $u^2$ and $c_4$ of $u^2 + u^3$ are $0$ at every $b$,
    as derivatives of a polynomial of lower degree. Which bias is best for the accuracy.
"""

from ..claim import Claim

NAMES = ["relu", "leaky_relu:0.01", "gelu", "silu", "softplus", "sigmoid", "tanh", "erf", "sin", "elu", "selu"]

CLAIM = Claim(
    id="wang2023/bias-breaks-parity",
    title="With the hidden bias 1/2 the moments of orders 2, 3 and 4 see the samples for the usual activations",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"activations": NAMES, "hidden_bias": "1/2", "orders": [2, 3, 4]},
        "standard": {"activations": [*NAMES, "mish"], "hidden_bias": "1/2", "orders": [2, 3, 4]},
    },
    controls={"A1": {"hidden_bias": "0"}},
)


def check(rng, *, activations, hidden_bias, orders):
    from ..deciders import conclude

    parts = {
        name: {
            "decider": "moment_constants",
            "statement": "nonzero",
            "activation": name,
            "norm": "1",
            "hidden_bias": hidden_bias,
            "orders": orders,
            "bits": 32,
        }
        for name in activations
    }
    return conclude({"decider": "all", "parts": parts})

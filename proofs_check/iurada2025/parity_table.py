r"""Which Hermite coefficients vanish: the parity table of the activations.

Setting
    $\sigma = \sum_k \mu_k h_k$ with orthonormal $h_k$, which has the parity of $k$.
Assumptions
    A1. The symmetry is that of the activation: odd for tanh and erf; $\sigma(u) - \sigma(-u) = c u$ for ReLU, GELU and softplus, with $c = 1$; none
    for ReLU plus tanh.
Statement
    tanh and erf: $\mu_k = 0$ exactly for even $k$. ReLU, GELU, softplus: $\mu_k = 0$ exactly for odd $k \ge 3$. All other coefficients
    up to the listed order are nonzero; for ReLU plus tanh none vanishes.
Reference
    iurada2025 needs odd coefficients of order $3$ or more for the signs of samples (second-hand).
Tight
    An odd $\sigma$ has no even part; if $\sigma(u) - c u / 2$ is even, the odd part is $c u / 2$, which has order $1$ alone. Nonzero ones have
    certified balls without $0$. The identity is elementary; the machine confirms it at rational points and the zeros to $2^{-80}$.
    Slack: the least size of a nonzero coefficient.
Not checked
    Orders beyond the listed one.
"""

from ..claim import Claim

TABLE = {
    "relu": "linear plus even", "gelu": "linear plus even", "softplus": "linear plus even", "tanh": "odd", "erf": "odd",
    "relu+tanh": "none",
}  # fmt: skip

CLAIM = Claim(
    id="iurada2025/parity-table",
    title="Hermite coefficients that vanish by symmetry, and those that do not",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"table": TABLE, "orders": 8},
        "standard": {"table": TABLE | {"sin": "odd", "silu": "linear plus even", "leaky_relu:-1": "even"}, "orders": 14},
    },
    controls={"A1": {"table": {"relu+tanh": "linear plus even"}}},
)


def check(rng, *, table, orders):
    from ..deciders import conclude

    explained = {"odd": range(0, orders, 2), "even": range(1, orders, 2), "linear plus even": range(3, orders, 2), "none": ()}
    parts = {
        name: {
            "decider": "parity",
            "activation": name,
            "symmetry": symmetry,
            "slope": "1",
            "zero": list(explained[symmetry]),
            "nonzero": [k for k in range(orders) if k not in explained[symmetry]],
            "points": ["1/3", "2", "-5/7"],
        }
        for name, symmetry in table.items()
    }
    return conclude({"decider": "all", "parts": parts})

r"""For ReLU plus tanh the negative of a sample stays about as far from the span as a fresh point, though not quite.

Setting
    Infinite width: $\rho$ is the mean squared residual of $\varphi(-x_i)$ off the span of $\varphi(x_1), \ldots, \varphi(x_n)$, divided by that of a
    fresh point. $E$ and $O$ are the sums of $\mu_k^2$ over even $k \ge 2$ and odd $k \ge 3$.
Assumptions
    A1. Odd coefficients of order at least $3$ do not vanish: $O > 0$.
Statement
    For $d \le n \ll d^2$, $\rho$ is near $4 E g (1 - E g)$ to the tolerance, with $g$ the limit of
    $\frac{1}{n} \mathrm{tr}\, (\mu_1^2 X X^\top / d + E + O)^{-1}$; and for the listed $n/d$ it stays above the bound, where that of ReLU has fallen below.
Reference
    iurada2025 removes the sign ambiguity of ReLU by adding tanh (second-hand). The formula is derived in
    `iurada2025/sign-residual-relu`.
Tight
    It refutes that $\rho$ tends to $1$: $\rho \le 1$ with equality only at $E g = 1/2$, and for $d \ll n \ll d^2$ it tends to
    $4 O E / (O + E)^2$, for ReLU plus tanh $.712$. It is near $1$ for $n/d$ from $2$ to $4$. Slack: in units of the relative error of the
    formula, or of $\rho$.
Not checked
    Finite width; the limit itself, which is reached slowly; $n$ of order $d^2$, where $E$ loses its order $2$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/sign-residual-relu-tanh",
    title="With tanh added to ReLU a flipped sample stays off the span",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "relu+tanh", "d": 48, "ratios": [1, 2, 4], "far": 8, "bound": 0.6, "replicates": 31,
            "tolerance": 0.1, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "d": 100, "ratios": [1, 2, 4, 8], "far": 12, "bound": 0.6, "replicates": 25,
            "tolerance": 0.06, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activation": "relu", "ratios": [2]}},
)  # fmt: skip


def check(rng, *, activation, d, ratios, far, bound, replicates, tolerance, error_probability):
    from ...numerics.sign_residual import predicted_ratio, sign_residual_ratio
    from ..deciders import conclude

    parts, common = (
        {},
        {"decider": "statistical", "method": "slope", "error_probability": error_probability / (len(ratios) + 1)},
    )
    for c in ratios:
        quotients = [
            sign_residual_ratio(activation, round(c * d), d, rng) / predicted_ratio(activation, round(c * d), d)
            for _ in range(replicates)
        ]
        parts[f"formula at n/d = {c:g}"] = common | {
            "relation": "equal", "exponent": 1.0, "tolerance": tolerance, "slopes": quotients,
        }  # fmt: skip
    parts[f"not small at n/d = {far:g}"] = common | {
        "relation": "at least", "exponent": bound, "tolerance": 0.0,
        "slopes": [sign_residual_ratio(activation, round(far * d), d, rng) for _ in range(replicates)],
    }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

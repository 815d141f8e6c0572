r"""For ReLU plus tanh the negative of a sample stays about as far from the span as a fresh point, though not quite.

Setting
    Infinite width: $\rho$ is the mean squared residual of $\varphi(-x_i)$ off the span of $\varphi(x_1), \ldots, \varphi(x_n)$, divided by that of a
    fresh point. $E$ and $O$ are the sums of $\mu_k^2$ over even $k \ge 2$ and odd $k \ge 3$.

    Parameters: `cases` lists $d$, $n$; `far` is the $n/d$ at which $\rho$ is bounded below, at dimension `d`.
Assumptions
    A1. Odd coefficients of order at least $3$ do not vanish: $O > 0$.
Statement
    $\rho$ is near $4 g^2 h_e h_o$ to the tolerance, in relative terms, with $g$, $h_e$ and $h_o$ of `iurada2025/sign-residual-relu`, for $n$ below $d$ as well as of
    order $d^2$; for $1 \ll n \ll d^2$ this is $4 E g (1 - E g)$, with $g$ the limit of $\frac{1}{n} \mathrm{tr}\, (\mu_1^2 X X^\top / d + E + O)^{-1}$. For the listed
    $n/d$ it stays above the bound, where that of ReLU has fallen below.
Reference
    iurada2025 removes the sign ambiguity of ReLU by adding tanh (second-hand). The formula is derived in
    `iurada2025/sign-residual-relu`.
Tight
    Measured, the median error of the formula is $0.6 \%$ at $n = d = 200$, $0.3 \%$ at $n = d = 400$, and at most $0.4 \%$ elsewhere in the check. The finite
    dimensions matter: $\rho$ is $8 \%$ above $4 E g (1 - E g)$ at $d = 400$, $n = 100$, where degree $0$ has the share $1/n$, and $25 \%$ above at $d = 20$,
    $n = 400$, where degree $2$ has fewer than $n$ dimensions. It refutes that $\rho$ tends to $1$ for $n \gg d$: $\rho \le 1$ with equality only at
    $g h_e = 1/2$. It is near $1$ for $n/d$ from $2$ to $4$, and again for $n$ of order $d^2$; between, where $d \ll n \ll d^2$, it tends to
    $4 O E / (O + E)^2$, for ReLU plus tanh $.712$, but slowly: by the formula its least value there is $.85$ for $d = 100$, $.76$ for $d = 1000$. The bound stands
    below $.712$. Slack: in units of the relative error of the formula, or of $\rho$.
Not checked
    Finite width; the limit $.712$ itself.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/sign-residual-relu-tanh",
    title="With tanh added to ReLU a flipped sample stays off the span",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "relu+tanh", "cases": [[400, 100], [200, 200], [100, 200], [60, 240], [24, 400]], "d": 48, "far": 8,
            "bound": 0.7, "replicates": 41, "tolerance": 0.02, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh",
            "cases": [[800, 200], [800, 400], [400, 400], [200, 400], [100, 400], [100, 800], [30, 900]], "d": 100, "far": 12,
            "bound": 0.7, "replicates": 41, "tolerance": 0.01, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activation": "relu", "cases": [[100, 200]]}},
)  # fmt: skip


def check(rng, *, activation, cases, d, far, bound, replicates, tolerance, error_probability):
    from ...numerics.sign_residual import finite_size_ratio, sign_residual_ratio
    from ..deciders import conclude

    common = {"decider": "statistical", "method": "slope", "error_probability": error_probability / (len(cases) + 1)}
    parts = {}
    for dimension, n in cases:
        found = [sign_residual_ratio(activation, n, dimension, rng) for _ in range(replicates)]
        predicted = finite_size_ratio(activation, n, dimension)
        parts[f"formula at d = {dimension}, n = {n}"] = common | {
            "relation": "equal", "exponent": 1.0, "tolerance": tolerance, "slopes": [r / predicted for r in found],
        }  # fmt: skip
    parts[f"not small at n/d = {far:g}"] = common | {
        "relation": "at least", "exponent": bound, "tolerance": 0.0,
        "slopes": [sign_residual_ratio(activation, round(far * d), d, rng) for _ in range(replicates)],
    }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

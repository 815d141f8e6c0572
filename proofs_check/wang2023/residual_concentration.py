r"""The residuals of a wide network lie within $(2 \log(2B/\delta) / m)^{1/2}$ of their limits.

Setting
    $f(x) = \frac{1}{m} \sum_j \sigma(w_j \cdot x)$ with independent $w_j \sim N(0, I)$, $r_i = f(x_i) - y_i$ and $r_i^* = E[\sigma(Z)] - y_i$ for $B$ samples.

    Parameters: `cases` lists activation, $B$, $m$.
Assumptions
    A1. $|x_i| = 1$. (Broken: $|x_i| = 4$.)
    A2. $\sigma$ is $1$-Lipschitz. (Broken: $u^3$.)
    A3. The $w_j$ are independent. (Broken: $64$ different ones.)
Statement
    $|r_i - r_i^*| \le \left( 2 \log(2B/\delta) / m \right)^{1/2}$ for all $i$ with probability at least $1 - \delta$, for any labels.
Reference
    wang2023, proof of Theorem 5.1, has $C (\log(12 B/\delta) / m)^{1/2}$. The constant is derived here: $f(x_i)$ is a function of $m$ independent standard Gaussians $w_j \cdot x_i$ with Lipschitz constant
    $m^{-1/2}$, so that $P(|f(x_i) - E f(x_i)| > t) \le 2 e^{-m t^2 / 2}$ (Gaussian concentration), and the $B$ events add up.
Tight
    The exponent is exact for $\sigma(u) = u$, where $f(x_i) \sim N(0, 1/m)$: the probability is $.968$ at $B = 1$, $\delta = .2$. Slack: distance of the exact confidence limit to $1 - \delta$.
Not checked
    The probability to more digits: it is a theorem, and the sample a check of its reading.
"""

from ..claim import Claim

COMMON = {"delta": 0.2, "d": 6, "norm": 1.0, "rows": "independent", "error_probability": 1e-4}

CLAIM = Claim(
    id="wang2023/residual-concentration",
    title="Residuals concentrate, with an explicit constant",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": COMMON | {"cases": [["power:1", 1, 500], ["relu", 4, 500], ["tanh", 4, 500], ["softplus", 2, 50]], "trials": 150},
        "standard": COMMON | {
            "cases": [["power:1", 1, 500], ["power:1", 8, 5000], ["relu", 4, 500], ["tanh", 16, 5000], ["softplus", 2, 50], ["sin", 2, 5]],
            "trials": 1000,
        },
    },
    controls={
        "A1": {"norm": 4.0, "cases": [["relu", 4, 500]]},
        "A2": {"cases": [["power:3", 4, 500]]},
        "A3": {"rows": "repeated", "cases": [["relu", 4, 5000]]},
    },
)  # fmt: skip


def check(rng, *, cases, trials, delta, d, norm, rows, error_probability):
    from math import log, sqrt

    from ...numerics.gradient_route_trials import largest_residual_error
    from ..deciders import conclude
    from ..witnesses import binomial

    parts = {}
    for activation, B, m in cases:
        bound = sqrt(2 * log(2 * B / delta) / m)
        k = sum(largest_residual_error(activation, B, d, m, rng, norm=norm, rows=rows) <= bound for _ in range(trials))
        name = f"{activation}, B = {B}, m = {m}"
        parts[name] = binomial(k, trials, "at least", 1 - delta, error_probability / len(cases))
    return conclude({"decider": "all", "parts": parts})

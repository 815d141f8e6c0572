r"""The second moment of one sample concentrates like $(d/m)^{1/2}$, with a measured constant.

Setting
    $E = \frac{1}{m} \sum_j \sigma(w_j \cdot x) (w_j w_j^\top - I) - c_2 x x^\top$ with independent $w_j \sim N(0, I_d)$ and
    $c_2 = E[\sigma(Z) He_2(Z)]$.

    Parameters: `sizes` lists $d$, $m$; `constant` is $C$.
Assumptions
    A1. $|x| = 1$. (Broken: $|x| = 4$.)
    A2. $\sigma$ is $1$-Lipschitz. (Broken: $u^3$.)
    A3. $m \ge d$. (Broken: $m = 10$, $d = 2000$.)
Statement
    $\|E\| \le C \left( d \log(2/\delta) \log(8m/\delta) / m \right)^{1/2}$ (operator norm) with probability at least $1 - \delta$, $C = 1$: at the sizes
    and activations listed.
Reference
    wang2023, Lemma A.3, which does not give $C$. It was measured here, with other seeds than those of the check.
Tight
    Not a proof of $C = 1$. Measured: the ratio of the two sides has a median of $.2$ to $.5$ and a quantile $1 - \delta$ of at most $.58$ for the activations listed, it exceeds $1$ in
    $.35 \%$ of the draws at most; for $\sigma(u) = u$ the two are $.53$ and $.65$, and for $u^3$ the median is $2.5$ to $3$. A3 is ours: for $d \gg m$ the $w_j$ are
    nearly orthogonal and of length $d^{1/2}$, so that $\|E\|$ is near $(d/m) \max_j |\sigma(w_j \cdot x)|$, beyond the bound for every $C$. The condition $m \ge \log(8/\delta)$ of
    Proposition 5.5 does not exclude that. Slack: distance of the exact confidence limit to $1 - \delta$.
Not checked
    The dependence on $\delta$: one value is tested.
"""

from ..claim import Claim

COMMON = {"constant": 1.0, "delta": 0.2, "norm": 1.0, "error_probability": 1e-4}

CLAIM = Claim(
    id="wang2023/single-sample-concentration",
    title="The second moment of one sample concentrates like (d/m)^(1/2)",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": COMMON | {"activations": ["relu", "elu", "tanh"], "sizes": [[5, 200], [30, 600]], "trials": 120},
        "standard": COMMON | {
            "activations": ["relu", "elu", "tanh", "sigmoid", "softplus", "gelu"], "sizes": [[5, 200], [20, 200], [80, 2000], [80, 8000]],
            "trials": 150,
        },
    },
    controls={"A1": {"norm": 4.0, "sizes": [[5, 200]]},
        "A2": {"activations": ["power:3"], "sizes": [[5, 200]]},
        "A3": {"activations": ["elu"], "sizes": [[2000, 10]]},
   },
)  # fmt: skip


def check(rng, *, activations, sizes, trials, constant, delta, norm, error_probability):
    from math import log, sqrt

    from ...numerics.gradient_trials import single_sample_error
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (len(activations) * len(sizes))
    for activation in activations:
        for d, m in sizes:
            bound = constant * sqrt(d * log(2 / delta) * log(8 * m / delta) / m)
            k = sum(single_sample_error(activation, norm, d, m, rng) <= bound for _ in range(trials))
            parts[f"{activation}, d = {d}, m = {m}"] = binomial(k, trials, "at least", 1 - delta, share)
    return conclude({"decider": "all", "parts": parts})

r"""The chance of reconstruction is a function of $p/(nd)$: sizes with different $n$ and $d$ turn at the same multiple.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $n$ samples on a sphere of $\mathbb{R}^d$; sizes $(n, d)$ whose $n$, $d$ and $nd$ differ.
    The data come back if every sample is found to a relative error of $10^{-6}$, up to the activation's parity.
Assumptions
    A1. $p$ is scaled by $d$ as well as $n$. (Broken: by $n$ times the geometric mean of $d$ over the sizes.)
    A2. $p$ is scaled by $n$ as well as $d$. (Broken: by $d$ times the geometric mean of $n$.)
    A3. $\sigma$ is not a polynomial. (Broken: the square.)
Statement
    For every size on the list the data come back with probability at most `at_most` at $p = 0.9\, nd$, and at least `at_least` at
    $p = 5nd$. As functions of $p$ alone the curves do not agree: the smallest size succeeds with fewer equations than those with
    which the largest fails.
Reference
    iurada2025, the collapse of its error curves as functions of $p/(dn)$ (second-hand).
Tight
    Decided by the probabilities at two multiples, on both sides of the turn; between them the curves need not agree. Slack:
    distance of the exact confidence limit to the bound, in probability.
Not checked
    The shape of the curves between the two multiples, which depends on the search, and on conditioning if $n/d$ is large.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/curve-collapse",
    title="Success against p/(nd) turns at the same place for all n and d",
    kind="threshold",
    origin="second-hand",
    parameters={
        "quick": {
            "activation": "tanh", "sizes": [[2, 3], [2, 17], [4, 5]], "scale": "nd", "below_times": 0.9, "above_times": 5,
            "trials": 30, "starts": 3, "at_most": 0.4, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "tanh", "sizes": [[2, 5], [2, 30], [4, 15], [5, 12], [6, 10], [3, 20]], "scale": "nd",
            "below_times": 0.9, "above_times": 5, "trials": 100, "starts": 6, "at_most": 0.15, "at_least": 0.4, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"scale": "n", "sizes": [[2, 3], [2, 17]]},
        "A2": {"scale": "d", "sizes": [[1, 4], [6, 4]]},
        "A3": {"activation": "power:2", "sizes": [[2, 3], [2, 4]]},
    },
)  # fmt: skip


def check(rng, *, activation, sizes, scale, below_times, above_times, trials, starts, at_most, at_least, error_probability):
    from ...numerics.recovery import equations, recovery
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (2 * len(sizes))

    def counts(n, d, p, relation, bound):
        found = recovery(activation, n, d, p, trials, rng, starts=starts)
        parts[f"n = {n}, d = {d}, p = {p}"] = binomial(found.recovered, trials, relation, bound, share)

    for n, d in sizes:
        counts(n, d, equations(below_times, n, d, sizes, scale), "at most", at_most)
        counts(n, d, equations(above_times, n, d, sizes, scale), "at least", at_least)
    return conclude({"decider": "all", "parts": parts})

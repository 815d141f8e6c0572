r"""Three to five samples: the features of one are far from the tangent spaces of all the others.

Setting
    $n$ independent uniform samples on the sphere. $r$ is the squared distance of $\varphi(x_n)$ from the span of $\varphi(x_i)$ and $D_i V t$ over
    $i < n$ and tangents $t$ at $x_i$, $(n-1)d$ directions, as a share of $\| \varphi(x_n) \|^2$ and divided by $1 - (n-1)d/p$.
Assumptions
    A1. $\sigma$ is not linear.
    A2. $p$ exceeds $(n-1)d$, the number of directions.
Statement
    For $n = 3, 4, 5$ the median of $r$ is at least the bound, and $r$ differs from its limit for $p \to \infty$, a ratio of Gram determinants in
    $\kappa, \kappa', \kappa''$, by a median within the tolerance of $0$.
Reference
    Evidence for a case that iurada2025 leaves open: its Theorem 2 excludes duplicates for $n = 2$ only (second-hand).
Tight
    Measured, the median of $r$ minus its limit is within $.001$ for smooth $\sigma$, within $.006$ for ReLU at $d = 12$, $p = 40 (n-1) d$; the smallest median
    is $.10$ at quick (tanh) and $.03$ at standard (softplus), $n = 5$, and the bound is half of it. The median falls with $n$, as more directions are projected out; nothing is said about large $n$. Slack: in units of $r$.
Not checked
    No theorem: independent samples only, not the closest ones; one duplicate, with the other rows exact to first order; no uniformity over
    candidates.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/tangent-distance-many",
    title="For three, four and five samples a duplicate cannot stand in for the missing one, to first order",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "relu"], "sizes": [3, 4, 5], "d": 12, "factor": 40, "bound": 0.05, "tolerance": 0.04,
            "replicates": 121, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "erf", "relu", "softplus"], "sizes": [3, 4, 5], "d": 16, "factor": 80, "bound": 0.015,
            "tolerance": 0.02, "replicates": 161, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activations": ["power:1"]}, "A2": {"factor": 1}},
)  # fmt: skip


def check(rng, *, activations, sizes, d, factor, bound, tolerance, replicates, error_probability):
    from ...numerics.random_features import RandomFeatures, sphere_samples
    from ...numerics.tangent import population_share, tangent_share
    from ..deciders import conclude

    share = error_probability / (2 * len(activations) * len(sizes))
    common = {"decider": "statistical", "method": "slope", "error_probability": share}
    parts, medians = {}, {}
    for activation in activations:
        for n in sizes:
            samples = [sphere_samples(n, d, rng) for _ in range(replicates)]
            p = factor * (n - 1) * d
            found = [tangent_share(RandomFeatures.gaussian(p, d, activation, rng), X) for X in samples]
            limits = [population_share(activation, X) for X in samples]
            name = f"{activation}, n = {n}"
            medians[name] = sorted(found)[replicates // 2]
            parts[f"{name}: distance"] = common | {
                "relation": "at least", "exponent": bound, "tolerance": 0.0, "slopes": found,
            }  # fmt: skip
            parts[f"{name}: limit"] = common | {
                "relation": "equal", "exponent": 0.0, "tolerance": tolerance, "slopes": [f - x for f, x in zip(found, limits)],
            }  # fmt: skip
    return conclude({"decider": "all", "parts": parts}, median_share=medians)

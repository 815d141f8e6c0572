r"""Away from the samples the features stay off the span of the training features, in proportion to the distance.

Setting
    $q(\hat x)$ is $\| P^\perp \varphi(\hat x) \|^2$ as a share of the mean $\| \varphi(x_i) \|^2$, with $P^\perp$ the projection off the span of
    $\varphi(x_1), \ldots, \varphi(x_n)$, divided by $\mathrm{dist}^2 / d$, the squared distance to the nearest sample (up to sign for odd $\sigma$).
Assumptions
    A1. $p$ is above $n$ by enough: a multiple of $nd$.
    A2. $\sigma$ is not linear.
Statement
    Except with probability at most the bound over $V$ and $X$, no point met has $q$ below $c$. Met are all steps of gradient descents of
    the residual from random starts, and all directions at each sample, for which the infimum of $q$ is a singular value.
Reference
    The mechanism of iurada2025, Theorem 1 (second-hand): a row whose features lie in the span is near a sample. Its constants,
    probability and rate of nearness are not known here; $c$ is ours.
Tight
    Two-sided: $q \le L^2 d \|V\|^2 / \mathrm{mean}\, \| \varphi(x_i) \|^2$ for every $\hat x$, with $L$ the Lipschitz constant of $\sigma$, as $\varphi(x_i)$ is in the
    span. So the residual is of the order of the squared distance, not more. Slack: distance of the exact confidence limit to the
    bound, in probability.
Not checked
    The infimum over the sphere: descents may miss lower points, so that $c$ is not a lower bound of it.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/off-span-residual",
    title="The residual off the span is of the order of the squared distance to the nearest sample",
    kind="inequality",
    origin="second-hand",
    parameters={
        "quick": {
            "activations": ["tanh", "relu"], "n": 4, "d": 10, "p": 160, "starts": 3, "steps": 40, "c": 0.02,
            "trials": 120, "bound": 0.1, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu", "relu+tanh"], "n": 10, "d": 20, "p": 1200, "starts": 5, "steps": 80, "c": 0.02,
            "trials": 250, "bound": 0.05, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"p": 4}, "A2": {"activations": ["power:1"], "n": 10}},
)  # fmt: skip


def check(rng, *, activations, n, d, p, starts, steps, c, trials, bound, error_probability):
    from ...numerics.off_span import smallest_quotient
    from ..deciders import conclude

    parts, lowest = {}, {}
    for activation in activations:
        found = [smallest_quotient(activation, n, d, p, starts, steps, rng) for _ in range(trials)]
        lowest[activation] = min(found)
        parts[f"{activation}: residuals below c"] = {
            "decider": "statistical", "method": "binomial", "relation": "at most", "bound": bound,
            "successes": sum(q < c for q in found), "trials": trials, "peeked": False,
            "error_probability": error_probability / len(activations),
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts}, lowest_quotient=lowest)

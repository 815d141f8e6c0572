r"""Parameters that are met bring the true features with them: from $p = nd + 1$ on, and not below $nd$.

Setting
    $\theta = \sum_i a_i \varphi(x_i)$, $\varphi(x) = \sigma(V x)$, $n$ samples on the sphere. A search ends in $n$ points with $\theta$ in the
    span of their features, to a relative residual of $10^{-12}$. $P^\perp$ is the projector off that span.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial, or ReLU plus tanh.
    A2. The number of equations is $p \ge nd + 1$ where containment is stated.
Statement
    $r = \max_i |P^\perp \varphi(x_i)| / \sqrt{p}$ of an exact zero vanishes for $p \ge nd + 1$ and almost every data set; it does
    not below $nd$. One random start ends in a zero with $r > 10^{-3}$ with probability at least `at_least` at $p = 0.75\, nd$, and at most `at_most` at
    $nd + 1$ and at $3nd$; in one with $r \le 10^{-6}$ with probability at least `found` at $3nd$.
Reference
    Derived here: Corollary 5.4 in `docs/random_features.md`. iurada2025's theorem assumes that the span of all features is known,
    while its method meets $\theta$ only; whether the second gives the first was asked in its reviews (second-hand).
Tight
    Both sides are sampled. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    That $r$ is at rounding level: near the threshold the residual of $\theta$ is amplified by the inverse of the smallest
    singular value, and $r$ of $10^{-9}$ occurs. Hence the two limits $10^{-6}$ and $10^{-3}$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/containment",
    title="An exact zero contains the true features in its span from p = nd + 1 on, not below nd",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh"], "n": 3, "d": 5, "above_by": 1, "trials": 50, "at_least": 0.3, "at_most": 0.22,
            "found": 0.22, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu+tanh", "softplus"], "n": 4, "d": 7, "above_by": 1, "trials": 200,
            "at_least": 0.2, "at_most": 0.08, "found": 0.08, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activations": ["power:2"]}, "A2": {"activations": ["tanh"], "above_by": -2}},
)  # fmt: skip


def check(rng, *, activations, n, d, above_by, trials, at_least, at_most, found, error_probability):
    from ...numerics.exact_zeros import exact_zeros
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, largest, share = {}, {}, error_probability / (4 * len(activations))
    for activation in activations:
        for p, relation, bound in (
            (round(0.75 * n * d), "at least", at_least),
            (n * d + above_by, "at most", at_most),
            (3 * n * d, "at most", at_most),
        ):
            zeros = exact_zeros(activation, n, d, p, n, trials, rng)
            parts[f"{activation}, outside at p = {p}"] = binomial(zeros.outside, trials, relation, bound, share)
            largest[f"{activation}, p = {p}"] = max(zeros.residuals, default=None)
        parts[f"{activation}, inside at p = {p}"] = binomial(zeros.inside, trials, "at least", found, share)
    return conclude({"decider": "all", "parts": parts}, largest_residual=largest)

r"""The contraction constant from data to test point differs from that from test point to data.

Setting
    One coordinate of the sparse problem: with probability $\nu$ all $n$ data and the test bit $U$ equal one random sign, otherwise all are independent
    uniform signs. $V$ is the common sign of the data if they agree, and empty otherwise; $\kappa = \nu / p$ with
    $p = \nu + (1 - \nu) 2^{1-n}$ is the correlation of $U$ and $V$ when they agree. $\eta(V \to U)$ is the smallest $\eta$ with
    $I(M; U) \le \eta I(M; V)$ for all $M$ behind $V$.
Assumptions
    A1. The data agree with probability $p < 1/3$. (Broken: $n = 1$, where $V$ is $U$ through a binary symmetric channel, and
    $n = 2$, where $p > 1/2$; there the two constants agree.)
Statement
    $\eta(V \to U) > \eta(U \to V) = p \kappa^2$. Slack: $1 - \eta(U \to V) / r$, $r$ the ratio of divergences at one law of $V$, so that
    $r \le \eta(V \to U)$.
Reference
    Derived here. feldman2025 bounds memorization by $\eta(V \to U)$: its definition of the inequality is for post-processings of
    the data. Taking the other constant would claim too much.
Tight
    $\eta(U \to V) = p \kappa^2$: given whether the data agree, which says nothing of $U$, the channel is binary symmetric, and the
    divergences average; equality is the squared maximal correlation.
Not checked
    The value of $\eta(V \to U)$ from above.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/direction-matters",
    title="The constant from the data exceeds that to the data",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {"nu": ["3/100", "1/10"], "samples": [3, 6]},
        "standard": {"nu": ["3/1000", "3/100", "1/10"], "samples": [3, 4, 6, 10, 20]},
    },
    controls={"A1": {"samples": [1, 2]}},
)


def check(rng, *, nu, samples):
    from fractions import Fraction

    from ...numerics.finite_channels import strings, tilted_posterior
    from ..deciders import conclude

    parts = {}
    for rate in nu:
        for n in samples:
            agree = Fraction(rate) + (1 - Fraction(rate)) / 2 ** (n - 1)
            biases, weights = [Fraction(rate) / agree], [agree]
            if agree < 1:
                biases, weights = [*biases, Fraction(0)], [*weights, 1 - agree]
            parts[f"nu = {rate}, n = {n}"] = {
                "decider": "contraction_order",
                "statement": "direction",
                "biases": strings(biases),
                "weights": strings(weights),
                "posterior": strings(tilted_posterior(biases, weights)),
            }
    return conclude({"decider": "all", "parts": parts})

r"""Excess memorization is what a learner keeps of its data beyond what it says of the distribution.

Setting
    $\theta$ has a prior on finitely many values, the data $X$ a law $P_\theta$, and $M$ is the output of a channel behind the data.

    Parameters: `values`, `letters` and `outputs` are the numbers of values of $\theta$, $X$ and $M$, of which `tables` tables are drawn; `share` is that of a
    second channel, which depends on $\theta$.
Assumptions
    A1. The learner sees the data alone: $\theta - X - M$ is a Markov chain. (Broken: with probability $1/10$ it uses a channel chosen by $\theta$.)
Statement
    $I(M; X | \theta) = I(M; X) - I(M; \theta)$; checked to $10^{-25}$ nats. Slack: one minus the ratio of the difference and this tolerance.
Reference
    feldman2025, the definition of excess memorization, and the first step in the proof of Theorem 7.
Tight
    Equality. In general the difference of the two sides is $I(M; \theta | X)$, which the broken assumption makes positive.
Not checked
    Infinite alphabets.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/excess-memorization",
    title="Excess memorization is the information on the data less that on the distribution",
    kind="identity",
    origin="stated",
    parameters={
        "quick": {"values": [2, 3], "letters": [2, 5], "outputs": [2, 4], "tables": 2, "share": "0"},
        "standard": {"values": [2, 3, 6], "letters": [2, 5, 12], "outputs": [2, 4, 9], "tables": 5, "share": "0"},
    },
    controls={"A1": {"share": "1/10"}},
)


def check(rng, *, values, letters, outputs, tables, share):
    from fractions import Fraction
    from itertools import product

    from ...numerics.finite_channels import mixture, random_channel, random_law, strings
    from ..deciders import conclude

    parts = {}
    for k, s, m, i in product(values, letters, outputs, range(tables)):
        shared = random_channel(s, m, rng)
        own = [random_channel(s, m, rng) for _ in range(k)]
        parts[f"{k} values, {s} letters, {m} outputs, drawn {i}"] = {
            "decider": "memorization",
            "statement": "chain-rule",
            "prior": strings(random_law(k, rng)),
            "data": strings(random_channel(k, s, rng)),
            "learners": [strings([mixture(p, q, Fraction(share)) for p, q in zip(shared, rows)]) for rows in own],
            "tolerance": f"1/{10**25}",
        }
    return conclude({"decider": "all", "parts": parts})

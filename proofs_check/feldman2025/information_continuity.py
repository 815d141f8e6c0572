r"""Inputs close in total variation give close informations through the same channel.

Setting
    $B_1 \sim P$ and $B_2 \sim Q$ on the same alphabet, $\delta$ the total variation distance of $P$ and $Q$; $A$ is a channel
    to $|M|$ outputs, the same for both.
Assumptions
    A1. The coefficient is $4$. (Broken: $1$.)
Statement
    $|I(A(B_1); B_1) - I(A(B_2); B_2)| \le 4 \delta \log(|M| / \delta)$. Slack: one minus the ratio of the two sides.
Reference
    feldman2025, Lemma 20.
Tight
    Not known. The broken coefficient is refuted by the channel that keeps its input, a point mass $P$ and
    $Q = (1 - \delta, \delta/(m-1), \dots)$: the difference is then $H(Q)$.
Not checked
    All laws and channels: the instances are those listed in the witness.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/information-continuity",
    title="Inputs close in total variation give close informations",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {"symbols": [2, 3, 10], "distances": ["1/100", "1/2"], "pairs": 5, "outputs": [2, 4], "coefficient": "4"},
        "standard": {
            "symbols": [2, 3, 6, 12], "distances": ["1/1000000", "1/100", "1/10", "1/2"], "pairs": 4, "outputs": [2, 6],
            "coefficient": "4",
        },
    },
    controls={"A1": {"coefficient": "1"}},
)  # fmt: skip


def check(rng, *, symbols, distances, pairs, outputs, coefficient):
    from ...numerics.finite_channels import identity, pairs_of_laws, random_channel, strings
    from ..deciders import conclude

    parts = {}
    for name, (p, q) in pairs_of_laws(symbols, distances, pairs, rng).items():
        channels = {f"{m} outputs": random_channel(len(p), m, rng) for m in outputs} | {"kept": identity(len(p))}
        for kind, rows in channels.items():
            parts[f"{name}, {kind}"] = {
                "decider": "information",
                "statement": "information-continuity",
                "p": strings(p),
                "q": strings(q),
                "channel": strings(rows),
                "coefficient": coefficient,
            }
    return conclude({"decider": "all", "parts": parts})

r"""Laws close in total variation have close entropies.

Setting
    $P$ and $Q$ are laws on $m$ symbols, $\delta$ is their total variation distance, $H$ the entropy.
Assumptions
    A1. The coefficient is $2$. (Broken: $1$.)
Statement
    $|H(P) - H(Q)| \le 2 \delta \log(m / \delta)$. Slack: one minus the ratio of the two sides.
Reference
    feldman2025, Lemma 19. A step of its proof is false: see `feldman2025/entropy-step-as-printed`. The lemma follows from
    `feldman2025/sharp-entropy-continuity`, as $h(\delta) \le \delta \log(1/\delta) + \delta$ in nats.
Tight
    Not tight: the sharp bound is about half as large. The broken coefficient $1$ is refuted by a point mass against
    $(1 - \delta, \delta/(m-1), \dots)$.
Not checked
    All pairs of laws: the instances are those listed in the witness.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/entropy-continuity",
    title="Laws close in total variation have close entropies",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {"symbols": [2, 3, 10], "distances": ["1/100", "1/10", "1/2"], "pairs": 6, "coefficient": "2"},
        "standard": {
            "symbols": [2, 3, 5, 10, 50], "distances": ["1/1000000", "1/100", "1/10", "1/3", "1/2", "9/10"], "pairs": 8,
            "coefficient": "2",
        },
    },
    controls={"A1": {"coefficient": "1"}},
)  # fmt: skip


def check(rng, *, symbols, distances, pairs, coefficient):
    from ...numerics.finite_channels import pairs_of_laws, strings
    from ..deciders import conclude

    parts = {
        name: {
            "decider": "information",
            "statement": "entropy-continuity",
            "p": strings(p),
            "q": strings(q),
            "coefficient": coefficient,
        }
        for name, (p, q) in pairs_of_laws(symbols, distances, pairs, rng).items()
    }
    return conclude({"decider": "all", "parts": parts})

r"""The sharp continuity of the entropy in total variation.

Setting
    $P$ and $Q$ are laws on $m$ symbols, $\delta$ is their total variation distance, $H$ the entropy,
    $h(\delta) = H(\delta, 1 - \delta)$.
Assumptions
    A1. The coefficient is $1$. (Broken: $99/100$.)
Statement
    $|H(P) - H(Q)| \le \delta \log(m - 1) + h(\delta)$ for $\delta \le 1 - 1/m$, and $\le \log m$ beyond. Slack: one minus the ratio
    of the two sides.
Reference
    Second-hand here: the bound is due to Zhang (2007) and to Audenaert (2007). It repairs the proof of Lemma 19 of
    feldman2025, whose right side is about twice as large.
Tight
    Attained by $P = (1, 0, \dots, 0)$ and $Q = (1 - \delta, \delta/(m-1), \dots, \delta/(m-1))$. Instances next to it are among those
    checked; equality itself cannot be decided by balls.
Not checked
    All pairs of laws: the instances are those listed in the witness.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/sharp-entropy-continuity",
    title="The sharp continuity of the entropy in total variation",
    kind="inequality",
    origin="second-hand",
    parameters={
        "quick": {"symbols": [2, 3, 10], "distances": ["1/100", "1/10", "1/2"], "pairs": 6, "coefficient": "1"},
        "standard": {
            "symbols": [2, 3, 5, 10, 50], "distances": ["1/1000000", "1/100", "1/10", "1/3", "1/2"], "pairs": 8,
            "coefficient": "1",
        },
    },
    controls={"A1": {"coefficient": "99/100"}},
)  # fmt: skip


def check(rng, *, symbols, distances, pairs, coefficient):
    from ...numerics.finite_channels import pairs_of_laws, strings
    from ..deciders import conclude

    parts = {
        name: {
            "decider": "information",
            "statement": "sharp-entropy-continuity",
            "p": strings(p),
            "q": strings(q),
            "coefficient": coefficient,
        }
        for name, (p, q) in pairs_of_laws(symbols, distances, pairs, rng).items()
    }
    return conclude({"decider": "all", "parts": parts})

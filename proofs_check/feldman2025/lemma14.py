r"""The expected frequency of a cluster, given which points belong to it.

Setting
    $k$ clusters have frequencies $\pi_i = p_i / \sum_j p_j$ with independent $p_i$ of one law, and $a$ has the law of $\pi_u$. Each of $n$ points belongs to
    cluster $i$ with probability $\pi_i$, independently; cluster $u$ is seen $l$ times.
Assumptions
    A1. The condition is which of the points belong to $u$. (Broken: the whole sequence of clusters.)
Statement
    $E[\pi_u | \mathrm{positions}] = E[a^{l+1} (1-a)^{n-l}] / E[a^l (1-a)^{n-l}]$. Slack: 0 when it holds.
Reference
    feldman2025, Lemma 14, with the condition corrected.
Tight
    An equality, exact in rationals. The left side is a sum over all frequencies and all sequences that agree with the
    condition, the right side over the frequencies alone.
Not checked
    Laws of $p_i$ with infinitely many values.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/lemma14",
    title="The posterior mean of a frequency given the positions of its cluster",
    kind="identity",
    origin="corrected",
    parameters={
        "quick": {"cases": [[2, 3], [3, 3], [3, 5], [4, 4]], "values": 2, "given": "positions"},
        "standard": {"cases": [[2, 3], [3, 3], [3, 6], [4, 5], [5, 4], [2, 10]], "values": 3, "given": "positions"},
    },
    controls={"A1": {"given": "sequence", "cases": [[3, 3], [4, 4]]}},
)


def check(rng, *, cases, values, given):
    from ...numerics.finite_channels import random_law, strings
    from ..deciders import conclude

    parts = {}
    for clusters, n in cases:
        sequence = [0, *(int(i) for i in rng.integers(0, clusters, n - 1))]
        parts[f"k = {clusters}, clusters {sequence}"] = {
            "decider": "frequencies",
            "clusters": clusters,
            "values": strings(random_law(values, rng, largest=30)),
            "weights": strings(random_law(values, rng)),
            "sequence": sequence,
            "cluster": 0,
            "given": given,
        }
    return conclude({"decider": "all", "parts": parts})

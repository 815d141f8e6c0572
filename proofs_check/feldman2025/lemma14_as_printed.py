r"""The expected frequency of a cluster, given which clusters all points belong to, is not the formula printed.

Setting
    $k$ clusters have frequencies $\pi_i = p_i / \sum_j p_j$ with independent $p_i$ of one law, and $a$ has the law of $\pi_u$. Each of $n$ points belongs to
    cluster $i$ with probability $\pi_i$, independently; cluster $u$ is seen $l$ times.
Assumptions
    A1. The condition is the whole sequence of clusters. (Corrected: only which of the points belong to $u$.)
Statement
    As printed: $E[\pi_u | \mathrm{sequence}] = E[a^{l+1} (1-a)^{n-l}] / E[a^l (1-a)^{n-l}]$. It fails for $k = n = 3$, $p_i$ uniform on
    $\{1/10, 1\}$ and the sequence $(1, 2, 3)$: by symmetry the mean is $1/3$, and the formula gives
    $6378145/19018524 = .33537$. Slack: 0 when it holds.
Reference
    feldman2025, Lemma 14, which quotes Feldman (2020), Lemma 2.1. Corrected: `feldman2025/lemma14`.
Tight
    True as printed for $k = 2$, where the positions of one cluster give the sequence, and for $p_i$ of a gamma law.
Not checked
    Whether Feldman (2020) has the wider condition too.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/lemma14-as-printed",
    title="The posterior mean of a frequency given the whole sequence of clusters",
    kind="identity",
    origin="erratum",
    parameters={
        "quick": {"values": "1/10 1", "weights": "1/2 1/2", "clusters": 3, "sequences": [[0, 1, 2]], "given": "sequence"},
        "standard": {
            "values": "1/10 1", "weights": "1/2 1/2", "clusters": 3, "sequences": [[0, 1, 2], [0, 1, 1, 1, 1], [0, 0, 1, 2]],
            "given": "sequence",
        },
    },
    controls={"A1": {"given": "positions"}},
)  # fmt: skip


def check(rng, *, values, weights, clusters, sequences, given):
    from ..deciders import conclude

    parts = {
        f"clusters {sequence}": {
            "decider": "frequencies",
            "clusters": clusters,
            "values": values.split(),
            "weights": weights.split(),
            "sequence": sequence,
            "cluster": 0,
            "given": given,
        }
        for sequence in sequences
    }
    return conclude({"decider": "all", "parts": parts})

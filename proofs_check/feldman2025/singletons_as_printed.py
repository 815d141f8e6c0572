r"""With k log k samples in k clusters some clusters are seen exactly once, if the logarithm is natural.

Setting
    $n = k \log k$ samples (rounded) fall independently and uniformly into $k$ clusters.

    Parameters: `clusters` lists $k$; `logarithm` is the base; `probability` is how we read "with high probability".
Assumptions
    A1. The logarithm is natural. (Corrected: binary.)
Statement
    (As printed.) With high probability no cluster is seen exactly once: with probability at least $1/2$.
Reference
    feldman2025, the example of uniform frequencies after Theorem 18 (COLT), where methods that use only clusters seen once are
    said to give nothing; own calculation.
Tight
    The expected number of clusters seen once is $n (1 - 1/k)^{n-1}$, about $\ln k$, and the probability that there are none is about
    $1/k$. They disappear from $n = k (\ln k + \ln \ln k + a)$ on, $a$ large: the probability tends to $\exp(-e^{-a})$. So the
    statement is true for the binary logarithm, if $k$ is not small. Slack: probability minus $1/2$.
Not checked
    The comparison made there stands: $\ln k$ clusters of $k$ carry a vanishing share of the bound.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/singletons-as-printed",
    title="As printed: among k log k samples in k clusters no cluster is seen exactly once",
    kind="threshold",
    origin="erratum",
    parameters={
        "quick": {"logarithm": "natural", "clusters": [10, 100, 1000, 10**5], "probability": "1/2"},
        "standard": {"logarithm": "natural", "clusters": [10**j for j in range(1, 13)], "probability": "1/2"},
    },
    controls={"A1": {"logarithm": "binary", "clusters": [1000, 1024, 10**5]}},
)


def check(rng, *, logarithm, clusters, probability):
    from ..deciders import conclude

    return conclude({
        "decider": "clusters",
        "statement": "singletons",
        "logarithm": logarithm,
        "clusters": clusters,
        "probability": probability,
    })  # fmt: skip

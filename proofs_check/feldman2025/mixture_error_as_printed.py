r"""The error of a mixture is bounded below by errors on its clusters that are not weighted by their frequencies.

Setting
    $k$ clusters of frequency $1/k$, $n$ samples $S$; the test point comes with its cluster. $I_l$ are the clusters seen $l$ times
    and $\mathrm{err}_n(A, S, l)$ is the error of $A$ on them, added up; $\mathrm{opt}(S)$ is the least error given $S$.

    Parameters: `cases` lists $k$ and $c$; `weight` is that of the terms of the sum.
Assumptions
    A1. The terms of the sum have weight 1, as printed. (Corrected: the frequency $\tau_l$, here $1/k$.)
Statement
    (As printed.) In expectation over $S$, $\mathrm{err}(A) \geq \mathrm{opt} + \sum_{l \geq 1} \mathrm{err}_n(A, S, l) - c/k$ for a
    constant $c$.
Reference
    feldman2025, Theorem 16, second display (COLT); the first display has the factor $\tau_l$. The counterexample is ours.
Tight
    A cluster is a point, uniform on an alphabet of $m = k^3$, so that one sample gives error $1/(2m)$ and Assumption 15 holds;
    $n = k$. The learner that rejects everything has error $1/2$ on every cluster and in all; the right side is about $0.32\, k$
    and exceeds 1 for every $c$ from some $k$ on. Slack: left side minus right side.
Not checked
    The first display, other than on this instance: there, in the control, it is an equality up to $1/(2m)$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/mixture-error-as-printed",
    title="As printed: the error of a mixture is at least the unweighted sum of the errors on its clusters",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"weight": "one", "cases": [[10, "1"], [100, "100"], [1000, "10000"]]},
        "standard": {"weight": "one", "cases": [[10, "1"], [100, "100"], [1000, "10000"], [3000, "1000000"]]},
    },
    controls={"A1": {"weight": "frequency", "cases": [[10, "1/100"], [100, "1/100"], [1000, "1/100"]]}},
)


def check(rng, *, weight, cases):
    from ..deciders import conclude

    cases = [[k, k, k**3, c] for k, c in cases]
    return conclude({"decider": "clusters", "statement": "mixture", "weight": weight, "cases": cases})

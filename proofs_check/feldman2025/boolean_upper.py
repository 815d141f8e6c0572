r"""A randomized majority meets the lower bound of the Boolean problem up to a constant, for every number of samples.

Setting
    $\theta$ is uniform on $\{\pm 1\}^d$; the coordinates of $X_i$, $i \le n$, are those of $\theta$ with independent signs of mean $\lambda = C d^{-1/4}$;
    negatives are uniform. The learner outputs random signs $M_j$ of mean $\tanh(c R_j)$, $R_j = E[\theta_j | X_{1:n}]$, and accepts $X$ by the number of
    its agreements with $M$. $T_n = E R_j^2$.

    Parameters: `cases` lists $d$, $C$, values of $n$ and errors $\alpha$; `factor` is $K$.
Assumptions
    A1. $\alpha \ge 1/100$. (Broken: $10^{-9}$.)
    A2. $C \ge 3$. (Broken: $C = 1$ and $n = 40$.)
    A3. $K = 7/2$. (Broken: $3/2$, below $\pi / 2$.)
Statement
    For some $c$ the error is at most $\alpha$ and the excess memorization at most $K \frac{1 - T_n}{\lambda^2 T_n} C^*_\alpha$.
    Slack: one minus the ratio of the two sides.
Reference
    Derived here (section 5 of `docs/memorization.md`). feldman2025, Theorem 12, has $O(d / n)$ for $n \le \sqrt{d}$, and for large $n$ the plain majority with
    $O(d^2 e^{-n / \sqrt{d}})$: compare `feldman2025/boolean-decay`.
Tight
    For $d \to \infty$ the ratio of the two bounds is about $\Delta^2 / (2 C^*_\alpha)$ with $\alpha = \Phi(-\Delta / 2)$ and $C^*_\alpha$ in nats: from $\pi / 2$
    at $\alpha \to 1/2$ to $4$ at $\alpha \to 0$.
Not checked
    Sizes not listed. For small $C$ and $n$ no learner of small error is known. That the learner runs as stated: `feldman2025/algorithm-errors`.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/boolean-upper",
    title="Boolean problem: a randomized majority meets the lower bound up to a constant",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "cases": [[10**4, "3", [1, 2, 9, 100, 2000], ["1/3"]], [10**4, "3", [30, 301], ["1/100"]], [10**6, "3", [5], ["49/100"]]],
            "factor": "7/2",
        },
        "standard": {
            "cases": [
                [10**k, "3", [1, 2, 3, 10, 31, 100, 316, 1000, 2000, 10000], ["1/100", "1/10", "1/3", "49/100", "499999/1000000"]]
                for k in (4, 5, 6)
            ],
            "factor": "7/2",
        },
    },
    controls={
        "A1": {"cases": [[10**6, "3", [100], ["1e-9"]]]},
        "A2": {"cases": [[10**4, "1", [40], ["1/100"]]]},
        "A3": {"factor": "3/2"},
    },
)  # fmt: skip


def check(rng, *, cases, factor):
    from ..deciders import conclude
    from ..witnesses import learner_ratios

    return conclude({"decider": "all", "parts": learner_ratios("boolean", cases, factor)})

r"""A noisy mean meets the lower bound of the Gaussian problem up to a constant, also for more than sqrt(d) samples.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $i \le n$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$. The learner
    outputs $M = Z + \sqrt{s} N(0, I_d)$, $Z$ the mean of the data scaled to unit variance, and accepts $X$ if $\langle M, X \rangle$ exceeds a threshold.

    Parameters: `cases` lists $d$, $C$, values of $n$ and errors $\alpha$; `factor` is $K$.
Assumptions
    A1. $\alpha \ge 1/100$. (Broken: $10^{-9}$.)
    A2. $C \ge 3$. (Broken: $C = 1$, where the learner needs more; for $n = 1$ no $s$ would do.)
    A3. $K = 7/2$. (Broken: $3/2$, below $\pi / 2$.)
Statement
    For some $s$ the error is at most $\alpha$ and the excess memorization $\frac{d}{2} \log_2(1 + \frac{1 - \tau}{s})$ at most
    $K \frac{1 - \tau}{\rho} C^*_\alpha = K \frac{1 - \lambda^2}{n \lambda^4} C^*_\alpha$ bits: $O(d / n)$ for every $n$. Slack: one minus the ratio of
    the two sides.
Reference
    Derived here (5.1 of `docs/memorization.md`). feldman2025, Theorem 10, has $O(d \log(d/n) / n)$ for $n \le c \sqrt{d}$ and asks what holds beyond.
Tight
    For $d \to \infty$ and large $n$ or $C$ the ratio of the two bounds is $\Delta^2 / (2 C^*_\alpha)$ with $\alpha = \Phi(-\Delta / 2)$ and $C^*_\alpha$ in nats:
    from $\pi / 2$ at $\alpha \to 1/2$ to $4$ at $\alpha \to 0$.
Not checked
    Sizes not listed. That the learner runs as stated: `feldman2025/algorithm-errors`.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/gaussian-upper",
    title="Gaussian problem: a noisy mean meets the lower bound up to a constant, for every number of samples",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "cases": [[10**4, "3", [1, 100, 10**4, 10**8], ["1/3"]], [10**4, "3", [30, 10**6], ["1/10", "1/100"]],
                      [10**9, "3", [1, 10**5, 10**9], ["1/100", "499/1000"]]],
            "factor": "7/2",
        },
        "standard": {
            "cases": [
                [10**k, "3", [1, 10, 10**3, 10**5, 10**7, 10**9], ["1/100", "1/10", "1/3", "49/100", "499999/1000000"]]
                for k in (4, 6, 9, 12)
            ],
            "factor": "7/2",
        },
    },
    controls={
        "A1": {"cases": [[10**6, "3", [100], ["1e-9"]]]},
        "A2": {"cases": [[10**4, "1", [100], ["1/100"]]]},
        "A3": {"factor": "3/2"},
    },
)  # fmt: skip


def check(rng, *, cases, factor):
    from ..deciders import conclude
    from ..witnesses import learner_ratios

    return conclude({"decider": "all", "parts": learner_ratios("gaussian", cases, factor)})

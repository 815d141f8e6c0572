r"""A learner of the sparse problem keeps at least of the order of n d / 4^n bits.

Setting
    Each of $d$ coordinates is in $S$ with probability $\nu = C d^{-1/2}$ and then shows a fair sign in all $n$ data points; elsewhere the points are
    uniform signs. $\kappa = \nu / (\nu + (1 - \nu) 2^{1-n})$, $\rho = \eta_{KL}$ of the channel from the data to a test point, $\alpha$ is the error
    and $H(\theta)$ the entropy of the problem.

    Parameters: `cases` lists $d$, $C$, values of $n$ and errors $e$; a learner of error $e$ is held against the bound at `share` times $e$;
    `factor` bounds $n \rho / \kappa^2$ in `small` ($d$, $C$, $n$; $\kappa \le 1/2$); `printed` lists $d$, $C$, $n$ and $\alpha$.
Assumptions
    A1. The constant is $\eta_{KL}$, here a certified upper bound of it. (Broken: the smaller $\eta_{\chi^2} = \nu \kappa$.)
    A2. The error is at most $\alpha$. (Broken: ten times $\alpha$.)
    A3. $n \rho / \kappa^2 \le 1.1$. (Broken: $0.7$.)
Statement
    $I(M; X_{1:n} | \theta) \ge \frac{1 - \kappa}{\rho} C^*_\alpha$ with $\rho \le 1.1 \kappa^2 / n$, hence
    $\Omega(n d / 4^n)$ as long as $\kappa \le 1/2$. It is more than $C^*_\alpha / \kappa^2 - H(\theta)$. Slack: one minus the ratio of the two sides.
Reference
    Derived here (section 4 of `docs/memorization.md`): a factor $n$ better than Theorem 13 of feldman2025, which has
    $\rho = \kappa^2$ and subtracts $H(\theta)$ in place of the factor $1 - \kappa$.
Tight
    Up to a constant: `feldman2025/sparse-upper`. $n \rho / \kappa^2$ tends to $1 / (2 \log 2) = 0.721$. With $\eta_{\chi^2}$ the claimed bound is
    more than a learner needs: $1139$ against $527$ bits at $d = 10^6$, $C = 3$, $n = 6$, $\alpha = 1/3$.
Not checked
    All learners: the bound is the theorem's, the machine holds it against the learners of `feldman2025/sparse-upper`. $\rho$ is certified
    at the instances, twice and by different subdivisions.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/sparse-lower",
    title="Sparse problem: an accurate learner keeps of the order of n d / 4^n bits",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "cases": [[10**6, "3", [1, 2, 3, 6, 10, 14], ["1/3"]], [10**6, "3", [1, 6], ["1/10"]], [10**4, "2", [4], ["9/20"]]],
            "share": "1", "rho": "kl", "small": [[10**6, "3", [1, 3, 9]], [10**10, "1", [16]]], "factor": "11/10",
            "printed": [[10**6, "3", 1, "1/3"], [10**6, "3", 2, "1/100"]],
        },
        "standard": {
            "cases": [
                *([10**k, "3", [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20], ["1/10", "1/3", "49/100"]] for k in (4, 6, 8)),
                *([10**k, "3", [4, 5, 6, 8, 10, 12], ["1/100"]] for k in (4, 6, 8)),
            ],
            "share": "1", "rho": "kl",
            "small": [[10**k, "1", list(range(1, 3 * k // 2))] for k in (6, 8, 10, 12)], "factor": "11/10",
            "printed": [[10**k, "3", n, alpha] for k in (6, 8, 10) for n, alpha in ((1, "1/3"), (2, "1/100"), (3, "1/1000000"))],
        },
    },
    controls={"A1": {"rho": "chi-square"}, "A2": {"share": "1/10"}, "A3": {"factor": "7/10"}},
)  # fmt: skip


def check(rng, *, cases, share, rho, small, factor, printed):
    from ..deciders import conclude
    from ..witnesses import below_derived, below_learners

    parts = below_learners("sparse", cases, share, rho)
    for d, C, samples in small:
        for n in samples:
            sizes = {"problem": "sparse", "d": d, "n": n, "C": C}
            parts[f"d = {d}, n = {n}: rho"] = {"decider": "memorization", "statement": "sparse-rho", **sizes, "factor": factor}
    parts |= below_derived("sparse", printed)
    return conclude({"decider": "all", "parts": parts})

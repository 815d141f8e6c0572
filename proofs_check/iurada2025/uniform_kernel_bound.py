r"""Uniformly over candidates, features deviate like $\sqrt{nd/p}$ for ReLU, but like $\sqrt{(n+d)/p}$ once they are centred.

Setting
    $g(\hat x) = \Phi \varphi(\hat x) / p - \kappa(X \hat x / d)$ in $\mathbb{R}^n$, and its largest norm over the sphere of radius $\sqrt{d}$, as
    found by ascent: a lower bound of the supremum.

    Parameters: `equal_sizes` and `d_sizes` list $n$, $d$, and the number of problems to average.
Assumptions
    A1. Where the rate $\sqrt{(n+d)/p}$ is stated, $\mu_0$ is subtracted from the features, or is zero.
    A2. The candidate may depend on $V$: it is searched for, not drawn.
Statement
    At fixed $p$ and $n = d$ the largest deviation found for centred ReLU grows like $n^{1/2}$, that is $\sqrt{(n+d)/p}$, to the
    tolerance of the exponent. For ReLU itself the exponent is at least the stated one, so that $\sqrt{(n+d)/p}$ is impossible; $\sqrt{nd/p}$ has
    exponent $1$. At fixed $n$ the deviation grows with $d$, by the stated exponent at least.
Reference
    iurada2025, Theorem 1 (second-hand) assumes $p \gg dn$ up to logarithms; this bound is a likely source. The rates are derived
    here: $\sqrt{n}\, \mu_0$ times the mean of $\varphi(\hat x) - \mu_0$ over the rows is at least $\mu_0 \mu_1 \sqrt{nd/p}$ along the mean row of $V$.
Tight
    For ReLU the constant in front of $\sqrt{nd/p}$ was about $.33$ for $n/d$ from $1/16$ to $16$; for centred ReLU and tanh that of
    $\sqrt{(n+d)/p}$ was between $.4$ and $.75$. So in this step $p \gg dn$ is needed for the mean $\mu_0$ alone, one direction that can be
    projected out. Slack: in units of the exponent.
Not checked
    The supremum itself: an ascent may miss it, so that the smaller rate is an observation on what it finds, not an upper bound.
"""

from ..claim import Claim

COMMON = {"centred": True, "ascent": True, "starts": 1, "error_probability": 1e-4}

CLAIM = Claim(
    id="iurada2025/uniform-kernel-bound",
    title="The uniform deviation of the kernel over candidates: sqrt(nd/p) from the mean, else sqrt((n+d)/p)",
    kind="rate",
    origin="derived",
    parameters={
        "quick": COMMON | {
            "p": 800, "equal_sizes": [[8, 8, 6], [64, 64, 1]], "least_relu": 0.7, "d_sizes": [[6, 12, 4], [6, 96, 1]],
            "least": 0.15, "tolerance": 0.2, "replicates": 31,
        },
        "standard": COMMON | {
            "p": 2000, "equal_sizes": [[10, 10, 8], [80, 80, 1]], "least_relu": 0.75, "d_sizes": [[8, 16, 4], [8, 128, 1]],
            "least": 0.2, "tolerance": 0.15, "replicates": 61,
        },
    },
    controls={"A1": {"centred": False}, "A2": {"ascent": False}},
)  # fmt: skip


def check(
    rng, *, p, equal_sizes, least_relu, d_sizes, least, centred, ascent, starts, tolerance, replicates, error_probability
):
    from ...numerics.uniform_bound import slope_of_supremum
    from ..deciders import conclude

    def part(relation, exponent, margin, activation, sizes, along, mean_removed):
        slopes = [slope_of_supremum(activation, sizes, along, p, mean_removed, starts, ascent, rng) for _ in range(replicates)]
        return {
            "decider": "statistical", "method": "slope", "relation": relation, "exponent": exponent, "tolerance": margin,
            "slopes": slopes, "error_probability": error_probability / 3,
        }  # fmt: skip

    parts = {
        "relu, n = d": part("at least", least_relu, 0.0, "relu", equal_sizes, "n", False),
        "centred relu, n = d": part("equal", 0.5, tolerance, "relu", equal_sizes, "n", centred),
        "centred relu, fixed n": part("at least", least, 0.0, "relu", d_sizes, "d", centred),
    }
    return conclude({"decider": "all", "parts": parts})

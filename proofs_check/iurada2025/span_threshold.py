r"""With the span of the features known, $p = n + d$ equations suffice: the law of one sample at a time.

Setting
    The span of $\varphi(x_1), \ldots, \varphi(x_n)$ in $\mathbb{R}^p$ is known. An exact zero is a point $\hat x$ of the sphere
    with $\varphi(\hat x)$ in the span: $p - n$ equations in $d - 1$ unknowns.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial, or ReLU plus tanh.
    A2. The number of equations is $p \ge n + d$ where uniqueness is stated.
Statement
    For $p \le n + d - 2$ a continuum of zeros runs through each sample. For $p \ge n + d$, every $X$ without equal or opposite
    samples and almost every $V$, the only zeros are the samples, up to parity. So $p$ of order $dn$ is not needed when the
    span is known.
Reference
    Derived here: Theorem 6.1 in `docs/random_features.md`. iurada2025, Theorem 1 (second-hand), assumes the span and
    $p \gg dn$.
Tight
    Both sides are sampled: an instance counts if any of its starts ends in a wrong zero. The trials are enough to decide with one
    stray wrong zero among them. Measured at quick in $1000$ instances each: wrong zeros in all at $n + d - 2$, in none at $n + d$, the truth
    reached there in $95 \%$. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Stability: approximate containment in the span is a different question, and may need more.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/span-threshold",
    title="With the span known, spurious zeros end at p = n + d, not at nd",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "relu+tanh"], "n": 4, "d": 6, "trials": 300, "starts": 3, "below_by": 2, "above_by": 0,
            "bound": 0.05, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu+tanh", "softplus"], "n": 8, "d": 12, "trials": 760, "starts": 5, "below_by": 2,
            "above_by": 0, "bound": 0.02, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"activations": ["power:1"], "trials": 100},
        "A2": {"activations": ["tanh"], "above_by": -2, "trials": 100},
    },
)  # fmt: skip


def check(rng, *, activations, n, d, trials, starts, below_by, above_by, bound, error_probability):
    from ...numerics.zeros import span_known
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (3 * len(activations))

    def counts(name, successes, relation):
        parts[name] = binomial(successes, trials, relation, bound, share)

    for activation in activations:
        low = span_known(activation, n, d, n + d - below_by, trials, starts, rng)
        counts(f"{activation}, wrong zeros at p = {n + d - below_by}", low.wrong, "at least")
        high = span_known(activation, n, d, n + d + above_by, trials, starts, rng)
        counts(f"{activation}, wrong zeros at p = {n + d + above_by}", high.wrong, "at most")
        counts(f"{activation}, truth reached at p = {n + d + above_by}", high.truth, "at least")
    return conclude({"decider": "all", "parts": parts})

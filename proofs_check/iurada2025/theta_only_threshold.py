r"""The sharp law: the parameters alone determine the data from $p = nd + 1$ on, and not below $nd$.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $V$, $X$ (on the sphere) and $a$ random; an exact zero is a set of $n$ points and
    coefficients with the same $\theta$. It is wrong if a point is not a sample, up to the activation's parity.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial, or ReLU plus tanh; $d \ge 2$, all $a_i \ne 0$.
    A2. The number of equations is $p \ge nd + 1$ where uniqueness is stated.
Statement
    For $p < nd$ an $(nd - p)$-dimensional continuum of exact zeros runs through the truth, and random starts end in wrong
    zeros. For $p \ge nd + 1$ and almost every $V$ there is no wrong zero: for every data set without equal or opposite samples,
    fixed before $V$, if $\sigma$ is odd or even or neither its even nor its odd part is a polynomial; else, as for sigmoid,
    softplus and ReLU + tanh, for almost every data set. What a start reaches is the truth, or no zero. (In the parameters
    `below` is a multiple of $nd$, `above` a number of equations more than $nd$.)
Reference
    Derived here: section 5 of `docs/random_features.md`. The law $p > dn$ is that of iurada2025.
Tight
    Both sides of the threshold are tested. The continuum is proved by balls (rank $p$ at $p = nd - 1$). The rest is sampled:
    the probability that one random start ends in a wrong zero is at least the bound at $p = 0.75\, nd$ and at most the bound
    at $nd + 1$; and at $3nd$ the truth is reached with at least that probability, so that the search is able to find
    zeros. The trials are enough to decide with one stray wrong zero among them. Measured at quick in $1000$ starts each: wrong zeros
    $93 \%$ (tanh) and $67 \%$ (ReLU + tanh) below, none at $nd + 1$, the truth at $3nd$ in $87 \%$ and $51 \%$. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Uniqueness for all data sets at once, which needs $p \ge 2nd$ and fails for ReLU + tanh; conditioning; $p = nd$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/theta-only-threshold",
    title="From p = nd + 1 on, exact zeros of the parameters-only problem are the training data",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "relu+tanh"], "n": 2, "d": 5, "trials": 300, "other_trials": 100, "below": 0.75, "above": 1,
            "bound": 0.05, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu+tanh", "softplus+tanh"], "n": 4, "d": 7, "trials": 760, "other_trials": 200, "below": 0.75, "above": 1,
            "bound": 0.02, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"activations": ["power:2"], "trials": 100},
        "A2": {"activations": ["tanh"], "above": -1, "trials": 100},
    },
)  # fmt: skip


def check(rng, *, activations, n, d, trials, other_trials, below, above, bound, error_probability):
    from ...numerics.generic_points import rank_witness
    from ...numerics.zeros import parameters_only
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (3 * len(activations))

    def counts(name, successes, of, relation):
        parts[name] = binomial(successes, of, relation, bound, share)

    for activation in activations:
        parts[f"{activation}, continuum at p = {n * d - 1}"] = rank_witness(
            activation, n, d, n * d - 1, "sphere", rng, expected=n * d - 1
        )
        p = round(below * n * d)
        low = parameters_only(activation, n, d, p, other_trials, rng)
        counts(f"{activation}, wrong zeros at p = {p}", low.wrong, other_trials, "at least")
        high = parameters_only(activation, n, d, n * d + above, trials, rng)
        counts(f"{activation}, wrong zeros at p = {n * d + above}", high.wrong, trials, "at most")
        reached = parameters_only(activation, n, d, 3 * n * d, other_trials, rng)
        counts(f"{activation}, truth reached at p = {3 * n * d}", reached.truth, other_trials, "at least")
    return conclude({"decider": "all", "parts": parts})

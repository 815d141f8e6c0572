r"""With fewer atoms than samples $\theta$ is never met, however many equations agree.

Setting
    $\theta = \sum_{i \le n} a_i \sigma(V x_i)$ on the sphere, reconstructed with $n' < n$ atoms.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial, or ReLU plus tanh. (Broken: the square, with more samples than dimensions.)
    A2. The number of equations is at least $n'd + 1$.
Statement
    A random start ends in an exact zero with probability at most `at_most` at $p = n'd + 1$ and at $p = 4n'd$: the loss
    stalls above zero. At $p = n'd/2$ it ends in one with probability at least `at_least`, so that the search can.
Reference
    Derived here: Theorem 5.3 and Remark 5.5 in `docs/random_features.md`. iurada2025 reports that samples merge (second-hand).
Tight
    Both sides of $n'd$ are sampled. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    How close the atoms come to samples: some approach one, none is found exactly.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/too-few-atoms",
    title="With fewer atoms than samples the loss stalls above zero from p = n'd + 1 on",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "relu+tanh"], "n": 3, "d": 5, "missing": 1, "below_times": 0.5, "above_by": 1,
            "trials": 40, "at_least": 0.2, "at_most": 0.3, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu+tanh", "softplus"], "n": 6, "d": 8, "missing": 1, "below_times": 0.5,
            "above_by": 1, "trials": 150, "at_least": 0.2, "at_most": 0.1, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"activations": ["power:2"], "n": 4, "d": 2, "missing": 1},
        "A2": {"activations": ["tanh"], "above_by": -2},
    },
)  # fmt: skip


def check(rng, *, activations, n, d, missing, below_times, above_by, trials, at_least, at_most, error_probability):
    from ...numerics.exact_zeros import exact_zeros
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share, atoms = {}, error_probability / (3 * len(activations)), n - missing
    for activation in activations:
        for p, relation, bound in (
            (round(below_times * atoms * d), "at least", at_least),
            (atoms * d + above_by, "at most", at_most),
            (4 * atoms * d, "at most", at_most),
        ):
            found = exact_zeros(activation, n, d, p, atoms, trials, rng)
            name = f"{activation}, zeros with {atoms} atoms for {n} samples at p = {p}"
            parts[name] = binomial(found.wrong + found.truth, trials, relation, bound, share)
    return conclude({"decider": "all", "parts": parts})

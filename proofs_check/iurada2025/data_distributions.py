r"""The data need not be isotropic: a decaying spectrum, heavy tails and a hidden subspace do not keep them from coming back.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with Gaussian $V$ and $a \sim N(0, I)$. The samples are independent, scaled to norm
    $\sqrt d$, and before scaling normal with variance $1/k$ of coordinate $k$, or with independent entries of Student's $t$ with
    three degrees of freedom, or normal in a random subspace of dimension $d/2$. Everything is drawn anew for each trial, and the
    search is told neither the distribution nor the subspace.
Assumptions
    A1. There are more equations than unknowns: $p$ is four times $nd$. (Broken: $p = 0.9\, nd$.)
    A2. No two samples are parallel. (Broken: a subspace of dimension one.)
Statement
    For each of these distributions the data come back, up to sign where the activation is odd, and are identified with
    probability at least `at_least`.
Reference
    Derived: the count and uniqueness of `docs/random_features.md` hold for any distinct samples, as long as $V$ has a density. A
    reviewer of iurada2025 asked for other covariances and heavy tails (second-hand).
Tight
    Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Heavy-tailed norms: all samples are scaled to one norm, and heavy tails show in their directions only.
    Whether fewer equations would do for samples in a subspace that is known: its dimension would then take the place of $d$.
    Subspaces of dimension two, where angles are small by chance: a search fails more often there.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/data-distributions",
    title="Anisotropic, heavy-tailed and low-dimensional data come back",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh"], "laws": ["power-law:1", "student:3", "subspace:4"], "n": 3, "d": 8, "times": 4,
            "trials": 20, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["relu", "relu+tanh"], "laws": ["power-law:1", "power-law:2", "student:3", "subspace:5"], "n": 4,
            "d": 10, "times": 4, "trials": 80, "at_least": 0.7, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"times": 0.9, "laws": ["power-law:1"]}, "A2": {"laws": ["subspace:1"]}},
)  # fmt: skip


def check(rng, *, activations, laws, n, d, times, trials, at_least, error_probability):
    from functools import partial

    from ...numerics.outcomes import outcomes
    from ...numerics.sample_laws import attack_on
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (len(activations) * len(laws))
    for activation in activations:
        for law in laws:
            instance = partial(attack_on, law, activation, n, d, round(times * n * d))
            found = outcomes(instance, trials, rng)
            parts[f"{activation}, {law}: identified"] = binomial(found.identified, trials, "at least", at_least, share)
    return conclude({"decider": "all", "parts": parts})

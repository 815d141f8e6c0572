r"""Atoms to spare remove local minima: a random start that never succeeds with n atoms mostly does with half as many again.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $n$ samples on the sphere, $a$ normal, $p$ a multiple of $nd$. One start: atoms uniform on the sphere,
    moved by variable-projection Levenberg-Marquardt until it stops; then atoms are removed down to $n$, the one first whose removal
    raises the loss least, the others moving after each. For linear plus even $\sigma$ the linear part is fitted freely.
    Success: $\theta$ is met to rounding by $n$ atoms.
Assumptions
    A1. There are $\lceil n / 2 \rceil$ atoms to spare where success is stated.
    A2. $p$ is the stated multiple of $nd$, above $1$.
    A3. There are none to spare where failure is stated.
Statement
    One start succeeds with probability at least `at_least` with the spare atoms, and at most `at_most` without them.
Reference
    Derived here, as a measurement: no theorem is known to us. That overparameterized teacher-student problems have fewer local minima is
    common experience.
Tight
    Both sides are decided by independent trials. At $n = 6$, $d = 12$ and $p = 2.5\, nd$, with $a = K^{-1} y$, one start met $\theta$ in 38 of 40 trials with the spare
    atoms and in 0 of 40 without (tanh). Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Large $n$; other ways to remove atoms; why.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/spare-atoms",
    title="With atoms to spare a random start succeeds where it fails without",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "relu+tanh"], "n": 6, "d": 12, "times": 4, "spare": 0.5, "none": 0.0, "trials": 60,
            "at_least": 0.5, "at_most": 0.25, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "relu+tanh", "gelu", "relu"], "n": 8, "d": 16, "times": 3, "spare": 0.5, "none": 0.0,
            "trials": 150, "at_least": 0.5, "at_most": 0.1, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"spare": 0.0, "activations": ["tanh"], "trials": 40},
        "A2": {"times": 0.9, "activations": ["tanh"], "trials": 40},
        "A3": {"none": 0.5, "activations": ["tanh"], "trials": 40},
    },
)  # fmt: skip


def check(rng, *, activations, n, d, times, spare, none, trials, at_least, at_most, error_probability):
    from ...numerics.spare_atoms import successes_with_spare
    from ..deciders import conclude
    from ..witnesses import binomial

    p, share, parts = round(times * n * d), error_probability / (2 * len(activations)), {}
    for name in activations:
        with_spare = successes_with_spare(name, n, d, p, spare, trials, rng)
        without = successes_with_spare(name, n, d, p, none, trials, rng)
        parts[f"{name}, with atoms to spare"] = binomial(with_spare, trials, "at least", at_least, share)
        parts[f"{name}, without"] = binomial(without, trials, "at most", at_most, share)
    return conclude({"decider": "all", "parts": parts})

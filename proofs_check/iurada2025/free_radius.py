r"""Samples of unknown norm come back from $p > n(d+1)$ equations, unless the activation is homogeneous: then up to scale.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $x_i \in \mathbb{R}^d$ of norms that are not known, uniform in
    $[0.5, 1.5] \sqrt d$, $a \sim N(0, I)$ and Gaussian $V$, drawn anew for each trial. The search looks for samples of any norm.
Assumptions
    A1. There are more equations than unknowns, $p > n(d+1)$. (Broken: nine tenths of $n(d+1)$.)
    A2. Where samples are said to come back up to scale, $\sigma(cu) = c\, \sigma(u)$ for $c > 0$. (Broken: the cube.)
Statement
    With tanh there are $n(d+1)$ unknowns. At $p = nd + 1$, one more than the unknowns of known norms, wrong data meet $\theta$
    with probability at least `wrong_at_least`. At $p = n(d+1) + 1$ a start ends in wrong data that meet $\theta$ with
    probability at most `wrong_at_most`, and at the stated multiple of $n(d+1)$ the samples come back with their norms, up to
    sign, and are identified with probability at least `at_least`. With ReLU $(x_i, -a_i)$ lies in the kernel of the
    Jacobian, so that no norm can be told; at that multiple the directions come back with probability at least `at_least`.
Reference
    Derived: the count of `docs/random_features.md`, section 5, and Euler's identity. iurada2025 takes the norm as known
    (second-hand: its code).
Tight
    Both sides of $n(d+1)$ are sampled for tanh; the kernel for ReLU is exact. Slack: distance of the exact confidence limit to
    the bound, in probability.
Not checked
    How often a search succeeds between $n(d+1)$ and the multiple. Norms far from $\sqrt d$: where $\sigma(V x_i)$ is almost
    linear, or almost constant, the norm is lost in rounding.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/free-radius",
    title="Unknown norms cost one equation per sample, and are lost for ReLU",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "bounded": "tanh", "homogeneous": "relu", "n": 3, "d": 5, "times": 4, "trials": 24, "wrong_at_least": 0.08,
            "wrong_at_most": 0.45, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "bounded": "tanh", "homogeneous": "relu", "n": 4, "d": 8, "times": 4, "trials": 100, "wrong_at_least": 0.2,
            "wrong_at_most": 0.15, "at_least": 0.7, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"times": 0.9}, "A2": {"homogeneous": "power:3", "trials": 5}},
)  # fmt: skip


def check(
    rng, *, bounded, homogeneous, n, d, times, trials, wrong_at_least, wrong_at_most, at_least, error_probability
):  # fmt: skip
    from ...numerics.free_radius import free_instance
    from ...numerics.outcomes import outcomes
    from ...theory.rationals import draw_integers
    from ..deciders import conclude
    from ..witnesses import binomial

    def attacked(activation, p, starts):
        return outcomes(lambda rng: free_instance(activation, n, d, p, rng), trials, rng, starts=starts)

    above, share = round(times * n * (d + 1)), error_probability / 4
    below, boundary, high = (attacked(bounded, p, s) for p, s in ((n * d + 1, 1), (n * (d + 1) + 1, 1), (above, 2)))
    rays = attacked(homogeneous, above, 2)
    parts = {
        "radial kernel": {
            "decider": "linear", "statement": "radial-kernel", "activation": homogeneous, "degree": "1",
            "V": draw_integers(rng, 3 * n * d, d), "X": draw_integers(rng, n, d),
            "a": [row[0] for row in draw_integers(rng, n, 1)],
        },
        "wrong data at nd + 1": binomial(below.wrong, trials, "at least", wrong_at_least, share),
        "wrong data at n(d + 1) + 1": binomial(boundary.wrong, trials, "at most", wrong_at_most, share),
        f"{bounded}: identified at p = {above}": binomial(high.identified, trials, "at least", at_least, share),
        f"{homogeneous}: directions at p = {above}": binomial(rays.recovered, trials, "at least", at_least, share),
    }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

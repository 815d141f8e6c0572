r"""Identifiable and yet unrecoverable: the smallest singular value falls exponentially with $n/d$.

Setting
    $J$ is the Jacobian of $\theta = \sum_i a_i \sigma(V x_i)$, $x_i$ on the unit sphere of $\mathbb{R}^d$, in relative units: $\theta$ of
    norm one, motion of $x_i$ over $|x_i|$, change of $a_i$ over $|a_i|$. $p = 4nd$, and $\sigma = \tanh$.
Assumptions
    A1. $n/d$ is large: many samples in low dimension. (Broken: $d = 10$.)
Statement
    At $d = 2$ the median over independent problems of the slope of $\log_{10}\, \sigma_{\min}(J)$ against $n$ is at most the stated
    negative number: each further sample costs more than that many decimal digits of $\theta$. At the stated size $J$ has full rank
    $nd$, by balls, and at the same point a direction exists along which $\theta$ changes by less than $10^{-8}$ of the motion, by
    balls: double precision determines the data there to fewer than eight digits, if at all.
Reference
    Derived here; item 5 of what `docs/random_features.md` does not prove. iurada2025 counts equations only.
Tight
    The rank and the direction are proofs at one rational point for each draw. The slope is sampled, from decompositions in
    floating point. Slack: in decimal digits for each sample, or $\log_{10}$ of bound over what was found.
Not checked
    The rate as a function of $n/d$; a lower bound on $\sigma_{\min}$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/conditioning-decay",
    title="In low dimension each sample costs digits: full rank, and a singular value below 1e-8",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "d": 2, "sizes": [1, 2, 3, 4, 5, 6], "factor": 4, "replicates": 100, "slope": -1.0,
            "n": 16, "points": 3, "bound": "1e-8", "error_probability": 1e-4,
        },
        "standard": {
            "activation": "tanh", "d": 2, "sizes": [1, 2, 3, 4, 5, 6], "factor": 4, "replicates": 400, "slope": -1.2,
            "n": 20, "points": 10, "bound": "1e-8", "error_probability": 1e-4,
        },
    },
    controls={"A1": {"d": 10, "points": 1, "n": 4}},
)  # fmt: skip


def check(rng, *, activation, d, sizes, factor, replicates, slope, n, points, bound, error_probability):
    from ...numerics.conditioning import decay_slope, small_direction
    from ..deciders import conclude
    from ..witnesses import median

    slopes = [decay_slope(activation, d, sizes, factor, rng) for _ in range(replicates)]
    parts = {"digits for each sample": median(slopes, "at most", slope, 0.0, error_probability)}
    for k in range(points):
        rank, direction = small_direction(activation, n, d, factor, bound, rng)
        parts[f"point {k}: rank at n = {n}, d = {d}"] = rank
        parts[f"point {k}: direction"] = direction
    return conclude({"decider": "all", "parts": parts})

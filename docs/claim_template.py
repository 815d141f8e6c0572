r"""Two squared features determine their samples only up to one rotation.

Setting
    $\theta = \sum_{i=1}^2 a_i (V x_i)^2$, the square taken entry by entry, with $x_1, x_2$ on the unit sphere of $\mathbb{R}^d$
    and $V$ with $p$ rows. The Jacobian is taken with respect to data and coefficients together.
Assumptions
    A1. The activation is the square.
Statement
    For $d \ge 2$ and $p \ge 2d - 1$ the Jacobian has rank $2d - 1$ at almost every $(V, X, a)$: one less
    than the $2d$ unknowns. Slack: rank minus the stated rank.
Reference
    Derived here: 4.6 of `docs/random_features.md`. The rotation $dx_1 = a_2 x_2$, $dx_2 = -a_1 x_1$ is in the kernel.
Tight
    Equality: a minor that is nonzero modulo a prime meets the structural bound.
Not checked
    More than two samples.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/two-squares",
    title="Two squared features lose one dimension to a rotation",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"activation": "power:2", "d": 6, "p": 30},
        "standard": {"activation": "power:2", "d": 20, "p": 300},
    },
    controls={"A1": {"activation": "power:3"}},
)


def check(rng, *, activation, d, p):
    from ...numerics.generic_points import rank_witness
    from ..deciders import conclude

    return conclude(rank_witness(activation, 2, d, p, "sphere", rng, expected=2 * d - 1))

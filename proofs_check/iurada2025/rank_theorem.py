r"""The parameters determine the data locally: the Jacobian has rank $\min(p, nd)$.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $n$ samples on a sphere of $\mathbb{R}^d$; $J$ is the $p \times nd$ Jacobian with
    respect to data (tangent to the sphere, $d-1$ columns each) and coefficients.

    Parameters: `cases` lists activation, $n$, $d$, $p$.
Assumptions
    A1. $d \ge 2$ and the samples are pairwise non-parallel.
    A2. All coefficients $a_i$ are nonzero.
    A3. $\sigma$ is analytic and not a polynomial of degree at most $2n - 2$; or such a function plus ReLU, as ReLU + tanh.
Statement
    For almost every $V$, $\operatorname{rank}\, J = \min(p, nd)$, for any $n$ against $d$.
Reference
    Derived here: Theorem 2.5 in `docs/random_features.md`. The count $p > dn$ is the law of iurada2025.
Tight
    An equality: more than $nd$ is impossible, as there are $nd$ unknowns. Slack counts missing ranks.
Not checked
    The theorem itself is not proved by these sizes; a nonzero minor at one point proves the rank for almost every
    point at that size. Global uniqueness is a different claim.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/rank-theorem",
    title="The Jacobian of the parameters has rank min(p, nd) at almost every point",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "cases": [
                ["tanh", 10, 20, 200],
                ["tanh", 20, 2, 40],
                ["erf", 12, 3, 36],
                ["softplus", 5, 8, 40],
                ["gelu", 4, 3, 12],
                ["sin", 3, 7, 15],
                ["relu+tanh", 4, 7, 28],
                ["sigmoid", 1, 2, 2],
            ],
            "broken": "nothing",
        },
        "standard": {
            "cases": [["tanh", 40, 20, 800], ["tanh", 40, 2, 80], ["erf", 20, 20, 400], ["softplus", 20, 10, 200]],
            "broken": "nothing",
        },
    },
    controls={
        "A1": {"cases": [["tanh", 3, 4, 12]], "broken": "parallel samples"},
        "A2": {"cases": [["tanh", 3, 4, 12]], "broken": "a zero coefficient"},
        "A3": {"cases": [["power:3", 6, 3, 18]]},
    },
)


def check(rng, *, cases, broken):
    from ...numerics.generic_points import rank_witness
    from ...numerics.jacobian import float_rank
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "parallel samples", "a zero coefficient"))
    parts, floating = {}, {}
    for activation, n, d, p in cases:
        witness = rank_witness(activation, n, d, p, "sphere", rng, expected=min(p, n * d))
        if broken == "parallel samples":
            witness["X"][1], witness["X_denominators"][1] = witness["X"][0], witness["X_denominators"][0]
        if broken == "a zero coefficient":
            witness["a"][0] = 0
        name = f"{activation}, n = {n}, d = {d}, p = {p}"
        parts[name], floating[name] = witness, float_rank(witness)
    return conclude({"decider": "all", "parts": parts}, floating_rank=floating)

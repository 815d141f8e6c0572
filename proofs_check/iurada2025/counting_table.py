r"""What the parameters can determine, counted: sphere and free radius, homogeneous and polynomial activations.

Setting
    The generic rank of the Jacobian of $(X, a) \mapsto \sum_i a_i \sigma(V x_i)$, on a sphere of $\mathbb{R}^d$ or with the
    radius free.

    Parameters: `cases` lists activation, $n$, $d$, $p$, domain, rank.
Assumptions
    A1. The exceptional cases of Alexander and Hirschowitz are counted: $(d, K, n) = (3,4,5), (4,4,9), (5,4,14), (5,3,7)$ lose
    one dimension, and quadrics lose the rotations within the span of the samples.
    A2. A homogeneous activation loses the $n$ radii.
Statement
    On the sphere ($d \ge 2$) there are $nd$ unknowns for every activation. Free, $n(d+1)$ if the activation is analytic and not
    a polynomial, and $nd$ if it is homogeneous. The power $u^K$ is further capped by $\binom{d+K-1}{K}$ and by A1. For
    $d = 1$ the sphere is two points: rank at most $1$ for odd or even activations, $2$ otherwise; free, $2n$, or, homogeneous,
    $2$ ($1$ if odd or even).
Reference
    Derived here: section 4 of `docs/random_features.md`. Alexander and Hirschowitz, J. Algebraic Geom. 4 (1995).
Tight
    Equality: a minor that is nonzero modulo a fixed prime, or in ball arithmetic, meets a structural bound.
Not checked
    Global uniqueness. For piecewise activations the rank is that of the drawn activation pattern.
"""

from ..claim import Claim

CASES = [  # activation, n, d, p, domain, rank
    ["power:4", 5, 3, 15, "free", 14],
    ["power:4", 5, 3, 40, "sphere", 14],
    ["power:4", 9, 4, 40, "sphere", 34],
    ["power:4", 14, 5, 70, "sphere", 69],
    ["power:3", 7, 5, 40, "sphere", 34],
    ["power:2", 3, 4, 20, "sphere", 9],
    ["power:2", 4, 6, 30, "free", 18],
    ["power:3", 3, 3, 20, "sphere", 9],
    ["power:3", 5, 4, 30, "sphere", 20],
    ["power:4", 4, 3, 20, "sphere", 12],
    ["power:3", 9, 6, 60, "free", 54],
    ["power:5", 6, 5, 29, "sphere", 29],
    ["power:5", 6, 5, 31, "sphere", 30],
    ["hermite:1+hermite:3+hermite:5", 6, 4, 40, "sphere", 24],
    ["hermite:2+hermite:3", 20, 3, 60, "sphere", 16],
    ["relu", 4, 5, 400, "free", 20],
    ["leaky_relu:1/10", 4, 5, 400, "sphere", 20],
    ["tanh", 4, 3, 20, "free", 16],
    ["softplus", 3, 5, 18, "free", 18],
    ["relu+tanh", 3, 4, 15, "free", 15],
    ["tanh", 4, 1, 30, "sphere", 1],
    ["sigmoid", 4, 1, 30, "sphere", 2],
    ["tanh", 4, 1, 30, "free", 8],
    ["relu", 4, 1, 30, "free", 2],
]

LARGER = [
    *CASES,
    ["power:3", 12, 8, 120, "sphere", 96],
    ["power:4", 20, 6, 130, "free", 120],
    ["power:5", 30, 4, 130, "sphere", 56],
    ["power:6", 9, 3, 40, "sphere", 27],
    ["power:2", 12, 12, 200, "sphere", 78],
    ["hermite:3", 30, 5, 200, "sphere", 35],
    ["relu", 8, 10, 2000, "sphere", 80],
    ["tanh", 10, 8, 90, "free", 90],
    ["erf", 12, 6, 100, "sphere", 72],
]

CLAIM = Claim(
    id="iurada2025/counting-table",
    title="Unknowns, homogeneity and the Alexander-Hirschowitz exceptions give the generic rank",
    kind="certificate",
    origin="derived",
    parameters={"quick": {"cases": CASES}, "standard": {"cases": LARGER}},
    controls={
        "A1": {"cases": [["power:4", 5, 3, 15, "free", 15]]},
        "A2": {"cases": [["relu", 4, 5, 400, "free", 24]]},
    },
)


def check(rng, *, cases):
    from ...numerics.generic_points import rank_witness
    from ...numerics.jacobian import float_rank
    from ..deciders import conclude

    parts, floating = {}, {}
    for activation, n, d, p, domain, rank in cases:
        name = f"{activation}, {domain}, n = {n}, d = {d}, p = {p}"
        parts[name] = rank_witness(activation, n, d, p, domain, rng, expected=rank)
        floating[name] = float_rank(parts[name])
    return conclude({"decider": "all", "parts": parts}, floating_rank=floating)

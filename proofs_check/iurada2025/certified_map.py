r"""A map of the generic rank at $p = nd$: full for analytic activations, and for polynomials exactly as far as the count allows.

Setting
    $J$, the $p \times nd$ Jacobian of $(X, a) \mapsto \sum_i a_i \sigma(V x_i)$ with $n$ samples on the sphere of $\mathbb{R}^d$, $d \ge 2$, at
    $p = nd$, for each size of a grid.

    Parameters: `activations` lists an activation and, for a polynomial, its highest degrees of either parity; sizes are all
    $nd$ up to `largest`, with $d$ in `dimensions`, or every $d$ if that is null.
Assumptions
    A1. Analytic $\sigma$: not a polynomial.
    A2. Polynomials: only the highest degree $K$ of each parity counts, and the exceptional case $(d, K, n) = (5, 3, 7)$ is one rank
    lower.
Statement
    For almost every $(V, X, a)$: $\operatorname{rank}\, J = nd$ for tanh, erf and softplus. For odd polynomials of degree $K = 3, 5$,
    $\operatorname{rank}\, J = \min(nd, \binom{d+K-1}{K})$, one less in the exceptional case: degree $K \ge 2n - 1$ suffices for full rank
    but is not needed when $d > 2$. For polynomials with highest degrees $K$ and $K - 1$,
    $\min(nd, \binom{d+K-1}{K} + \binom{d+K-2}{K-1})$.
Reference
    Derived here: Theorem 2.5 and section 4 of `docs/random_features.md`. The exception is that of Alexander and Hirschowitz (1995),
    inherited by $u + u^3$ on the sphere.
Tight
    Equalities: at every size a minor that is nonzero in ball arithmetic, or modulo a fixed prime, meets a structural bound. All sizes
    use points cut out of one table of integers, which is the witness.
Not checked
    Sizes outside the grid; that the formula for two parities holds in general.
"""

from ..claim import Claim

ACTIVATIONS = [  # name, degrees that count (none: analytic)
    ["tanh", []],
    ["erf", []],
    ["softplus", []],
    ["hermite:1+hermite:3", [3]],
    ["hermite:1+hermite:3+hermite:5", [5]],
    ["hermite:2+hermite:3", [2, 3]],
    ["hermite:4+hermite:5", [4, 5]],
]

CLAIM = Claim(
    id="iurada2025/certified-map",
    title="Generic rank at p = nd, proved size by size",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"activations": ACTIVATIONS, "largest": 40, "dimensions": [2, 3, 5, 9, 20], "exception": True},
        "standard": {"activations": ACTIVATIONS, "largest": 80, "dimensions": None, "exception": True},
        "thorough": {"activations": ACTIVATIONS, "largest": 400, "dimensions": None, "exception": True},
    },
    controls={
        "A1": {"activations": [["hermite:1+hermite:3", []]]},
        "A2": {"activations": [["hermite:1+hermite:3", [3]]], "exception": False},
    },
)


def check(rng, *, activations, largest, dimensions, exception):
    from ...numerics.rank_table import rank_table, sizes
    from ...theory.counting import expected_on_sphere
    from ..deciders import conclude

    grid = sizes(largest, dimensions)
    table = rank_table(largest, max(d for _, d in grid), rng)
    cases = [
        [name, n, d, expected_on_sphere(degrees, n, d, exceptions=exception)] for name, degrees in activations for n, d in grid
    ]
    return conclude(table | {"cases": cases}, sizes=len(grid))

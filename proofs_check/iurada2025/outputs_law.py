r"""One law for several outputs: the first width with full rank is $m^* = n + \lceil n(d-1) / \min(C, n) \rceil$.

Setting
    $\theta = \sum_i \sigma(V x_i) A_i^\top \in \mathbb{R}^{m \times C}$ with $n$ samples on the sphere of $\mathbb{R}^d$, $d \ge 2$, and
    coefficients $A \in \mathbb{R}^{n \times C}$; $J$ is the $mC \times (n(d-1) + nC)$ Jacobian of $(X, A) \mapsto \theta$.

    Parameters: `cases` lists activation, $n$, $d$, $C$, and the kind of $A$: full, centred (rows of sum zero) or rank one.
Assumptions
    A1. $A$ has rank $r = \min(C, n)$; in general $r$ is the rank of $A$, at most $\min(C - 1, n)$ for cross-entropy.
    A2. Beyond the span of the $n$ features a row counts $r$ equations, not $C$.
Statement
    $\operatorname{rank}\, J \le C \min(m, n) + \min(n(d-1), (m-n)^+ r)$ at every point with independent features, with equality at
    almost every point of each size listed. So $J$ has full rank from $m^* = n + \lceil n(d-1)/r \rceil$ on, and not before.
    One output gives $m^* = nd$; $C \ge n$ outputs give $n + d - 1$, the count for a known span: the two thresholds are the ends
    of one law. In parameters of the last layer, $Cm^*$.
Reference
    Derived here: the bound is proved in `theory/outputs.py`. iurada2025 counts $p$ for one output.
Tight
    An equality. The naive count, $Cm \ge n(d-1) + nC$, agrees for $C \le n$ and is too small for $C > n$. Slack counts ranks.
Not checked
    Equality at sizes not listed (the bound is proved for all). Global uniqueness with several outputs.
"""

from ..claim import Claim

QUICK = [  # activation, n, d, C, coefficients
    ["power:8+power:9", 3, 6, 5, "full"],
    ["power:8+power:9", 1, 6, 4, "full"],
    ["power:8+power:9", 4, 5, 10, "full"],
    ["power:8+power:9", 4, 3, 1, "full"],
    ["power:8+power:9", 4, 4, 3, "full"],
    ["power:8+power:9", 5, 2, 2, "full"],
    ["power:8+power:9", 4, 4, 4, "centred"],
    ["power:8+power:9", 3, 4, 2, "centred"],
    ["tanh", 3, 3, 2, "full"],
    ["tanh", 2, 4, 3, "full"],
    ["softplus", 3, 2, 2, "centred"],
]
GRID = [["power:12+power:13", n, d, C, "full"] for n in (1, 2, 3, 5, 7) for d in (2, 3, 5, 8) for C in (1, 2, 3, 4, 6, 9)]
MORE = [
    [name, n, d, C, kind]
    for name in ("tanh", "gelu")
    for n, d, C in [(4, 4, 3), (3, 5, 5), (5, 3, 4)]
    for kind in ("full", "centred")
]

CLAIM = Claim(
    id="iurada2025/outputs-law",
    title="With C outputs the width needed is n + n(d-1)/min(C, n), from nd down to n + d - 1",
    kind="threshold",
    origin="derived",
    parameters={"quick": {"cases": QUICK, "count": "rank"}, "standard": {"cases": [*QUICK, *GRID, *MORE], "count": "rank"}},
    controls={
        "A1": {"cases": [["power:8+power:9", 4, 4, 4, "rank one"]]},
        "A2": {"cases": [["power:8+power:9", 2, 5, 6, "full"]], "count": "naive"},
    },
)


def check(rng, *, cases, count):
    from ...numerics.generic_outputs import outputs_witness
    from ...theory.errors import one_of
    from ...theory.outputs import rows_needed
    from ..deciders import conclude

    one_of("count", count, ("rank", "naive"))
    parts = {}
    for activation, n, d, C, coefficients in cases:
        r = min(C - (coefficients == "centred"), n)
        first = rows_needed(n, d, r if count == "rank" else C)
        for m in (first - 1, first):
            full = n * (d - 1) + n * C
            rank = full if m == first else C * min(m, n) + min(n * (d - 1), max(0, m - n) * r)
            name = f"{activation}, n = {n}, d = {d}, C = {C}, {coefficients}, m = {m}"
            parts[name] = outputs_witness(activation, n, d, m, C, coefficients, rng) | {"expected": rank}
    return conclude({"decider": "all", "parts": parts})

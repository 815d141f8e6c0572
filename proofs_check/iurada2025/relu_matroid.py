r"""ReLU and leaky ReLU: the rank of every activation pattern is that of a union of matroids.

Setting
    Slopes $\ell \ne r$ on the two sides of $0$; $s_j \in \{\ell, r\}^n$ holds the slopes of the $n$ samples at row $v_j$ of $V$, the
    activation pattern. $J$ is the Jacobian of $(X, a) \mapsto \sum_i a_i \sigma(V x_i)$ on the sphere of $\mathbb{R}^d$, $p$ rows.

    Parameters: `patterns` is their number, $n$ and $d$ random up to `largest_n` and `largest_d`.
Assumptions
    A1. $V$ is generic among the matrices with its pattern; all $a_i \ne 0$.
    A2. Rows count by the flat that their slopes span, not one by one.
Statement
    $\operatorname{rank}\, J = \min_U [\, d \dim U + \#\{j : s_j \notin U\} ]$ over the flats $U$ of $\mathbb{R}^n$, for almost every
    $V$ of the pattern. It is the largest number of rows that split into $d$ sets with independent slopes (Edmonds).
Reference
    Derived here: 4.8 of `docs/random_features.md`. J. Edmonds, Matroid partition (1968).
Tight
    An equality, by two routes: elimination of $J$ modulo a fixed prime; matroid partition of the pattern alone, whose partition
    and flat are checked. The count of active rows, $\min(nd, \#\{j : s_j \ne 0\})$, is too large in general. Slack counts ranks.
Not checked
    How often a random pattern is deficient; patterns other than those drawn.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/relu-matroid",
    title="The rank of a ReLU pattern is the rank of a d-fold union of matroids",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["relu", "leaky_relu:1/5", "leaky_relu:-2"], "patterns": 60, "largest_n": 5, "largest_d": 6,
            "V": "generic", "formula": "flats",
        },
        "standard": {
            "activations": ["relu", "leaky_relu:1/5", "leaky_relu:-2"], "patterns": 400, "largest_n": 7, "largest_d": 10,
            "V": "generic", "formula": "flats",
        },
    },
    controls={"A1": {"V": "rows in a hyperplane"}, "A2": {"formula": "active rows"}},
)  # fmt: skip


def check(rng, *, activations, patterns, largest_n, largest_d, V, formula):
    from ...numerics.generic_points import rank_witness
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("V", V, ("generic", "rows in a hyperplane"))
    parts = {}
    for k in range(patterns):
        activation = activations[k % len(activations)]
        n, d = int(rng.integers(2, largest_n + 1)), int(rng.integers(2, largest_d + 1))
        p = int(rng.integers(n * d // 2, 2 * n * d))
        witness = rank_witness(activation, n, d, p, "sphere", rng) | {"decider": "matroid", "formula": formula}
        if V != "generic":
            witness["V"] = [[*row[:-1], row[0]] for row in witness["V"]]
        del witness["expected"]
        parts[f"{k}: {activation}, n = {n}, d = {d}, p = {p}"] = witness
    return conclude({"decider": "all", "parts": parts})

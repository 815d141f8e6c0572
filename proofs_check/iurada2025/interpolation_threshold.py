r"""Labels are interpolated from $p = n$ on, data determined from $p = nd$ on: two thresholds, a factor $d$ apart.

Setting
    $\Phi \in \mathbb{R}^{n \times p}$ with rows $\varphi(x_i) = \sigma(V x_i)$, $n$ samples on the sphere of $\mathbb{R}^d$, $d \ge 2$,
    pairwise non-parallel; $J$ is the Jacobian of $(X, a) \mapsto \sum_i a_i \varphi(x_i)$.

    Parameters: `cases` lists activation, $n$, $d$.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial of degree at most $n - 2$.
    A2. $p \ge n$ where every label is interpolated.
    A3. No sample is equal or opposite to another.
Statement
    For almost every $V$, $\operatorname{rank}\, \Phi = \min(p, n)$: from $p = n$ on every $y \in \mathbb{R}^n$ is interpolated, for
    $p < n$ almost none is. At $p = n$ the Jacobian has rank $n$ of $nd$ only: through the training data runs an
    $n(d-1)$-dimensional set of other data with the same $\theta$.
Reference
    iurada2025 names both thresholds (second-hand). Proof: Theorem 2.2 and Lemma 2.4 of `docs/random_features.md`; the degree $n - 2$ is
    from the second part of that proof.
Tight
    Equalities at single sizes: minors that are nonzero in ball arithmetic or modulo a fixed prime meet the count. Slack counts ranks.
Not checked
    Conditioning of the interpolation. ReLU: a sample without an active row has no feature, so that at $p = n$ the rank is lower
    with positive probability.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/interpolation-threshold",
    title="n features interpolate n labels, and leave n(d-1) dimensions of data undetermined",
    kind="threshold",
    origin="second-hand",
    parameters={
        "quick": {
            "cases": [
                ["tanh", 12, 2], ["erf", 9, 3], ["softplus", 6, 8], ["gelu", 5, 4], ["sigmoid", 3, 20], ["power:5+power:6", 7, 3],
                ["power:7", 8, 2],
            ],
            "offset": 0, "broken": "nothing",
        },
        "standard": {
            "cases": [
                ["tanh", 40, 2], ["erf", 30, 5], ["softplus", 20, 20], ["gelu", 15, 4], ["sin", 25, 3], ["power:19+power:20", 21, 2],
                ["power:19", 20, 2],
            ],
            "offset": 0, "broken": "nothing",
        },
    },
    controls={
        "A1": {"cases": [["power:6", 8, 2]]},
        "A2": {"offset": -1},
        "A3": {"broken": "opposite samples", "cases": [["tanh", 12, 2]]},
    },
)  # fmt: skip


def check(rng, *, cases, offset, broken):
    from ...numerics.generic_points import rank_witness
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "opposite samples"))
    parts = {}
    for activation, n, d in cases:
        for p, rank in ((n - 1, n - 1), (n + offset, n), (n + 3, n)):
            witness = rank_witness(activation, n, d, p, "sphere", rng, expected=rank) | {"decider": "features_rank"}
            del witness["a"]
            if broken == "opposite samples":
                witness["X"][1] = [-t for t in witness["X"][0]]
                witness["X_denominators"][1] = witness["X_denominators"][0]
            parts[f"{activation}, n = {n}, d = {d}: features at p = {p}, rank {rank}"] = witness
        jacobian = rank_witness(activation, n, d, n, "sphere", rng, expected=n)
        parts[f"{activation}, n = {n}, d = {d}: Jacobian at p = {n}"] = jacobian
    return conclude({"decider": "all", "parts": parts})

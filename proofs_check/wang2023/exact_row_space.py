r"""The gradient of the hidden weights spans exactly what the samples span, and its rank is the batch size.

Setting
    $G \in \mathbb{R}^{m \times d}$ with the rows $dL/dw_j = a_j \sum_i r_i \sigma'(w_j \cdot x_i) x_i$, from $B$ samples with
    coefficients $r_i = dL / df(x_i)$: $G = S^\top X$ with $S_{ij} = r_i \sigma'(w_j \cdot x_i) a_j$ and the samples as rows of $X$.

    Parameters: `cases` lists activation, $B$, $d$, $m$.
Assumptions
    A1. All coefficients are nonzero.
    A2. The samples are linearly independent; so $B \le d$.
    A3. At least $B$ neurons have $a_j \ne 0$.
    A4. $\sigma$ is not affine.
    A5. If $\sigma$ is piecewise linear, the activation pattern has rank $B$.
Statement
    The row space of $G$ is $\mathrm{span}\{x_1, \ldots, x_B\}$, of dimension $B$, for almost every $W$: no moments and no large $m$ are needed,
    and the rank of $G$ reveals the batch size. Slack: missing ranks.
Reference
    Derived here; wang2023 estimates the span by second or third moments, at a rate of $\sqrt{d/m}$.
Tight
    The space of $G$ is contained in that of the samples for every $W$. It is equal if $S$ has rank $B$: under A2 the $w_j \cdot x_i$ are free
    numbers, and the functions $\sigma'(u_i)$ of distinct variables are independent unless $\sigma'$ is constant. Without A2 the spaces may still agree,
    for instance both be $\mathbb{R}^d$ when $B > d$, but the rank is no longer $B$.
Not checked
    Noise on the gradient: only an exact gradient has an exact rank.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/exact-row-space",
    title="The row space of the hidden gradient is the span of the samples, its rank the batch size",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "cases": [
                ["relu", 3, 6, 9], ["leaky_relu:1/100", 3, 6, 5], ["power:2", 4, 4, 4], ["power:2+power:3", 3, 5, 3],
                ["tanh", 4, 6, 4], ["sigmoid", 2, 5, 3], ["elu", 3, 3, 6],
            ],
            "broken": "nothing",
        },
        "standard": {
            "cases": [
                ["relu", 10, 40, 40], ["leaky_relu:1/100", 10, 40, 40], ["power:2", 20, 30, 20], ["power:2+power:3", 16, 30, 16],
                ["tanh", 16, 40, 16], ["gelu", 8, 20, 8], ["softplus", 8, 20, 8], ["elu", 8, 20, 24],
            ],
            "broken": "nothing",
        },
    },
    controls={
        "A1": {"broken": "a zero coefficient"},
        "A2": {"broken": "dependent samples"},
        "A3": {"broken": "too few neurons"},
        "A4": {"cases": [["power:1", 3, 6, 9]]},
        "A5": {"cases": [["relu", 3, 6, 9]], "broken": "one pattern for two samples"},
    },
)  # fmt: skip


def check(rng, *, cases, broken):
    from fractions import Fraction

    from ...numerics.generic_gradients import gradient_point, slope_rank
    from ...theory.activations import parse
    from ...theory.errors import one_of
    from ..deciders import conclude

    ways = ("nothing", "a zero coefficient", "dependent samples", "too few neurons", "one pattern for two samples")
    one_of("broken", broken, ways)
    parts = {}
    for activation, B, d, m in cases:
        while True:
            point = gradient_point(activation, B, d, m, "free", rng)
            if parse(activation).slopes is None or slope_rank(point) == B:
                break
        X = point["X"]
        if broken == "a zero coefficient":
            point["coefficients"][0] = "0"
        if broken == "dependent samples":
            X[0] = [str(sum(int(c) * Fraction(t) for c, t in zip((2, 3, -1), column[1:]))) for column in zip(*X)]
        if broken == "too few neurons":
            point["output_weights"][B - 1 :] = ["0"] * (m - B + 1)
        if broken == "one pattern for two samples":  # a sample close to another
            X[0] = [str(10**9 * int(t) + int(s)) for s, t in zip(X[0], X[1])]
        parts[f"{activation}, B = {B}, d = {d}, m = {m}"] = {"decider": "row_space", "batch_size": B} | point
    return conclude({"decider": "all", "parts": parts})

r"""The first moment of the gradient is found at the rate $B (d/m)^{1/2}$, with a measured constant.

Setting
    $g_j = \sum_i r_i \sigma(w_j \cdot x_i)$ is the gradient of the output weights, $r_i = f(x_i) - y_i$, $y_i = \pm 1$; the $B$ samples are random unit vectors.

    Parameters: `cases` lists activation, $B$, $d$, $m$; `in_m` the $d$ and the two $m$ of the first slope, `in_d` the $m$ and the two $d$ of the second,
    each at medians of `draws` draws; `constant` is $C$.
Assumptions
    A1. The $w_j$ are independent. (Broken: $64$ different ones.)
    A2. $\sigma$ is $1$-Lipschitz. (Broken: $u^3$.)
Statement
    $\left| \frac{1}{m} \sum_j g_j w_j - c_1 \sum_i r_i^* x_i \right| \le C B (d/m)^{1/2}$ with probability at least $1 - \delta$, $C = 2$, $\delta = 0.2$, at the cases listed. The
    median slope of the error is within the tolerance of $-1/2$ in $m$ and of $1/2$ in $d$.
Reference
    wang2023, Proposition A.1, there with logarithms and without a constant: $C$ was measured here, with other seeds than those of the check.
Tight
    Measured: the ratio of the two sides at $C = 1$ has a median of $.3$ to $.8$ and a quantile $1 - \delta$ of at most $.95$ (softplus, $B = 2$); $4$ to $5$ for $u^3$.
    The factor $B$ is attained by equal samples of equal labels, where $g_j = B r_1 \sigma(w_j \cdot x_1)$; with random samples and mixed labels the error grows
    more slowly. Slack: in probability, or in units of the exponent.
Not checked
    The dependence on $\delta$, and $m < d$.
"""

from ..claim import Claim

COMMON = {"constant": 2.0, "delta": 0.2, "rows": "independent", "slope_of": "tanh", "error_probability": 1e-4}

CLAIM = Claim(
    id="wang2023/first-moment-rate",
    title="The first moment is found at the rate B (d/m)^(1/2)",
    kind="rate",
    origin="stated",
    parameters={
        "quick": COMMON | {
            "cases": [["relu", 1, 10, 400], ["elu", 2, 10, 400], ["softplus", 2, 20, 800], ["tanh", 4, 20, 800]], "trials": 70,
            "in_m": [20, [200, 3200]], "in_d": [1000, [10, 80]], "draws": [3, 1], "replicates": 61, "tolerance": 0.15,
        },
        "standard": COMMON | {
            "cases": [["relu", 1, 10, 400], ["elu", 2, 10, 400], ["softplus", 2, 80, 800], ["tanh", 4, 80, 8000], ["sigmoid", 8, 40, 2000]],
            "trials": 200, "in_m": [40, [200, 12800]], "in_d": [2000, [20, 640]], "draws": [3, 1], "replicates": 101, "tolerance": 0.06,
        },
    },
    controls={
        "A1": {"rows": "repeated", "cases": [["relu", 1, 10, 400]], "in_d": []},
        "A2": {"cases": [["power:3", 2, 10, 400]], "in_m": [], "in_d": []},
    },
)  # fmt: skip


def check(rng, *, constant, rows, **sampled):
    from ...numerics.gradient_trials import Problem, first_moment_error
    from ..deciders import conclude
    from ..witnesses import bounded_and_sloped

    def error(activation, B, d, m):
        return first_moment_error(Problem.draw(activation, B, d, m, rng, rows=rows))

    def bound(B, d, m):
        return constant * B * (d / m) ** 0.5

    parts = bounded_and_sloped(error, bound, 0.5, **sampled)
    return conclude({"decider": "all", "parts": parts})

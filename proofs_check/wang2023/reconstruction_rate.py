r"""The samples are found at the rate $(d/m)^{1/2}$.

Setting
    One gradient of the output weights for $B = 2$ random unit samples with labels $\pm 1$. $V$ comes from half of the neurons (the moment of order $2$, for tanh that of order $3$ contracted with the
    normalized first moment), the tensor of order $3$ in it from the other half, both of the gradient less its linear fit; its decomposition and the signs by least squares follow.
    The error is $\left( \frac{1}{B} \sum_i |x_i - \hat x_i|^2 \right)^{1/2}$ after matching, for tanh up to the sign of each sample, which its gradient does not determine.

    Parameters: `in_m` lists activation, $d$ and two $m$; `in_d` lists activation, $m$ and two $d$; `draws` is the number of draws of which the median is taken at each of two
    sizes; `rows` are those of $W$.
Assumptions
    A1. $\sigma$ has $c_3 \ne 0$. (Broken: $u^2$.)
    A2. The $w_j$ are independent. (Broken: $64$ different ones.)
Statement
    The median slope of the error is within the tolerance of $-1/2$ in $m$ and of $1/2$ in $d$.
Reference
    wang2023, Theorem 5.1: error at most of order $(d/m)^{1/2} / (\min(|\nu|, |\lambda|) \pi_{\min}^2)$, up to logarithms and powers of $B$. The route is that of its Algorithm 1 with two repairs that
    random-contraction and reused-neurons call for, and with the linear fit removed.
Tight
    Measured, with other seeds: the error is near $3.5 (d/m)^{1/2}$ for tanh from $d = 10$, $m = 1000$ to $d = 40$, $m = 16000$. For ELU the slope in $d$ is near $.3$ at these sizes, as the error of the tensor, which does
    not grow with $d$, is as large as that of the subspace. The package's own route, by regression, has a third to a seventh of this error. Its slope in $m$ is near
    $-.4$ up to $m = 10^5$, as its constant grows slowly towards its limit: what regression on cubic polynomials leaves lives in the tails, which few neurons do not see.
    Slack: in units of the exponent.
Not checked
    The powers of $\pi_{\min}$ and $B$, and the moments of order $4$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/reconstruction-rate",
    title="The samples are found at the rate (d/m)^(1/2)",
    kind="rate",
    origin="corrected",
    parameters={
        "quick": {
            "in_m": [["tanh", 10, [800, 12800]]], "in_d": [["tanh", 4000, [8, 48]]], "draws": [3, 1], "replicates": 31,
            "rows": "independent", "tolerance": 0.25, "error_probability": 1e-4,
        },
        "standard": {
            "in_m": [["tanh", 10, [1000, 32000]], ["elu", 10, [1000, 32000]]], "in_d": [["tanh", 16000, [8, 128]]],
            "draws": [9, 3], "replicates": 91, "rows": "independent", "tolerance": 0.2, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"in_m": [["power:2", 10, [800, 6400]]], "in_d": [], "replicates": 25},
        "A2": {"rows": "repeated", "in_m": [["tanh", 10, [800, 6400]]], "in_d": [], "replicates": 25},
    },
)  # fmt: skip


def check(rng, *, in_m, in_d, draws, replicates, rows, tolerance, error_probability):
    from functools import partial

    from ...numerics.gradient_route_trials import reconstruct
    from ...numerics.gradient_trials import slopes_of
    from ..deciders import conclude
    from ..witnesses import median

    def error(activation, m, d):
        return reconstruct(activation, 2, d, m, rng, rows=rows, route="averages").error

    parts, share = {}, error_probability / (len(in_m) + len(in_d))
    for activation, d, widths in in_m:
        slopes = slopes_of(partial(error, activation, d=d), widths, draws, replicates)
        parts[f"{activation}: slope in m"] = median(slopes, "equal", -0.5, tolerance, share)
    for activation, m, dimensions in in_d:
        slopes = slopes_of(partial(error, activation, m), dimensions, draws, replicates)
        parts[f"{activation}: slope in d"] = median(slopes, "equal", 0.5, tolerance, share)
    return conclude({"decider": "all", "parts": parts})

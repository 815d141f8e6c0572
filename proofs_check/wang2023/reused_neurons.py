r"""The reduced tensor concentrates like $m^{-1/2}$ also in a subspace found from the same neurons.

Setting
    One unit sample, $g_j = r \sigma(w_j \cdot x)$; $v$ is the leading eigenvector of the second moment $\frac{1}{m'} \sum_j g_j H_2(w_j)$, and $E = \frac{1}{m} \sum_j g_j H_3(v \cdot w_j) - c_3 r^* (v \cdot x)^3$.

    Parameters: `cases` lists activation, $m / (d - 1)$ and two $d$; `draws` is the number of draws of which the median is taken at each $d$.
Assumptions
    A1. The second moment is that of the neurons of $E$. (Corrected: of as many others.)
Statement
    As printed: if $\| v v^\top - x x^\top \| \le 1/4$, then $m^{1/2} |E|$ is bounded, up to logarithms, whatever $d$: with $m = c (d - 1)$, among draws that meet the condition, its median slope in $d$ would be at most $0$, to a tolerance
    that leaves room for half a power of $\log d$. It fails: $v = x + \Delta$ up to second order with $\Delta$ orthogonal to $x$ and $r c_2 \Delta = \frac{1}{m} \sum_j g_j (w_j \cdot x) Q w_j$, $Q = I - x x^\top$, which is correlated with the
    noise of the tensor. So $E$ has the bias $3 \frac{d - 1}{m} r E[\sigma(Z)^2 Z He_2(Z)] / c_2$, and $m^{1/2} |E|$ grows like $d^{1/2}$ at fixed $d/m$. Slack: in units of the exponent.
Reference
    wang2023, Proposition 5.6 as Algorithm 1 uses it: its proof takes $V^\top w_j$ for Gaussian.
Tight
    The condition is met by nearly all draws at these sizes ($|\Delta|$ near $.22$). For ReLU the bias is near $18 r d/m$, the standard deviation of $m^{1/2} E$ near $4.6 |r|$. Measured slope:
    $.3$ to $.4$, which tends to $1/2$. With other neurons, or from the other layer's gradient, the claim is reduced-tensor-rate.
Not checked
    Whether Theorem 5.1 still holds: at fixed $d/m$ the bias is of order $d/m$, below its rate $(d/m)^{1/2}$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/reused-neurons",
    title="The tensor may be reduced to a subspace found from the same neurons",
    kind="rate",
    origin="erratum",
    parameters={
        "quick": {
            "cases": [["relu", 180, [4, 48]]], "draws": [10, 1], "subspace": "reused", "replicates": 91, "tolerance": 0.08,
            "error_probability": 1e-4,
        },
        "standard": {
            "cases": [["relu", 200, [4, 96]], ["elu", 500, [4, 64]]], "draws": [20, 3], "subspace": "reused", "replicates": 41,
            "tolerance": 0.1, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"subspace": "split", "replicates": 19}},
)  # fmt: skip


def check(rng, *, cases, draws, subspace, replicates, tolerance, error_probability):
    from ...numerics.gradient_trials import conditional_tensor_error, slopes_of
    from ..deciders import conclude
    from ..witnesses import median

    parts = {}
    for activation, ratio, dimensions in cases:

        def error(d, activation=activation, ratio=ratio):
            m = ratio * (d - 1)
            return m**0.5 * conditional_tensor_error(activation, d, m, subspace, rng)

        slopes = slopes_of(error, dimensions, draws, replicates)
        parts[f"{activation}, m = {ratio} (d - 1)"] = median(slopes, "at most", 0.0, tolerance, error_probability / len(cases))
    return conclude({"decider": "all", "parts": parts})

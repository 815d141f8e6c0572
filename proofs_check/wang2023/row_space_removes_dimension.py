r"""With the exact span of the hidden gradient, the error of the moments does not grow with the dimension.

Setting
    One gradient of both layers for $B = 2$ random unit samples with labels $\pm 1$. The subspace is found from the gradient of the hidden weights, whose rows are combinations of the samples, the tensor by
    regression in it; the error is $\left( \frac{1}{B} \sum_i |x_i - \hat x_i|^2 \right)^{1/2}$ after matching up to signs.

    Parameters: `in_d` lists $m$ and two $d$; `draws` is the number of draws of which the median is taken at each $d$; `noise` is relative to the root mean square length of the
    rows of the hidden gradient.
Assumptions
    A1. The gradient of the hidden weights is used. (Broken: that of the output weights alone.)
    A2. It is exact. (Broken: noise.)
Statement
    The median slope of the error in $d$ is within the tolerance of $0$.
Reference
    Derived here. For the gradient of the output weights wang2023 has an error of order $(d/m)^{1/2}$ (Theorem 5.1).
Tight
    In the exact span the law of the problem depends on the products $x_i \cdot x_k$ and on $W$ only through $B$ Gaussian coordinates, so that $d$ enters through the law of the samples alone. Measured, with other seeds:
    slope near $0$, and $.6$ to $.8$ for the output weights alone at these sizes, where $(d - B)^{1/2}$ alone has $.58$. Slack: in units of the exponent.
Not checked
    With an exact gradient the moments are only a start: nonlinear least squares finds the samples to rounding error.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/row-space-removes-dimension",
    title="With the exact row space the error does not grow with the dimension",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "in_d": [600, [4, 256]], "draws": [1, 1], "route": "row space", "noise": 0.0, "replicates": 61,
            "tolerance": 0.3, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "tanh", "in_d": [1000, [4, 256]], "draws": [5, 5], "route": "row space", "noise": 0.0, "replicates": 121,
            "tolerance": 0.15, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"route": "regression", "replicates": 25}, "A2": {"noise": 0.3, "replicates": 31}},
)  # fmt: skip


def check(rng, *, activation, in_d, draws, route, noise, replicates, tolerance, error_probability):
    from ...numerics.gradient_route_trials import reconstruct
    from ...numerics.gradient_trials import slopes_of
    from ..deciders import conclude
    from ..witnesses import median

    m, dimensions = in_d
    slopes = slopes_of(
        lambda d: reconstruct(activation, 2, d, m, rng, route=route, noise=noise).error, dimensions, draws, replicates
    )
    return conclude(median(slopes, "equal", 0.0, tolerance, error_probability))

r"""Contracting the third moment with any unit vector finds the subspace at the rate $(d/m)^{1/2}$.

Setting
    $g_j = \sum_i r_i \sigma(w_j \cdot x_i)$ for an odd $\sigma$, where $c_2 = 0$: $V$ are the leading $B$ eigenvectors of $\frac{1}{m} \sum_j g_j H_3(w_j)(\cdot, \cdot, a)$ with a unit vector $a$, and the
    error is $\| V V^\top - U U^\top \|$, $U U^\top$ the projection onto the span of $B$ orthonormal samples.

    Parameters: `batches` lists $B$, $m / (d - B)$ and two $d$; `draws` is the number of draws of which the median is taken at each $d$.
Assumptions
    A1. $a$ is a unit vector with $a \cdot x_i = d^{-1/2}$, else random: what a random unit vector has in the root mean square. (Corrected: the normalized first
        moment of the same gradient.)
Statement
    As printed: the error is of order $(d/m)^{1/2}$ for any unit vector $a$. With $m = c (d - B)$ it would not grow with $d$: the median slope of the error in $d$ would be at most $0$, to a tolerance that leaves
    room for logarithms. It fails: the eigenvalues are $r_i c_3 (a \cdot x_i)$, of order $d^{-1/2}$, while the noise has order $(d/m)^{1/2}$, so that the error is of order $d / m^{1/2}$, until it
    reaches $1$. Slack: in units of the exponent.
Reference
    wang2023, Remark 3 after Theorem 5.1 ("a any unit vector").
Tight
    Measured slopes, with other seeds: near $.45$ at $B = 1$ and $B = 2$, for $a$ as in A1, a little below $1/2$ as the error cannot exceed $1$; near $.1$ for the first
    moment, most of it because a median of three draws stands at the smaller $d$. So this step needs $m$ much larger than $d^2$. With the first moment it needs $m$ much larger than $d$, unless
    the first moment is nearly orthogonal to a sample.
Not checked
    Remark 4 contracts the moment of order $4$ with $a$ after the subspace has been found: there the weights have order $d^{-1/2}$ and the noise in $B$ dimensions order $m^{-1/2}$, so that
    the error of the tensor has order $(d/m)^{1/2}$ in place of $m^{-1/2}$, which is within the rate of the theorem, at a larger power of $B$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/random-contraction",
    title="Any unit vector serves to contract the third moment",
    kind="rate",
    origin="erratum",
    parameters={
        "quick": {
            "activation": "tanh", "batches": [[1, 500, [4, 32]]], "draws": [3, 1], "direction": "typical", "replicates": 49,
            "tolerance": 0.15, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "tanh", "batches": [[1, 800, [4, 48]], [2, 2000, [4, 24]]], "draws": [3, 1], "direction": "typical",
            "replicates": 61, "tolerance": 0.15, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"direction": "first moment", "replicates": 19}},
)  # fmt: skip


def check(rng, *, activation, batches, draws, direction, replicates, tolerance, error_probability):
    from ...numerics.gradient_trials import Problem, contracted_span_error, slopes_of
    from ..deciders import conclude
    from ..witnesses import median

    parts = {}
    for B, ratio, dimensions in batches:

        def error(d, B=B, ratio=ratio):
            problem = Problem.draw(activation, B, d, ratio * (d - B), rng, orthonormal=True)
            return contracted_span_error(problem, direction, rng)

        slopes = slopes_of(error, dimensions, draws, replicates)
        parts[f"B = {B}, m = {ratio} (d - B)"] = median(slopes, "at most", 0.0, tolerance, error_probability / len(batches))
    return conclude({"decider": "all", "parts": parts})

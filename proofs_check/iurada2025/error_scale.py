r"""Noise on the parameters blurs a sample in inverse proportion to its coefficient.

Setting
    $\theta = \sum_i a_i \sigma(V x_i) + \sigma_0 \xi$ with $\xi$ standard Gaussian; least-squares reconstruction $\hat x_i$.
Assumptions
    A1. The noise enters the parameters, not the data before training.
    A2. The variance of the error of sample $i$ is multiplied by $a_i^2$. (Broken: by nothing.)
Statement
    To first order $E\|\hat x_i - x_i\|^2 = \sigma_0^2\, \mathrm{tr}\, [(J_1^\top J_1)^{-1}]_{ii} / a_i^2$, where $J_1$ is the
    Jacobian with its data columns divided by $a_i$. So error times $|a_i|$ does not depend on $a$.
Reference
    Derived here; explains which samples iurada2025 recovers last.
Tight
    The identity is decided exactly over the rationals. The rate is sampled: the median slope of $\log$ error against
    $\log |a_i|$ over independent problems lies within the tolerance of $-1$. Slack: in units of the exponent.
Not checked
    Noise beyond first order, where samples with small coefficients are lost altogether.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/error-scale",
    title="The error of a sample times its coefficient does not depend on the coefficients",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "relu+tanh", "n": 6, "d": 8, "factor": 4, "replicates": 120, "noise": "parameters",
            "tolerance": 0.1, "scaled_by": "squared coefficient", "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "n": 10, "d": 20, "factor": 4, "replicates": 150, "noise": "parameters",
            "tolerance": 0.05, "scaled_by": "squared coefficient", "error_probability": 1e-4,
        },
    },
    controls={"A1": {"noise": "data"}, "A2": {"scaled_by": "nothing"}},
)  # fmt: skip


def check(rng, *, activation, n, d, factor, replicates, noise, tolerance, scaled_by, error_probability):
    from ...numerics.noise import error_slope
    from ...theory.errors import one_of
    from ...theory.rationals import draw_integers
    from ..deciders import conclude
    from ..witnesses import median

    one_of("noise", noise, ("parameters", "data"))
    slopes = [error_slope(activation, n, d, factor * n * d, noise, rng) for _ in range(replicates)]
    identity = {
        "decider": "linear",
        "statement": "error-scale",
        "activation": "power:3",
        "V": draw_integers(rng, 20, 4),
        "X": draw_integers(rng, 3, 4),
        "a": draw_integers(rng, 2, 3),
        "scaled_by": scaled_by,
    }
    rate = median(slopes, "equal", -1.0, tolerance, error_probability)
    return conclude({"decider": "all", "parts": {"identity": identity, "rate": rate}})

r"""The error bars of a certificate, one for each sample, are right on average and are never exceeded.

Setting
    $\theta = \sum_i a_i \sigma(V x_i) + \sigma_0 \xi$ with $\xi$ standard Gaussian and $|a_i|$ spread over a decade; least-squares
    reconstruction. The certificate bounds the error of sample $i$ by $b_i = |\delta|\, \| [J^+]_i \|_F$, where $[J^+]_i$ are the
    rows of the pseudo-inverse of the Jacobian that belong to it, and $|\delta| = \sigma_0 \sqrt{p}$ is estimated from the residual.
Assumptions
    A1. The noise is small: the first order decides.
    A2. The Jacobian is taken with the coefficients in it. (Broken: with all of them equal to their root mean square.)
Statement
    To first order the error $\epsilon_i$ is $\sigma_0 [J^+]_i \xi$, so that $|\epsilon_i|^2$ is a weighted sum of chi-squares of mean
    $\sigma_0^2 \| [J^+]_i \|_F^2 = b_i^2 / p$. The mean over the samples of $p\, |\epsilon_i|^2 / b_i^2$ has a median over independent
    problems within the tolerance of one, and all errors are below their $b_i$ with probability at least `covered`.
Reference
    Derived here: Theorem 7.1 and section 7.2 of `docs/random_features.md`.
Tight
    The mean of the ratio is one; its median is a little less, and estimating the noise from $p - nd$ degrees of freedom raises it
    by about $2/(p - nd)$: both lie far inside the tolerance. The bounds $b_i$ hold for every $\delta$ and are $\sqrt p$ times
    larger than the errors that isotropic noise makes. Slack: in units of the ratio, or of probability.
Not checked
    Noise that is not isotropic, or not small.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/error-bars",
    title="Squared errors over their predicted means average to one",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "n": 4, "d": 8, "factor": 4, "replicates": 150, "level": 1e-7, "bars": "certificate",
            "tolerance": 0.3, "covered": 0.8, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "n": 6, "d": 20, "factor": 4, "replicates": 300, "level": 1e-7, "bars": "certificate",
            "tolerance": 0.15, "covered": 0.9, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"level": 0.5}, "A2": {"bars": "without coefficients"}},
)  # fmt: skip


def check(rng, *, activation, n, d, factor, replicates, level, bars, tolerance, covered, error_probability):
    from ...numerics.error_bars import error_ratios
    from ..deciders import conclude
    from ..witnesses import binomial, median

    found = [error_ratios(activation, n, d, factor * n * d, level, bars, rng) for _ in range(replicates)]
    inside = sum(within for _, within in found)
    parts = {
        "mean ratio": median([ratio for ratio, _ in found], "equal", 1.0, tolerance, error_probability / 2),
        "all errors below their bounds": binomial(inside, replicates, "at least", covered, error_probability / 2),
    }
    return conclude({"decider": "all", "parts": parts})

r"""If the initial parameters are not known, no data are claimed; if they are, the data come back.

Setting
    The attacker sees $\theta$ instead of $\theta - \theta_0 = \sum_i a_i \varphi(x_i)$. The initial $\theta_0$ is Gaussian and
    independent of all else, $s$ times as large as $\theta - \theta_0$. $V$, $X$ on the sphere of radius $\sqrt d$ and
    $a \sim N(0, I)$ are drawn anew for each trial.
Assumptions
    A1. $\theta_0$ is not known. (Broken: it is subtracted.)
    A2. $p > nd$. (Broken: at $p = 0.9\, nd$ wrong data meet $\theta$, whatever it is.)
    A3. $\theta_0$ is well above the rounding of $\theta$. (Broken: $s = 10^{-14}$.)
Statement
    $\theta_0$ acts as noise of dimension $p$. The values of $n$ samples are the image of $nd$ parameters, so that with
    probability one no $n$ samples meet $\theta$. The search neither reaches a residual at rounding level nor identifies data,
    except with probability at most `at_most` for each $s$. For small $s$ the relative residual it reaches is
    $s \sqrt{1 - nd/p}$: the best $n$ samples explain as much of $\theta_0$ as their $nd$ tangent directions do. The median of
    the quotient is one up to the tolerance. With $\theta_0$ known the data are identified with probability at least `at_least`.
Reference
    Derived, as section 7 of `docs/random_features.md`. iurada2025 inverts $\theta - \theta_0$ (second-hand: its code).
Tight
    Only how near the residual comes to zero is sampled; that it is not zero follows from $p > nd$. Slack: distance of the
    confidence limit to the bound, in probability or in units of the quotient.
Not checked
    How good the samples are that the search returns: see `iurada2025/noise-and-quantization`. A $\theta_0$ that depends on $V$,
    or whose seed can be guessed.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/unknown-initialization",
    title="Unknown initial parameters act as noise, and nothing is claimed",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "n": 3, "d": 6, "times": 4, "small": [1e-4], "large": [1.0], "known": False, "trials": 24,
            "at_most": 0.5, "tolerance": 0.3, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "n": 5, "d": 10, "times": 4, "small": [1e-8, 1e-4], "large": [1.0, 10.0],
            "known": False, "trials": 60, "at_most": 0.25, "tolerance": 0.15, "at_least": 0.6, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"known": True, "large": []},
        "A2": {"times": 0.9, "large": []},
        "A3": {"small": [1e-14], "large": [], "trials": 16},
    },
)  # fmt: skip


def check(rng, *, activation, n, d, times, small, large, known, trials, at_most, tolerance, at_least, error_probability):
    from functools import partial

    from ...numerics.initialization import expected_residual, with_initialization
    from ...numerics.outcomes import outcomes
    from ..deciders import conclude
    from ..witnesses import binomial, median

    p, share = round(times * n * d), error_probability / (2 * len(small) + len(large) + 1)
    parts = {}
    for size in [*small, *large]:
        found = outcomes(partial(with_initialization, activation, n, d, p, size, known), trials, rng, starts=1)
        parts[f"s = {size:g}: met or claimed"] = binomial(found.claimed, trials, "at most", at_most, share)
        if size in small:
            quotients = [residual / expected_residual(n, d, p, size) for residual in found.residuals]
            parts[f"s = {size:g}: residual over its prediction"] = median(quotients, "equal", 1.0, tolerance, share)
    found = outcomes(partial(with_initialization, activation, n, d, p, 1.0, True), trials, rng)
    parts["theta_0 known: identified"] = binomial(found.identified, trials, "at least", at_least, share)
    return conclude({"decider": "all", "parts": parts})

r"""Information on a Gaussian variable contracts by the squared correlation.

Setting
    $A$ and $B$ are standard normal with correlation $\sqrt{\rho}$. $M$ is $B$ with independent Gaussian noise of variance $s$, or the bit
    $1\{B \ge t\}$.
Assumptions
    A1. The pair is jointly Gaussian. (Broken: $A = B$ with probability $\sqrt{\rho}$ and independent of $B$ otherwise, which has the same correlation.)
    A2. The constant is $\rho$. (Broken: $\rho^2$.)
Statement
    $I(M; A) \le \rho I(M; B)$. Slack: $1 - I(M; A) / (\rho I(M; B))$.
Reference
    feldman2025, Fact 2, for one coordinate; known long before the paper.
Tight
    With noise the ratio tends to $\rho$ as $s \to \infty$: $I(M; A) = -\frac{1}{2} \log(1 - \rho / (1 + s))$,
    $I(M; B) = \frac{1}{2} \log(1 + 1/s)$. Large noise is among the instances. For thresholds $I(M; A)$ is a certified integral.
Not checked
    Other outputs, and more than one coordinate.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/gaussian-contraction",
    title="Information on a Gaussian variable contracts by the squared correlation",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {"rhos": ["1/4", "9/10"], "noises": ["1/10", "1", "1000"], "thresholds": ["0", "2"], "pair": "gaussian", "power": 1},
        "standard": {
            "rhos": ["1/100", "1/4", "1/2", "9/10", "99/100"], "noises": ["1/1000", "1/10", "1", "10", "1000", "1000000"],
            "thresholds": ["-1", "0", "1/2", "2", "4"], "pair": "gaussian", "power": 1,
        },
    },
    controls={"A1": {"pair": "mixture"}, "A2": {"power": 2}},
)  # fmt: skip


def check(rng, *, rhos, noises, thresholds, pair, power):
    from ..deciders import conclude

    parts = {}
    for rho in rhos:
        common = {"decider": "gaussian_information", "rho": rho, "power": power}
        for noise in noises:
            parts[f"rho = {rho}, noise {noise}"] = {**common, "statement": "noisy", "noise": noise}
        for t in thresholds:
            parts[f"rho = {rho}, threshold {t}"] = {**common, "statement": "threshold", "threshold": t, "pair": pair}
    return conclude({"decider": "all", "parts": parts})

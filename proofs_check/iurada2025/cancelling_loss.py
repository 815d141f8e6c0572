r"""In single precision the loss by its usual formula cannot be told from zero below $10^{-7}$; as a residual it can.

Setting
    $L = \min_c |\theta - \Phi^\top c|^2 / |\theta|^2$ at the true data, by two formulas with the same solution $c$ of the normal
    equations: $1 - \theta^\top \Phi^\top c / |\theta|^2$, which cancels, and $|\theta - \Phi^\top c|^2 / |\theta|^2$. ReLU features
    and $\theta$ are integers below $2^{24}$, exact in single precision; the true $L$ is computed over the rationals.
Assumptions
    A1. Single precision.
    A2. The loss is small: $\theta$ is changed by one unit, and $L$ is about $10^{-11}$.
Statement
    The median over independent problems of $\log_{10}$ of the error is at least $-8$ for the cancelling formula, at most $-12$ for
    the residual; and the cancelling formula is wrong by more than a hundred times $L$.
Reference
    iurada2025, official code (second-hand: read, not run): single precision, the cancelling formula, and a stop at a loss of
    $10^{-7}$, about one rounding of $1$.
Tight
    The error of the cancelling formula is about one rounding of $1$, $6 \cdot 10^{-8}$, whatever the loss. Slack: in decimal digits.
Not checked
    Ill-conditioned features, where the solution $c$ itself loses digits in both formulas.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/cancelling-loss",
    title="The cancelling form of the loss has a floor near 1e-7 in single precision, the residual form none",
    kind="inequality",
    origin="second-hand",
    parameters={
        "quick": {
            "precision": "single", "noise": 1, "n": 5, "d": 12, "p": 150, "replicates": 200, "floor": -8.0,
            "resolved": -12.0, "error_probability": 1e-4,
        },
        "standard": {
            "precision": "single", "noise": 1, "n": 10, "d": 12, "p": 1000, "replicates": 400, "floor": -8.0,
            "resolved": -12.0, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"precision": "double"}, "A2": {"noise": 10000}},
)  # fmt: skip


def check(rng, *, precision, noise, n, d, p, replicates, floor, resolved, error_probability):
    from math import log10

    from ...numerics.loss_forms import loss_errors
    from ..deciders import conclude
    from ..witnesses import median

    found = [loss_errors(precision, noise, n, d, p, rng) for _ in range(replicates)]
    share = error_probability / 3
    logs = [[log10(max(value, 1e-30)) for value in row] for row in found]
    parts = {
        "cancelling": median([c for c, _, _ in logs], "at least", floor, 0.0, share),
        "residual": median([r for _, r, _ in logs], "at most", resolved, 0.0, share),
        "cancelling against the loss": median([c - e for c, _, e in logs], "at least", 2.0, 0.0, share),
    }
    return conclude({"decider": "all", "parts": parts})

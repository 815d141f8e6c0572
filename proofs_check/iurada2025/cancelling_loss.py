r"""In single precision the loss by its usual formula cannot be told from zero below $10^{-7}$; as a residual it can.

Setting
    $L = \min_c |\theta - \Phi^\top c|^2 / |\theta|^2$ at the true data, by two formulas with the same solution $c$ of the normal
    equations: $1 - \theta^\top \Phi^\top c / |\theta|^2$, which cancels, and $|\theta - \Phi^\top c|^2 / |\theta|^2$. ReLU features
    and $\theta$ are integers below $2^{24}$, exact in single precision; the true $L$ is computed over the rationals.
Assumptions
    A1. Single precision.
    A2. The loss is small: $\theta$ is changed by one unit, and $L$ is about $10^{-11}$.
Statement
    With probability at least `often` over independent problems the cancelling formula is off by more than $10^{-8}$ and by more
    than a hundred times $L$. The median of $\log_{10}$ of the error of the residual is at most $-12$.
Reference
    iurada2025, official code (second-hand: read, not run): single precision, the cancelling formula, and a stop at a loss of
    $10^{-7}$, about one rounding of $1$.
Tight
    The error of the cancelling formula is a few roundings of $1$, $6 \cdot 10^{-8}$ each, whatever the loss; in about a third of
    the problems the roundings cancel and it returns exactly zero, so that no median is stated. Slack: in probability, or in
    decimal digits.
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
            "precision": "single", "noise": 1, "n": 5, "d": 12, "p": 150, "replicates": 200, "often": 0.25,
            "resolved": -12.0, "error_probability": 1e-4,
        },
        "standard": {
            "precision": "single", "noise": 1, "n": 10, "d": 12, "p": 1000, "replicates": 400, "often": 0.25,
            "resolved": -12.0, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"precision": "double"}, "A2": {"noise": 10000}},
)  # fmt: skip


def check(rng, *, precision, noise, n, d, p, replicates, often, resolved, error_probability):
    from math import log10

    from ...numerics.loss_forms import loss_errors
    from ..deciders import conclude
    from ..witnesses import binomial, median

    found = [loss_errors(precision, noise, n, d, p, rng) for _ in range(replicates)]
    off = sum(cancelling > max(1e-8, 100 * exact) for cancelling, _, exact in found)
    logs = [log10(max(residual, 1e-30)) for _, residual, _ in found]
    parts = {
        "cancelling formula": binomial(off, replicates, "at least", often, error_probability / 2),
        "residual": median(logs, "at most", resolved, 0.0, error_probability / 2),
    }
    return conclude({"decider": "all", "parts": parts}, median_loss=sorted(exact for _, _, exact in found)[replicates // 2])

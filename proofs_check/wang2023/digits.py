r"""Handwritten digits come back from one gradient, with their labels.

Setting
    A batch of $B$ digits ($8 \times 8$ pixels, $d = 64$, standardized, then each of norm 1), labels $y = \pm 1$ for odd and even
    digits; a two-layer network of width $m$ at Gaussian weights; the gradient of $\sum_i (f(x_i) - y_i)^2$ by both layers.

    Parameters: `claimed_scale`, the factor of the loss as the attacker takes it.
Assumptions
    A1. The width $m$ is at least fifty times $B$ at the sizes checked. (Broken: fewer neurons than samples, $m < B$, where the
    row space of the gradient is smaller than the span of the samples.)
    A2. The attacker knows the factor of the loss.
    A3. Every sample has a residual $f(x_i) - y_i \ne 0$. (Broken: the first label is the network's own output.)
Statement
    Samples and labels are found to the stated relative error, up to $(x, y) \to (-x, -y)$ for tanh, and their gradient is the one
    observed, to rounding.
Reference
    The experiment of wang2023, section 6, on real images, by the package's own method: the span of the samples is the row space
    of the gradient of the hidden weights, and what is left is the problem of iurada2025 in as many dimensions as samples.
Tight
    Slack: $\log_{10}$ of tolerance over residual or error, whichever is nearer.
Not checked
    Floating evidence: it is checked that the batch found is the truth, not that no other batch exists. Widths between $B$ and those checked.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/digits",
    title="Handwritten digits and their labels are reconstructed from one gradient",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "relu", "B": 6, "m": 300, "claimed_scale": 1.0, "trace": True, "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
        "standard": {
            "activation": "tanh", "B": 16, "m": 1000, "claimed_scale": 1.0, "trace": True, "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
    },
    controls={"A1": {"B": 6, "m": 5}, "A2": {"claimed_scale": 0.5}, "A3": {"trace": False}},
)  # fmt: skip


def check(rng, *, activation, B, m, claimed_scale, trace, residual_tolerance, error_tolerance):
    import numpy as np

    from ...numerics import datasets
    from ...numerics.batch_recovery import recover_batch
    from ...numerics.random_features import to_sphere
    from ..deciders import conclude

    digits = datasets.digits().subset(B, rng)
    assert digits.labels is not None and digits.image_shape is not None
    X, y = to_sphere(digits.X, 1.0), np.where(digits.labels % 2 == 1, 1.0, -1.0)
    witness, found = recover_batch(
        X, y, activation, m, rng, claimed_scale=claimed_scale, trace=trace, image_shape=digits.image_shape
    )
    witness |= {"residual_tolerance": residual_tolerance, "error_tolerance": error_tolerance}
    return conclude(witness, outcome=found.outcome, reason_of_the_inversion=found.reason)

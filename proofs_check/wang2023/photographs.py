r"""Colour patches of photographs come back from one gradient, with their labels.

Setting
    Colour patches of scikit-learn's two sample photographs ($16 \times 16$ pixels, $d = 768$, or $32 \times 32$, $d = 3072$), each
    colour less its mean, each patch of norm 1; labels independent standard normal numbers; a two-layer network of width $m$ at
    Gaussian weights; the gradient of $\sum_i (f(x_i) - y_i)^2$ by both layers.
Assumptions
    A1. The width $m$ is at least 37 times $B$ at the sizes checked. It may be below $d$. (Broken: fewer neurons than samples, $m < B$, where the
    row space of the gradient is smaller than the span of the samples.)
    A2. The gradient of the hidden weights is the exact one. (Broken: single precision.)
Statement
    Samples and labels are found to the stated relative error, up to $(x, y) \to (-x, -y)$ for tanh, and their gradient is the one
    observed, to rounding.
Reference
    As `wang2023/digits`, on images with more pixels than the network has neurons.
Tight
    Slack: $\log_{10}$ of tolerance over residual or error, whichever is nearer.
Not checked
    Floating evidence: it is checked that the batch found is the truth, not that no other batch exists. Widths between $B$ and those checked. Means and contrasts of
    the patches, which are removed before.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/photographs",
    title="Colour patches of photographs are reconstructed from one gradient",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "gelu", "size": 16, "B": 4, "m": 150, "precision": "double", "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
        "standard": {
            "activation": "tanh", "size": 32, "B": 6, "m": 600, "precision": "double", "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
    },
    controls={"A1": {"B": 4, "m": 3}, "A2": {"precision": "single"}},
)  # fmt: skip


def check(rng, *, activation, size, B, m, precision, residual_tolerance, error_tolerance):
    from ...numerics.batch_recovery import recover_batch
    from ...numerics.patches import contrast_patches
    from ...numerics.random_features import to_sphere
    from ..deciders import conclude

    patches = contrast_patches(size, colour=True)
    X = to_sphere(patches[rng.choice(len(patches), B, replace=False)], 1.0)
    witness, found = recover_batch(
        X, rng.standard_normal(B), activation, m, rng, precision=precision, image_shape=(size, size, 3)
    )
    witness |= {"residual_tolerance": residual_tolerance, "error_tolerance": error_tolerance}
    return conclude(witness, outcome=found.outcome, reason_of_the_inversion=found.reason)

r"""Patches of photographs come back from the parameters of a trained model.

Setting
    Grey $8 \times 8$ patches ($d = 64$) of scikit-learn's two sample photographs: the mean of the three colours, each patch less
    its own mean and scaled to norm $\sqrt d$; patches without any contrast are left out. Random features trained by
    minimum-norm least squares on noisy linear labels. The attack sees $\theta$, $V$ and $n$.
Assumptions
    A1. There are more equations than unknowns: $p$ is four times $nd$. (Broken: $p = 180$.)
Statement
    All $n$ patches are found, up to sign for tanh, to the stated relative error, and $\theta$ is met to rounding.
Reference
    The experiment of iurada2025 on real images, by the package's own method.
Tight
    Slack: $\log_{10}$ of tolerance over residual or error, whichever is nearer.
Not checked
    Floating evidence: it is checked that the data found are the truth, not that no other data exist. Mean and contrast of each
    patch, which are removed before training. Patches that keep their mean point in almost the same direction, as bright or dark
    ones do: then searches at this $p$ often stall for ReLU.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/photographs",
    title="Patches of photographs are reconstructed from trained parameters",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"activation": "tanh", "n": 3, "p": 768, "starts": 4, "residual_tolerance": 1e-11, "error_tolerance": 1e-6},
        "standard": {
            "activation": "relu+tanh", "n": 6, "p": 1536, "starts": 6, "residual_tolerance": 1e-11, "error_tolerance": 1e-6,
        },
    },
    controls={"A1": {"p": 180}},
)  # fmt: skip


def check(rng, *, activation, n, p, starts, residual_tolerance, error_tolerance):
    from ...numerics.image_recovery import recover_images
    from ...numerics.patches import contrast_patches
    from ..deciders import conclude

    patches = contrast_patches(8)
    truth = patches[rng.choice(len(patches), n, replace=False)]
    witness, found = recover_images(truth, (8, 8), activation, p, starts, rng)
    witness |= {"residual_tolerance": residual_tolerance, "error_tolerance": error_tolerance}
    return conclude(witness, outcome=found.outcome, certificate=found.certificate.reason, starts=len(found.history))

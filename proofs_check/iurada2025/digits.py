r"""Real images come back from the parameters of a trained model.

Setting
    Handwritten digits ($8 \times 8$, $d = 64$, standardized globally and scaled to norm $\sqrt{d}$), random features trained by
    minimum-norm least squares on linear labels. The attack sees $\theta$, $V$ and $n$.
Assumptions
    A1. There are more equations than unknowns: $p > nd$.
Statement
    All $n$ digits are found, up to sign for tanh, to the stated relative error, and $\theta$ is met to rounding.
Reference
    The experiment of iurada2025 on real images, by the package's own method.
Tight
    Slack: $\log_{10}$ of tolerance over residual or error, whichever is nearer.
Not checked
    Floating evidence: it is checked that the data found are the truth, not that no other data exist. The digits span
    62 of 64 dimensions only.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/digits",
    title="Handwritten digits are reconstructed from trained parameters",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh",
            "n": 6,
            "p": 1536,
            "starts": 4,
            "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
        "standard": {
            "activation": "relu+tanh",
            "n": 10,
            "p": 2560,
            "starts": 6,
            "residual_tolerance": 1e-11,
            "error_tolerance": 1e-6,
        },
    },
    controls={"A1": {"p": 300}},
)


def check(rng, *, activation, n, p, starts, residual_tolerance, error_tolerance):
    from ...numerics import datasets
    from ...numerics.image_recovery import recover_images
    from ..deciders import conclude

    digits = datasets.digits()
    witness, found = recover_images(digits.subset(n, rng).X, digits.image_shape or (), activation, p, starts, rng)
    witness |= {"residual_tolerance": residual_tolerance, "error_tolerance": error_tolerance}
    return conclude(witness, outcome=found.outcome, certificate=found.certificate.reason, starts=len(found.history))

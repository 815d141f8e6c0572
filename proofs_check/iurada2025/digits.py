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
    import numpy as np

    from ...numerics import datasets
    from ...numerics.inversion import invert
    from ...numerics.matching import match
    from ...numerics.random_features import RandomFeatures
    from ..deciders import conclude

    digits = datasets.digits()
    sample = digits.subset(n, rng)
    d = sample.X.shape[1]
    model = RandomFeatures.gaussian(p, d, activation, rng)
    labels = sample.X @ rng.standard_normal(d) / np.sqrt(d) + 0.5 * rng.standard_normal(n)
    theta = model.fit(sample.X, labels)
    found = invert(theta, model, n, seed=rng, starts=starts)
    matched = match(sample.X, found.samples, symmetry=found.symmetry.matching)
    witness = {
        "decider": "superposition",
        "statement": "recovered",
        "activation": activation,
        "V": model.V,
        "theta": theta[:, None],
        "samples": matched.aligned,
        "coefficients": model.coefficients(matched.aligned, theta)[:, None],
        "truth": sample.X,
        "symmetry": "sign" if found.symmetry.sign else "none",
        "residual_tolerance": residual_tolerance,
        "error_tolerance": error_tolerance,
        "image_shape": list(digits.image_shape or ()),
    }
    return conclude(witness, outcome=found.outcome, certificate=found.certificate.reason, starts=len(found.history))

r"""Two samples: the features of one are far from the tangent space of the other, unless the samples are close.

Setting
    $n = 2$ samples on the sphere, $\langle x_1, x_2 \rangle / d = t$. $r$ is the squared distance of $\varphi(x_2)$ from the span of $\varphi(x_1)$ and
    $D V t_k$, with $D = \mathrm{diag}\, \sigma'(V x_1)$ and $t_k$ a basis of the tangents at $x_1$, as a share of $\| \varphi(x_2) \|^2$ and
    divided by $1 - d/p$.

    Parameters: `cases` lists activation, $t$, and the bound on $r$; `exponents` activation and exponent.
Assumptions
    A1. $\sigma$ is not linear.
    A2. $p \gg d$.
    A3. The samples are not close, where a bound is stated: $t$ is away from $1$, for odd $\sigma$ also from $-1$.
Statement
    $r$ is at least the bound at the listed $t$, and within the tolerance of its limit $1 - [\kappa(t)^2 / \kappa(1) + (1 - t^2) \kappa'(t)^2 / \kappa'(1)] / \kappa(1)$.
    As the angle between the samples tends to $0$, $r$ vanishes with its fourth power for smooth $\sigma$, with its third for ReLU.
Reference
    The mechanism of iurada2025, Theorem 2 (second-hand; its constants and rates are not known here): were both rows of a candidate close to
    $x_1$, $\varphi(x_2)$ would nearly lie in this span. The limit is derived here by Stein's identity.
Tight
    Two-sided. Measured, the median of $r$ is within $.003$ of its limit at the sizes of the check. The exponents are those of the limit: at finite
    angles its own slope is lower, between $.05$ and $.3$ it is $3.92$ for tanh and $2.96$ for ReLU, between $.04$ and $.25$ $3.95$ and $2.97$, and the measured medians
    agree with it to $.02$. The exponents say how the separation of the samples enters a bound: not through $\| x_1 - x_2 \|^2$ but its square. Slack: in units
    of $r$, or of the exponent.
Not checked
    The theorem, which is uniform over candidates; terms of second order in the distance of the rows from $x_1$.
"""

from ..claim import Claim

COMMON = {"d": 12, "tolerance": 0.02, "replicates": 141, "exponent_tolerance": 0.2, "error_probability": 1e-4}

CLAIM = Claim(
    id="iurada2025/tangent-distance",
    title="For two samples the features of one stay off the tangent space of the other",
    kind="rate",
    origin="second-hand",
    parameters={
        "quick": COMMON | {
            "cases": [["tanh", 0.0, 0.15], ["tanh", 0.5, 0.1], ["relu", 0.5, 0.15], ["relu", -0.5, 0.5]],
            "exponents": [["tanh", 4.0], ["relu", 3.0]], "p": 3600, "angles": [0.05, 0.3],
        },
        "standard": COMMON | {
            "cases": [["tanh", 0.0, 0.15], ["tanh", -0.5, 0.1], ["erf", 0.5, 0.1], ["relu", 0.5, 0.15], ["softplus", 0.0, 0.2]],
            "exponents": [["tanh", 4.0], ["erf", 4.0], ["relu", 3.0]], "p": 6000, "angles": [0.04, 0.25], "replicates": 201,
            "tolerance": 0.01, "exponent_tolerance": 0.15,
        },
    },
    controls={
        "A1": {"cases": [["power:1", 0.5, 0.1]], "exponents": []},
        "A2": {"p": 12},
        "A3": {"cases": [["tanh", 0.95, 0.1], ["tanh", -0.95, 0.1]], "exponents": []},
    },
)  # fmt: skip


def check(rng, *, cases, exponents, d, p, angles, tolerance, replicates, exponent_tolerance, error_probability):
    from ...numerics.random_features import RandomFeatures
    from ...numerics.tangent import aligned_samples, population_share, slope_in_angle, tangent_share
    from ..deciders import conclude

    share = error_probability / (2 * len(cases) + len(exponents))
    common = {"decider": "statistical", "method": "slope", "error_probability": share}
    parts = {}
    for activation, t, bound in cases:
        samples = [aligned_samples(2, d, t, rng) for _ in range(replicates)]
        found = [tangent_share(RandomFeatures.gaussian(p, d, activation, rng), X) for X in samples]
        parts[f"{activation}, t = {t:g}: distance"] = common | {
            "relation": "at least", "exponent": bound, "tolerance": 0.0, "slopes": found,
        }  # fmt: skip
        parts[f"{activation}, t = {t:g}: limit"] = common | {
            "relation": "equal", "exponent": population_share(activation, samples[0]), "tolerance": tolerance, "slopes": found,
        }  # fmt: skip
    for activation, exponent in exponents if p > d else []:
        parts[f"{activation}: in the angle"] = common | {
            "relation": "equal", "exponent": exponent, "tolerance": exponent_tolerance,
            "slopes": [slope_in_angle(activation, d, p, angles, rng) for _ in range(replicates)],
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

r"""Noise on the parameters, or rounding them to few bits, moves the samples found in proportion, as the error bars say.

Setting
    $\theta = \sum_i a_i \sigma(V x_i) + \delta$ with $|a_i|$ spread over a decade and samples on a sphere. $\delta$ is Gaussian
    noise, or the error of rounding each $\theta_j$ to the nearest of $2^b$ equally spaced values over the range of $\theta$, or
    to float32 or float16. Least-squares reconstruction.
Assumptions
    A1. The perturbation is small, $b \ge 8$ bits: the first order decides. (Broken: 1 to 3 bits.)
    A2. There are several times as many equations as unknowns, `spare` more. (Broken: $p = nd + 2$.)
    A3. $\delta$ is the noise the error bars assume, without a preferred direction. (Broken: $\delta$ is the first-order
        change of $\theta$ when the samples move, which least squares takes for data.)
Statement
    The root mean square of the errors of the samples is proportional to $|\delta|$: within one problem its slope against
    $|\delta|$ on logarithmic axes has the median one, up to the tolerance. The constant is that of the certificate's error bars:
    the mean of $p\, |\epsilon_i|^2 / b_i^2$ over samples and sizes has the median one, up to its tolerance, for Gaussian noise
    and for equally spaced values alike. For all perturbations together, all errors are below their $b_i$ with probability at
    least `covered`. The search, which does not know the samples, ends in `stalled`, and its best samples have errors below
    their $b_i$ with probability at least `covered`.
Reference
    Derived: Theorem 7.1 and section 7.2 of `docs/random_features.md`.
Tight
    The median of the mean ratio is a little below its mean, one. Slopes and constants are measured at the minimum next to the
    true samples, reached from them; only the last part is a search. Slack: in the unit of the part that is nearest.
Not checked
    Rounding to floats has errors proportional to $|\theta_j|$, which is a preferred direction: for tanh its mean ratio is 1.2 or
    so, and only the bounds are claimed of it. A search at noise of the size of $\theta$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/noise-and-quantization",
    title="Errors of the samples are linear in noise and rounding of theta",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "n": 4, "d": 8, "spare": 96, "replicates": 40, "searches": 20,
            "gaussian": ["gaussian:1e-6", "gaussian:1e-5", "gaussian:1e-4"], "bits": ["bits:20", "bits:14", "bits:8"],
            "floats": ["float16"], "slope_tolerance": 0.2, "ratio_tolerance": 0.5, "covered": 0.4,
            "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "n": 5, "d": 12, "spare": 180, "replicates": 200, "searches": 100,
            "gaussian": ["gaussian:1e-7", "gaussian:1e-6", "gaussian:1e-5", "gaussian:1e-4"],
            "bits": ["bits:24", "bits:20", "bits:16", "bits:12"],
            "floats": ["float32", "float16"], "slope_tolerance": 0.05, "ratio_tolerance": 0.2, "covered": 0.8,
            "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"bits": ["bits:3", "bits:2", "bits:1"], "searches": 2},
        "A2": {"spare": 2, "searches": 2},
        "A3": {"gaussian": ["tangent:1e-6", "tangent:1e-5", "tangent:1e-4"], "searches": 2, "replicates": 20},
    },
)  # fmt: skip


def check(
    rng, *, activation, n, d, spare, replicates, searches, gaussian, bits, floats, slope_tolerance, ratio_tolerance, covered,
    error_probability,
):  # fmt: skip
    from statistics import fmean

    from ...numerics.perturbation import effects
    from ...theory.intervals import slope
    from ..deciders import conclude
    from ..witnesses import binomial, median

    p, share, parts, used = n * d + spare, error_probability / 6, {}, [*gaussian, *bits, *floats]
    found = [effects(activation, n, d, p, used, "truth", rng) for _ in range(replicates)]
    for name, part in (("noise", slice(len(gaussian))), ("bits", slice(len(gaussian), len(gaussian) + len(bits)))):
        slopes = [slope([e.size for e in row[part]], [e.error for e in row[part]]) for row in found]
        parts[f"{name}: slope"] = median(slopes, "equal", 1.0, slope_tolerance, share)
        ratios = [fmean(e.ratio for e in row[part]) for row in found]
        parts[f"{name}: constant"] = median(ratios, "equal", 1.0, ratio_tolerance, share)
    inside = sum(all(e.inside for e in row) for row in found)
    parts["all errors below their bounds"] = binomial(inside, replicates, "at least", covered, share)
    searched = [effects(activation, n, d, p, floats[-1:], "search", rng)[0] for _ in range(searches)]
    inside = sum(e.inside and e.stalled for e in searched)
    parts[f"{floats[-1]}, by search: below their bounds"] = binomial(inside, searches, "at least", covered, share)
    return conclude({"decider": "all", "parts": parts})

r"""One gradient of both layers identifies the batch, and says how large it is.

Setting
    $B$ samples uniform on the unit sphere of $\mathbb{R}^d$, labels $\pm 1$; a two-layer network of width $m$ at Gaussian weights;
    the gradient of $\sum_i (f(x_i) - y_i)^2$ by both layers. `invert_gradient` is not told $B$, but
    for piecewise-linear activations: for them samples in one cell of the neurons' hyperplanes pass for one.

    Parameters: `cases` lists activation, $B$, $d$, $m$ and a number of trials fixed in advance.
Assumptions
    A1. The samples are linearly independent. (Broken: the last is a combination of two others; then $B$ has to be given.)
    A2. The activation is not a polynomial of degree at most 2.
    A3. The network is wide enough that no two samples lie where the activation is affine for nearly all neurons.
Statement
    In every case the outcome is `identified`, with $B$ samples, each within $10^{-6}$, with probability at least `probability`.
Reference
    Derived here, after wang2023: its moment method has the error $\sqrt{d/m}$, which is the price of averaging, not a limit of
    what the gradient tells.
Tight
    Slack: lower confidence bound less the stated probability, the smallest of the cases. No failure was seen.
Not checked
    Other sizes: near $m = B$ searches stall. Noise on the gradient.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/exact-recovery",
    title="One gradient of both layers identifies the batch and its size",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "cases": [["tanh", 3, 20, 100, 40], ["relu", 3, 20, 200, 40]], "probability": 0.7, "dependent": False,
            "error_probability": 5e-5,
        },
        "standard": {
            "cases": [[name, 6, 100, 400, 60] for name in ("tanh", "relu", "gelu", "softplus", "elu")], "probability": 0.8,
            "dependent": False, "error_probability": 2e-5,
        },
    },
    controls={
        "A1": {"cases": [["tanh", 3, 20, 100, 12]], "dependent": True},
        "A2": {"cases": [["power:2", 3, 20, 100, 12]]},
    },
)  # fmt: skip


def check(rng, *, cases, probability, dependent, error_probability):
    from ...numerics.batch_recovery import identified_batches
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, wrong = {}, {}
    for name, B, d, m, trials in cases:
        case = f"{name}, B = {B}, d = {d}, m = {m}"
        right, wrong[case] = identified_batches(name, B, d, m, trials, rng, dependent=dependent)
        parts[case] = binomial(right, trials, "at least", probability, error_probability)
    return conclude({"decider": "all", "parts": parts}, identified_but_wrong=wrong)

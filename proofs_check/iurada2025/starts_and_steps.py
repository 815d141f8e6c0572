r"""One start of the default search mostly finds the data; the published optimizer, in as much work, mostly does not.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with Gaussian $V$, samples on the sphere of radius $\sqrt d$ and $a \sim N(0, I)$, drawn
    anew for each trial. *Default*: one start of the package's search, all samples found to relative error $10^{-6}$.
    *Published*: momentum gradient descent with rescaling, at most the stated number of steps, for each of several step sizes,
    all samples found to relative error $10^{-2}$ only, as its stopping rule asks for no more.
Assumptions
    A1. The two searches are the ones named. (Broken: each is put in the other's place.)
Statement
    At each multiple of $nd$ the default succeeds with probability at least `at_least`, and the published optimizer with
    probability at most `at_most` for each step size.
Reference
    A finding on the optimizer of iurada2025 (second-hand: its code), with the correct derivative. A reviewer asked for success
    rates over starts and step sizes (second-hand).
Tight
    Not a statement about its limit: with more steps it succeeds more often. Of the step sizes 0.5, 2, 5 and 20 (published for
    $d = 100$), 5 did best here. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    The published number of steps, a million. Cost: 200 of its steps take about as long as one start of the default at $n = 5$,
    $d = 10$, which is no part of the decision.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/starts-and-steps",
    title="Single starts: the default search against the published optimizer",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "n": 5, "d": 10, "times": [2], "first": "default", "second": "published", "step_sizes": [5, 20],
            "steps": 200, "trials": 30, "at_least": 0.45, "at_most": 0.45, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "n": 5, "d": 10, "times": [2, 4], "first": "default", "second": "published",
            "step_sizes": [2, 5, 20], "steps": 400, "trials": 40, "at_least": 0.5, "at_most": 0.5, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"first": "published", "second": "default", "step_sizes": [5]}},
)  # fmt: skip


def check(
    rng, *, activation, n, d, times, first, second, step_sizes, steps, trials, at_least, at_most, error_probability
):  # fmt: skip
    from ...numerics.single_starts import single_starts
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (len(times) * (1 + len(step_sizes)))
    for multiple in times:
        p = round(multiple * n * d)
        k = single_starts(first, activation, n, d, p, trials, rng, step=step_sizes[0], steps=steps)
        parts[f"{first} at p = {p}"] = binomial(k, trials, "at least", at_least, share)
        for step in step_sizes:
            k = single_starts(second, activation, n, d, p, trials, rng, step=step, steps=steps)
            parts[f"{second} at p = {p}, step {step}"] = binomial(k, trials, "at most", at_most, share)
    return conclude({"decider": "all", "parts": parts})

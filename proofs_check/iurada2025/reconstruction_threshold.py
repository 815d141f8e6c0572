r"""Two thresholds: the labels are fitted from $p = n$ on, and the data come back at a multiple of $nd$, not below.

Setting
    Random features $\varphi(x) = \sigma(V x)$ with $n$ samples on a sphere of $\mathbb{R}^d$. The least training error is
    $\min |\Phi \vartheta - y|^2$ over $\vartheta \in \mathbb{R}^p$; reconstruction starts from $\theta = \sum_i a_i \varphi(x_i)$.
Assumptions
    A1. $p \ge n$ where the labels are said to be fitted.
    A2. $p$ is a large enough multiple of $nd$ where the data are said to come back.
    A3. $\sigma$ is not a polynomial. (Broken: the square.)
Statement
    The least training error is zero at $p = n$ and positive at $p = n - 1$ for generic labels. At $p = 0.75\, nd$, far above $n$,
    $\theta$ is met by wrong data with probability at least the bound `at_least`, and the data come back with probability at
    most `at_most`. At the stated multiple of $nd$ they come back, and are identified, with probability at least `at_least`.
Reference
    iurada2025, the two thresholds of its main experiment (second-hand: the text was not at hand). The paper's constants are
    unknown; the multiple and the bounds are those of this check.
Tight
    Both sides of both thresholds are decided: labels exactly or by balls, data by independent trials. Slack: distance of the
    exact confidence limit to the bound, in probability.
Not checked
    Where the transition above $nd$ lies for a given search; that is optimisation. Large $n$ and $d$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/reconstruction-threshold",
    title="Labels are fitted at p = n, data come back at a multiple of nd",
    kind="threshold",
    origin="second-hand",
    parameters={
        "quick": {
            "activations": ["relu"], "labels": 20, "fitted": 0, "n": 3, "d": 6, "trials": 40,
            "below_times": 0.75, "above_times": 5, "at_least": 0.3, "at_most": 0.25, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["relu", "relu+tanh", "tanh"], "labels": 40, "fitted": 0, "n": 5, "d": 10, "trials": 100,
            "below_times": 0.75, "above_times": 5, "at_least": 0.3, "at_most": 0.15, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"fitted": -1, "trials": 1},
        "A2": {"above_times": 0.9},
        "A3": {"activations": ["power:2"]},
    },
)  # fmt: skip


def check(rng, *, activations, labels, fitted, n, d, trials, below_times, above_times, at_least, at_most, error_probability):
    from ...numerics.recovery import recovery
    from ...theory.rationals import draw_integers
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (3 * len(activations))
    for activation in activations:
        V, X, y = (draw_integers(rng, labels, k, size=1999) for k in (labels, labels, 1))
        V = [[f"{t}/4000" for t in row] for row in V]
        for statement, p in (("reached", labels + fitted), ("missed", labels - 1)):
            point = {"activation": activation, "V": V[:p], "X": [[f"{t}/1000" for t in row] for row in X]}
            point |= {"y": [row[0] for row in y], "statement": statement}
            parts[f"{activation}, labels {statement} at p = {p}"] = {"decider": "interpolation"} | point
        p = round(below_times * n * d)
        low = recovery(activation, n, d, p, trials, rng)
        parts[f"{activation}, wrong data at p = {p}"] = binomial(low.wrong, trials, "at least", at_least, share)
        parts[f"{activation}, data back at p = {p}"] = binomial(low.recovered, trials, "at most", at_most, share)
        p = round(above_times * n * d)
        high = recovery(activation, n, d, p, trials, rng)
        parts[f"{activation}, data identified at p = {p}"] = binomial(high.identified, trials, "at least", at_least, share)
    return conclude({"decider": "all", "parts": parts})

r"""Logistic regression on binary labels, stopped anywhere: the parameters lie in the span, and the data come back.

Setting
    Logistic loss $\sum_i \log(1 + e^{-y_i f(x_i)})$ with $f = \Phi \theta$ at the samples and $y_i = \pm 1$, by gradient descent or
    by stochastic gradient descent with momentum, one sample a step, with or without weight decay. Sampled: $V$, $X$ on the
    sphere of radius $\sqrt d$, and labels, the signs of noisy linear functions, drawn anew for each trial.
Assumptions
    A1. Descent starts from $0$. (Broken: from a random vector that is not known.)
    A2. A step is a combination of $\theta$, earlier steps and the gradients of the samples. (Broken: the signs of the
        gradient's entries, as in Adam without averages.)
    A3. There are more equations than unknowns: $p$ is four times $nd$. (Broken: $p = 0.9\, nd$.)
Statement
    $\theta = \Phi^\top b$ for some $b \in \mathbb{R}^n$, exactly, after any number of steps. At each of the numbers of steps
    the data come back and are identified with probability at least `at_least`.
Reference
    Derived: the gradient of sample $i$ is a multiple of $\varphi(x_i)$ for every loss that depends on $f(x_i)$ only. A reviewer of
    iurada2025 asked for logistic loss (second-hand).
Tight
    The span is decided over the rationals, the derivative of the loss rounded to a float: the statement holds whatever its
    value. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    The limit of infinite time, where the direction of $\theta$ tends to that of the largest margin and samples away from the
    margin have relative coefficients that tend to zero. Several classes.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/logistic-labels",
    title="Data come back from logistic regression stopped anywhere",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "methods": ["gradient", "momentum"], "steps": [3, 60], "start": 0, "n": 3, "d": 6,
            "times": 4, "trials": 20, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "methods": ["gradient", "momentum", "decay"], "steps": [5, 100, 1000], "start": 0,
            "n": 5, "d": 10, "times": 4, "trials": 100, "at_least": 0.8, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"start": 1, "steps": [3], "methods": ["gradient"], "trials": 2},
        "A2": {"methods": ["sign"], "steps": [3], "trials": 2},
        "A3": {"times": 0.9, "steps": [3], "methods": ["gradient"], "trials": 20},
    },
)  # fmt: skip


def check(rng, *, activation, methods, steps, start, n, d, times, trials, at_least, error_probability):
    from functools import partial

    from ...numerics.outcomes import outcomes
    from ...numerics.training import exactly_trained, trained
    from ..deciders import conclude
    from ..witnesses import binomial

    parts = {"in the span": exactly_trained("relu", 3, 4, 9, methods, "logistic", min(steps), start, rng)}
    share = error_probability / (len(methods) * len(steps))
    for method in methods:
        for stop in steps:
            instance = partial(trained, activation, n, d, round(times * n * d), method, "logistic", stop, start)
            found = outcomes(instance, trials, rng)
            parts[f"{method}, {stop} steps: identified"] = binomial(found.identified, trials, "at least", at_least, share)
    return conclude({"decider": "all", "parts": parts})

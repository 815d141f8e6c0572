r"""Ridge, early stopping, momentum and weight decay leave the parameters in the span, and the data come back as before.

Setting
    Squared loss with $f(x) = \varphi(x)^\top \theta$, feature matrix $\Phi$ of full row rank with rows $\varphi(x_i)^\top$. The
    parameters are those of the interpolating fit, of ridge regression with a penalty of a tenth of $|\Phi|_F^2$, of gradient
    descent with and without weight decay, or of stochastic gradient descent with momentum, one sample a step, stopped after a
    few steps. Sampled: $V$, $X$ on the sphere of radius $\sqrt d$, and noisy linear labels, drawn anew for each trial.
Assumptions
    A1. Descent starts from $0$. (Broken: from a random vector that is not known.)
    A2. A step is a combination of $\theta$, earlier steps and the gradients of the samples. (Broken: the signs of the
        gradient's entries, as in Adam without averages.)
    A3. There are more equations than unknowns: $p$ is four times $nd$. (Broken: $p = 0.9\, nd$.)
Statement
    $\theta = \Phi^\top b$ for some $b \in \mathbb{R}^n$, exactly, for all of these and wherever descent stops. So the inverse
    problem is that of the interpolating fit with other coefficients, and with each method the data come back and are
    identified with probability at least `at_least`.
Reference
    Derived: the gradient of sample $i$ is a multiple of $\varphi(x_i)$, and the span is closed under linear combinations. A
    reviewer of iurada2025 asked whether regularisation breaks the law (second-hand).
Tight
    The span is decided over the rationals. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Networks whose first layer moves. Stopping so early that a coefficient is zero: a sample without a gradient is not in
    $\theta$. Coefficients much smaller than the others come back with larger errors.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/ridge-and-early-stopping",
    title="Ridge and early stopping do not hide the data",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activation": "tanh", "methods": ["interpolation", "ridge", "gradient", "momentum", "decay"], "steps": 6, "start": 0,
            "n": 3, "d": 6, "times": 4, "trials": 20, "at_least": 0.4, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu+tanh", "methods": ["interpolation", "ridge", "gradient", "momentum", "decay"], "steps": 15,
            "start": 0, "n": 5, "d": 10, "times": 4, "trials": 100, "at_least": 0.8, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"start": 1, "methods": ["gradient"], "trials": 2},
        "A2": {"methods": ["sign"], "trials": 2},
        "A3": {"times": 0.9, "methods": ["ridge"], "trials": 20},
    },
)  # fmt: skip


def check(rng, *, activation, methods, steps, start, n, d, times, trials, at_least, error_probability):
    from functools import partial

    from ...numerics.outcomes import outcomes
    from ...numerics.training import exactly_trained, trained
    from ..deciders import conclude
    from ..witnesses import binomial

    parts = {"in the span": exactly_trained("relu", 3, 4, 9, methods, "squared", steps, start, rng)}
    for method in methods:
        instance = partial(trained, activation, n, d, round(times * n * d), method, "squared", steps, start)
        found = outcomes(instance, trials, rng)
        parts[f"{method}: identified"] = binomial(
            found.identified, trials, "at least", at_least, error_probability / len(methods)
        )
    return conclude({"decider": "all", "parts": parts})

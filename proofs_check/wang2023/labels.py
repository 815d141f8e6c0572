r"""The labels are found with the samples, for activations whose gradient determines them.

Setting
    One gradient of the output weights for $B = 2$ random unit samples with the labels $1, -1$. The samples $\hat x_i$ come from the package's moment route, the coefficients $\hat r_i$ from a least-squares
    fit of the gradient by $\sum_i \hat r_i \sigma(w_j \cdot \hat x_i)$, and $\hat y_i = f(\hat x_i) - \hat r_i$.

    Parameters: `activations`, and the sizes $d$, $m$.
Assumptions
    A1. $(x, y)$ and $(-x, -y)$ have different gradients. (Broken: tanh, without a bias.)
    A2. $m$ is much larger than $d$. (Broken: $m = 2 (d + 1)$.)
Statement
    $\mathrm{sign}(\hat y_i) = y_i$ for both samples with probability at least $0.8$.
Reference
    wang2023, Theorem 5.1. Its formula for $\hat y_i$ is another, see label-formula; that tanh does not determine it is odd-symmetry.
Tight
    Measured, with other seeds: $60$ of $60$ for ELU, GELU, ReLU and sigmoid at $d = 10$, $m = 1000$; about $46$ of $60$ for ELU at $m = 24$. For tanh the coefficients are made positive, which for labels $\pm 1$ is right for one of the two
    samples. Slack: distance of the exact confidence limit to $0.8$.
Not checked
    Larger batches. For sigmoid the sign of all samples together hangs on $\sum_i r_i \ne 0$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/labels",
    title="The signs of the labels are found with the samples",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {"activations": ["elu", "gelu"], "d": 10, "m": 600, "trials": 60, "at_least": 0.8, "error_probability": 1e-4},
        "standard": {
            "activations": ["elu", "gelu", "relu", "sigmoid"], "d": 40, "m": 4000, "trials": 100, "at_least": 0.8,
            "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activations": ["tanh"]}, "A2": {"activations": ["elu"], "d": 10, "m": 22, "trials": 40}},
)  # fmt: skip


def check(rng, *, activations, d, m, trials, at_least, error_probability):
    from ...numerics.gradient_route_trials import reconstruct
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / len(activations)
    for name in activations:
        k = sum(reconstruct(name, 2, d, m, rng).labels_right for _ in range(trials))
        parts[name] = binomial(k, trials, "at least", at_least, share)
    return conclude({"decider": "all", "parts": parts})

r"""Stein's identities behind the tangent space of the features, each side integrated on its own.

Setting
    $Z$ standard Gaussian; $g$, $w$ independent standard Gaussians and $h = t g + \sqrt{1 - t^2}\, w$. $He_k$ is the monic Hermite
    polynomial and $\sigma = \sum_k \mu_k h_k$ with $h_k = He_k / \sqrt{k!}$.

    Parameters: `products` lists activation and $t$.
Assumptions
    A1. The factor on the left is $He_k$; the power $Z^k$ is the same for $k \le 1$ only.
    A2. $\sigma$ is absolutely continuous, so that its derivative has no mass at the kink.
Statement
    $E[He_k(Z)\, \sigma'(Z)] = E[He_{k+1}(Z)\, \sigma(Z)] = \sqrt{(k+1)!}\, \mu_{k+1}$: at $k = 0$, $E[Z \sigma(Z)] = E[\sigma'(Z)]$, at $k = 1$,
    $E[Z \sigma'(Z)] = \sqrt{2}\, \mu_2$. For products, $E[\sigma'(g)\, w\, \sigma(h)] = \sqrt{1 - t^2}\, \kappa'(t)$ with $\kappa(t) = \sum_k \mu_k^2 t^k$.
Reference
    iurada2025 uses a generalised Stein lemma for Theorem 2 (second-hand; its form there is not known here). These are the moments that
    `iurada2025/tangent-distance` needs.
Tight
    Equalities. The left sides are certified integrals over one or two variables, the right ones over one variable: the tolerance for
    products is that of the double integral. Slack: tolerance minus the largest radius.
Not checked
    Activations with a jump, to which A2 does not apply: they are not in the catalogue.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/stein-identities",
    title="Gaussian integration by parts for the moments of features and tangents",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["relu", "tanh", "gelu", "relu+tanh", "power:3"], "orders": [0, 1, 2, 3, 4], "factor": "hermite",
            "products": [["tanh", "1/2"], ["sin", "-1/3"]],
        },
        "standard": {
            "activations": ["relu", "tanh", "erf", "gelu", "softplus", "relu+tanh", "elu", "hermite:5"],
            "orders": [0, 1, 2, 3, 4, 5, 6, 7, 8], "factor": "hermite",
            "products": [["tanh", "1/2"], ["erf", "1/2"], ["gelu", "-1/2"], ["softplus", "-1/3"], ["sin", "2/3"]],
        },
    },
    controls={"A1": {"factor": "power", "products": []}},
)  # fmt: skip


def check(rng, *, activations, orders, factor, products):
    from ..deciders import conclude

    parts = {}
    for name in activations:
        parts[f"{name}: moments"] = {
            "decider": "stein", "statement": "moments", "activation": name, "factor": factor, "orders": list(orders),
            "bits": 96, "tolerance": "1e-20",
        }  # fmt: skip
    for name, t in products:
        parts[f"{name}: product at t = {t}"] = {
            "decider": "stein", "statement": "products", "activation": name, "correlations": [t], "bits": 64,
            "tolerance": "1e-5",
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

r"""The smallest eigenvalue of the kernel matrix is the edge of a free sum over the degrees, not a sum of edges.

Setting
    $K_\infty = \kappa(X X^\top / d)$, the limit of $\Phi \Phi^\top / p$, for $n$ samples; $\kappa = \sum_k m_k P_k$ in the
    Legendre polynomials of the sphere of $\mathbb{R}^d$, $N_k$ the dimension of the harmonics of degree $k$, $c_k = n / N_k$.

    Parameters: `cases` lists activation, $d$, $n$.
Assumptions
    A1. The samples are independent and uniform on the sphere.
    A2. The degrees combine as free summands: their bottom eigenvectors are unrelated.
Statement
    $\lambda_{\min}(K_\infty)$ is near $\sup_{w > 0} \left[ \sum_{k \ge 1} \frac{m_k}{1 + c_k m_k w} - \frac{1}{w} \right]$, from $n \ll d$ through
    $d \ll n \ll d^2$: the ratio of the two has its median within the tolerance of $1$.
Reference
    iurada2025 needs $\lambda_{\min}(K)$ of order $p$ (second-hand; its constant is not known here). The prediction is ours, by
    R-transforms of Marchenko-Pastur laws.
Tight
    The heuristic $\sum_{k \ge 1} \mu_k^2 (1 - \sqrt{n k! / d^k})_+^2$ has the same limits on each scale $n = c\, d^k$, but is
    refuted as a value at these sizes, by $10$ to $20$ percent for ReLU: it is the control of A2. Nor is it a lower bound (tanh at $n = 16 d$).
    Slack: in units of the ratio.
Not checked
    Freeness is not proved. For $n$ below about $50$ the smallest eigenvalue lies above the edge by its finite-size shift.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/kernel-eigenvalue",
    title="The smallest eigenvalue of the kernel matrix against its prediction over n/d",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "cases": [["relu", 400, 100], ["relu", 200, 100], ["relu", 100, 100], ["relu", 60, 240], ["tanh", 60, 120],
                      ["relu+tanh", 60, 180]],
            "data": "uniform", "combination": "free sum", "replicates": 31, "tolerance": 0.08, "error_probability": 1e-4,
        },
        "standard": {
            "cases": [["relu", 800, 100], ["relu", 400, 400], ["relu", 100, 400], ["relu", 50, 600], ["tanh", 200, 200],
                      ["tanh", 100, 300], ["relu+tanh", 100, 300]],
            "data": "uniform", "combination": "free sum", "replicates": 41, "tolerance": 0.05, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"data": "near-duplicates"}, "A2": {"combination": "sum of edges"}},
)  # fmt: skip


def check(rng, *, cases, data, combination, replicates, tolerance, error_probability):
    from ...numerics.population import eigenvalue_ratio
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("data", data, ("uniform", "near-duplicates"))
    one_of("combination", combination, ("free sum", "sum of edges"))
    parts = {}
    for activation, d, n in cases:
        ratios = [eigenvalue_ratio(activation, n, d, data, combination, rng) for _ in range(replicates)]
        parts[f"{activation}, d = {d}, n = {n}"] = {
            "decider": "statistical", "method": "slope", "relation": "equal", "slopes": ratios, "exponent": 1.0,
            "tolerance": tolerance, "error_probability": error_probability / len(cases),
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

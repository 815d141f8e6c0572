r"""For ReLU the negative of a sample almost joins the span once $n$ exceeds $d$, and not before.

Setting
    Infinite width: $K = \kappa(X X^\top / d)$, with parts $K_e$ of even and $K_o$ of odd degrees. $\rho$ is the mean squared residual of
    $\varphi(-x_i)$ off the span of $\varphi(x_1), \ldots, \varphi(x_n)$, divided by that of a fresh point. On the sphere of $\mathbb{R}^d$ the harmonics of
    degree $k$ have the dimension $N_k$ and the share $m_k$ of $\kappa(1)$; $m_k$ tends to $\mu_k^2$ as $d$ grows.

    Parameters: `cases` lists $d$, $n$; `falling` lists values of $n/d$ at dimension `d`.
Assumptions
    A1. $\sigma$ is linear plus even, as ReLU: $\mu_k = 0$ for odd $k \ge 3$.
    A2. The samples outnumber the dimension, where the ratio is said to fall.
Statement
    Exactly, the residual of $\varphi(-x_i)$ is $4 [K_e K^{-1} K_o]_{ii}$. Hence $\rho$ is near $4 g^2 h_e h_o$, with $h_e$ and $h_o$ the sums of
    $m_k / (1 + n m_k g / N_k)$ over even and odd $k$ and $g (h_e + h_o) = 1$: both agree to the tolerance, in relative terms. For $1 \ll n \ll d^2$ this is
    $4 E g (1 - E g)$ with $E = \sum_{k \ge 2} \mu_k^2$ and $g$ the limit of $\frac{1}{n} \mathrm{tr}\, (\mu_1^2 X X^\top / d + E)^{-1}$. For $n \ge 2d$ the
    ratio falls, with a slope in $n/d$ on logarithmic axes at most the stated one; as $n/d$ grows it tends to $0$ like $d/n$.
Reference
    iurada2025, the discussion of parity and sign (second-hand). The identity and the formula are derived here: with
    $K_e - K_o$ the cross-covariance of $\varphi(-x_i)$ and $\varphi(x_j)$, expand $K - (K_e - K_o) K^{-1} (K_e - K_o)$ with $K_o = K - K_e$.
    Then take degree $k$ of $K$ for $m_k / N_k$ times a sum of $N_k$ independent rank-one terms: $\frac{1}{n} \mathrm{tr}\, K_e K^{-1} K_o$ tends to $g h_e h_o$.
Tight
    The formula is an equality in the limit. Measured, its median error is $0.4 \%$ at $n = d = 100$, $0.1 \%$ at $n = d = 200$, and at most $0.4 \%$ elsewhere in
    the check. $4 E g (1 - E g)$ is off by $1 \%$ at $d = 400$, $n = 100$ and $2.5 \%$ at $d = 160$, $n = 40$: it leaves out degree $0$, of share $1/n$ in $g h_e$. It refutes that $\rho$ falls with
    $n/d$ throughout: it rises from $4 \mu_1^2 E / (\mu_1^2 + E)^2$, for ReLU $.78$, to $1$ at about $n = 1.3 d$, where $E g = 1/2$, and falls from there. From
    $n = 2d$ to $8d$ the slope by the formula is $-.58$. Slack: in units of the relative error of the formula, or of the exponent.
Not checked
    Finite width. That an attack then confuses signs: exact recovery does decide them, see `iurada2025/sign-ambiguity`.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/sign-residual-relu",
    title="For ReLU the residual of a flipped sample falls against that of a fresh point once n exceeds d",
    kind="rate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "relu", "cases": [[400, 100], [200, 100], [100, 100], [80, 160], [60, 240], [56, 400]], "d": 30,
            "falling": [2, 4, 8], "slope": -0.5, "replicates": 51, "tolerance": 0.02, "error_probability": 1e-4,
        },
        "standard": {
            "activation": "relu", "cases": [[800, 200], [400, 200], [200, 200], [150, 300], [100, 400], [100, 800]], "d": 100,
            "falling": [2, 4, 8], "slope": -0.5, "replicates": 41, "tolerance": 0.01, "error_probability": 1e-4,
        },
    },
    controls={"A1": {"activation": "relu+tanh", "cases": [[60, 120]]}, "A2": {"falling": [0.5, 1], "cases": [[60, 120]]}},
)  # fmt: skip


def check(rng, *, activation, cases, d, falling, slope, replicates, tolerance, error_probability):
    from ...numerics.sign_residual import finite_size_ratio, sign_residual_ratio
    from ...theory.intervals import slope as log_slope
    from ..deciders import conclude

    common = {"decider": "statistical", "method": "slope", "error_probability": error_probability / (len(cases) + 1)}
    parts, medians = {}, {}
    for dimension, n in cases:
        found = [sign_residual_ratio(activation, n, dimension, rng) for _ in range(replicates)]
        predicted = finite_size_ratio(activation, n, dimension)
        medians[f"{n / dimension:g}"] = sorted(found)[replicates // 2]
        parts[f"formula at d = {dimension}, n = {n}"] = common | {
            "relation": "equal", "exponent": 1.0, "tolerance": tolerance, "slopes": [r / predicted for r in found],
        }  # fmt: skip
    slopes = [
        log_slope(falling, [sign_residual_ratio(activation, round(c * d), d, rng) for c in falling]) for _ in range(replicates)
    ]
    parts["the ratio falls"] = common | {"relation": "at most", "exponent": slope, "tolerance": 0.0, "slopes": slopes}
    return conclude({"decider": "all", "parts": parts}, median_ratio_over_n_by_d=medians)

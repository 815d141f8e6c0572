r"""Regression on linear functions divides the variance of a moment by a factor that depends on the component.

Setting
    $g(w) = \sigma(w \cdot x)$ for a unit vector $x$, and $g_n$ what regression on polynomials of degree $n$ leaves of it: $g_1(w) = \sigma(w \cdot x) - c_0 - c_1 w \cdot x$.

    Parameters: `factors` lists, for each activation, the factor at $q = 0, 1, 2$; `degree` is $n$; `along` lists $q$.
Assumptions
    A1. Linear functions are regressed out. (Broken: the mean alone.)
    A2. The factor is that of the component. (Broken: that at $q = 0$ is stated for all.)
Statement
    $E[g_1 H_p] = E[g H_p]$ for $p \ge 2$. The component of $g H_p$ taken $q < p$ times along $x$ and along orthonormal directions orthogonal to $x$ for the rest has the variance
    $E[\sigma(Z)^2 He_q(Z)^2]$, that of $g_1 H_p$ the same with $\sigma(Z) - c_0 - c_1 Z$ for $\sigma(Z)$. The quotient of the two is $14.38$, $7.76$ and $2.67$ for tanh at $q = 0, 1, 2$,
    and as stated for the others. It can be below $1$, where the variance grows: $.370$ for sin at $q = 2$.
Reference
    Derived here, in `reconlaw.theory.regression_gain`. It bears on the second and third moments of wang2023, whose variances set the constants of its Propositions 5.5, 5.6.
Tight
    Equality to the digits stated. Components orthogonal to the sample ($q = 0$) gain most. For one sample the error of its subspace comes, to first order, from components of order $p$ with $q = p - 1$ only: a factor $2.67$ for tanh,
    where $p = 3$ is contracted with the sample, not $14$; and $11.7$ for ELU, where $p = 2$. The first moment itself, found as the slope of the linear fit, gains the
    factor at $q = 0$. Slack: tolerance minus the largest radius.
Not checked
    That the fitted $c_0$, $c_1$ differ from the true ones, a relative change of order $d/m$; several samples, where products of different samples enter.
"""

from ..claim import Claim

FACTORS = {
    "tanh": ["14.3823", "7.7561", "2.6735"],
    "erf": ["11.5718", "6.1703", "2.0760"],
    "elu": ["16.4623", "11.6753", "7.1484"],
    "relu": ["5.5039", "5.5039", "4.0758"],
    "gelu": ["4.4459", "4.2386", "3.3071"],
    "softplus": ["42.8198", "19.2363", "10.8463"],
    "sin": ["6.7077", "2.0977", "0.3701"],
}

CLAIM = Claim(
    id="wang2023/regression-variance",
    title="By which factor regression on linear functions divides the variance of a moment",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {"factors": FACTORS, "along": [0, 1, 2], "degree": 1, "stated_for": "component"},
        "standard": {"factors": FACTORS | {"sigmoid": ["427.1600", "102.1259", "31.2333"]}, "along": [0, 1, 2], "degree": 1,
                     "stated_for": "component"},
    },
    controls={"A1": {"degree": 0}, "A2": {"stated_for": "orthogonal components"}},
)  # fmt: skip


def check(rng, *, factors, along, degree, stated_for):
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("stated_for", stated_for, ("component", "orthogonal components"))
    parts = {
        name: {
            "decider": "regression_gain",
            "activation": name,
            "hidden_bias": "0",
            "degree": degree,
            "along": along,
            "claimed": [{"mid": values[q if stated_for == "component" else 0], "rad": "6e-5"} for q in along],
            "bits": 48,
            "tolerance": "6.0001e-5",
        }
        for name, values in factors.items()
    }
    return conclude({"decider": "all", "parts": parts})

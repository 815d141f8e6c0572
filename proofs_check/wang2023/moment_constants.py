r"""The constants of the moment identity: closed forms against certified integrals, and a table.

Setting
    $c_p(\rho, b) = E[\sigma(\rho Z + b) He_p(Z)] / \rho^p = E[\sigma^{(p)}(\rho Z + b)]$ for a sample of norm $\rho$ and a hidden bias $b$,
    $He_p$ monic, $Z$ standard Gaussian; $c_p = c_p(1, 0)$.
Assumptions
    A1. The constants are means of derivatives, not coefficients of normalized Hermite polynomials, $c_p / \sqrt{p!}$.
    A2. The constant belongs to the norm of the sample. (Broken: that of norm $1$ is claimed at the other norms.)
Statement
    $c_p(\rho, b) = G^{(p)}(b)$ with $G(x) = E[\sigma(x + \rho Z)]$, in closed form for ReLU, leaky ReLU, ELU, SELU, GELU, erf, sin and
    polynomials: for ReLU $G(x) = x \Phi(x/\rho) + \rho \phi(x/\rho)$, so that $c_2 = 1/\sqrt{2\pi}$, $c_4 = -1/\sqrt{2\pi}$. For those without closed form the table
    holds to the digits printed.
Reference
    wang2023, section 5 uses the constants at $\rho = 1$, $b = 0$ and prints $c_4$ of ReLU. The formulas are derived in
    `reconlaw.theory.gradient_moments.smoothed`; the table was computed for this project.
Tight
    Equality to the stated tolerance. Slack: tolerance minus the largest radius.
Not checked
    Orders beyond those listed.
"""

from ..claim import Claim

TABLE = {  # c_0, ..., c_4 at norm 1 without bias, to six decimals
    "sigmoid": ["0.5", "0.206621", "0", "-0.062396", "0"],
    "tanh": ["0", "0.605706", "0", "-0.363595", "0"],
    "silu": ["0.206621", "0.5", "0.350845", "0", "-0.185206"],
    "softplus": ["0.806059", "0.5", "0.206621", "0", "-0.062396"],
    "mish": ["0.240404", "0.563748", "0.382439", "-0.049164", "-0.258253"],
}
CLOSED = ["relu", "leaky_relu:0.01", "erf", "sin", "gelu", "elu", "selu", "power:2+power:3"]

CLAIM = Claim(
    id="wang2023/moment-constants",
    title="The constants of the moment identity by closed form, by certified integral, and as a table",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {"closed": CLOSED, "points": [["1", "0"], ["3/2", "-2/3"]], "orders": 5, "scale": "derivative", "claimed_norm": "own",
                  "table": TABLE},
        "standard": {"closed": [*CLOSED, "relu+erf", "hermite:5", "leaky_relu:-1/2"], "points": [["1", "0"], ["3/2", "-2/3"], ["1/4", "1"], ["5", "2"]],
                     "orders": 9, "scale": "derivative", "claimed_norm": "own", "table": TABLE},
    },
    controls={
        "A1": {"closed": ["relu"], "scale": "orthonormal", "table": {}},
        "A2": {"closed": ["relu"], "claimed_norm": "unit", "table": {}},
    },
)  # fmt: skip


def check(rng, *, closed, points, orders, scale, claimed_norm, table):
    from math import factorial

    from flint import arb, ctx

    from ...theory.balls import format_ball
    from ...theory.errors import one_of
    from ...theory.gradient_moments.constants import closed_constant
    from ..deciders import conclude

    one_of("scale", scale, ("derivative", "orthonormal")), one_of("claimed_norm", claimed_norm, ("own", "unit"))

    def claimed(name, p, norm, bias):
        value = closed_constant(name, p, norm=norm if claimed_norm == "own" else 1, hidden_bias=bias)
        assert value is not None
        return format_ball(value if scale == "derivative" else value / arb(factorial(p)).sqrt())

    def part(name, norm, bias, values, tolerance):
        return {
            "decider": "moment_constants", "statement": "values", "activation": name, "norm": norm, "hidden_bias": bias,
            "orders": list(range(len(values))), "claimed": values, "bits": 48, "tolerance": tolerance,
        }  # fmt: skip

    parts = {}
    with ctx.workprec(96):
        for name in closed:
            for norm, bias in points:
                values = [claimed(name, p, norm, bias) for p in range(orders)]
                parts[f"{name}, norm {norm}, bias {bias}"] = part(name, norm, bias, values, "1e-12")
    for name, digits in table.items():
        parts[f"{name}, table"] = part(name, "1", "0", [{"mid": value, "rad": "5e-7"} for value in digits], "5.0001e-7")
    return conclude({"decider": "all", "parts": parts})

r"""The gradient of both layers determines the batch locally from as many neurons as there are samples.

Setting
    $f(x) = \sum_{j=1}^m a_j \sigma(w_j \cdot x)$, $B$ samples $x_i \in \mathbb{R}^d$ with coefficients $r_i = dL / df(x_i)$, all unknown; unknown
    labels are as good, since $(x, y) \mapsto (x, r)$ is invertible. The Jacobian is that of the map from them to the hidden gradient
    $dL/dw_j$ ($md$ numbers), or to both gradients ($m(d+1)$ numbers).

    Parameters: `cases` lists activation, $B$, $d$, $m$, what is observed (`hidden` or `both`), and whether the norms are free or 1.
Assumptions
    A1. All coefficients are nonzero.
    A2. All output weights are nonzero.
    A3. The samples differ, also up to sign.
    A4. $\sigma$ is analytic and no polynomial, or a polynomial of degree high enough for $B$ and $d$; or (leaky) ReLU.
    A5. For (leaky) ReLU one counts by the rank of the slopes $S_{ji} \in \{\alpha, 1\}$ of the pattern.
Statement
    At almost every point, with both gradients the rank is $(d+1) \min(m, B)$ for free norms and $\min(m(d+1), Bd)$ on the sphere: full
    from $m = B$ neurons on. With the hidden gradient alone it is $\min(md, B(d+1))$, full from $m = B + 1$ on if $B \le d$, and $d \min(m, B)$ on the
    sphere. For homogeneous $\sigma$ the output gradient adds nothing, the scales $x_i \to c x_i$, $r_i \to c^{-K} r_i$ are lost, and the rank is
    $d \min(m, B)$, free or on the sphere; for (leaky) ReLU it is $d \operatorname{rank} S$. Slack: rank minus the stated rank.
Reference
    Derived here. The output gradient alone is $\sum_i r_i \sigma(W x_i)$, so that `iurada2025/rank-theorem` applies with $V = W$: on the sphere it
    needs $m \ge Bd$. wang2023 counts $B(d+1)$ unknowns against $m(d+1)$ equations.
Tight
    Equalities at the sizes listed: minors that are nonzero modulo a prime or in ball arithmetic meet structural bounds. For ReLU the
    equality is a theorem on every pattern, as the hidden gradient is $S$ times the vectors $r_i x_i$.

    For $B \le d$ full rank with both gradients from $m = B$ on is a theorem for $\sigma$ that tends to a constant at $-\infty$, with $u \sigma'$ and
    $u^2 \sigma''$ tending to $0$ (tanh, erf, sigmoid, softplus, GELU): let $w_j \cdot x_i \to -\infty$ for $i \ne j$. There remain blocks of one
    neuron and one sample, of determinant $\pm (a r)^d \sigma'^{d-1} [\sigma (\sigma' + u \sigma'') - u \sigma'^2]$ at $u = w_j \cdot x_j$, which is zero for all $u$ only if
    $\sigma$ is a power, and the constants, which some choice of the $u$ makes harmless.
Not checked
    All sizes at once for the rest; and global uniqueness. In floating point the rank is often misjudged where $B > d$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/full-jacobian-rank",
    title="Both gradients determine the batch locally from B neurons on",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "cases": [
                ["tanh", 3, 5, 3, "both", "free"], ["tanh", 3, 5, 2, "both", "free"], ["tanh", 5, 2, 5, "both", "free"],
                ["tanh", 3, 5, 4, "hidden", "free"], ["tanh", 3, 5, 3, "hidden", "free"], ["sigmoid", 3, 4, 3, "hidden", "sphere"],
                ["gelu", 2, 4, 2, "both", "sphere"], ["power:4+power:5", 3, 4, 3, "both", "free"],
                ["power:4+power:5", 3, 4, 4, "hidden", "free"], ["power:3", 3, 4, 3, "both", "free"],
                ["power:3", 3, 4, 3, "hidden", "sphere"], ["relu", 3, 5, 9, "both", "free"], ["relu", 4, 3, 4, "hidden", "sphere"],
                ["leaky_relu:1/5", 3, 5, 3, "both", "free"],
            ],
            "broken": "nothing", "relu": "slopes",
        },
        "standard": {
            "cases": [
                ["tanh", 8, 20, 8, "both", "free"], ["tanh", 8, 20, 9, "hidden", "free"], ["erf", 10, 4, 10, "both", "free"],
                ["softplus", 8, 12, 8, "hidden", "sphere"], ["sin", 8, 12, 8, "both", "sphere"], ["gelu", 6, 12, 6, "both", "free"],
                ["relu+tanh", 6, 10, 6, "both", "free"], ["power:4+power:5", 8, 12, 8, "both", "free"],
                ["power:5", 8, 12, 8, "both", "free"], ["relu", 10, 15, 20, "both", "free"], ["relu", 10, 15, 10, "hidden", "sphere"],
            ],
            "broken": "nothing", "relu": "slopes",
        },
    },
    controls={
        "A1": {"cases": [["power:4+power:5", 3, 4, 4, "both", "free"]], "broken": "a zero coefficient"},
        "A2": {"cases": [["power:4+power:5", 3, 4, 4, "hidden", "free"]], "broken": "a zero output weight"},
        "A3": {"cases": [["power:4+power:5", 3, 4, 4, "both", "free"]], "broken": "equal samples"},
        "A4": {"cases": [["power:2", 3, 4, 9, "both", "free"]]},
        "A5": {"cases": [["relu", 4, 5, 4, "hidden", "free"]], "relu": "neurons"},
    },
)  # fmt: skip


def check(rng, *, cases, broken, relu):
    from ...numerics.generic_gradients import gradient_point, slope_rank
    from ...theory.activations import parse
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "a zero coefficient", "a zero output weight", "equal samples"))
    one_of("relu", relu, ("slopes", "neurons"))
    parts = {}
    for activation, B, d, m, observed, domain in cases:
        act = parse(activation)
        point = gradient_point(activation, B, d, m, domain, rng)
        while relu == "neurons" and act.slopes and slope_rank(point) == min(m, B):
            point = gradient_point(activation, B, d, m, domain, rng)
        expected = min(m * (d + (observed == "both")), B * (d + (domain == "free")))
        if act.homogeneity is not None:
            expected = d * min(m, B)
        if act.slopes is not None and relu == "slopes":
            expected = d * slope_rank(point)
        if broken == "a zero coefficient":
            point["coefficients"][0] = "0"
        if broken == "a zero output weight":
            point["output_weights"][0] = "0"
        if broken == "equal samples":
            point["X"][1] = point["X"][0]
        parts[f"{activation}, B = {B}, d = {d}, m = {m}, {observed}, {domain}"] = point | {
            "decider": "gradient_rank", "observed": observed, "unknowns": "coefficients", "domain": domain, "expected": expected,
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

r"""A linear network shows of its batch nothing but one vector, the sum of the weighted samples.

Setting
    $f(x) = \sum_{j=1}^m a_j \sigma(w_j \cdot x)$ with $\sigma(u) = u$, a batch $(x_i, y_i)$ of $B$ samples in $\mathbb{R}^d$, and
    coefficients $r_i = dL / df(x_i)$. The output gradient is $dL / da_j$, the whole gradient holds $dL / dw_j$ too.

    Unknown are the samples with fixed coefficients, both, or the samples with known labels, where $r_i = f(x_i) - y_i$.
    Parameters: `cases` lists $B$, $d$, $m$; every neuron has the bias `hidden_bias`.
Assumptions
    A1. The activation is linear.
    A2. $m \ge d$ neurons in general position.
    A3. No hidden bias.
    A4. The coefficients are nonzero.
Statement
    The Jacobian of the output gradient has rank $d$ of $Bd$ (or $B(d+1)$) unknowns, and so has that of the whole gradient. For
    $B, d \ge 2$ another batch with the same labels has the same whole gradient: $x_1 + r_2 v$, $x_2 - r_1 v$ with $v$ orthogonal to
    $\sum_j a_j w_j$. Slack: rank minus the stated rank.
Reference
    Derived here; the discussion of Assumption 5.1 of wang2023 says that a linear activation shows only $\sum_i r_i x_i$.
Tight
    An equality: a minor that is nonzero modulo a prime meets explicit kernel vectors, checked over the rationals. With the
    coefficients unknown, a common hidden bias adds one dimension, $\sum_i r_i$.
Not checked
    What a prior on the samples would add.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/linear-activation",
    title="A linear activation shows only the sum of the weighted samples",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"activation": "power:1", "cases": [[2, 3, 4], [4, 5, 6], [5, 3, 3]], "hidden_bias": "0", "broken": "nothing"},
        "standard": {
            "activation": "power:1", "cases": [[8, 20, 30], [20, 8, 12]], "hidden_bias": "0", "broken": "nothing",
        },
    },
    controls={
        "A1": {"activation": "power:3"},
        "A2": {"cases": [[4, 5, 4]]},
        "A3": {"hidden_bias": "1/2"},
        "A4": {"broken": "zero coefficients"},
    },
)  # fmt: skip


def check(rng, *, activation, cases, hidden_bias, broken):
    from ...numerics.generic_gradients import gradient_point, labels, linear_twin
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "zero coefficients"))
    parts = {}
    for B, d, m in cases:
        point = gradient_point(activation, B, d, m, "free", rng) | {"hidden_bias": [hidden_bias] * m}
        if broken != "nothing":
            point["coefficients"] = ["0"] * B
        at = f"B = {B}, d = {d}, m = {m}"
        for observed, unknowns in [
            ("output", "samples"), ("output", "coefficients"), ("both", "coefficients"), ("both", "labels known"),
        ]:  # fmt: skip
            case = {"decider": "gradient_rank", "observed": observed, "unknowns": unknowns, "domain": "free", "expected": d}
            parts[f"{at}: {observed}, {unknowns}"] = point | case
        if broken == "nothing":
            y = labels(point, point["X"])
            network = {key: t for key, t in point.items() if key != "coefficients"}
            twin = {"decider": "same_gradient", "output_bias": "0", "observed": "weights", "y": y, "y_other": y}
            parts[f"{at}: another batch"] = network | twin | {"X_other": linear_twin(point)}
    return conclude({"decider": "all", "parts": parts})

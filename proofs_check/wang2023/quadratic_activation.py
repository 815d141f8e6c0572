r"""A quadratic network shows its batch only up to rotations within the span of the samples.

Setting
    $f(x) = \sum_{j=1}^m a_j \sigma(w_j \cdot x)$ with $\sigma(u) = u^2$, a batch $(x_i, y_i)$ of $B$ samples in $\mathbb{R}^d$, and
    coefficients $r_i = dL / df(x_i)$. The output gradient is $dL / da_j$, the whole gradient holds $dL / dw_j$ too.

    Unknown are the samples with fixed coefficients, both, or the samples with known labels, where $r_i = f(x_i) - y_i$.
    Parameters: `cases` lists $B$, $d$, $m$; every neuron has the bias `hidden_bias`.
Assumptions
    A1. The activation is the square.
    A2. $B \le d$ and the samples are linearly independent.
    A3. $m$ is at least the stated rank, with neurons in general position.
    A4. No hidden bias.
    A5. All coefficients are nonzero.
Statement
    The Jacobian of the output gradient has rank $Bd - B(B-1)/2$, for any of the three unknowns, and so has that of the whole
    gradient. On the unit sphere it is the same with unknown coefficients, and one less with fixed ones. Whole families share
    a gradient: with $D = \mathrm{diag}(r)$ and the samples as columns of $X$, so do $X$ and $XR$ for $R D R^\top = D$, with the labels that
    keep the $r_i$. Slack: rank minus the stated rank.
Reference
    Derived here; the discussion of Assumption 5.1 of wang2023 says that only $\sum_i r_i x_i x_i^\top$ is seen.
Tight
    An equality: a minor that is nonzero modulo a prime meets $B(B-1)/2$ explicit kernel vectors $dx_i = r_k x_k$, $dx_k = -r_i x_i$
    (and $B$ more, $dx_i = x_i$, $dr_i = -2 r_i$), checked over the rationals. For $B \ge d$ the rank is $d(d+1)/2$: the formula
    still gives it at $B = d + 1$, and is too small from $B = d + 2$ on.
Not checked
    Whether the orbit of the rotations is all that shares a gradient.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/quadratic-activation",
    title="A quadratic activation loses B(B-1)/2 dimensions to rotations",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "activation": "power:2", "cases": [[1, 3, 4], [2, 3, 5], [3, 4, 10], [3, 3, 6]], "hidden_bias": "0",
            "broken": "nothing",
        },
        "standard": {
            "activation": "power:2", "cases": [[4, 10, 40], [6, 6, 25], [8, 8, 40]], "hidden_bias": "0", "broken": "nothing",
        },
    },
    controls={
        "A1": {"activation": "power:2+power:3", "cases": [[3, 4, 12]]},
        "A2": {"cases": [[5, 3, 10]]},
        "A3": {"cases": [[3, 4, 8]]},
        "A4": {"cases": [[3, 4, 12]], "hidden_bias": "1/2"},
        "A5": {"cases": [[3, 4, 12]], "broken": "a zero coefficient"},
    },
)  # fmt: skip


def check(rng, *, activation, cases, hidden_bias, broken):
    from ...numerics.generic_gradients import gradient_point, labels, quadratic_twin
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "a zero coefficient"))
    parts = {}
    for B, d, m in cases:
        rank, at = B * d - B * (B - 1) // 2, f"B = {B}, d = {d}, m = {m}"
        for domain in ("free", "sphere"):
            point = gradient_point(activation, B, d, m, domain, rng) | {"hidden_bias": [hidden_bias] * m}
            if broken != "nothing":
                point["coefficients"][0] = "0"
            for observed, unknowns in [
                ("output", "samples"), ("output", "coefficients"), ("both", "coefficients"), ("both", "labels known"),
            ]:  # fmt: skip
                if domain == "sphere" and unknowns == "labels known":  # B(d-1) unknowns may be fewer than the rank
                    continue
                expected = rank - (domain == "sphere" and unknowns == "samples")
                case = {"decider": "gradient_rank", "observed": observed, "unknowns": unknowns, "domain": domain}
                parts[f"{at}: {domain}, {observed}, {unknowns}"] = point | case | {"expected": expected}
            if domain == "free" and B > 1 and broken == "nothing":
                X_other, network = quadratic_twin(point, rng), {k: t for k, t in point.items() if k != "coefficients"}
                twin = {"decider": "same_gradient", "output_bias": "0", "observed": "weights", "X_other": X_other}
                y = {"y": labels(point, point["X"]), "y_other": labels(point, X_other)}
                parts[f"{at}: another batch"] = network | twin | y
    return conclude({"decider": "all", "parts": parts})

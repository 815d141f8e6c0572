r"""For ReLU, GELU and softplus the signs of the samples leave the problem and come back as a linear equation.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $\sigma(u) = c u + e(u)$, $e$ even; $X$, $V$ and $a$ rational. Flipping a set $F$
    replaces $x_i$ by $-x_i$ for $i \in F$ and keeps the coefficients.

    Parameters: `cases` lists activation, $c$, $n$, $d$; $p$ is `extra` times $n(d+1) + d$.
Assumptions
    A1. $\sigma$ is linear plus even, with slope $c \ne 0$.
    A2. No sum $\sum_{i \in F} a_i x_i$ over a nonempty set vanishes.
    A3. There are enough rows: $p \ge (n + 1) d$, and for ReLU so many that at least $d$ of them separate any two samples, and
    any sample from the negative of another.
Statement
    Flipping $F$ changes $\theta$ by $-2c\, V \sum_{i \in F} a_i x_i$, a linear function of the rows of $V$, which is not zero. So
    $\theta = \sum_i a_i e(V x_i) + V b$ with $b = c \sum_i a_i x_i$: the even part, fitted with a free linear function, knows the
    samples up to sign, locally (full rank of its Jacobian beside $V$), and of all $2^n$ sign vectors only one solves
    $c \sum_i s_i a_i x_i = b$.
Reference
    Derived here: sections 8.4 and 8.6 of `docs/random_features.md`. iurada2025 discusses the sign for ReLU as an ambiguity
    (second-hand); exactly, it is none.
Tight
    Identities at rational points: exact for piecewise-linear activations, to $2^{-100}$ by balls for the analytic ones.
Not checked
    Global uniqueness of the even problem; conditioning: at large $n/d$ the linear function hardly tells the signs apart.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/sign-decoupling",
    title="For linear-plus-even activations a flip changes the parameters by a nonzero linear function",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "cases": [["relu", "1/2", 5, 8], ["leaky_relu:1/5", "3/5", 3, 8], ["gelu", "1/2", 6, 4], ["softplus", "1/2", 4, 3]],
            "extra": 3, "balanced": False,
        },
        "standard": {
            "cases": [
                ["relu", "1/2", 12, 10], ["leaky_relu:1/5", "3/5", 6, 10], ["gelu", "1/2", 8, 6], ["softplus", "1/2", 10, 4],
                ["silu", "1/2", 5, 12],
            ],
            "extra": 4, "balanced": False,
        },
    },
    controls={
        "A1": {"cases": [["relu+tanh", "1/2", 3, 4]]},
        "A2": {"cases": [["relu", "1/2", 3, 4], ["gelu", "1/2", 3, 4]], "balanced": True},
        "A3": {"cases": [["relu", "1/2", 3, 4]], "extra": 0.5},
    },
)  # fmt: skip


def check(rng, *, cases, extra, balanced):
    from ...theory.rationals import draw_integers
    from ..deciders import conclude

    parts = {}
    for activation, slope, n, d in cases:
        p = round(extra * (n * (d + 1) + d))
        V, X, a = (draw_integers(rng, rows, columns, size=1999) for rows, columns in ((p, d), (n, d), (1, n)))
        if balanced:  # the first three samples with a_0 x_0 + a_1 x_1 + a_2 x_2 = 0
            a[0][:3] = ["1", "1", "1"]
            X[2] = [str(-int(s) - int(t)) for s, t in zip(X[0], X[1])]
        point = {"V": [[f"{t}/1000" for t in row] for row in V], "X": [[f"{t}/1000" for t in row] for row in X], "a": a[0]}
        witness = {"decider": "decoupling", "activation": activation, "slope": slope} | point
        parts[f"{activation}, n = {n}, d = {d}"] = witness
    return conclude({"decider": "all", "parts": parts})

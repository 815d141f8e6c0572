r"""Backward from independent noisy looks to a fair sign, information contracts by the chi-square constant.

Setting
    $\theta$ is a fair sign and $X_i = \theta \varepsilon_i$, $i \le n$, with independent signs $\varepsilon_i$ of mean $\lambda_i \in (0, 1)$. The $X_i$ are seen
    with probability `kept`, else nothing is. $R = E[\theta | \mathrm{data}]$ and $T = E R^2$.

    Parameters: `looks` lists problems, each a list of $\lambda_i$ with a number of copies; `orders` is the largest $k$ of the steps, which are
    checked for at most `counted` values of the counts of signs, step 6 for at most six looks.
Assumptions
    A1. The looks are always seen. (Broken: with probability $1/4$ only.)
    A2. They are independent given the sign. (Broken: six points of the sparse problem with $\nu = 3/1000$. They say of a test point what one
    look of correlation $\kappa = 96/1093$ says, seen with probability $1093/32000$.)
Statement
    $\log E e^{tR} \le \frac{1}{T} \log \cosh(T t)$ for all $t \ge 0$, that is $\eta_{KL}(X_{1:n} \to \theta) = \eta_{\chi^2}(X_{1:n} \to \theta) = T$.
    Slack: $1 - E R^4 / (3 T^2 - 2 T^3)$, the margin at small $t$.
Reference
    Derived here: Theorem 2.2 of `docs/memorization.md`, with a proof for all $n$ and $\lambda_i$. feldman2025 has an approximate constant
    of this order for equal $\lambda_i$ (Lemma 21).
Tight
    Equality in the limit $t \to 0$. For a general law of $R$ the inequality is false, as both controls show.
Not checked
    The proof itself. At the problems listed the inequality is proved by balls for all $t$ at once, (2.3) of the proof exactly for $k$ up to
    `orders`, and the monotonicity of its steps 5 and 6 exactly for all sets of looks. For $1 - T$ below $10^{-6}$ the balls would not suffice.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/boolean-backward-constant",
    title="Backward from noisy looks to a fair sign, the contraction constant is that of chi-square",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "looks": [
                [["1/3", 1]], [["9/10", 2]], [["1/2", 5]], [["1/100", 12]], [["3/10", 50]],
                [["1/2", 1], ["1/3", 1], ["9/10", 1]], [["1/2", 2], ["1/7", 3]],
                [["1/10", 1], ["1/5", 1], ["3/10", 1], ["2/5", 1], ["1/2", 1], ["3/5", 1]],
            ],
            "kept": "1", "orders": 6, "counted": 64,
        },
        "standard": {
            "looks": [
                *([[mean, n]] for mean in ("1/1000", "1/10", "1/2", "9/10") for n in (1, 2, 3, 6)), [["1/2", 20]], [["1/3", 100]],
                [["1/10", 400]], [["1/1000", 400]], [["99/100", 1], ["1/100", 1]], [["1/2", 2], ["1/7", 3]], [["1/9", 7], ["2/5", 11]],
                [["1/10", 1], ["1/5", 1], ["3/10", 1], ["2/5", 1], ["1/2", 1], ["3/5", 1]],
                [[f"{k}/13", 1] for k in range(1, 11)],
            ],
            "kept": "1", "orders": 12, "counted": 128,
        },
    },
    controls={
        "A1": {"kept": "1/4"},
        "A2": {"looks": [[["96/1093", 1]]], "kept": "1093/32000"},
    },
)  # fmt: skip


def check(rng, *, looks, kept, orders, counted):
    import math

    from ..deciders import conclude

    parts = {}
    for problem in looks:
        name = ", ".join(f"{copies} x {mean}" for mean, copies in problem)
        common = {"decider": "backward_bit", "looks": problem}
        parts[f"{name}: all t"] = {**common, "statement": "domination", "kept": kept}
        if math.prod(copies + 1 for _, copies in problem) <= counted:
            parts[f"{name}: powers of t"] = {**common, "statement": "moments", "kept": kept, "orders": orders}
        if sum(copies for _, copies in problem) <= 6:
            parts[f"{name}: steps 5 and 6"] = {**common, "statement": "monotone", "orders": min(orders, 4)}
    return conclude({"decider": "all", "parts": parts})

r"""Backward from the data to the problem, information contracts by the probability that a constant coordinate is no accident.

Setting
    A coordinate is in $S$ with probability $\nu$ and then shows a fair sign $y$ in all $n$ points; else it shows independent fair signs. $\theta$ is $y$ in $S$ and
    $0$ elsewhere, $\kappa = \nu / (\nu + (1 - \nu) 2^{1-n})$.

    Parameters: `cases` lists $\nu$ and $n$; `flip` is the probability of a flip in $S$, `bias` the mean of the signs outside.
Assumptions
    A1. In $S$ all points show the same sign. (Broken: each is flipped with probability $1/10$.)
    A2. Outside $S$ the signs are fair. (Broken: of mean $1/3$.)
Statement
    $\tau = \eta_{KL}(X_{1:n} \to \theta) = \kappa$, as $\eta_{TV} = \kappa$ bounds it from above, and the squared correlation $\kappa$ of $\theta$ with the sign of constant
    points ($0$ if they are not constant) from below. Slack: $0$, an equality.
Reference
    Derived here: Theorem 4.2 of `docs/memorization.md`. feldman2025 uses $H(\theta)$ in place of $\tau$ for this problem.
Tight
    Equality. Hence the constant of all $d$ coordinates is $\kappa$ too.
Not checked
    Values of $\nu$ and $n$ not listed. That $\eta_{\chi^2} \le \eta_{KL} \le \eta_{TV}$: `feldman2025/contraction-order`.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/sparse-theta-constant",
    title="Sparse problem: the constant from the data to the problem is the probability that a constant coordinate is no accident",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {"cases": [["3/1000", 1], ["3/1000", 4], ["1/2", 3], ["1/10", 7]], "flip": "0", "bias": "0"},
        "standard": {
            "cases": [[nu, n] for nu in ("1/1000000", "3/1000", "1/10", "1/2", "9/10") for n in range(1, 11)], "flip": "0", "bias": "0",
        },
    },
    controls={"A1": {"flip": "1/10"}, "A2": {"bias": "1/3"}},
)  # fmt: skip


def check(rng, *, cases, flip, bias):
    from ..deciders import conclude

    parts = {}
    for nu, n in cases:
        parts[f"nu = {nu}, n = {n}"] = {
            "decider": "one_coordinate",
            "statement": "sparse-theta",
            "n": n,
            "nu": nu,
            "flip": flip,
            "bias": bias,
        }
    return conclude({"decider": "all", "parts": parts})

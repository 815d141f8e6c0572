r"""One noisy copy of the test point dominates the data of the sparse problem exactly.

Setting
    One coordinate of the sparse problem: with probability $\nu$ all points show one fair sign, else they are independent fair signs. $X$ is a test
    point of label 1, $X_1, \dots, X_n$ are the data, $\xi = \nu / (2 \nu + (1 - \nu) 2^{2-n})$ and $p = \nu + (1 - \nu) 2^{1-n}$.

    Parameters: `cases` lists $\nu$ and $n$; $Z$ is $X$ flipped with probability $\frac{1}{2} -$ `sign` $\xi$; $\rho =$ `factor` $\xi^2$.
Assumptions
    A1. The probability of a flip is $\frac{1}{2} - \xi$. (Broken: $\frac{1}{2} + \xi$, as the appendix prints it in one place.)
    A2. $\rho = 4 \xi^2$. (Broken: $\xi^2$, as printed there.)
Statement
    Given $X$, the data have the law of $\Phi(Z)$, where $\Phi(z)$ is $(z, \dots, z)$ with probability $p$ and uniform on all other strings
    otherwise: $\delta = 0$. The squared correlation of $X$ and $Z$ is $\rho = 4 \xi^2 = \kappa^2$. Slack: $0$, an equality.
Reference
    feldman2025, Appendix F.2 (with Theorem 8), for the test point of Theorem 13; two misprints corrected.
Tight
    $\kappa^2$ is the constant of $(X, Z)$, not of $(X, X_{1:n})$, for which it is about $1.4\, n$ times too large: `feldman2025/sparse-lower`.
Not checked
    More than one coordinate: they are independent.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/dominating-sparse",
    title="One noisy copy of the test point dominates the data of the sparse problem exactly",
    kind="identity",
    origin="corrected",
    parameters={
        "quick": {"cases": [["3/1000", 1], ["3/1000", 2], ["1/3", 5], ["1/10", 8]], "sign": 1, "factor": 4},
        "standard": {
            "cases": [[nu, n] for nu in ("1/1000000", "3/1000", "1/10", "1/3", "9/10") for n in range(1, 10)], "sign": 1, "factor": 4,
        },
    },
    controls={"A1": {"sign": -1}, "A2": {"factor": 1}},
)  # fmt: skip


def check(rng, *, cases, sign, factor):
    from fractions import Fraction

    from ..deciders import conclude

    parts = {}
    for text, n in cases:
        nu = Fraction(text)
        xi = nu / (2 * nu + (1 - nu) * Fraction(2) ** (2 - n))
        parts[f"nu = {text}, n = {n}"] = {
            "decider": "one_coordinate",
            "statement": "sparse-domination",
            "n": n,
            "nu": text,
            "flip": str(Fraction(1, 2) - sign * xi),
            "rho": str(factor * xi**2),
        }
    return conclude({"decider": "all", "parts": parts})

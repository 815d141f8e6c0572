r"""ReLU plus tanh: no number of equations separates all data sets of three or more points.

Setting
    $\sigma(u) = \max(u, 0) + g(u)$ with $g$ odd (tanh, erf, sin), $\theta = \sum_{i \le n} a_i \sigma(V x_i)$, samples on the sphere, $n \ge 3$.
    For analytic activations $p \ge 2nd$ rows separate all data sets, for almost every $V$.

    Parameters: `cases` lists activation, $n$, $d$, and the multiple of $2nd$ that is $p$.
Assumptions
    A1. $x_1$ and $x_2$ lie in one open cell of the arrangement of the hyperplanes $v_j^\perp$.
    A2. $x_3 = (x_1 + x_2) / |x_1 + x_2|$ and $a = (1, 1, -|x_1 + x_2|)$ for the first three samples; the others are arbitrary.
Statement
    For every $V$ without zero rows, whatever $p$, there are two different data sets of $n$ points, all coefficients nonzero, with the
    same $\theta$ and different functions: replace $(x_i, a_i)$ by $(-x_i, -a_i)$ for $i \le 3$. So the count $2nd$ does not carry over to
    ReLU plus tanh for $n \ge 3$.
Reference
    Derived here: Proposition 5.10 of `docs/random_features.md`; it corrects an early form of Theorem 5.7, which included ReLU + tanh.
Tight
    Decided exactly, though tanh is not rational: $\sigma(u) + \sigma(-u) = |u|$, so the difference of the two $\theta$ is
    $|x_1 \cdot v| + |x_2 \cdot v| - |(x_1 + x_2) \cdot v|$ at every row, over the rationals; it is not zero at a stated $v$. Slack: rows beyond
    $2nd$.
Not checked
    That for $n \le 2$ there are no such pairs, and for almost every data set none (both proved in the docs).
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/relu-tanh-twins",
    title="For ReLU + tanh, 2·n·d equations do not separate all data sets of three or more points",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {
            "cases": [["relu+tanh", 3, 3, 1], ["relu+tanh", 4, 6, 2], ["relu+erf", 3, 10, 3], ["leaky_relu:1/10+sin", 5, 2, 1]],
            "placing": "one cell",
        },
        "standard": {"cases": [["relu+tanh", 3, 3, 50], ["relu+tanh", 6, 12, 5], ["relu+tanh", 3, 40, 2]], "placing": "one cell"},
    },
    controls={"A1": {"placing": "two cells"}, "A2": {"placing": "generic"}},
)  # fmt: skip


def check(rng, *, cases, placing):
    from ...numerics.flips import flip_witness
    from ..deciders import conclude

    parts = {}
    for activation, n, d, multiple in cases:
        p = 2 * n * d * multiple
        parts[f"{activation}, n = {n}, d = {d}, p = {p}"] = flip_witness(activation, n, d, p, placing, rng)
    return conclude({"decider": "all", "parts": parts})

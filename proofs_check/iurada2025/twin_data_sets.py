r"""Below $2nd$ equations two different data sets with the same parameters exist: "almost every" cannot be dropped.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with $n$ samples on the sphere of $\mathbb{R}^d$, $V \in \mathbb{R}^{p \times d}$. Twins are two data
    sets $(X, a)$, $(X', a')$ with exactly the same $\theta$, all coefficients nonzero and no two of the $2n$ points equal or opposite.

    Parameters: `cases` lists activation, $n$, $d$, $p$.
Assumptions
    A1. $p < 2nd$.
    A2. $V$ is the matrix for which the twins were found.
Statement
    For the stated $nd < p < 2nd$ there are twins for all $V$ in an open set. With $p \ge nd + 1$ a data set fixed beforehand
    has no twin for almost every $V$, and with $p \ge 2nd$ no data set has one for almost every $V$; so at these $p$ between the
    two, uniqueness for almost every data set is all that can be said.
Reference
    Derived here: Corollary 5.4 and Theorem 5.7 of `docs/random_features.md` for the two counts; the twins are a computation.
Tight
    Existence is proved: a Krawczyk (interval Newton) test in ball arithmetic shows that the box around the pair found contains
    exactly one solution of the square system that is left when the surplus coordinates are fixed. Since the system is regular
    there, it persists for all $V$ nearby (implicit function theorem). Slack: the share of the box that the test does not need.
Not checked
    Other $p$ below $2nd$; the measure of the set of $V$ with twins. That there are none at $p \ge 2nd$ is a theorem, not this check:
    the control shows that the search finds none there.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/twin-data-sets",
    title="At some p between nd and 2·n·d there are two data sets with the same parameters",
    kind="certificate",
    origin="derived",
    parameters={
        "quick": {"cases": [["tanh", 2, 3, 7], ["tanh", 1, 3, 4]], "attempts": 4000, "perturb": "0", "radius": "1/1073741824"},
        "standard": {
            "cases": [["tanh", 2, 3, 7], ["tanh", 3, 3, 10], ["tanh", 2, 3, 10], ["softplus", 2, 3, 7], ["erf", 2, 3, 8]],
            "attempts": 20000, "perturb": "0", "radius": "1/1073741824",
        },
    },
    controls={"A1": {"cases": [["tanh", 2, 3, 12]], "attempts": 300}, "A2": {"perturb": "1/1024"}},
)  # fmt: skip


def check(rng, *, cases, attempts, perturb, radius):
    from ...numerics.twins import V_DENOMINATOR, find_twins
    from ...theory.rationals import rational, strings
    from ..deciders import conclude

    parts, residuals = {}, {}
    for activation, n, d, p in cases:
        twins = find_twins(activation, n, d, p, rng, attempts)
        V = [[f"{int(t)}/{V_DENOMINATOR}" for t in row] for row in twins.V]
        V[0] = strings([rational("V", t) + rational("perturb", perturb) for t in V[0]])
        name = f"{activation}, n = {n}, d = {d}, p = {p}, 2nd = {2 * n * d}"
        residuals[name] = twins.residual
        parts[name] = {
            "decider": "krawczyk", "activation": activation, "n": n, "V": V, "radius": radius, "fixed": twins.fixed,
            "Z": [[f"{round(t * 2**60)}/{2**60}" for t in row] for row in twins.Z.tolist()],
            "b": [f"{round(t * 2**60)}/{2**60}" for t in twins.b.tolist()],
        }  # fmt: skip
    return conclude({"decider": "all", "parts": parts}, residuals=residuals)

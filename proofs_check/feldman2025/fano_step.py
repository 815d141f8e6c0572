r"""A learner of small error keeps information on the test point, with the least constant.

Setting
    $X$ is a test point and $h$ a random classifier, dependent on $X$. The error $\alpha$ is
    $\frac{1}{2} P(h(X) = 0) + \frac{1}{2} P(h(X') = 1)$, $X'$ an independent copy of $X$. $d(p \| q)$ is the divergence of two
    Bernoulli laws.
Assumptions
    A1. The constant is the least divergence, not $d(1 - \alpha \| \alpha)$.
Statement
    $I(h; X) \ge C^*_\alpha = \min \{ d(p \| q) : p - q \ge 1 - 2 \alpha \}$ for error $\alpha < 1/2$. Slack: one minus the
    ratio of the two sides.
Reference
    feldman2025, proof of Theorem 7, with another constant; proof in `docs/memorization.md`, 1.3.
Tight
    Attained: for $X$ uniform on a cycle and a random arc that contains $X$ with probability $p$ and has the share $q$ of the points,
    the information is exactly $d(p \| q)$. Instances with nearly the best $q$ are among those checked, within $1/1000$
    of equality.
Not checked
    All joint laws: the instances are those listed in the witness.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/fano-step",
    title="Small error needs information on the test point",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {"errors": ["1/3", "1/10"], "cycle": 24, "sizes": [2, 4, 6], "tables": 5, "constant": "least"},
        "standard": {
            "errors": ["49/100", "1/3", "1/4", "1/10", "1/50"], "cycle": 30, "sizes": [2, 3, 6, 10], "tables": 8,
            "constant": "least",
        },
    },
    controls={"A1": {"constant": "printed"}},
)  # fmt: skip


def check(rng, *, errors, cycle, sizes, tables, constant):
    from fractions import Fraction

    from ...numerics.finite_channels import strings
    from ...numerics.finite_learners import dependent_table, shifted_sets, tightest_arc
    from ..deciders import conclude

    found = {f"arc at error {error}": shifted_sets(*tightest_arc(Fraction(error), cycle)) for error in errors}
    for size in sizes:
        for i in range(tables):
            found[f"{size} points, drawn {i}"] = dependent_table(size, Fraction(int(rng.integers(1, 10)), 10), rng)
    parts = {
        name: {
            "decider": "learners",
            "statement": "fano",
            "joint": strings(joint),
            "classifiers": classifiers,
            "constant": constant,
        }
        for name, (joint, classifiers) in found.items()
    }
    return conclude({"decider": "all", "parts": parts})

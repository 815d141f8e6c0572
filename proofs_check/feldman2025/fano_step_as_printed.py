r"""The constant printed for a learner's error is larger than the information.

Setting
    $X$ is a test point and $h$ a random classifier, dependent on $X$. The error $\alpha$ is
    $\frac{1}{2} P(h(X) = 0) + \frac{1}{2} P(h(X') = 1)$, $X'$ an independent copy of $X$. $d(p \| q)$ is the divergence of two
    Bernoulli laws.
Assumptions
    A1. The constant is the one printed, $d(1 - \alpha \| \alpha)$. (Corrected:
    $C^*_\alpha = \min \{ d(p \| q) : p - q \ge 1 - 2 \alpha \}$.)
Statement
    As printed: $I(h; X) \ge d(1 - \alpha \| \alpha) = (1 - 2 \alpha) \log((1 - \alpha) / \alpha)$ for error $\alpha < 1/2$. It fails for
    $X$ uniform on $5$ points and $h = \{X\}$: the error is exactly $1/10$, and $I(h; X) = \log 5 = 1.609$ nats against $1.758$.
    Slack: one minus the ratio of the two sides.
Reference
    feldman2025, proof of Theorem 7. The step minimises $d(p \| q)$ over $p - q \ge 1 - 2 \alpha$, and the minimum is not at
    $p = 1 - \alpha$, $q = \alpha$. Corrected: `feldman2025/fano-step`.
Tight
    Every $\alpha$ in $(0, 1/2)$ has counterexamples, for the minimum is attained elsewhere.
Not checked
    That the error is made by a learner: for the conclusion of the theorem see `feldman2025/theorem-7-constant-as-printed`.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/fano-step-as-printed",
    title="An error of one tenth with less information than the constant printed",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"points": [5], "accepted": 1, "hit": "1", "constant": "printed"},
        "standard": {"points": [5, 8, 12], "accepted": 1, "hit": "1", "constant": "printed"},
    },
    controls={"A1": {"constant": "least"}},
)


def check(rng, *, points, accepted, hit, constant):
    from fractions import Fraction

    from ...numerics.finite_channels import strings
    from ...numerics.finite_learners import shifted_sets
    from ..deciders import conclude

    parts = {}
    for size in points:
        joint, classifiers = shifted_sets(size, accepted, Fraction(hit))
        parts[f"{accepted} of {size} points"] = {
            "decider": "learners",
            "statement": "fano",
            "joint": strings(joint),
            "classifiers": classifiers,
            "constant": constant,
        }
    return conclude({"decider": "all", "parts": parts})

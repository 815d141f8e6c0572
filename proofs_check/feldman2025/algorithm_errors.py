r"""The learners that meet the lower bounds err as often as computed.

Setting
    The Gaussian, Boolean and sparse cluster problems, and for each the learner of `gaussian-upper`, `boolean-upper` or `sparse-upper` of error
    $\alpha$. Its error $e \le \alpha$ is computed by one-dimensional integrals and sums.

    Parameters: `cases` lists problem, $d$, $n$, $C$ and $\alpha$; the learner that is run is the one for the error `run` times $\alpha$; `trials` is
    the number of runs, `tolerance` the tolerance $t$.
Assumptions
    A1. The learner that is run is the one whose error is stated. (Broken: the one for a quarter of the error.)
Statement
    In runs of the whole procedure (draw $\theta$, the data, the learner's noise, a label and a test point) a wrong label has probability
    $e \pm t$. Slack: the least distance of a confidence limit to $e - t$ or $e + t$.
Reference
    Derived here: section 5 of `docs/memorization.md`; the learners of feldman2025, Theorems 10, 12 and 13, are others.
Tight
    No sufficient statistic is used in the runs, so that the reductions behind $e$ are tested with it.
Not checked
    Sizes not listed. What the learners memorize: the tests compute it by enumeration.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/algorithm-errors",
    title="The learners that meet the lower bounds err as often as computed",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "cases": [["gaussian", 40, 3, "2", "1/5"], ["boolean", 40, 4, "2", "1/5"], ["sparse", 40, 6, "3", "1/5"]],
            "trials": 2000, "tolerance": 0.075, "run": "1",
        },
        "standard": {
            "cases": [
                *(["gaussian", d, n, "2", "1/5"] for d in (60, 400) for n in (1, 3, 30)),
                *(["boolean", d, n, "2", "1/5"] for d in (60, 400) for n in (1, 4, 31)),
                *(["sparse", d, n, "4", "1/4"] for d in (60, 400) for n in (1, 3, 7)),
            ],
            "trials": 10000, "tolerance": 0.04, "run": "1",
        },
    },
    controls={"A1": {"run": "1/4"}},
)  # fmt: skip


def check(rng, *, cases, trials, tolerance, run):
    from fractions import Fraction

    from ...numerics.memorization import count_errors
    from ...theory.errors import InputError
    from ...theory.memorization.algorithms import algorithm
    from ...theory.memorization.bound import strength_ball
    from ..deciders import conclude
    from ..witnesses import binomial

    parts = {}
    for problem, d, n, C, alpha in cases:
        strength = strength_ball(problem, d, C)()
        stated, learner = (algorithm(problem, d, n, strength, Fraction(alpha) * Fraction(factor)) for factor in ("1", run))
        if stated is None or learner is None:
            raise InputError(
                f"cases: no learner of the family reaches alpha = {alpha} for {problem}, d = {d}, n = {n}, C = {C}"
            )
        wrong = count_errors(problem, learner, d, n, float(strength), trials, rng)
        name = f"{problem}, d = {d}, n = {n}, {learner.name}"
        for relation, bound in (("at most", stated.error + tolerance), ("at least", stated.error - tolerance)):
            parts[f"{name}: {relation}"] = binomial(wrong, trials, relation, bound, 1e-4 / (2 * len(cases)))
    return conclude({"decider": "all", "parts": parts})

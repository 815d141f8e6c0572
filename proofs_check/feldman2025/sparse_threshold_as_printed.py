r"""The sparse problem with one sample: a threshold is said to reach error .01 at too few common coordinates.

Setting
    $\theta = (S, y)$, $S \subset \{1, \ldots, d\}$, $X_i = y_i$ on $S$ and a uniform sign elsewhere; negatives are uniform. One
    sample $X_1$ is stored, and $X$ is accepted if $\langle X_1, X \rangle \geq \sqrt{2 \ln(200)\, d}$.

    Parameters: `constant` is $c$.
Assumptions
    A1. $c = 4$, as printed. (Corrected: $c = 8$.)
Statement
    (As printed.) If $|S| \geq \sqrt{c \ln(200)\, d}$, the error, the mean of both error probabilities, is at most .01.
Reference
    feldman2025, Appendix F.1 (COLT); the counterexample is ours.
Tight
    The signal $|S|$ must exceed the threshold by as much again, so $c = 8$ suffices for every $d$ by Hoeffding's
    inequality. As printed the excess is $1.35 \sqrt{d}$, and 8.8% of the positives are missed. For $d \to \infty$ this threshold has
    error .01 from $|S| = 5.32 \sqrt{d}$ on, and no threshold has it below $|S| = 4.65 \sqrt{d}$; the printed $|S|$ is
    $4.60 \sqrt{d}$. Slack: .01 minus the largest error.
Not checked
    The theorem is not affected: it takes $|S|$ of order $C \sqrt{d}$ with $C$ large.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/sparse-threshold-as-printed",
    title="As printed: the sparse problem has error .01 from sqrt(4 ln(200) d) common coordinates on",
    kind="threshold",
    origin="erratum",
    parameters={
        "quick": {"constant": 4, "dimensions": [1000, 10**4, 10**6], "bound": "1/100"},
        "standard": {"constant": 4, "dimensions": [10**k for k in range(3, 10)], "bound": "1/100"},
    },
    controls={"A1": {"constant": 8}},
)


def check(rng, *, constant, dimensions, bound):
    from ..deciders import conclude

    return conclude({
        "decider": "threshold_test",
        "statement": "signs",
        "constant": constant,
        "dimensions": dimensions,
        "bound": bound,
    })  # fmt: skip

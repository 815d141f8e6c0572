r"""The sparse problem with one sample: enough common coordinates for error .01.

Setting
    $\theta = (S, y)$, $S \subset \{1, \ldots, d\}$, $X_i = y_i$ on $S$ and a uniform sign elsewhere; negatives are uniform. One
    sample $X_1$ is stored, and $X$ is accepted if $\langle X_1, X \rangle \geq \sqrt{2 \ln(200)\, d}$.

    Parameters: `constant` is $c$.
Assumptions
    A1. $c = 8$. (Broken: $c = 5$.)
Statement
    If $|S| \geq \sqrt{c \ln(200)\, d}$, the error, the mean of both error probabilities, is at most .01.
Reference
    Corrects feldman2025, Appendix F.1 (COLT), which has $c = 4$.
Tight
    By Hoeffding's inequality both error probabilities are at most $1/200$, for every $d$, since the signal exceeds the threshold
    by $\sqrt{2 \ln(200)\, d}$. For $d \to \infty$ this threshold has error .01 at $c = 5.34$. Slack: .01 minus the largest error.
Not checked
    Sizes $d$ not listed; the error decreases in $|S|$, so that larger $S$ are covered.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/sparse-threshold",
    title="The sparse problem has error .01 from sqrt(8 ln(200) d) common coordinates on",
    kind="threshold",
    origin="corrected",
    parameters={
        "quick": {"constant": 8, "dimensions": [50, 100, 1000, 10**4, 10**6], "bound": "1/100"},
        "standard": {"constant": 8, "dimensions": [50, 71, *(10**k for k in range(2, 11))], "bound": "1/100"},
    },
    controls={"A1": {"constant": 5, "dimensions": [10**4, 10**6]}},
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

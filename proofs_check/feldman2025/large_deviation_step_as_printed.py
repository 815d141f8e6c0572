r"""The last step of the bound for many samples compares two exponentials in the wrong order.

Setting
    The Boolean problem, $\lambda = C d^{-1/4}$; the coordinatewise majority of $n$ samples. By Fano's inequality it memorizes at
    most $A = 2 \sqrt{d}\, e^{-n \lambda^2 / 4} + d^2 e^{-n \lambda^2 / 2}$ bits.

    Parameters: `cases` lists $d$ and $n$; `strength` is $C$.
Assumptions
    A1. $n \lambda^2 > 6 \ln d$, the range of many samples that the theorem is about. (Corrected: $n \lambda^2 \leq 6 \ln d$.)
Statement
    (As printed.) $A \leq 3 d^2 e^{-n \lambda^2 / 2}$.
Reference
    feldman2025, Appendix E.3 (COLT); own calculation.
Tight
    The step is true exactly for $n \lambda^2 \leq 6 \ln d$: it asks that $\sqrt{d}\, e^{-n \lambda^2/4} \leq d^2 e^{-n \lambda^2/2}$. The
    theorem is about $n \lambda^2 \geq c C^2 \ln d$. Its bound stands for $C \geq 2$: `feldman2025/large-deviation-bound`. Slack:
    the logarithm of the quotient of both sides.
Not checked
    The printed right side as a bound on the memorization itself: it comes from this step, and is not contradicted.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/large-deviation-step-as-printed",
    title="As printed: for many samples the first term of Fano's bound is dominated by the second",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"strength": "2", "cases": [[100, 101], [10**4, 1401], [10**4, 2501], [10**6, 30001]]},
        "standard": {"strength": "5/2", "cases": [[10**4, 1001], [10**6, 20001], [10**8, 200001], [10**10, 10**7 + 1]]},
    },
    controls={"A1": {"cases": [[100, 1], [10**4, 801], [10**6, 13001]]}},
)


def check(rng, *, strength, cases):
    from ..deciders import conclude

    return conclude({"decider": "majority", "strength": strength, "exponent": "own", "cases": cases})

r"""For many samples the majority memorizes exponentially little.

Setting
    The Boolean problem: $\theta$ uniform in $\{-1, 1\}^d$, each coordinate of a sample agrees with it with probability
    $(1 + \lambda)/2$, $\lambda = C d^{-1/4}$. The learner outputs the coordinatewise majority of $n$ samples, $n$ odd. Given
    $\theta$ its entropy, and so its excess memorization, is $d\, h(p)$, $p$ the probability of a wrong majority.

    Parameters: `cases` lists $d$ and $n$; `strength` is $C$.
Assumptions
    A1. $C \geq 2$. (Broken: $C = 6/5$.)
Statement
    $d\, h(p) \leq 2 \sqrt{d}\, e^{-n \lambda^2/4} + d^2 e^{-n \lambda^2/2} \leq 3 d^2 e^{-n/\sqrt{d}}$ bits. Slack: the logarithm of the
    quotient of the last two.
Reference
    feldman2025, Theorem 12, upper bound for large $n$ (COLT), with the constant 3; the last step of its proof is corrected.
Tight
    For $C \geq 2$ both terms are dominated singly, at every $n$ and $d$. For $C < \sqrt{2}$ and $n / \sqrt{d}$ large the outer
    inequality is false, for $p$ decays like $e^{-n \lambda^2/2}$ and no faster.
Not checked
    The accuracy of the majority. Even $n$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/large-deviation-bound",
    title="Boolean problem: the majority of many samples memorizes at most 3 d^2 exp(-n / sqrt(d)) bits",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {"strength": "2", "cases": [[100, 1], [100, 1001], [10**4, 101], [10**4, 10001], [10**6, 10**5 + 1]]},
        "standard": {
            "strength": "2",
            "cases": [[d, n] for d in (20, 10**3, 10**5, 10**7) for n in (1, 11, 101, 1001, 10**4 + 1, 10**5 + 1)],
        },
    },
    controls={"A1": {"strength": "6/5", "cases": [[100, 1001], [10**4, 10001], [10**6, 10**5 + 1]]}},
)


def check(rng, *, strength, cases):
    from ..deciders import conclude

    return conclude({"decider": "majority", "strength": strength, "exponent": "theorem", "cases": cases})

r"""The Gaussian problem: half the signal is a threshold that works for many samples.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$. The
    first $l = d/n$ coordinates of the mean of $n$ samples are stored, and $X$ is accepted if their inner product with those of
    $X$ is at least $t$.

    Parameters: `strength` is $C$; `cases` lists $d$ and $n$; `share` is $t$ divided by $C^2 \sqrt{d}/n$.
Assumptions
    A1. $n \leq \sqrt{d} / 10$. (Broken: $n = \sqrt{d}$.)
    A2. $t = \frac{1}{2} C^2 \sqrt{d} / n$. (Broken: eight times that.)
Statement
    At $C = 5/2$ the error, the mean of both error probabilities, is at most .01. Slack: .01 minus the largest error.
Reference
    Corrects feldman2025, Appendix D.3 (COLT), where $t$ is of order $\sqrt{d/n}$.
Tight
    The inner product has mean $C^2 \sqrt{d}/n$ at a positive, 0 at a negative, and deviation about
    $\sqrt{1 + C^2 n / \sqrt{d}}\, \sqrt{d} / n$. So both errors tend to $\Phi(-C^2 / 2 \sqrt{1 + C^2 n/\sqrt{d}})$.
Not checked
    The rounding of the stored coordinates to a number of bits.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/gaussian-threshold",
    title="A threshold of half the signal, of order sqrt(d)/n, has error .01 in the Gaussian problem",
    kind="threshold",
    origin="corrected",
    parameters={
        "quick": {
            "strength": "5/2", "share": "1/2", "bound": "1/100",
            "cases": [[10**4, 1], [10**4, 10], [10**6, 100]],
        },
        "standard": {
            "strength": "5/2", "share": "1/2", "bound": "1/100",
            "cases": [[10**j, 10**i] for j in (4, 6, 8, 10) for i in range(max(0, j - 6), j // 2)],
        },
    },
    controls={"A1": {"cases": [[10**4, 100]]}, "A2": {"share": "4"}},
)  # fmt: skip


def check(rng, *, strength, share, cases, bound):
    from fractions import Fraction

    from ..deciders import conclude

    factor = str(Fraction(share) * Fraction(strength) ** 2)
    return conclude({
        "decider": "threshold_test",
        "statement": "gaussian",
        "strength": strength,
        "exponent": "1",
        "cases": [[d, n, factor] for d, n in cases],
        "bound": bound,
    })  # fmt: skip

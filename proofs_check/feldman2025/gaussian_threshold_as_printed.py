r"""The Gaussian problem with many samples: the printed threshold grows faster than the signal.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$. The
    first $l = d/n$ coordinates of the mean of $n \leq \sqrt{d}/10$ samples are stored, and $X$ is accepted if their inner product
    with those of $X$ is at least $t$.

    Parameters: `strength` is $C$; `cases` lists $d$, $n$ and $f$, with $t = f \sqrt{d} / n^e$, `exponent` $e$.
Assumptions
    A1. $e = 1/2$, as printed: $t$ is of order $\sqrt{d/n}$. (Corrected: $e = 1$ and $f = C^2/2$, half the signal.)
Statement
    (As printed.) For one of the factors $f$ the error is at most .01.
Reference
    feldman2025, Appendix D.3 (COLT); the counterexample is ours.
Tight
    The signal, the mean of the inner product at a positive, is $C^2 \sqrt{d} / n$, and its deviation is of order $\sqrt{d} / n$
    too. So for every $f$ nearly all positives are missed once $n$ is well above $(C^2/f)^2$, whatever the constants in $l$ and
    $n$. Corrected, the error is below .01: `feldman2025/gaussian-threshold`. Slack: .01 minus the largest error.
Not checked
    The rounding of the stored coordinates. The theorem is not affected: only the threshold has to be replaced.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/gaussian-threshold-as-printed",
    title="As printed: a threshold of order sqrt(d/n) on the inner product with the mean has error .01",
    kind="threshold",
    origin="erratum",
    parameters={
        "quick": {
            "strength": "5/2", "exponent": "1/2", "bound": "1/100",
            "cases": [[10**4, 10, "4"], [10**6, 100, "1"], [16 * 10**6, 400, "1/2"]],
        },
        "standard": {
            "strength": "5/2", "exponent": "1/2", "bound": "1/100",
            "cases": [[10**4, 10, "4"], [10**6, 100, "1"], [10**8, 1000, "1/2"], [10**10, 10**4, "1/8"]],
        },
    },
    controls={"A1": {"exponent": "1", "cases": [[10**4, 10, "25/8"], [10**6, 100, "25/8"]]}},
)  # fmt: skip


def check(rng, *, strength, exponent, cases, bound):
    from ..deciders import conclude

    return conclude({
        "decider": "threshold_test",
        "statement": "gaussian",
        "strength": strength,
        "exponent": exponent,
        "cases": cases,
        "bound": bound,
    })  # fmt: skip

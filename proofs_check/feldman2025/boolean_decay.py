r"""How fast what the data of the Boolean problem leave open about a sign decays with their number.

Setting
    $S_n$ is the sum of $n$ signs of mean $\lambda$, times a fair sign $\theta$, $a = \mathrm{artanh} \lambda$ and $1 - T_n = E\, \mathrm{sech}^2(S_n a)$, the mean
    variance of $\theta$ given the signs; the bounds of the Boolean problem are proportional to $1 - T_n$.

    Parameters: `above` and `below` are the exponents per sample.
Assumptions
    A1. The upper exponent is $1/2$. (Broken: $3/5$.)
    A2. The lower exponent is $1/2$. (Broken: $2/5$.)
Statement
    $\frac{1}{\sqrt{2n}} (1 - \lambda^2)^{(n+1)/2} \le 1 - T_n \le (1 - \lambda^2)^{n/2}$, so that $-\frac{1}{n} \log(1 - T_n)$ tends to
    $-\frac{1}{2} \log(1 - \lambda^2)$. Slack: one minus the ratio of the two sides.
Reference
    Derived here. The law of $S_n$ has density $(1 - \lambda^2)^{n/2} \cosh(a S_n)$ with respect to that of $n$ fair signs (expectation $E_0$), so
    $1 - T_n = (1 - \lambda^2)^{n/2} E_0\, \mathrm{sech}(a S_n)$, and $E_0\, \mathrm{sech}(a S_n)$ lies between $P_0(|S_n| \le 1) \sqrt{1 - \lambda^2}$ and 1,
    $P_0(|S_n| \le 1) \ge 1 / \sqrt{2n}$. feldman2025, Theorem 12, has an upper bound of this kind, with $\lambda = C d^{-1/4}$.
Tight
    The true factor of $(1 - \lambda^2)^{n/2}$ is of the order of $1 / (a \sqrt{n})$ for $n a^2 \ge 1$: both bounds are off by a power of $n$ at most.
Not checked
    Values of $n$ and $\lambda$ not listed; the derivation covers all.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/boolean-decay",
    title="What the data of the Boolean problem leave open decays at the rate of the Chernoff exponent",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {"means": ["1/100", "3/10", "9/10"], "samples": [1, 2, 3, 10, 101, 1000], "above": "1/2", "below": "1/2"},
        "standard": {
            "means": ["1/1000", "1/100", "1/10", "3/10", "1/2", "9/10", "999/1000"], "samples": [1, 2, 3, 5, 10, 31, 101, 1000, 5000],
            "above": "1/2", "below": "1/2",
        },
    },
    controls={"A1": {"above": "3/5"}, "A2": {"below": "2/5"}},
)  # fmt: skip


def check(rng, *, means, samples, above, below):
    from ..deciders import conclude

    parts = {}
    for mean in means:
        for n in samples:
            for side, exponent in (("above", above), ("below", below)):
                parts[f"lambda = {mean}, n = {n}, {side}"] = {
                    "decider": "memorization",
                    "statement": f"decay-{side}",
                    "n": n,
                    "correlation": mean,
                    "exponent": exponent,
                }
    return conclude({"decider": "all", "parts": parts})

r"""Many faint looks at a sign are nearly a random image of one clearer look.

Setting
    $P_\pm$ are the laws of $n$ independent signs of mean $\pm \lambda$, $Q_\pm$ those of one sign of mean $\pm \xi$.
Assumptions
    A1. $\xi^2 = 8 n \lambda^2 \log(1/\delta)$. (Broken: $\frac{1}{2}$ in place of $8$.)
    A2. $\lambda < 1/10$ and $n < 1/(10 \lambda^2)$.
Statement
    There is a channel $K$ with $TV(K Q_+, P_+) \le \delta$ and $TV(K Q_-, P_-) \le \delta$. Slack: $1 - \delta(\xi) / \delta$, where
    $\delta(\xi) = \frac{1}{2} \sum_x \max \{ 0, (1 - \xi) P_+(x) - (1 + \xi) P_-(x) \}$ is the least distance possible.
Reference
    feldman2025, Lemma 21, from advanced composition and the decomposition of private mechanisms. The formula for $\delta(\xi)$
    is derived in `reconlaw.theory.one_bit`.
Tight
    Not tight: the details give the least factor in place of $8$ at each size, of order $1$. Where $\xi \ge 1$ the lemma says nothing.
Not checked
    Other sizes. Whether A2 is needed.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/advanced-composition",
    title="Many faint looks are nearly an image of one clearer look",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {
            "sizes": [[1, "1/20", "1/1000"], [60, "1/40", "1/10"], [500, "1/250", "1/1000"], [1000, "1/1000", "1/1000000"]],
            "factor": "8",
        },
        "standard": {
            "sizes": [
                [1, "1/11", "1/1000"], [2, "1/11", "1/10"], [60, "1/40", "1/10"], [200, "1/100", "1/20"], [500, "1/250", "1/1000"],
                [1000, "1/1000", "1/1000000"], [2000, "1/1000", "1/1000000000"], [2000, "1/300", "1/100"], [5000, "1/1000", "1/1000"],
            ],
            "factor": "8",
        },
    },
    controls={"A1": {"factor": "1/2"}},
)  # fmt: skip


def check(rng, *, sizes, factor):
    import math
    from fractions import Fraction

    from flint import fmpq

    from ...theory.one_bit import simulation_distance
    from ..deciders import conclude

    def least_factor(n, mean, delta):
        """The least factor to two digits, by bisection on xi."""
        low, high, mean, delta = 0, 4096, fmpq(*Fraction(mean).as_integer_ratio()), fmpq(*Fraction(delta).as_integer_ratio())
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if simulation_distance(n, mean, fmpq(middle, 4097)) <= delta else (middle, high)
        return float(f"{(high / 4097) ** 2 / (n * float(mean) ** 2 * math.log(1 / float(delta))):.2g}")

    parts, least = {}, {}
    for n, mean, delta in sizes:
        name = f"n = {n}, lambda = {mean}, delta = {delta}"
        parts[name] = {"decider": "one_bit", "n": n, "mean": mean, "delta": delta, "factor": factor}
        least[name] = least_factor(n, mean, delta)
    return conclude({"decider": "all", "parts": parts}, least_factor=least)

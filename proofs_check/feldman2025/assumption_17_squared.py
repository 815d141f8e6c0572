r"""For the Gaussian problem memorization is at least a constant times the squared advantage.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$.
    $\mathrm{mem}_n(P, \alpha)$ is the least excess memorization of a learner from $n$ samples with error at most $\alpha$, and
    $\mathrm{mem}_n(P) = \mathrm{mem}_n(P, 1/3)$.

    Parameters: `samples` lists values of $n$; `constant` is $c$; `power` is the exponent of $1 - 2\alpha$.
Assumptions
    A1. The exponent is 2. (Broken: 1.)
    A2. $c = 4$. (Broken: 6, which is not proved.)
Statement
    $\mathrm{mem}_n(P, \alpha) \geq c\, (1 - 2\alpha)^2\, \mathrm{mem}_n(P)$ for every $\alpha < 1/2$. Slack: the largest $c$ that is
    proved, minus $c$.
Reference
    Corrects feldman2025, Assumption 17 (COLT). The left side is at least $2 (1 - 2\alpha)^2 (1 - \tau)/\rho$ nats, by Theorem 7
    (1.3 of `docs/memorization.md`) and Pinsker's inequality; $\mathrm{mem}_n(P)$ is at most what the noisy mean memorizes at an
    error of at most $1/3$, which is computed.
Tight
    The exponent is (`feldman2025/assumption-17-as-printed`), the constant is not: a threshold above 0 proves 5.39 for
    $d \to \infty$.
Not checked
    Other problems.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/assumption-17-squared",
    title="Gaussian problem: memorization is at least 4 times the squared advantage times that at error 1/3",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {"d": 10**4, "samples": [1, 10, 100, 1000], "strength": "5/2", "power": 2, "constant": "4"},
        "standard": {"d": 10**6, "samples": [1, 3, 30, 1000, 10**5, 10**7], "strength": "3", "power": 2, "constant": "4"},
    },
    controls={"A1": {"power": 1}, "A2": {"constant": "6"}},
)


def check(rng, *, d, samples, strength, power, constant):
    from fractions import Fraction

    from ..deciders import conclude

    parts = {}
    for n in samples:
        parts[f"n = {n}"] = {
            "decider": "noisy_mean",
            "d": d,
            "n": n,
            "strength": strength,
            "power": power,
            "constants": [constant],
            "separations": [str(Fraction(constant) / 7)],
            "separation_at_third": "49/50",
        }
    return conclude({"decider": "all", "parts": parts})

r"""Memorization is assumed to be linear in the advantage; for the Gaussian problem it is quadratic.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$.
    $\mathrm{mem}_n(P, \alpha)$ is the least excess memorization of a learner from $n$ samples with error at most $\alpha$, and
    $\mathrm{mem}_n(P) = \mathrm{mem}_n(P, 1/3)$.

    Parameters: `constants` lists values of $c$; `power` is the exponent of $1 - 2\alpha$; `strength` is $C$.
Assumptions
    A1. The exponent is 1, as printed. (Corrected: 2.)
Statement
    (As printed.) There is a constant $c > 0$ with $\mathrm{mem}_n(P, \alpha) \geq c\, (1 - 2\alpha)\, \mathrm{mem}_n(P)$ for every
    $\alpha < 1/2$: one of those listed.
Reference
    feldman2025, Assumption 17 (COLT), for clusters of $n$ samples; the counterexample is ours.
Tight
    False for every $c > 0$. With $K = (1 - \tau)/\rho$, $\mathrm{mem}_n(P) \geq \frac{2}{9} K$ nats. The sample mean with noise
    of variance $s$ added memorizes $\frac{d}{2} \ln(1 + (1 - \tau)/s)$ nats. As $s \to \infty$ this is about $\frac{1}{2} K D^2$, where
    $D^2 = d \rho / (1 + s)$, while the advantage $1 - 2\alpha$ is about $D / \sqrt{2\pi}$: their quotient falls below every
    multiple of $K$. A given $c$ is refuted here at $1 - 2\alpha$ about $c/18$. With the exponent 2 the statement is true,
    with $c = 4$: `feldman2025/assumption-17-squared`.
Not checked
    Theorem 18, which uses the assumption; with the exponent 2 it follows in the same way, by Jensen's inequality for the square.
    For advantages bounded below the exponent 1 is harmless. Other problems.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/assumption-17-as-printed",
    title="As printed: memorization at error alpha is at least a constant times 1 - 2 alpha times that at error 1/3",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"d": 10**4, "n": 1, "strength": "5/2", "power": 1, "constants": ["4", "1", "1/10", "1/1000", "1/1000000"]},
        "standard": {"d": 10**6, "n": 500, "strength": "3", "power": 1, "constants": ["4", "1", "1/10", "1/1000", "1e-9"]},
    },
    controls={"A1": {"power": 2, "constants": ["4"]}},
)


def check(rng, *, d, n, strength, power, constants):
    from fractions import Fraction

    from ..deciders import conclude

    return conclude({
        "decider": "noisy_mean",
        "d": d,
        "n": n,
        "strength": strength,
        "power": power,
        "constants": constants,
        "separations": [str(Fraction(c) / 7) for c in constants],
        "separation_at_third": "49/50",
    })  # fmt: skip

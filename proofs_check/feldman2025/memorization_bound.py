r"""An accurate learner keeps information on its data beyond what they say of the distribution.

Setting
    $\theta$ has a prior on finitely many values, the data $X_1, \dots, X_n$ are independent from $P_\theta$ on finitely many points. A learner maps the
    data to $M$, a random classifier. A test point is drawn from $P_\theta$ (label 1) or from the marginal of the data points (label 0) with
    probability $1/2$ each; $\alpha$ is the error. $\tau$ and $\rho$ are contraction constants of the channels from the data to
    $\theta$ and to a positive test point.
Assumptions
    A1. $\tau$ and $\rho$ are upper bounds of these constants: the largest total variation distance of two posteriors, or for uniform signs seen
    through noise the exact ones, $T_n$ and $\lambda^2 T_n$. (Broken: $\rho$ a tenth smaller.)
Statement
    $I(M; X_{1:n} | \theta) \ge \frac{1 - \tau}{\rho} C^*_\alpha$, $C^*_\alpha = \min \{ d(p \| q) : p - q \ge 1 - 2 \alpha \}$, $d$ the divergence of two
    Bernoulli laws. Slack: one minus the ratio of the two sides.
Reference
    feldman2025, Theorem 7 without approximation terms, with another constant for the error; proof in `docs/memorization.md`, 1.3. The
    constants of the signs: Theorem 2.2 there.
Tight
    In the limit $\alpha \to 1/2$ for signs: the learner names a sign of mean $c E[\theta | X_{1:n}]$ with small $c$. Such learners are among the
    instances.
Not checked
    All learners: the instances are those listed in the witness. Approximate constants ($\epsilon_n$, $\delta_n$).
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/memorization-bound",
    title="An accurate learner keeps information on its data",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {
            "values": [2, 3], "points": [2, 3], "samples": [1, 2], "noises": ["1/10", "2/3"],
            "signs": [["1/2", 1], ["1/3", 3], ["4/5", 2]], "strength": "1/20", "shrink": "1",
        },
        "standard": {
            "values": [2, 3, 4], "points": [2, 3], "samples": [1, 2, 3], "noises": ["1/100", "1/3", "9/10"],
            "signs": [["1/100", 1], ["1/2", 1], ["1/3", 3], ["4/5", 2], ["9/10", 5], ["1/10", 9]], "strength": "1/20", "shrink": "1",
        },
    },
    controls={"A1": {"shrink": "9/10"}},
)  # fmt: skip


def check(rng, *, values, points, samples, noises, signs, strength, shrink):
    from fractions import Fraction

    from ...numerics.finite_channels import random_channel, random_law, strings, symmetric_bits
    from ...numerics.finite_learners import faint_sign, noisy_learner
    from ..deciders import conclude

    parts = {}

    def add(name, statement, learner, classifiers, **problem):
        parts[name] = {
            "decider": "learners",
            "statement": statement,
            "constant": "least",
            "learner": strings(learner),
            "classifiers": classifiers,
            "shrink": shrink,
            **problem,
        }

    for k in values:
        for s in points:
            for n in samples:
                for noise in noises:
                    prior, rows = random_law(k, rng), random_channel(k, s, rng, largest=30)
                    learner = noisy_learner(prior, rows, n, Fraction(noise), rng)
                    name = f"{k} laws on {s} points, n = {n}, noise {noise}"
                    add(name, "memorization", *learner, prior=strings(prior), rows=strings(rows), n=n)
    for correlation, n in signs:
        sign = Fraction(correlation)
        learners = {"faint": (1, faint_sign(sign, n, Fraction(strength)))}
        for copies in (1, 2) if n < 4 else (1,):
            size = 2**copies
            problem = [Fraction(1, size)] * size, symmetric_bits(sign, copies)
            learners[f"{copies} coordinates"] = (copies, noisy_learner(*problem, n, Fraction(noises[-1]), rng))
        for kind, (copies, learner) in learners.items():
            name = f"signs of correlation {correlation}, n = {n}, {kind}"
            add(name, "sign-memorization", *learner, correlation=correlation, copies=copies, n=n)
    return conclude({"decider": "all", "parts": parts})

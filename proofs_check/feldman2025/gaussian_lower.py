r"""A learner of the Gaussian problem keeps at least of the order of d / n bits, for every n.

Setting
    $\theta \sim N(0, I_d)$, $X_i \sim N(\lambda \theta, (1 - \lambda^2) I_d)$, $i \le n$, $\lambda = C d^{-1/4}$; negatives are $N(0, I_d)$. $\tau$ and
    $\rho$ are the contraction constants of the channels from the data to $\theta$ and to a test point, $\alpha$ is the error.

    Parameters: `exact` lists $n$ and $\lambda^2$, and $\rho = \lambda^{2 \cdot power} \tau$ is demanded; `cases` lists $d$, $C$, values of $n$ and
    errors $e$: a learner of error $e$ is held against the bound at `share` times $e$, with `rho` for $\rho$.
Assumptions
    A1. $\rho = \lambda^2 \tau$, one factor $\lambda^2$ for the test point. (Broken: two.)
    A2. The error is at most $\alpha$. (Broken: ten times $\alpha$.)
    A3. The constant is $\rho$. (Broken: $\rho^2$.)
Statement
    $I(M; X_{1:n} | \theta) \ge \frac{1 - \tau}{\rho} C^*_\alpha$ with $\tau = \frac{n \lambda^2}{1 + (n - 1) \lambda^2}$ and
    $\frac{1 - \tau}{\rho} = \frac{1 - \lambda^2}{n \lambda^4}$, which is $(1 - \lambda^2) d / (C^4 n)$. Slack: one minus the ratio of the bound
    and what the learner keeps.
Reference
    feldman2025, Theorem 10, lower bound, with $C^*_\alpha$ in place of $C_\alpha$, which is not valid (`feldman2025/fano-step-as-printed`). Proof in
    1.3 and 3 of `docs/memorization.md`.
Tight
    Up to a constant for every $n$: `feldman2025/gaussian-upper`. For one coordinate $\tau$ and $\rho$ are squared multiple correlations,
    computed exactly from the covariance of the points; Fact 2 of the paper and the product of coordinates give the rest.
Not checked
    All learners: the bound is the theorem's, the machine holds it against noisy means of the listed errors.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/gaussian-lower",
    title="Gaussian problem: an accurate learner keeps of the order of d / n bits",
    kind="inequality",
    origin="corrected",
    parameters={
        "quick": {
            "exact": [[1, "1/2"], [5, "1/10"], [12, "1/100"]], "power": 1,
            "cases": [[10**4, "5/2", [1, 30, 100, 10**4, 10**6], ["1/3", "9/20"]], [10**6, "3", [1, 10**5], ["1/100"]]],
            "share": "1", "rho": "kl",
        },
        "standard": {
            "exact": [[n, u] for n in (1, 2, 5, 12, 40) for u in ("1/1000", "1/100", "1/2", "99/100")], "power": 1,
            "cases": [
                [10**k, "3", [1, 3, 10**2, 10**3, 10**4, 10**6, 10**9], ["1/1000", "1/100", "1/10", "1/3", "49/100", "4999/10000"]]
                for k in (4, 6, 8, 12)
            ],
            "share": "1", "rho": "kl",
        },
    },
    controls={"A1": {"power": 2}, "A2": {"share": "1/10"}, "A3": {"rho": "squared"}},
)  # fmt: skip


def check(rng, *, exact, power, cases, share, rho):
    from ..deciders import conclude
    from ..witnesses import below_learners

    parts = {}
    for n, square in exact:
        name = f"constants at n = {n}, lambda^2 = {square}"
        parts[name] = {"decider": "one_coordinate", "statement": "gaussian", "n": n, "square": square, "power": power}
    parts |= below_learners("gaussian", cases, share, rho)
    return conclude({"decider": "all", "parts": parts})

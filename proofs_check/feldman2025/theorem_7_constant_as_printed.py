r"""The lower bound on memorization is false with the constant printed for the error.

Setting
    $\theta$ is uniform on $k^d$ words. Every coordinate of the data point $X_1$ ($n = 1$) and of a positive test point $X$ is that of $\theta$ with
    probability $s$ and erased otherwise; a null test point is an independent word with erasures. The learner names one coordinate of
    $X_1$ that is not erased, drawn uniformly, and its letter. A test point is accepted if it has this letter or an erasure there.
    $\tau$ and $\rho$ are contraction constants of the channels from $X_1$ to $\theta$ and to $X$.
Assumptions
    A1. The constant is the one printed, $d(1 - \alpha \| \alpha)$. (Corrected: $C^*_\alpha = \min \{ d(p \| q) : p - q \ge 1 - 2 \alpha \}$.)
Statement
    As printed: $I(M; X_1 | \theta) \ge \frac{1 - \tau}{\rho} d(1 - \alpha \| \alpha)$ at the learner's error $\alpha$. With $k = d = 10$ and
    $s = 49/50$: $\alpha = .059$, and the learner keeps $.03073$ bits against more than $.031$. Slack: one minus the ratio of the two sides.
Reference
    feldman2025, Theorem 7, as printed. Corrected: `feldman2025/memorization-bound`.
Tight
    The right side uses the upper bounds `tau` of $\tau$ and $s$ `tau` of $\rho$, which makes it smaller. The first is proved in
    `reconlaw.theory.erased_letters` for one coordinate by a certificate on an interval, and carries over to the product; the second is the composition
    with the channel from $\theta$ to $X$, of constant $s$. A point mass shows $\tau \ge \log k / (\log k + \log(1/s)) = .99130$.
Not checked
    How far the printed constant is wrong at most. With the corrected one the learner keeps $11$ percent more than the bound or more.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/theorem-7-constant-as-printed",
    title="A learner that keeps less than the bound with the constant printed",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"letters": 10, "coordinates": 10, "survival": "49/50", "taus": ["4957/5000"], "constant": "printed"},
        "standard": {"letters": 10, "coordinates": 10, "survival": "49/50", "taus": ["9915/10000", "99131/100000"], "constant": "printed"},
    },
    controls={"A1": {"constant": "least"}},
)  # fmt: skip


def check(rng, *, letters, coordinates, survival, taus, constant):
    from ..deciders import conclude

    parts = {
        f"tau at most {tau}": {
            "decider": "learners",
            "statement": "erased-letters",
            "letters": letters,
            "coordinates": coordinates,
            "survival": survival,
            "tau": tau,
            "constant": constant,
        }
        for tau in taus
    }
    return conclude({"decider": "all", "parts": parts})

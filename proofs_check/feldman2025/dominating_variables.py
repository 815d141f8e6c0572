r"""Constants of dominating variables hold for the data and the test point that they dominate.

Setting
    $\theta$ is a uniform sign, $Z_{train} = \theta s$ and $Z_{test} = \theta t$ with random signs $(s, t)$ independent of $\theta$. Channels
    $\Phi_{train}$, $\Phi_{test}$ act behind them. Given $\theta$ the data $D$ are within total variation $\delta$ of
    $\Phi_{train}(Z_{train})$, and the test point $X$, independent of the data given $\theta$, has the law of $\Phi_{test}(Z_{test})$. $M$ is
    the output of a channel behind the data, with $|M|$ values.
Assumptions
    A1. $Z_{train}$ and $Z_{test}$ are independent given $\theta$. (Broken: dependent so that they are independent without $\theta$.)
    A2. The term in $\delta$ is counted. (Broken: its coefficient $8$ becomes $0$.)
Statement
    $I(M; \theta) \le \tau I(M; D) + 8 \delta \log(|M| / \delta)$ and $I(M; X) \le \rho I(M; D) + 8 \delta \log(|M| / \delta)$, where
    $\tau = (E s)^2$ and $\rho = (E s t)^2$ are the constants of $(\theta, Z_{train})$ and $(Z_{test}, Z_{train})$. Slack: one minus the
    ratio of the two sides.
Reference
    feldman2025, Theorem 8 with Proposition 5, for dominating variables of one bit, whose constants are those of Fact 3.
Tight
    With $\delta = 0$ and channels that keep their input it is Fact 3. With A1 broken, $\rho = 0$ although data and test point are dependent.
Not checked
    Other dominating variables, and all channels: the instances are those listed in the witness. $\delta$ is computed exactly.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/dominating-variables",
    title="Constants of dominating variables hold for what they dominate",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {
            "signs": ["9/16 3/16 3/16 1/16", "27/50 3/50 9/25 1/25"], "data": [2, 4], "shares": ["0", "1/100", "1/2"], "outputs": 3,
            "coefficient": "8",
        },
        "standard": {
            "signs": ["9/16 3/16 3/16 1/16", "27/50 3/50 9/25 1/25", "3/20 1/20 3/5 1/5", "57/100 19/50 3/100 1/50"],
            "data": [2, 3, 6], "shares": ["0", "1/1000000", "1/100", "1/2"], "outputs": 4, "coefficient": "8",
        },
    },
    controls={
        "A1": {"signs": ["1/2 1/4 1/4 0"], "shares": ["0"]},
        "A2": {"coefficient": "0"},
    },
)  # fmt: skip


def check(rng, *, signs, data, shares, outputs, coefficient):
    from fractions import Fraction

    from ...numerics.finite_channels import behind, identity, mixture, random_channel, strings, symmetric_bits
    from ..deciders import conclude

    parts = {}
    for table in signs:
        both = [Fraction(t) for t in table.split()]  # (s, t) = (+, +), (+, -), (-, +), (-, -)
        noise = symmetric_bits(both[0] + both[1] - both[2] - both[3])
        for size in data:
            for share in shares:
                train, test = ((random_channel(2, k, rng) if size > 2 else identity(2)) for k in (size, 3))
                clear = [identity(size)[0], identity(size)[-1]]
                rows = [mixture(p, q, Fraction(share)) for p, q in zip(behind(noise, train), clear)]
                for kind, learner in {"drawn": random_channel(size, outputs, rng), "kept": identity(size)}.items():
                    for target in ("theta", "test"):
                        parts[f"signs {table}, {size} data, moved by {share}, {kind}, {target}"] = {
                            "decider": "information",
                            "statement": "dominating-variables",
                            "signs": strings([both[:2], both[2:]]),
                            "train": strings(train),
                            "data": strings(rows),
                            "test": strings(test),
                            "channel": strings(learner),
                            "target": target,
                            "coefficient": coefficient,
                        }
    return conclude({"decider": "all", "parts": parts})

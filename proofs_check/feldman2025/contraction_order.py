r"""How the contraction constants of a finite pair compare, and how they combine.

Setting
    $(U, V)$ is a pair of finite variables. $\eta_{KL}$ is the smallest $\eta$ with $I(M; U) \le \eta I(M; V)$ for all $M$ behind $V$, the supremum of
    $KL(Q_U \| P_U) / KL(Q \| P_V)$ over laws $Q$ of $V$ with image $Q_U$; $\eta_{\chi^2}$ is the squared maximal correlation, and $\eta_{TV}$
    the largest total variation distance of two laws of $U$ given $V$. A fair pair is a uniform sign $U$ seen with a random bias $R$
    that does not depend on it.
Assumptions
    A1. The upper constant is $\eta_{TV}$. (Broken: $\eta_{\chi^2}$.)
    A2. The constant of two independent pairs is the larger of theirs. (Broken: the smaller.)
Statement
    $\eta_{\chi^2} \le \eta_{KL} \le \eta_{TV}$. Two independent pairs have the larger of their constants; a chain $U - V - W$ has at most the
    product. Slack: one minus the ratio of the two sides.
Reference
    feldman2025 uses these facts of Polyanskiy and Wu (2017). The constants that enter are certified in `reconlaw.theory.contraction`.
Tight
    $\eta_{\chi^2} = \eta_{KL}$ for binary symmetric pairs. The lower part is certified to one part in $10^5$: a posterior close to $P_V$ has a
    ratio of at least $(1 - 10^{-5}) \eta_{\chi^2}$. For fair pairs $\eta_{KL} \le \eta_{TV}$ is certified over all posteriors.
Not checked
    For the other pairs $\eta_{KL} \le \eta_{TV}$, and for products and chains the inequality of informations, are decided at the posteriors
    and channels listed in the witness.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/contraction-order",
    title="Order, products and chains of contraction constants",
    kind="inequality",
    origin="second-hand",
    parameters={
        "quick": {
            "sizes": [[2, 3], [3, 3]], "tables": 2, "posteriors": 3, "fair": [["1/10 9/10", "9/10 1/10"], ["1/2 0", "1/3 2/3"]],
            "channels": 3, "constant": "total variation", "combined": "largest",
        },
        "standard": {
            "sizes": [[2, 2], [2, 3], [3, 2], [3, 4], [5, 5]], "tables": 3, "posteriors": 4,
            "fair": [["1/10 9/10", "9/10 1/10"], ["1/2 0", "1/3 2/3"], ["1/3", "1"], ["1/5 1/2 4/5", "1/3 1/3 1/3"]],
            "channels": 3, "constant": "total variation", "combined": "largest",
        },
    },
    controls={"A1": {"constant": "chi-square"}, "A2": {"combined": "smallest"}},
)  # fmt: skip


def check(rng, *, sizes, tables, posteriors, fair, channels, constant, combined):
    from fractions import Fraction

    from ...numerics.finite_channels import (
        fair_pair,
        local_posterior,
        other_law,
        random_channel,
        random_table,
        rare_output,
        strings,
        tilted_posterior,
    )  # fmt: skip
    from ..deciders import conclude

    parts = {}

    def add(name, statement, **data):
        parts[name] = {"decider": "contraction_order", "statement": statement, **data}

    for rows, columns in sizes:
        for i in range(tables):
            table = random_table(rows, columns, rng)
            name = f"{rows} x {columns}, drawn {i}"
            near = strings(local_posterior(table, Fraction(1, 2000)))
            add(f"{name}: chi-square", "chi-square-below", joint=strings(table), posterior=near, share="99999/100000")
            for j in range(posteriors):
                drawn = strings(other_law([sum(column) for column in zip(*table)], rng))
                add(f"{name}: total variation {j}", "total-variation-above", joint=strings(table), posterior=drawn)
    pairs = [{"biases": biases.split(), "weights": weights.split()} for biases, weights in fair]
    exact = [[[Fraction(t) for t in pair[key]] for key in ("biases", "weights")] for pair in pairs]
    for pair, numbers in zip(pairs, exact):
        name = f"biases {' '.join(pair['biases'])}"
        add(f"{name}: all posteriors", "fair-certified", constant=constant, **pair)
        size = 2 * len(pair["biases"])
        for i in range(channels):
            noise = random_channel(size, 3, rng)
            learner = random_channel(3, 2, rng)
            add(f"{name}: chain {i}", "chain", pair=pair, noise=strings(noise), channel=strings(learner))
        for other in pairs:
            inner = 2 * len(other["biases"])
            posterior = tilted_posterior(*numbers)
            seen = rare_output([sum(column) for column in zip(*fair_pair(*numbers))], posterior, Fraction(1, 2000))
            rows = {"rare output": [row for row in seen for _ in range(inner)]}
            rows |= {f"drawn {i}": random_channel(size * inner, 3, rng) for i in range(channels)}
            for kind, learner in rows.items():
                add(f"{name} with {' '.join(other['biases'])}: {kind}", "product",
                    first=pair, second=other, channel=strings(learner), combined=combined)  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

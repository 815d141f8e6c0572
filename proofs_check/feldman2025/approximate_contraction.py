r"""A law within total variation $\delta$ of one that contracts information contracts it up to a term in $\delta$.

Setting
    $A$ is uniform on $\{\pm 1\}^d$, $\tilde{B}$ is $A$ with every sign flipped with probability $\epsilon$, and $B$ has a law within total
    variation $\delta$ of that of $\tilde{B}$, for every value of $A$. $M$ is the output of a channel behind $B$, with $|M|$ values.
Assumptions
    A1. The term in $\delta$ is counted. (Broken: its coefficient $8$ becomes $0$.)
Statement
    $I(M; A) \le \rho I(M; B) + 8 \delta \log(|M| / \delta)$ with $\rho = (1 - 2 \epsilon)^2$. Slack: one minus the ratio of the two
    sides.
Reference
    feldman2025, Proposition 5, for the pairs of Fact 3.
Tight
    Not known: the coefficient is far from being needed in the instances. Without the term the inequality is refuted by
    $B$ with fewer flips than $\tilde{B}$, and $M = B$.
Not checked
    Other pairs, and all channels: the instances are those listed in the witness. $\delta$ is computed exactly.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/approximate-contraction",
    title="Near a law that contracts information, information contracts up to a small term",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {"flips": ["1/10", "1/3"], "copies": [1, 2], "shares": ["1/1000", "1/20", "1/2"], "outputs": [2, 4], "coefficient": "8"},
        "standard": {
            "flips": ["1/100", "1/10", "1/4", "2/5", "1/2"], "copies": [1, 2, 3], "shares": ["1/1000000", "1/100", "1/2"],
            "outputs": [2, 6], "coefficient": "8",
        },
    },
    controls={"A1": {"coefficient": "0"}},
)  # fmt: skip


def check(rng, *, flips, copies, shares, outputs, coefficient):
    from fractions import Fraction

    from ...numerics.finite_channels import identity, mixture, random_channel, strings, symmetric_bits
    from ..deciders import conclude

    parts = {}
    for flip in flips:
        for d in copies:
            exact = symmetric_bits(1 - 2 * Fraction(flip), d)
            for share in shares:
                other = random_channel(2**d, 2**d, rng)
                channels = {f"{m} outputs": random_channel(2**d, m, rng) for m in outputs} | {"kept": identity(2**d)}
                cases = {(kind, "drawn"): (other, rows) for kind, rows in channels.items()}
                cases["kept", "fewer flips"] = (identity(2**d), identity(2**d))
                for (kind, near), (neighbour, rows) in cases.items():
                    parts[f"flip {flip}, d = {d}, {kind}, {near} at {share}"] = {
                        "decider": "information",
                        "statement": "approximate-contraction",
                        "flip": flip,
                        "copies": d,
                        "rows": strings([mixture(p, q, Fraction(share)) for p, q in zip(exact, neighbour)]),
                        "channel": strings(rows),
                        "coefficient": coefficient,
                    }
    return conclude({"decider": "all", "parts": parts})

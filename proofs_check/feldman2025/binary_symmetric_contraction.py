r"""Uniform bits seen through symmetric noise contract information by their squared correlation.

Setting
    $A$ is uniform on $\{\pm 1\}^d$, $B$ is $A$ with every sign flipped independently with probability $\epsilon$, and $M$ is the output of
    a channel behind $B$, so that $A - B - M$ is a Markov chain.
Assumptions
    A1. The two flip probabilities are equal. (Broken: only one of the two letters is ever flipped.)
Statement
    $I(M; A) \le r^2 I(M; B)$, $r$ the correlation of $A_i$ and $B_i$, which is $1 - 2 \epsilon$ under A1. Slack:
    $1 - I(M; A) / (r^2 I(M; B))$.
Reference
    feldman2025, Fact 3 (with $\rho = r^2$); known long before the paper.
Tight
    The ratio tends to $r^2$ for a rare output that hardly moves the law of one $B_i$. Every pair has one instance with the rare output that is
    worst for it; it refutes the inequality where A1 is broken. Channels drawn at random are far from equality.
Not checked
    All channels: the instances are those listed in the witness, each decided by balls.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/binary-symmetric-contraction",
    title="Information on uniform bits contracts by the squared correlation",
    kind="inequality",
    origin="stated",
    parameters={
        "quick": {"flips": [["1/10", "1/10"], ["1/3", "1/3"]], "copies": [1, 2, 3], "outputs": [2, 4], "share": "1/2000"},
        "standard": {
            "flips": [["1/100", "1/100"], ["1/10", "1/10"], ["1/4", "1/4"], ["2/5", "2/5"], ["4/5", "4/5"]],
            "copies": [1, 2, 3, 4], "outputs": [2, 3, 4, 8], "share": "1/2000",
        },
    },
    controls={"A1": {"flips": [["0", "1/5"]], "copies": [1]}},
)  # fmt: skip


def check(rng, *, flips, copies, outputs, share):
    from fractions import Fraction

    from ...numerics.finite_channels import random_channel, rare_output, strings, tightest_posterior
    from ..deciders import conclude

    half, parts = Fraction(1, 2), {}
    for zero_to_one, one_to_zero in flips:
        up, down = Fraction(zero_to_one), Fraction(one_to_zero)
        pair = [[half * (1 - up), half * up], [half * down, half * (1 - down)]]
        law = [pair[0][j] + pair[1][j] for j in range(2)]
        near = rare_output(law, tightest_posterior(pair), Fraction(share))
        for d in copies:
            channels = {f"{m} outputs": random_channel(2**d, m, rng) for m in outputs}
            channels["rare output"] = [near[i * 2 >> d] for i in range(2**d)]  # it sees the first bit alone
            for kind, rows in channels.items():
                parts[f"flips {zero_to_one} and {one_to_zero}, d = {d}, {kind}"] = {
                    "decider": "information",
                    "statement": "correlation-contraction",
                    "pair": strings(pair),
                    "copies": d,
                    "channel": strings(rows),
                }
    return conclude({"decider": "all", "parts": parts})

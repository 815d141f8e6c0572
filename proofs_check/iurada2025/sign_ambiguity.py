r"""For an odd or even activation a sample and its negative give the same parameters.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with samples on a sphere, and data sets that differ by the signs of some samples.
Assumptions
    A1. $\sigma$ is odd or even, as stated.
Statement
    If $\sigma(-u) = s\, \sigma(u)$ with $s = \pm 1$, then $\varphi(-x) = s\, \varphi(x)$: flipping $x_i$ and replacing $a_i$ by
    $s\, a_i$ leaves $\theta$ unchanged, exactly. No method can tell the $2^n$ sign patterns apart.
Reference
    iurada2025, the discussion of parity and sign ambiguity (second-hand).
Tight
    An identity: exact at rational pre-activations, and to $2^{-100}$ by balls for the analytic activations.
Not checked
    Linear-plus-even activations such as ReLU have no such ambiguity for generic data; at large $n/d$ they nearly do.
"""

from ..claim import Claim

CASES = [
    ["tanh", "odd"], ["erf", "odd"], ["sin", "odd"], ["tanh+erf", "odd"], ["power:3", "odd"], ["power:2", "even"],
    ["leaky_relu:-1", "even"], ["hermite:4", "even"], ["hermite:5", "odd"],
]  # fmt: skip

CLAIM = Claim(
    id="iurada2025/sign-ambiguity",
    title="Odd and even activations leave the sign of every sample undetermined",
    kind="identity",
    origin="second-hand",
    parameters={
        "quick": {"cases": CASES, "n": 4, "d": 5, "p": 12},
        "standard": {"cases": CASES, "n": 20, "d": 20, "p": 400},
    },
    controls={"A1": {"cases": [["relu+tanh", "odd"], ["relu", "even"]]}},
)


def check(rng, *, cases, n, d, p):
    from ...theory.rationals import draw_integers
    from ..deciders import conclude

    parts = {}
    for activation, parity in cases:
        V, X = draw_integers(rng, p, d), draw_integers(rng, n, d)
        point = {"V": V, "X": X, "scale": "1/1000000000000"}
        parts[f"{activation} is {parity}"] = {"decider": "symmetry", "activation": activation, "parity": parity} | point
    return conclude({"decider": "all", "parts": parts})

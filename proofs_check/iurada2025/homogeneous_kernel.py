r"""The radius of a sample cannot be told from its coefficient if the activation is homogeneous.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ with the norm of the samples unknown (free domain), $J$ the Jacobian with respect to
    data and coefficients together.

    Parameters: `cases` lists activation and $K$.
Assumptions
    A1. $\sigma(cu) = c^K \sigma(u)$ for $c > 0$ (ReLU and leaky ReLU with $K = 1$, powers $u^K$).
    A2. The degree $K$ is the activation's own.
Statement
    $J (x_i, -K a_i) = 0$ for every sample $i$: the kernel of $J$ has dimension at least $n$, and the radius is lost.
Reference
    Euler's identity for homogeneous functions; the consequence for iurada2025 is derived here.
Tight
    An identity, decided exactly over the rationals, for one activation of each family.
Not checked
    That nothing else lies in the kernel: see the counting table.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/homogeneous-kernel",
    title="For a homogeneous activation the radial direction lies in the kernel of the Jacobian",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {"cases": [["relu", "1"], ["leaky_relu:1/5", "1"], ["power:3", "3"]], "n": 3, "d": 4, "p": 12},
        "standard": {"cases": [["relu", "1"], ["leaky_relu:-2", "1"], ["power:7", "7"]], "n": 8, "d": 10, "p": 100},
    },
    controls={"A1": {"cases": [["power:1+power:3", "3"]]}, "A2": {"cases": [["power:3", "2"]]}},
)


def check(rng, *, cases, n, d, p):
    from ...theory.rationals import draw_integers
    from ..deciders import conclude

    parts = {}
    for activation, degree in cases:
        parts[activation] = {
            "decider": "linear",
            "statement": "radial-kernel",
            "activation": activation,
            "degree": degree,
            "V": draw_integers(rng, p, d),
            "X": draw_integers(rng, n, d),
            "a": [row[0] for row in draw_integers(rng, n, 1)],
        }
    return conclude({"decider": "all", "parts": parts})

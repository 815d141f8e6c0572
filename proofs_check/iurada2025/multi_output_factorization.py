r"""Several outputs share the features and nothing else: the loss is a sum over outputs.

Setting
    $C$ outputs with one column of $\theta \in \mathbb{R}^{p \times C}$ each, $f(x) = M \theta^\top \varphi(x)$, $M = I_C$ unless
    the outputs are mixed. $H$ is the $n \times p$ matrix of the features, $M \otimes H$ that of the joint problem.
Assumptions
    A1. No mixing: $M = I_C$.
    A2. $M$ is invertible, where the loss is stated.
Statement
    With $\Phi_C = I_C \otimes H$: the solution of least norm of the joint problem is that of each output, column by column, and
    $\|P_{\Phi_C}^\perp \theta\|^2 = \sum_c \|P_H^\perp \theta_c\|^2$ for every $\theta$. The loss is the same for every invertible
    $M$, because $M \otimes H$ and $I_C \otimes H$ have the same row space; the solution of least norm is not.
Reference
    iurada2025, the multi-class experiments (second-hand: from the authors' code). The remark on mixing is derived here.
Tight
    Identities, decided exactly over the rationals: the joint side from the Kronecker matrix, the other side from $H$ alone.
Not checked
    Outputs that mix differently for each sample, as in the linearization of a softmax.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/multi-output-factorization",
    title="The loss of several outputs is the sum of the losses of the single outputs",
    kind="identity",
    origin="second-hand",
    parameters={
        "quick": {"activations": ["relu", "power:3"], "n": 3, "d": 3, "p": 6, "outputs": 3, "broken": "nothing"},
        "standard": {
            "activations": ["relu", "leaky_relu:-2", "power:5"], "n": 5, "d": 4, "p": 11, "outputs": 4, "broken": "nothing",
        },
    },
    controls={"A1": {"broken": "mixed outputs"}, "A2": {"broken": "singular mixing"}},
)  # fmt: skip


def check(rng, *, activations, n, d, p, outputs, broken):
    from ...theory.activations import parse
    from ...theory.errors import one_of
    from ...theory.rationals import draw_integers, draw_rows_and_samples, features, matrix, strings
    from ..deciders import conclude

    one_of("broken", broken, ("nothing", "mixed outputs", "singular mixing"))
    identity = [[str(int(b == c)) for c in range(outputs)] for b in range(outputs)]
    parts = {}
    for activation in activations:
        rank, mixed = 0, [["0"]]
        while rank < n:  # a ReLU sample without active rows has no feature
            V, X = draw_rows_and_samples(rng, p, n, d, size=99)
            H, _ = features(parse(activation), matrix("V", V), matrix("X", X))
            rank = H.rank()
        while matrix("mixing", mixed).rank() < outputs:
            mixed = draw_integers(rng, outputs, outputs, size=99)
        if broken == "singular mixing":
            mixed[-1] = mixed[0]
        Y = draw_integers(rng, n, outputs, size=99)
        separate = H.transpose() * (H * H.transpose()).solve(matrix("Y", Y))
        arbitrary = draw_integers(rng, p, outputs, size=99)
        cases = {
            "minimum norm": (mixed if broken == "mixed outputs" else identity, [strings(row) for row in separate.tolist()]),
            "loss": (identity, arbitrary),
            "loss, outputs mixed": (mixed, arbitrary),
        }
        for name, (mixing, theta) in cases.items():
            parts[f"{activation}, {name}"] = {
                "decider": "factorization", "statement": name.partition(",")[0], "activation": activation,
                "V": V, "X": X, "Y": Y, "mixing": mixing, "theta": theta,
            }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

r"""The reconstruction loss is a separable least-squares problem, and this is its gradient.

Setting
    Observed $\theta$, candidate samples $\hat X$ with features $\hat\Phi$ of full row rank, $A = \hat\Phi \hat\Phi^\top$,
    $v = \hat\Phi \theta$, $\alpha = A^{-1} v$.
Assumptions
    A1. The derivative of the activation is its own (the published code uses $0.02$ for ReLU where it is $0$).
    A2. It is taken at the pre-activations of the candidate (the published code takes the true data's for ReLU+tanh).
Statement
    $L = \|P^\perp \theta\|^2 = \theta^\top \theta - v^\top A^{-1} v = \min_c \|\theta - \hat\Phi^\top c\|^2$, and
    $\nabla_{\hat\Phi} L = -2\, \alpha\, (\theta - \hat\Phi^\top \alpha)^\top$.
Reference
    iurada2025, the reconstruction loss (second-hand: read in the official code, not in the text); variable projection is
    Golub and Pereyra (1973).
Tight
    An identity, decided exactly over the rationals. The derivative is recomputed by evaluating $L$ at nilpotent block matrices.
Not checked
    Rounding: in floating point the middle form cancels, so the package computes the right one.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/projection-loss",
    title="The projection loss is a minimum over coefficients, with a closed-form gradient",
    kind="identity",
    origin="second-hand",
    parameters={
        "quick": {"activation": "relu", "n": 3, "d": 4, "p": 9, "derivative": "exact"},
        "standard": {"activation": "power:3", "n": 4, "d": 5, "p": 14, "derivative": "exact"},
    },
    controls={"A1": {"activation": "relu", "derivative": "leaky"}, "A2": {"derivative": "at other samples"}},
)


def check(rng, *, activation, n, d, p, derivative):
    from flint import fmpq

    from ...theory.activations import parse
    from ...theory.errors import InputError, one_of
    from ...theory.rationals import draw_integers, features, matrix
    from ..deciders import conclude

    one_of("derivative", derivative, ("exact", "leaky", "at other samples"))
    if n > p:
        raise InputError(f"n = {n}: must be at most p = {p}, or the features are linearly dependent")
    V, X, E = draw_integers(rng, p, d), draw_integers(rng, n, d), draw_integers(rng, n, d)
    other, theta = draw_integers(rng, n, d), draw_integers(rng, p, 1)
    Phi, S = features(parse(activation), matrix("V", V), matrix("X", X))
    if derivative == "at other samples":
        _, S = features(parse(activation), matrix("V", V), matrix("other", other))
    t = matrix("theta", theta)
    alpha = (Phi * Phi.transpose()).solve(Phi * t)
    residual = t - Phi.transpose() * alpha
    U = matrix("E", E) * matrix("V", V).transpose()

    def slope(i, j):
        return fmpq(1, 50) if derivative == "leaky" and S[i, j] == 0 else S[i, j]

    along = sum(-2 * alpha[i, 0] * residual[j, 0] * slope(i, j) * U[i, j] for i in range(n) for j in range(p))
    return conclude(
        {
            "decider": "linear",
            "statement": "projection-loss",
            "activation": activation,
            "V": V,
            "X": X,
            "theta": [row[0] for row in theta],
            "loss": str((residual.transpose() * residual)[0, 0]),
            "direction": E,
            "derivative": str(along),
        }
    )

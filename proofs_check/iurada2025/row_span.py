r"""The trained parameters lie in the row span of the training features.

Setting
    Random features $\varphi(x) = \sigma(Vx) \in \mathbb{R}^p$, feature matrix $\Phi$ with rows $\varphi(x_i)^\top$, squared
    loss, gradient descent $\theta_{t+1} = \theta_t - \eta\, \Phi^\top (\Phi \theta_t - y)$ from any $\theta_0$.
Assumptions
    A1. The start $\theta_0$ is known and subtracted.
    A2. There is no weight decay: the gradient is that of the loss alone.
    A3. $\Phi$ has full row rank, so that $\Phi \Phi^\top$ is invertible; in particular $n \le p$.
Statement
    $\theta^* = \Phi^\top (\Phi \Phi^\top)^{-1} y$ interpolates and lies in the row span of $\Phi$, and
    $\theta_t - \theta_0$ lies in it for every $t$. So $\theta = \sum_i a_i \varphi(x_i)$: the superposition that is inverted.
Reference
    iurada2025, Eq. (11) (second-hand: the equation's number is from the paper's reviews).
Tight
    An identity, decided exactly over the rationals for the drawn integers.
Not checked
    Networks whose first layer is trained: there the span moves with it.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/row-span",
    title="Trained minus initial parameters lie in the row span of the training features",
    kind="identity",
    origin="second-hand",
    parameters={
        "quick": {"activation": "relu", "n": 3, "d": 4, "p": 9, "steps": 3, "subtract_start": True, "weight_decay": "0"},
        "standard": {
            "activation": "power:3",
            "n": 5,
            "d": 6,
            "p": 20,
            "steps": 5,
            "subtract_start": True,
            "weight_decay": "0",
        },
    },
    controls={"A1": {"subtract_start": False}, "A2": {"weight_decay": "1/10"}},
)


def check(rng, *, activation, n, d, p, steps, subtract_start, weight_decay):
    from flint import fmpq, fmpq_mat

    from ...theory.activations import parse
    from ...theory.errors import InputError
    from ...theory.rationals import draw_integers, features, matrix, rational, strings
    from ..deciders import conclude

    if n > p:
        raise InputError(f"n = {n}: must be at most p = {p}, or the features are linearly dependent")
    V, X = draw_integers(rng, p, d), draw_integers(rng, n, d)
    y, start = draw_integers(rng, n, 1), draw_integers(rng, p, 1)
    Phi, _ = features(parse(activation), matrix("V", V), matrix("X", X))
    labels, theta0 = matrix("y", y), matrix("start", start)
    gram = Phi * Phi.transpose()
    vectors = {"the minimum-norm solution": Phi.transpose() * gram.solve(labels)}
    decay = rational("weight_decay", weight_decay)
    rate = 1 / sum((gram[i, i] for i in range(n)), fmpq(0))
    theta = theta0
    for t in range(1, steps + 1):
        theta = theta - rate * (Phi.transpose() * (Phi * theta - labels) + decay * theta)
        vectors[f"gradient descent after step {t}"] = theta - theta0 if subtract_start else theta
    return conclude(
        {
            "decider": "linear",
            "statement": "row-span",
            "activation": activation,
            "V": V,
            "X": X,
            "y": [row[0] for row in y],
            "vectors": {name: strings(fmpq_mat(v).entries()) for name, v in vectors.items()},
            "interpolates": "the minimum-norm solution",
        }
    )

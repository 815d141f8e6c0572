r"""With an odd activation a sample and its negative with the mirrored label give the same gradient.

Setting
    $f(x) = \sum_{j=1}^m a_j \sigma(w_j \cdot x + b) + c$ with $c$ known, the square loss, and the gradient by all $a_j$ and $w_j$ of a
    batch $(x_i, y_i)$ at one set of weights.

    Parameters: `flips` is the number of samples that are replaced.
Assumptions
    A1. $\sigma$ is odd.
    A2. No hidden bias, $b = 0$.
    A3. The label changes with the sample: $y \to 2c - y$.
    A4. The gradients by the biases are not observed.
Statement
    Replacing any of the samples by $(-x_i, 2c - y_i)$ leaves the whole gradient unchanged, at any weights: $f(-x) = 2c - f(x)$ turns
    the residual $r_i$ into $-r_i$, and both $r_i \sigma(w_j \cdot x_i)$ and $r_i \sigma'(w_j \cdot x_i) x_i$ keep their values. So $2^B$
    batches share one gradient, and for $c = 0$ the signs of the labels are not determined.
Reference
    Derived here. Theorem 5.1 of wang2023 states that the signs of labels $\pm 1$ are recovered; for an odd activation such as tanh
    this needs a known output bias $c$ for which $y \to 2c - y$ leads out of the set of labels, as the bias of its Remark 1 does.
Tight
    An identity: exact for odd polynomials, to $2^{-100}$ by balls for the others. With $b \ne 0$, or with $dL/dc = \sum_i r_i$ or
    $dL/db_j$ observed, it breaks.
Not checked
    That nothing else shares the gradient.
"""

from ..claim import Claim

CLAIM = Claim(
    id="wang2023/odd-symmetry",
    title="An odd activation gives (x, y) and (-x, -y) the same gradient",
    kind="identity",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh", "erf", "sin", "tanh+erf", "power:3", "power:1+power:5"], "cases": [[1, 3, 5, 1], [4, 5, 8, 2]],
            "hidden_bias": "0", "output_bias": "3/2", "mirrored": "2c - y", "observed": "weights",
        },
        "standard": {
            "activations": ["tanh", "erf", "sin", "tanh+erf", "power:3", "power:1+power:5"],
            "cases": [[8, 20, 60, 8], [8, 20, 60, 3]], "hidden_bias": "0", "output_bias": "3/2", "mirrored": "2c - y",
            "observed": "weights",
        },
    },
    controls={
        "A1": {"activations": ["sigmoid", "relu"]},
        "A2": {"hidden_bias": "1/3"},
        "A3": {"mirrored": "-y"},
        "A4": {"observed": "weights and biases"},
    },
)  # fmt: skip


def check(rng, *, activations, cases, hidden_bias, output_bias, mirrored, observed):
    from fractions import Fraction

    from ...numerics.generic_gradients import gradient_point
    from ...theory.errors import one_of
    from ..deciders import conclude

    one_of("mirrored", mirrored, ("2c - y", "-y"))
    offset = 2 * Fraction(output_bias) if mirrored == "2c - y" else Fraction(0)
    parts = {}
    for activation in activations:
        for B, d, m, flips in cases:
            point = gradient_point(activation, B, d, m, "free", rng, integers=False) | {"hidden_bias": [hidden_bias] * m}
            del point["coefficients"]
            y = [str(Fraction(int(t), 100)) for t in rng.integers(-200, 201, B)]
            flipped = set(rng.permutation(B)[:flips].tolist())
            other = {
                "X_other": [[str(-Fraction(t)) for t in x] if i in flipped else x for i, x in enumerate(point["X"])],
                "y_other": [str(offset - Fraction(t)) if i in flipped else t for i, t in enumerate(y)],
            }
            case = {"decider": "same_gradient", "output_bias": output_bias, "observed": observed, "y": y}
            parts[f"{activation}: {flips} of {B} samples, d = {d}, m = {m}"] = point | case | other
    return conclude({"decider": "all", "parts": parts})

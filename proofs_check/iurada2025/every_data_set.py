r"""The data need not be generic: for any data set fixed before $V$, and any number of atoms, $p \ge n'd + 1$ suffices.

Setting
    $\theta = \sum_i a_i \sigma(V x_i)$ for one data set far from generic, orthogonal samples along the axes with equal
    coefficients, and $V$ drawn afterwards. An exact zero with $n'$ atoms is wrong if a sample is not among them.
Assumptions
    A1. $\sigma$ is analytic and not a polynomial.
    A2. The number of equations is $p \ge n'd + 1$, for the number $n'$ of atoms of the zero, not that of the samples.
    A3. $\sigma$ is odd or even, or neither its even nor its odd part is a polynomial; or $\sigma$ is even plus linear, as GELU, and the
    samples are linearly independent, as here. (Broken: sigmoid, odd plus a constant, with an atom more than samples.)
Statement
    For almost every $V$ no zero with $n' < n$ atoms exists, one with $n' = n$ is the data up to parity, and one with $n' = n + 1$
    is the data and an atom that is free or a copy. For $n' = n - 1, n, n + 1$ a random start ends in a wrong zero with
    probability at most `at_most` at $p = n'd + 1$, and at least `at_least` at $p = 0.75\, n'd$. At $3n'd$ it ends in the data
    with probability at least `found` if $n' \ge n$.
Reference
    Derived here: Theorem 5.3 and Remark 5.5 in `docs/random_features.md`. As in embedding theorems, one equation more than there
    are unknowns is enough for one data set, twice as many for all at once.
Tight
    Both sides of $n'd$ are sampled. Slack: distance of the exact confidence limit to the bound, in probability.
Not checked
    Data chosen with $V$ in hand: below $2nd$ equations there are exceptional pairs (`iurada2025/twin-data-sets`). $n' \ge n + 2$ for
    activations that are linear plus even, where flips can be compensated by two more atoms.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/every-data-set",
    title="For any data set fixed before V, n'd + 1 equations leave no wrong zero with n' atoms",
    kind="threshold",
    origin="derived",
    parameters={
        "quick": {
            "activations": ["tanh"], "n": 3, "d": 3, "atoms": [2, 3, 4], "above_by": 1, "trials": 40, "at_least": 0.3,
            "at_most": 0.3, "found": 0.3, "error_probability": 1e-4,
        },
        "standard": {
            "activations": ["tanh", "gelu"], "n": 4, "d": 6, "atoms": [3, 4, 5], "above_by": 1, "trials": 150,
            "at_least": 0.2, "at_most": 0.1, "found": 0.1, "error_probability": 1e-4,
        },
    },
    controls={
        "A1": {"activations": ["power:2"], "n": 3, "d": 4, "atoms": [3]},
        "A2": {"above_by": -2, "atoms": [3]},
        "A3": {"activations": ["sigmoid"], "n": 3, "d": 3, "atoms": [4]},
    },
)  # fmt: skip


def check(rng, *, activations, n, d, atoms, above_by, trials, at_least, at_most, found, error_probability):
    from ...numerics.exact_zeros import exact_zeros
    from ..deciders import conclude
    from ..witnesses import binomial

    parts, share = {}, error_probability / (3 * len(activations) * len(atoms))
    for activation in activations:
        for k in atoms:

            def wrong(p, relation, bound, k=k, activation=activation):
                zeros = exact_zeros(activation, n, d, p, k, trials, rng, data="axes")
                parts[f"{activation}, wrong with {k} atoms at p = {p}"] = binomial(zeros.wrong, trials, relation, bound, share)

            wrong(round(0.75 * k * d), "at least", at_least)
            wrong(k * d + above_by, "at most", at_most)
            if k >= n:
                zeros = exact_zeros(activation, n, d, 3 * k * d, k, trials, rng, data="axes")
                name = f"{activation}, data found with {k} atoms at p = {3 * k * d}"
                parts[name] = binomial(zeros.truth, trials, "at least", found, share)
    return conclude({"decider": "all", "parts": parts})

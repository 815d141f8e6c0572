r"""A learner of the Boolean problem keeps at least (1 - T_n) / (lambda^2 T_n) bits, up to the constant of its error, for every n.

Setting
    $\theta$ is uniform on $\{\pm 1\}^d$; the coordinates of $X_i$, $i \le n$, are those of $\theta$ with independent signs of mean $\lambda = C d^{-1/4}$;
    negatives are uniform. $S_n$ is the sum of the $n$ signs seen at one coordinate, $T_n = E \tanh^2(S_n\, \mathrm{artanh} \lambda)$, and $\alpha$ the error.

    Parameters: `cases` lists $d$, $C$, values of $n$ and errors $e$: a learner of error $e$ is held against the bound at `share` times $e$, with `rho`
    for $\rho$; `printed` lists $d$, $C$, $n$ and $\alpha$; `certified` lists $\lambda$ and $n$, each seen with probability `kept`.
Assumptions
    A1. All data are seen. (Broken: with probability $1/4$ only; the constant is no longer $T$.)
    A2. The error is at most $\alpha$. (Broken: ten times $\alpha$.)
    A3. The constant is $\rho = \lambda^2 T_n$. (Broken: its square.)
Statement
    $I(M; X_{1:n} | \theta) \ge \frac{1 - T_n}{\lambda^2 T_n} C^*_\alpha$, without a condition on $n$ or the number of outputs. It is more than
    the bound of Theorem 12, with $C^*_\alpha$ for $C_\alpha$ and the constants of its proof. Slack: one minus the ratio of the two sides.
Reference
    Derived here: Theorem 2.2 and 2.3 of `docs/memorization.md`. feldman2025, Theorem 12, has it up to logarithms, for $n \le c \sqrt{d}$ and outputs of
    polynomially many bits.
Tight
    Up to a constant for every $n$: `feldman2025/boolean-upper`. The printed form says nothing below $d$ of about $10^7$, and is a fraction of a
    percent of the bound where it says something.
Not checked
    All learners: the bound is the theorem's, the machine holds it against soft majorities of the listed errors. $\tau = T_n$ is proved by balls at
    the instances `certified`, and for all $n$ and $\lambda$ by the theorem.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/boolean-lower",
    title="Boolean problem: what an accurate learner keeps, for every number of samples",
    kind="inequality",
    origin="derived",
    parameters={
        "quick": {
            "certified": [["3/10", 3], ["1/10", 60]], "kept": "1",
            "cases": [[10**4, "5/2", [1, 2, 9, 100, 1000], ["1/3"]], [10**6, "3", [30, 301], ["1/100"]]], "share": "1", "rho": "kl",
            "printed": [[10**10, "5/2", 1, "1/3"], [10**10, "5/2", 10, "1/100"]],
        },
        "standard": {
            "certified": [["1/4", n] for n in (1, 2, 3, 4, 5, 10, 40, 150)], "kept": "1",
            "cases": [
                [10**k, "3", [1, 2, 3, 10, 31, 100, 316, 1000, 2000], ["1/1000", "1/100", "1/10", "1/3", "49/100"]] for k in (4, 5, 6)
            ],
            "share": "1", "rho": "kl",
            "printed": [[10**k, "5/2", n, alpha] for k in (9, 10, 12) for n in (1, 2, 5) for alpha in ("1/100", "1/3")],
        },
    },
    controls={"A1": {"kept": "1/4"}, "A2": {"share": "1/10"}, "A3": {"rho": "squared"}},
)  # fmt: skip


def check(rng, *, certified, kept, cases, share, rho, printed):
    from ..deciders import conclude
    from ..witnesses import below_derived, below_learners

    parts = {}
    for mean, n in certified:
        looks = {"decider": "backward_bit", "statement": "domination", "looks": [[mean, n]], "kept": kept}
        parts[f"tau at lambda = {mean}, n = {n}"] = looks
    parts |= below_learners("boolean", cases, share, rho)
    parts |= below_derived("boolean", printed)
    return conclude({"decider": "all", "parts": parts})

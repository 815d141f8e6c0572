r"""The monotonicity used for the continuity of the entropy does not hold.

Setting
    $P$ and $Q$ are laws on the same symbols, $f(x) = x \log(1/x)$, so that $H(P) = \sum_i f(p_i)$.
Assumptions
    A1. Entries of any size. (Corrected: no entry above $1/e$, where $f$ is increasing.)
Statement
    As printed: $|H(P) - H(Q)| \le \max \{ \sum_{q_i > p_i} (f(q_i) - f(p_i)), \sum_{p_i > q_i} (f(p_i) - f(q_i)) \}$, since $f$ is monotone on
    $(0, 1)$. It fails at $P = (.9, .05, .05)$, $Q = (.5, .25, .25)$: $0.645$ nats against $0.394$, because the symbol that loses mass
    gains in $f$. Slack: one minus the ratio of the two sides.
Reference
    feldman2025, proof of Lemma 19, equation (1). The lemma itself is true: `feldman2025/sharp-entropy-continuity`.
Tight
    The step holds where $f$ is increasing: both sums are then non-negative, and $H(Q) - H(P)$ is the first less the second.
Not checked
    Which laws satisfy the step although an entry is above $1/e$.
"""

from ..claim import Claim

CLAIM = Claim(
    id="feldman2025/entropy-step-as-printed",
    title="The entropy step of the proof, at laws where x log(1/x) decreases",
    kind="inequality",
    origin="erratum",
    parameters={
        "quick": {"laws": [["9/10 1/20 1/20", "1/2 1/4 1/4"]]},
        "standard": {"laws": [["9/10 1/20 1/20", "1/2 1/4 1/4"], ["99/100 1/200 1/200", "2/5 3/10 3/10"]]},
    },
    controls={"A1": {"laws": [["9/25 3/10 17/50", "1/3 1/3 1/3"], ["7/20 7/20 3/20 3/20", "1/4 1/10 7/20 3/10"]]}},
)


def check(rng, *, laws):
    from ..deciders import conclude

    parts = {
        f"({p}) and ({q})": {
            "decider": "information",
            "statement": "entropy-step",
            "p": p.split(),
            "q": q.split(),
        }
        for p, q in laws
    }
    return conclude({"decider": "all", "parts": parts})

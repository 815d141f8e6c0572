r"""A zero of the published error metric means that the data are found, up to the sign of each sample.

Setting
    Truth $X$ and reconstruction $\hat X$, both $n \times d$. The published code scores
    $\rho = \frac{1}{n \sqrt{d}} \sum_i \| |x_i| - |\hat x_{\pi(i)}| \|_2$, with $|\cdot|$ taken entry by entry.
Assumptions
    A1. The metric is the published one, of elementwise absolute values.
Statement
    (As used.) $\rho(X, \hat X) = 0$ implies $\hat x_i = \pm x_i$ for every $i$.
Reference
    iurada2025, official code (second-hand); the counterexample is ours.
Tight
    False for every $d \ge 2$: each of the $2^d$ sign patterns of a sample without zeros scores $0$, and two of them are
    $\pm x_i$: the metric is blind to the signs of the coordinates. The control makes the same search against the distance up to the sign of a whole sample.
Not checked
    How often a reconstruction meets such a pattern in practice.
"""

from ..claim import Claim

CLAIM = Claim(
    id="iurada2025/absolute-metric",
    title="A zero of the published elementwise-absolute metric is a reconstruction, up to the sign of each sample",
    kind="certificate",
    origin="erratum",
    parameters={
        "quick": {"n": 4, "d": 6, "metric": "elementwise absolute"},
        "standard": {"n": 40, "d": 60, "metric": "elementwise absolute"},
    },
    controls={"A1": {"metric": "up to sign"}},
)


def check(rng, *, n, d, metric):
    from ...theory.rationals import draw_integers
    from ..deciders import conclude

    truth = draw_integers(rng, n, d)
    signs = rng.choice([-1, 1], (n, d))
    signs[:, :2] = [1, -1]  # neither the sample nor its negative
    found = [[str(int(t) * int(s)) for t, s in zip(row, flips)] for row, flips in zip(truth, signs)]
    return conclude({"decider": "linear", "statement": "absolute-metric", "metric": metric, "truth": truth, "found": found})

r"""The kernel matrix concentrates like $p^{-1/2}$; in the number of samples, the mean of the activation costs an exponent.

Setting
    $K = \Phi \Phi^\top$ with rows of $V$ from $N(0, I/d)$, samples uniform on the sphere of radius $\sqrt{d}$, and
    $K_\infty = E[K] / p = \kappa(X X^\top / d)$.

    Parameters: `widths` and `width` are values of $p$, `counts` of $n$, `dimension` of $d$; `kernel_of` is empty for the kernel
    of the activation itself.
Assumptions
    A1. The rows of $V$ are independent.
    A2. $K_\infty$ is the kernel of the activation used.
    A3. Where the formula for the growth in $n$ is stated, the features are centred: $\mu_0$ is subtracted.
Statement
    $\| K/p - K_\infty \|$ (operator norm) decays like $p^{-1/2}$. For $n \ll d$ and centred ReLU it is near
    $v [1 + (\mu_1^2 / v)^2 n/d] [2 (n/p)^{1/2} + n/p]$ with $v = \sum_{k \ge 1} \mu_k^2$, so that it grows like $n^{1/2}$ while $n$ is small against $d$ and $p$: at the sizes of
    the check its slope in $n$ is that of this formula, to the tolerance. For ReLU itself it grows with an
    exponent at least the stated one: the vector $\bar\varphi$ of centred means over the $p$ rows, of norm about $(n/p)^{1/2}$, enters as $\mu_0 (\mathbf{1} \bar\varphi^\top + \bar\varphi \mathbf{1}^\top)$, of norm about $\mu_0 n / p^{1/2}$.
Reference
    A step behind Theorems 1 and 2 of iurada2025 (second-hand: there as concentration of $K$; its rate and constants are not
    known here). The exponents are derived here, and so is the formula: for $n \ll p$, $K/p - K_\infty$ is near $(n/p)^{1/2} K_\infty^{1/2} G K_\infty^{1/2}$ with $G$ a
    Wigner matrix on $[-2, 2]$, whose edge, to second order in the spread of $K_\infty$, is twice the mean eigenvalue $v$ times $1$ plus the relative
    variance $(\mu_1^2 / v)^2 n/d$; the edge of white features is $(1 + (n/p)^{1/2})^2 - 1$.
Tight
    Measured medians of the slopes: in $p$ within $.016$ of $-1/2$; in $n$ within $.005$ of the formula, which is $.57$ to $.58$ at these sizes, and not $1/2$ (the norm
    is $2$ to $6 \%$ below the formula); for ReLU itself $.86$ at quick, $.92$ at standard, tending to $1$.
    It refutes the rate $(n/p)^{1/2}$ for activations with $\mu_0 \ne 0$, such as ReLU and softplus: there it is $n / p^{1/2}$ for large $n$. Slack: in units of the exponent.
Not checked
    Logarithms, and $n$ of order $d$ or more, where the linear term gives $n / (d p)^{1/2}$ also without $\mu_0$: at $n/d = 1/3$ the slope is $.03$ below the formula.
"""

from ..claim import Claim

COMMON = {
    "rows": "independent", "kernel_of": "", "centred": True, "replicates": 121, "error_probability": 1e-4,
}  # fmt: skip

CLAIM = Claim(
    id="iurada2025/kernel-concentration",
    title="K/p approaches its limit like p^(-1/2); in n the mean of the activation costs an exponent",
    kind="rate",
    origin="second-hand",
    parameters={
        "quick": COMMON | {
            "activations": ["relu", "tanh"], "n": 10, "d": 10, "widths": [200, 20000], "tolerance": 0.1,
            "counts": [16, 80], "dimension": 600, "width": 800, "least": 0.7, "counts_tolerance": 0.08,
        },
        "standard": COMMON | {
            "activations": ["relu", "tanh", "relu+tanh"], "n": 20, "d": 20, "widths": [500, 32000],
            "tolerance": 0.06, "counts": [40, 160], "dimension": 1600, "width": 2000, "least": 0.8, "counts_tolerance": 0.06,
            "replicates": 181,
        },
    },
    controls={
        "A1": {"rows": "repeated", "activations": ["relu"], "replicates": 45},
        "A2": {"kernel_of": "leaky_relu:0.2", "activations": ["relu"], "replicates": 45},
        "A3": {"centred": False, "activations": ["relu"], "replicates": 45},
    },
)  # fmt: skip


def check(
    rng, *, activations, n, d, widths, tolerance, counts, dimension, width, least, counts_tolerance, rows, kernel_of, centred,
    replicates, error_probability,
):  # fmt: skip
    from ...numerics.concentration import slope_in_width, slopes_in_samples
    from ...numerics.population import squares
    from ...theory.errors import one_of
    from ...theory.intervals import slope
    from ..deciders import conclude

    one_of("rows", rows, ("independent", "repeated"))
    common = {"decider": "statistical", "method": "slope", "error_probability": error_probability / (len(activations) + 2)}
    parts = {}
    for activation in activations:
        parts[f"{activation}: in p"] = common | {
            "relation": "equal", "exponent": -0.5, "tolerance": tolerance,
            "slopes": [slope_in_width(activation, n, d, widths, rows, kernel_of, rng) for _ in range(replicates)],
        }  # fmt: skip
    masses = squares("relu")
    spread = float(masses[1] / masses[1:].sum()) ** 2
    formula = [(1 + spread * n / dimension) * (2 * (n / width) ** 0.5 + n / width) for n in counts]
    in_n = [slopes_in_samples("relu", counts, dimension, width, rng) for _ in range(replicates)]
    parts["relu: in n"] = common | {
        "relation": "at least", "exponent": least, "tolerance": 0.0, "slopes": [plain for plain, _ in in_n],
    }  # fmt: skip
    parts["centred relu: in n"] = common | {
        "relation": "equal", "exponent": slope(counts, formula), "tolerance": counts_tolerance,
        "slopes": [pair[centred] for pair in in_n],
    }  # fmt: skip
    return conclude({"decider": "all", "parts": parts})

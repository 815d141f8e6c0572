"""Small random problems on both sides of the threshold: is `identified` ever said of wrong data?

    python benchmarks/false_identified.py [--problems 3000] [--seed 0]

n from 1 to 4, d from 2 to 8, thirteen activations, sphere and free, p at, just below, just above and far from the number of
unknowns; every fifth problem has a zero coefficient, every seventh does not know n.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

import reconlaw as rl
from reconlaw.numerics.engine import one_thread

ACTIVATIONS = (
    "tanh", "relu", "relu+tanh", "softplus", "gelu", "power:3", "sigmoid", "elu", "sin", "leaky_relu:0.1", "power:2", "erf",
    "hermite:2+hermite:3",
)  # fmt: skip


def problem(index: int, rng: np.random.Generator) -> tuple[str, bool]:
    """Outcome of one random problem, and whether an `identified` is false."""
    n, d = int(rng.integers(1, 5)), int(rng.integers(2, 9))
    domain = ("sphere", "free")[index % 2]
    activation = ACTIVATIONS[index % len(ACTIVATIONS)]
    unknowns = n * d if domain == "sphere" else n * (d + 1)
    sizes = (unknowns, unknowns + 1, unknowns - 1, unknowns + 2, 2 * unknowns, 4 * unknowns, unknowns // 2, unknowns)
    p = max(1, sizes[int(rng.integers(len(sizes)))])
    model = rl.RandomFeatures.gaussian(p, d, activation, rng, domain=domain)
    X = rl.sphere_samples(n, d, rng) * (1.0 if domain == "sphere" else rng.uniform(0.5, 1.5))
    a = rng.standard_normal(n)
    if index % 5 == 0:
        a[rng.integers(n)] = 0.0
    theta = model.features(X).T @ a
    if not np.any(theta):
        return "theta = 0", False
    found = rl.invert(theta, model, None if index % 7 == 0 else n, seed=index, starts=6)
    if found.outcome != "identified":
        return found.outcome, False
    seen = np.flatnonzero(a)
    error = rl.match(X[seen], found.samples, symmetry=found.symmetry.matching).relative_error
    return found.outcome, len(found.samples) != len(seen) or error > 1e-5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    with one_thread():
        results = [problem(index, rng) for index in range(arguments.problems)]
    print(f"{dict(Counter(outcome for outcome, _ in results))}; false `identified`: {sum(false for _, false in results)}")


if __name__ == "__main__":
    main()

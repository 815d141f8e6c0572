"""The stated error of the explicit learners against their error on drawn data: 50 random instances, family error 1e-4.

    python benchmarks/memorization_errors.py [--instances 50] [--trials 20000] [--seed 0]

Every trial draws theta, data, output and one test point. The exact (Clopper-Pearson) interval of an instance has error
probability 1e-4 divided by the number of instances. Exit status 1 if a stated error is outside of its interval.
"""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction

import numpy as np
from flint import arb

from reconlaw.numerics.memorization import count_errors
from reconlaw.theory.intervals import clopper_pearson
from reconlaw.theory.memorization.algorithms import Algorithm, algorithm

FAMILY = 1e-4
WORK = 3e8  # numbers drawn for an instance, at most


def instance(rng: np.random.Generator) -> tuple[str, int, int, float, Fraction, Algorithm]:
    """A random problem, size, strength and error that its learner attains."""
    while True:
        problem = str(rng.choice(["gaussian", "boolean", "sparse"]))
        d, n = (round(10 ** rng.uniform(0, top)) for top in (3.3, 1.7))
        strength = float(rng.random())
        if rng.random() < 0.7:
            strength = float(rng.uniform(0.5, 5)) * d ** (-0.5 if problem == "sparse" else -0.25)
        alpha = Fraction(float(rng.choice([0.49, 1 / 3, 0.1, 0.01, rng.uniform(0.02, 0.49)])))
        if 0 < strength < 1:
            found = algorithm(problem, d, n, arb(strength), alpha)
            if found:
                return problem, d, n, strength, alpha, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, default=50)
    parser.add_argument("--trials", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng, outside = np.random.default_rng(arguments.seed), 0
    print(f"{'algorithm':17} {'d':>5} {'n':>3} {'strength':>8} {'bits':>10}  {'stated':>8}  interval             trials")
    for _ in range(arguments.instances):
        problem, d, n, strength, _, found = instance(rng)
        trials = min(arguments.trials, round(WORK / (n * d)))
        wrong = count_errors(problem, found, d, n, strength, trials, rng)
        low, high = clopper_pearson(wrong, trials, FAMILY / arguments.instances)
        inside = low <= found.error <= high
        outside += not inside
        row = f"{found.name:17} {d:5} {n:3} {strength:8.4f} {found.bits:10.4g}  {found.error:.6f}  [{low:.6f}, {high:.6f}]"
        print(row, f"{trials:6}", "" if inside else " OUTSIDE", flush=True)
    print(f"{outside} of {arguments.instances} stated errors outside; all inside except with probability {FAMILY:g}")
    sys.exit(outside > 0)


if __name__ == "__main__":
    main()

"""Inversion at n = 5, d = 20, p = 4nd, from random data and random starts: success and time on one core.

    python benchmarks/inversion.py [--seeds 100] [--n 5] [--d 20] [--factor 4] [--activations tanh,relu+tanh]

Labels as in iurada2025: y = <x, g> + e. Success: every sample to relative error 1e-6, up to the activation's parity.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np

import reconlaw as rl
from reconlaw.numerics.engine import one_thread
from reconlaw.simulation import simulate_parameters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--n", type=int, default=5)
    parser.add_argument("--d", type=int, default=20)
    parser.add_argument("--factor", type=float, default=4)
    parser.add_argument("--activations", default="tanh,relu+tanh,relu,gelu")
    arguments = parser.parse_args()
    p = round(arguments.factor * arguments.n * arguments.d)
    for activation in arguments.activations.split(","):
        for method in ("auto", "random"):
            seconds, success, outcomes, starts = [], 0, Counter(), []
            for seed in range(arguments.seeds):
                observed, truth = simulate_parameters(arguments.n, arguments.d, p, activation, seed=seed)
                model = rl.RandomFeatures(observed["V"], activation)
                started = time.perf_counter()
                with one_thread():
                    found = rl.invert(observed["theta"], model, arguments.n, method=method, seed=seed)
                seconds.append(time.perf_counter() - started)
                error = rl.match(truth["X"], found.samples, symmetry=found.symmetry.matching).relative_error
                success += error < 1e-6
                outcomes[found.outcome] += 1
                starts.append(len(found.history))
            print(
                f"{activation:10} {method:7} {success:3} of {arguments.seeds}   median {np.median(seconds):.3f} s, "
                f"slowest {max(seconds):.3f} s, starts at most {max(starts)}   {dict(outcomes)}"
            )


if __name__ == "__main__":
    main()

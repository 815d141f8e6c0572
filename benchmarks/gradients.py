"""One gradient gives back the batch: exact recovery, memory, rates, time against m and d, and what must not be identified.

python benchmarks/gradients.py exact [--seeds 20]       # d = 784, m = 2000, B = 8, five activations
python benchmarks/gradients.py large                    # d = 3072, m = 8000, B = 4: time and memory beyond the inputs
python benchmarks/gradients.py moments [--seeds 20]     # d = 160, m = 20000, tanh, B = 2: repaired and printed contraction
python benchmarks/gradients.py time                     # time on one thread against m and d, with slopes
python benchmarks/gradients.py false [--problems 1000]  # is `identified` ever said of wrong data?
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from statistics import median

import numpy as np

import reconlaw as rl
from reconlaw.numerics.decomposition import decompose
from reconlaw.numerics.engine import one_thread
from reconlaw.numerics.gradients.client import Gradient, TwoLayerNetwork
from reconlaw.numerics.gradients.inversion import GradientInversion, invert_gradient
from reconlaw.numerics.gradients.routes import paper_estimate
from reconlaw.numerics.gradients.signs import recover

EXACT = ("tanh", "gelu", "relu", "softplus", "elu")
FALSE = (
    "tanh",
    "relu",
    "gelu",
    "softplus",
    "elu",
    "sigmoid",
    "sin",
    "leaky_relu:0.1",
    "power:3",
    "power:2",
    "power:1",
    "power:2+power:3",
)


def client(name: str, m: int, d: int, B: int, seed: int) -> tuple[TwoLayerNetwork, np.ndarray, np.ndarray, Gradient]:
    rng = np.random.default_rng(seed)
    network = TwoLayerNetwork.gaussian(m, d, name, rng)
    X, y = rl.sphere_samples(B, d, rng, radius=1.0), rng.choice([-1.0, 1.0], B)
    return network, X, y, network.gradient(X, y, loss_scale=1.0)


def timed(gradient: Gradient, network: TwoLayerNetwork, *arguments, **options) -> tuple[float, float, GradientInversion]:
    """Wall and CPU seconds of `invert_gradient`, and what it found."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = invert_gradient(gradient, network, *arguments, **options)
    return time.perf_counter() - wall, time.process_time() - cpu, found


def rms(X: np.ndarray, samples: np.ndarray, symmetry: str) -> float:
    return float(np.sqrt(np.mean(np.sum((X - rl.match(X, samples, symmetry=symmetry).aligned) ** 2, axis=1))))


def exact(arguments: argparse.Namespace) -> None:
    print("| activation | below 1e-8 | identified | largest error | median s | slowest s |\n|---|---|---|---|---|---|")
    for name in EXACT:
        errors, seconds, outcomes = [], [], []
        for seed in range(arguments.seeds):
            network, X, _, gradient = client(name, 2000, 784, 8, seed)
            n = 8 if network.activation.slopes is not None else None  # samples in one cell pass for one: n has to be told
            wall, _, found = timed(gradient, network, n, loss_scale=1.0, seed=seed)
            errors.append(rl.match(X, found.samples, symmetry=found.symmetry.matching).relative_error)
            seconds.append(wall)
            outcomes.append(found.outcome)
        good = sum(error < 1e-8 for error in errors)
        print(f"| {name} | {good} of {len(errors)} | {outcomes.count('identified')} | {max(errors):.1e} "
              f"| {median(seconds):.2f} | {max(seconds):.2f} |", flush=True)  # fmt: skip


def large(arguments: argparse.Namespace) -> None:
    network, X, _, gradient = client(arguments.activation, 8000, 3072, 4, 0)
    inputs = network.W.nbytes + gradient.grad_W.nbytes
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for route in ("polish", "rowspace", "moments"):
        wall, cpu, found = timed(gradient, network, 4, loss_scale=1.0, route=route, seed=0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        error = rms(X, found.samples, found.symmetry.matching)
        print(f"{arguments.activation}, {route}: {found.outcome}, RMS error {error:.1e}, {wall:.1f} s ({cpu:.1f} s of CPU), "
              f"inputs {inputs / 2**20:.0f} MiB, peak above them {(peak - before) / 2**10:.0f} MiB", flush=True)  # fmt: skip


def moments(arguments: argparse.Namespace) -> None:
    repaired, printed, rowspace, seconds = [], [], [], []
    for seed in range(arguments.seeds):
        network, X, _, gradient = client("tanh", 20000, 160, 2, seed)
        wall, _, found = timed(gradient, network, 2, route="moments", seed=seed)
        seconds.append(wall)
        repaired.append(rms(X, found.samples, "sign"))
        rowspace.append(rms(X, invert_gradient(gradient, network, 2, route="rowspace", seed=seed).samples, "sign"))
        rng = np.random.default_rng(seed)
        estimate = paper_estimate(network.W, gradient.grad_a, 2, rng, subspace_order=3, tensor_order=3)
        components = decompose(estimate.tensor, 2, seed=rng).components
        printed.append(rms(X, recover(estimate.V, components, network, gradient.grad_a).X, "sign"))
    for name, errors in (("moments", repaired), ("rowspace", rowspace), ("as printed, random contraction", printed)):
        print(f"{name}: median RMS {median(errors):.3f}, from {min(errors):.3f} to {max(errors):.3f}")
    print(f"moments: median {median(seconds):.2f} s")


def clock(arguments: argparse.Namespace) -> None:
    for route in ("moments", "rowspace", "polish"):
        for axis, sizes in (
            ("m", [(m, 200) for m in (10000, 20000, 40000, 80000)]),
            ("d", [(10000, d) for d in (200, 400, 800, 1600)]),
        ):
            seconds = []
            for m, d in sizes:
                network, _, _, gradient = client(arguments.activation, m, d, 4, 0)
                with one_thread():  # CPU seconds: other work on the machine does not count
                    seconds.append(median(timed(gradient, network, 4, route=route, seed=s)[1] for s in range(5)))
            x = np.log([m if axis == "m" else d for m, d in sizes])
            slope = np.polyfit(x, np.log(seconds), 1)[0]
            times = ", ".join(f"{s:.3f}" for s in seconds)
            print(f"{arguments.activation}, {route}, against {axis}: {times} s of CPU, slope {slope:.2f}", flush=True)


def false_problem(index: int, rng: np.random.Generator) -> tuple[str, bool]:
    """Outcome of one small random problem, and whether an `identified` is false."""
    B, d, m = (int(rng.integers(*limits)) for limits in ((1, 6), (2, 9), (3, 60)))
    name, hidden, domain = FALSE[index % len(FALSE)], bool(index % 3), ("sphere", "free")[index % 2]
    bias = (0.8, 2.5, 0.0)[index % 3] if index % 7 < 2 else 0.0
    network = TwoLayerNetwork.gaussian(m, d, name, rng, hidden_bias=bias, output_bias=float(index % 4 == 0))
    X, y = rl.sphere_samples(B, d, rng, radius=1.0), rng.choice([-1.0, 1.0], B)
    if domain == "free":
        X = X * rng.uniform(0.5, 1.5, (B, 1))
    if index % 5 == 0 and B > 2:
        X[-1] = X[0] + X[1]  # dependent
        X[-1] /= np.linalg.norm(X[-1]) if domain == "sphere" else 1.0
    if index % 11 == 0:
        y[0] = network.outputs(X[:1])[0]  # no trace
    gradient = network.gradient(X, y, loss_scale=1.0, hidden=hidden)
    asked = (B, None, B + 1, max(1, B - 1))[index % 4 if index % 9 == 0 else index % 2]
    try:
        found = invert_gradient(gradient, network, asked, loss_scale=1.0, domain=domain, seed=index, starts=4)
    except rl.InputError as error:
        return str(error).split(":")[0].split(" = ")[0], False
    if found.outcome != "identified":
        return found.outcome, False
    seen = np.flatnonzero(np.abs(network.coefficients(X, y, loss_scale=1.0)) > 1e-12)
    error = rl.match(X[seen], found.samples, symmetry=found.symmetry.matching).relative_error
    return found.outcome, len(found.samples) != len(seen) or error > 1e-5


def false(arguments: argparse.Namespace) -> None:
    rng = np.random.default_rng(arguments.seed)
    with one_thread():
        results = [false_problem(index, rng) for index in range(arguments.problems)]
    print(f"{dict(Counter(outcome for outcome, _ in results))}; false `identified`: {sum(wrong for _, wrong in results)} "
          f"at {[index for index, (_, wrong) in enumerate(results) if wrong][:20]}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("exact", "large", "moments", "time", "false"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--activation", default="tanh")
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    {"exact": exact, "large": large, "moments": moments, "time": clock, "false": false}[arguments.what](arguments)


if __name__ == "__main__":
    main()

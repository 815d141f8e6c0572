"""Symmetric decomposition of order 3: accuracy and time beside tensorly and pyttb (pip install "reconlaw[bench]").

    python benchmarks/decomposition.py                  the table of all problems and methods
    python benchmarks/decomposition.py bars             B = 10 and 20, exact and with noise 1e-3, against the optimum
    python benchmarks/decomposition.py refine           what tensorly's parafac makes of the polished result
    ... [--seeds 20] [--problems random-10-0.001,...]

Components are random unit vectors (or orthonormal), weights uniform in +-[1, 2.33], noise N(0, epsilon^2) on all k^3 entries,
symmetrised. Error of one seed: root mean square over the factors a_i = cbrt(weight_i) x_i of |a_i - found_i| / |a_i| after the
best assignment. Three factor matrices that differ are first made one: the weight's sign and the mean of the unit columns.
"optimum" is the least-squares solution reached from the true factors. Time: CPU of the process, one thread.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from itertools import permutations

import numpy as np

from reconlaw.numerics.decomposition import Decomposition, decompose, joint_diagonalization
from reconlaw.numerics.decomposition.polish import polish
from reconlaw.numerics.decomposition.symmetric import sum_of_cubes
from reconlaw.numerics.engine import one_thread
from reconlaw.numerics.matching import match

Method = Callable[[np.ndarray, int, int], np.ndarray]
PROBLEMS = [
    (kind, B, epsilon)
    for kind, B, noises in (
        ("orthogonal", 10, (0.0, 1e-2)), ("random", 2, (0.0, 1e-3)), ("random", 10, (0.0, 1e-3, 1e-2)),
        ("random", 20, (0.0, 1e-3)),
    )
    for epsilon in noises
]  # fmt: skip


def problem(kind: str, B: int, epsilon: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """True factors (B, B) and the tensor (B, B, B)."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((B, B))
    X = np.linalg.qr(X)[0] if kind == "orthogonal" else X / np.linalg.norm(X, axis=1, keepdims=True)
    A = np.cbrt(rng.uniform(1, 2.33, B) * rng.choice([-1, 1], B))[:, None] * X
    E = epsilon * rng.standard_normal((B, B, B))
    return A, sum_of_cubes(A) + np.sum([E.transpose(order) for order in permutations(range(3))], axis=0) / 6


def error(A: np.ndarray, found: np.ndarray) -> float:
    return float(np.sqrt(np.mean(match(A, found).errors ** 2))) if np.isfinite(found).all() else np.inf


def optimum(T: np.ndarray, A: np.ndarray) -> np.ndarray:
    """The least-squares factors reached from the true ones (nearly parallel components take many steps)."""
    return polish(T, A, iterations=5000)[0]


def one_matrix(weights: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    """Factors (r, k) from weights (r,) and three matrices (k, r)."""
    sizes = [np.linalg.norm(matrix, axis=0) for matrix in columns]
    units = [np.divide(m, s, out=np.zeros_like(m), where=s > 0) for m, s in zip(columns, sizes)]
    signs = [np.where(np.sum(units[0] * unit, axis=0) < 0, -1.0, 1.0) for unit in units]
    mean = np.mean([s * unit for s, unit in zip(signs, units)], axis=0)
    mean /= np.maximum(np.linalg.norm(mean, axis=0), 1e-300)
    return (np.cbrt(weights * np.prod(sizes, axis=0) * np.prod(signs, axis=0)) * mean).T


def parafac(init: str) -> Method:
    def run(T: np.ndarray, r: int, seed: int) -> np.ndarray:
        from tensorly.decomposition import parafac

        return one_matrix(*parafac(T, r, init=init, n_iter_max=1000, tol=1e-12, random_state=seed))

    return run


def power_iteration(T: np.ndarray, r: int, seed: int) -> np.ndarray:
    from tensorly.decomposition import symmetric_parafac_power_iteration

    np.random.seed(seed)  # noqa: NPY002  (it draws from the global generator)
    weights, columns = symmetric_parafac_power_iteration(T, r)
    return one_matrix(weights, [columns] * 3)


def cp_als(T: np.ndarray, r: int, seed: int) -> np.ndarray:
    import pyttb

    np.random.seed(seed)  # noqa: NPY002
    found = pyttb.cp_als(pyttb.tensor(T), r, stoptol=1e-12, maxiters=1000, printitn=0)[0]
    return one_matrix(found.weights, found.factor_matrices)


def ours(function: Callable[..., Decomposition], **options: object) -> Method:
    return lambda T, r, seed: function(T, r, seed=seed, **options).factors


METHODS: dict[str, Method] = {
    "reconlaw decompose": ours(decompose),
    "reconlaw decompose, polish=False": ours(decompose, polish=False),
    "joint diagonalization, L = 100": ours(joint_diagonalization, projections=100, plug_in=False),
    "joint diagonalization, L = 100, plug-in": ours(joint_diagonalization, projections=100),
    "tensorly parafac, random": parafac("random"),
    "tensorly parafac, svd": parafac("svd"),
    "tensorly symmetric power iteration": power_iteration,
    "pyttb cp_als": cp_als,
}


def timed(run: Method, T: np.ndarray, r: int, seed: int) -> tuple[np.ndarray, float]:
    started = time.process_time()
    found = run(T, r, seed)
    return found, time.process_time() - started


def table(arguments: argparse.Namespace) -> None:
    for kind, B, epsilon in PROBLEMS:
        if arguments.problems and f"{kind}-{B}-{epsilon:g}" not in arguments.problems:
            continue
        problems = [problem(kind, B, epsilon, seed) for seed in range(arguments.seeds or 20)]
        print(f"\n{kind} components, B = {B}, noise {epsilon:g}, {len(problems)} seeds\n")
        print("| method | median error | largest error | within 1.5 of the optimum | median CPU time |\n|---|---|---|---|---|")
        best = np.array([error(A, optimum(T, A)) for A, T in problems])
        print(f"| optimum | {np.median(best):.1e} | {best.max():.1e} | | |")
        for name, run in METHODS.items():
            found = [timed(run, T, B, seed) for seed, (_, T) in enumerate(problems)]
            errors = np.array([error(A, F) for (A, _), (F, _) in zip(problems, found)])
            good = np.sum(errors <= np.maximum(1.5 * best, 1e-14))
            milliseconds = 1e3 * np.median([seconds for _, seconds in found])
            print(
                f"| {name} | {np.median(errors):.1e} | {errors.max():.1e} | {good} of {len(errors)} | {milliseconds:.1f} ms |",
                flush=True,
            )


def bars(arguments: argparse.Namespace) -> None:
    """The bars; errors relative to each factor, the largest over factors and seeds."""
    for B, epsilon, seeds in ((10, 0.0, 100), (10, 1e-3, 100), (20, 0.0, 100), (20, 1e-3, 20)):
        worst, ratio, seconds, wall, agreeing = 0.0, 0.0, [], [], []
        for seed in range(arguments.seeds or seeds):
            A, T = problem("random", B, epsilon, seed)
            clock, started = time.perf_counter(), time.process_time()
            found = decompose(T, B, seed=seed)
            seconds.append(time.process_time() - started)
            wall.append(time.perf_counter() - clock)
            worst = max(worst, match(A, found.factors).relative_error)
            agreeing.append(found.agreeing)
            if epsilon:
                ratio = max(ratio, error(A, found.factors) / error(A, optimum(T, A)))
        print(
            f"B = {B}, noise {epsilon:g}, {len(seconds)} seeds: largest error of a factor {worst:.1e}, "
            + (f"largest ratio to the optimum {ratio:.6f}, " if epsilon else "")
            + f"time median {1e3 * np.median(wall):.1f} ms ({1e3 * np.median(seconds):.1f} CPU), "
            f"slowest {1e3 * max(wall):.0f} ms, restarts agreeing at least {min(agreeing)}",
            flush=True,
        )


def refine(arguments: argparse.Namespace) -> None:
    """parafac started from `Decomposition.cp_tensor()`: residual, error and asymmetry (largest distance of the three modes)."""
    from tensorly.decomposition import parafac

    print("| problem | residual before | after | error before | after | largest asymmetry | CPU time |\n" + "|---" * 7 + "|")
    for kind, B, epsilon in PROBLEMS:
        rows = []
        for seed in range(arguments.seeds or 20):
            A, T = problem(kind, B, epsilon, seed)
            for name, start in (
                ("unpolished", decompose(T, B, seed=seed, polish=False)),
                ("polished", decompose(T, B, seed=seed)),
            ):
                started = time.process_time()
                weights, columns = parafac(T, B, init=start.cp_tensor(), n_iter_max=1000, tol=1e-12)
                seconds = time.process_time() - started
                units = [m / np.linalg.norm(m, axis=0) for m in columns]
                signs = [np.sign(np.sum(units[0] * u, axis=0)) for u in units]
                apart = max(np.linalg.norm(units[0] - s * u, axis=0).max() for s, u in zip(signs, units))
                full = np.einsum("r,ir,jr,kr->ijk", weights, *columns)
                after = one_matrix(weights, columns)
                residual = np.linalg.norm(T - full) / np.linalg.norm(T)
                errors = error(A, start.factors), error(A, after)
                rows.append((name, start.residual, residual, *errors, apart, 1e3 * seconds))
        for name in ("unpolished", "polished"):
            values = np.median([row[1:] for row in rows if row[0] == name], axis=0)
            values[4] = max(row[5] for row in rows if row[0] == name)
            print(
                f"| {kind} {B}, {epsilon:g}, {name} | "
                + " | ".join(f"{v:.1e}" for v in values[:5])
                + f" | {values[5]:.1f} ms |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["table", "bars", "refine"], default="table")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--problems", type=lambda text: text.split(","))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="tensorly|pyttb")
    with one_thread():
        {"table": table, "bars": bars, "refine": refine}[arguments.what](arguments)


if __name__ == "__main__":
    main()

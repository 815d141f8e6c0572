"""The memorization bounds: exact constants beside those of dit, random instances, and the time of the command.

    python benchmarks/memorization.py dit                         # needs dit: pip install -e ".[bench]"
    python benchmarks/memorization.py instances [--count 10000] [--seed 0]
    python benchmarks/memorization.py timing [--repeat 10]

`dit` compares eta_KL from data to target with dit's `hypercontractivity_coefficient`, a numerical maximum, on pairs that are
small enough for it. `instances` draws problems and checks lower_bits <= upper_bits. `timing` measures `reconlaw bound`,
start-up included.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from collections import Counter
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from reconlaw.theory.balls import nearest, parse_ball
from reconlaw.theory.contraction import fair_bit
from reconlaw.theory.contraction.bias import BiasLaw
from reconlaw.theory.memorization import boolean, sparse
from reconlaw.theory.memorization.bound import PROBLEMS, bound

Table = dict[tuple[str, ...], float]


def boolean_pair(strength: Fraction, n: int) -> Table:
    """Joint law of n signs and a test bit."""
    table: Table = {}
    for signs in itertools.product((1, -1), repeat=n):
        for x, theta in itertools.product((1, -1), repeat=2):
            p = Fraction(1, 2)
            for other in (x, *signs):
                p *= (1 + theta * other * strength) / 2
            key = "".join("+" if s > 0 else "-" for s in signs), "+" if x > 0 else "-"
            table[key] = table.get(key, 0.0) + float(p)
    return table


def sparse_pair(nu: Fraction, n: int) -> Table:
    """Joint law of n signs and a test bit of label 1."""
    table: Table = {}
    for signs in itertools.product("+-", repeat=n):
        for x in "+-":
            table["".join(signs), x] = float((1 - nu) / 2 ** (n + 1) + (nu / 2 if set(signs) == {x} else 0))
    return table


def bias_pair(values: list[float], weights: list[float]) -> Table:
    """Joint law of (which bias, sign) and a fair sign."""
    return {
        (f"{k}{s}", x): w / 2 * (1 + (r if s == x else -r)) / 2
        for k, (r, w) in enumerate(zip(values, weights)) for s in "+-" for x in "+-"
    }  # fmt: skip


def pairs() -> list[tuple[str, Table, BiasLaw]]:
    """Name, joint law of (data, target), and the law of the bias."""
    found = []
    for n in (1, 2, 3):
        strength, nu = Fraction(3, 10), Fraction(3, 100)
        law = boolean.bias_law(parse_ball("strength", strength), n)
        target = BiasLaw(tuple(r * parse_ball("strength", strength) for r in law.values), law.weights)
        found.append((f"boolean, lambda = .3, n = {n}", boolean_pair(strength, n), target))
        found.append((f"sparse, nu = .03, n = {n}", sparse_pair(nu, n), sparse.bias_law(parse_ball("nu", nu), n)))
    rng = np.random.default_rng(0)
    for atoms in (2, 3, 4):
        values, weights = rng.random(atoms), rng.random(atoms) ** 3
        weights = [float(w) for w in weights / weights.sum()]
        total = sum((arb(w) for w in weights), arb(0))
        law = BiasLaw.of([float(r) for r in values], [arb(w) / total for w in weights])
        found.append((f"random, {atoms} biases", bias_pair([float(r) for r in values], weights), law))
    return found


def compare_with_dit() -> None:
    import dit
    from dit.divergences import hypercontractivity_coefficient

    print(f"dit {dit.__version__}\n| pair | lower | upper | proof | ms | dit | relative | s | times as long |\n|" + "---|" * 9)
    with ctx.workprec(128):
        for name, table, law in pairs():
            started = time.perf_counter()
            ours = fair_bit.kl(law)
            middle = time.perf_counter()
            joint = dit.Distribution(list(table), list(table.values()))
            theirs = float(hypercontractivity_coefficient(joint, [[0], [1]]))
            end = time.perf_counter()
            lower, upper = nearest(ours.lower), nearest(ours.upper)
            times = (end - middle) / (middle - started)
            numbers = f"{(middle - started) * 1e3:.2f} | {theirs:.12g} | {theirs / lower - 1:+.1e} | {end - middle:.1f}"
            print(f"| {name} | {lower:.12g} | {upper:.12g} | {ours.proof} | {numbers} | {times:.0f} |")


def random_instances(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratios: dict[str, list[float]] = {name: [] for name in PROBLEMS}
    counts: Counter[str] = Counter()
    slowest, started = 0.0, time.perf_counter()
    for k in range(count):
        problem = str(rng.choice(tuple(PROBLEMS)))
        d, n = (int(10 ** rng.uniform(0, top)) for top in (9, 3))
        alpha = float(rng.choice([rng.uniform(0.001, 0.499), 10 ** rng.uniform(-6, -1)]))
        if rng.random() < 0.7:
            root = 2 if problem == "sparse" else 4
            given = {"C": float(rng.uniform(0.1, min(8.0, 0.99 * d ** (1 / root))))}
        else:
            given = {"strength": float(rng.choice([rng.uniform(0.001, 0.999), 10 ** rng.uniform(-9, -1)]))}
        begun = time.perf_counter()
        found = bound(problem, d, n, alpha, **given)
        slowest = max(slowest, time.perf_counter() - begun)
        counts[found.evidence] += 1
        if found.upper_bits is None:
            counts["no algorithm"] += 1
            continue
        if found.lower_bits > found.upper_bits or found.upper_error > found.alpha:
            counts["violated"] += 1
            print("violated:", k, found)
        if found.lower_bits > 1e-300:
            ratios[problem].append(found.upper_bits / found.lower_bits)
    print(f"{count} instances, seed {seed}, {time.perf_counter() - started:.0f} s, slowest {slowest:.2f} s: {dict(counts)}")
    for problem, values in ratios.items():
        low, median, high = min(values), statistics.median(values), max(values)
        print(f"{problem}: {len(values)} compared, upper / lower from {low:.4g}, median {median:.4g}, to {high:.4g}")


def time_the_command(repeat: int) -> None:
    for problem in PROBLEMS:
        for d, n in ((10**4, 10), (10**9, 1000)):
            line = [
                sys.executable,
                "-m",
                "reconlaw",
                "bound",
                problem,
                "--d",
                d,
                "--n",
                n,
                "--C",
                2.5,
                "--alpha",
                "1/3",
                "--json",
            ]
            seconds = []
            for _ in range(repeat):
                started = time.perf_counter()
                subprocess.run(list(map(str, line)), check=True, capture_output=True)
                seconds.append(time.perf_counter() - started)
            print(f"{problem}, d = {d}, n = {n}: median {statistics.median(seconds):.2f} s, largest {max(seconds):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("dit", "instances", "timing"))
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.part == "dit":
        compare_with_dit()
    elif arguments.part == "instances":
        random_instances(arguments.count, arguments.seed)
    else:
        time_the_command(arguments.repeat)


if __name__ == "__main__":
    main()

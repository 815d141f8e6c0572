"""Witnesses that several claims ask for, written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any


def binomial(successes: int, trials: int, relation: str, bound: float, error_probability: float) -> dict[str, Any]:
    """`successes` in a number of independent trials fixed in advance, against a bound on their probability."""
    return {
        "decider": "statistical",
        "method": "binomial",
        "relation": relation,
        "bound": bound,
        "successes": successes,
        "trials": trials,
        "error_probability": error_probability,
        "peeked": False,
    }


def median(
    values: Sequence[float],
    relation: str,
    value: float,
    tolerance: float,
    error_probability: float,
) -> dict[str, Any]:
    """Values of independent replicates, such as slopes, against a stated median and its tolerance."""
    return {
        "decider": "statistical",
        "method": "slope",
        "relation": relation,
        "slopes": list(values),
        "exponent": value,
        "tolerance": tolerance,
        "error_probability": error_probability,
    }


def bounded_and_sloped(
    error: Callable[[str, int, int, int], float], bound: Callable[[int, int, int], float], in_dimension: float, *,
    cases: Sequence[Sequence[Any]], trials: int, delta: float, slope_of: str, in_m: Sequence[Any], in_d: Sequence[Any],
    draws: list[int], replicates: int, tolerance: float, error_probability: float,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """An error is below its bound with probability 1 - delta, and has the slopes -1/2 in m and `in_dimension` in d.

    Args:
        error: draws anew, of activation, B, d, m; bound: of B, d, m.
        cases: activation, B, d, m of the bound; in_m: d and the values of m; in_d: m and the values of d; empty for no slope.
    """
    from ..numerics.gradient_trials import slopes_of

    parts, share = {}, error_probability / 4
    for activation, B, d, m in cases:
        k = sum(error(activation, B, d, m) <= bound(B, d, m) for _ in range(trials))
        parts[f"{activation}, B = {B}, d = {d}, m = {m}"] = binomial(k, trials, "at least", 1 - delta, 2 * share / len(cases))
    if in_m:
        slopes = slopes_of(lambda m: error(slope_of, 2, in_m[0], m), in_m[1], draws, replicates)
        parts["slope in m"] = median(slopes, "equal", -0.5, tolerance, share)
    if in_d:
        slopes = slopes_of(lambda d: error(slope_of, 2, d, in_d[0]), in_d[1], draws, replicates)
        parts["slope in d"] = median(slopes, "equal", in_dimension, tolerance, share)
    return parts


def learner_ratios(problem: str, cases: Sequence[Sequence[Any]], factor: str) -> dict[str, dict[str, Any]]:
    """The learner keeps at most `factor` times the lower bound; `cases` lists d, C, values of n and errors alpha."""
    return {
        f"d = {d}, C = {C}, n = {n}, alpha = {alpha}": {
            "decider": "memorization", "statement": "ratio", "problem": problem, "d": d, "n": n, "C": C, "alpha": alpha,
            "factor": factor,
        }
        for d, C, samples, errors in cases for n in samples for alpha in errors
    }  # fmt: skip


def below_learners(problem: str, cases: Sequence[Sequence[Any]], share: str, rho: str) -> dict[str, dict[str, Any]]:
    """The lower bound at `share` of its error is below what a learner keeps; `cases` lists d, C, values of n and errors."""
    return {
        f"d = {d}, n = {n}, a learner of error {error}": {
            "decider": "memorization", "statement": "below-learner", "problem": problem, "d": d, "n": n, "C": C,
            "error": error, "alpha": str(Fraction(error) * Fraction(share)), "rho": rho,
        }
        for d, C, samples, errors in cases for n in samples for error in errors
    }  # fmt: skip


def below_derived(problem: str, cases: Sequence[Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """The printed form of the lower bound is below the derived one; `cases` lists d, C, n and alpha."""
    return {
        f"d = {d}, n = {n}, alpha = {alpha}: the printed form": {
            "decider": "memorization", "statement": "below-derived", "problem": problem, "d": d, "n": n, "C": C, "alpha": alpha,
        }
        for d, C, n, alpha in cases
    }  # fmt: skip

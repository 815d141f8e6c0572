"""Decides statements about the population residuals r* = E act(Z + b) + output_bias - y of unit samples, and about labels read off weights.

The means are certified integrals (`integral_constant`), exact rationals for `invisible`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import comb
from typing import Any

from flint import arb, ctx, fmpq

from ...theory.activations import Polynomial, parse
from ...theory.activations.polynomial import monomial
from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.gradient_moments.constants import integral_constant
from ...theory.gradient_moments.residuals import kappa
from ...theory.hermite import double_factorial, with_ball
from ...theory.rationals import rational
from ..verdict import Decision
from .keys import check_keys
from .moment_constants import compare

COMMON = {"decider", "statement", "activation", "hidden_bias", "output_bias"}
KEYS = {
    "kappa": COMMON | {"labels", "claimed", "bits", "tolerance"},
    "labels": COMMON | {"labels", "order", "formula", "bits"},
    "invisible": COMMON | {"label"},
}
FORMULAS: Mapping[str, Callable[[arb, arb, arb], arb]] = {  # weight, c_0 + output bias, c_p
    "weight - c_0": lambda weight, mean, c: weight - mean,
    "weight / c_p - c_0": lambda weight, mean, c: weight / c - mean,
    "-weight / c_p - c_0": lambda weight, mean, c: -weight / c - mean,
    "c_0 - weight / c_p": lambda weight, mean, c: mean - weight / c,
}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    - `kappa`: max |r*| / min |r*| over the labels is `claimed`. Holds if the balls overlap with radii at most the tolerance, fails if
      they are disjoint.
    - `labels`: of the weight (c_0 + output_bias - y) c_p, p = `order`, the `formula` (with c_0 for c_0 + output_bias) gives a number of the
      sign of y, for every label y. Fails if one has certainly another sign, or is 0. The slack is the least |number|.
    - `invisible`: r* = 0 for the label, exactly, for a polynomial activation. The reason states m Var f(x) for m neurons, which is then m E r^2. Slack 0.

    Keys: statement, activation, hidden_bias, output_bias; for `kappa` labels, claimed, bits and tolerance; for `labels` labels, order, formula
    and bits; for `invisible` label.

    Raises:
        InputError: a key missing or unknown, or a value that cannot be read.
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "residuals", KEYS[statement], statement)
    if statement == "invisible":
        return _invisible(witness)
    act, bits = with_ball(witness["activation"]), positive_integer("bits", witness["bits"], minimum=16)
    labels = witness["labels"]
    if not isinstance(labels, list | tuple) or not labels or bits > 1024:
        raise InputError("labels, bits: labels must be a list, not empty, and bits at most 1024")
    with ctx.workprec(bits + 32):
        own = integral_constant(act, 0, hidden_bias=witness["hidden_bias"], bits=bits)
        mean = own + parse_ball("output_bias", witness["output_bias"])
        values = [parse_ball("label", y) for y in labels]
        if statement == "kappa":
            ratio, claimed = kappa([mean - y for y in values]), parse_ball("claimed", witness["claimed"])
            limit = parse_ball("tolerance", exact_number("tolerance", witness["tolerance"]))
            return compare(f"kappa of {act.name}, {ratio.str(6)}", ["the labels"], [ratio], [claimed], limit)
        c = integral_constant(act, positive_integer("order", witness["order"]), hidden_bias=witness["hidden_bias"], bits=bits)
        formula = one_of("formula", witness["formula"], tuple(FORMULAS))
        found = [FORMULAS[formula]((mean - y) * c, mean, c) for y in values]
    products = [estimate * y for estimate, y in zip(found, values)]
    table = ", ".join(f"{y.str(3, radius=False)} -> {estimate.str(5, radius=False)}" for y, estimate in zip(values, found))
    reason = f"{act.name}, {formula}: {table}"
    if any(product <= 0 for product in products):
        return Decision("fails", "ball", "equality", None, reason)
    if not all(product > 0 for product in products):
        return Decision("undecided", "ball", "equality", None, reason)
    return Decision("holds", "ball", "equality", max(0.0, min(float(abs(e).lower()) for e in found)), reason)


def _invisible(witness: Mapping[str, Any]) -> Decision:
    act = parse(witness["activation"])
    if not act.polynomials or any(term.radicand != 1 for term in act.polynomials) or max(act.degrees) > 32:
        raise InputError(f"activation = {act.name!r}: must be a polynomial with rational coefficients")
    bias = rational("hidden_bias", witness["hidden_bias"])
    mean = sum((_mean(f, None, bias) for f in act.polynomials), fmpq(0))
    square = sum((_mean(f, g, bias) for f in act.polynomials for g in act.polynomials), fmpq(0))
    residual = mean + rational("output_bias", witness["output_bias"]) - rational("label", witness["label"])
    reason = f"{act.name}, y = {witness['label']}: r* = {residual}, m Var f(x) = {square - mean * mean}"
    zero = residual == 0
    return Decision("holds" if zero else "fails", "exact", "equality", 0.0 if zero else None, reason)


def _mean(f: Polynomial, g: Polynomial | None, bias: fmpq) -> fmpq:
    """E f(Z + b) g(Z + b), g = 1 if None, from E (Z + b)^n = sum_i binomial(n, 2i) (2i-1)!! b^(n-2i)."""
    total = fmpq(0)
    for j, c in enumerate(f.coefficients):
        for k, e in enumerate((g or monomial(0)).coefficients):
            if c and e:
                moment = _moment(j + k, bias)
                total += fmpq((c * e).numerator, (c * e).denominator) * moment
    return total


def _moment(n: int, bias: fmpq) -> fmpq:
    return sum((comb(n, 2 * i) * double_factorial(2 * i - 1) * bias ** (n - 2 * i) for i in range(n // 2 + 1)), fmpq(0))

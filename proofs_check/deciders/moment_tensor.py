"""Decides the moment identity E[g(w) H_p(w)] = sum_i r_i c_p(|x_i|, b) x_i^{(x)p} for g(w) = sum_i r_i act(w.x_i + b), entry by entry.

- `polynomial`: g is multiplied out in the coordinates of w, and each entry is a sum of products of Gaussian moments E w_k^e: exact.
- `planar`: in the plane the entry is E[g(w) He_a(w_1) He_k(w_2)]. Given w_1, the mean over w_2 is that of one variable; the mean
  over w_1 is a certified integral. No rotation is used on this side, and on the other only the definition of c_p as an integral.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpq_mat

from ...theory.activations import Activation, hermite_polynomial, parse
from ...theory.activations.polynomial import monomial
from ...theory.balls import exact_number, parse_ball
from ...theory.enclosures import gaussian_expectation
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.gradient_moments.constants import integral_constant
from ...theory.gradient_moments.smoothed import smoothed_derivatives
from ...theory.hermite import double_factorial, with_ball
from ...theory.rationals import matrix, rational, vector
from ..verdict import Decision
from .keys import check_keys
from .moment_constants import compare

COMMON = {"decider", "statement", "activation", "samples", "residuals", "hidden_bias", "orders", "factor", "norms"}
KEYS = {"polynomial": COMMON, "planar": COMMON | {"bits", "tolerance"}}
Terms = dict[tuple[int, ...], fmpq]


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone. `factor` is `hermite`, or `power` for products of the w_k in place of H_p(w); `norms` is `own`,
    or `unit` for c_p(1, b) in place of c_p(|x_i|, b). With `power` the identity is false for p >= 2, with `unit` for samples of other norms.

    Keys: statement (`polynomial` or `planar`), activation, samples (rows of rationals, not 0), residuals, hidden_bias, orders, factor and
    norms; for `planar` also bits and tolerance.

    Holds if the two sides agree in every entry of every order: exactly, or by balls that overlap and are no wider than the
    tolerance. Fails if one entry differs. The slack is 0, or the tolerance minus the largest radius.

    Raises:
        InputError: a key missing or unknown, a value that cannot be read, an activation without rational coefficients
            (`polynomial`), samples not in the plane, a zero coordinate, or no closed form of the smoothed activation (`planar`).
    """
    statement = one_of("statement", witness.get("statement"), tuple(KEYS))
    check_keys(witness, "moment_tensor", KEYS[statement], statement)
    samples = matrix("samples", witness["samples"])
    residuals = vector("residuals", witness["residuals"], samples.nrows())
    bias = rational("hidden_bias", witness["hidden_bias"])
    one_of("factor", witness["factor"], ("hermite", "power")), one_of("norms", witness["norms"], ("own", "unit"))
    orders = witness["orders"]
    if not isinstance(orders, list | tuple) or not orders:
        raise InputError("orders: must be a list, not empty")
    for p in orders:
        if positive_integer("order", p) > 6:
            raise InputError(f"order = {p}: at most 6")
    if samples.ncols() > 4 or not all(any(x != 0 for x in row) for row in samples.tolist()):
        raise InputError("samples: must not be 0, in four dimensions at most")
    decider = _polynomial if statement == "polynomial" else _planar
    return decider(witness, samples, residuals, bias, orders)


# --- exact ---


def _polynomial(witness: Any, samples: fmpq_mat, residuals: list[fmpq], bias: fmpq, orders: Any) -> Decision:
    act = parse(witness["activation"])
    if not act.polynomials or any(term.radicand != 1 for term in act.polynomials) or max(act.degrees) > 8:
        raise InputError(f"activation = {act.name!r}: must be a polynomial with rational coefficients, of degree 8 at most")
    coefficients = _coefficients(act)
    d, rows = samples.ncols(), samples.tolist()
    output: Terms = {}
    for row, r in zip(rows, residuals):
        pre, power = _linear(row, bias, d), {(0,) * d: fmpq(1)}
        for c in coefficients:
            for e, value in power.items():
                output[e] = output.get(e, fmpq(0)) + r * c * value
            power = _product(power, pre)
    entries = 0
    for p in orders:
        for index in combinations_with_replacement(range(d), p):
            degrees = [index.count(k) for k in range(d)]
            left = sum((c * _mean(e, degrees, witness["factor"]) for e, c in output.items()), fmpq(0))
            right = fmpq(0)
            for row, r in zip(rows, residuals):
                square = sum((x * x for x in row), fmpq(0)) if witness["norms"] == "own" else fmpq(1)
                right += r * _constant(coefficients, p, square, bias) * math.prod((row[k] for k in index), start=fmpq(1))
            if left != right:
                reason = f"{act.name}, order {p}, entry {index}: {left} on the left, {right} on the right"
                return Decision("fails", "exact", "equality", None, reason)
            entries += 1
    reason = f"{act.name}: {entries} entries of the orders {list(orders)} agree for {len(rows)} samples"
    return Decision("holds", "exact", "equality", 0.0, reason)


def _coefficients(act: Activation) -> list[fmpq]:
    total = [fmpq(0)] * (1 + max(act.degrees))
    for term in act.polynomials:
        for j, c in enumerate(term.coefficients):
            if c:
                total[j] += fmpq(c.numerator, c.denominator)
    return total


def _linear(row: Any, bias: fmpq, d: int) -> Terms:
    """w.x + b as a polynomial in w."""
    return {(0,) * d: bias} | {tuple(int(j == k) for j in range(d)): x for k, x in enumerate(row)}


def _product(f: Terms, g: Terms) -> Terms:
    result: Terms = {}
    for e, a in f.items():
        for h, b in g.items():
            key = tuple(i + j for i, j in zip(e, h))
            result[key] = result.get(key, fmpq(0)) + a * b
    return result


def _mean(exponents: Any, degrees: Any, factor: str) -> fmpq:
    """E prod_k w_k^e q(w_k), q = He_a or the power w^a, from E w^n = (n - 1)!! for even n."""
    total = fmpq(1)
    for e, a in zip(exponents, degrees):
        q = hermite_polynomial(a, orthonormal=False) if factor == "hermite" else monomial(a)
        moments = (c.numerator * double_factorial(e + j - 1) for j, c in enumerate(q.coefficients) if (e + j) % 2 == 0)
        total *= sum(moments)
    return total


def _constant(coefficients: list[fmpq], p: int, square: fmpq, bias: fmpq) -> fmpq:
    """E act^(p)(rho Z + b) with rho^2 = `square`."""
    total = fmpq(0)
    for j, c in enumerate(coefficients[p:], p):
        for i in range((j - p) // 2 + 1):
            weight = math.perm(j, p) * math.comb(j - p, 2 * i) * double_factorial(2 * i - 1)
            total += c * weight * square**i * bias ** (j - p - 2 * i)
    return total


# --- balls ---


def _planar(witness: Any, samples: fmpq_mat, residuals: list[fmpq], bias: fmpq, orders: Any) -> Decision:
    act, bits = with_ball(witness["activation"]), positive_integer("bits", witness["bits"], minimum=16)
    rows = samples.tolist()
    if samples.ncols() != 2 or any(x == 0 for row in rows for x in row) or bits > 256:
        raise InputError("samples, bits: samples must be in the plane with no coordinate 0, bits at most 256")
    tolerance = exact_number("tolerance", witness["tolerance"])
    points, left, right = [], [], []
    with ctx.workprec(bits + 32):
        if smoothed_derivatives(act, arb(bias), arb(1), 1) is None:
            raise InputError(f"activation = {act.name!r}: no closed form of its Gaussian means is known")
        for p in orders:
            constants = [
                integral_constant(act, p, norm=_norm(row) if witness["norms"] == "own" else 1, hidden_bias=arb(bias), bits=bits)
                for row in rows
            ]
            for a in range(p + 1):
                parts = [_entry(act, row, bias, a, p - a, witness["factor"], bits) for row in rows]
                left.append(sum((part * r for part, r in zip(parts, residuals)), arb(0)))
                terms = (c * (r * row[0] ** a * row[1] ** (p - a)) for c, r, row in zip(constants, residuals, rows))
                right.append(sum(terms, arb(0)))
                points.append(f"w_1^{a} w_2^{p - a}")
        return compare(act.name, points, left, right, parse_ball("tolerance", tolerance))


def _norm(row: Any) -> arb:
    return arb(row[0] * row[0] + row[1] * row[1]).sqrt()


def _entry(act: Activation, row: Any, bias: fmpq, a: int, k: int, factor: str, bits: int) -> arb:
    """E act(w.x + b) q_a(w_1) q_k(w_2), q = He or a power.

    Over w_2 it is F(s) = E act(s + x_2 Z) He_k(Z) = x_2^k G^(k)(s) at s = x_1 w_1 + b, G the activation smoothed at scale |x_2|. With
    |act(u)| <= C (1 + |u|)^m and E (1 + |Z|)^n <= 2^n (1 + n!) it is at most C k! (1 + |x_2|)^m 2^n (1 + n!) (1 + |s|)^m, n = m + k.
    """
    x, y = row
    scale, m, n = arb(abs(y)), act.growth, act.growth + k
    # powers in Hermite polynomials: w^k = sum_i binomial(k, 2i) (2i-1)!! He_{k-2i}
    weights = {k: 1}
    if factor == "power":
        weights = {k - 2 * i: math.comb(k, 2 * i) * double_factorial(2 * i - 1) for i in range(k // 2 + 1)}
    q = monomial(a) if factor == "power" else hermite_polynomial(a, orthonormal=False)

    def integrand(w: acb, side: int, analytic: bool) -> acb:
        derivatives = smoothed_derivatives(act, w * arb(x) + arb(bias), scale, k + 1)
        assert derivatives is not None
        return q.ball(w) * sum((derivatives[j] * (c * arb(y) ** j) for j, c in weights.items()), acb(0))

    size = math.ceil(1 + abs(y)) ** m * math.ceil(1 + abs(bias) + abs(x)) ** m * 2**n * (1 + math.factorial(n))
    constant = act.growth_factor * sum(weights.values()) * math.factorial(k) * math.factorial(a) * size
    return gaussian_expectation(integrand, growth=a + m, factor=constant, bits=bits)

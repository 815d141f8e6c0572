"""Decides whether flipping a set of samples leaves theta exactly as it is, for a piecewise-linear plus an odd activation.

For act = l + g with slopes (s, r) of l on the two sides of 0 and g odd, act(u) + act(-u) = (r - s) |u|. So replacing (x_i, a_i) by
(-x_i, -a_i) for i in F changes theta_j by -(r - s) sum_F a_i |x_i.v_j|: whatever g is, this is decided over the rationals.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from ...theory.activations import Activation, parse
from ...theory.errors import InputError, positive_integer
from ...theory.rationals import matrix, vector
from ..verdict import Decision


def decide(witness: dict[str, Any]) -> Decision:
    """Decide: D and D' = D with the samples of F flipped are different data sets, different functions of v, with equal theta.

    Keys, all rational: activation, p (the least number of rows), V, X on the unit sphere, a, flipped (the indices F), and
    probe, a point v at which the two functions differ.

    Slack: number of rows beyond p.

    Raises:
        InputError: a missing key, an activation without this form, samples off the sphere, equal or opposite samples, or a
            coefficient that is zero.
    """
    try:
        gap = _gap(witness["activation"])
        V = matrix("witness V", witness["V"])
        X = matrix("witness X", witness["X"], V.ncols()).tolist()
        a = vector("witness a", witness["a"], len(X))
        probe = vector("witness probe", witness["probe"], V.ncols())
        p, flipped = positive_integer("witness p", witness["p"]), witness["flipped"]
    except KeyError as error:
        raise InputError(f"witness: the flips decider needs the key {error}") from None
    if not isinstance(flipped, list) or not flipped or any(type(i) is not int or not 0 <= i < len(X) for i in flipped):
        raise InputError("witness flipped: must be a non-empty list of indices of samples")
    if len(set(flipped)) != len(flipped) or V.nrows() < p:
        raise InputError(f"witness: needs distinct indices and at least p = {p} rows of V")
    if any(sum((t * t for t in x), fmpq(0)) != 1 for x in X) or 0 in a:
        raise InputError("witness: a sample does not lie on the unit sphere, or a coefficient is zero")
    if any(x in (y, [-t for t in y]) for i, x in enumerate(X) for y in X[:i]):
        raise InputError("witness: two samples are equal or opposite")

    def change(v: list[fmpq]) -> fmpq:
        return gap * sum((a[i] * abs(sum((s * t for s, t in zip(X[i], v)), fmpq(0))) for i in flipped), fmpq(0))

    for j, v in enumerate(V.tolist()):
        if change(v) != 0:
            return Decision("fails", "exact", "equality", None, f"row {j}: the flip changes theta by {float(-change(v)):.3e}")
    if change(probe) == 0:
        return Decision("undecided", "exact", "equality", None, "theta is the same, and so are the two functions at the probe")
    reason = (
        f"flipping {len(flipped)} of {len(X)} samples leaves all {V.nrows()} entries of theta as they are, and not the function"
    )
    return Decision("holds", "exact", "equality", float(V.nrows() - p), reason)


def _gap(name: Any) -> fmpq:
    """r - s of the piecewise-linear terms of the activation; the other terms must be odd."""
    if not isinstance(name, str):
        raise InputError("witness activation: must be a name")
    terms: list[Activation] = [parse(term.strip()) for term in name.split("+")]
    linear = [term.slopes for term in terms if term.slopes is not None]
    if any(term.slopes is None and term.parity != "odd" for term in terms):
        raise InputError(f"witness activation = {name!r}: must be a sum of piecewise-linear and odd activations")
    gap = sum((right - left for left, right in linear), start=0)
    if not gap:
        raise InputError(f"witness activation = {name!r}: is odd, so that every flip is a symmetry")
    return fmpq(gap.numerator, gap.denominator)

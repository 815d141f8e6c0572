"""Decides by how much regression on polynomials of low degree cuts the variance of Hermite moments, by certified Gaussian integrals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, positive_integer
from ...theory.regression_gain import regression_gain
from ..verdict import Decision
from .keys import check_keys
from .moment_constants import compare

KEYS = {"decider", "activation", "hidden_bias", "degree", "along", "claimed", "bits", "tolerance"}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone: `claimed[i]` is the factor for components `along[i]` times along the sample.

    Keys: activation, hidden_bias, degree (of the regression, 0 or 1), along, claimed, bits, tolerance.

    Holds if every claimed ball overlaps its enclosure and no radius exceeds the tolerance; fails if one pair is disjoint. The slack is
    the tolerance minus the largest radius.

    Raises:
        InputError: a key missing or unknown, a value that cannot be read, lists of different lengths, an affine activation.
    """
    check_keys(witness, "regression_gain", KEYS)
    bits, along, claimed = positive_integer("bits", witness["bits"], minimum=16), witness["along"], witness["claimed"]
    if bits > 1024 or not all(isinstance(v, list | tuple) for v in (along, claimed)) or not 0 < len(along) == len(claimed):
        raise InputError("witness: bits must be at most 1024, along and claimed lists of equal length, not empty")
    tolerance = exact_number("tolerance", witness["tolerance"])
    if tolerance <= 0:
        raise InputError(f"tolerance = {witness['tolerance']!r}: must be positive")
    options = {key: witness[key] for key in ("degree", "hidden_bias")}
    with ctx.workprec(bits + 32):
        try:
            own = [regression_gain(witness["activation"], q, bits=bits, **options) for q in along]
        except ZeroDivisionError as error:
            raise InputError(f"witness activation = {witness['activation']!r}: {error}") from error
        values = [parse_ball("claimed", value) for value in claimed]
        return compare(str(witness["activation"]), along, own, values, parse_ball("tolerance", tolerance))

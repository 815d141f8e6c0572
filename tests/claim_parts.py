"""The witnesses of a claim at quick, as the check draws them."""

from fractions import Fraction

import numpy as np

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.registry import claims


def parts(name, control=""):
    claim = claims()[f"iurada2025/{name}"]
    parameters = claim.parameters["quick"] | (claim.controls[control] if control else {})
    return run_check(claim.id, parameters, 0, control).witness["parts"]


def floats(rows):
    return np.array([[float(Fraction(t)) for t in row] for row in rows])

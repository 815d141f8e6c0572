"""Witnesses of the finite memorization claims at quick, the two sides of their inequalities, and informations in floats."""

from fractions import Fraction

import numpy as np
from flint import ctx
from scipy.special import rel_entr

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import contraction_order, gaussian_information, information, learners
from reconlaw.proofs_check.registry import claims

TABLES = {
    module.__name__.rpartition(".")[2]: module.STATEMENTS
    for module in (information, learners, contraction_order, gaussian_information)
}


def parts(name, control=""):
    claim = claims()[f"feldman2025/{name}"]
    parameters = claim.parameters["quick"] | (claim.controls[control] if control else {})
    return run_check(claim.id, parameters, 0, control).witness["parts"]


def floats(table):
    return np.array([floats(t) if isinstance(t, list) else float(Fraction(t)) for t in table])


def sides(witness):
    with ctx.workprec(128):
        left, right = TABLES[witness["decider"]][witness["statement"]][0](witness)
        return float(left), float(right)


def information_of(table):
    return float(rel_entr(table, np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()).sum())


def symmetric(correlation, copies):
    one, result = np.array([[1 + correlation, 1 - correlation], [1 - correlation, 1 + correlation]]) / 2, np.ones((1, 1))
    for _ in range(copies):
        result = np.kron(result, one)
    return result

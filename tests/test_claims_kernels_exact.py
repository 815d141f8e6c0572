"""Stein's identities and the parity table: closed forms a second way, and witnesses that must be refused."""

import json
import math

import numpy as np
import pytest
from scipy import integrate, stats

from reconlaw.numerics.population import squares
from reconlaw.proofs_check.deciders import decide
from reconlaw.theory.errors import InputError
from reconlaw.theory.stein import kernel_slope, product_integral

MOMENTS = {"decider": "stein", "statement": "moments", "activation": "relu", "factor": "hermite", "orders": [0, 1, 2, 3],
           "bits": 64, "tolerance": "1e-12"}  # fmt: skip
PRODUCTS = {"decider": "stein", "statement": "products", "activation": "tanh", "correlations": ["1/2"], "bits": 48,
            "tolerance": "1e-5"}  # fmt: skip
PARITY = {"decider": "parity", "activation": "relu", "symmetry": "linear plus even", "slope": "1", "zero": [3, 5],
          "nonzero": [0, 1, 2, 4], "points": ["1/3", "-2"]}  # fmt: skip


# --- Stein's identities ---


def test_moments_of_relu_have_closed_forms():
    """E[Z relu'] = 1 / sqrt(2 pi) = sqrt(2) mu_2, as a half-normal mean."""
    value = integrate.quad(lambda u: u * stats.norm.pdf(u), 0, np.inf)[0]
    assert value == pytest.approx(1 / math.sqrt(2 * math.pi))
    assert value == pytest.approx(math.sqrt(2 * squares("relu")[2]))
    assert decide(MOMENTS).outcome == "holds"


@pytest.mark.parametrize("name", ["tanh", "gelu", "elu", "power:3", "relu+tanh", "hermite:4"])
def test_moments_hold(name):
    found = decide(MOMENTS | {"activation": name})
    assert found.outcome == "holds" and found.evidence == "ball" and 0 <= found.slack <= 1e-12


def test_powers_agree_up_to_order_one_only():
    assert decide(MOMENTS | {"factor": "power", "orders": [0, 1]}).outcome == "holds"
    assert decide(MOMENTS | {"factor": "power", "orders": [2]}).outcome == "fails"
    assert decide(MOMENTS | {"tolerance": "1e-40"}).outcome == "undecided"


@pytest.mark.parametrize("name", ["erf", "sin"])
def test_products_against_closed_forms(name):
    """s kappa'(t): erf (4 / 3 pi) / sqrt(1 - 4 t^2 / 9), sin cosh(t) / e."""
    t = 0.5
    slope = 4 / (3 * math.pi) / math.sqrt(1 - 4 * t * t / 9) if name == "erf" else math.cosh(t) / math.e
    expected = math.sqrt(1 - t * t) * slope
    assert float(kernel_slope(name, "1/2").mid()) == pytest.approx(expected, abs=1e-8)
    assert float(product_integral(name, "1/2", bits=16).mid()) == pytest.approx(expected, abs=1e-3)


def test_product_sides_are_independent():
    assert decide(json.loads(json.dumps(PRODUCTS))).outcome == "holds"
    assert not product_integral("tanh", "1/2", bits=16).overlaps(kernel_slope("tanh", "1/3"))
    for name, t in (("relu", "1/2"), ("power:2", "1/2")):
        with pytest.raises(InputError):
            product_integral(name, t)
    with pytest.raises(InputError):
        kernel_slope("tanh", "4/5")


@pytest.mark.parametrize("change", [
    {"orders": []}, {"orders": "0"}, {"orders": [-1]}, {"orders": [1.5]}, {"factor": "legendre"}, {"bits": 8}, {"bits": 10**6},
    {"tolerance": "0"}, {"tolerance": "x"}, {"activation": "swish"}, {"statement": "variance"}, {"note": 1},
])  # fmt: skip
def test_planted_stein_witnesses_are_refused(change):
    with pytest.raises(InputError):
        decide(MOMENTS | change)


def test_stein_keys():
    for base in (MOMENTS, PRODUCTS):
        for key in base:
            with pytest.raises(InputError):
                decide({k: v for k, v in base.items() if k != key})


# --- the parity table ---


def test_parity_table_holds_and_fails():
    found = decide(json.loads(json.dumps(PARITY)))
    assert found.outcome == "holds" and found.slack == pytest.approx(math.sqrt(squares("relu")[4]))
    assert decide(PARITY | {"activation": "relu+tanh"}).outcome == "fails"
    assert decide(PARITY | {"slope": "2"}).outcome == "fails"
    assert "symmetry" in decide(PARITY | {"nonzero": [0, 7]}).reason
    odd = PARITY | {"activation": "tanh", "symmetry": "odd", "zero": [0, 2], "nonzero": [1, 3]}
    assert decide(odd).outcome == "holds"
    assert decide(odd | {"activation": "relu"}).outcome == "fails"
    even = PARITY | {"activation": "leaky_relu:-1", "symmetry": "even", "zero": [1, 3], "nonzero": [0, 2]}
    assert decide(even).outcome == "holds"
    none = PARITY | {"activation": "tanh", "symmetry": "none", "zero": [], "nonzero": [2]}
    assert decide(none).outcome == "undecided"  # a ball about 0, and no identity to explain it


@pytest.mark.parametrize("change", [
    {"zero": [1]}, {"zero": [2]}, {"zero": [], "nonzero": []}, {"zero": "3"}, {"nonzero": [-1]}, {"symmetry": "about odd"},
    {"points": []}, {"points": ["pi"]}, {"slope": "x"}, {"activation": "swish"}, {"note": 1},
])  # fmt: skip
def test_planted_parity_witnesses_are_refused(change):
    with pytest.raises(InputError):
        decide(PARITY | change)

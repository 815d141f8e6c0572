"""The Gaussian decider: right and wrong claimed values, and witnesses that must be refused."""

import json

import flint
import pytest
import sympy

from reconlaw.proofs_check.deciders.gaussian import decide
from reconlaw.theory.balls import format_ball
from reconlaw.theory.errors import InputError
from reconlaw.theory.hermite import closed_form
from reconlaw.theory.kernels import closed_form_kernel

CLOSED = "closed form"
COEFFICIENTS = {"decider": "gaussian", "statement": "hermite-coefficients", "activation": "relu", "claimed": [CLOSED] * 7,
                "bits": 128, "tolerance": "1e-20"}  # fmt: skip
KERNEL = {"decider": "gaussian", "statement": "kernel", "activation": "relu", "correlations": ["0", "1/2", "-1/4", "1"],
          "claimed": [CLOSED] * 4, "bits": 96, "tolerance": "1e-15"}  # fmt: skip


@pytest.mark.parametrize("name", ["relu", "leaky_relu:1/10", "erf", "sin", "gelu", "power:3", "hermite:4", "relu+gelu"])
def test_closed_forms_hold(name):
    found = decide(COEFFICIENTS | {"activation": name})
    assert found.outcome == "holds" and found.evidence == "ball" and found.side == "equality"
    assert 0 <= found.slack <= 1e-20 and found.error_probability == 0


def test_claimed_values_from_sympy_hold():
    values = [1 / sympy.sqrt(2 * sympy.pi), sympy.Rational(1, 2), 1 / (2 * sympy.sqrt(sympy.pi)), 0]
    claimed = [str(v) if v in (0, sympy.Rational(1, 2)) else f"{sympy.N(v, 40)} +/- 1e-38" for v in values]
    assert decide(COEFFICIENTS | {"claimed": claimed}).outcome == "holds"


def test_stored_balls_hold_and_survive_json():
    witness = COEFFICIENTS | {"claimed": [format_ball(closed_form("relu", k)) for k in range(5)]}
    assert decide(json.loads(json.dumps(witness))) == decide(witness)
    assert decide(witness).outcome == "holds"


@pytest.mark.parametrize("claimed", [
    ["1/2"], ["0.3989 +/- 1e-9"], [CLOSED, "1/2", CLOSED, "1e-30"], [CLOSED, "-1/2"],
    [{"mid": "0.398942280401432677939946059934", "rad": "1e-25"}, "1/2", "-0.2820947917738781434740397257804 +/- 1e-25"],
])  # fmt: skip
def test_wrong_values_fail(claimed):
    found = decide(COEFFICIENTS | {"claimed": claimed})
    assert found.outcome == "fails" and found.slack is None


def test_wide_claims_are_undecided():
    assert decide(COEFFICIENTS | {"claimed": ["0.4 +/- 0.1"]}).outcome == "undecided"
    assert decide(COEFFICIENTS | {"claimed": ["0.4 +/- 0.1"], "tolerance": "0.2"}).outcome == "holds"
    assert decide(COEFFICIENTS | {"bits": 20}).outcome == "undecided"  # its own integrals are too wide


def test_decider_does_not_believe_the_closed_form(monkeypatch):
    """Planted: a wrong formula in the library must come out as `fails`."""
    import reconlaw.proofs_check.deciders.gaussian as module

    monkeypatch.setattr(module, "closed_form", lambda act, k, bits: 2 * closed_form(act, k, bits=bits))
    monkeypatch.setattr(module, "closed_form_kernel", lambda act, t, bits: closed_form_kernel(act, t, bits=bits) + 1e-9)
    assert decide(COEFFICIENTS).outcome == "fails"
    assert decide(KERNEL).outcome == "fails"


@pytest.mark.parametrize(("name", "tolerance"), [("relu", "1e-15"), ("leaky_relu:-1", "1e-15"), ("sin", "1e-15"),
                                                 ("erf", "1e-12"), ("hermite:3", "1e-15")])  # fmt: skip
def test_kernels_hold(name, tolerance):
    assert decide(KERNEL | {"activation": name, "tolerance": tolerance}).outcome == "holds"


def test_kernels_both_polarities():
    exact = f"{sympy.N((sympy.sqrt(3) / 2 + sympy.pi / 3) / (2 * sympy.pi), 40)} +/- 1e-38"
    one = KERNEL | {"correlations": ["1/2"]}
    assert decide(one | {"claimed": [exact]}).outcome == "holds"
    assert decide(one | {"claimed": ["0.3044"]}).outcome == "fails"
    assert decide(one | {"claimed": ["0.3 +/- 0.1"]}).outcome == "undecided"


def test_kernel_beyond_the_series():
    """tanh at 0.99: the series is too slow, the two-variable integral decides."""
    wide = KERNEL | {"activation": "tanh", "correlations": ["99/100"], "bits": 40, "tolerance": "1e-9"}
    value = decide(wide | {"claimed": ["0.3896653 +/- 1e-6"]})
    assert value.outcome == "undecided"
    assert decide(wide | {"claimed": ["0.3896"]}).outcome == "fails"


def test_precision_is_restored():
    before = flint.ctx.prec
    decide(COEFFICIENTS)
    assert flint.ctx.prec == before


@pytest.mark.parametrize("base", [COEFFICIENTS, KERNEL])
def test_missing_and_unknown_keys_are_refused(base):
    for key in base:
        with pytest.raises(InputError):
            decide({k: v for k, v in base.items() if k != key})
    with pytest.raises(InputError):
        decide(base | {"note": "x"})


@pytest.mark.parametrize("change", [
    {"claimed": []}, {"claimed": "1/2"}, {"claimed": 3}, {"claimed": ["one"]}, {"claimed": ["nan"]}, {"claimed": [None]},
    {"bits": 0}, {"bits": "128"}, {"bits": 10**6}, {"tolerance": "0"}, {"tolerance": "-1e-9"}, {"tolerance": "inf"},
    {"activation": "swish"}, {"activation": 3}, {"activation": "tanh"}, {"decider": "rank"}, {"statement": "variance"},
])  # fmt: skip
def test_planted_coefficients_are_refused(change):
    with pytest.raises(InputError):
        decide(COEFFICIENTS | change)


@pytest.mark.parametrize("change", [
    {"correlations": ["0"]}, {"correlations": "1/2"}, {"correlations": ["0", "1/2", "2", "1"]}, {"claimed": [CLOSED] * 3},
    {"activation": "gelu"},
])  # fmt: skip
def test_planted_kernels_are_refused(change):
    with pytest.raises(InputError):
        decide(KERNEL | change)

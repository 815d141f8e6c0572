"""The claims on the constants of gradient moments: each number a second way, and witnesses that must be refused."""

import json
import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import integrate, special

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.registry import claims
from reconlaw.theory.activations import parse
from reconlaw.theory.errors import InputError


def verdict(name, control="", **changes):
    claim = claims()[f"wang2023/{name}"]
    parameters = claim.parameters["quick"] | (claim.controls[control] if control else {}) | changes
    return run_check(claim.id, parameters, 0, control)


def parts(name, **changes):
    return verdict(name, **changes).witness["parts"]


def he(p, z):
    return np.polynomial.hermite_e.hermeval(z, [0] * p + [1])


def gaussian_mean(f, kink=0.0):
    """E f(Z) by scipy, split at the kink."""
    density = lambda z: f(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)  # noqa: E731
    return sum(integrate.quad(density, *ends, epsabs=1e-12, limit=300, full_output=1)[0] for ends in ((-12, kink), (kink, 12)))


def constant(name, p, rho=1.0, b=0.0):
    """c_p(rho, b) by scipy."""
    value = parse(name).value
    return gaussian_mean(lambda z: float(value(np.float64(rho * z + b))) * he(p, z), -b / rho) / rho**p


def number(claimed):
    return float(Fraction(claimed["mid"])) if isinstance(claimed, dict) else float(Fraction(claimed))


# --- constants ---


def test_claimed_constants_by_scipy():
    for part in parts("moment-constants").values():
        rho, b = float(Fraction(part["norm"])), float(Fraction(part["hidden_bias"]))
        radius = 6e-7 if float(part["tolerance"]) > 1e-9 else 1e-9
        for p, claimed in zip(part["orders"], part["claimed"]):
            assert number(claimed) == pytest.approx(constant(part["activation"], p, rho, b), abs=radius), (
                part["activation"],
                p,
            )


def test_a_wrong_digit_of_the_table_is_found():
    part = dict(parts("moment-constants")["mish, table"])
    assert decide(part).outcome == "holds"
    claimed = [dict(value) for value in part["claimed"]]
    claimed[3]["mid"] = "-0.049166"
    assert decide(part | {"claimed": claimed}).outcome == "fails"
    assert decide(part | {"tolerance": "1e-9"}).outcome == "undecided"


def test_constants_far_from_the_kink():
    """At norm 1/1000 and bias 30 those of ReLU of order 2 and above are below 10^(-10^8): they are stated as balls around 0."""
    found = verdict("moment-constants", closed=["relu"], points=[["1/1000", "30"]], table={})
    (part,) = found.witness["parts"].values()
    assert found.outcome == "holds" and [number(value) for value in part["claimed"]] == pytest.approx([30, 1, 0, 0, 0])


def test_the_printed_constant_of_order_four():
    part = parts("moment-constants")["relu, norm 1, bias 0"]
    assert number(part["claimed"][4]) == pytest.approx(-1 / math.sqrt(2 * math.pi), abs=1e-12)


@pytest.mark.parametrize("change", [
    {"orders": []}, {"orders": [40]}, {"claimed": ["1"]}, {"tolerance": "0"}, {"bits": 4096}, {"norm": "0"},
    {"activation": "tan"}, {"statement": "zero"}, {"claimed": ["closed form"] * 5}, {"extra": 1},
])  # fmt: skip
def test_bad_witnesses_of_constants_are_refused(change):
    with pytest.raises(InputError):
        decide(dict(parts("moment-constants")["mish, table"]) | change)


def test_closed_form_as_a_marker():
    part = dict(parts("moment-constants")["gelu, norm 1, bias 0"]) | {"claimed": ["closed form"] * 5}
    assert decide(json.loads(json.dumps(part))).outcome == "holds"


def test_parity_by_gauss_hermite():
    x, w = np.polynomial.hermite_e.hermegauss(120)
    for name, part in parts("parity-classes").items():
        size = [abs(w @ (parse(name).value(x) * he(k, x))) / math.sqrt(2 * math.pi) for k in range(5)]
        tolerance = 1e-9 if parse(name).regularity == "analytic" else 1e-2
        assert all(size[k] < tolerance for k in part["zero"]) and all(size[k] > 2 * tolerance for k in part["nonzero"]), name
    assert sorted(parts("parity-classes")["sigmoid"]["zero"]) == [2, 4]


def test_biased_constants_by_scipy():
    for name, part in parts("bias-breaks-parity").items():
        sizes = [abs(constant(name, p, b=float(Fraction(part["hidden_bias"])))) for p in part["orders"]]
        assert min(sizes) > 1e-3
        assert decide(part).slack == pytest.approx(min(sizes), abs=1e-7)
        assert decide(part | {"hidden_bias": "0"}).outcome == ("holds" if name in ("elu", "selu") else "fails")
    relu = parts("bias-breaks-parity")["relu"]
    assert decide(relu | {"hidden_bias": "1", "orders": [2, 3]}).outcome == "holds"
    assert decide(relu | {"hidden_bias": "1", "orders": [4]}).outcome == "undecided"  # (b^2 - 1) phi(b) = 0


# --- the moment identity ---


def test_tensors_of_the_exact_witnesses_by_a_product_rule():
    """E[g(w) He_a(w_1) He_b(w_2) He_c(w_3)] on a 12^3 Gauss-Hermite grid, which is exact for these degrees."""
    x, w = np.polynomial.hermite_e.hermegauss(12)
    w = w / w.sum()
    grid = np.array(list(product(x, repeat=3)))
    weights = np.prod(list(product(w, repeat=3)), axis=1)
    for part in parts("stein-identity").values():
        if part["statement"] != "polynomial":
            continue
        X = np.array([[float(Fraction(t)) for t in row] for row in part["samples"]])
        r, b = np.array([float(Fraction(t)) for t in part["residuals"]]), float(Fraction(part["hidden_bias"]))
        value = parse(part["activation"]).value
        g = value(grid @ X.T + b) @ r
        for degrees in product(range(5), repeat=3):
            p = sum(degrees)
            if p not in part["orders"]:
                continue
            left = weights @ (g * np.prod([he(a, grid[:, k]) for k, a in enumerate(degrees)], axis=0))
            rho = np.linalg.norm(X, axis=1)
            c = [(w @ (value(s * x + b) * he(p, x))) / s**p for s in rho]
            right = sum(r[i] * c[i] * np.prod(X[i] ** np.array(degrees)) for i in range(3))
            assert left == pytest.approx(right, abs=1e-9)


@pytest.mark.parametrize(("a", "k"), [(0, 2), (1, 1), (2, 1), (3, 0)])
def test_a_planar_entry_by_a_double_integral(a, k):
    """The balls of the decider against scipy in two dimensions, and against the right side."""
    from flint import fmpq

    from reconlaw.proofs_check.deciders.moment_tensor import _entry

    row, b = [fmpq(-5, 13), fmpq(6, 5)], fmpq(1, 2)
    x, y = -5 / 13, 6 / 5
    for name, f in (("relu", lambda u: max(u, 0.0)), ("erf", special.erf)):

        def over_first(w, f=f):
            kink = max(-12, min(12, -(0.5 + x * w) / y))
            return he(a, w) * gaussian_mean(lambda v: he(k, v) * f(x * w + y * v + 0.5), kink)

        own = gaussian_mean(over_first)
        ball = _entry(parse(name), row, b, a, k, "hermite", 32)
        assert float(ball) == pytest.approx(own, abs=1e-7)
        raw = _entry(parse(name), row, b, a, k, "power", 32)
        assert (float(raw) == pytest.approx(own, abs=1e-7)) == (a < 2 and k < 2)


def test_the_identity_in_other_witnesses():
    exact = parts("stein-identity")["power:4, d = 3"]
    assert decide(exact | {"residuals": ["5", "1", "-9/2"], "hidden_bias": "-7/3"}).outcome == "holds"
    assert decide(exact | {"factor": "power", "orders": [1]}).outcome == "holds"  # He_1 is the power
    assert decide(exact | {"norms": "unit"}).outcome == "fails"
    unit = exact | {"samples": [["3/5", "4/5"], ["-5/13", "12/13"], ["8/17", "-15/17"]], "norms": "unit"}
    assert decide(unit).outcome == "holds"
    planar = parts("stein-identity")["relu, d = 2"]
    assert decide(planar | {"orders": [2], "factor": "power"}).outcome == "fails"
    assert decide(planar | {"orders": [2], "tolerance": "1e-14"}).outcome == "undecided"


@pytest.mark.parametrize("change", [
    {"samples": [["0", "0"], ["1", "0"]]}, {"samples": [["1", "0"], ["1", "1"]]}, {"orders": [7]}, {"orders": []},
    {"factor": "he"}, {"residuals": ["1"]}, {"activation": "tanh"}, {"norms": "both"}, {"bits": 1000},
    {"statement": "polynomial"},
])  # fmt: skip
def test_bad_witnesses_of_the_identity_are_refused(change):
    with pytest.raises(InputError):
        decide(parts("stein-identity")["relu, d = 2"] | change)


# --- residuals and labels ---


def test_every_printed_kappa_is_wrong_and_that_of_tanh_right():
    for name, part in parts("kappa-as-printed").items():
        assert decide(part).outcome == "fails", name
    assert verdict("kappa-as-printed", activations=["tanh"]).outcome == "holds"
    for name, part in parts("kappa-as-printed", value="corrected").items():
        mean = constant(name, 0)
        own = max(abs(mean - 1), abs(mean + 1)) / min(abs(mean - 1), abs(mean + 1))
        assert number(part["claimed"]) == pytest.approx(own, abs=1e-9)


def test_kappa_with_an_output_bias_is_at_most_three():
    base = parts("kappa-as-printed")["relu"] | {"output_bias": "2.8"}  # 2 max |c_0 - y| = 2.798
    assert decide(base | {"claimed": {"mid": "2", "rad": "1"}, "tolerance": "1.001"}).outcome == "holds"


def test_labels_in_a_wide_network():
    """One network of 400,000 neurons: the weight is measured as a moment, and each formula applied to it."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal(400_000)
    for name in ("power:2+power:3", "elu"):
        act = parse(name).value(z)
        c0, c3 = act.mean(), (act * he(3, z)).mean()
        for y in (1, -1):
            weight = (c0 - y) * c3
            assert c0 - weight / c3 == pytest.approx(y)
            wrong = [weight - c0, weight / c3 - c0]
            assert wrong[1] * y < 0 and (y < 0 or wrong[0] * y < 0)


def test_each_reading_of_the_printed_label_fails_for_the_square_and_cube():
    for key, part in parts("label-formula").items():
        expected = "holds" if key == "elu, -weight / c_p - c_0" else "fails"  # y - 2 c_0 = 0.68, -1.32
        assert decide(part).outcome == expected, key
    tanh = parts("label-formula")["elu, weight - c_0"] | {"activation": "tanh"}
    assert decide(tanh).outcome == "holds"


def test_the_residual_of_the_invisible_sample_in_networks():
    rng = np.random.default_rng(1)
    m = 200
    u = rng.standard_normal((20_000, m))
    residual = (u**2 + u**3).mean(1) - 1
    assert residual.mean() == pytest.approx(0, abs=0.01) and m * residual.var() == pytest.approx(17, rel=0.05)
    assert "m Var f(x) = 17" in verdict("invisible-sample").reason
    biased = verdict("invisible-sample").witness | {"hidden_bias": "1/3"}
    # E (Z + b)^2 + (Z + b)^3 = b^2 + 1 + b^3 + 3 b = 58/27 at b = 1/3
    assert decide(biased).outcome == "fails" and decide(biased | {"label": "58/27"}).outcome == "holds"
    for change in ({"activation": "relu"}, {"label": 1.0}, {"labels": [1]}):
        with pytest.raises(InputError):
            decide(biased | change)

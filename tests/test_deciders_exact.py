"""The decider linear: both polarities, and planted witnesses that must be refused."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from rational_model import V, X, combination, cubes, linear

from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.verdict import Decision
from reconlaw.theory.errors import InputError
from reconlaw.theory.rationals import draw_integers, draw_rows_and_samples

# linear: row-span


def test_row_span():
    inside, outside = combination(2, Fraction(-1, 3)), combination(2, 1, samples=[["1", "4"], ["-2", "2"]])
    assert decide(linear("row-span", vectors={"t": inside})).outcome == "holds"
    found = decide(linear("row-span", vectors={"t": inside, "s": outside}))
    assert found.outcome == "fails" and found.slack is None and found.reason.startswith("s does not lie")
    assert decide(linear("row-span", vectors={"t": [str(Fraction(t) + (j == 0) * Fraction(1, 10**30)) for j,
        t in enumerate(inside)]})
                  ).outcome == "fails"  # fmt: skip


def test_interpolation():
    Phi = sympy.Matrix(cubes()).applyfunc(lambda t: sympy.Rational(t.numerator, t.denominator))
    y = sympy.Matrix([1, -2])
    theta = [str(t) for t in Phi.T * (Phi * Phi.T).inv() * y]
    good = linear("row-span", vectors={"t": theta}, interpolates="t", y=["1", "-2"])
    assert decide(good).outcome == "holds"
    assert decide(good | {"y": ["1", "2"]}).outcome == "fails"
    for change in ({"y": ["1"]}, {"interpolates": "s"}, {"interpolates": ["t"]}, {"y": [1.0, -2.0]}):
        with pytest.raises(InputError):
            decide(good | change)


# linear: projection loss, against an extrapolated difference quotient in exact rationals, and sympy


def exact_loss(samples, theta):
    Phi = sympy.Matrix(cubes(samples)).applyfunc(lambda t: sympy.Rational(t.numerator, t.denominator))
    t = sympy.Matrix(theta)
    rest = t - Phi.T * (Phi * Phi.T).LUsolve(Phi * t)
    return (rest.T * rest)[0]


def test_projection_loss_and_its_derivative():
    theta, E = [3, -1, 4, 1, -5], [[2, -1], [1, 3]]
    loss = exact_loss(X, theta)
    h = Fraction(1, 10**9)

    def at(step):
        return exact_loss([[Fraction(t) + step * e for t, e in zip(x, row)] for x, row in zip(X, E)], theta)

    quotient = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * sympy.Rational(1, 10**9))  # error of order h^4
    s = sympy.Symbol("s")
    moved = [[sympy.Rational(t) + s * e for t, e in zip(x, row)] for x, row in zip(X, E)]
    Phi = sympy.Matrix([[sum(sympy.Rational(a) * b for a, b in zip(v, x)) ** 3 for v in V] for x in moved])
    t = sympy.Matrix(theta)
    A, b = Phi * Phi.T, Phi * t
    formula = (t.T * t)[0] - (b.T * A.adjugate() * b)[0] / A.det()
    exact = sympy.diff(formula, s).subs(s, 0)
    assert abs(exact / quotient - 1) < sympy.Rational(1, 10**30)
    good = linear("projection-loss", theta=[str(t) for t in theta], loss=str(loss), direction=[[str(t) for t in r] for r in E],
                  derivative=str(exact))  # fmt: skip
    assert decide(good) == Decision("holds", "exact", "equality", 0.0, "projection-loss: equal over the rationals")
    assert "derivative" in decide(good | {"derivative": str(exact + sympy.Rational(1, 10**40))}).reason
    assert "loss" in decide(good | {"loss": str(loss + sympy.Rational(1, 10**40))}).reason
    assert decide(good | {"derivative": str(-exact)}).outcome == decide(good | {"loss": "0"}).outcome == "fails"
    for change in ({"direction": [["2", "-1"]]}, {"direction": [["2", "-1"], ["1", "3"], ["0", "0"]]},
        {"direction": [["2"], ["1"]]},
                   {"theta": ["1"]}, {"X": [["1", "4"], ["2", "8"]]}, {"activation": "relu", "V": [["-4",
                   "1"], *V[1:]]}):  # fmt: skip
        with pytest.raises(InputError):
            decide(good | change)


def test_projection_loss_of_relu_by_extrapolation():
    """Within a cell relu is linear, so a small enough step is exact up to the order of the quotient."""
    verdict = run_check("iurada2025/projection-loss", {"activation": "relu", "n": 2, "d": 3, "p": 6, "derivative": "exact"}, 5)
    w = verdict.witness
    assert verdict.outcome == "holds"

    def at(step):
        rows = [[Fraction(t) + step * Fraction(e) for t, e in zip(x, row)] for x, row in zip(w["X"], w["direction"])]
        Phi = sympy.Matrix([[max(sum(Fraction(a) * b for a, b in zip(v, x)), 0) for v in w["V"]] for x in rows])
        Phi = Phi.applyfunc(lambda f: sympy.Rational(str(f)))
        t = sympy.Matrix([int(s) for s in w["theta"]])
        rest = t - Phi.T * (Phi * Phi.T).LUsolve(Phi * t)
        return (rest.T * rest)[0]

    h = Fraction(1, 10**9)
    quotient = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * sympy.Rational(1, 10**9))
    assert abs(quotient / sympy.Rational(w["derivative"]) - 1) < sympy.Rational(1, 10**20)


# linear: radial kernel, error scale, absolute metric


def test_radial_kernel():
    for name, degree, outcome in [("power:3", "3", "holds"), ("power:3", "2", "fails"), ("relu", "1", "holds"),
        ("relu", "2", "fails"),
                                  ("leaky_relu:-1/3", "1", "holds"), ("power:1+power:3", "3", "fails"),
                                  ("relu+power:1", "1", "holds")]:  # fmt: skip
        assert decide(linear("radial-kernel", name, a=["2", "-1/7"], degree=degree)).outcome == outcome, name
    for change in ({"a": ["0", "1"]}, {"a": ["1"]}, {"X": [["1", "4"], ["0", "0"]]}, {"degree": "one"}, {"degree": 1.0},
                   {"activation": "tanh"}, {"activation": "relu", "X": [["3", "-1"], ["1", "1"]]}):  # fmt: skip
        with pytest.raises(InputError):
            decide(linear("radial-kernel", a=["2", "-1/7"], degree="3") | change)


def test_error_scale():
    good = linear("error-scale", a=[["1", "2"], ["3", "-1/5"], ["-7", "1"]], scaled_by="squared coefficient")
    assert decide(good).outcome == "holds"
    assert decide(good | {"scaled_by": "nothing"}).outcome == "fails"
    # the statement itself, by sympy: the block of sample 0, d - 1 = 1 coordinate
    bars = []
    for a in ([1, 2], [3, sympy.Rational(-1, 5)]):
        rows = [[a[i] * 3 * u[i] ** 2 * sympy.Rational(v[0]) for i in range(2)] + [u[i] ** 3 for i in range(2)]
                for v in V for u in [[sum(sympy.Rational(s) * sympy.Rational(t) for s,
                    t in zip(v, x)) for x in X]]]  # fmt: skip
        J = sympy.Matrix(rows)
        bars.append((J.T * J).inv()[0, 0] * a[0] ** 2)
    assert bars[0] == bars[1] != 0


@pytest.mark.parametrize("change", [
    {"a": [["1", "2"]]}, {"a": []}, {"a": [["1", "2"], ["-1", "2"]]}, {"a": [["1", "2"], ["0", "2"]]}, {"a": [["1"], ["2"]]},
    {"scaled_by": "a"}, {"V": V[:3]}, {"V": [["1"], ["2"], ["3"]], "X": [["1"], ["2"]]}, {"a": {"0": ["1", "2"]}},
])  # fmt: skip
def test_vacuous_or_malformed_error_scales_are_refused(change):
    """One coefficient vector, or two that differ by signs only, would hold whatever the scaling."""
    for scaling in ("nothing", "squared coefficient"):
        with pytest.raises(InputError):
            decide(linear("error-scale", a=[["1", "2"], ["3", "-1/5"]]) | {"scaled_by": scaling} | change)


def test_absolute_metric():
    good = {
        "decider": "linear",
        "statement": "absolute-metric",
        "metric": "elementwise absolute",
        "truth": [["1", "2"], ["3", "-4"]],
    }
    assert decide(good | {"found": [["1", "-2"], ["3", "-4"]]}).outcome == "fails"
    assert decide(good | {"found": [["1", "-2"], ["3", "-4"]], "metric": "up to sign"}).outcome == "holds"
    assert decide(good | {"found": [["-1", "-2"], ["3", "-4"]]}).outcome == "holds"
    for found in ([["1", "2"]], [["1", "2"], ["3", "-4"], ["5", "6"]], [["1"], ["3"]], [], "x"):
        with pytest.raises(InputError):
            decide(good | {"found": found})
    with pytest.raises(InputError):
        decide(good | {"found": good["truth"], "metric": "euclidean"})


@pytest.mark.parametrize("change", [
    {"statement": "no"}, {"statement": None}, {"statement": ["row-span"]}, {"vectors": {}}, {"vectors": []}, {"vectors": None},
    {"vectors": {"t": [1, 2]}}, {"vectors": {"t": [0.5] * 5}}, {"vectors": {"t": ["nan"] * 5}}, {"V": []}, {"V": [[]]},
    {"V": V[:2]},
    {"V": [["1", "2"], ["3"]]}, {"X": [["1"]]}, {"X": None}, {"activation": "tanh"}, {"activation": "no"}, {"activation": 3},
    {"V": [[1.0, 2.0]]}, {"V": [[True, 2]]}, {"V": [["1/0", "2"]]},
])  # fmt: skip
def test_planted_row_spans_are_refused(change):
    good = linear("row-span", vectors={"t": combination(1, 1)})
    assert decide(good).outcome == "holds"
    with pytest.raises(InputError):
        decide(good | change)


@pytest.mark.parametrize(("statement", "keys"), [
    ("row-span", {"vectors": {"t": combination(1, 1)}}), ("radial-kernel", {"a": ["1", "1"], "degree": "3"}),
    ("error-scale", {"a": [["1", "2"], ["3", "1"]], "scaled_by": "nothing"}),
    ("projection-loss", {"theta": ["1"] * 5, "loss": "1", "direction": X, "derivative": "1"}),
])  # fmt: skip
def test_missing_keys_are_refused(statement, keys):
    good = linear(statement, **keys)
    if "loss" in keys:
        good["loss"] = str(exact_loss(X, [1] * 5))
    decide(good)
    for key in good:
        with pytest.raises(InputError):
            decide({k: v for k, v in good.items() if k != key})


# symmetry


# --- drawing ---


def test_drawn_rows_and_samples_are_off_the_kinks():
    redrawn = 0
    for seed in range(100):
        rows, samples = draw_rows_and_samples(np.random.default_rng(seed), 3, 3, 2, size=3)
        assert np.all(np.array(rows, dtype=int) @ np.array(samples, dtype=int).T)
        redrawn += rows != draw_integers(np.random.default_rng(seed), 3, 2, size=3)
    assert 0 < redrawn < 100

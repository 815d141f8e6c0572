"""Activations: the float, ball, rational and modular arithmetics against sympy, and what is claimed of parity and scaling."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb, ctx, fmpq

from reconlaw.theory.activations import Activation, even_part, names, parse
from reconlaw.theory.errors import InputError
from reconlaw.theory.modular import PRIMES, prime_for

U = sympy.Symbol("u", real=True)
R = sympy.Rational


def hermite(k):
    u = sympy.Symbol("x")
    recursion = [sympy.Integer(1), u]
    for j in range(1, k):
        recursion.append(sympy.expand(u * recursion[j] - j * recursion[j - 1]))
    return recursion[k].subs(u, U) / sympy.sqrt(sympy.factorial(k))


def linear(left, right=1):
    return sympy.Piecewise((right * U, U > 0), (left * U, True))


def exponential(scale, alpha):
    return sympy.Piecewise((scale * U, U > 0), (scale * alpha * (sympy.exp(U) - 1), True))


LAMBDA, ALPHA = R("1.0507009873554804934193349852946"), R("1.6732632423543772848170429916717")
FORMULAS = {
    "relu": linear(0),
    "leaky_relu:0.2": linear(R(1, 5)),
    "leaky_relu:-1": linear(-1),
    "leaky_relu:-7/3": linear(R(-7, 3)),
    "tanh": sympy.tanh(U),
    "sigmoid": 1 / (1 + sympy.exp(-U)),
    "erf": sympy.erf(U),
    "gelu": U * (1 + sympy.erf(U / sympy.sqrt(2))) / 2,
    "softplus": sympy.log(1 + sympy.exp(U)),
    "silu": U / (1 + sympy.exp(-U)),
    "elu": exponential(1, 1),
    "selu": exponential(LAMBDA, ALPHA),
    "mish": U * sympy.tanh(sympy.log(1 + sympy.exp(U))),
    "sin": sympy.sin(U),
    "power:1": U,
    "power:4": U**4,
    "hermite:1": hermite(1),
    "hermite:4": hermite(4),
    "hermite:9": hermite(9),
    "relu+tanh": linear(0) + sympy.tanh(U),
    "softplus+leaky_relu:1/10+power:2": sympy.log(1 + sympy.exp(U)) + linear(R(1, 10)) + U**2,
    "hermite:2+hermite:3": hermite(2) + hermite(3),
    "relu+power:1": linear(1, 2),
    "leaky_relu:2+relu+tanh": 2 * U + sympy.tanh(U),
}
POINTS = [R(-37, 8), R(-3, 2), R(-1, 1024), R(1, 3), R(1), R(29, 7)]


def test_every_name_has_a_formula_here():
    families = {name.partition(":")[0] for name in names()}
    assert families == {name.partition(":")[0] for name in FORMULAS if "+" not in name}


@pytest.mark.parametrize("name", FORMULAS)
def test_float_and_ball_agree_with_sympy(name):
    act, formula = parse(name), FORMULAS[name]
    slope = sympy.diff(formula, U)
    for u in POINTS:
        exact = [sympy.N(f.subs(U, u), 60) for f in (formula, slope)]
        floats = [float(g(np.array([float(u)]))[0]) for g in (act.value, act.derivative)]
        cancelled = 2e-16 * (1 + abs(float(u))) ** act.growth  # u is rounded first, and the terms of a polynomial cancel
        assert floats == pytest.approx([float(e) for e in exact], rel=4e-14, abs=cancelled)
        with ctx.workprec(200):
            balls = act.ball(arb(fmpq(int(u.p), int(u.q))), 1 if u > 0 else -1)
            for ball, e in zip(balls, exact):
                assert ball.overlaps(arb(str(e)) + arb(0, 1e-50)) and ball.rad() < 1e-40


@pytest.mark.parametrize("name", [n for n in FORMULAS if parse(n).has_exact])
def test_exact_arithmetics_agree(name):
    """Modular against rational; orthonormal Hermite polynomials, which are not rational, against sympy times the root."""
    act, q = parse(name), prime_for(parse(name))
    rng = np.random.default_rng(1)
    for u in (int(t) for t in rng.integers(-(2**40), 2**40, 12)):
        values = act.modular(u, q)
        try:
            exact = [Fraction(int(t.p), int(t.q)) for t in act.rational(fmpq(u))]
        except ValueError:
            assert any(term.radicand != 1 for term in act.polynomials)
            continue
        assert values == tuple(t.numerator * pow(t.denominator, -1, q) % q for t in exact)
        assert exact[0] == Fraction(str(FORMULAS[name].subs(U, u)))
        assert exact[1] == Fraction(str(sympy.diff(FORMULAS[name], U).subs(U, u)))


@pytest.mark.parametrize("k", [2, 3, 5, 8, 17, 31])
def test_modular_hermite_is_a_root_of_its_square(k):
    """h_k^2 k! = He_k^2, and h_k' = sqrt(k) h_{k-1} up to the sign of the root."""
    from reconlaw.theory.activations import root_of_product

    q = PRIMES[1]
    integer = sympy.Poly(hermite(k) * sympy.sqrt(sympy.factorial(k)), U)
    for u in (3, 10**9 + 7, q - 5):
        value, slope = parse(f"hermite:{k}").modular(u, q)
        exact = int(integer.eval(u))
        assert value**2 * int(sympy.factorial(k)) % q == exact**2 % q
        assert value * root_of_product(int(sympy.factorial(k)), q) % q == exact % q
        assert slope == root_of_product(k, q) * parse(f"hermite:{k - 1}").modular(u, q)[0] % q


@pytest.mark.parametrize("name", [*FORMULAS, "tanh+erf", "power:2+hermite:4", "gelu+leaky_relu:-2", "leaky_relu:-3+power:1",
                                  "softplus+leaky_relu:-3+silu", "sigmoid+tanh", "leaky_relu:-1+power:2"])  # fmt: skip
def test_parity_is_neither_missed_nor_invented(name):
    act, u = parse(name), np.array([0.2, 0.9, 1.7, 3.3])
    even = np.allclose(act.value(-u), act.value(u), rtol=1e-13, atol=1e-14)
    odd = np.allclose(act.value(-u), -act.value(u), rtol=1e-13, atol=1e-14)
    assert act.parity == ("even" if even else "odd" if odd else "none")


@pytest.mark.parametrize("name", FORMULAS)
def test_homogeneity_is_neither_missed_nor_invented(name):
    act, u = parse(name), np.array([-2.0, -0.5, 0.3, 1.7])
    degrees = [k for k in range(1, 12) if np.allclose(act.value(3 * u), 3.0**k * act.value(u), rtol=1e-12)]
    assert degrees == ([] if act.homogeneity is None else [act.homogeneity])


@pytest.mark.parametrize("name", FORMULAS)
def test_growth_bound(name):
    act = parse(name)
    u = np.concatenate([np.linspace(-300, 300, 4001), np.logspace(-9, 3, 50)])
    assert np.all(np.abs(act.value(u)) <= act.growth_factor * (1 + np.abs(u)) ** act.growth)


@pytest.mark.parametrize("name", [*FORMULAS, "gelu+leaky_relu:-2", "sigmoid+tanh"])
def test_second_derivative(name):
    formula = sum(FORMULAS.get(term, linear(-2)) for term in ([name] if name in FORMULAS else name.split("+")))
    points = np.array([-6.5, -1.7, -0.4, 0.2, 1.1, 5.3])
    second = sympy.diff(formula, U, 2)
    exact = [float(second.subs(U, R(str(u))).evalf(30)) for u in points]
    act = parse(name)
    assert act.second_derivative(points) == pytest.approx(exact, rel=1e-12, abs=1e-15)
    bare = Activation(act.value, act.derivative)
    assert bare.second_derivative(points) == pytest.approx(exact, rel=1e-7, abs=1e-7)


def test_second_derivative_of_an_even_part():
    even, _ = even_part(parse("gelu"))
    u = np.array([-1.3, 0.7])
    assert even.second_derivative(u) == pytest.approx(parse("gelu").second_derivative(u))


@pytest.mark.parametrize("name", [n for n in FORMULAS if parse(n).slopes])
def test_slopes(name):
    act = parse(name)
    assert [float(s) for s in act.slopes] == [act.derivative(np.array([s]))[0] for s in (-1.0, 1.0)]
    assert act.regularity == "piecewise" and act.slopes[0] != act.slopes[1]
    for call in (lambda: act.modular(0, PRIMES[0]), lambda: act.rational(fmpq(0))):
        with pytest.raises(ValueError, match="kink"):
            call()


def test_cancelling_kinks_in_any_order():
    """leaky_relu:2 + relu = 2u. Planted order: the kinks cancel only after a third term has come between."""
    for order in itertools.permutations(["leaky_relu:2", "relu", "tanh"]):
        act = parse("+".join(order))
        assert (act.name, act.parity, act.regularity, act.slopes) == ("+".join(order), "odd", "analytic", None)
    act = parse("relu+leaky_relu:2")
    assert (act.regularity, act.parity, act.degrees, act.homogeneity) == ("polynomial", "odd", {1}, 1)
    assert act.rational(fmpq(3, 7)) == (fmpq(6, 7), 2) and act.modular(0, PRIMES[0]) == (0, 2)
    assert act.value(np.array([-1.5, 2.0])) == pytest.approx([-3, 4])


def test_sums_of_sums():
    act = parse("relu") + parse("tanh") + parse("power:2")
    assert act.name == "relu+tanh+power:2" and act.value(np.array([-0.5]))[0] == pytest.approx(np.tanh(-0.5) + 0.25)
    assert act.ball(arb(-0.5), -1)[1].overlaps(arb(1) - arb(0.5).tanh() ** 2 - 1)
    assert not act.polynomials and not act.has_exact
    assert parse(" relu + tanh ").name == "relu+tanh"


def test_an_activation_of_the_users_own():
    own = Activation(np.arctan, lambda u: 1 / (1 + u * u))
    assert parse(own) is own and own.ball is None and not own.has_exact
    assert (own + parse("tanh")).ball is None
    for call in (lambda: own.modular(1, PRIMES[0]), lambda: own.rational(fmpq(1))):
        with pytest.raises(ValueError, match="no exact arithmetic"):
            call()


@pytest.mark.parametrize("name", [
    "", "swish", "tanh:2", "relu+", "+relu", "relu++tanh", "leaky_relu", "leaky_relu:", "leaky_relu:1", "leaky_relu:1/0",
    "leaky_relu:nan", "leaky_relu:4", "leaky_relu:x", "power", "power:0", "power:-1", "power:2.5", "power:33", "hermite:0",
    "hermite:x", "power:²", "Tanh", "tanh ", None, 3, ["tanh"], b"tanh",
])  # fmt: skip
def test_bad_names_are_refused(name):
    with pytest.raises(InputError, match="activation"):
        parse(name)

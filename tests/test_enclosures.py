"""Certified Gaussian expectations against exact values, the proved tail bound, the growth bounds it rests on, and balls."""

import math
from fractions import Fraction

import flint
import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from reconlaw.theory.activations import hermite_polynomial, parse
from reconlaw.theory.balls import exact_number, format_ball, parse_ball
from reconlaw.theory.enclosures import gaussian_expectation, gaussian_tail
from reconlaw.theory.errors import InputError

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
CATALOGUE = ["relu", "leaky_relu:-3", "leaky_relu:3", "leaky_relu:1/10", "tanh", "sigmoid", "erf", "gelu", "softplus",
             "silu", "elu", "selu", "mish", "sin", "power:1", "power:7", "power:32", "hermite:2", "hermite:7", "hermite:32",
             "relu+tanh", "leaky_relu:3+leaky_relu:-3+selu", "power:3+hermite:5+sin"]  # fmt: skip


def test_polynomial_moments():
    for k in range(25):
        found = gaussian_expectation(lambda u, side, analytic, k=k: u**k, growth=k)
        exact = 0 if k % 2 else math.prod(range(k - 1, 0, -2))
        assert found.contains(exact)
        assert found.rad() <= arb(2) ** -128 * (1 + exact)


def test_against_sympy():
    z = sympy.symbols("z", positive=True)
    cases = [  # f, twice its half-line integral (f even), the ball function, its growth
        (z, lambda u, side, analytic: side * u, 1),
        (sympy.cos(z), lambda u, side, analytic: u.cos(), 0),
        (z * sympy.sin(z), lambda u, side, analytic: u * u.sin(), 1),
    ]
    for f, integrand, growth in cases:
        exact = sympy.integrate(2 * f * sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi), (z, 0, sympy.oo))
        found = gaussian_expectation(integrand, growth=growth)
        assert found.overlaps(parse_ball("sympy", f"{sympy.N(exact, 60)} +/- 1e-55")), f
        assert found.rad() < 1e-36


def test_branch_cut_needs_the_flag():
    """E (sqrt(1 + Z^2) + sqrt|Z|): both roots have cuts, the second one touching the kink."""
    found = gaussian_expectation(
        lambda u, side, a: (1 + u * u).sqrt(analytic=a) + (side * u).sqrt(analytic=a), growth=1, factor=2, bits=40
    )
    expected = quad(lambda z: 2 * (math.sqrt(1 + z * z) + math.sqrt(z)) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), 0, 30)
    assert abs(float(found.mid()) - expected[0]) < 1e-9
    assert found.rad() < 1e-10


@pytest.mark.parametrize("growth", [0, 1, 2, 5, 20])
@pytest.mark.parametrize("cut", [1, 3, 10])
def test_tail_bounds_the_exact_tail(cut, growth):
    """The exact tail of C (1 + |z|)^m, term by term: 2 C sum_j binomial(m, j) int_R^oo z^j phi."""
    r = arb(cut)
    exact = sum(
        math.comb(growth, j) * arb(2) ** (arb(j) / 2) * (r * r / 2).gamma_upper(arb(j + 1) / 2) for j in range(growth + 1)
    ) * 3 / arb.pi().sqrt()  # fmt: skip
    bound = gaussian_tail(cut, growth, 3)
    assert bound.upper() >= exact.lower()  # equal at m = 0
    assert bound <= exact * (1 + 1 / r) ** growth * 1.001 or growth > 0
    if growth == 0:
        assert exact.overlaps(3 * (r / arb(2).sqrt()).erfc())


def test_omitting_the_tail_would_be_wrong():
    """The tail is not a formality: at R = 3 the truncated second moment misses 1, and with the tail it contains it."""
    truncated = flint.acb.integral(lambda u, _: u * u * (-u * u / 2).exp() / (2 * arb.pi()).sqrt(), -3, 3).real
    assert not truncated.contains(1)
    assert (truncated + arb(0, gaussian_tail(3, 2))).contains(1)


def test_understated_growth_is_the_callers_error_and_visible():
    """Planted: claiming m = 0 for u^40 at 16 bits gives a wrong interval. So the catalogue's bounds are tested below."""
    wrong = gaussian_expectation(lambda u, side, a: u**40, growth=0, bits=16)
    right = gaussian_expectation(lambda u, side, a: u**40, growth=40, bits=16)
    exact = math.prod(range(39, 0, -2))
    assert not wrong.contains(exact)
    assert right.contains(exact)


@pytest.mark.parametrize("name", CATALOGUE)
def test_growth_bound(name):
    """|act(u)| <= C (1 + |u|)^m, certified on a cover of [-64, 64] by balls (beyond: the argument in the catalogue)."""
    act = parse(name)
    for side in (-1, 1):
        for i in range(512):
            u = side * (arb(2 * i + 1) / 16 + arb(0, arb(1) / 16))
            bound = act.growth_factor * (1 + abs(u).lower()) ** act.growth
            assert abs(act.ball(u, side)[0]) <= bound, (name, u)


def test_growth_of_sums_adds_the_factors():
    two = parse("leaky_relu:3+leaky_relu:2")  # slope 5 on the left: above 3 (1 + |u|)
    assert two.growth_factor == 6
    assert abs(two.ball(arb(-100), -1)[0]) > 3 * 101


def test_hermite_coefficients_are_dominated():
    for k in range(1, 60):
        h = hermite_polynomial(k)
        assert all(c * c <= math.comb(k, j) ** 2 * h.radicand for j, c in enumerate(h.coefficients))


def test_aim_missed_is_still_an_enclosure():
    h = hermite_polynomial(64)
    one = gaussian_expectation(lambda u, side, a: h.ball(u) ** 2, growth=128, bits=200, attempts=1)
    assert one.contains(1)
    assert one.rad() > arb(2) ** -200
    more = gaussian_expectation(lambda u, side, a: h.ball(u) ** 2, growth=128, bits=200)
    assert more.contains(1)
    assert more.rad() < arb(2) ** -198


def test_precision_is_restored():
    before = flint.ctx.prec
    gaussian_expectation(lambda u, side, a: u, growth=1)
    with pytest.raises(ZeroDivisionError):
        gaussian_expectation(lambda u, side, a: 1 // 0, growth=1)
    assert flint.ctx.prec == before


@pytest.mark.parametrize("bad", [{"growth": -1}, {"growth": 1.5}, {"growth": 1, "factor": 0}, {"growth": 1, "bits": 0}])
def test_bad_bounds_are_refused(bad):
    with pytest.raises(InputError):
        gaussian_expectation(lambda u, side, a: u, **bad)


@given(p=st.integers(-(10**30), 10**30), q=st.integers(1, 10**30), radius=st.integers(0, 10**6), digits=st.integers(1, 60))
@PROPERTY
def test_ball_round_trip_contains(p, q, radius, digits):
    with flint.ctx.workprec(120):
        ball = parse_ball("x", Fraction(p, q)) + arb(0, arb(radius) / 10**7)
        text = format_ball(ball, digits)
        assert parse_ball("x", text).contains(ball)
        assert parse_ball("x", f"[{text['mid']} +/- {text['rad']}]").contains(ball)
        exact = Fraction(text["mid"])
        assert abs(exact - Fraction(p, q)) <= Fraction(text["rad"])


def test_ball_forms():
    third = parse_ball("x", "1/3")
    assert 0 < third.rad() < 1e-15
    assert (3 * third).contains(1)
    assert parse_ball("x", "0.5").is_exact()
    assert parse_ball("x", 0.1).contains(arb(0.1))
    assert not parse_ball("x", 0.1).contains(parse_ball("x", "1/10"))  # the float is not the decimal
    assert parse_ball("x", str(arb("0.3"))).contains(arb("0.3"))
    assert parse_ball("x", str(arb(0, 1e-9))).contains(arb(0, 1e-9))
    assert exact_number("x", "-1.5e-3") == Fraction(-3, 2000)


@pytest.mark.parametrize(
    "bad",
    ["", "nan", "inf", "1/0", "1e999999", "x", "1 +/- -1", "1 +/- nan", "1 +/- 2 +/- 3", True, None, [1], float("nan"),
     float("inf"), {"mid": "1"}, {"mid": "1", "rad": "-1"}, {"mid": "1", "rad": "0", "unit": "m"}, "1_000", "0x10"],
)  # fmt: skip
def test_bad_balls_are_refused(bad):
    with pytest.raises(InputError):
        parse_ball("x", bad)


@pytest.mark.parametrize("sign", [1, -1])
def test_balls_of_any_size_are_read_again_or_refused(sign):
    for exponent in (-99_000, -99_990, -100_001, -195_432_559):  # format_ball never writes what parse_ball does not read
        ball = sign * arb(7) / 3 * arb(10) ** exponent
        found = parse_ball("x", format_ball(ball))
        assert found.contains(ball) and abs(found) < arb(10) ** max(exponent + 2, -99_000)
    with pytest.raises(InputError, match="too large to be written"):
        format_ball(sign * arb(10) ** 200_000)


def test_infinite_balls_have_no_text():
    with pytest.raises(ValueError, match="finite"):
        format_ball(arb("nan"))

"""`bound` and `reconlaw bound`: keys, exact inputs, rounding, extremes, the printed bounds, refusals, light imports."""

from __future__ import annotations

import dataclasses
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from command import spawn
from flint import arb, ctx
from scipy.optimize import minimize_scalar

import reconlaw as rl
from reconlaw.theory.balls import parse_ball
from reconlaw.theory.memorization import bound as module
from reconlaw.theory.memorization.bound import MemorizationBound, bound, lower, strength_ball

KEYS = [
    "problem", "d", "n", "alpha", "strength", "tau", "rho", "lower_bits", "paper_lower_bits", "upper_bits", "upper_error",
    "upper_algorithm", "evidence",
]  # fmt: skip
PROBLEMS = ("gaussian", "boolean", "sparse")


@pytest.fixture
def no_algorithm(monkeypatch):
    monkeypatch.setattr(module, "_upper", lambda *arguments: None)


# --- the command ---


@pytest.mark.parametrize("problem", PROBLEMS)
def test_json(run, problem):
    done = run("bound", problem, "--d", 10000, "--C", "2.5", "--n", 5, "--alpha", "1/3", "--json")
    assert (done.status, done.err) == (0, "")
    result = done.json
    assert list(result) == ["schema", *KEYS] and result["schema"] == 1
    assert (result["problem"], result["d"], result["n"], result["alpha"]) == (problem, 10000, 5, 1 / 3)
    assert result["strength"] == (0.025 if problem == "sparse" else 0.25)
    assert 0 < result["lower_bits"] <= result["upper_bits"] and 0 < result["upper_error"] <= 1 / 3
    assert result["evidence"] == ("ball" if problem == "sparse" else "exact")
    direct = dataclasses.asdict(rl.bound(problem, 10000, 5, Fraction(1, 3), C=Fraction(5, 2)))
    assert direct == {key: result[key] for key in KEYS}


def test_text(run):
    done = run("bound", "gaussian", "--d", 10000, "--C", "2.5", "--n", 100, "--alpha", "1/3")
    assert (done.status, done.err) == (0, "")
    fields = dict(line.split("  ", 1) for line in done.out.splitlines())
    assert fields["lower bound"].strip().startswith("0.7896") and "Theorem" in fields["rests on"]
    assert "noisy mean" in fields["upper bound"] and fields["as printed"].strip().startswith("0.8 bits, with C_alpha")
    assert "the data have 4, so no learner" in run(
        "bound", "boolean", "--d", 4, "--strength", "0.01", "--n", 1, "--alpha", "0.01"
    ).out  # fmt: skip
    none = run("bound", "boolean", "--d", 4, "--strength", "0.01", "--n", 1, "--alpha", "0.01")
    assert none.status == 0 and "none known with this error" in none.out
    assert "does not apply" in run("bound", "boolean", "--d", 4, "--strength", "0.1", "--n", 1, "--alpha", "0.2").out


def test_exact_inputs(run):
    """Decimals and fractions are the numbers they say; a float is the binary number it is."""
    same = [run("bound", "sparse", "--d", 100, "--n", 3, "--strength", x, "--alpha", a, "--json").json
            for x, a in (("0.1", "1/4"), ("1/10", "0.25"), ("1e-1", "25e-2"))]  # fmt: skip
    assert same[0] == same[1] == same[2]
    assert bound("gaussian", 10000, 1, "1/4", C="2.5") == bound("gaussian", 10000, 1, 0.25, strength=0.25)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cubic", "--d", 2, "--n", 1, "--alpha", "0.1", "--C", 1), ("cubic",)),
        (("gaussian", "--d", 0, "--n", 1, "--alpha", "0.1", "--C", 1), ("d = 0", "integer >= 1")),
        (("gaussian", "--d", 2, "--n", -3, "--alpha", "0.1", "--C", 1), ("n = -3", "integer >= 1")),
        (("gaussian", "--d", "1.5", "--n", 1, "--alpha", "0.1", "--C", 1), ("--d",)),
        (("gaussian", "--d", 2, "--n", 1, "--alpha", "1/2", "--C", 1), ("alpha = 1/2", "between 0 and 1/2")),
        (("gaussian", "--d", 2, "--n", 1, "--alpha", "0", "--C", 1), ("alpha = 0",)),
        (("gaussian", "--d", 2, "--n", 1, "--alpha", "x", "--C", 1), ("alpha = 'x'",)),
        (("gaussian", "--d", 2, "--n", 1, "--alpha", "nan", "--C", 1), ("alpha = 'nan'",)),
        (("gaussian", "--d", 16, "--n", 1, "--alpha", "0.1", "--C", 2), ("C = 2", "d^(1/4)")),
        (("sparse", "--d", 4, "--n", 1, "--alpha", "0.1", "--C", "2.0"), ("C = 2.0", "d^(1/2)", "nu")),
        (("sparse", "--d", 4, "--n", 1, "--alpha", "0.1", "--C", "-1"), ("C = -1", "positive")),
        (("sparse", "--d", 4, "--n", 1, "--alpha", "0.1", "--C", "1/0"), ("C = '1/0'",)),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "0.1", "--strength", 1), ("strength = 1", "between 0 and 1")),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "0.1", "--strength", 0), ("strength = 0", "between 0 and 1")),
        (("gaussian", "--d", 10**400, "--n", 1, "--alpha", "0.1", "--C", "2"), ("d = 10^30 or more", "1000000000000000")),
        (("sparse", "--d", 4, "--n", 10**20, "--alpha", "0.1", "--strength", "0.1"), ("n = 1", "1000000000000000")),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "0.4999999999999", "--strength", "0.1"), ("alpha", "1/2 - 1e-12")),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "1e-301", "--strength", "0.1"), ("alpha", "1e-300")),
        (("boolean", "--d", 4, "--n", 2 * 10**6, "--alpha", "0.1", "--strength", "0.1"), ("n = 2000000", "1000000")),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "0.1"), ("--C", "--strength")),
        (("boolean", "--d", 4, "--n", 1, "--alpha", "0.1", "--C", "0.1", "--strength", "0.1"), ("--C",)),
        (("boolean", "--d", 4, "--n", 1, "--C", "0.1"), ("--alpha",)),
    ],
)
def test_bad_input(run, monkeypatch, arguments, words):
    for name in ("lower", "_upper"):
        monkeypatch.setattr(module, name, lambda *a: pytest.fail("work was started"))
    run("bound", *arguments).refusal(*words)


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"C": 1, "strength": 0.5}, "exactly one"), ({}, "exactly one"), ({"C": True}, "C = True"), ({"C": "one"}, "'one'"),
        ({"strength": math.nan}, "strength"), ({"C": math.inf}, "C"), ({"strength": [0.5]}, "strength"),
    ],
)  # fmt: skip
def test_bad_python_input(keywords, words):
    with pytest.raises(rl.InputError, match=words) as caught:
        bound("gaussian", 100, 2, 0.1, **keywords)
    assert "\n" not in str(caught.value)


def test_bad_sizes_in_python():
    for d, n in ((True, 1), (1.5, 1), (10, None), ("10", 1)):
        with pytest.raises(rl.InputError):
            bound("gaussian", d, n, 0.1, strength=0.5)
    assert bound("gaussian", np.int64(100), np.int64(2), np.float64(0.1), strength=np.float64(0.5)).d == 100


@pytest.mark.parametrize("problem", PROBLEMS)
def test_it_loads_nothing_heavy(problem):
    code = "import atexit; atexit.register(lambda: print('loaded', *sys.modules, file=sys.stderr))"
    done = spawn("bound", problem, "--d", 10**9, "--C", 3, "--n", 20, "--alpha", "0.1", "--json", code=code)
    assert done.status == 0 and done.json["lower_bits"] > 0
    loaded = {name.split(".")[0] for name in done.err.split()}
    assert "flint" in loaded and loaded.isdisjoint({"numpy", "scipy", "numba", "matplotlib", "sklearn"})


# --- the numbers ---


@pytest.mark.parametrize("problem", PROBLEMS)
def test_lower_bounds_are_rounded_down(problem, no_algorithm):
    rng = np.random.default_rng(3)
    for _ in range(40):
        d, n, alpha = int(rng.integers(1, 10**6)), int(rng.integers(1, 60)), Fraction(int(rng.integers(1, 499)), 1000)
        strength = Fraction(int(rng.integers(1, 999)), 1000)
        found = bound(problem, d, n, alpha, strength=strength)
        balls = lower(problem, d, n, alpha, strength_ball(problem, d, strength=strength))
        with ctx.workprec(300):
            assert found.lower_bits == 0 or arb(found.lower_bits) <= balls.bits
            assert arb(math.nextafter(found.lower_bits, math.inf)) >= balls.bits
            whole = balls.contraction.complement + balls.contraction.tau
            assert (
                abs(whole - 1) < 1e-18
                and found.tau == float(balls.contraction.tau)
                and found.rho == float(balls.contraction.rho)
            )


@pytest.mark.parametrize("problem", PROBLEMS)
def test_lower_is_below_upper(problem):
    compared = 0
    for d, n, alpha in itertools.product((50, 10**4, 10**9), (1, 2, 6, 40), ("1/100", "1/5", "9/20", "499/1000")):
        found = bound(problem, d, n, alpha, C=Fraction(2))
        if found.upper_bits is not None:
            assert found.lower_bits <= found.upper_bits and found.upper_error <= found.alpha
            compared += 1
    assert compared > 20


@pytest.mark.parametrize("problem", PROBLEMS)
def test_more_samples_more_strength_more_error_need_less(problem, no_algorithm):
    def bits(n=3, strength="0.1", alpha="1/5"):
        return bound(problem, 1000, n, alpha, strength=strength).lower_bits

    for values in (
        [bits(n=n) for n in (1, 2, 3, 5, 8, 20)],
        [bits(strength=s) for s in ("0.01", "0.1", "0.3", "0.6", "0.99")],
        [bits(alpha=a) for a in ("1/1000", "1/10", "1/4", "2/5", "4999/10000")],
    ):
        assert values == sorted(values, reverse=True) and values[0] > values[-1] > 0


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("strength", ["1e-300", "1e-9", "0.5", "0.999999999999", "1" + "/1" + "0" * 30])
@pytest.mark.parametrize("n", [1, 2000])
@pytest.mark.parametrize("alpha", ["1e-300", "1e-9", "1/3", "0.499999999999"])
def test_extremes_are_finite(problem, strength, n, alpha, no_algorithm):
    found = bound(problem, 10**12, n, alpha, strength=strength)
    for name in ("strength", "tau", "rho", "lower_bits"):
        assert 0 <= getattr(found, name) < math.inf, name
    assert found.paper_lower_bits is None or 0 <= found.paper_lower_bits < math.inf
    assert found.tau <= 1 and found.rho <= found.tau and found.evidence in ("exact", "ball")


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("strength", ["1e-300", "1e-9", "0.999999999999"])
@pytest.mark.parametrize("alpha", ["1e-300", "1/3", "0.499999999999"])
def test_extremes_with_the_algorithms(problem, strength, alpha):
    found = bound(problem, 10**12, 3, alpha, strength=strength)
    assert found.upper_bits is None or found.lower_bits <= found.upper_bits < math.inf


@pytest.mark.parametrize(
    ("problem", "strength"), [("boolean", "0.2"), ("boolean", "0.9"), ("sparse", "0.2"), ("sparse", "0.9")]
)
def test_one_coordinate_near_error_one_half_is_tight(problem, strength):
    """One noisy sign of one data point meets the bound as alpha -> 1/2, to second order in 1 - 2 alpha."""
    ratios = []
    for gap in (Fraction(1, 10**3), Fraction(1, 10**4)):
        found = bound(problem, 1, 1, (1 - gap) / 2, strength=strength)
        ratios.append(found.upper_bits / found.lower_bits)
    assert 1 <= ratios[0] < 1.001 and 1 <= ratios[1] < 1.00004


def test_an_error_that_no_learner_has(monkeypatch):
    """Where the data tell too little about the test point no algorithm is tried; where they may tell enough, one is."""
    calls = []
    monkeypatch.setattr(module, "_upper", lambda *arguments: calls.append(arguments))
    for problem in PROBLEMS:
        assert bound(problem, 100, 2, "1/3", strength="1/1000").upper_bits is None
    assert not calls
    for problem in PROBLEMS:
        bound(problem, 10**6, 2, "1/3", strength="1/10")
    assert len(calls) == len(PROBLEMS)


def test_a_bound_below_the_smallest_float_is_zero(no_algorithm):
    found = bound("sparse", 10**6, 2000, "1/3", strength="0.5")
    assert found.lower_bits == 0 and found.tau == 1.0
    assert 0 < bound("sparse", 10**6, 1000, "1/3", strength="0.5").lower_bits < 1e-290


# --- the bounds as printed ---


def printed(alpha: float) -> float:
    return (1 - 2 * alpha) * math.log2((1 - alpha) / alpha)


def test_gaussian_as_printed(no_algorithm):
    for n, strength, alpha in ((1, 0.25, 0.25), (100, 0.1, 0.01), (7, 0.9, 0.4)):
        found = bound("gaussian", 10, n, alpha, strength=strength)
        assert found.paper_lower_bits == pytest.approx((1 - strength**2) / (n * strength**4) * printed(alpha), rel=1e-14)
        assert found.lower_bits < found.paper_lower_bits


def test_sparse_as_printed(no_algorithm):
    for d, n, nu in ((10**6, 1, 0.003), (10**8, 2, 0.0003), (10**6, 6, 0.003)):
        kappa = nu / (nu + (1 - nu) * 2.0 ** (1 - n))
        entropy = d * (-nu * math.log2(nu) - (1 - nu) * math.log2(1 - nu) + nu)
        expected = printed(1 / 3) / kappa**2 - entropy
        found = bound("sparse", d, n, "1/3", strength=nu)
        assert found.paper_lower_bits == pytest.approx(max(0, expected), rel=1e-9)


@pytest.mark.parametrize(
    ("d", "n", "strength"), [(10**7, 1, 0.04), (10**9, 3, 0.01), (10**12, 10, 0.0025), (50, 2, 1e-9), (1, 1, 0.001)]
)
def test_boolean_as_printed(d, n, strength, no_algorithm):
    """Theorem 7 with Lemma 21, maximized by scipy over log log(1/delta)."""

    def negative(x):
        log = math.exp(x)
        xi2 = 8 * n * log * strength**2
        ratio, loss = (1 - xi2) / (strength**2 * xi2), d * math.exp(-log)
        symbols = d - math.log2(d) + log / math.log(2)  # log2(|M| / delta_n)
        return -(ratio * printed(0.1) - 8 * loss * ratio * symbols - 8 * loss * symbols)

    start, end = math.log(math.log(d) + 0.01), math.log(1 / (8 * n * strength**2))
    grid = np.linspace(start, end, 4000)
    best = grid[min(range(4000), key=lambda i: negative(grid[i]))]
    expected = -minimize_scalar(negative, bounds=(best - 0.01, best + 0.01), method="bounded", options={"xatol": 1e-12}).fun
    found = bound("boolean", d, n, 0.1, strength=strength)
    assert found.paper_lower_bits == pytest.approx(max(expected, 0), rel=1e-9)
    assert found.paper_lower_bits < found.lower_bits or found.paper_lower_bits == 0


def test_boolean_conditions_as_printed(no_algorithm):
    assert bound("boolean", 10**6, 1, 0.1, strength="0.1").paper_lower_bits is None  # lambda < 1/10
    assert bound("boolean", 10**6, 40, 0.1, strength="1/20").paper_lower_bits is None  # n < 1/(10 lambda^2)
    assert bound("boolean", 10**6, 39, 0.1, strength="1/20").paper_lower_bits == 0  # vacuous
    assert bound("boolean", 10**12, 1, 0.1, strength="1/1000").paper_lower_bits > 0


def test_the_entropy_of_theta_can_help(no_algorithm):
    """C* / rho - H(theta) beats (1 - tau) / rho C* where theta has few bits: d = 1 and nu near 1 - 1e-4, at a small error."""
    found = lower("sparse", 1, 20, Fraction(1, 10**6), strength_ball("sparse", 1, strength="0.9999"))
    direct = found.contraction.complement / found.contraction.rho
    assert found.bits > direct * 20 > 0


def test_record():
    found = bound("gaussian", 10000, 1, "1/3", C="2.5")
    assert isinstance(found, MemorizationBound) and [f.name for f in dataclasses.fields(found)] == KEYS
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.d = 3
    assert found.strength == 0.25 and parse_ball("rho", Fraction(1, 256)) == arb(found.rho)

"""Contraction constants against direct searches over laws, other formulas and each other; certificates that must be refused."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from reconlaw.theory.balls import nearest, parse_ball, round_down, round_up, to_accuracy
from reconlaw.theory.contraction import channels, fair_bit, finite
from reconlaw.theory.contraction.bias import BiasLaw
from reconlaw.theory.contraction.domination import chi2_dominates, dominates
from reconlaw.theory.errors import InputError

PROPERTY = settings(deadline=None, derandomize=True, max_examples=40)
# two-point laws on both sides of eta_KL = eta_chi2, atoms at 1, tiny weights, tiny and large biases
LAWS = [
    ([1, 0], ["1/4", "3/4"]), ([1, 0], ["3/4", "1/4"]), ([1, 0], ["1/1000", "999/1000"]), (["1/2", 0], ["1/10", "9/10"]),
    (["9/10", "1/10"], ["1/20", "19/20"]), (["999/1000", "1/100"], ["1/100", "99/100"]), ([1, "1/2", 0], ["1/9", "4/9", "4/9"]),
    (["1/5", "2/5", "3/5", "4/5"], ["97/100", "1/100", "1/100", "1/100"]), (["3/10"], [1]),
    (["1/1000", "1/1000000"], ["1/50", "49/50"]),
]  # fmt: skip


def law_of(case) -> BiasLaw:
    with ctx.workprec(128):
        return BiasLaw.of(*case)


def searched(values, weights) -> float:
    """sup_Q I_1(E_Q R) / KL(Q || P) over laws Q of (R, sign), by descent from several starts: no duality."""
    r = np.array([float(Fraction(v)) for v in values])
    biases = np.concatenate([r, -r])
    prior = np.concatenate([[float(Fraction(w)) / 2 for w in weights]] * 2)
    scale = prior @ biases**2

    def loss(logits):  # minus the ratio over E R^2, and its gradient
        q = prior * np.exp(logits - logits.max())
        q /= q.sum()
        logs = np.log(np.maximum(q, 1e-300) / prior)
        divergence, mean = float(q @ logs), float(np.clip(q @ biases, -1 + 1e-15, 1 - 1e-15))
        if divergence < 1e-5:  # rounding would decide; there the ratio is near E R^2
            return 0.0, np.zeros_like(q)
        information = ((1 + mean) * math.log1p(mean) + (1 - mean) * math.log1p(-mean)) / 2
        by_q = math.atanh(mean) * biases / divergence - information / divergence**2 * logs
        return -information / divergence / scale, -q * (by_q - q @ by_q) / scale

    starts = [size * biases / biases.max() for size in (0.3, 1, 3, 8, 20)]
    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-10}
    found = [minimize(loss, start, method="L-BFGS-B", jac=True, options=options) for start in starts]
    return scale * max(-result.fun for result in found)


# --- towards a fair sign ---


@pytest.mark.parametrize("case", LAWS, ids=str)
def test_backward_kl_encloses_a_direct_search(case):
    with ctx.workprec(128):
        found = fair_bit.kl(law_of(case))
        direct = max(searched(*case), float(fair_bit.chi2(law_of(case))))
        assert found.proof in ("chi-square", "ball")
        assert found.upper / found.lower - 1 <= 1e-10
        assert float(found.lower) == pytest.approx(direct, rel=2e-6)
        assert direct <= float(found.upper) * (1 + 1e-9)  # the descent's own rounding


@pytest.mark.parametrize("case", LAWS, ids=str)
def test_a_number_below_the_constant_is_refused(case):
    with ctx.workprec(128):
        law = law_of(case)
        found = fair_bit.kl(law)
        for factor in ("1/2", "999999/1000000", "999999999/1000000000"):
            assert not dominates(law, found.lower * parse_ball("factor", factor)).proved
        if found.proof == "ball":  # chi-square in place of KL
            assert not chi2_dominates(law).proved
            assert not dominates(law, fair_bit.chi2(law)).proved


@given(
    atoms=st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 10**6)), min_size=1, max_size=4),
    below=st.sampled_from([Fraction(1, 10**9), Fraction(1, 10**4), Fraction(1, 2)]),
)
@PROPERTY
def test_certificates_and_lower_bounds_never_cross(atoms, below):
    total = sum(w for _, w in atoms)
    case = [f"{r}/1000" for r, _ in atoms], [f"{w}/{total}" for _, w in atoms]
    with ctx.workprec(128):
        law = BiasLaw.of(*case)
        found = fair_bit.kl(law)
        assert found.lower <= found.upper or found.lower.overlaps(found.upper)
        assert fair_bit.chi2(law) <= found.upper * (1 + arb(2) ** -100)
        assert not dominates(law, found.lower * parse_ball("share", 1 - below)).proved


@pytest.mark.parametrize("p", ["1/1000", "1/4", "49/100", "3/5", "9/10"])
def test_erasure_backward(p):
    """The closed form, the certificate without it, and the quotient at m -> 1: (ln 2) / ln(2/p)."""
    with ctx.workprec(128):
        erased = 1 - Fraction(p)
        closed = channels.erasure_backward(erased)
        found = fair_bit.kl(BiasLaw.of([1, 0], [p, erased]))
        assert found.lower.union(found.upper).overlaps(closed) and found.upper / closed - 1 < 1e-10
        assert float(closed) == pytest.approx(
            max(float(Fraction(p)), math.log(2) / math.log(2 / float(Fraction(p)))), rel=1e-14
        )
    assert channels.erasure_backward(1) == 0 and channels.erasure_backward(0).overlaps(arb(1))


def test_erasure_at_one_half_is_an_identity():
    """2 ln cosh(t/2) = ln((1 + cosh t)/2): no margin at all, so the certificate needs all of its cells."""
    with ctx.workprec(128):
        law = BiasLaw.of([1, 0], ["1/2", "1/2"])
        assert not chi2_dominates(law, points=500).proved
        assert fair_bit.kl(law).upper <= parse_ball("eta", "1/2") * (1 + 2 * fair_bit.EXCESS)
        assert not dominates(law, arb(0.5) * (1 + fair_bit.EXCESS), points=100).proved  # the limit is one


def test_fallback_is_the_square_of_the_largest_bias(monkeypatch):
    monkeypatch.setattr(fair_bit, "dominates", lambda law, eta: dominates(law, eta, points=1))
    with ctx.workprec(128):
        found = fair_bit.kl(law_of(LAWS[3]))
        assert found.proof == "fallback" and found.upper.contains(parse_ball("square", "1/4"))


@pytest.mark.parametrize(
    ("values", "weights"),
    [([2], [1]), (["-1/2"], [1]), (["1/2"], ["1/2"]), ([0], [1]), ([], []), ([1], [1, 0]), ([1, 1], [2, -1])],
)
def test_bad_bias_laws(values, weights):
    with pytest.raises(InputError):
        BiasLaw.of(values, weights)


# --- closed forms ---


def test_closed_forms_are_exact():
    assert channels.gaussian(Fraction(-1, 3)) == Fraction(1, 9)
    assert channels.binary_symmetric(Fraction(1, 10)) == Fraction(16, 25)
    assert channels.erasure_forward(Fraction(1, 3)) == Fraction(2, 3)
    assert channels.composed(Fraction(1, 2), Fraction(1, 3)) == Fraction(1, 6)
    assert channels.tensorized(Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)) == Fraction(2, 3)
    assert channels.parallel_looks_forward(Fraction(1, 3), 2) == Fraction(5, 9)
    assert channels.tensorized(arb(1, 0.5), arb("1.2")).contains(arb("1.4"))  # overlapping balls


@pytest.mark.parametrize("bad", [
    lambda: channels.gaussian(1.5), lambda: channels.binary_symmetric(-0.1), lambda: channels.erasure_forward(2),
    lambda: channels.erasure_backward("x"), lambda: channels.parallel_looks_forward(0.5, 0),
    lambda: finite.channel([[1, 0], [1]]), lambda: finite.channel([]), lambda: finite.channel([["1/2", "1/3"]]),
    lambda: finite.joint_law([[2, -1]]), lambda: finite.channel(3), lambda: finite.channel([[math.nan, 1]]),
])  # fmt: skip
def test_bad_input(bad):
    with pytest.raises((InputError, TypeError)):
        bad()


# --- finite tables ---


def random_rows(rng, inputs, outputs, zeros=0.2):
    rows = rng.integers(1, 20, (inputs, outputs)) * (rng.random((inputs, outputs)) > zeros)
    rows[:, 0] += 1
    return [[Fraction(int(v), int(row.sum())) for v in row] for row in rows]


@pytest.mark.parametrize("seed", range(12))
def test_chi2_against_singular_values(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, int(rng.integers(2, 6)), int(rng.integers(2, 6)))
    weights = random_rows(rng, 1, len(rows), 0)[0]
    table = [[w * v for v in row] for w, row in zip(weights, rows)]
    P = np.array([[float(v) for v in row] for row in table])
    P = P[:, P.sum(0) > 0]
    values = np.linalg.svd(P / np.sqrt(np.outer(P.sum(1), P.sum(0))), compute_uv=False)
    found = finite.chi2(table)
    assert float(found) == pytest.approx(values[1] ** 2 if len(values) > 1 else 0, rel=1e-11)
    assert found.rad() < 1e-11
    assert finite.chi2([list(column) for column in zip(*table)]).overlaps(found)  # symmetric


def test_chi2_of_known_pairs():
    for flip in (Fraction(1, 10), Fraction(1, 3), Fraction(499, 1000)):
        table = [[(1 - flip) / 2, flip / 2], [flip / 2, (1 - flip) / 2]]
        found = finite.chi2(table)
        assert found.overlaps(parse_ball("square", (1 - 2 * flip) ** 2)) and found.rad() < 1e-12
    assert abs(finite.chi2([["1/4", "1/4"], ["1/4", "1/4"]])) < 1e-30  # independent
    assert finite.chi2([["1/2", 0], [0, "1/2"]]).overlaps(arb(1))  # equal
    assert finite.chi2([["1/3", "2/3"]]) == 0  # nothing to tell
    assert finite.chi2([["1/2", 0, 0], [0, "1/2", 0]]).overlaps(arb(1))  # a column of probability 0


@pytest.mark.parametrize("seed", range(8))
def test_order_of_the_constants(seed):
    """eta_chi2 at any input law <= input-free eta_KL <= eta_TV, the constants of two steps, and of a pair of channels."""
    rng = np.random.default_rng(seed)
    first, second = random_rows(rng, 3, 4), random_rows(rng, 4, 3)
    input_free, whole = finite.kl_input_free(first), finite.dobrushin(first)
    assert input_free <= parse_ball("whole", whole) or input_free.overlaps(parse_ball("whole", whole))
    for _ in range(5):
        weights = random_rows(rng, 1, 3, 0)[0]
        assert finite.chi2([[w * v for v in row] for w, row in zip(weights, first)]).lower() <= input_free.upper()
    product = [[sum(a * b for a, b in zip(row, column)) for column in zip(*second)] for row in first]
    bound = channels.composed(input_free.upper(), finite.kl_input_free(second).upper())
    assert finite.kl_input_free(product).lower() <= bound
    assert finite.dobrushin(product) <= whole * finite.dobrushin(second)


def test_le_cam_is_chi2_of_a_binary_input():
    rng = np.random.default_rng(5)
    for _ in range(5):
        p, q = random_rows(rng, 2, 4)
        beta = Fraction(int(rng.integers(1, 10)), 10)
        value, slope = finite.le_cam(p, q, beta)
        found = finite.chi2([[beta * v for v in p], [(1 - beta) * v for v in q]])
        assert float(found) == pytest.approx(float(value), rel=1e-11)
        step = Fraction(1, 10**8)
        quotient = (finite.le_cam(p, q, beta + step)[0] - finite.le_cam(p, q, beta - step)[0]) / (2 * step)
        assert float(quotient) == pytest.approx(float(slope), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_input_free_kl_against_a_search(seed):
    """sup over binary input laws and second laws of KL(QW || PW) / KL(Q || P), by a grid of P and Q near and far."""
    p, q = (np.array([float(v) for v in row]) for row in random_rows(np.random.default_rng(seed), 2, 3, 0))
    found = finite.kl_input_free([[Fraction(v) for v in row] for row in (p, q)])

    def ratio(a, b):  # input laws (a, 1 - a) against (b, 1 - b)
        mixed, other = a * p + (1 - a) * q, b * p + (1 - b) * q
        return np.sum(mixed * np.log(mixed / other)) / (a * math.log(a / b) + (1 - a) * math.log((1 - a) / (1 - b)))

    best = max(ratio(a, b) for b in np.linspace(0.02, 0.98, 49) for a in (b + 1e-4, 0.5 * b, 0.01, 0.99) if abs(a - b) > 1e-9)
    assert best <= float(found.upper()) * (1 + 1e-6)  # rounding of near laws
    best_at = minimize_scalar(lambda b: -ratio(b + 1e-4, b), bounds=(0.01, 0.98), method="bounded", options={"xatol": 1e-9})
    assert float(found) == pytest.approx(-best_at.fun, rel=1e-3)
    assert found.rad() < 1e-13


def test_input_free_kl_of_known_channels():
    assert float(finite.kl_input_free([[0.9, 0.1], [0.1, 0.9]])) == pytest.approx(0.64, rel=1e-14)
    erasure = finite.kl_input_free([["1/3", 0, "2/3"], [0, "1/3", "2/3"]])
    assert erasure.overlaps(parse_ball("x", "1/3")) and erasure.rad() < 1e-14
    assert finite.kl_input_free([[1, 0], [0, 1]]).contains(1)
    assert finite.kl_input_free([[1, 0]]) == 0
    assert finite.dobrushin([["9/10", "1/10"], ["1/5", "4/5"], ["1/2", "1/2"]]) == Fraction(7, 10)
    assert finite.dobrushin([["1/2", "1/2"]]) == 0


def test_parallel_looks_bound_the_product_channel():
    flip = Fraction(1, 5)
    one = [[1 - flip, flip], [flip, 1 - flip]]
    for looks in (2, 3):
        rows = one
        for _ in range(looks - 1):
            rows = [[s * t for s in row for t in other] for row, other in zip(rows, one)]
        bound = channels.parallel_looks_forward(channels.binary_symmetric(flip), looks)
        assert finite.kl_input_free(rows) <= parse_ball("bound", bound)


def test_chi2_tensorizes():
    rng = np.random.default_rng(1)
    tables = [[[v / 2 for v in row] for row in random_rows(rng, 2, 3, 0)] for _ in range(2)]
    both = [[s * t for s in row for t in other] for row in tables[0] for other in tables[1]]
    assert finite.chi2(both).overlaps(channels.tensorized(*map(finite.chi2, tables)))


# --- floats from balls ---


@given(x=st.floats(allow_nan=False, allow_infinity=False), shift=st.integers(-3, 3))
@PROPERTY
def test_rounding_is_outward_and_sharp(x, shift):
    with ctx.workprec(2000):
        ball = arb(x) * (1 + arb(shift) * arb(2) ** -200)
    low, high = round_down(ball), round_up(ball)
    assert arb(low) <= ball or ball < -1.797e308
    assert arb(high) >= ball or high == math.inf
    assert high <= math.nextafter(math.nextafter(low, math.inf), math.inf)
    if shift == 0:
        assert low == x == high == nearest(ball)


def test_rounding_at_the_ends_of_the_floats():
    huge, tiny = arb(10) ** 400, arb(10) ** -400
    top = float(np.finfo(float).max)
    assert (round_down(huge), round_up(huge), nearest(huge), nearest(-huge)) == (top, math.inf, top, -top)
    assert (round_down(tiny), round_up(tiny), nearest(tiny)) == (0.0, 5e-324, 0.0)
    assert math.copysign(1, round_down(arb(0))) == 1
    for function in (round_down, round_up, nearest):
        with pytest.raises(ValueError, match="finite"):
            function(arb("nan"))


def test_to_accuracy_raises_the_precision():
    tiny = Fraction(1, 10**300)
    before = ctx.prec
    difference, text = to_accuracy(lambda: (1 - parse_ball("x", 1 - tiny), "kept"))
    assert difference.rel_accuracy_bits() >= 64 and text == "kept" and ctx.prec == before
    assert abs(difference / parse_ball("tiny", tiny) - 1) < 1e-15

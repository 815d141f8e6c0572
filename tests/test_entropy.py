"""Entropies and informations of finite laws against scipy and plain sums, and the tables that must be refused."""

import math

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr
from scipy.stats import entropy as scipy_entropy

from reconlaw.numerics.finite_channels import random_channel, random_law, strings
from reconlaw.theory import entropy as E
from reconlaw.theory.errors import InputError

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
weights = st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(any)


def law(values):
    return [fmpq(v, sum(values)) for v in values]


def floats(rows):
    return np.array([[int(v.p) / int(v.q) for v in row] for row in rows.tolist()])


def information(table):
    """I(A; B) of a float table of any mass, as a sum of relative entropies."""
    table = np.asarray(table)
    product = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(rel_entr(table, product).sum())


@given(weights)
@PROPERTY
def test_entropy_is_scipys(values):
    assert float(E.entropy(law(values))) == pytest.approx(scipy_entropy(values), abs=1e-12)


@given(weights, st.randoms())
@PROPERTY
def test_divergence_is_scipys(values, random):
    other = [random.randint(0, 9) for _ in values]
    other[0] += 1
    found, expected = E.divergence(law(values), law(other)), scipy_entropy(values, other)
    if math.isinf(expected):
        assert not found.is_finite()
    else:
        assert float(found) == pytest.approx(expected, abs=1e-12)
    tv = E.total_variation(law(values), law(other))
    assert int(tv.p) / int(tv.q) == pytest.approx(
        0.5 * np.abs(np.array(values) / sum(values) - np.array(other) / sum(other)).sum()
    )


def test_mutual_information_of_a_chain():
    rng = np.random.default_rng(0)
    for _ in range(20):
        p, first, second = random_law(3, rng), random_channel(3, 4, rng), random_channel(4, 2, rng)
        A, B = (E.channel("rows", strings(rows)) for rows in (first, second))
        joint = E.joint(E.law("p", strings(p)), A)
        direct = floats(joint) @ floats(B)
        assert float(E.mutual_information(joint * B)) == pytest.approx(information(direct), abs=1e-13)
        assert E.mutual_information(joint * B) < E.mutual_information(joint)


def test_a_table_of_mass_w_counts_w_times():
    """The sum over the values of C of the tables P(., ., c) is the conditional information."""
    rng = np.random.default_rng(1)
    cube = rng.integers(0, 9, (3, 2, 4))
    mass = int(cube.sum())
    tables = [fmpq_mat([[fmpq(int(v), mass) for v in row] for row in table]) for table in cube]
    found = sum((E.mutual_information(t) for t in tables), arb(0))
    p = cube / mass
    expected = sum(p[c].sum() * information(p[c] / p[c].sum()) for c in range(3))
    assert float(found) == pytest.approx(expected, abs=1e-13)


def test_independence_is_exact():
    p, q = law([1, 2, 3]), law([5, 7])
    assert E.mutual_information(fmpq_mat([[s * t for t in q] for s in p])).is_zero()
    assert E.entropy(law([1, 0])).is_zero()
    assert E.divergence(p, p).is_zero()


def test_balls_follow_the_precision():
    p = law([1, 2, 4])
    with ctx.workprec(300):
        fine = E.entropy(p)
    with ctx.workprec(60):
        coarse = E.entropy(p)
    assert fine.rad() < 1e-80 < coarse.rad()
    assert coarse.contains(fine)


def test_powers_are_products_of_independent_pairs():
    pair = E.joint_law("pair", [["1/2", "1/8"], ["1/8", "1/4"]])
    cube = E.power(pair, 3)
    assert cube.nrows() == cube.ncols() == 8
    assert E.power(pair, 1) == pair
    first, second = E.margins(pair)
    assert E.margins(cube)[0] == [a * b * c for a in first for b in first for c in first]
    assert E.margins(cube)[1][3] == second[0] * second[1] ** 2
    assert float(E.mutual_information(cube)) == pytest.approx(3 * float(E.mutual_information(pair)), abs=1e-13)
    np.testing.assert_allclose(floats(E.kronecker(pair, cube)), np.kron(floats(pair), floats(cube)))


@pytest.mark.parametrize("bad", [["1/2", "1/3"], ["3/2", "-1/2"], [0.5, 0.5], [], "1", ["1/2", "1/2", "0"]])
def test_bad_laws_are_refused(bad):
    with pytest.raises(InputError):
        E.law("p", bad, 2)


@pytest.mark.parametrize("bad", [[["1", "1"]], [["1"]], [["1"], ["1"], ["1"]], [["1"], ["2", "-1"]], [], [[True], [1]]])
def test_bad_channels_are_refused(bad):
    with pytest.raises(InputError):
        E.channel("rows", bad, 2)


@pytest.mark.parametrize(
    "bad", [[["1", "1"], ["0", "0"]], [["2", "-1"], ["0", "0"]], [["1/2", "1/2"]], [["1/2", "0.5"], [0.0, 0]]]
)
def test_bad_joint_laws_are_refused(bad):
    with pytest.raises(InputError):
        E.joint_law("pair", bad, 2)

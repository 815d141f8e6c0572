"""Certificates, by balls, that f(t) = A(t) - F(t) >= 0 for all t >= 0: eta bounds eta_KL towards a fair sign (see `fair_bit`).

A(t) = (1/eta) ln cosh(eta t), F = ln Phi, Phi(t) = E cosh(t R), R the bias in [0, r], r its largest value. For t >= 0,
A'' = eta / cosh^2(eta t) decreases, F' increases (F is convex), and so does Phi''/Phi, the mean of R^2 under the weights
cosh(t R). As F'' = Phi''/Phi - F'^2,

    f'' >= m := A''(b) - (Phi''/Phi)(b) + F'(a)^2   on [a, b].                                               (1)

Start: f(0) = f'(0) = 0, so m >= 0 on [0, b] proves f >= 0 there; that happens for small b if eta > E R^2.

Cells: on [a, b] the parabolas of curvature m with the value and slope of f at a and at b lie below f; one is used on each
half. The error of (1) is of the order b - a, so a cell fails only where f is below a multiple of (b - a)^3.

End: F' <= r and A' increases, so once A'(t) >= r, f increases for good. And as A(s) >= s - (ln 2)/eta and
F(s) <= F(t) + s - t for s >= t, f >= 0 on [t, oo) if t - (ln 2)/eta - F(t) >= 0.
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb

from .bias import BiasLaw


class Certificate(NamedTuple):
    """Whether f >= 0 is proved on [0, oo), the points at which f was evaluated, and up to where the proof came."""

    proved: bool
    points: int
    reach: arb


class Point(NamedTuple):
    """f and what its certificates need, at t."""

    t: arb
    log_mgf: arb  # F
    mean: arb  # F'
    gap: arb  # f
    slope: arb  # f'
    bend: arb  # A'' - Phi''/Phi


def dominates(law: BiasLaw, eta: arb, *, points: int = 40000) -> Certificate:
    """Try to prove that eta_KL <= `eta`, an exact number or a ball (then it is proved for all numbers in it).

    It cannot succeed unless eta > E R^2; for eta = E R^2 there is `chi2_dominates`. `points` limits the evaluations.
    """
    if not eta > law.moment(2):
        return Certificate(False, 0, arb(0))
    start = (1 / law.largest).mid()
    for used in range(1, 200):
        point = evaluate(law, eta, start)
        if point.bend >= 0:
            return _march(law, eta, point, used, points)
        start = (start / 2).mid()
    return Certificate(False, used, arb(0))


def chi2_dominates(law: BiasLaw, *, points: int = 40000) -> Certificate:
    """Try to prove that eta_KL = T := E R^2, the case of equality f''(0) = 0.

    Start: let b <= 1/r and T b^2 <= 2. As sech^2 x >= 1 - x^2, A'' >= T - T^3 t^2. With C = cosh 1 and q_k = E R^k, on [0, b]
    Phi lies between 1 + T t^2/2 and 1 + C T t^2/2, Phi' >= T t and Phi'' <= T + q_4 t^2/2 + C q_6 t^4/24. By
    1/(1+x) <= 1 - x + x^2 and (1+x)^-2 >= 1 - 2x, F'' <= T - (3 T^2 - q_4) t^2/2 + (T^3/4 + C q_6/24 + C T^3) t^4. Hence

        f'' >= t^2 [ (3 T^2 - 2 T^3 - q_4)/2 - (T^3/4 + C q_6/24 + C T^3) t^2 ],

    which is >= 0 on [0, b] for small b if q_4 < 3 T^2 - 2 T^3.
    """
    T, cosh = law.moment(2), arb(1).cosh()
    fourth = 3 * T**2 - 2 * T**3 - law.moment(4)
    if not fourth > 0:
        return Certificate(False, 0, arb(0))
    sixth = T**3 / 4 + cosh * law.moment(6) / 24 + cosh * T**3
    square = (fourth / (2 * sixth)).min(2 / T).min(1 / law.largest**2)
    return _march(law, T, evaluate(law, T, square.lower().sqrt().lower()), 1, points)


def _march(law: BiasLaw, eta: arb, left: Point, used: int, points: int) -> Certificate:
    """From a point up to which f >= 0 is known: cells that grow while they succeed and are halved when they fail."""
    step, top = left.t, law.largest
    while used < points:
        if left.slope + left.mean >= top or tail_holds(left, eta):
            return Certificate(bool(left.gap >= 0), used, left.t)
        right = evaluate(law, eta, (left.t + step).mid())
        used += 1
        if cell_holds(left, right):
            left, step = right, (step * 1.5).mid()
        else:
            step = (step / 2).mid()
            if step < left.t * arb(2) ** -40:
                break
    return Certificate(False, used, left.t)


def evaluate(law: BiasLaw, eta: arb, t: arb) -> Point:
    """The point at an exact t > 0."""
    log_mgf, mean, second = law.log_mgf(t)
    sinh, cosh = (eta * t / 2).sinh_cosh()
    excess = 2 * sinh * sinh  # cosh(eta t) - 1
    gap, slope = excess.log1p() / eta - log_mgf, 2 * sinh * cosh / (1 + excess) - mean
    return Point(t, log_mgf, mean, gap, slope, eta / (1 + excess) ** 2 - second)


def cell_holds(left: Point, right: Point) -> bool:
    """Whether f >= 0 is proved between two points."""
    bend, half = right.bend + left.mean**2, (right.t - left.t) / 2
    return _parabola(left.gap, left.slope, bend, half) and _parabola(right.gap, -right.slope, bend, half)


def tail_holds(point: Point, eta: arb) -> bool:
    """Whether f >= 0 is proved from the point on by the values alone, the second case of the end."""
    return bool(point.t - arb(2).log() / eta - point.log_mgf >= 0)


def _parabola(value: arb, slope: arb, bend: arb, width: arb) -> bool:
    """Whether value + slope s + bend s^2 / 2 is certainly >= 0 for 0 <= s <= width."""
    end = value + slope * width + bend * width * width / 2
    if not (value >= 0 and end >= 0):
        return False
    if slope >= 0 or bend <= 0 or slope + bend * width <= 0:  # monotone, or concave
        return True
    return bool(bend > 0 and value - slope * slope / (2 * bend) >= 0)

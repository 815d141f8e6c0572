r"""A bound of the second moment's error with explicit constants, and what it implies for the span.

Setting. w_j ~ N(0, I_d) independent, g_j = sum_i r_i act(w_j.x_i + b), B unit samples x_i, the r_i fixed, Mhat = (1/m)
sum_j g_j (w_j w_j^T - I), M = E Mhat = sum_i lambda_i x_i x_i^T with lambda_i = r_i c_2, F = Mhat - M. P projects onto B
dimensions that contain the batch, Q = I - P, n = d - B, R = sum_i |r_i|, and s_k = E act(Z + b)^2 Z^{2k}.

**Theorem 1.** Except with probability delta, ||F|| <= max(A, D) + K, where

    A = R sqrt(4 (s_2 + 2 (B-2) s_1 + (B^2 - B + 1) s_0) / (delta m)),
    K = R sqrt(4 (s_1 + (B-1) s_0) / (delta m)) (sqrt(n) + sqrt(B) + sqrt(2 log(4/delta))),
    D = 4 R ( sqrt(16 s_0 t / (delta m)) + C (1 + |b| + L)^k t / m ),
        t = n log 9 + log(16/delta),   L = sqrt(2 log(32 m B/delta)),   |act(u)| <= C (1 + |u|)^k,

and K = D = 0 for n = 0. For fixed B and delta this is O(sqrt(d/m)) once m >= d polylog(m): the rate of wang2023, Prop. 5.5,
with its constants, for every delta, which enters by 1/sqrt(delta) in place of logarithms.

*Proof.* g_j depends on P w_j only. By convexity g^2 <= R sum_i |r_i| act(w.x_i + b)^2; given w.x_i, |P w|^2 - (w.x_i)^2 is
chi-squared with B - 1 degrees of freedom; and |H_2(P w)|_F^2 = |P w|^4 - 2 |P w|^2 + B. Hence E g^2 <= R^2 s_0,
E g^2 |P w|^2 <= R^2 (s_1 + (B-1) s_0) and E g^2 |H_2(P w)|_F^2 <= R^2 (s_2 + 2 (B-2) s_1 + (B^2 - B + 1) s_0). Each of the
following fails with the probability in brackets at most.

1. ||P F P||_F <= A [delta/4]: Markov's inequality for E ||P F P||_F^2 <= E g^2 |H_2(P w)|_F^2 / m.
2. ||Q F P|| <= K [delta/2]: given all P w_j, Q F P = (1/m) sum_j g_j Q w_j (P w_j)^T has the law of (1/m) N G^{1/2}, N an
   n x B standard Gaussian matrix, G = sum_j g_j^2 P w_j (P w_j)^T. ||N|| <= sqrt(n) + sqrt(B) + sqrt(2 log(4/delta))
   [delta/4] (Davidson and Szarek 2001, Theorem II.13), and ||G|| <= tr G = sum_j g_j^2 |P w_j|^2 <= (4/delta) m E g^2 |P
   w|^2 [delta/4].
3. ||Q F Q|| <= D [delta/4]: given the g_j, for a unit vector v in the range of Q, |sum_j g_j ((v.w_j)^2 - 1)| exceeds 2
   |g|_2 sqrt(t) + 2 |g|_oo t with probability 2 e^{-t} at most (Laurent and Massart 2000, Lemma 1, for g_j >= 0; a negative
   coefficient a has the cumulant -log(1 - 2 s a)/2 - s a <= s^2 a^2, below their bound). A 1/4-net has at most 9^n points,
   and ||Q F Q|| is at most twice the maximum over it: 2 9^n e^{-t} = delta/8. Last, |g|_2^2 <= 16 m E g^2 / delta
   [delta/16], and |w_j.x_i| <= L for all i and j [2 m B e^{-L^2/2} = delta/16].

And ||F|| <= max(||P F P||, ||Q F Q||) + ||Q F P||.

**Theorem 2.** Let V be the span of the B eigenvectors of Mhat with the largest |eigenvalue|, the x_i independent with dual
basis xi_i in their span, and all lambda_i not 0. Then

    dist(x_i, V) <= 2 ||F|| |xi_i| / |lambda_i| <= 2 ||F|| / (pi_min |lambda_i|),

pi_min the smallest singular value of the batch.

*Proof.* With Vo the projection off V, ||Vo Mhat|| is the (B+1)-st singular value of Mhat, at most ||F|| by Weyl's
inequality, as M has rank B. So ||Vo M|| <= 2 ||F||, and x_i = M xi_i / lambda_i. The xi_i are columns of the pseudoinverse
of X, of norm 1/pi_min.

No gap is assumed, and no smallness of F. The power 1/pi_min is that of wang2023, Prop. 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import acb, arb, ctx

from ..activations import Activation
from ..balls import parse_ball
from ..errors import InputError, positive_integer, probability
from ..hermite import with_ball
from .constants import moment_constant, neuron_expectation, positive_ball

BITS = 64


def second_moment_error(
    activation: str | Activation, residuals: Sequence[Any], d: int, m: int, delta: float, *, hidden_bias: Any = 0
) -> arb:
    """The bound of Theorem 1 on ||(1/m) sum_j g_j H_2(w_j) - M||, valid except with probability `delta`, as a ball.

    Args:
        residuals: r_1, ..., r_B, B <= d, numbers or balls; d: dimension; m: neurons.

    Raises:
        InputError: unknown name or no ball arithmetic, sizes that are no positive integers, no residual or more than d,
            delta outside (0, 1).
    """
    act, error = with_ball(activation), arb(probability("delta", delta))
    d, m, B = positive_integer("d", d), positive_integer("m", m), len(residuals)
    if not 1 <= B <= d:
        raise InputError(f"residuals: {B} samples in dimension d = {d}; must be 1 to d")

    def square(k: int) -> arb:
        def weight(z: acb) -> acb:
            return z ** (2 * k)

        return neuron_expectation(act, weight, 2 * k, power=2, hidden_bias=hidden_bias, bits=BITS)

    with ctx.workprec(BITS + 32):
        s0, s1, s2 = (square(k) for k in range(3))
        b, n = abs(parse_ball("hidden_bias", hidden_bias)), d - B
        total = sum((abs(parse_ball("residual", r)) for r in residuals), arb(0))
        inner = total * (4 * (s2 + 2 * (B - 2) * s1 + (B * B - B + 1) * s0) / (error * m)).sqrt()
        if n == 0:
            return inner
        mixed = total * (4 * (s1 + (B - 1) * s0) / (error * m)).sqrt()
        mixed *= arb(n).sqrt() + arb(B).sqrt() + (2 * (4 / error).log()).sqrt()
        t, largest = n * arb(9).log() + (16 / error).log(), (2 * (32 * m * B / error).log()).sqrt()
        size = act.growth_factor * (1 + b + largest) ** act.growth
        outer = 4 * total * ((16 * s0 * t / (error * m)).sqrt() + size * t / m)
        return inner.max(outer) + mixed


def span_error(
    activation: str | Activation,
    residuals: Sequence[Any],
    smallest_singular_value: Any,
    d: int,
    m: int,
    delta: float,
    *,
    hidden_bias: Any = 0,
) -> arb:
    """The bound of Theorem 2 on the distance of every sample to the span found by the second moment, probability 1 - `delta`.

    Above 1 it says nothing. `prediction` has the size to be expected.

    Raises:
        InputError: as `second_moment_error`; a singular value that is not positive, or a residual or c_2 that may be 0.
    """
    error = second_moment_error(activation, residuals, d, m, delta, hidden_bias=hidden_bias)
    constant = abs(moment_constant(activation, 2, hidden_bias=hidden_bias, bits=BITS))
    with ctx.workprec(BITS + 32):
        smallest, *others = (abs(parse_ball("residual", r)) * constant for r in residuals)
        for weight in others:
            smallest = smallest.min(weight)
        if not smallest > 0:
            raise InputError(f"residuals: the smallest |r c_2| = {smallest} must certainly not be 0")
        return 2 * error / (positive_ball("smallest_singular_value", smallest_singular_value) * smallest)

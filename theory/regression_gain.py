r"""The factor by which regression on polynomials of low degree divides the variance of a Hermite moment.

Setting. w ~ N(0, I_d), x a unit vector, g(w) = act(w.x + b), c_k = E act(Z + b) He_k(Z), and
g_n = g - sum_{k <= n} c_k He_k(w.x) / k!, what its best polynomial of degree n leaves of g.

**Statement.** (i) E g_n H_p(w) = E g H_p(w) for p > n. (ii) For orthonormal e_1, ..., e_{p-q} orthogonal to x, 0 <= q < p, the
component H_p(w)[x, .., x, e_1, .., e_{p-q}] times g has mean 0 and variance E[act(Z + b)^2 He_q(Z)^2]; times g_n, the same with
what is left of act. So regression divides the variance by

    gain_q = E[act(Z + b)^2 He_q(Z)^2] / E[(act(Z + b) - sum_{k <= n} c_k He_k(Z) / k!)^2 He_q(Z)^2].

At q = 0 it is at least 1. At q > 0 it can be below 1, and the variance grows: .370 for sin at q = 2, n = 1.

*Proof.* (i) H_p is orthogonal to all polynomials of degree below p. (ii) The component is He_q(w.x) (w.e_1) ... (w.e_{p-q}),
whose last factors are independent of w.x and of each other, with mean 0 and variance 1.
"""

from __future__ import annotations

from math import factorial

from flint import acb, arb, ctx

from .activations import Activation, hermite_polynomial
from .errors import one_of, positive_integer
from .gradient_moments.constants import integral_constant, neuron_expectation
from .hermite import with_ball


def regression_gain(activation: str | Activation, q: int, *, degree: int = 1, hidden_bias: str = "0", bits: int = 64) -> arb:
    """A ball with gain_q, as stated above, for regression on polynomials of that degree n, 0 or 1.

    With He_0 = 1, He_1 = z and E He_q(Z)^2 = q!, E Z^2 He_q(Z)^2 = (2q + 1) q!, the square is multiplied out.

    Raises:
        InputError: unknown name, no ball arithmetic, q < 0 or above 8, another degree.
        ZeroDivisionError: what is left cannot be told from 0 (an affine activation).
    """
    act = with_ball(activation)
    q, degree = positive_integer("q", q, minimum=0), one_of("degree", degree, (0, 1))
    one_of("q", q, range(9))
    he = hermite_polynomial(q, orthonormal=False)

    def mean(j: int, power: int) -> arb:
        def weight(z: acb) -> acb:
            return z**j * he.ball(z) ** 2

        size = factorial(q) ** 2
        return neuron_expectation(act, weight, 2 * q + j, factor=size, power=power, hidden_bias=hidden_bias, bits=bits + 16)

    with ctx.workprec(bits + 48):
        whole = mean(0, 2)
        c = [integral_constant(act, k, hidden_bias=hidden_bias, bits=bits + 16) for k in range(degree + 1)]
        left = whole
        for k, value in enumerate(c):
            left += value * value * (factorial(q) * (2 * q + 1) ** k) - 2 * value * mean(k, 1)
        if not left > 0:
            raise ZeroDivisionError(f"{act.name}: what regression leaves is {left}")
        return whole / left

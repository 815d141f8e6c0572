"""Counting for several outputs: `theta = sum_i act(V x_i) A_i` with theta in R^(m x C), samples on the sphere of R^d.

The Jacobian is that of `(X, A) -> theta`, with mC rows and n(d-1) + nC columns.

**Upper bound.** Let r be the rank of A (n, C), L the span of the n features in R^m. A change of A alone moves theta within
L (x) R^C, of dimension at most C min(m, n). A change of X moves it by `sum_i (D_i V t_i) A_i`, whose rows lie in the row space
of A: modulo L (x) R^C it lies in (R^m / L) (x) rowspace(A). If the features are independent, this has dimension (m - n)^+ r;
and it is at most n(d-1), the number of the t_i. So

    rank <= C min(m, n) + min(n(d-1), (m - n)^+ r).

If the features are dependent, the Jacobian at the point is a limit of those at points (V', X, A) with independent features and
the same A, as long as independent features exist arbitrarily near; the rank is lower semicontinuous, so that the bound holds
there too. For features that are always dependent (a polynomial of too low degree) it is not claimed.

**First m with full rank.** The bound equals n(d-1) + nC if and only if (m - n) r >= n(d-1), that is m >= n + ceil(n(d-1) / r);
and r <= min(C, n). With one output this is nd, with C >= n it is n + d - 1, the count for a known span.
"""

from __future__ import annotations

from .counting import Bound
from .errors import InputError, positive_integer


def outputs_bound(n: int, d: int, m: int, outputs: int, rank: int) -> Bound:
    """The structural upper bound on the rank of the mC x (n(d-1) + nC) Jacobian, for coefficients of that rank.

    It assumes that n independent features exist in R^m for m >= n (see the module's docstring).

    Raises:
        InputError: a number that is not a positive integer, or a rank above min(outputs, n).
    """
    for name, value in (("n", n), ("d", d), ("m", m), ("outputs", outputs), ("rank", rank)):
        positive_integer(name, value)
    if rank > min(outputs, n):
        raise InputError(
            f"rank = {rank}: coefficients of {n} samples and {outputs} outputs have rank {min(outputs, n)} at most"
        )
    room, data = max(0, m - n) * rank, n * (d - 1)
    value = outputs * min(m, n) + min(data, room)
    if room < data:
        return Bound(
            value, f"{m} rows: beyond the span of the features, coefficients of rank {rank} see {room} of {data} directions"
        )
    return Bound(value, f"{value} unknowns")


def rows_needed(n: int, d: int, rank: int) -> int:
    """`m* = n + ceil(n(d-1) / r)`, the first number of rows at which the bound allows full rank; r = min(C, n) in general.

    For a centred cross-entropy, whose coefficients sum to zero over the outputs, r = min(C - 1, n).
    """
    for name, value in (("n", n), ("d", d), ("rank", rank)):
        positive_integer(name, value)
    return n + -(-n * (d - 1) // rank)

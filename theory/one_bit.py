r"""How well many noisy looks at a sign are simulated from one look: the least total variation, exact.

P_+ and P_- are the laws of n signs of mean lambda and -lambda; Q_+ and Q_- those of one sign of mean xi and -xi. The least
delta such that a channel K has TV(K Q_+, P_+) <= delta and TV(K Q_-, P_-) <= delta is

    delta(xi) = (1/2) sum_x max(0, (1 - xi) P_+(x) - (1 + xi) P_-(x)).

*Proof.* Write e = (1 + xi)/(1 - xi). A pair of laws (R_+, R_-) is (K Q_+, K Q_-) for a channel K exactly when R_+ <= e R_- and
R_- <= e R_+: the rows of K are ((1 + xi) R_+ - (1 - xi) R_-)/(2 xi) and the same with + and - exchanged (Kairouz, Oh and
Viswanath 2015). *At least:* for every event E, P_+(E) - delta <= R_+(E) <= e R_-(E) <= e (P_-(E) + delta), so
(1 + e) delta >= sum max(0, P_+ - e P_-), and 1 + e = 2/(1 - xi). *At most:* put f = max(0, P_+ - e P_-)/(1 + e) and
f' = max(0, P_- - e P_+)/(1 + e), of disjoint supports and, by symmetry, of equal sum delta(xi). Then R_+ = P_+ - f + f' and
R_- = P_- + f - f' are laws at distance delta(xi) from P_+ and P_-, with R_+ = e R_- where f > 0 and R_- = e R_+ where f' > 0.
"""

from __future__ import annotations

from flint import fmpq, fmpz

from .errors import InputError, positive_integer


def simulation_distance(n: int, mean: fmpq, correlation: fmpq) -> fmpq:
    """delta(xi) at xi = `correlation` for n signs of this mean: decreasing in xi, and 0 from artanh xi = n artanh lambda on.

    Raises:
        InputError: n < 1, or a mean or correlation outside (0, 1).
    """
    n = positive_integer("n", n)
    for name, value in (("mean", mean), ("correlation", correlation)):
        if not 0 < value < 1:
            raise InputError(f"{name} = {value}: must lie strictly between 0 and 1")
    up, down, whole = mean.q + mean.p, mean.q - mean.p, 2 * mean.q
    less, more = correlation.q - correlation.p, correlation.q + correlation.p
    total, binomial = fmpz(0), fmpz(1)
    for k in range(n, n // 2, -1):  # k signs +1: P_+ ~ up^k down^(n-k), P_- the reverse
        common = binomial * (up * down) ** (n - k)
        gain = less * up ** (2 * k - n) - more * down ** (2 * k - n)
        if gain <= 0:
            break
        total += common * gain
        binomial = binomial * k // (n - k + 1)
    return fmpq(total, 2 * correlation.q * whole**n)

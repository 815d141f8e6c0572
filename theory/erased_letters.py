r"""The contraction constant of the channel from an erased letter back to the letter: an upper bound by a certificate.

theta is uniform on k letters; V = theta with probability s, and V = e, erased, otherwise. For every law Q of V let
Q(e) = 1 - t, Q(i) = t r_i; then theta has the law m_i = t r_i + (1 - t)/k. With P the law of V and U uniform, the constant
eta(V -> theta) is at most tau when

    KL(m || U) <= tau KL(Q || P)   for all Q.                                                                      (1)

*One letter against the others.* At fixed t the left side less the right one is a constant plus sum_i g(r_i),
g(r) = phi(t r + (1 - t)/k) - tau t phi(r), phi(x) = x log x, and g'' has the sign of t (1 - tau) r - tau (1 - t)/k: g is
first concave, then convex. At a maximum over the simplex no two r_i lie in the convex part (moving them apart would increase
the sum), and those in the concave part are equal (else averaging two would). So r = (z, ..., z, 1 - (k-1) z), z <= 1/k.

*Dual form.* For these Q, KL(m || U) = E_m log f - log E_U f with f = m/U = (a, ..., a, b), b >= a. By the variational formula
E_m log f = E_Q E[log f | V] <= tau KL(Q || P) + tau log E_P exp(E[log f | V] / tau). So (1) holds if, for all such f with
E_U f = 1, the last term is at most 0. With f_i = k x_i and p = 1/tau this reads

    Psi(z) = s k^{p-1} [(k-1) z^p + y^p] + (1 - s) k^p z^{p (k-1)/k} y^{p/k} <= 1,   y = 1 - (k-1) z,  0 <= z <= 1/k.   (2)

Psi(0) = s k^{p-1}: so tau >= log k / (log k + log(1/s)) is needed, a point mass. For p < k/(k-1) that is not enough, as Psi
then increases at 0. At z = 1/k, Psi = 1 and Psi' = 0. Every term is monotone in z, so that (2) is certified on intervals by
their end points, and near 1/k by Psi'' < 0.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq

from .errors import InputError, positive_integer

BITS = 96
PIECES = 20_000


def contracts(letters: int, survival: fmpq, tau: fmpq) -> bool:
    """Whether inequality (2) is certified at `tau`, so that eta(V -> theta) <= tau. False says only that it was not.

    Raises:
        InputError: fewer than two letters, or a survival probability or tau outside (0, 1).
    """
    k = positive_integer("letters", letters, minimum=2)
    for name, value in (("survival", survival), ("tau", tau)):
        if not 0 < value < 1:
            raise InputError(f"{name} = {value}: must lie strictly between 0 and 1")
    with ctx.workprec(BITS):
        p, s = 1 / arb(tau), arb(survival)
        end = fmpq(1, k)
        width = next((w for j in range(1, 12) if _concave(k, s, p, w := fmpq(1, k << j))), None)
        if width is None:
            return False
        todo = [(fmpq(0), end - width)]
        for _ in range(PIECES):
            if not todo:
                return True
            low, high = todo.pop()
            if _bound(k, s, p, low, high) <= 1:
                continue
            if not _bound(k, s, p, low, low) <= 1:
                return False
            middle = (low + high) / 2
            todo += [(low, middle), (middle, high)]
    return False


def _bound(k: int, s: arb, p: arb, low: fmpq, high: fmpq) -> arb:
    """An upper bound of Psi on [low, high]: z at its largest and y at its largest."""
    z, y = arb(high), arb(1 - (k - 1) * low)
    powers = (k - 1) * z**p + y**p if high else y**p
    product = ((z.log() * (k - 1) + y.log()) * p / k).exp() if high else arb(0)
    return s * arb(k) ** (p - 1) * powers + (1 - s) * arb(k) ** p * product


def _concave(k: int, s: arb, p: arb, width: fmpq) -> bool:
    """Whether Psi'' < 0 on [1/k - width, 1/k], from balls that contain z and y there.

    With c = k - 1 and G = z^{pc/k} y^{p/k}: (z^p)'' = p (p-1) z^{p-2}, (y^p)'' = c^2 p (p-1) y^{p-2},
    (log G)' = (p c / k)(1/z - 1/y), (log G)'' = -(p c / k)(1/z^2 + c/y^2), G'' = G ((log G)'^2 + (log G)'').
    """
    c = k - 1
    z = arb(fmpq(1, k) - width / 2, width / 2)
    y = 1 - c * z
    powers = p * (p - 1) * (c * z ** (p - 2) + c * c * y ** (p - 2))
    product = ((z.log() * c + y.log()) * p / k).exp()
    first, second = (1 / z - 1 / y) * p * c / k, -(1 / z**2 + c / y**2) * p * c / k
    return bool(s * arb(k) ** (p - 1) * powers + (1 - s) * arb(k) ** p * product * (first**2 + second) < 0)

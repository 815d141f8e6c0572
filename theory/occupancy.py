"""Certified occupancy: n samples fall independently and uniformly into k clusters."""

from __future__ import annotations

from flint import arb, ctx, fmpz

from .errors import positive_integer


def expected_singletons(clusters: int, samples: int, *, bits: int = 128) -> arb:
    """A ball that contains the expected number of clusters hit exactly once, n (1 - 1/k)^{n-1}."""
    k, n = positive_integer("clusters", clusters), positive_integer("samples", samples)
    with ctx.workprec(bits + 32):
        return n * (1 - arb(1) / k) ** (n - 1)


def no_singletons(clusters: int, samples: int, *, bits: int = 128) -> arb:
    """A ball that contains the probability that no cluster is hit exactly once.

    With S_j the expected number of sets of j clusters that are each hit once,

        S_j = binomial(k, j) n (n - 1) ... (n - j + 1) k^-j (1 - j/k)^{n-j},

    the probability lies between any two consecutive partial sums of S_0 - S_1 + S_2 - ... (Bonferroni's inequalities), and the
    sum over all j is exact. It is cut where S_j < 2^-bits.

    Raises:
        InputError: clusters or samples < 1.
    """
    k, n = positive_integer("clusters", clusters), positive_integer("samples", samples)
    with ctx.workprec(bits + 64):
        total, product = arb(1), arb(1)
        for j in range(1, min(k, n) + 1):
            product *= arb(fmpz(k - j + 1) * (n - j + 1)) / (fmpz(j) * k)
            term = product * (1 - arb(j) / k) ** (n - j)
            if term < arb(2) ** -bits:
                return total + (arb(0, term.abs_upper()))
            total += -term if j % 2 else term
        return total

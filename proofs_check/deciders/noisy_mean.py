"""Decides how memorization at error alpha compares with that at error 1/3, in the Gaussian problem, from the noisy mean.

Z is the rescaled mean of n samples, of variance 1; tau and rho are the squared correlations of its coordinates with those of theta
and of a positive X. The learner of separation D outputs M = Z + sqrt(s) N(0, I_d), where s = d rho / D^2 - 1, and accepts X if
<M, X> >= 0. The coordinates of M and a positive X have correlation D / sqrt(d), and its excess memorization is, in nats,

    U = (d/2) ln(1 + (1 - tau)/s).

Its advantage g = 1 - 2 alpha is P(<M, X> >= 0) - 1/2 at a positive X. Every learner of advantage g has excess memorization at least
2 g^2 (1 - tau)/rho: the bound of Theorem 7 of feldman2025, with KL(p || q) >= 2 (p - q)^2. Decided is the statement

    mem(P, alpha) >= c (1 - 2 alpha)^power mem(P, 1/3) for every alpha < 1/2, for one of the listed constants c.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx

from ...theory.balls import exact_number, parse_ball
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.inner_products import sign_advantage
from ..verdict import Decision
from .keys import check_keys

KEYS = {"decider", "d", "n", "strength", "power", "constants", "separations", "separation_at_third"}


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide again from the witness alone.

    Keys: d, n, strength (C, with lambda = C d^(-1/4)), power (1 or 2), constants (a list of c), separations (a D for each c),
    separation_at_third (a D of error at most 1/3).

    Fails if every constant is refuted: U < c g^power (2/9) (1 - tau)/rho at the learner of its separation. Holds, for power 2 only,
    if 2 (1 - tau)/rho >= c U for one c, U that of the learner at 1/3: then the statement is true at every alpha. The slack is the
    largest c that this proves minus the smallest one listed.

    Raises:
        InputError: a key missing or unknown, lists of different lengths, or a value that cannot be read or is out of range.
    """
    check_keys(witness, "noisy_mean", KEYS)
    power, constants, separations = one_of("power", witness["power"], (1, 2)), witness["constants"], witness["separations"]
    if not all(isinstance(x, list | tuple) for x in (constants, separations)) or not len(constants) == len(separations) > 0:
        raise InputError("witness: constants and separations must be lists of one length, not empty")
    with ctx.workprec(192):
        rho, rest = problem(witness["d"], witness["n"], witness["strength"])
        refuted = []
        for constant, separation in zip(constants, separations):
            c, (memory, advantage) = _positive("constant", constant), learner(witness["d"], rho, rest, separation)
            claimed = c * advantage**power * 2 * rest / (9 * rho)
            refuted.append(bool(memory < claimed))
        reason = (
            f"{sum(refuted)} of {len(refuted)} constants refuted; c = {float(c):g}, alpha = 1/2 - {float(advantage) / 2:.3g}: "
            f"{float(memory):.4g} nats suffice, at least {float(claimed):.4g} claimed"
        )
        if all(refuted):
            return Decision("fails", "ball", "lower", None, reason)
        memory, advantage = learner(witness["d"], rho, rest, witness["separation_at_third"])
        proved = (2 * rest / (rho * memory)).lower() if advantage >= arb(1) / 3 else arb(0)
        excess = proved - parse_ball("constant", min(exact_number("constant", c) for c in constants))
        if power == 2 and excess >= 0:
            reason = f"true for c <= {float(proved):.5g}: mem(P, 1/3) is at most {float(memory):.5g} nats"
            return Decision("holds", "ball", "lower", max(0.0, float(excess.lower())), reason)
    return Decision("undecided", "ball", "lower", None, reason)


def problem(d: Any, n: Any, strength: Any) -> tuple[arb, arb]:
    """rho and 1 - tau.

    Raises:
        InputError: d or n < 1, or lambda not between 0 and 1.
    """
    d, n = positive_integer("d", d), positive_integer("n", n)
    square = _positive("strength", strength) ** 2 / arb(d).sqrt()
    if not square < 1:
        raise InputError(f"strength = {strength!r}: lambda = C d^(-1/4) must be below 1")
    return n * square**2 / (1 + (n - 1) * square), (1 - square) / (1 + (n - 1) * square)


def learner(d: int, rho: arb, rest: arb, separation: Any) -> tuple[arb, arb]:
    """The excess memorization U in nats and the advantage g of the learner of this separation.

    Raises:
        InputError: a separation that is not positive, or too large: D^2/d must be below rho.
    """
    delta = _positive("separation", separation)
    noise = d * rho / delta**2 - 1
    if not noise > 0:
        raise InputError(f"separation = {separation!r}: the squared correlation D^2/d must be below rho")
    return arb(d) / 2 * (1 + rest / noise).log(), sign_advantage(d, delta / arb(d).sqrt())


def _positive(name: str, value: Any) -> arb:
    number = exact_number(name, value)
    if number <= 0:
        raise InputError(f"{name} = {value!r}: must be positive")
    return parse_ball(name, number)

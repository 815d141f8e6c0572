"""Explicit learners for the three problems of feldman2025, with their exact excess memorization and their exact error.

- gaussian: the sample mean plus noise (`noisy_mean`);
- boolean: for each coordinate a random sign with mean tanh(c E[theta_i | data]), between the posterior and the majority
  vote (`soft_majority`);
- sparse: the coordinates that are constant over the samples, each noisy or erased at random (`constants`).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, ctx

from ...errors import InputError, one_of, positive_integer
from .constant_coordinates import constant_coordinates
from .learner import Algorithm
from .noisy_mean import noisy_mean
from .soft_majority import soft_majority

__all__ = ["Algorithm", "algorithm"]

LEARNERS = {"gaussian": noisy_mean, "boolean": soft_majority, "sparse": constant_coordinates}


def algorithm(problem: str, d: int, n: int, strength: arb, alpha: Fraction) -> Algorithm | None:
    """The learner of the family for `problem` that attains error alpha with the least memorization.

    Args:
        problem: `gaussian`, `boolean` or `sparse`.
        d, n: dimension and number of samples, at least 1.
        strength: lambda (gaussian, boolean) or nu (sparse), in (0, 1). The bits are rounded up to about d times its relative
            accuracy: where they are tiny (the boolean problem with n lambda^2 above 50 or so) give it to 1300 binary digits.
        alpha: the error to attain, in (0, 1/2).

    Returns:
        None if no member of the family attains alpha, or if alpha < 1e-300. The error found is at most alpha and, as a rule,
        at least alpha (1 - 1e-9); it is less where an integer threshold makes it jump.

    Raises:
        InputError: an argument out of its range.
    """
    learn = LEARNERS[one_of("problem", problem, tuple(LEARNERS))]
    d, n = positive_integer("d", d), positive_integer("n", n)
    if not 0 < strength < 1:
        raise InputError(f"strength = {strength}: must lie strictly between 0 and 1")
    if not 0 < alpha < Fraction(1, 2):
        raise InputError(f"alpha = {alpha}: must lie strictly between 0 and 1/2")
    with ctx.workprec(160):
        return learn(d, n, strength, alpha) if alpha >= 1e-300 else None

"""Decides inequalities between informations of finite laws, given as tables of rationals.

Every statement is one inequality left <= right, computed again from the tables: logarithms are balls, total variations
and correlations exact. In a chain A -> B -> M the pair is a joint law (rows A, columns B), the channel has rows B.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from ...theory.contraction.finite import dobrushin
from ...theory.entropy import (
    binary_entropy,
    channel,
    diagonal,
    entropy,
    joint,
    joint_law,
    law,
    margins,
    mutual_information,
    power,
    total_variation,
)
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.rationals import rational
from ..verdict import Decision
from .keys import check_keys

Witness = Mapping[str, Any]
Statements = Mapping[str, tuple[Callable[[Witness], tuple[arb, arb]], str]]


class NotCertified(Exception):
    """A constant that a statement rests on could not be certified: undecided."""


def decide(witness: Witness) -> Decision:
    """Decide again from the witness alone. Numbers are integers or strings `p/q`; information is in nats.

    Keys: statement; for `entropy-continuity` and `sharp-entropy-continuity` p and q (laws) and coefficient; for `entropy-step`
    p and q; for `information-continuity` p, q, channel, coefficient; for `correlation-contraction` pair (joint law of two bits),
    copies, channel; for `approximate-contraction` flip, copies, rows (laws of B, one for each A), channel, coefficient; for
    `dominating-variables` signs, train, data, test, channel, target (`theta` or `test`), coefficient.

    Holds if left <= right is certain, fails if left > right is. The slack is 1 - left / right.

    Raises:
        InputError: a key missing or unknown, a table that is no law or channel, or sizes that do not match.
    """
    return decide_inequality(witness, "information", STATEMENTS)


def decide_inequality(witness: Witness, decider: str, statements: Statements) -> Decision:
    """Decide left <= right for one of the statements, name -> (function of the witness to the two sides, its keys)."""
    name = one_of("statement", witness.get("statement"), tuple(statements))
    sides, keys = statements[name]
    check_keys(witness, decider, {"decider", "statement", *keys.split()}, name)
    for bits in (128, 512):
        with ctx.workprec(bits):
            try:
                left, right = sides(witness)
            except NotCertified as error:
                return Decision("undecided", "ball", "upper", None, f"{name}: {error}")
            reason = f"{name}: {float(left):.8g} against {float(right):.8g}"
            if left <= right:
                slack = float((1 - left / right).lower()) if right > 0 else 0.0
                return Decision("holds", "ball", "upper", max(0.0, slack), reason)
            if left > right:
                return Decision("fails", "ball", "upper", None, reason)
    return Decision("undecided", "ball", "upper", None, f"{reason}, not separated at {bits} bits")


def _two_laws(w: Witness) -> tuple[list[fmpq], list[fmpq], fmpq]:
    p = law("p", w["p"])
    q = law("q", w["q"], len(p))
    return p, q, total_variation(p, q)


def _entropy_gap(p: list[fmpq], q: list[fmpq]) -> arb:
    return abs(entropy(p) - entropy(q)) if sorted(p) != sorted(q) else arb(0)


def _coefficient(w: Witness) -> fmpq:
    return rational("coefficient", w["coefficient"])


def _continuity(distance: fmpq, symbols: int) -> arb:
    """delta log(symbols / delta), which is 0 at delta = 0."""
    return arb(symbols / distance).log() * distance if distance else arb(0)


def _entropy_continuity(w: Witness) -> tuple[arb, arb]:
    """|H(P) - H(Q)| <= coefficient delta log(m / delta), delta = TV(P, Q), m symbols."""
    p, q, distance = _two_laws(w)
    return _entropy_gap(p, q), _coefficient(w) * _continuity(distance, len(p))


def _sharp_entropy_continuity(w: Witness) -> tuple[arb, arb]:
    """|H(P) - H(Q)| <= coefficient (delta log(m - 1) + h(delta)); beyond delta = 1 - 1/m the bracket is log m."""
    p, q, distance = _two_laws(w)
    m = len(p)
    sharp = arb(m).log()
    if distance <= 1 - fmpq(1, m):
        sharp = arb(m - 1).log() * distance + binary_entropy(distance)
    return _entropy_gap(p, q), _coefficient(w) * sharp


def _entropy_step(w: Witness) -> tuple[arb, arb]:
    """|H(P) - H(Q)| <= max of sum f(q_i) - f(p_i) where q_i > p_i and sum f(p_i) - f(q_i) where p_i > q_i; f(x) = x log(1/x)."""
    p, q, _ = _two_laws(w)
    rises = [(t, s) for s, t in zip(p, q) if t > s]
    falls = [(s, t) for s, t in zip(p, q) if s > t]
    gains = [entropy([large for large, _ in moved]) - entropy([small for _, small in moved]) for moved in (rises, falls)]
    return _entropy_gap(p, q), gains[0].max(gains[1])


def _information_continuity(w: Witness) -> tuple[arb, arb]:
    """|I(M_1; B_1) - I(M_2; B_2)| <= coefficient delta log(|M| / delta), B_1 ~ P and B_2 ~ Q through the same channel."""
    p, q, distance = _two_laws(w)
    rows = channel("channel", w["channel"], len(p))
    difference = mutual_information(joint(p, rows)) - mutual_information(joint(q, rows))
    return abs(difference), _coefficient(w) * _continuity(distance, rows.ncols())


def _informations(pair: fmpq_mat, w: Witness) -> tuple[arb, arb, int]:
    """I(M; A), I(M; B) and |M| for the channel of the witness behind B."""
    second = margins(pair)[1]
    rows = channel("channel", w["channel"], len(second))
    return mutual_information(pair * rows), mutual_information(diagonal(second) * rows), rows.ncols()


def _correlation_contraction(w: Witness) -> tuple[arb, arb]:
    """I(M; A) <= r^2 I(M; B) for copies of a pair of bits of correlation r."""
    pair = joint_law("pair", w["pair"], 2)
    (a, b), copies = margins(pair), positive_integer("copies", w["copies"])
    if pair.ncols() != 2 or 0 in (*a, *b):
        raise InputError("pair: must be a joint law of two bits, neither of them constant")
    squared = pair.det() ** 2 / (a[0] * a[1] * b[0] * b[1])
    left, right, _ = _informations(power(pair, copies), w)
    return left, squared * right


def _approximate_contraction(w: Witness) -> tuple[arb, arb]:
    """I(M; A) <= (1 - 2 flip)^2 I(M; B) + coefficient delta log(|M| / delta): A uniform on bits, B within delta of B~ given A.

    B~ is A with every bit flipped with that probability, and delta the largest total variation over the values of A.
    """
    flip, copies = rational("flip", w["flip"]), positive_integer("copies", w["copies"])
    exact = power(flips(1 - 2 * flip), copies)
    rows = channel("rows", w["rows"], exact.nrows())
    if rows.ncols() != exact.ncols():
        raise InputError(f"rows: must have {exact.ncols()} columns")
    distance = max(total_variation(r, e) for r, e in zip(rows.tolist(), exact.tolist()))
    left, right, symbols = _informations(rows / rows.nrows(), w)
    return left, (1 - 2 * flip) ** 2 * right + _coefficient(w) * _continuity(distance, symbols)


def _dominating_variables(w: Witness) -> tuple[arb, arb]:
    """I(M; theta) <= tau I(M; data) + term, or I(M; test) <= rho I(M; data) + term, term = coefficient delta log(|M| / delta).

    theta is a uniform sign, Z_train = theta s and Z_test = theta t with (s, t) of the joint law `signs`, independent of
    theta: tau = (E s)^2 and rho = (E s t)^2 are the constants of (theta, Z_train) and (Z_test, Z_train). The data have the law
    `data` given theta, within delta of the channel `train` behind Z_train; the test point is the channel `test` behind Z_test.
    Given theta, data and test point are independent.
    """
    signs = joint_law("signs", w["signs"], 2)
    if signs.ncols() != 2:
        raise InputError("signs: must be a joint law of two signs")
    s, t = ((first - second) for first, second in margins(signs))
    product = signs[0, 0] + signs[1, 1] - signs[0, 1] - signs[1, 0]
    data = channel("data", w["data"], 2)
    near = flips(s) * channel("train", w["train"], 2)
    if near.ncols() != data.ncols():
        raise InputError("train, data: must have the same number of columns")
    distance = max(total_variation(r, e) for r, e in zip(near.tolist(), data.tolist()))
    pair, constant = data / 2, s**2
    if one_of("target", w["target"], ("theta", "test")) == "test":
        pair, constant = (flips(t) * channel("test", w["test"], 2)).transpose() * data / 2, product**2
    left, right, symbols = _informations(pair, w)
    return left, constant * right + _coefficient(w) * _continuity(distance, symbols)


def flips(correlation: fmpq) -> fmpq_mat:
    """The binary symmetric channel of this correlation.

    Raises:
        InputError: a correlation outside [-1, 1].
    """
    if not -1 <= correlation <= 1:
        raise InputError(f"correlation = {correlation}: must lie in [-1, 1]")
    same, other = (1 + correlation) / 2, (1 - correlation) / 2
    return fmpq_mat([[same, other], [other, same]])


def backward_diameter(pair: fmpq_mat) -> fmpq:
    """eta_TV of the channel from the second variable back to the first: it bounds I(M; A) / I(M; B)."""
    columns = [(column, sum(column, fmpq(0))) for column in zip(*pair.tolist())]
    found = dobrushin([[str(t / total) for t in column] for column, total in columns if total])
    return fmpq(found.numerator, found.denominator)


STATEMENTS: Statements = {
    "entropy-continuity": (_entropy_continuity, "p q coefficient"),
    "sharp-entropy-continuity": (_sharp_entropy_continuity, "p q coefficient"),
    "entropy-step": (_entropy_step, "p q"),
    "information-continuity": (_information_continuity, "p q channel coefficient"),
    "correlation-contraction": (_correlation_contraction, "pair copies channel"),
    "approximate-contraction": (_approximate_contraction, "flip copies rows channel coefficient"),
    "dominating-variables": (_dominating_variables, "signs train data test channel target coefficient"),
}

"""Decides what several outputs share: the joint problem of C outputs against C separate ones, over the rationals.

The joint features of sample i and output c are the row `M[c] (x) h_i` of `M (x) H`, with h_i = act(V x_i) and M (C, C) the
matrix by which the outputs mix the C columns of theta (p, C); without mixing M is the identity. The joint side is
computed from this Kronecker matrix alone, the separate side from H alone. Slack: 0 when it holds.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat

from ...theory.activations import parse
from ...theory.errors import InputError, one_of
from ...theory.rationals import features, matrix
from ..verdict import Decision

STATEMENTS = ("minimum norm", "loss")


def decide(witness: dict[str, Any]) -> Decision:
    """Decide one of `STATEMENTS`.

    `minimum norm`: theta is the solution of least norm of the joint problem with labels Y (n, C). `loss`: the squared
    distance of theta from the joint features is the sum over outputs of those of its columns from the features H.

    Keys: activation, V (p, d), X (n, d), mixing (C, C), theta (p, C), and Y for the first statement; all rationals.

    Raises:
        InputError: a missing key, shapes that do not fit, one output, dependent features, or p <= n.
    """
    statement = one_of("witness statement", witness.get("statement"), STATEMENTS)
    try:
        V = matrix("witness V", witness["V"])
        X = matrix("witness X", witness["X"], V.ncols())
        H, _ = features(parse(witness["activation"]), V, X)
        theta = matrix("witness theta", witness["theta"])
        C = theta.ncols()
        M = matrix("witness mixing", witness["mixing"], C)
        Y = matrix("witness Y", witness["Y"], C) if statement == "minimum norm" else None
    except KeyError as error:
        raise InputError(f"witness: the statement {statement!r} needs the key {error}") from None
    n, p = H.nrows(), H.ncols()
    if C < 2 or M.nrows() != C or theta.nrows() != p or (Y is not None and Y.nrows() != n):
        raise InputError("witness: needs two outputs at least, theta (p, C), mixing (C, C) and Y (n, C)")
    if H.rank() < n or n >= p:
        raise InputError("witness: the features must be independent, and fewer than p")
    joint = fmpq_mat([[M[c, k] * H[i, j] for k in range(C) for j in range(p)] for i in range(n) for c in range(C)])
    stacked = [theta[j, k] for k in range(C) for j in range(p)]
    if Y is not None:
        problem = _minimum_norm(joint, stacked, [Y[i, c] for i in range(n) for c in range(C)])
    else:
        together = _distance(joint, stacked)
        separate = sum((_distance(H, [theta[j, k] for j in range(p)]) for k in range(C)), fmpq(0))
        problem = None if together == separate else f"joint loss {together}, sum over outputs {separate}"
    if problem is None:
        return Decision("holds", "exact", "equality", 0.0, f"{statement}: the {C} outputs separate, over the rationals")
    return Decision("fails", "exact", "equality", None, problem)


def _minimum_norm(rows: fmpq_mat, theta: list[fmpq], labels: list[fmpq]) -> str | None:
    """theta solves `rows theta = labels` and lies in the row span: this is the solution of least norm."""
    fitted = rows * fmpq_mat([[t] for t in theta])
    if any(fitted[k, 0] != label for k, label in enumerate(labels)):
        return "theta, output by output, does not interpolate the labels of the joint problem"
    if fmpq_mat([*rows.tolist(), theta]).rank() != rows.rank():
        return "theta, output by output, does not lie in the row span of the joint features"
    return None


def _distance(rows: fmpq_mat, theta: list[fmpq]) -> fmpq:
    """Squared distance of theta from the row span, which may be deficient."""
    reduced, rank = rows.rref()
    basis = fmpq_mat(reduced.tolist()[:rank])
    t = fmpq_mat([[x] for x in theta])
    rest = t - basis.transpose() * (basis * basis.transpose()).solve(basis * t)
    return (rest.transpose() * rest)[0, 0]

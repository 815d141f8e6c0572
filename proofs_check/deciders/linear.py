"""Decides identities of linear algebra over the rationals. It computes the features itself from (activation, V, X).

Every statement compares two sides by different routes; all data are integers or fractions `p/q`, and equality is exact.
Slack: 0 when it holds; a failure names the first entry that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from ...theory.activations import parse
from ...theory.errors import InputError, one_of
from ...theory.rationals import features, matrix, rational, vector
from ..verdict import Decision


def decide(witness: dict[str, Any]) -> Decision:
    """Decide `witness["statement"]`, one of `STATEMENTS`. Raises InputError on a malformed witness.

    Keys, by statement, all rational: `row-span`: activation, V, X, vectors (name -> vector) and, if one interpolates,
    interpolates (its name) and y. `projection-loss`: activation, V, X, theta, loss, direction, derivative. `radial-kernel`:
    activation, V, X, a, degree. `error-scale`: activation, V, X, a (vectors of coefficients), scaled_by. `absolute-metric`:
    metric, truth, found.
    """
    statement = one_of("witness statement", witness.get("statement"), tuple(STATEMENTS))
    try:
        problem = STATEMENTS[statement](witness)
    except KeyError as error:
        raise InputError(f"witness: the statement {statement!r} needs the key {error}") from None
    if problem is None:
        return Decision("holds", "exact", "equality", 0.0, f"{statement}: equal over the rationals")
    return Decision("fails", "exact", "equality", None, problem)


def _model(witness: dict[str, Any], samples: str = "X") -> tuple[fmpq_mat, fmpq_mat, fmpq_mat, fmpq_mat]:
    """V (p, d), X (n, d), features and slopes (n, p)."""
    V = matrix("witness V", witness["V"])
    X = matrix(f"witness {samples}", witness[samples], V.ncols())
    return V, X, *features(parse(witness["activation"]), V, X)


def _short(x: fmpq) -> str:
    """The fraction, or where it is long a float beside it: for reading, not for deciding."""
    return (
        str(x) if len(str(x)) <= 24 else f"{float(Fraction(int(x.p), int(x.q))):.6g} (a fraction of {len(str(x))} characters)"
    )


def _row_span(witness: dict[str, Any]) -> str | None:
    """Every vector lies in the row span of the features; `interpolates` (optional) also meets the labels exactly."""
    _, _, Phi, _ = _model(witness)
    p = Phi.ncols()
    basis, rank = Phi.tolist(), Phi.rank()
    if not isinstance(witness["vectors"], Mapping) or not witness["vectors"]:
        raise InputError("witness vectors: must be a non-empty mapping of vectors")
    if rank == p:
        raise InputError(f"witness: the features span all of R^{p}, so that every vector lies in their span")
    for name, value in witness["vectors"].items():
        theta = vector(f"witness vectors {name}", value, p)
        if fmpq_mat([*basis, theta]).rank() != rank:
            return f"{name} does not lie in the row span of the {Phi.nrows()} features"
    if "interpolates" in witness:
        name = one_of("witness interpolates", witness["interpolates"], tuple(witness["vectors"]))
        y = vector("witness y", witness["y"], Phi.nrows())
        fitted = Phi * fmpq_mat([[t] for t in vector(name, witness["vectors"][name], p)])
        if any(fitted[i, 0] != y[i] for i in range(Phi.nrows())):
            return f"{name} does not interpolate the labels"
    return None


def _projection_loss(witness: dict[str, Any]) -> str | None:
    """`theta.theta - v^T A^-1 v = min_c |theta - Phi^T c|^2`, and the stated derivative along the stated direction.

    The minimum by its normal equations. The derivative by evaluating the loss, a rational function of matrices, at
    [[M, E], [0, M]]: a function of such a block matrix carries its exact derivative along E in the upper right block.
    """
    V, X, Phi, _ = _model(witness)
    p, n = Phi.ncols(), Phi.nrows()
    theta = fmpq_mat([[t] for t in vector("witness theta", witness["theta"], p)])
    A, v = Phi * Phi.transpose(), Phi * theta
    if A.rank() < n:
        raise InputError("witness: the features are linearly dependent")
    closed = (theta.transpose() * theta - v.transpose() * A.inv() * v)[0, 0]
    c = A.solve(v)
    residual = theta - Phi.transpose() * c
    if any((Phi * residual)[i, 0] != 0 for i in range(n)):
        return "the coefficients do not satisfy the normal equations"
    minimum, stated = (residual.transpose() * residual)[0, 0], rational("witness loss", witness["loss"])
    if closed != minimum or stated != minimum:
        return f"loss: stated {_short(stated)}, closed form {_short(closed)}, minimum over coefficients {_short(minimum)}"
    E = matrix("witness direction", witness["direction"], X.ncols())
    if E.nrows() != n:
        raise InputError(f"witness direction: must have one row for each of the {n} samples")
    _, S = features(parse(witness["activation"]), V, X)
    U = E * V.transpose()
    dPhi = fmpq_mat([[S[i, j] * U[i, j] for j in range(p)] for i in range(n)])
    exact = _loss_derivative(Phi, dPhi, theta)
    stated = rational("witness derivative", witness["derivative"])
    if stated != exact:
        return f"derivative: stated {_short(stated)}, exact {_short(exact)}"
    return None


def _loss_derivative(Phi: fmpq_mat, dPhi: fmpq_mat, theta: fmpq_mat) -> fmpq:
    def block(M: fmpq_mat, dM: fmpq_mat) -> fmpq_mat:
        zero = [fmpq(0)] * M.ncols()
        top = [a + b for a, b in zip(M.tolist(), dM.tolist())]
        return fmpq_mat(top + [zero + row for row in M.tolist()])

    def constant(M: fmpq_mat) -> fmpq_mat:
        return block(M, fmpq_mat(M.nrows(), M.ncols()))

    F, Ft, t = block(Phi, dPhi), block(Phi.transpose(), dPhi.transpose()), constant(theta)
    loss = constant(theta.transpose()) * (t - Ft * ((F * Ft).inv() * (F * t)))
    return loss[0, 1]


def _radial_kernel(witness: dict[str, Any]) -> str | None:
    """J (x_i, -K a_i) = 0 for every sample: the radial direction changes nothing for a homogeneous activation."""
    _, _, Phi, S = _model(witness)
    V, X = matrix("witness V", witness["V"]), matrix("witness X", witness["X"])
    a = vector("witness a", witness["a"], X.nrows())
    degree = rational("witness degree", witness["degree"])
    if 0 in a or any(not any(row) for row in X.tolist()):
        raise InputError("witness: a sample or a coefficient is zero, so that its radial direction says nothing")
    U = X * V.transpose()
    for i in range(X.nrows()):
        for j in range(V.nrows()):
            change = a[i] * S[i, j] * U[i, j] - degree * a[i] * Phi[i, j]
            if change != 0:
                return f"row {j}: moving sample {i} along itself changes theta by {_short(change)}"
    return None


def _error_scale(witness: dict[str, Any]) -> str | None:
    """`[(J^T J)^-1]_ii` over the block of sample i, times a_i^2, is the same for every coefficient vector given.

    J has the columns a_i act'(v.x_i) v_k for k < d (data moving in d - 1 fixed directions) and act(v.x_i).
    """
    V, X, Phi, S = _model(witness)
    p, d, n = V.nrows(), V.ncols(), X.nrows()
    coefficients = matrix("witness a", witness["a"], n).tolist()
    if d < 2 or len({tuple(str(t * t) for t in a) for a in coefficients}) < 2:
        raise InputError("witness: needs d >= 2 and two coefficient vectors that differ by more than signs")
    blocks = []
    for a in coefficients:
        rows = [
            [a[i] * S[i, j] * V[j, k] for i in range(n) for k in range(d - 1)] + [Phi[i, j] for i in range(n)] for j in range(p)
        ]
        J = fmpq_mat(rows)
        gram = J.transpose() * J
        if gram.rank() < gram.nrows():
            raise InputError("witness: the Jacobian is singular, so no covariance exists")
        C = gram.inv()
        scale = _scaling(witness, a)
        blocks.append([scale[i] * sum((C[i * (d - 1) + k, i * (d - 1) + k] for k in range(d - 1)), fmpq(0)) for i in range(n)])
    if any(block != blocks[0] for block in blocks):
        return "the scaled error bars depend on the coefficients"
    return None


def _scaling(witness: dict[str, Any], a: list[fmpq]) -> list[fmpq]:
    """The factor of each error bar: a_i^2, or 1 where the witness states that the bars themselves are constant."""
    scaled = one_of("witness scaled_by", witness["scaled_by"], ("squared coefficient", "nothing"))
    return [t * t if scaled == "squared coefficient" else fmpq(1) for t in a]


def _absolute_metric(witness: dict[str, Any]) -> str | None:
    """`metric(truth, found) = 0 implies found_i = truth_i or -truth_i for every i`, at the stated pair (rows in order)."""
    truth = matrix("witness truth", witness["truth"])
    found = matrix("witness found", witness["found"], truth.ncols())
    if found.nrows() != truth.nrows():
        raise InputError("witness found: must have as many rows as truth")
    metric = one_of("witness metric", witness["metric"], ("elementwise absolute", "up to sign"))
    zero, same = True, True
    for x, z in zip(truth.tolist(), found.tolist()):
        agree = x == z or x == [-t for t in z]
        same &= agree
        zero &= agree if metric == "up to sign" else [abs(t) for t in x] == [abs(t) for t in z]
    if zero and not same:
        return f"the {metric} metric is 0, but a sample is neither the truth nor its negative"
    return None


STATEMENTS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "row-span": _row_span,
    "projection-loss": _projection_loss,
    "radial-kernel": _radial_kernel,
    "error-scale": _error_scale,
    "absolute-metric": _absolute_metric,
}

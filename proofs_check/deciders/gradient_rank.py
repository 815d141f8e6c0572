"""Decides the rank of the Jacobian of a batch gradient at an exact point (W, a, X, r).

It builds the Jacobian itself (`reconlaw.theory.gradients`), over the rationals or, for analytic activations, in balls. The lower
bound is a minor that is nonzero modulo a fixed prime, or a Gram determinant whose ball excludes 0. The upper bounds are
structural (`reconlaw.theory.gradient_counting`) and hold at every point; where they come from explicit kernel vectors, these are
multiplied with the Jacobian and must give exactly 0. A nonzero minor at one point proves the rank at almost every point; for a
piecewise-linear activation on the cell of the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb_mat, ctx, fmpq, fmpq_mat, nmod_mat

from ...theory.counting import DOMAINS, Bound
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.gradient_counting import explicit_kernel, gradient_bounds
from ...theory.gradients import NETWORK_KEYS, OBSERVED, UNKNOWNS, Network, jacobian, jet, read_network
from ...theory.memory import refuse_if_too_large
from ...theory.modular import PRIMES
from ...theory.rationals import matrix, vector
from ..verdict import Decision
from .keys import check_keys

KEYS = NETWORK_KEYS | {"decider", "X", "coefficients", "observed", "unknowns", "domain", "expected"}
PRECISIONS = (128, 256, 512, 1024, 2048)


def decide(witness: Mapping[str, Any]) -> Decision:
    """Decide `rank == expected`. Slack: 0 when it holds, minus the gap in rank when it fails.

    Keys: activation, W (m, d), output_weights (m), hidden_bias (m), X (B, d), coefficients (B), all rational; observed
    (`output`, `hidden` or `both` gradients), unknowns (`samples`, `coefficients`: the samples and their coefficients, or
    `labels known`: the samples, with coefficients that follow them), domain (`free` or `sphere`), expected.

    Raises:
        InputError: a key missing or unknown, shapes that disagree, data that are not exact, samples off the unit sphere, a
            pre-activation on a kink, or an activation without the arithmetic.
    """
    check_keys(witness, "gradient_rank", KEYS)
    expected = positive_integer("witness expected", witness["expected"])
    network = read_network(witness)
    X = matrix("witness X", witness["X"], network.W.ncols())
    r = vector("witness coefficients", witness["coefficients"], X.nrows())
    domain = one_of("witness domain", witness["domain"], DOMAINS)
    case = {
        "observed": one_of("witness observed", witness["observed"], OBSERVED),
        "unknowns": one_of("witness unknowns", witness["unknowns"], UNKNOWNS),
        "domain": domain,
    }
    if domain == "sphere" and (X.ncols() < 2 or any(sum(t * t for t in x) != 1 for x in X.tolist())):
        raise InputError("witness X: the samples do not lie on the unit sphere of R^d, d >= 2")
    size = network.W.nrows() * X.nrows() * (X.ncols() + 1) ** 2
    refuse_if_too_large(f"exact Jacobian of {size} entries", 200 * size)
    bounds = gradient_bounds(network, X.nrows(), slopes=_slopes(network, X), **case)
    if not network.exact:
        upper, lower = bounds[0], None
        if upper.value >= expected:
            lower = _ball_rank(network, X, r, case, upper.value)
        return _compare(expected, lower, upper, "ball")
    J = fmpq_mat(jacobian(network, X, r, **case))
    kernel = explicit_kernel(network, X, r, unknowns=case["unknowns"], domain=domain)
    upper = min([*_by_kernel(J, kernel), *bounds], key=lambda bound: bound.value)
    lower = _modular_rank(J)
    if lower < min(expected, upper.value):  # the point is special, or the prime unlucky: decide at the point
        lower = J.rank()
        upper = min(upper, Bound(lower, "elimination over the rationals at this point"), key=lambda bound: bound.value)
    return _compare(expected, lower, upper, "exact")


def _compare(expected: int, lower: int | None, upper: Bound, kind: Any) -> Decision:
    if upper.value < expected:
        reason = f"rank <= {upper.value} < {expected}: {upper.reason}"
        return Decision("fails", "exact", "upper", float(upper.value - expected), reason)
    if lower is None:
        return Decision("undecided", kind, "both", None, f"no minor of size {upper.value} could be separated from zero")
    if lower > expected:
        return Decision("fails", kind, "lower", float(expected - lower), f"rank >= {lower} > {expected} by a nonzero minor")
    if lower < upper.value:
        reason = f"rank {lower} at this point, structural bound {upper.value}, expected {expected}"
        return Decision("undecided", kind, "both", None, reason)
    how = "modulo a prime" if kind == "exact" else "ball arithmetic"
    return Decision(
        "holds", kind, "equality", 0.0, f"rank {expected}: a nonzero minor ({how}) meets the bound by {upper.reason}"
    )


def _slopes(network: Network, X: fmpq_mat) -> fmpq_mat | None:
    if network.activation.slopes is None:
        return None
    return fmpq_mat([[jet(network, u)[1] for u in row] for row in network.inputs(X)]).transpose()


def _by_kernel(J: fmpq_mat, kernel: list[list[fmpq]]) -> list[Bound]:
    if not kernel:
        return []
    K = fmpq_mat(kernel)
    if any((J * K.transpose()).entries()):
        raise RuntimeError("a vector of the explicit kernel changes the gradient")
    return [Bound(J.ncols() - K.rank(), f"{K.rank()} independent kernel vectors, checked over the rationals")]


def _modular_rank(J: fmpq_mat) -> int:
    q = PRIMES[0]
    entries = [int(t.p) if t.q == 1 else int(t.p) * pow(int(t.q), -1, q) for t in J.entries()]
    return nmod_mat(J.nrows(), J.ncols(), [t % q for t in entries], q).rank()


def _ball_rank(network: Network, X: fmpq_mat, r: list[fmpq], case: dict[str, str], target: int) -> int | None:
    """`target` if it is the smaller side of the Jacobian, and the Gram determinant of that side is proved nonzero; else None."""
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            J = arb_mat(jacobian(network, X, r, **case))
            gram = J.transpose() * J if J.nrows() >= J.ncols() else J * J.transpose()
            if gram.nrows() != target:
                return None
            if not gram.det().contains(0):
                return target
    return None

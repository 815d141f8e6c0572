r"""The error of the subspace step to first order, with its constant.

Setting. w_j ~ N(0, I_d) independent, g_j = sum_i r_i act(w_j.x_i + b), the x_i independent unit samples, the r_i fixed (the
residuals of one query are one number for all neurons). For p = 2, 3, 4, q = p - 2, and a fixed unit vector u in the span S
of the batch (not used if q = 0),

    Mhat = (1/m) sum_j g_j H_p(w_j)[., ., u, .., u],   M = E Mhat = sum_i lambda_i x_i x_i^T,   lambda_i = r_i c_p (u.x_i)^q,

and V is the span of the B eigenvectors of Mhat with the largest |eigenvalue|. P is the orthogonal projection onto S,
Q = I - P, and xi_i in S the dual basis, xi_i.x_k = 1{i = k}.

**Statement.** With F = Mhat - M, the distance of x_i to V is |Q F xi_i| / |lambda_i| up to terms of second order in F, and
exactly

    E |Q F xi_i|^2 = (d - B)/m  E[ g(w)^2 h_i(w)^2 ],   h_i(w) = (w.xi_i) He_q(w.u) - q (xi_i.u) He_{q-1}(w.u).

*Proof.* M maps S onto S and vanishes on its complement, so that the perturbed invariant subspace is, to first order, the
image of P + Q F M^+ (a vector s + y with s in S and y in its complement lies in it if y = Q F M^+ s). As M^+ x_i = xi_i /
lambda_i (apply M to both sides), x_i is off V by Q F xi_i / lambda_i to first order. Next, for y orthogonal to xi and u,
H_p(w)[y, xi, u, .., u] = (w.y) H_{p-1}(w)[xi, u, .., u], as every other term of the Hermite tensor pairs y with xi or u;
and H_{p-1}(w)[xi, u, .., u] is h above: write xi = (xi.u) u + v with v orthogonal to u, and (w.u) He_q - q He_{q-1} =
He_{q+1}. Hence

    Q F xi = (1/m) sum_j g_j h(w_j) Q w_j,

in which g_j h(w_j) depends on P w_j only, and Q w_j is independent of P w_j with mean 0 and E |Q w_j|^2 = d - B. The terms
are independent of mean 0, so that their mean squared lengths add up.

**Error.** The root mean square over the batch, sqrt((d - B)/m) ((1/B) sum_i E[g^2 h_i^2] / lambda_i^2)^{1/2}, is the part
of the error that grows with d. The tensor step adds an error inside V of the order 1/sqrt(m), which does not depend on d.

**Regression.** If g_j is replaced by its residual after regression on the Hermite polynomials of degree <= k in w, k < p,
then to first order act(u) is replaced by act(u) minus its own Hermite terms of degree <= k, since these are linear in g and
sum_i r_i He_k(w.x_i) is such a polynomial. M is unchanged, and E g^2 becomes smaller. A direction u estimated from the
data, such as the first moment, changes F in second order only.

**A direction off the span,** p = 3: with u = P u + u', u' in the complement of S, h_i is taken with P u and

    E |Q F xi_i|^2 = (d - B)/m E[g^2 h_i^2] + (d - B + 1)/m |u'|^2 E[g^2 (w.xi_i)^2],

as H_3(w)[y, xi, u'] = (w.xi) ((w.y)(w.u') - y.u'), E |(z z^T - I) u'|^2 = (n + 1) |u'|^2 for z ~ N(0, I_n), and the two
parts are not correlated. For a random u, as in wang2023, remark 3, u.x_i is of the order 1/sqrt(d), and the error of the
order d/sqrt(m).

All this is leading order as d/m tends to 0, no bound; for one see `bounds`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..activations import Activation, parse
from ..errors import InputError, one_of, positive_integer
from .constants import moment_constants
from .quadrature import neuron_rule

if TYPE_CHECKING:
    import numpy as np

PARALLEL = 0.998
"""The largest |cosine| of two samples: beyond it their joint density is too narrow for the quadrature (1e-5 at this value)."""

INNER = 4
"""Gauss-Hermite nodes for (w.xi, w.u) given two pre-activations: exact up to degree 7, and h^2 has degree 6 at most."""


def subspace_error(
    activation: str | Activation,
    X: np.ndarray,
    residuals: np.ndarray,
    m: int,
    *,
    order: int = 2,
    direction: np.ndarray | None = None,
    regressed: int | None = None,
    hidden_bias: float = 0.0,
) -> np.ndarray:
    """The predicted root-mean-square distance of each sample to the span found, (B,) float64: see the statement above.

    Args:
        X: (B, d), independent unit rows; residuals: r_i, (B,), not 0.
        m: the neurons used by the subspace step.
        order: 2, 3 or 4; direction: u, (d,), any length, for order > 2; in the span for order 4. By default the direction of
            the first moment, sum_i r_i x_i.
        regressed: degree removed from g by regression, 0 or 1, or None for none.
        hidden_bias: b.

    Raises:
        InputError: shapes that disagree, rows that are not unit, not independent or almost parallel, a residual or a constant
            c_p that is 0, or u orthogonal to a sample or, for order 4, off the span.
    """
    import numpy as np

    act = parse(activation)
    X, r = np.asarray(X, dtype=float), np.asarray(residuals, dtype=float)
    positive_integer("m", m), one_of("order", order, (2, 3, 4)), one_of("regressed", regressed, (None, 0, 1))
    if X.ndim != 2 or r.shape != X.shape[:1] or not np.isfinite(X).all() or not np.isfinite(r).all():
        raise InputError(f"X, residuals: have the shapes {X.shape} and {r.shape}; must be finite, (B, d) and (B,)")
    B, d = X.shape
    gram = X @ X.T
    if not np.allclose(np.diag(gram), 1, atol=1e-8) or np.linalg.matrix_rank(X) < B:
        raise InputError("X: must have independent rows of norm 1")
    nearest = float(np.abs(gram - np.eye(B)).max())
    if nearest > PARALLEL:
        raise InputError(f"X: two rows have the cosine {nearest:.6g}, more than {PARALLEL} in size")
    dual = np.linalg.inv(gram)  # xi_i = sum_k dual[i, k] x_k
    q = order - 2
    u = r @ X if direction is None else np.asarray(direction, dtype=float)
    if u.shape != (d,) or not 0 < np.linalg.norm(u) < np.inf:
        raise InputError(f"direction: must be a finite vector of length d = {d}, not 0")
    u = u / np.linalg.norm(u)
    inside = dual @ (X @ u)  # Pu = sum_k inside[k] x_k
    outside = max(0.0, 1.0 - float(inside @ gram @ inside))
    if q == 2 and outside > 1e-8:
        raise InputError("direction: must lie in the span of the samples for order 4")
    constant = moment_constants(act, [order], 1.0, hidden_bias)[0]
    weights = r * constant * (X @ u) ** q
    if not (np.abs(weights) > 1e-12 * max(1.0, float(np.abs(r).max()))).all():
        raise InputError(f"residuals, order: the order-{order} weights {weights} must not be 0")
    moments = (d - B) * _second_moments(act, gram, dual, inside, r, q, regressed, hidden_bias)
    if q == 1 and outside > 1e-12:
        moments += (d - B + 1) * outside * _second_moments(act, gram, dual, inside, r, 0, regressed, hidden_bias)
    return np.sqrt(moments / m) / np.abs(weights)


def predicted_error(activation: str | Activation, X: np.ndarray, residuals: np.ndarray, m: int, **options: Any) -> float:
    """The predicted RMS error of the samples, sqrt((1/B) sum_i error_i^2), from `subspace_error`, whose options it takes."""
    errors = subspace_error(activation, X, residuals, m, **options)
    return math.sqrt(float((errors**2).mean()))


def _second_moments(act: Activation, gram: Any, dual: Any, u: Any, r: Any, q: int, regressed: int | None, bias: float) -> Any:
    """E[g^2 h_i^2] for every i: g^2 is a sum over pairs of samples, each term a quadrature over their two pre-activations.

    The direction is sum_k u_k x_k. Given the two pre-activations, w.xi_i and w.u are Gaussian.
    """
    import numpy as np

    close = np.abs(gram - np.eye(len(r))).max() > 0.97
    z, weights = neuron_rule(1.0, bias, nodes=24 if close else 8)
    value = act.value(z + bias)
    for k in range(-1 if regressed is None else regressed, -1, -1):
        he = np.polynomial.hermite_e.hermeval(z, [0] * k + [1])
        value = value - (weights @ (act.value(z + bias) * he)) * he / math.factorial(k)
    points, inner = np.polynomial.hermite_e.hermegauss(INNER)
    inner = inner / inner.sum()
    B = len(r)
    result = np.zeros(B)
    for k in range(B):
        for l in range(k + 1):
            first, second, joint = _pair_rule(z, weights, gram[k, l] if k != l else None)
            product = joint * (value[first] * value[second]) * r[k] * r[l] * (1 if k == l else 2)
            rows = [k] if k == l else [k, l]
            s = np.stack([z[first], z[second]][: len(rows)])
            regression = np.linalg.inv(gram[np.ix_(rows, rows)])
            for i in range(B):
                vectors = np.stack([dual[i], u])  # xi_i and u in the basis x
                cross = vectors @ gram[:, rows]
                mean = cross @ regression @ s
                rest = vectors @ gram @ vectors.T - cross @ regression @ cross.T
                root = _root(rest)
                for a, wa in zip(points, inner):
                    for c, wc in zip(points, inner):
                        alpha = mean[0] + root[0, 0] * a + root[0, 1] * c
                        beta = mean[1] + root[1, 0] * a + root[1, 1] * c
                        h = _contracted(alpha, beta, float(vectors[0] @ gram @ vectors[1]), q)
                        result[i] += wa * wc * float(product @ (h * h))
    return result


def _contracted(alpha: Any, beta: Any, overlap: float, q: int) -> Any:
    """alpha He_q(beta) - q overlap He_{q-1}(beta)."""
    if q == 0:
        return alpha
    return alpha * beta - overlap if q == 1 else alpha * (beta * beta - 1) - 2 * overlap * beta


def _root(covariance: Any) -> Any:
    """R with R R^T = covariance, a 2 x 2 matrix that is positive semidefinite up to rounding."""
    import numpy as np

    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _pair_rule(z: Any, weights: Any, correlation: float | None) -> tuple[Any, Any, Any]:
    """Indices into z of the two pre-activations, and joint weights; one pre-activation if `correlation` is None."""
    import numpy as np

    n = np.arange(len(z))
    if correlation is None:
        return n, n, weights
    first, second = (index.ravel() for index in np.meshgrid(n, n, indexing="ij"))
    s, t, rest = z[first], z[second], 1 - correlation**2
    tilt = np.exp(-(correlation**2 * (s * s + t * t) - 2 * correlation * s * t) / (2 * rest)) / math.sqrt(rest)
    return first, second, weights[first] * weights[second] * tilt

"""Structural upper bounds on the rank of the Jacobian of a gradient (`reconlaw.theory.gradients`), and explicit kernel vectors.

Let G(w) = sum_i r_i act(w.x_i). Without biases the output gradient is G(w_j) and the hidden gradient a_j grad G(w_j), so that
whatever leaves the function G unchanged leaves both unchanged.

- Equations: m output, md hidden. For act homogeneous of degree K, Euler's w.grad G = K G makes the output gradient a function
  of the hidden one.
- Homogeneous of degree K: x_i -> c x_i, r_i -> c^-K r_i leaves G unchanged.
- A polynomial sees the tensors T_k = sum_i r_i x_i^(x)k of its degrees, the hidden gradient those of degree k >= 1. On the
  sphere T_k is a contraction of T_(k+2). Linear: T_1 alone, d numbers. Quadratic: T_2, of rank at most b = min(B, d), and the
  symmetric matrices of rank at most b form a set of dimension bd - b(b-1)/2. On the sphere with fixed coefficients tr T_2 is
  fixed, one less.
- Piecewise linear, on one activation pattern: the hidden gradient is a_j sum_i s_ji r_i x_i with the slopes S (m, B), a linear
  map of the B vectors r_i x_i through S: the rank is at most d rank S; together with the output gradient too, unless there is a
  hidden bias, which adds the r_i and gives (d + 1) rank S.
- With the samples alone as unknowns, whether the coefficients are fixed or known functions of the samples, the Jacobian is a
  product with that of samples and coefficients: its bounds hold as well.
"""

from __future__ import annotations

import math

from flint import fmpq, fmpq_mat

from .activations import Activation
from .counting import Bound
from .gradients import Network


def gradient_bounds(
    network: Network, B: int, *, observed: str, unknowns: str, domain: str, slopes: fmpq_mat | None = None
) -> list[Bound]:
    """Upper bounds on the rank of the Jacobian, smallest first. They hold at every point; that with `slopes` on one pattern.

    Args:
        slopes: the slopes (m, B) of a piecewise-linear activation at the point.
    """
    activation, (m, d) = network.activation, (network.W.nrows(), network.W.ncols())
    biased, sphere = any(network.b), domain == "sphere"
    homogeneous = activation.homogeneity is not None and not biased
    seen = {"output": 1, "hidden": d, "both": d if homogeneous else d + 1}[observed]
    data = B * (d - 1 if sphere else d)
    count = data + B * (unknowns == "coefficients")
    why = f"{m * seen} equations"
    if homogeneous and observed == "both":
        why = f"{m * seen} equations, as the output gradient follows from the hidden one"
    bounds = [Bound(m * seen, why), Bound(count, f"{count} unknowns")]
    if homogeneous and not sphere:
        bounds.append(Bound(B * d, "homogeneous: a sample may be stretched and its coefficient shrunk"))
    degrees = _degrees(activation, biased, sphere, observed)
    if degrees:
        cap = sum(math.comb(d + k - 1, k) for k in degrees)
        bounds.append(Bound(cap, f"tensors of degrees {degrees} in {d} variables: {cap} numbers"))
    if degrees == [2] and not biased:
        b, fixed = min(B, d), sphere and unknowns == "samples"
        bounds.append(Bound(b * d - b * (b - 1) // 2 - fixed, f"only the matrix sum r x x^T is seen, of rank {b} at most"))
    if slopes is not None and observed != "output":
        each = d + (observed == "both" and biased)
        bounds.append(Bound(each * slopes.rank(), f"slopes of rank {slopes.rank()} for {B} samples"))
    return sorted(bounds, key=lambda bound: bound.value)


def _degrees(activation: Activation, biased: bool, sphere: bool, observed: str) -> list[int]:
    """Degrees of the tensors that a polynomial activation shows; empty for others."""
    degrees = activation.degrees
    if biased and degrees:
        degrees = frozenset(range(max(degrees) + 1))
    if sphere:
        degrees = frozenset({k % 2: k for k in sorted(degrees)}.values())
    return sorted(degrees - {0} if observed == "hidden" else degrees)


def explicit_kernel(network: Network, X: fmpq_mat, r: list[fmpq], *, unknowns: str, domain: str) -> list[list[fmpq]]:
    """Vectors (dx_1, ..., dx_B[, dr]) that leave G unchanged, for free samples and an activation without bias.

    Linear: dx_1 = r_i e_k, dx_i = -r_1 e_k. Quadratic: dx_i = r_k x_k, dx_k = -r_i x_i, the rotations within the span of the
    samples. With unknown coefficients, homogeneous of degree K: dx_i = x_i, dr_i = -K r_i. None for other cases.
    """
    if domain != "free" or unknowns == "labels known" or any(network.b):
        return []
    samples, (B, d), zero = X.tolist(), (X.nrows(), X.ncols()), fmpq(0)
    degree, known = network.activation.homogeneity, unknowns == "samples"

    def element(moves: dict[int, list[fmpq]], change: dict[int, fmpq]) -> list[fmpq]:
        flat = [t for i in range(B) for t in moves.get(i, [zero] * d)]
        return flat + ([] if known else [change.get(i, zero) for i in range(B)])

    found = []
    if degree == 1 and network.activation.polynomials:
        units = [[fmpq(int(k == i)) for k in range(d)] for i in range(d)]
        found += [element({0: [r[i] * t for t in e], i: [-r[0] * t for t in e]}, {}) for i in range(1, B) for e in units]
    if degree == 2 and network.activation.polynomials:
        found += [
            element({i: [r[k] * t for t in samples[k]], k: [-r[i] * t for t in samples[i]]}, {})
            for i in range(B) for k in range(i)
        ]  # fmt: skip
    if degree is not None and not known:
        found += [element({i: samples[i]}, {i: -degree * r[i]}) for i in range(B)]
    return found

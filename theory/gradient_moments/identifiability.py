"""What one gradient determines: by counting, by decomposition, and what it does not, in sentences for the user.

The network is f(x) = sum_j a_j act(w_j.x + b_j) + output_bias, r_i the derivative of the loss with respect to f(x_i). Its
gradients are grad_a_j = sum_i r_i act(w_j.x_i + b_j) and grad_w_j = sum_i r_i a_j act'(w_j.x_i + b_j) x_i. A label enters
through its residual only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..activations import Activation, parse
from ..balls import exact_number
from ..counting import Domain, unknowns
from ..errors import InputError, one_of, positive_integer
from .parity import parity_class

DECOMPOSITION = (
    "If the samples are linearly independent and no weight is zero, the order-3 tensor (weights r_i c_3), or the order-4 "
    "tensor contracted once with u (weights r_i c_4 u.x_i), has one decomposition only: the samples and weights are "
    "determined up to their order, and up to the scale that weight and sample share."
)
"""Harshman 1970 (the argument is credited to Jennrich there), Kruskal 1977; used by wang2023, section 4.

*Proof.* T(., ., v) = X^T diag(r_i c_3 (v.x_i)) X. For generic v, v' the product T(., ., v) T(., ., v')^+ has the eigenvectors
x_i with the distinct eigenvalues (v.x_i)/(v'.x_i), so that the lines through the x_i are determined, and the independent
x_i (x) x_i (x) x_i have determined coefficients."""


@dataclass(frozen=True)
class Count:
    """Unknowns against equations.

    Attributes:
        unknowns: B d for samples on a sphere, B (d + 1) else: data and residuals.
        equations: entries observed, m or m (d + 1).
        independent: at most this many of them are independent: the m x d gradient of the hidden weights has rank B at most,
            and such matrices form a set of dimension k (m + d - k), k = min(B, m, d).
    """

    unknowns: int
    equations: int
    independent: int

    @property
    def enough(self) -> bool:
        """Whether there is at least one independent equation more than unknowns: with as many, other solutions can occur."""
        return self.independent > self.unknowns


def count(batch: int, dimension: int, width: int, *, hidden_gradient: bool = False, domain: Domain = "sphere") -> Count:
    """The count for a batch of B samples in R^d and m neurons.

    Raises:
        InputError: a size that is no positive integer, or an unknown domain.
    """
    B, d, m = (positive_integer(*item) for item in (("batch", batch), ("dimension", dimension), ("width", width)))
    total = unknowns(B, d, one_of("domain", domain, ("sphere", "free")))
    if not hidden_gradient:
        return Count(total, m, m)
    k = min(B, m, d)
    return Count(total, m * (d + 1), m + k * (m + d - k))


def polynomial_rank(degree: int, batch: int, dimension: int) -> int:
    """Rank at a generic point of X (B, d) -> sum_i r_i (w_j.x_i)^degree, j = 1..m, all r_i != 0, m large: of B d unknowns.

    - Linear: the gradient is w_j.s with s = sum_i r_i x_i, d numbers: rank d.
    - Quadratic: it is w_j^T S w_j with S = sum_i r_i x_i x_i^T, the symmetric matrices of rank B and given signature, a
      manifold of dimension B d - B (B - 1)/2 for B <= d: X -> O X with O^T diag(r) O = diag(r) leaves S as it is.

    The gradient of the hidden weights depends on s or S alone as well, so that it adds nothing.

    Raises:
        InputError: a degree other than 1 or 2, a size that is no positive integer, or B > d at degree 2.
    """
    positive_integer("batch", batch), positive_integer("dimension", dimension)
    if one_of("degree", degree, (1, 2)) == 1:
        return dimension
    if batch > dimension:
        raise InputError(f"batch = {batch}: must not exceed dimension = {dimension}")
    return batch * dimension - batch * (batch - 1) // 2


def ambiguities(
    activation: str | Activation,
    *,
    hidden_bias: Any = 0,
    output_bias: Any = 0,
    domain: Domain = "sphere",
) -> tuple[str, ...]:
    """What the gradient (output and hidden weights) does not determine, each one sentence, for any width.

    Args:
        hidden_bias: b, one for all neurons, as an exact number (0 or not is what matters).
        output_bias: printed in the label of the reflected sample.
        domain: `sphere` if the norm of the samples is known, else `free`.

    Raises:
        InputError: unknown name or domain, or a bias that is no number.
    """
    act = parse(activation)
    centred = exact_number("hidden_bias", hidden_bias) == 0
    offset = 2 * exact_number("output_bias", output_bias)
    one_of("domain", domain, ("sphere", "free"))
    found = ["The order of the samples in the batch is not determined.",
             "A sample whose residual is zero leaves no trace in the gradient."]  # fmt: skip
    if act.polynomials and max(act.degrees) <= 1:
        found.append(
            f"{act.name} is linear: the gradient depends on the batch only through sum r_i and sum r_i x_i, and determines no "
            "sample."
        )
        return tuple(found)
    if act.polynomials and max(act.degrees) == 2:
        found.append(
            f"{act.name} is quadratic: the gradient depends on the batch only through sum r_i, sum r_i x_i and "
            "sum r_i x_i x_i^T; the span of independent samples is determined, the samples are not."
        )
    if centred and act.parity == "odd":
        reflected = "-y" if offset == 0 else f"{_plain(offset)} - y"
        found.append(
            f"{act.name} is odd and there is no hidden bias: (x, y) and (-x, {reflected}) have the same gradient, so that each "
            "sample is determined up to this reflection, which changes its label too."
        )
    if centred and act.parity == "even":
        found.append(
            f"{act.name} is even and there is no hidden bias: x and -x with the same label have the same gradient, so that "
            "each sample is determined up to its sign."
        )
    if centred and act.parity == "none" and parity_class(act) == "constant plus odd":
        found.append(
            f"{act.name} is odd up to a constant and there is no hidden bias: a set of samples whose residuals sum to zero "
            "can be reflected together, with their residuals, without changing the gradient; other sets cannot."
        )
    if centred and act.parity == "none" and parity_class(act) == "linear plus even":
        found.append(
            f"{act.name} is even up to a linear function and there is no hidden bias: a set of samples with sum r_i x_i = 0 "
            "could be reflected together; linearly independent samples with residuals not zero have no such set."
        )
    if centred and act.homogeneity is not None and domain == "free":
        power = "s" if act.homogeneity == 1 else f"s^{act.homogeneity}"
        found.append(
            f"{act.name} is homogeneous of degree {act.homogeneity} and there is no hidden bias: a sample s x, s > 0, with "
            f"the residual r / {power} has the gradient of x and r, so that the norm of a sample and its label are not "
            "determined, only its direction."
        )
    return tuple(found)


def _plain(x: Any) -> str:
    return str(x.numerator) if x.denominator == 1 else str(float(x))

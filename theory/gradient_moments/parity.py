"""Which moment constants vanish because of the symmetry of the activation."""

from __future__ import annotations

from typing import Any, Literal

from ..activations import Activation, even_part, parse
from ..balls import exact_number

ParityClass = Literal["linear plus even", "constant plus odd", "mixed"]


def parity_class(activation: str | Activation, hidden_bias: Any = 0) -> ParityClass:
    """The symmetry of u -> act(u + b) about u = 0, as declared by the activation.

    - `linear plus even`: act(u) - act(-u) = c u (ReLU, leaky ReLU, GELU, SiLU, softplus; even activations with c = 0).
    - `constant plus odd`: act(u) + act(-u) = c (sigmoid; odd activations with c = 0: tanh, erf, sin).
    - `mixed`: neither, or unknown; so is every activation with a hidden bias b != 0, except one that is linear, which
      counts as `linear plus even` with any bias. A bias shifts the centre of a symmetry away from 0.

    A linear activation is of both classes with b = 0; it is reported as `linear plus even`.

    Raises:
        InputError: unknown name, or a bias that is no number.
    """
    act = parse(activation)
    if act.polynomials and max(act.degrees) <= 1:
        return "linear plus even"
    if exact_number("hidden_bias", hidden_bias) != 0:
        return "mixed"
    if act.polynomials:
        even, odd = ({k for k in act.degrees if k % 2 == r} for r in (0, 1))
        return "linear plus even" if odd <= {1} else "constant plus odd" if even <= {0} else "mixed"
    if act.parity == "even" or even_part(act) is not None:
        return "linear plus even"
    if act.parity == "odd" or act.constant_part:
        return "constant plus odd"
    return "mixed"


def vanishes(activation: str | Activation, p: int, hidden_bias: Any = 0) -> bool:
    """Whether c_p(rho, b) = E act(rho Z + b) He_p(Z) / rho^p is 0 for every rho by symmetry, as He_p has the parity of p.

    `linear plus even`: odd p >= 3, and p = 1 of an even activation. `constant plus odd`: even p >= 2, and p = 0 of an odd one.
    A polynomial of degree k has c_p = 0 for p > k.

    Raises:
        InputError: as `parity_class`.
    """
    act = parse(activation)
    if act.polynomials and p > max(act.degrees):
        return True
    centred = exact_number("hidden_bias", hidden_bias) == 0
    if centred and act.parity == ("even" if p % 2 else "odd"):
        return True
    kind = parity_class(act, hidden_bias)
    return (kind == "linear plus even" and p % 2 == 1 and p >= 3) or (kind == "constant plus odd" and p % 2 == 0 and p >= 2)

"""`invert_gradient`: the batch behind one gradient of a two-layer network (wang2023)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ...theory.counting import Domain
from ...theory.errors import InputError, one_of, positive_integer
from ...theory.gradient_moments.identifiability import ambiguities
from ..arrays import Array, real_array
from ..engine import one_pool
from ..feature_map import Symmetry
from ..inversion import Certificate
from ..inversion.search import PROGRESS
from ..random_features import generator
from .client import Gradient, TwoLayerNetwork
from .estimate import estimate_from_moments, estimate_in_row_space
from .feature_map import GradientFeatures
from .labels import labelled
from .merging import may_be_several
from .polish import polish_in_row_space, polish_output_weights, unpolished
from .row_space import RowSpace, row_space

COPIES = "Copies of a sample count as one sample, whose residual is the sum of theirs."
SMALLEST, LARGEST = 1e-50, 1e50
"""Numbers whose squares and products neither overflow nor underflow."""
ROUGH = 2
"""Pencils of the decomposition, where it only has to give a start."""
MOST = 20
"""Samples up to which the polish starts from moments: the decomposition of larger tensors takes longer than the search."""
ROUTES = ("polish", "rowspace", "moments")
Route = Literal["polish", "rowspace", "moments"]


@dataclass(frozen=True, eq=False)
class GradientInversion:
    """A batch reconstructed from one gradient, and what may be claimed of it.

    Attributes:
        samples: (B, d).
        labels: (B,), or None where nothing determines them (then `unidentifiable` says why).
        coefficients: (B,), dL/df(x_i).
        residual: of all weights observed, relative; derivatives by hidden weights are scaled to the size of the others.
        outcome: `identified`, `underdetermined`, `stalled` as for `invert`; `estimate` for a route that is not polished.
        reason: what decided the outcome.
        certificate: of the problem in the row space of grad_W, its error bounds for R^d; of the whole problem without grad_W;
            None for an estimate.
        row_space: None without grad_W.
        symmetry: of the feature map; samples and labels are known up to it at best.
        unidentifiable: what no method can tell from this gradient, in sentences.
        history: one entry for each start: number of samples and residual reached.
    """

    samples: Array
    labels: Array | None
    coefficients: Array
    residual: float
    outcome: Literal["identified", "underdetermined", "stalled", "estimate"]
    reason: str
    route: Route
    certificate: Certificate | None
    row_space: RowSpace | None
    symmetry: Symmetry
    unidentifiable: tuple[str, ...]
    history: tuple[dict[str, Any], ...]

    def _repr_html_(self) -> str:
        """The card in a notebook. The layer that draws it is above this one, and is loaded by name."""
        from importlib import import_module

        return import_module("reconlaw.notebook").gradient_inversion_card(self)


@one_pool()
def invert_gradient(
    gradient: Gradient,
    network: TwoLayerNetwork,
    n: int | None = None,
    *,
    loss_scale: float | None = None,
    route: Route = "polish",
    domain: Domain = "sphere",
    radius: float = 1.0,
    max_label: float | None = None,
    seed: int | np.random.Generator,
    starts: int = 5,
) -> GradientInversion:
    """Find the batch (X, y) with `gradient = network.gradient(X, y, loss_scale)` (wang2023, Algorithm 1, repaired).

    Args:
        gradient: `grad_a` (m,), and `grad_W` (m, d) or None.
        network: the weights it was taken at.
        n: the batch size. None: the rank of grad_W, or what the moments show. Then several samples may pass for one where the
            activation is affine for all of them; for piecewise-linear activations nothing is `identified` without n.
        loss_scale: as in `TwoLayerNetwork.gradient`; None if it is not known: then there are no labels.
        route: `moments` (wang2023: span and tensor from moments of grad_a, about sqrt(d/m) off), `rowspace` (the span is the
            row space of grad_W, the tensor from moments, about 1/sqrt(m) off), `polish` (either as a start, then to rounding).
        domain: `sphere` if the samples are known to have norm `radius`, `free` otherwise.
        max_label: a known bound of |y|, which tells x from -x for odd activations with an output bias; a found label exceeds it
            if it does by more than 1e-6 of it.
        seed: a Generator, or a non-negative integer.
        starts: how many starts of the search at most, after the one from the estimate.

    Raises:
        InputError: arrays of wrong shape or with an entry that is not finite; a zero gradient; n less than the rank of grad_W;
            a route that needs what is not there; a number out of range.
    """
    gradient = _checked(gradient, network)
    one_of("route", route, ROUTES), one_of("domain", domain, ("sphere", "free"))
    positive_integer("starts", starts)
    if n is not None:
        positive_integer("n", n)
    for name, value in (("radius", radius), ("loss_scale", loss_scale), ("max_label", max_label)):
        if value is not None or name == "radius":
            _checked_number(name, value)
    rng = generator(seed, stream="search")
    psi = GradientFeatures(
        network.W, network.a, network.activation, hidden_bias=network.hidden_bias, hidden=False, domain=domain, norm=radius
    )
    if route == "rowspace" and gradient.grad_W is None:
        raise InputError("route = 'rowspace': needs grad_W, the gradient of the hidden weights")
    equations = gradient.grad_a.size + (0 if gradient.grad_W is None else gradient.grad_W.size)
    unknowns = (n or 1) * (psi.unknowns_per_sample + 1)
    if n is not None and unknowns > 2 * equations:
        raise InputError(f"n = {n}: {unknowns} unknowns, the gradient has {equations} entries only")
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # of points that the search leaves again
        return _inverted(gradient, network, psi, n, route, loss_scale, max_label, rng, starts)


def _inverted(
    gradient: Gradient,
    network: TwoLayerNetwork,
    psi: GradientFeatures,
    n: int | None,
    route: Route,
    loss_scale: float | None,
    max_label: float | None,
    rng: np.random.Generator,
    starts: int,
) -> GradientInversion:
    """`invert_gradient` with checked arguments; psi are the derivatives by the output weights."""
    domain, radius = psi.domain, psi.norm
    space = None if gradient.grad_W is None or route == "moments" else row_space(gradient.grad_W, n, rng)
    if route != "polish":
        if space is None:
            start = estimate_from_moments(gradient, network, n, rng, radius)
        else:
            start = estimate_in_row_space(gradient, network, space, rng, radius)
        found = unpolished(start)
    elif space is None:
        found = polish_output_weights(gradient, psi, n, _start(gradient, network, None, n, rng, radius), rng, starts)
    else:
        start_in_span = _start(gradient, network, space, n, rng, radius)
        found = polish_in_row_space(gradient, network, space, n, start_in_span, rng, starts, domain=domain, radius=radius)
    if n is None and found.certificate is not None and found.outcome == "identified":
        why = may_be_several(psi, found.samples, hidden=space is not None)
        if why is not None:
            found = replace(found, outcome="underdetermined", reason=why, certificate=replace(found.certificate, reason=why))
    samples, coefficients, labels, symmetry, remark = found.samples, found.coefficients, None, psi.symmetry, None
    if loss_scale is not None and symmetry.scale == "none":
        told = labelled(samples, coefficients, network, symmetry, loss_scale, max_label)
        samples, coefficients, labels, symmetry, remark = (
            told.samples, told.coefficients, told.labels, told.symmetry, told.remark
        )  # fmt: skip
    return GradientInversion(
        samples=samples,
        labels=labels,
        coefficients=coefficients,
        residual=found.residual,
        outcome=found.outcome,
        reason=found.reason if remark is None else f"{found.reason}; {remark}",
        route=route,
        certificate=found.certificate,
        row_space=space,
        symmetry=symmetry,
        unidentifiable=_unidentifiable(network, domain, symmetry),
        history=found.history,
    )


def _start(
    gradient: Gradient, network: TwoLayerNetwork, space: RowSpace | None, n: int | None, rng: np.random.Generator, radius: float
) -> Array | None:
    """The estimate a polish starts from, (n, d); None where moments give none."""
    try:
        if space is None:
            if n is not None and n > MOST:
                return None
            return estimate_from_moments(gradient, network, n, rng, radius, pencils=ROUGH).X
        rank = space.basis.shape[1]
        if rank > MOST or (n is not None and n != rank):
            return None
        return estimate_in_row_space(gradient, network, space, rng, radius, pencils=ROUGH).X
    except (InputError, ArithmeticError) as error:
        PROGRESS.info("no start from moments: %s", error)
        return None


def _unidentifiable(network: TwoLayerNetwork, domain: Domain, symmetry: Symmetry) -> tuple[str, ...]:
    bias = network.hidden_bias
    hidden = 0.0 if bias is None else float(bias[np.argmax(np.abs(bias))])
    said = ambiguities(network.activation, hidden_bias=hidden, output_bias=network.output_bias, domain=domain)
    said = (*(sentence for sentence in said if symmetry.sign or "reflection" not in sentence), COPIES)
    if network.activation.homogeneity is not None and hidden == 0 and domain == "sphere":
        said += (f"{network.activation.name} is homogeneous: the norm of the samples is the one that was given, not observed.",)
    return said


def _checked_number(name: str, value: Any) -> None:
    kinds = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not kinds or not SMALLEST <= value <= LARGEST:
        raise InputError(f"{name} = {value!r}: must be a positive number ({SMALLEST:g} to {LARGEST:g})")


def _checked(gradient: Gradient, network: TwoLayerNetwork) -> Gradient:
    for name, value, kind in (("gradient", gradient, Gradient), ("network", network, TwoLayerNetwork)):
        if not isinstance(value, kind):
            raise InputError(f"{name}: must be a {kind.__name__}, not a {type(value).__name__}")
    m, d = network.shape
    grad_a = real_array("grad_a", gradient.grad_a, 1)
    grad_W = None if gradient.grad_W is None else real_array("grad_W", gradient.grad_W, 2)
    if len(grad_a) != m:
        raise InputError(f"grad_a has shape {grad_a.shape}: must have as many entries as W has rows, {m}")
    if grad_W is not None and grad_W.shape != (m, d):
        raise InputError(f"grad_W has shape {grad_W.shape}: must have that of W, {(m, d)}")
    if not grad_a.any() and (grad_W is None or not grad_W.any()):
        raise InputError("grad_a = 0: all residuals vanish, no sample appears in the gradient")
    if grad_W is not None and not grad_W.any():
        raise InputError("grad_W = 0, though grad_a is not: not the gradient of one loss")
    for name, array in (("W", network.W), ("a", network.a), ("grad_a", grad_a), ("grad_W", grad_W)):
        size = 0.0 if array is None else float(np.max(np.abs(array)))
        if size and not SMALLEST <= size <= LARGEST:
            raise InputError(f"{name}: its largest entry is {size:.3g}, must be from {SMALLEST:g} to {LARGEST:g}")
    return Gradient(grad_a, grad_W)

"""`reconstruct --kind gradient`: one gradient of a two-layer network on one batch."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..numerics.gradients.inversion import GradientInversion
    from ..numerics.matching import Match

FILE = "W (m, d), a (m,), grad_a (m,), optional grad_W (m, d), hidden_bias (m,) or a number, numbers output_bias, loss_scale"
OPTIONS: dict[str, dict[str, Any]] = {
    "--route": {"choices": ("polish", "rowspace", "moments"), "help": "default: polish, to rounding; the others estimate"},
    "--radius": {"type": float, "metavar": "R", "help": "the samples' norm (default: 1)"},
    "--max-label": {"type": float, "metavar": "L", "help": "a known bound of |y|"},
}
TRUTH = {"y": 1}
LISTED = 10  # labels printed for people


class Observed:
    """A network and its gradient, read from a file and checked."""

    weights = "W"

    def __init__(self, arguments: argparse.Namespace):
        from ..numerics.files import read_npz
        from ..numerics.gradients.client import Gradient, TwoLayerNetwork

        numbers: dict[str, Any] = {"hidden_bias": (0, 1), "output_bias": 0, "loss_scale": 0}
        data = read_npz(arguments.file, {"W": 2, "a": 1, "grad_a": 1}, {"grad_W": 2, **numbers})
        self.network = TwoLayerNetwork(
            data["W"], data["a"], arguments.activation,
            hidden_bias=data.get("hidden_bias"), output_bias=float(data.get("output_bias", 0.0)),
        )  # fmt: skip
        self.gradient = Gradient(data["grad_a"], data.get("grad_W"))
        self.loss_scale = float(data["loss_scale"]) if "loss_scale" in data else None
        self.m, self.d = self.network.shape
        self.equations = self.m if self.gradient.grad_W is None else self.m * (self.d + 1)

    def invert(self, arguments: argparse.Namespace) -> GradientInversion:
        from ..numerics.gradients.inversion import invert_gradient

        return invert_gradient(
            self.gradient,
            self.network,
            arguments.n,
            loss_scale=self.loss_scale,
            route=arguments.route or "polish",
            domain=arguments.domain,
            radius=1.0 if arguments.radius is None else arguments.radius,
            max_label=arguments.max_label,
            seed=arguments.seed,
            starts=5 if arguments.starts is None else arguments.starts,
        )

    def result(self, found: GradientInversion) -> dict[str, Any]:
        """The keys of this kind."""
        certificate, space = found.certificate, found.row_space
        return {
            "m": self.m,
            "relative_residual": found.residual,
            "outcome": found.outcome,
            "reason": found.reason,
            "route": found.route,
            "certificate": certificate and certificate.__dict__ | {"error_bounds": certificate.error_bounds.tolist()},
            "row_space": space
            and {
                "rank": space.basis.shape[1],
                "exact": space.exact,
                "residual": space.residual,
                "singular_values": space.singular_values.tolist(),
            },
            "labels": None if found.labels is None else found.labels.tolist(),
            "unidentifiable": list(found.unidentifiable),
        }

    def compared(self, found: GradientInversion, matched: Match, truth: dict[str, Any]) -> dict[str, Any]:
        """The RMS error of wang2023, Theorem 5.1, and the largest error of a label; None where a sample has no partner."""
        import numpy as np

        if (matched.assignment < 0).any():
            return {"rms_error": None, "label_error": None}
        distances = matched.errors * np.linalg.norm(truth["X"], axis=1)
        label_error = None
        if found.labels is not None and "y" in truth:
            labels = found.labels[matched.assignment]
            if self.network.activation.parity == "odd":  # (x, y) and (-x, 2 output_bias - y) have the same gradient
                labels = np.where(matched.scales < 0, 2 * self.network.output_bias - labels, labels)
            label_error = float(np.max(np.abs(labels - truth["y"])))
        return {"rms_error": float(np.sqrt(np.mean(distances**2))), "label_error": label_error}

    def arrays(self, found: GradientInversion) -> dict[str, Any]:
        """What --out holds."""
        arrays = {"samples": found.samples, "coefficients": found.coefficients}
        return arrays if found.labels is None else arrays | {"labels": found.labels}

    def lines(self, found: GradientInversion) -> dict[str, Any]:
        """What is printed for people beside the plain values of `result`."""
        lines: dict[str, Any] = {}
        if (space := found.row_space) is not None:
            lines["row space"] = f"rank {space.basis.shape[1]}" + ("" if space.exact else " (grad_W carries noise)")
        labels = "not determined" if found.labels is None else ", ".join(f"{y:.6g}" for y in found.labels[:LISTED])
        lines["labels"] = labels if len(found.samples) <= LISTED else f"{labels}, ..."
        return lines | {"never determined": "\n".join(found.unidentifiable)}

"""`reconstruct --kind parameters`: the trained parameters of a random-features model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..numerics.inversion import Inversion
    from ..numerics.matching import Match

FILE = "theta (p,) or (p, C), V (p, d), optional theta0"
OPTIONS: dict[str, dict[str, Any]] = {}
TRUTH: dict[str, int] = {}


class Observed:
    """theta (less theta0) and V, read from a file and checked."""

    weights = "V"

    def __init__(self, arguments: argparse.Namespace):
        from ..numerics.files import read_npz
        from ..theory.errors import InputError

        file = arguments.file
        data = read_npz(file, {"theta": (1, 2), "V": 2}, {"theta0": (1, 2)})
        theta, V = data["theta"], data["V"]
        if len(theta) != len(V):
            raise InputError(f"{file}: theta has shape {theta.shape} and V {V.shape}: they must have as many rows")
        if "theta0" in data:
            if data["theta0"].shape != theta.shape:
                raise InputError(f"{file}: theta0 has shape {data['theta0'].shape}: must be that of theta, {theta.shape}")
            theta = theta - data["theta0"]
        self.theta, self.V = theta, V
        self.equations, self.d = V.shape

    def invert(self, arguments: argparse.Namespace) -> Inversion:
        from ..numerics.inversion import invert
        from ..numerics.random_features import RandomFeatures

        model = RandomFeatures(self.V, arguments.activation, domain=arguments.domain)
        starts = 20 if arguments.starts is None else arguments.starts
        return invert(self.theta, model, arguments.n, seed=arguments.seed, starts=starts)

    def result(self, found: Inversion) -> dict[str, Any]:
        """The keys of this kind."""
        certificate = found.certificate
        return {
            "p": self.equations,
            "relative_residual": found.residual,
            "outcome": found.outcome,
            "certificate": certificate.__dict__ | {"error_bounds": certificate.error_bounds.tolist()},
        }

    def compared(self, found: Inversion, matched: Match, truth: dict[str, Any]) -> dict[str, Any]:
        """What more is known of a match."""
        return {}

    def arrays(self, found: Inversion) -> dict[str, Any]:
        """What --out holds."""
        return {"samples": found.samples, "coefficients": found.coefficients}

    def lines(self, found: Inversion) -> dict[str, Any]:
        """What is printed for people beside the plain values of `result`."""
        return {"reason": found.certificate.reason, "held-out residual": found.certificate.held_out_residual}

"""Laws of training-data reconstruction and memorization, verified numerically.

`import reconlaw as rl` loads nothing heavy: every public name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .diagrams.drawing import diagram as diagram
    from .gradient_simulation import simulate_gradient as simulate_gradient
    from .numerics import datasets as datasets
    from .numerics.gradients.client import Gradient as Gradient
    from .numerics.gradients.client import TwoLayerNetwork as TwoLayerNetwork
    from .numerics.gradients.inversion import GradientInversion as GradientInversion
    from .numerics.gradients.inversion import invert_gradient as invert_gradient
    from .numerics.inversion import Inversion as Inversion
    from .numerics.inversion import invert as invert
    from .numerics.matching import elementwise_absolute_distance as elementwise_absolute_distance
    from .numerics.matching import match as match
    from .numerics.random_features import RandomFeatures as RandomFeatures
    from .numerics.random_features import sphere_samples as sphere_samples
    from .proofs_check.claim import Claim as Claim
    from .proofs_check.registry import claims as claims
    from .proofs_check.verdict import Verdict as Verdict
    from .ranking import rank as rank
    from .rechecking import recheck as recheck
    from .simulation import simulate_parameters as simulate_parameters
    from .theory.activations import Activation as Activation
    from .theory.activations.catalogue import parse as activation  # noqa: F401
    from .theory.errors import InputError as InputError
    from .theory.memorization.bound import bound as bound
    from .verification import verify as verify
    from .verification import verify_all as verify_all

_NAMES = {
    "Activation": ("theory.activations", "Activation"),
    "Claim": ("proofs_check.claim", "Claim"),
    "Gradient": ("numerics.gradients.client", "Gradient"),
    "GradientInversion": ("numerics.gradients.inversion", "GradientInversion"),
    "InputError": ("theory.errors", "InputError"),
    "Inversion": ("numerics.inversion", "Inversion"),
    "RandomFeatures": ("numerics.random_features", "RandomFeatures"),
    "TwoLayerNetwork": ("numerics.gradients.client", "TwoLayerNetwork"),
    "Verdict": ("proofs_check.verdict", "Verdict"),
    "activation": ("theory.activations", "parse"),
    "bound": ("theory.memorization.bound", "bound"),
    "claims": ("proofs_check.registry", "claims"),
    "datasets": ("numerics.datasets", ""),
    "diagram": ("diagrams.drawing", "diagram"),
    "elementwise_absolute_distance": ("numerics.matching", "elementwise_absolute_distance"),
    "invert": ("numerics.inversion", "invert"),
    "invert_gradient": ("numerics.gradients.inversion", "invert_gradient"),
    "match": ("numerics.matching", "match"),
    "rank": ("ranking", "rank"),
    "recheck": ("rechecking", "recheck"),
    "simulate_gradient": ("gradient_simulation", "simulate_gradient"),
    "simulate_parameters": ("simulation", "simulate_parameters"),
    "sphere_samples": ("numerics.random_features", "sphere_samples"),
    "verify": ("verification", "verify"),
    "verify_all": ("verification", "verify_all"),
}

__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _NAMES[name]
    loaded = import_module(f".{module}", __name__)
    value = getattr(loaded, attribute) if attribute else loaded
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

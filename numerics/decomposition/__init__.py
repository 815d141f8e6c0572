"""Symmetric tensors of order 3 as sums of cubes of vectors."""

from .decompose import decompose
from .error import condition_number, expected_error, first_order_change
from .kuleshov import joint_diagonalization
from .record import Decomposition

__all__ = [
    "Decomposition",
    "condition_number",
    "decompose",
    "expected_error",
    "first_order_change",
    "joint_diagonalization",
]

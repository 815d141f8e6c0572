"""Activations in three arithmetics: float, ball and modular."""

from .activation import Activation, even_part, odd_part
from .catalogue import names, parse
from .polynomial import Polynomial, hermite_polynomial, root_of_product

__all__ = ["Activation", "Polynomial", "even_part", "hermite_polynomial", "names", "odd_part", "parse", "root_of_product"]

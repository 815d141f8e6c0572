"""Arrays from outside: checked before any work starts."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ..theory.errors import InputError

Array: TypeAlias = np.ndarray
Dimensions: TypeAlias = "int | tuple[int, ...]"


def real_array(name: str, value: Any, ndim: Dimensions, *, keep_float32: bool = False) -> np.ndarray:
    """Return `value` as a float64 array with `ndim` dimensions (one of them, if a tuple), finite and not empty.

    Integers and floats of any width are accepted; booleans, complex numbers, text and objects are not. A float32 array
    stays what it is if `keep_float32`.

    Raises:
        InputError: naming `name`, what it is and the rule.
    """
    allowed = ndim if isinstance(ndim, tuple) else (ndim,)
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise InputError(f"{name}: must be an array of real numbers ({error})") from error
    if array.dtype.kind not in "iuf":
        raise InputError(f"{name} has dtype {array.dtype}: must be real numbers (integers or floats)")
    if array.ndim not in allowed:
        rule = " or ".join(map(str, allowed))
        raise InputError(f"{name} has shape {array.shape}: must have {rule} dimension{'s' * (rule != '1')}")
    if array.size == 0:
        raise InputError(f"{name} has shape {array.shape}: must not be empty")
    if not (keep_float32 and array.dtype == np.float32):
        with np.errstate(over="ignore"):  # a long double beyond float64
            array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{name}{list(place) or ''} = {array[place]}: must be finite")
    return array

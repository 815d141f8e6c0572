"""Neurons in blocks, so that temporaries stay small however wide the network is."""

from __future__ import annotations

from collections.abc import Iterator

BUDGET = 2**22
"""Bytes that the rows and temporaries of a block may take: few enough for a second pass over them to be read from the cache."""


def neuron_blocks(m: int, floats: int) -> Iterator[slice]:
    """Slices that cover range(m), of so many neurons that `floats` float64 for each of them fit in `BUDGET`."""
    size = max(1, BUDGET // (8 * max(1, floats)))
    return (slice(k, min(k + size, m)) for k in range(0, m, size))

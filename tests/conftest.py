"""Fixtures for all tests."""

from __future__ import annotations

import pytest
from command import Commands


@pytest.fixture
def run(capsys):
    """The command line in this process: `run("rank", "--n", 3, ...)` gives its status and both outputs."""
    return Commands(capsys)

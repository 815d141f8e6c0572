"""`python -m reconlaw` and the console script."""

from __future__ import annotations

import sys


def main() -> int:
    """Entry point of the console script."""
    from .cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())

"""Sweeps: a trial function over many cells of parameters, on one core or a cluster, resumable, with one journal."""

from .run import Progress, run_sweep
from .schedule import Adaptive
from .specification import Sweep, cell_key, trial_rng
from .table import SweepResult

__all__ = ["Adaptive", "Progress", "Sweep", "SweepResult", "cell_key", "run_sweep", "trial_rng"]

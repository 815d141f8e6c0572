"""The learners of `theory.memorization.algorithms` run on drawn data: how often their classifiers err."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..theory.errors import one_of, positive_integer
from ..theory.memorization.algorithms import Algorithm

NUMBERS = 2**21  # drawn at a time


def count_errors(
    problem: str, learner: Algorithm, d: int, n: int, strength: float, trials: int, rng: np.random.Generator
) -> int:
    """The number of wrong labels in independent trials, each with its own theta, n samples, output and test point.

    Nothing is replaced by a sufficient statistic: the learner sees the samples. The test point has label 1 (law P_theta) or 0
    (law P_0) with probability 1/2 each. Memory is that of about max(n d, 2^21) numbers; time is of order
    trials * n * d.

    Args:
        problem, d, n, strength: those for which `algorithm` returned `learner`.

    Raises:
        InputError: another problem, or a size below 1.
    """
    trial = {"gaussian": _gaussian, "boolean": _boolean, "sparse": _sparse}[
        one_of("problem", problem, ("gaussian", "boolean", "sparse"))
    ]
    for name, value in (("d", d), ("n", n), ("trials", trials)):
        positive_integer(name, value)
    most, wrong = max(1, NUMBERS // (n * d)), 0
    for start in range(0, trials, most):
        positive = rng.random(min(most, trials - start)) < 0.5
        wrong += int(np.count_nonzero(trial(learner.parameters, positive, n, d, strength, rng) != positive))
    return wrong


def _gaussian(p: dict[str, Any], positive: Any, n: int, d: int, lam: float, rng: np.random.Generator) -> Any:
    """Whether each test point is accepted. positive: (t,) bool, its true label."""
    t, fresh = len(positive), math.sqrt(1 - lam**2)
    theta = rng.standard_normal((t, d))
    data = lam * theta[:, None] + fresh * rng.standard_normal((t, n, d))
    mean = data.mean(axis=1) / math.sqrt(lam**2 + fresh**2 / n)
    output = (mean + math.sqrt(p["noise"]) * rng.standard_normal((t, d))) / math.sqrt(1 + p["noise"])
    noise = rng.standard_normal((t, d))
    point = np.where(positive[:, None], lam * theta + fresh * noise, noise)
    r = lam * math.sqrt(n * lam**2 / (1 + (n - 1) * lam**2) / (1 + p["noise"]))
    return np.sum(output * point, axis=1) >= r / (1 + math.sqrt(1 - r**2)) * np.sum(output**2, axis=1)


def _boolean(p: dict[str, Any], positive: Any, n: int, d: int, lam: float, rng: np.random.Generator) -> Any:
    t = len(positive)
    theta = _signs(rng, (t, d))
    data = theta[:, None] * _signs(rng, (t, n, d), lam)
    posterior = np.tanh(data.sum(axis=1, dtype=np.int64) * math.atanh(lam))
    output = _signs(rng, (t, d), np.tanh(p["sharpness"] * posterior))
    point = np.where(positive[:, None], theta * _signs(rng, (t, d), lam), _signs(rng, (t, d)))
    return np.sum(output == point, axis=1) >= p["agreements"]


def _sparse(p: dict[str, Any], positive: Any, n: int, d: int, nu: float, rng: np.random.Generator) -> Any:
    t = len(positive)
    member, value = rng.random((t, d)) < nu, _signs(rng, (t, d))
    data = np.where(member[:, None], value[:, None], _signs(rng, (t, n, d)))
    constant = np.where((data == data[:, :1]).all(axis=1), data[:, 0], 0)
    point = np.where(positive[:, None] & member, value, _signs(rng, (t, d)))
    if "keep" not in p:  # noisy constants
        output = _signs(rng, (t, d), p["correlation"] * constant)
        return np.sum(output == point, axis=1) >= p["agreements"]
    output = np.where(rng.random((t, d)) < p["keep"], constant, 0)
    return np.sum(output == point, axis=1) - p["penalty"] * np.sum(output == -point, axis=1) >= p["threshold"]


def _signs(rng: np.random.Generator, shape: tuple[int, ...], mean: Any = 0.0) -> Any:
    """Independent signs of the given means, int8."""
    return np.where(rng.random(shape) < (1 + mean) / 2, 1, -1).astype(np.int8)

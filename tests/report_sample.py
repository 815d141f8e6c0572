"""A made-up report with every outcome, for the tests of the report."""

from __future__ import annotations

from typing import Any

CARD = r"""Rank theorem for random features.

Setting
    Random features $\psi(x) = \sigma(V x)$, rows of $V$ in $\mathbb{R}^{d}$ i.i.d. $\mathcal{N}(0, I/d)$. Observed:
    $\theta = \sum_{i=1}^{n} a_i\, \psi(x_i) \in \mathbb{R}^{p}$; unknown: $X \in \mathbb{R}^{n \times d}$ on the sphere
    $\lVert x_i \rVert_2 = \sqrt{d}$, and $a \in \mathbb{R}^{n}$.

    The Jacobian $\mathrm{D}\Phi(X, a)$ is taken with respect to data and coefficients together.
Assumptions
    A1. $d \ge 2$, the samples are pairwise non-parallel, and no coefficient $a_i$ is zero.
    A2. $\sigma$ is analytic and not a polynomial, e.g. `tanh`.
    A3. $p \ge n d$.
Statement
    For almost every $(V, X, a)$ the Jacobian has full rank,
    $\operatorname{rank}\, \mathrm{D}\Phi(X, a) = \min(p, n d)$, so that $X$ is locally identifiable up to signs.
    Slack: rank minus $n d$.
Reference
    iurada2025, Theorem 1 (version 2); the extension to $C$ outputs is derived here.
Tight
    Yes: with $p = n d - 1$ the fibre through $(X, a)$ has dimension $1$ at least.
Not checked
    Global uniqueness; sizes other than those listed below.
"""


def claim(identifier: str, title: str, **fields: Any) -> dict[str, Any]:
    """An entry that holds exactly, changed by `fields`."""
    entry = {
        "id": identifier,
        "title": title,
        "paper": identifier.partition("/")[0],
        "kind": "certificate",
        "origin": "derived",
        "expected": "holds",
        "outcome": "holds",
        "as_expected": True,
        "evidence": "exact",
        "side": "both",
        "error_probability": 0.0,
        "slack": 0.0,
        "control_outcome": "fails",
        "reason": "The Jacobian has rank 200 modulo the prime 2^61 - 1, and no matrix of this shape has more.",
        "seconds": 0.412,
        "parameters": {"n": 10, "d": 20, "p": 220, "activation": "tanh"},
        "details": {"rank": 200, "primes": [2305843009213693951, 2305843009213693921]},
        "witness": {"decider": "rank", "activation": "tanh", "V": [["1/3"] * 20] * 220, "X": [["2"] * 20] * 10},
        "controls": [
            {
                "assumption": "A2",
                "overrides": {"activation": "power:3"},
                "outcome": "fails",
                "evidence": "exact",
                "reason": "The rank is at most 55 < 200: the features of a cubic span a space of that dimension.",
                "rejected": True,
                "seconds": 0.1,
            }
        ],
        "error": None,
    }
    return {**entry, **fields}


def report() -> dict[str, Any]:
    """Eight claims of four papers."""
    table = [{"p": p, "successes": s, "trials": 40} for p, s in ((150, 0), (190, 3), (210, 38), (250, 40))]
    claims = [
        claim("iurada2025/rank-theorem", "The Jacobian has full rank $n d$ as soon as $p \\ge n d$"),
        claim(
            "iurada2025/threshold",
            "Reconstruction succeeds above $p = n d$ and fails below",
            kind="threshold",
            origin="stated",
            evidence="statistical",
            side="lower",
            error_probability=1e-4,
            slack=0.0312,
            reason="40 of 40 trials succeed above the threshold: the success probability is at least 0.78.",
            details={"table": table, "fit": {"midpoint": 201.4, "interval": [196.2, 207.7], "bracketed": True}},
            witness={"file": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.npz", "bytes": 812345}
            | {"decider": "statistical"},
            controls=[
                *claim("iurada2025/x", "")["controls"],
                {
                    "assumption": "A3",
                    "overrides": {"p": 190},
                    "outcome": "undecided",
                    "evidence": "statistical",
                    "reason": "3 of 40 trials succeed.",
                    "rejected": True,
                    "seconds": 2.0,
                },
            ],
        ),
        claim(
            "wang2023/third-moment",
            "The third-moment tensor determines the batch when $m \\ge B^2 d$",
            origin="second-hand",
            evidence="ball",
            slack=3.1e-7,
            reason="The smallest singular value lies in [0.0213 +/- 1.2e-16].",
        ),
        claim(
            "feldman2025/lemma14-as-printed",
            "Lemma 14 as printed: $\\eta_{\\mathrm{KL}} \\le \\rho^2 / 2$",
            kind="inequality",
            origin="erratum",
            expected="fails",
            outcome="fails",
            evidence="ball",
            side="upper",
            slack=-0.25,
            reason="At $\\rho = 1/2$ the left side exceeds the right by 0.25; the factor 1/2 is missing.",
        ),
        claim(
            "feldman2025/gaussian-rate",
            "Excess memorization grows as $\\Omega(d)$ at error $\\alpha$",
            kind="rate",
            origin="stated",
            outcome="undecided",
            as_expected=False,
            evidence="statistical",
            side="lower",
            error_probability=1e-4,
            slack=None,
            reason="The interval of the slope, [0.81, 1.07], meets the boundary 0.9.",
        ),
        claim(
            "feldman2025/boolean-bound",
            "Boolean problem: $\\lambda \\ge C d^{-1/4}$ forces $\\Omega(d)$ bits",
            origin="corrected",
            outcome="fails",
            as_expected=False,
            evidence="floating",
            side="lower",
            slack=-1.7e-13,
            reason="<script>alert(1)</script> & an excess below zero",
            controls=[{**claim("a2025/x", "")["controls"][0], "rejected": False, "outcome": "holds"}],
        ),
        claim(
            "haim2022/margin-points",
            "Samples on the margin are the only ones that can be found",
            outcome="not_run",
            as_expected=False,
            evidence=None,
            side=None,
            slack=None,
            reason="No parameters at level quick.",
            seconds=0.0,
            parameters={},
            details={},
            witness=None,
            controls=[],
        ),
        claim(
            "haim2022/stationarity",
            "Stationarity identity of homogeneous networks",
            kind="identity",
            outcome="error",
            as_expected=False,
            evidence=None,
            side=None,
            slack=None,
            reason="",
            details={},
            witness=None,
            controls=[],
            error='Traceback (most recent call last):\n  File "x.py", line 3\nZeroDivisionError: <0>',
        ),
    ]
    return {
        "schema": 1,
        "level": "quick",
        "seed": 0,
        "overrides": {},
        "summary": {
            "claims": 8,
            "as_expected": 4,
            "contradicted": 1,
            "undecided": 1,
            "not_run": 1,
            "errors": 1,
            "controls_rejected": 6,
            "controls": 7,
            "union_error_probability": 2e-4,
        },
        "provenance": {
            "version": "0.1.0",
            "commit": "0123456789abcdef0123456789abcdef01234567",
            "python": "3.11.7",
            "versions": {"numpy": "2.4.6", "scipy": "1.16.0", "python-flint": "0.8.0"},
        },
        "claims": claims,
    }

"""Every claim that is found: its card, its verdict, its controls, and its witness decided again from JSON."""

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from reconlaw.numerics.engine import one_thread
from reconlaw.proofs_check.card import parse_card
from reconlaw.proofs_check.check import run_check
from reconlaw.proofs_check.claim import KINDS, LEVELS, ORIGINS, Claim
from reconlaw.proofs_check.deciders import decide
from reconlaw.proofs_check.registry import claims, module_of, select
from reconlaw.proofs_check.verdict import EVIDENCE_BY_STRENGTH, plain
from reconlaw.report.formula import can_render
from reconlaw.theory.errors import InputError

CLAIMS = claims()
EACH = pytest.mark.parametrize("name", CLAIMS)
CONTROLS = [(name, control) for name, claim in CLAIMS.items() for control in claim.controls]
LEVEL = {name: "quick" if "quick" in claim.parameters else next(iter(claim.parameters)) for name, claim in CLAIMS.items()}


def verdict(name, control="", repetition=0):
    """The verdict at seed 0, run once in the session (the repetition asks for a second run)."""
    return _verdict(name, control, repetition)


@functools.cache
def _verdict(name, control, repetition):
    claim = CLAIMS[name]
    parameters = claim.parameters[LEVEL[name]] | (claim.controls[control] if control else {})
    with one_thread():
        return run_check(name, parameters, 0, control)


def card(name):
    return parse_card(module_of(name).__doc__)


def leaves(witness, name=""):
    """(name, witness) of each part that is no conjunction."""
    if witness["decider"] != "all":
        yield name, witness
    else:
        for key, part in witness["parts"].items():
            yield from leaves(part, key)


def test_claims_are_found():
    assert len(CLAIMS) >= 13 and all(claim.id == name for name, claim in CLAIMS.items())
    assert list(CLAIMS) == sorted(CLAIMS)


@EACH
def test_card_parses_and_every_formula_can_be_drawn(name):
    found = card(name)
    texts = [
        found.title,
        found.setting,
        found.statement,
        found.reference,
        found.tight,
        found.not_checked,
        *found.assumptions.values(),
    ]
    formulas = [latex for text in texts for latex in re.findall(r"\$([^$]+)\$", text)]
    assert formulas and [latex for latex in formulas if not can_render(latex)] == []
    assert ("$" not in CLAIMS[name].title and CLAIMS[name].paper in found.reference) or CLAIMS[name].origin == "derived"


@EACH
def test_controls_break_assumptions_of_the_card(name):
    claim = CLAIMS[name]
    assert set(claim.controls) <= set(card(name).assumptions)
    parameters = claim.parameters[LEVEL[name]]
    for control in claim.controls.values():
        assert set(control) <= set(parameters) and any(parameters[key] != value for key, value in control.items())
    for level in claim.parameters.values():
        assert set(level) == set(parameters)  # the same keywords at every level


@EACH
def test_outcome_is_as_expected(name):
    found = verdict(name)
    assert found.outcome == CLAIMS[name].expected, found.reason
    assert found.reason and found.evidence in EVIDENCE_BY_STRENGTH and found.seconds > 0
    assert (found.slack is not None and found.slack >= 0) == (found.outcome == "holds")
    assert 0 <= found.error_probability <= 1e-3
    kinds = {part["decider"] for _, part in leaves(found.witness)}
    assert (found.error_probability > 0) == ("statistical" in kinds)
    if "superposition" in kinds:
        assert found.evidence == "floating"


@pytest.mark.parametrize(("name", "control"), CONTROLS)
def test_controls_are_rejected(name, control):
    found = verdict(name, control)
    assert CLAIMS[name].rejects(found.outcome), found.reason
    assert found.outcome in ("holds", "fails", "undecided")


@pytest.mark.parametrize(("name", "control"), [*((name, "") for name in CLAIMS), *CONTROLS])
def test_the_witness_alone_gives_the_decision(name, control):
    """Through JSON, without seed and numerics; evidence, slack, side and error probability as well."""
    found = verdict(name, control)
    text = json.dumps(found.witness, allow_nan=False)
    decided = decide(json.loads(text))
    assert replace(decided, parts=()) == found.decision
    if found.witness["decider"] == "all":  # each part decides alone as within the conjunction
        assert all(decide(found.witness["parts"][part]) == own for part, own in decided.parts[:3])
    assert plain(found.witness) == found.witness


@EACH
def test_the_same_seed_gives_the_same_verdict(name):
    def without_time(found):
        return {key: value for key, value in found.to_dict().items() if key != "seconds"}

    first, again = without_time(verdict(name)), without_time(verdict(name, "", 1))
    assert json.dumps(first, sort_keys=True) == json.dumps(again, sort_keys=True)


@pytest.mark.parametrize("name", ["iurada2025/row-span", "iurada2025/rank-theorem", "iurada2025/absolute-metric"])
def test_another_seed_or_control_gives_another_witness(name):
    other = run_check(name, CLAIMS[name].parameters[LEVEL[name]], 1)
    assert other.witness != verdict(name).witness and other.outcome == verdict(name).outcome
    stream = run_check(name, CLAIMS[name].parameters[LEVEL[name]], 0, "A1")
    assert stream.witness != verdict(name).witness


@EACH
def test_tampered_witnesses_do_not_pass(name):
    """Each part stripped of a key must be refused or at least not hold as before."""
    _, part = next(leaves(json.loads(json.dumps(verdict(name).witness))))
    refused = 0
    for key in part:
        try:
            decide({k: v for k, v in part.items() if k != key})
        except InputError:
            refused += 1
    assert refused >= len(part) - 3  # a few keys are for the reader (image_shape), or for one of several statements


# Independent derivations and boundary cases


def binomial(part):
    """The exact p-value against the stated bound, by scipy, at half the error probability for each side."""
    side = {"at least": "greater", "at most": "less"}[part["relation"]]
    return stats.binomtest(part["successes"], part["trials"], part["bound"], side).pvalue


@pytest.mark.parametrize("name", ["iurada2025/theta-only-threshold", "iurada2025/span-threshold"])
def test_thresholds_by_the_exact_binomial_test(name):
    counts = {key: part for key, part in leaves(verdict(name).witness) if part["decider"] == "statistical"}
    assert len(counts) == 6 and sum(part["error_probability"] for part in counts.values()) == pytest.approx(1e-4)
    for part in counts.values():
        assert binomial(part) <= part["error_probability"] / 2
    for key, part in counts.items():
        if "wrong zeros" in key and part["relation"] == "at most":
            assert part["successes"] == 0
    rejected = [part for _, part in leaves(verdict(name, "A2").witness) if part["decider"] == "statistical"]
    assert any(binomial(part) > 0.01 for part in rejected)


@pytest.mark.parametrize(("p", "rank"), [(17, 17), (18, 18), (19, 18), (40, 18)])
def test_theta_only_boundary(p, rank):
    """p = nd - 1, nd, nd + 1: n = 3, d = 6."""
    from reconlaw.ranking import rank as certified

    assert certified("tanh", 3, 6, p).rank_lower == certified("tanh", 3, 6, p).rank_upper == rank


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_rank_theorem_at_its_own_boundary(n):
    """A3: degree 2n - 1 is enough for n samples, also in the plane, where degree 2n - 2 spans 2n - 1 < nd dimensions."""
    from reconlaw.ranking import rank as certified

    for d in (2, 3):
        assert certified(f"power:{2 * n - 1}", n, d, n * d + 3).rank_lower == n * d
    if n > 1:
        assert certified(f"power:{2 * n - 2}", n, 2, 2 * n).rank_upper == 2 * n - 1


def test_rank_theorem_agrees_with_floats_at_benign_sizes():
    found = verdict("iurada2025/rank-theorem")
    floating = found.details["floating_rank"]
    assert floating["gelu, n = 4, d = 3, p = 12"] == 12 and floating["sin, n = 3, d = 7, p = 15"] == 15
    assert floating["tanh, n = 20, d = 2, p = 40"] < 40  # and disagrees where floats are wrong
    for name, part in leaves(found.witness):
        n, d, p = (int(t) for t in re.findall(r"= (\d+)", name))
        assert part["expected"] == min(p, n * d)


def test_counting_table_from_the_count_alone():
    """Each stated rank as min(p, unknowns, C(d+K-1, K), ...) written out here."""
    defects = {(3, 4, 5), (4, 4, 9), (5, 4, 14), (5, 3, 7)}
    for _, part in leaves(verdict("iurada2025/counting-table").witness):
        n, d, p, name, free = part["n"], part["d"], part["p"], part["activation"], part["domain"] == "free"
        k = int(name[6:]) if re.fullmatch(r"power:\d", name) else None
        homogeneous = k is not None or ("relu" in name and "+" not in name)
        count = n * (d + 1 if free and not homogeneous else d)
        if k is not None:
            count = min(count, math.comb(d + k - 1, k)) - ((d, k, n) in defects)
            if k == 2:
                count = n * d - math.comb(n, 2)
        if name == "hermite:2+hermite:3":
            count = min(count, math.comb(d + 1, 2) + math.comb(d + 2, 3))
        if d == 1:
            rays = 1 if name == "tanh" else 2
            count = (2 if homogeneous else 2 * n) if free else rays
        assert part["expected"] == min(p, count), name


def test_row_span_by_floats():
    witness = verdict("iurada2025/row-span").witness
    V = np.array(witness["V"], dtype=float)
    Phi = np.maximum(np.array(witness["X"], dtype=float) @ V.T, 0)
    for vector in witness["vectors"].values():
        theta = np.array([float(Fraction(t)) for t in vector])
        rest = theta - Phi.T @ np.linalg.lstsq(Phi.T, theta, rcond=None)[0]
        assert np.linalg.norm(rest) < 1e-10 * np.linalg.norm(theta)


def test_homogeneous_kernel_by_differences():
    """theta does not change when x_i is stretched and a_i shrunk: no Jacobian needed."""
    for _, part in leaves(verdict("iurada2025/homogeneous-kernel").witness):
        V, X, a = (np.array(part[key], dtype=float) for key in ("V", "X", "a"))
        k, slope = int(part["degree"]), {"relu": 0.0, "leaky_relu:1/5": 0.2}.get(part["activation"])

        def theta(s, V=V, X=X, a=a, k=k, slope=slope):
            U = (1 + s) * V @ X.T
            return (U**k if slope is None else np.where(U > 0, U, slope * U)) @ (a / (1 + s) ** k)

        assert theta(0.3) == pytest.approx(theta(0.0), rel=1e-10)


def test_absolute_metric_scores_zero_for_what_is_wrong():
    from reconlaw.numerics.matching import elementwise_absolute_distance, match

    witness = verdict("iurada2025/absolute-metric").witness
    truth, found = (np.array(witness[key], dtype=float) for key in ("truth", "found"))
    assert elementwise_absolute_distance(truth, found) == 0
    assert match(truth, found, symmetry="sign").relative_error > 1e-3


def test_sign_ambiguity_by_floats():
    from reconlaw.theory.activations import parse

    for _, part in leaves(verdict("iurada2025/sign-ambiguity").witness):
        V, X = np.array(part["V"], dtype=float), np.array(part["X"], dtype=float)
        u = (X @ V.T) / np.abs(X @ V.T).max() * 3
        sign = -1 if part["parity"] == "odd" else 1
        assert parse(part["activation"]).value(-u) == pytest.approx(
            sign * parse(part["activation"]).value(u), rel=1e-12, abs=1e-14
        )


def test_error_scale_slopes_straddle_the_exponent():
    (slopes,) = [part["slopes"] for _, part in leaves(verdict("iurada2025/error-scale").witness) if "slopes" in part]
    assert np.median(slopes) == pytest.approx(-1, abs=0.05) and min(slopes) < -1 < max(slopes)
    (moved,) = [part["slopes"] for _, part in leaves(verdict("iurada2025/error-scale", "A1").witness) if "slopes" in part]
    assert np.median(moved) == pytest.approx(0, abs=0.2)


def test_digits_are_recovered_from_the_witness_alone():
    (_, part), = leaves(verdict("iurada2025/digits").witness)  # fmt: skip
    V, theta, found, truth = (np.array(part[key]) for key in ("V", "theta", "samples", "truth"))
    a = np.linalg.lstsq(np.tanh(V @ found.T), theta, rcond=None)[0]
    assert np.linalg.norm(np.tanh(V @ found.T) @ a - theta) < 1e-11 * np.linalg.norm(theta)
    assert np.linalg.norm(found - truth, axis=1).max() < 1e-6 * 8 and np.linalg.norm(truth, axis=1) == pytest.approx(
        np.full(len(truth), 8.0)
    )
    planted = part | {"samples": (found[::-1]).tolist()}
    assert decide(planted).outcome != "holds"


def test_closed_forms_of_kernels_by_simulation():
    """400,000 correlated pairs against the claimed values."""
    rng = np.random.default_rng(0)
    u, w = rng.standard_normal((2, 400_000))
    from reconlaw.theory.activations import parse

    for name, part in leaves(verdict("iurada2025/arc-cosine-kernel").witness):
        value = parse(name).value
        for t, claimed in zip(part["correlations"], part["claimed"]):
            c = float(Fraction(t))
            products = value(u) * value(c * u + math.sqrt(1 - c * c) * w)
            assert products.mean() == pytest.approx(float(claimed["mid"]), abs=6 * products.std() / 400_000**0.5)


def test_hermite_coefficients_by_quadrature():
    from reconlaw.theory.activations import parse

    x, weights = np.polynomial.hermite_e.hermegauss(150)
    for name, part in leaves(verdict("iurada2025/hermite-coefficients").witness):
        smooth = parse(name).regularity != "piecewise"
        for k, claimed in enumerate(part["claimed"]):
            h = np.polynomial.hermite_e.hermeval(x, [0] * k + [1]) / math.sqrt(math.factorial(k))
            own = weights @ (parse(name).value(x) * h) / math.sqrt(2 * math.pi)
            assert own == pytest.approx(float(claimed["mid"]), abs=1e-10 if smooth else 2e-2)


def test_projection_loss_by_differences():
    witness = verdict("iurada2025/projection-loss").witness
    V, X, E, theta = (np.array(witness[key], dtype=float) for key in ("V", "X", "direction", "theta"))

    def loss(s):
        Phi = np.maximum((X + s * E) @ V.T, 0)
        return np.linalg.norm(theta - Phi.T @ np.linalg.lstsq(Phi.T, theta, rcond=None)[0]) ** 2

    assert loss(0) == pytest.approx(float(Fraction(witness["loss"])), rel=1e-8)
    h = 1e-6
    assert (loss(h) - loss(-h)) / (2 * h) == pytest.approx(float(Fraction(witness["derivative"])), rel=1e-3, abs=1e-6 * loss(0))


# The record and the registry


GOOD = {
    "id": "iurada2025/a-claim", "title": "t", "kind": "identity", "origin": "derived", "parameters": {"quick": {"n": 1}},
    "controls": {"A1": {"n": 2}},
}  # fmt: skip


@pytest.mark.parametrize("change", [
    {"id": "a-claim"}, {"id": "iurada2025/A-Claim"}, {"id": "iurada2025/a_claim"}, {"id": "iurada2025/"}, {"id": "iurada/a"},
    {"id": "iurada2025/a-"}, {"id": "iurada2025/a-claim\n"}, {"kind": "theorem"}, {"origin": "folklore"}, {"parameters": {}},
    {"parameters": {"fast": {}}}, {"controls": {}},
])  # fmt: skip
def test_bad_claims_are_refused(change):
    Claim(**GOOD)
    with pytest.raises(ValueError, match="claim"):
        Claim(**GOOD | change)


def test_claims_are_frozen_and_expect_what_their_origin_says():
    claim = Claim(**GOOD)
    with pytest.raises(TypeError):
        claim.parameters["quick"]["n"] = 3
    with pytest.raises(AttributeError):
        claim.title = "x"
    assert (claim.paper, claim.expected) == ("iurada2025", "holds")
    assert not claim.rejects("holds") and claim.rejects("fails") and claim.rejects("undecided")
    erratum = Claim(**GOOD | {"origin": "erratum"})
    assert erratum.expected == "fails" and erratum.rejects("holds") and not erratum.rejects("fails")
    assert {c.kind for c in CLAIMS.values()} <= set(KINDS) and {c.origin for c in CLAIMS.values()} <= set(ORIGINS)
    assert all(isinstance(c.parameters, Mapping) and set(c.parameters) <= set(LEVELS) for c in CLAIMS.values())


def test_selection():
    assert select([]) == list(CLAIMS)
    assert select(["iurada2025"]) == [name for name in CLAIMS if name.startswith("iurada2025/")] == select(["iurada2025/"])
    assert select(["iurada2025/digits", "iurada2025/digits"]) == ["iurada2025/digits"]
    with pytest.raises(InputError, match="rank-theorem"):
        select(["iurada2025/rank-theorm"])
    for pattern in ("iurada", "iurada2025/rank", ""):
        with pytest.raises(InputError):
            select([pattern])


def test_claim_modules_are_light():
    """At import a claim loads only the record: checks import what they need when they run."""
    import ast
    from pathlib import Path

    for name in CLAIMS:
        tree = ast.parse(Path(module_of(name).__file__).read_text())
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert [(node.level, node.module) for node in top] == [(2, "claim")], name

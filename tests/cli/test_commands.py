"""What the commands do, print and return; the findings are a fake conversion's."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import ROOT, Runner, commit, python

import np2tf.convert
from np2tf import __version__, cli, files, terminal
from np2tf.result import Options, Result

pytestmark = pytest.mark.usefixtures("fake")

SOURCE = b"import numpy as np\n"
CONVERTED = b"import np2tf_runtime as np\n"
MARKED = b"import numpy as np\nx = 1  #NT103\n"


@pytest.fixture
def src(here: Path) -> Path:
    """A committed project: `a.py` converts, `b.py` is no NumPy, `c.py` is left with an error."""
    top = here / "src"
    top.mkdir()
    (top / "a.py").write_bytes(SOURCE)
    (top / "b.py").write_bytes(b"x = 1\n")
    (top / "c.py").write_bytes(MARKED)
    commit(here)
    return top


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> object:
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


# Exit status


@pytest.mark.parametrize("command", ["check", "convert"])
@pytest.mark.parametrize(
    ("source", "arguments", "status"),
    [
        (b"x = 1\n", [], 0),
        (SOURCE, [], 0),
        (b"#NT506 #NT603\n", [], 0),
        (b"#NT103\n", [], 1),
        (b"#NT103\n", ["--exit-zero"], 0),
        (b"#NT001\n", [], 1),
        (b"#NT001\n", ["--exit-zero"], 1),
        (b"#NT009\n", [], 2),
        (b"#NT009\n", ["--exit-zero"], 2),
        (b"#boom\n", [], 2),
    ],
)
def test_exit_status(run: Runner, here: Path, command: str, source: bytes, arguments: list[str], status: int) -> None:
    (here / "a.py").write_bytes(source)
    commit(here)
    assert run(command, "a.py", *arguments).status == status


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_exit_1_if_anything_would_change(run: Runner, src: Path, option: str) -> None:
    assert run("convert", option, src / "a.py").status == 1
    assert run("convert", option, src / "b.py").status == 0
    assert run("convert", option, src / "a.py", "--exit-zero").status == 0
    assert (src / "a.py").read_bytes() == SOURCE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert"], "Missing argument"),
        (["convert", "--frobnicate", "src"], "No such option"),
        (["check", "src", "--format", "xml"], "Invalid value"),
        (["convert", "src", "-j", "-1"], "Invalid value"),
        (["convert", "missing", "src"], "missing: no such file or directory"),
        (["convert", "src", "-o", "out", "--diff"], "-o writes"),
        (["convert", "-", "src"], "can't be combined with other paths"),
        (["convert", "-", "-o", "out"], "-o needs files"),
        (["convert", "-", "--report", "-"], "both would write to standard output"),
        (["check", "src", "--stdin-filename", "x.py"], "goes with -"),
        (["check", "src", "-v", "-q"], "leave out one"),
        (["check", "src", "--format", "sarif", "--statistics"], "--statistics goes with --format text or json"),
        (["check", "src", "--format", "json", "--report", "-"], "leave out --report -"),
        (["check", "src", "--select", "NT999"], "no code is or begins with 'NT999'"),
        (["check", "src", "--report", "missing/report.json"], "is not a directory"),
        (["check", "src", "--report", "src"], "is a directory"),
        (["check", "src", "--report", "src/a.py"], "would overwrite src/a.py"),
        (["check", "src", "--report", "notes.ipynb"], "would overwrite notes.ipynb"),
        (["explain"], "name a code"),
        (["explain", "NT103", "--all"], "name a code"),
        (["explain", "NT999"], "no code is or begins with 'NT999'"),
        (["frobnicate"], "No such command"),
    ],
)
def test_wrong_usage_is_2_and_changes_nothing(run: Runner, src: Path, arguments: list[str], words: str) -> None:
    Path("notes.ipynb").write_text("{}")
    before = {path.name: path.read_bytes() for path in src.iterdir()}
    done = run(*arguments)
    assert done.status == 2
    assert words in done.err
    assert done.out == ""
    assert {path.name: path.read_bytes() for path in src.iterdir()} == before


def test_a_mistake_in_the_configuration_is_2(run: Runner, src: Path, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.np2tf]\nexclud = []\n")
    done = run("check", "src")
    assert (done.status, done.out) == (2, "")
    assert "pyproject.toml:2: [tool.np2tf] exclud is not a key of np2tf. Did you mean exclude?" in done.err


# In place


def test_in_place(run: Runner, src: Path) -> None:
    done = run("convert", "src")
    assert done.status == 1
    assert (src / "a.py").read_bytes() == CONVERTED
    assert (src / "b.py").read_bytes() == b"x = 1\n"
    assert "2 files rewritten" in done.out


def test_uncommitted_changes_are_refused_before_anything_is_written(run: Runner, src: Path) -> None:
    (src / "c.py").write_bytes(MARKED + b"# more\n")
    (src / "new.py").write_bytes(SOURCE)
    done = run("convert", "src")
    assert done.status == 2
    assert "changes that no commit holds" in done.err
    assert "    src/c.py\n    src/new.py (not tracked)\n" in done.err
    assert (src / "a.py").read_bytes() == SOURCE
    assert run("convert", "src", "--allow-dirty").status == 1
    assert (src / "new.py").read_bytes() == CONVERTED


def test_changes_in_files_that_stay_as_they_are_do_not_matter(run: Runner, src: Path) -> None:
    (src / "b.py").write_bytes(b"y = 2\n")
    assert run("convert", "src/a.py", "src/b.py").status == 0
    assert (src / "a.py").read_bytes() == CONVERTED


def test_outside_git_is_refused(run: Runner, here: Path) -> None:
    for number in range(12):
        (here / f"a{number:02}.py").write_bytes(SOURCE)
    done = run("convert", ".")
    assert done.status == 2
    assert "not in a git repository" in done.err
    assert "    and 2 more\n" in done.err
    assert run("convert", ".", "--allow-dirty").status == 2
    assert run("convert", ".", "--allow-no-vcs").status == 0
    assert (here / "a00.py").read_bytes() == CONVERTED


def test_nothing_to_change_needs_no_git(run: Runner, here: Path) -> None:
    (here / "a.py").write_bytes(b"")
    assert run("convert", "a.py").status == 0


def test_git_that_cannot_be_asked(run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "a.py").write_bytes(SOURCE)
    commit(here)
    monkeypatch.setenv("PATH", "")
    done = run("convert", "a.py")
    assert done.status == 2
    assert "git can't be started" in done.err
    assert run("convert", "a.py", "--allow-dirty").status == 0


def test_a_file_that_cannot_be_written_withholds_the_whole_conversion(
    run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda p, m: not str(p).endswith("c.py") and access(p, m))
    done = run("convert", "src")
    assert done.status == 2
    assert "np2tf: src/c.py: can't be written: permission denied. Make it writable" in done.err
    assert "Nothing was written" in done.out
    assert (src / "a.py").read_bytes() == SOURCE


def test_a_file_that_changes_while_np2tf_runs(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_all = files.replace_all

    def late(changes: list[files.Change]) -> list[files.FileError]:
        (src / "a.py").write_bytes(b"someone else's\n")
        return replace_all(changes)

    monkeypatch.setattr(files, "replace_all", late)
    done = run("convert", "src/a.py")
    assert done.status == 2
    assert "changed by someone else" in done.err
    assert (src / "a.py").read_bytes() == b"someone else's\n"


def test_a_file_that_disappears_before_it_is_read(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = files.read

    def vanishing(path: str) -> bytes:
        (src / "b.py").unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(files, "read", vanishing)
    done = run("convert", "src")
    assert done.status == 2
    assert "src/b.py:1:1: NT003 error: the file can't be read: it does not exist any more" in done.out
    assert (src / "a.py").read_bytes() == CONVERTED, "the rest of the run goes on"


def test_a_link_that_is_named_is_written_through(run: Runner, src: Path, here: Path) -> None:
    (here / "link.py").symlink_to("src/a.py")
    assert run("convert", "link.py").status == 0
    assert os.readlink(here / "link.py") == "src/a.py"
    assert (src / "a.py").read_bytes() == CONVERTED


def test_a_link_out_of_the_tree_is_not_written_through(run: Runner, src: Path, here: Path) -> None:
    (here / "outside.py").write_bytes(SOURCE)
    (src / "link.py").symlink_to("../outside.py")
    done = run("convert", "src", "--allow-dirty")
    assert "src/link.py:1:1: NT005 warning: this is a symbolic link out of the given paths" in done.out
    assert (here / "outside.py").read_bytes() == SOURCE


# Diff, standard input, selection of files


def test_the_diff_is_one_that_git_applies(run: Runner, here: Path) -> None:
    (here / "a.py").write_bytes(b"# \xe4\r\n\x0cimport numpy as np\r\nlast")
    (here / "b.py").write_bytes(b"a\rb\nimport numpy as np")
    commit(here)
    done = run("convert", ".", "--diff")
    assert "--- a/a.py\n+++ b/a.py\n" in done.out
    assert "2 files would change" in done.err
    patch = done.out.encode("utf-8", "surrogateescape")
    subprocess.run(["git", "apply", "-"], input=patch, cwd=here, check=True)
    assert (here / "a.py").read_bytes() == b"# \xe4\r\n\x0cimport np2tf_runtime as np\r\nlast"
    assert (here / "b.py").read_bytes() == b"a\rb\nimport np2tf_runtime as np"


def test_standard_input_to_standard_output(run: Runner, stdin: object, here: Path) -> None:
    stdin(b"import numpy as np\r\n# \xff")  # type: ignore[operator]
    done = run("convert", "-")
    assert done.status == 0
    assert done.out == "import np2tf_runtime as np\r\n# \udcff"
    assert "1 file: 1 converted" in done.err


def test_standard_input_with_a_name(run: Runner, stdin: object, here: Path) -> None:
    stdin(MARKED)  # type: ignore[operator]
    done = run("convert", "-", "--stdin-filename", "src/x.py")
    assert done.status == 1
    assert done.out == MARKED.replace(b"numpy", b"np2tf_runtime").decode()
    assert "src/x.py:2:5: NT103 error" in done.err
    stdin(MARKED)  # type: ignore[operator]
    assert "<stdin>:2:5: NT103 error" in run("check", "-").out
    stdin(SOURCE)  # type: ignore[operator]
    assert "+++ b/<stdin>" in run("convert", "-", "--diff").out
    stdin(SOURCE)  # type: ignore[operator]
    assert run("convert", "-", "--check").status == 1


def test_what_cannot_be_parsed_passes_through_standard_input(run: Runner, stdin: object) -> None:
    stdin(b"import numpy as np #NT001")  # type: ignore[operator]
    done = run("convert", "-")
    assert (done.status, done.out) == (1, "import numpy as np #NT001")


def test_exclude_and_configuration(run: Runner, src: Path, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.np2tf]\nexclude = ['src/c.py']\n")
    assert run("check", "src", "src/c.py").status == 0
    (here / "pyproject.toml").unlink()
    assert run("check", "src/c.py").status == 1
    done = run("check", "src/c.py", "--exclude", "c.py")
    assert done.status == 0
    assert "no Python files in src/c.py; 1 left out by exclude" in done.err
    assert "src/c.py: left out" in run("check", "src", "--exclude", "c.py", "-v").err


def test_names_that_begin_with_a_dash(run: Runner, here: Path) -> None:
    (here / "-v.py").write_bytes(MARKED)
    done = run("check", "-v.py")
    assert done.status == 1
    assert "-v.py:2" in done.out
    done = run("check", "-w.py")
    assert done.status == 2
    assert "No such option" in done.err


def test_stubs_are_left_alone(run: Runner, src: Path) -> None:
    (src / "a.pyi").write_bytes(SOURCE)
    assert "no Python files" in run("check", "src/a.pyi").err


def test_options_reach_the_conversion(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    seen: list[Options] = []

    def spy(data: dict[str, bytes], options: Options, done: object) -> Result:
        seen.append(options)
        return Result(())

    monkeypatch.setattr(np2tf.convert, "convert", spy)
    (here / "empty").mkdir()
    run("check", "empty")
    run("convert", "empty", "--strict", "-j", "3")
    run("convert", "empty", "-j", "0")
    run("check", "empty", "--jit")
    (here / "empty" / "pyproject.toml").write_text("[tool.np2tf]\nstrict = true\njit = true\njobs = 5\n")
    run("convert", "empty")
    run("convert", "empty", "--no-jit", "-j1")
    assert seen == [
        Options(check_only=True, jobs=0),
        Options(strict=True, jobs=3),
        Options(jobs=0),
        Options(check_only=True, jit=True, jobs=0),
        Options(strict=True, jit=True, jobs=5),
        Options(strict=True, jobs=1),
    ]


def test_a_conversion_that_loses_a_file_is_an_internal_error(
    run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(np2tf.convert, "convert", lambda *_: Result(()))
    done = run("check", "src")
    assert done.status == 2
    assert "internal error: AssertionError: the files that came out" in done.err


# Reports


def test_the_json_report(run: Runner, src: Path, here: Path) -> None:
    done = run("check", "src", "--format", "json")
    assert done.status == 1
    assert done.json == {
        "version": 1,
        "tool": f"np2tf {__version__}",
        "files": [
            {
                "path": "src/a.py",
                "status": "converted",
                "rewrites": [
                    {"rule": "imports", "line": 1, "column": 0, "assumption": None},
                    {"rule": "store", "line": 2, "column": 4, "assumption": "NT902"},
                ],
                "diagnostics": [],
            },
            {"path": "src/b.py", "status": "unchanged", "rewrites": [], "diagnostics": []},
            {
                "path": "src/c.py",
                "status": "marked",
                "rewrites": [
                    {"rule": "imports", "line": 1, "column": 0, "assumption": None},
                    {"rule": "store", "line": 2, "column": 4, "assumption": "NT902"},
                ],
                "diagnostics": [
                    {
                        "code": "NT103",
                        "severity": "error",
                        "line": 2,
                        "column": 4,
                        "end_line": 2,
                        "end_column": 8,
                        "message": "message of NT103",
                        "help": "first line\nsecond line",
                    }
                ],
            },
        ],
        "summary": {
            "files": 3,
            "converted": 1,
            "marked": 1,
            "failed": 0,
            "rewrites": 4,
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "constructs": 5,
            "converted_constructs": 4,
            "buckets": {"converted": 4, "assumed": 0, "marked": 1, "suppressed": 0, "no_array": 0},
        },
    }
    written = run("check", "src", "--report", "report.json")
    assert json.loads((here / "report.json").read_text()) == done.json
    assert "3 files:" in written.out
    piped = run("convert", "src", "--check", "--report", "-")
    assert piped.json == done.json
    assert "3 files:" in piped.err


def test_a_report_that_cannot_be_written(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> None:
        raise files.FileError("r.json", "can't be written: no space is left on the device", "Make room.")

    monkeypatch.setattr(files, "write", deny)
    done = run("check", "src", "--report", "r.json")
    assert done.status == 2
    assert "np2tf: the report r.json: can't be written" in done.err


def test_the_text_report(run: Runner, src: Path) -> None:
    (src / "d.py").write_bytes(b"#NT603\n#NT506\n")
    assert run("check", "src").out == (
        "src/c.py:2:5: NT103 error: message of NT103\n"
        "    first line\n"
        "    second line\n"
        "\n"
        "src/d.py:1:5: NT603 note: message of NT603\n"
        "    first line\n"
        "    second line\n"
        "src/d.py:2:5: NT506 warning: message of NT506\n"
        "    first line\n"
        "    second line\n"
        "\n"
        "4 files: 1 converted, 1 marked, 2 unchanged, 0 failed; 4 of 5 NumPy constructs need no hand (80 %)\n"
        "     1  NT103 error: a view is written through that has no inverse\n"
        "     1  NT506 warning: Fortran order, identity in memory and strides\n"
        "     1  NT603 note: runs on the host\n"
        "Left to do by hand: 1 place in 1 file. `np2tf explain NT103` says what to do about NT103.\n"
        "The share counts constructs, not work: one that is left may take a minute or a day.\n"
    )


def test_less_and_more(run: Runner, src: Path) -> None:
    (src / "d.py").write_bytes(b"#NT603\n#NT506\n")
    usual = run("convert", "src", "--check").out
    assert "src/d.py:2:5: NT506 warning" in usual
    assert "src/d.py:1:5: NT603 note" not in usual
    assert "     1  NT603 note: runs on the host" in usual
    assert "2 files would change" in usual
    quiet = run("convert", "src", "--check", "-q").out
    assert quiet == "src/c.py:2:5: NT103 error: message of NT103\n    first line\n    second line\n"
    verbose = run("convert", "src", "--check", "-v").out
    assert "src/d.py:1:5: NT603 note" in verbose
    assert "src/a.py: converted\n    1:1: imports\n    2:5: store (assumes NT902)\n" in verbose
    assert "src/b.py: unchanged\n" in verbose


def test_statistics(run: Runner, src: Path) -> None:
    out = run("check", "src", "--statistics").out
    assert "src/c.py" not in out
    assert "     1  NT103 error" in out
    assert "NumPy constructs: 4 converted, 0 assumed, 1 marked, 0 suppressed, 0 no_array\n" in out
    assert "     2  imports\n     2  store\n" in out


def test_select_and_ignore(run: Runner, src: Path, here: Path) -> None:
    (src / "d.py").write_bytes(b"#NT603\n#NT506\n")
    selected = run("check", "src", "--select", "NT6,nt5", "--ignore", "NT506")
    assert selected.status == 0
    assert selected.out.startswith("src/d.py:1:5: NT603 note")
    assert "2 diagnostics not shown, because of --select, --ignore or [tool.np2tf]" in selected.out
    assert "1 marked" in selected.out, "what is not shown still is left to do"
    assert run("check", "src", "--ignore", "NT103").status == 0
    (here / "pyproject.toml").write_text("[tool.np2tf.per-file-ignores]\n'src/c.py' = ['NT1']\n")
    assert run("check", "src").status == 0


def test_colours_only_on_a_terminal(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b" not in run("check", "src").out
    for user in ("terminal", "commands.conversion", "commands.convert"):
        monkeypatch.setattr(f"np2tf.{user}.colored", lambda *, error=False: True)
    assert "NT103 \x1b[31merror\x1b[0m: message" in run("check", "src").out
    diff = run("convert", "src", "--diff").out
    assert "\x1b[32m+import np2tf_runtime as np\x1b[0m\n" in diff
    assert "\x1b[1m# NT103: a view" in run("explain", "NT103").out


@pytest.mark.parametrize(
    ("on_terminal", "environment", "colored"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False)],
)
def test_no_color(
    monkeypatch: pytest.MonkeyPatch, on_terminal: bool, environment: dict[str, str], colored: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: on_terminal, raising=False)
    assert terminal.colored() is colored


def test_reports_are_the_same_each_time(run: Runner, src: Path) -> None:
    for number in range(20):
        (src / f"m{number}.py").write_bytes(MARKED)
    runs = [
        run("check", *paths, "--format", "json", *jobs).out
        for paths in (["src"], ["src/c.py", "src"])
        for jobs in ([], ["-j2"])
    ]
    assert len(set(runs)) == 1


# Trouble


def test_an_internal_error_names_the_file(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (src / "bad.py").write_bytes(b"#boom")
    done = run("convert", "src")
    assert (done.status, done.out) == (2, "")
    assert "np2tf: internal error in src/bad.py: RuntimeError: boom\n" in done.err
    assert "NP2TF_DEBUG=1" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("NP2TF_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        run("convert", "src")


def test_an_internal_error_of_the_whole_project(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_together(data: dict[str, bytes], options: Options) -> Result:
        if len(data) > 1:
            raise RuntimeError("together")
        return Result(())

    monkeypatch.setattr(np2tf.convert, "convert", fails_together)
    assert "in the project of 3 files" in run("check", "src").err


def test_ctrl_c_is_not_taken_for_a_finding(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np2tf.convert, "convert", interrupted)
    done = run("check", "src")
    assert done.status == 130
    assert "interrupted" in done.err


def test_a_reader_that_goes_away_changes_nothing(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "np2tf", "explain", "--all"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_broken_pipe_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        terminal.emit(b"x")
        terminal.emit("x")


def test_a_stream_that_cannot_be_reconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert cli.main(["--version"]) == 0


def test_directories_that_cannot_be_listed_are_found_out(
    run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "secret").mkdir()
    scandir = os.scandir

    def deny(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", deny)
    done = run("check", ".")
    assert done.status == 2
    assert "secret:1:1: NT003 error: the directory can't be listed: Permission denied" in done.out


def test_a_terminal_that_cannot_show_a_character(here: Path) -> None:
    (here / "ü.py").write_bytes(b"x = 1\n")
    done = python(
        "-X",
        "utf8=0",
        "-c",
        "import sys; sys.stdout.reconfigure(encoding='ascii'); "
        "from np2tf.cli import main; sys.exit(main(['check', '-v', '.']))",
        cwd=here,
    )
    assert done.returncode == 0, done.stderr
    assert b"\\xfc.py: unchanged" in done.stdout


# Documentation


def test_explain(run: Runner) -> None:
    assert run("explain", "nt103").out.startswith("# NT103: a view is written through")
    both = run("explain", "NT101", "NT102").out
    assert both.index("# NT101") < both.index("\n\n# NT102")
    assert run("explain", "NT9").out.splitlines()[0].startswith("NT901  note ")
    assert len(run("explain", "--all").out.splitlines()) > 40


def test_rules_are_read_from_their_docstrings(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from np2tf import explain

    texts = {
        "rules/__init__.py": 'RULES: tuple[str, ...] = ("np2tf.rules.one", "two")',
        "rules/one.py": '"""The first.\n\nIts text.\n"""\nimport libcst',
        "rules/two.py": "'''The second.'''",
    }
    monkeypatch.setattr(explain, "_data", texts.__getitem__)
    assert run("rules").out == "one  The first.\ntwo  The second.\n"
    assert run("rules", "one").out == "# one\n\nThe first.\n\nIts text.\n"
    assert run("rules", "three").status == 2
    texts["rules/__init__.py"] = "X = 1\nRULES = ('one',)"
    assert run("rules").out == "one  The first.\n"
    texts["rules/__init__.py"] = "OTHER = ()"
    assert run("rules").status == 2


def test_the_version(run: Runner) -> None:
    assert run("--version").out == f"np2tf {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["-h"], ["--help"], ["convert", "-h"], ["check", "-h"], ["explain", "-h"], ["rules", "-h"]]
)
def test_help(run: Runner, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status == 0
    assert done.out.startswith("Usage: np2tf")

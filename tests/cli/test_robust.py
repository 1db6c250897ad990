"""What users rely on: no file is half written, none is touched that was not given, no source is executed."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from cli_helpers import Runner, commit, python

from np2tf.convert import _with_deep_stack

SOURCE = "import numpy as np\n\nx = np.zeros(3)\nx[0] = 1\nprint(x)\n"
TRACE = "import pathlib\npathlib.Path(__file__).with_name('executed').write_text(__name__)\n" + SOURCE
# What an interpreter or a tool that imports things would import from here.
TRAPS = (
    "__init__", "__main__", "a", "click", "conftest", "difflib", "json", "libcst", "np2tf_runtime", "numpy", "random",
    "setup", "sitecustomize", "subprocess", "tensorflow", "tomllib", "usercustomize",
)  # fmt: skip
COMMANDS = (
    ["check", "."],
    ["check", ".", "--format", "sarif"],
    ["check", "a.py", "--baseline", "../base.json", "--update-baseline"],
    ["convert", ".", "--diff"],
    ["convert", ".", "-o", "../out", "-j2"],
    ["check", ".", "--no-cache", "-j", "2"],
    ["convert", ".", "--allow-no-vcs"],
    ["check", "."],
    ["explain", "NT103"],
    ["rules"],
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_conversion_killed_a_hundred_times_leaves_every_file_old_or_new(tmp_path: Path) -> None:
    top = tmp_path / "project"
    top.mkdir()
    done = python(Path(__file__).with_name("killed.py"), top, "100", cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["converted"] == 12
    assert found["states"]["old"] > 0, found
    assert found["states"]["between"] + found["states"]["new"] > 0, found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_conversion_takes_its_processes_with_it(tmp_path: Path) -> None:
    top = tmp_path / "project"
    top.mkdir()
    done = python(Path(__file__).with_name("killed.py"), top, "8", "2", cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["wrong"], found["converted"]) == ([], 12)
    assert found["states"]["old"] > 0, found


def test_ctrl_c_ends_the_thread_that_converts() -> None:
    def work() -> None:
        signal.raise_signal(signal.SIGINT)  # Python's own handler runs in the main thread
        while True:
            time.sleep(0.01)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in the background
    with pytest.raises(KeyboardInterrupt):
        _with_deep_stack(work)
    signal.signal(signal.SIGINT, before)
    for thread in threading.enumerate():
        if thread.name == "np2tf":
            thread.join(timeout=10)
            assert not thread.is_alive()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_source_is_never_executed(here: Path, command: list[str]) -> None:
    top = here / "src"
    top.mkdir()
    for name in TRAPS:
        (top / f"{name}.py").write_text(TRACE)
    done = python("-m", "np2tf", *command, cwd=top)
    assert done.returncode in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr
    assert not list(here.rglob("executed"))


def snapshot(top: Path) -> dict[str, tuple[object, ...]]:
    """Everything that could change about the files below a directory."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(top.rglob("*")):
        status = path.lstat()
        data = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        # A directory's time changes with the entries in it, which are looked at one by one.
        when = 0 if path.is_dir() else status.st_mtime_ns
        found[path.relative_to(top).as_posix()] = (data, status.st_mode, status.st_ino, when)
    return found


@pytest.mark.parametrize(
    "command",
    [
        ["check", "src"],
        ["check", "src", "--format", "gitlab", "--statistics"],
        ["convert", "src", "--diff"],
        ["convert", "src"],
        ["convert", "src/a.py"],
        ["convert", "src", "-o", "out"],
        ["convert", "src", "-j2", "--report", "out.json"],
    ],
    ids=" ".join,
)
def test_no_file_outside_the_given_paths_is_touched(
    run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    home = here / "home"
    for directory in ("src", "src/inner", "other", "home"):
        (here / directory).mkdir()
    for name in ("src/a.py", "src/inner/b.py", "other/c.py", "d.py", "home/e.py"):
        (here / name).write_text(SOURCE)
    (here / "src" / "out_of_here.py").symlink_to("../other/c.py")
    (here / "src" / "other").symlink_to("../other")
    (here / "pyproject.toml").write_text("[tool.np2tf]\n")
    commit(here)
    monkeypatch.setenv("HOME", str(home))
    before = snapshot(here)
    run(*command)
    after = snapshot(here)
    allowed = {"src/a.py", "src/inner/b.py"} if command[:1] == ["convert"] and "--diff" not in command else set()
    allowed = {"src/a.py"} if "src/a.py" in command else allowed
    output = command[command.index("-o") + 1] if "-o" in command else command[-1] if "--report" in command else ""
    if "-o" in command:
        allowed = set()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    changed = {name for name in changed if not name.startswith(".git/")}  # git itself refreshes its index
    assert {name for name in changed if not (output and name.split("/")[0] == output)} == allowed
    assert "home/.cache" not in after


def test_git_directories_keep_all_but_the_index(run: Runner, here: Path) -> None:
    (here / "a.py").write_text(SOURCE)
    commit(here)
    before = snapshot(here / ".git")
    run("convert", ".")
    after = snapshot(here / ".git")
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} <= {"index"}


def test_a_module_named_like_one_of_pythons_does_not_stop_np2tf(here: Path) -> None:
    (here / "json.py").write_text("raise SystemExit('executed')\n")
    done = python("-m", "np2tf", "check", "json.py", "--format", "json", cwd=here)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"]["files"] == 1

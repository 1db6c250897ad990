"""Which files git could bring back."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import commit, git

from np2tf.vcs import GitError, unsafe


def write(here: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (here / f"{name}.py").write_text(text)
    return [str(here / f"{name}.py") for name in files]


def test_committed_files_are_safe(here: Path) -> None:
    paths = write(here, a="1", b="2")
    commit(here)
    assert unsafe(paths) == ([], [], [])


def test_changed_staged_renamed_new_and_ignored_files_are_not(here: Path) -> None:
    paths = write(here, changed="1", staged="2", old="a long enough text", untouched="4")
    (here / ".gitignore").write_text("ignored.py\n")
    commit(here)
    write(here, changed="x", staged="x")
    git(here, "add", "staged.py")
    git(here, "mv", "old.py", "renamed.py")
    paths += write(here, new="5", ignored="6")
    paths[paths.index(str(here / "old.py"))] = str(here / "renamed.py")
    assert unsafe(paths) == (
        [str(here / f"{n}.py") for n in ("changed", "renamed", "staged")],
        [str(here / f"{n}.py") for n in ("ignored", "new")],
        [],
    )


def test_before_the_first_commit_nothing_is_safe(here: Path) -> None:
    (path,) = write(here, a="1")
    git(here, "init", "-q")
    assert unsafe([path]).untracked == [path]
    git(here, "add", "-A")
    assert unsafe([path]).changed == [path]


def test_outside_git(here: Path) -> None:
    (path,) = write(here, a="1")
    assert unsafe([path]).outside == [path]


def test_each_repository_is_asked_about_its_own_files(here: Path) -> None:
    (here / "one").mkdir()
    (here / "two").mkdir()
    (a,), (b,) = write(here / "one", a="1"), write(here / "two", b="1")
    commit(here / "one")
    commit(here / "two")
    write(here / "two", b="2")
    assert unsafe([a, b]) == ([b], [], [])


def test_names_with_unusual_characters(here: Path) -> None:
    paths = write(here, **{"a b": "1", "ü\n": "2"})
    commit(here)
    assert unsafe(paths) == ([], [], [])
    write(here, **{"ü\n": "3"})
    assert unsafe(paths).changed == [paths[1]]


def test_git_that_fails_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write(here, a="1")
    (here / ".git").write_text("nonsense")
    with pytest.raises(GitError, match=r"invalid gitfile|not a git repository"):
        unsafe(paths)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match="can't be started"):
        unsafe(paths)

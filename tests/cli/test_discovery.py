"""Which files a run is about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_helpers import commit, git

from np2tf import discovery, vcs
from np2tf.discovery import Patterns, discover


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [s.path for s in discover(paths, Patterns([(os.getcwd(), glob) for glob in exclude])).sources]


def keys(*paths: str) -> list[str]:
    return [s.key for s in discover(paths, Patterns([])).sources]


def test_takes_python_files_and_leaves_the_rest(here: Path) -> None:
    tree(here, "a.py", "b.pyw", "c.pyi", "d.txt", "sub/e.py", ".hidden/f.py")
    assert found(".") == [".hidden/f.py", "a.py", "b.pyw", "sub/e.py"]


def test_skips_caches_environments_and_build_products(here: Path) -> None:
    tree(here, "a.py", "__pycache__/b.py", ".venv/c.py", "node_modules/d.py", "build/lib/e.py", "x.egg-info/f.py")
    tree(here, "env/pyvenv.cfg", "env/lib/g.py", "pkg/build/__init__.py", "pkg/build/h.py")
    assert found(".") == ["a.py", "pkg/build/__init__.py", "pkg/build/h.py"]
    assert found("build") == ["build/lib/e.py"], "a directory that is named is taken"


def test_a_file_is_taken_once_and_in_order(here: Path) -> None:
    tree(here, "b.py", "a.py")
    assert found("b.py", ".", "./a.py") == ["a.py", "b.py"]


def test_a_named_file_is_taken_whatever_its_name_is(here: Path) -> None:
    tree(here, "script", "stub.pyi")
    assert found("script", "stub.pyi") == ["script"]


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("t", ["a.py", "docs/t.py", "docs/x/b.py"]),
        ("t.py", ["a.py", "docs/x/b.py", "t/c.py"]),
        ("docs", ["a.py", "t/c.py"]),
        ("docs/", ["a.py", "t/c.py"]),
        ("/docs", ["a.py", "t/c.py"]),
        ("/t.py", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("./docs", ["a.py", "t/c.py"]),
        ("docs/*.py", ["a.py", "docs/x/b.py", "t/c.py"]),
        ("docs/**/*.py", ["a.py", "t/c.py"]),
        ("**/b.py", ["a.py", "docs/t.py", "t/c.py"]),
        ("[ab].py", ["docs/t.py", "t/c.py"]),
        ("[!ab].py", ["a.py", "docs/x/b.py"]),
        ("[^ab].py", ["a.py", "docs/x/b.py"]),
        ("[b-a].py", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("[[:alpha:]&&].py", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("[!].py", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("docs[!x]t.py", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("?.py", []),
        ("x", ["a.py", "docs/t.py", "t/c.py"]),
        ("docs/**", ["a.py", "t/c.py"]),
        ("", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
        ("doc", ["a.py", "docs/t.py", "docs/x/b.py", "t/c.py"]),
    ],
)
@pytest.mark.parametrize("in_git", [False, True])
def test_exclude(here: Path, glob: str, left: list[str], in_git: bool) -> None:
    tree(here, "a.py", "docs/t.py", "docs/x/b.py", "t/c.py")
    if in_git:
        commit(here)
    assert found(".", exclude=(glob,)) == left
    assert found("a.py", "docs/t.py", "docs/x/b.py", "t/c.py", exclude=(glob,)) == left, "also applied to named files"


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (("*", "!docs"), ["docs/t.py", "docs/x/b.py"]),
        (("*.py", "!b.py", "!/docs/t.py"), ["docs/t.py", "docs/x/b.py"]),
        (("docs/*", "!docs/t.py"), ["a.py", "docs/t.py", "t/c.py"]),
        (("!docs", "docs"), ["a.py", "t/c.py"]),
        (("docs", "!docs/t.py"), ["a.py", "t/c.py"]),  # as in .gitignore: nobody looks into the directory
    ],
)
@pytest.mark.parametrize("in_git", [False, True])
def test_what_is_taken_back_from_what_is_left_out(
    here: Path, globs: tuple[str, ...], left: list[str], in_git: bool
) -> None:
    tree(here, "a.py", "docs/t.py", "docs/x/b.py", "t/c.py")
    if in_git:
        commit(here)
    assert found(".", exclude=globs) == left


def test_an_absolute_exclude(here: Path) -> None:
    tree(here, "a.py", "b.py")
    assert found(".", exclude=(str(here / "a.py"),)) == ["b.py"]


def test_what_gitignore_lists_is_left_out(here: Path) -> None:
    tree(here, "a.py", "generated.py", "sub/b.py", "sub/generated.py")
    (here / ".gitignore").write_text("generated.py\n")
    commit(here)
    tree(here, "new.py")
    assert found(".") == ["a.py", "new.py", "sub/b.py"]
    assert found("sub") == ["sub/b.py"]
    assert found("generated.py") == ["generated.py"], "a file that is named is taken"


def test_an_ignored_directory_that_is_named_is_taken(here: Path) -> None:
    tree(here, "a.py", "out/b.py")
    (here / ".gitignore").write_text("out/\n")
    commit(here)
    assert found("out") == ["out/b.py"]


def test_git_repositories_inside_are_looked_into(here: Path) -> None:
    tree(here, "a.py", "inner/b.py", "inner/build/c.py", "build/d.py", "venv/e.py")
    commit(here / "inner")
    commit(here / "venv")
    git(here, "init", "-q")
    assert found(".") == ["a.py", "inner/b.py"]


def test_a_file_that_was_deleted_but_is_tracked_is_not_found(here: Path) -> None:
    tree(here, "a.py", "b.py")
    commit(here)
    (here / "a.py").unlink()
    assert found(".") == ["b.py"]


def test_without_git_the_tree_is_walked_and_that_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(here, "a.py", "ignored.py")
    (here / ".gitignore").write_text("ignored.py\n")
    commit(here)
    monkeypatch.setenv("PATH", "")
    everything = discover(["."], Patterns([]))
    assert [s.path for s in everything.sources] == ["a.py", "ignored.py"]
    assert "git can't be started" in everything.remarks[0]


def test_a_repository_that_git_refuses_is_walked(here: Path) -> None:
    tree(here, "a.py")
    (here / ".git").write_text("nonsense")
    everything = discover(["."], Patterns([]))
    assert [s.path for s in everything.sources] == ["a.py"]
    assert ".gitignore is not looked at" in everything.remarks[0]


@pytest.mark.parametrize("in_git", [False, True])
def test_symbolic_links(here: Path, in_git: bool) -> None:
    tree(here, "src/a.py", "src/template.in", "src/pkg/b.py", "outside/c.py", "outside/pkg/d.py")
    for name, target in {
        "same.py": "a.py",
        "out.py": "../outside/c.py",
        "gone.py": "nowhere.py",
        ".#lock.py": "me@host.1",
        "inner": "pkg",
        "outer": "../outside",
        "data.txt": "inner/b.py",
        "template.py": "template.in",
    }.items():
        (here / "src" / name).symlink_to(target)
    if in_git:
        commit(here)
    everything = discover(["src"], Patterns([]))
    assert [s.path for s in everything.sources] == ["src/a.py", "src/gone.py", "src/pkg/b.py", "src/template.py"]
    assert [path for path, _ in everything.strays] == ["src/out.py", "src/outer"]
    assert discover(["src", "outside"], Patterns([])).strays == []


def test_a_link_that_is_named_is_followed(here: Path) -> None:
    tree(here, "real/a.py")
    (here / "link.py").symlink_to("real/a.py")
    (here / "dir").symlink_to("real")
    assert found("link.py") == ["link.py"]
    assert found("dir") == ["dir/a.py"]


def test_a_directory_that_cannot_be_listed_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(here, "a.py", "secret/b.py")
    scandir = os.scandir

    def deny(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", deny)
    everything = discover(["."], Patterns([]))
    assert [s.path for s in everything.sources] == ["a.py"]
    assert everything.unreadable == [("secret", "Permission denied")]


def test_keys_are_relative_to_the_working_directory(here: Path) -> None:
    tree(here, "src/pkg/__init__.py", "tests/t.py")
    assert keys("src", "tests") == ["src/pkg/__init__.py", "tests/t.py"]


def test_inside_a_package_keys_begin_where_it_is_imported_from(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(here, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py")
    monkeypatch.chdir(here / "pkg" / "sub")
    assert keys(".") == ["pkg/sub/__init__.py", "pkg/sub/a.py"]
    assert found(".") == ["__init__.py", "a.py"]


def test_paths_elsewhere_are_shown_in_full(here: Path, tmp_path: Path) -> None:
    tree(tmp_path, "other/a.py")
    assert found("../other") == [str(tmp_path / "other/a.py")]
    assert keys("../other") == ["a.py"]


def test_the_common_directory(here: Path) -> None:
    tree(here, "src/a.py", "src/pkg/b.py", "tests/t.py")
    common = discovery.common_directory
    assert common(["src"]) == str(here / "src")
    assert common(["src/a.py"]) == str(here / "src")
    assert common(["src", "tests/t.py"]) == str(here)
    assert common([]) == str(here)


def test_no_state_of_a_hook_leaks_into_git(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(here, "a.py")
    commit(here)
    monkeypatch.setenv("GIT_DIR", str(here / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(here / "elsewhere/index"))
    assert vcs.listed(str(here)) == ["a.py"]

"""`convert -o`: a whole tree that runs, and that is never overwritten where someone worked on it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cli_helpers import Runner

from np2tf import files, output

pytestmark = [
    pytest.mark.usefixtures("fake"),
    pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX"),
]

SOURCE = b"import numpy as np\n"
CONVERTED = b"import np2tf_runtime as np\n"


@pytest.fixture
def src(here: Path) -> Path:
    top = here / "src"
    (top / "pkg").mkdir(parents=True)
    (top / "empty").mkdir()
    (top / "__pycache__").mkdir()
    (top / "__pycache__" / "a.pyc").write_bytes(b"")
    (top / "a.py").write_bytes(SOURCE)
    (top / "pkg" / "b.py").write_bytes(b"x = 1\n")
    (top / "pkg" / "data.bin").write_bytes(bytes(range(256)))
    (top / "types.pyi").write_bytes(SOURCE)
    return top


def contents(top: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(top)): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != output.STAMP
    }


def test_a_whole_tree(run: Runner, src: Path, here: Path) -> None:
    before = contents(src)
    done = run("convert", "src", "-o", "out")
    assert done.status == 0, done.err
    assert contents(here / "out") == {
        "a.py": CONVERTED,
        "pkg/b.py": b"x = 1\n",
        "pkg/data.bin": bytes(range(256)),
        "types.pyi": SOURCE,
    }
    assert (here / "out" / "empty").is_dir()
    assert contents(src) == before
    assert "out: 4 files written (2 of them copies)" in done.out


def test_modes_are_kept(run: Runner, src: Path, here: Path) -> None:
    for name, mode in {"a.py": 0o755, "pkg/data.bin": 0o640, "pkg": 0o750}.items():
        (src / name).chmod(mode)
    run("convert", "src", "-o", "out")
    modes = {name: stat.S_IMODE((here / "out" / name).stat().st_mode) for name in ("a.py", "pkg/data.bin", "pkg")}
    assert modes == {"a.py": 0o755, "pkg/data.bin": 0o640, "pkg": 0o750}


def test_links_lead_to_the_same_place_or_its_counterpart(run: Runner, src: Path, here: Path) -> None:
    (here / "shared").mkdir()
    (here / "shared" / "c.py").write_bytes(SOURCE)
    for name, target in {
        "same.py": "a.py",
        "pkg/up.py": "../a.py",
        "absolute.py": str(src / "a.py"),
        "out.py": "../shared/c.py",
        "dir": "pkg",
        "far": str(here / "shared"),
        "gone": "nowhere",
    }.items():
        (src / name).symlink_to(target)
    done = run("convert", "src", "-o", "deep/down/out")
    assert done.status == 0, done.err
    out = here / "deep/down/out"
    assert {name: os.readlink(out / name) for name in ("same.py", "pkg/up.py", "absolute.py", "dir", "gone")} == {
        "same.py": "a.py",
        "pkg/up.py": "../a.py",
        "absolute.py": "a.py",
        "dir": "pkg",
        "gone": "nowhere",
    }
    assert (out / "out.py").resolve() == (here / "shared" / "c.py").resolve()
    assert (out / "out.py").read_bytes() == SOURCE, "what lies outside is not converted"
    assert (out / "far").resolve() == (here / "shared").resolve()
    assert "NT005" in done.out


def test_files_left_out_are_copied_as_they_are(run: Runner, src: Path, here: Path) -> None:
    assert run("convert", "src", "-o", "out", "--exclude", "a.py").status == 0
    assert (here / "out" / "a.py").read_bytes() == SOURCE


def test_a_single_file_and_several_paths(run: Runner, src: Path, here: Path) -> None:
    assert run("convert", "src/a.py", "-o", "one").out.endswith("one: 1 file written\n")
    assert contents(here / "one") == {"a.py": CONVERTED}
    (here / "main.py").write_bytes(SOURCE)
    run("convert", "src/pkg", "main.py", "-o", "two")
    assert sorted(contents(here / "two")) == ["main.py", "src/pkg/b.py", "src/pkg/data.bin"]


def test_a_second_run_writes_what_changed_and_removes_what_is_gone(run: Runner, src: Path, here: Path) -> None:
    run("convert", "src", "-o", "out")
    untouched = (here / "out" / "a.py").stat().st_mtime_ns
    assert "out: 0 files written, 4 were up to date" in run("convert", "src", "-o", "out").out
    (src / "pkg" / "b.py").write_bytes(SOURCE)
    (src / "pkg" / "data.bin").unlink()
    (src / "new.py").write_bytes(b"")
    done = run("convert", "src", "-o", "out")
    assert done.status == 0, done.err
    assert contents(here / "out") == {"a.py": CONVERTED, "pkg/b.py": CONVERTED, "types.pyi": SOURCE, "new.py": b""}
    assert (here / "out" / "a.py").stat().st_mtime_ns == untouched


def test_a_directory_that_is_gone_goes(run: Runner, src: Path, here: Path) -> None:
    run("convert", "src", "-o", "out")
    for path in (src / "pkg").iterdir():
        path.unlink()
    (src / "pkg").rmdir()
    run("convert", "src", "-o", "out")
    assert not (here / "out" / "pkg").exists()


def test_what_was_edited_by_hand_is_not_overwritten(run: Runner, src: Path, here: Path) -> None:
    run("convert", "src", "-o", "out")
    (here / "out" / "a.py").write_bytes(b"finished by hand\n")
    (src / "a.py").write_bytes(SOURCE + b"# more\n")
    done = run("convert", "src", "-o", "out")
    assert done.status == 2
    assert "not as np2tf wrote them" in done.err
    assert "    a.py\n" in done.err
    assert (here / "out" / "a.py").read_bytes() == b"finished by hand\n"
    assert run("convert", "src", "-o", "out", "--force").status == 0
    assert (here / "out" / "a.py").read_bytes() == CONVERTED + b"# more\n"


def test_many_edited_files_are_not_all_listed(run: Runner, src: Path, here: Path) -> None:
    for number in range(13):
        (src / f"m{number:02}.py").write_bytes(b"")
    run("convert", "src", "-o", "out")
    for number in range(13):
        (here / "out" / f"m{number:02}.py").write_bytes(b"edited")
    assert "    and 3 more\n" in run("convert", "src", "-o", "out").err


def test_a_file_of_ones_own_in_the_way_is_not_overwritten(run: Runner, src: Path, here: Path) -> None:
    run("convert", "src", "-o", "out")
    (here / "out" / "new.py").write_bytes(b"mine")
    (src / "new.py").write_bytes(SOURCE)
    assert run("convert", "src", "-o", "out").status == 2
    assert (here / "out" / "new.py").read_bytes() == b"mine"


def test_an_interrupted_run_can_be_run_again(
    run: Runner, src: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, made = output._create, []

    def stop(directory: str, item: output.Item) -> None:
        made.append(item)
        if len(made) == 6:
            raise KeyboardInterrupt
        create(directory, item)

    monkeypatch.setattr(output, "_create", stop)
    assert run("convert", "src", "-o", "out").status == 130
    monkeypatch.setattr(output, "_create", create)
    assert run("convert", "src", "-o", "out").status == 0
    assert len(contents(here / "out")) == 4


def test_a_directory_that_is_not_empty_is_refused(run: Runner, src: Path, here: Path) -> None:
    (here / "out").mkdir()
    assert run("convert", "src", "-o", "out").status == 0, "an empty one is fine"
    (here / "used").mkdir()
    (here / "used" / "mine.txt").write_text("mine")
    done = run("convert", "src", "-o", "used")
    assert done.status == 2
    assert "used is not empty, and no earlier output of np2tf" in done.err
    assert run("convert", "src", "-o", "used", "--force").status == 0
    assert (here / "used" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("paths", "out", "words"),
    [
        (["src"], "src", "is the input. Leave out -o"),
        (["src"], "src/out", "lies inside the input src"),
        (["."], "out", "lies inside the input ."),
        (["src/pkg"], "src", "the input src/pkg lies inside the output directory"),
        (["src/a.py"], "src", "would be written over itself"),
        (["src"], "src/a.py", "is not a directory"),
    ],
)
def test_places_that_cannot_be_meant(run: Runner, src: Path, paths: list[str], out: str, words: str) -> None:
    before = contents(src)
    done = run("convert", *paths, "-o", out)
    assert done.status == 2
    assert words in done.err
    assert contents(src) == before


def test_an_output_inside_the_input_by_a_link_is_refused(run: Runner, src: Path, here: Path) -> None:
    (here / "out").symlink_to("src/pkg")
    assert "lies inside the input" in run("convert", "src", "-o", "out").err


def test_one_file_that_cannot_be_copied_does_not_stop_the_rest(
    run: Runner, src: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = files.copy

    def deny(source: str, target: str) -> None:
        if target.endswith("data.bin"):
            raise files.FileError(target, "can't be written: no space is left on the device", "Make room.")
        copy(source, target)

    monkeypatch.setattr(files, "copy", deny)
    done = run("convert", "src", "-o", "out")
    assert done.status == 2
    assert "pkg/data.bin: can't be written: no space is left on the device. Make room." in done.err
    assert sorted(contents(here / "out")) == ["a.py", "pkg/b.py", "types.pyi"]


def test_a_named_pipe_is_not_copied_and_that_is_said(run: Runner, src: Path) -> None:
    os.mkfifo(src / "pipe")
    done = run("convert", "src", "-o", "out")
    assert done.status == 0
    assert "src/pipe: not copied" in done.err


def test_a_link_in_the_output_does_not_lead_writes_astray(run: Runner, src: Path, here: Path) -> None:
    (here / "out").mkdir()
    (here / "elsewhere").mkdir()
    (here / "out" / "pkg").symlink_to("../elsewhere")
    done = run("convert", "src", "-o", "out", "--force")
    assert done.status == 2
    assert "a symbolic link leads out of the output directory" in done.err
    assert contents(here / "elsewhere") == {}


def test_a_link_that_became_a_file(run: Runner, src: Path, here: Path) -> None:
    (src / "link.py").symlink_to("a.py")
    run("convert", "src", "-o", "out")
    (src / "link.py").unlink()
    (src / "link.py").write_bytes(b"own = 1\n")
    assert run("convert", "src", "-o", "out").status == 0
    assert (here / "out" / "link.py").read_bytes() == b"own = 1\n"
    assert (here / "out" / "a.py").read_bytes() == CONVERTED


def test_files_that_cannot_be_read(run: Runner, src: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("convert", "src", "-o", "out")
    digest = files.digest
    broken = "src/pkg/data.bin"

    def deny(path: str) -> str:
        if path.endswith(broken):
            raise files.FileError(path, "can't be read: permission denied", "Make it readable.")
        return digest(path)

    monkeypatch.setattr(files, "digest", deny)
    done = run("convert", "src", "-o", "out")
    assert done.status == 2
    assert "src/pkg/data.bin: can't be read: permission denied" in done.err
    assert (here / "out/pkg/data.bin").exists(), "what can't be renewed is kept"
    broken = "out/a.py"
    done = run("convert", "src", "-o", "out")
    assert done.status == 2
    assert "out/a.py can't be read: permission denied. Make it readable, or choose another" in done.err
    monkeypatch.setattr(files, "digest", digest)
    assert run("convert", "src", "-o", "out").status == 0


def test_a_directory_that_cannot_be_listed(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def deny(path: str) -> object:
        if str(path).endswith("pkg"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", deny)
    done = run("convert", "src", "-o", "out")
    assert done.status == 2
    assert "src/pkg can't be listed: permission denied. Make it readable." in done.err


def test_a_directory_in_the_place_of_a_file(run: Runner, src: Path, here: Path) -> None:
    (here / "out" / "a.py").mkdir(parents=True)
    done = run("convert", "src", "-o", "out", "--force")
    assert done.status == 2
    assert "out/a.py: can't be written: it is a directory" in done.err


def test_a_file_in_the_place_of_a_directory(run: Runner, src: Path, here: Path) -> None:
    (here / "out").mkdir()
    (here / "out" / "pkg").write_bytes(b"")
    done = run("convert", "src", "-o", "out", "--force")
    assert done.status == 2
    assert "out/pkg: can't be written" in done.err


def test_an_output_that_cannot_be_made(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "makedirs", deny)
    assert "out can't be made: the file system is read-only" in run("convert", "src", "-o", "out").err

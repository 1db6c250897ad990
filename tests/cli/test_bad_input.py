"""Files as they really are: the conversion keeps every byte outside the rewrite, or refuses the file with a code."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from cli_helpers import Runner, commit, python, subprocess_environment

from np2tf.files import FileError

IMPORT, CONVERTED = b"import numpy as np", b"import np2tf_runtime as np"
BODY = b"x = np.zeros(3)\nprint(x.sum())\n"

KEPT = {
    "plain": IMPORT + b"\n" + BODY,
    "CRLF": (IMPORT + b"\n" + BODY).replace(b"\n", b"\r\n"),
    "mixed newlines": IMPORT + b"\r\n" + BODY,
    "byte order mark": b"\xef\xbb\xbf" + IMPORT + b"\n" + BODY,
    "byte order mark and CRLF": b"\xef\xbb\xbf" + IMPORT + b"\r\n",
    "latin-1": b"# -*- coding: latin-1 -*-\n" + IMPORT + b"\n" + BODY + b"name = 'M\xfcller'\n",
    "cp1252 on the second line": b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n" + IMPORT + b"\ns = '\x80'\n",
    "form feed": IMPORT + b"\n\x0c\ndef f():\n    return np.ones(2)\n\x0c\n" + BODY,
    "leading blank lines": b"\n\n\n" + IMPORT + b"\n" + BODY,
    "no final newline": IMPORT + b"\n" + BODY[:-1],
    "no final newline and CRLF": IMPORT + b"\r\nx = np.zeros(3)",
    "trailing white space and tabs": IMPORT + b"  \nif True:\n\tx = np.zeros(3)\t\n\n\n\n",
    "a comment at the end": IMPORT + b"  # the library\n# \xf0\x9f\x98\x80 end",
}
REFUSED = {
    "syntax error": ("NT001", 2, IMPORT + b"\nx = = 1\n"),
    "Python 2": ("NT001", 2, IMPORT + b"\nprint 'x'\n"),
    "newer Python": ("NT001", 4, IMPORT + b"\ntry:\n    pass\nexcept OSError, ValueError:\n    pass\n"),
    "bad indentation": ("NT001", 3, IMPORT + b"\nif True:\nx = 1\n"),
    "undecodable": ("NT002", 2, IMPORT + b"\ns = '\xff'\n"),
    "unknown coding": ("NT002", 1, b"# coding: klingon\n" + IMPORT + b"\n"),
    "null byte": ("NT001", 2, IMPORT + b"\nx = '\0'\n"),
}
UNTOUCHED = {
    "empty": b"",
    "only newlines": b"\r\n\n",
    "a syntax error where nothing is to be done": b"print 'x'\n",
    "undecodable where nothing is to be done": b"\xff\xfe\0",
}


@pytest.mark.parametrize("case", KEPT)
def test_everything_but_the_import_stays(run: Runner, here: Path, case: str) -> None:
    (here / "a.py").write_bytes(KEPT[case])
    commit(here)
    done = run("convert", "a.py")
    assert done.status == 0, done
    assert (here / "a.py").read_bytes() == KEPT[case].replace(IMPORT, CONVERTED)
    again = run("convert", "a.py", "--check")
    assert again.status == 0, "a second conversion changes nothing"


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_as_python_is_named_and_the_rest_is_converted(run: Runner, here: Path, case: str) -> None:
    code, line, source = REFUSED[case]
    (here / "bad.py").write_bytes(source)
    (here / "good.py").write_bytes(KEPT["plain"])
    commit(here)
    done = run("convert", ".", "--report", "report.json")
    assert done.status == 1, done
    assert f"bad.py:{line}:" in done.out
    assert f" {code} error: " in done.out
    assert "1 converted, 0 marked, 0 unchanged, 1 failed" in done.out
    assert (here / "bad.py").read_bytes() == source
    assert (here / "good.py").read_bytes() == KEPT["plain"].replace(IMPORT, CONVERTED)
    assert run("check", "bad.py", "--exit-zero").status == 1, "unreadable input is never 0"


@pytest.mark.parametrize("case", UNTOUCHED)
def test_files_without_numpy_are_not_even_looked_at(run: Runner, here: Path, case: str) -> None:
    (here / "a.py").write_bytes(UNTOUCHED[case])
    done = run("convert", "a.py")
    assert done.status == 0, done
    assert (here / "a.py").read_bytes() == UNTOUCHED[case]


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
@pytest.mark.usefixtures("fake")
def test_mode_and_links_stay(run: Runner, here: Path) -> None:
    (here / "src").mkdir()
    path = here / "src" / "a.py"
    path.write_bytes(KEPT["plain"])
    path.chmod(0o755)
    os.link(path, here / "src" / "hard.py")
    (here / "src" / "soft.py").symlink_to("a.py")
    commit(here)
    done = run("convert", "src")
    assert done.status == 0, done
    converted = KEPT["plain"].replace(IMPORT, CONVERTED)
    assert {(here / "src" / name).read_bytes() for name in ("a.py", "hard.py", "soft.py")} == {converted}
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert path.stat().st_nlink == 2
    assert os.readlink(here / "src" / "soft.py") == "a.py"


def test_a_missing_directory(run: Runner) -> None:
    done = run("convert", "no/such/directory")
    assert done.status == 2
    assert done.err == "np2tf: no/such/directory: no such file or directory. Mend the path; nothing was done.\n"


@pytest.mark.skipif(os.name != "posix", reason="streams as shells of POSIX close them")
@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("check a.py >&-", 2, "np2tf: can't write: standard output is closed. Open it, or redirect it to a file.\n"),
        ("check - <&-", 2, "np2tf: can't read: standard input is closed. Name a file instead of -, or pipe one in.\n"),
        ("check a.py 2>&-", 0, ""),
        ("check a.py --select NT9x 2>&-", 2, ""),
        ("convert a.py --allow-no-vcs -q >&- 2>&- <&-", 0, ""),
        pytest.param(
            "check a.py >/dev/full",
            2,
            "np2tf: can't write to standard output: no space left on device. Redirect it to where there is room.\n",
            marks=pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full"),
        ),
    ],
)
def test_streams_that_are_closed_or_full(here: Path, command: str, status: int, said: str) -> None:
    (here / "a.py").write_bytes(KEPT["plain"])
    shell = f'"$0" -m np2tf {command}; echo $? >status'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable],
        cwd=here,
        env=subprocess_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (here / "status").read_text() == f"{status}\n"
    assert done.stderr == said
    assert ((here / "a.py").read_bytes() == KEPT["plain"]) == (not command.startswith("convert"))


def test_an_output_directory_without_room(run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str, *_: object) -> None:
        raise FileError(path, "can't be written: no space is left on the device", "Make room.")

    (here / "a.py").write_bytes(KEPT["plain"])
    monkeypatch.setattr("np2tf.files.write", refused)
    done = run("convert", "a.py", "-o", "../out")
    assert done.status == 2
    assert "no space is left on the device. Choose another output directory.\n" in done.err
    assert "internal error" not in done.err


UNPRIVILEGED = """
import contextlib, io, os, shutil, sys
sys.path.insert(0, sys.argv.pop(1))
import cli_helpers, np2tf.convert
from np2tf.cli import main
np2tf.convert.convert = cli_helpers.fake_convert
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.redirect_stderr(io.StringIO()):
    main(["convert", ".", "--diff"])  # imports what nobody may not be able to read
    main(["convert", "a.py", "-o", "warm"])
    main(["check", "."])
shutil.rmtree("warm")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["convert", ".", "--allow-no-vcs"],
            "np2tf: locked/b.py: can't be written: permission denied. Make it writable",
        ),
        (["convert", "a.py", "-o", "locked/out"], "locked/out can't be made: permission denied"),
        (["check", ".", "--report", "locked/report.json"], "locked/report.json: can't be written: permission denied"),
    ],
)
def test_a_read_only_directory(arguments: list[str], words: str) -> None:
    """Root may write anywhere, so where the tests run as root, the command gives up its privileges."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        locked = work / "locked"
        locked.mkdir()
        for path in (work / "a.py", locked / "b.py"):
            path.write_bytes(KEPT["plain"])
            path.chmod(0o666)
        locked.chmod(0o555)
        work.chmod(0o777)
        done = python("-c", UNPRIVILEGED, Path(__file__).parent, *arguments, cwd=work)
        left = {path.read_bytes() for path in (work / "a.py", locked / "b.py")}
        names = sorted(path.name for path in locked.iterdir())
        locked.chmod(0o755)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert left == {KEPT["plain"]}
    assert names == ["b.py"]

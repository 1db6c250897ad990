"""Files are never lost or half written, and keep their mode, links and owner."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_helpers import subprocess_environment

from np2tf import files
from np2tf.files import Change, FileError

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
unprivileged = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")

OLD, NEW = b"old\r\ntext", b"new text, which is longer\n"


def change(path: Path, new: bytes = NEW) -> Change:
    return Change(str(path), path.read_bytes(), new)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(OLD)
    return path


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def deny(monkeypatch: pytest.MonkeyPatch, function: str, suffix: str, number: int = errno.EACCES) -> None:
    """Let a function of `os` fail for paths that end so."""
    real = getattr(os, function)

    def failing(path: object, *arguments: object, **keywords: object) -> object:
        if str(path).endswith(suffix) or any(str(a).endswith(suffix) for a in arguments):
            raise OSError(number, os.strerror(number), path)
        return real(path, *arguments, **keywords)

    monkeypatch.setattr(os, function, failing)


def test_replaces_the_bytes_and_leaves_nothing_else(file: Path) -> None:
    assert files.replace_all([change(file)]) == []
    assert file.read_bytes() == NEW
    assert names(file.parent) == ["a.py"]


@posix
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664])
def test_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    files.replace_all([change(file)])
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
def test_a_symbolic_link_stays_one_and_its_target_changes(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "sub" / "link.py"
    link.parent.mkdir()
    link.symlink_to("../a.py")
    files.replace_all([change(link)])
    assert os.readlink(link) == "../a.py"
    assert file.read_bytes() == NEW
    assert names(link.parent) == ["link.py"]


@posix
def test_all_names_of_a_hard_link_see_the_change(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.py"
    os.link(file, other)
    files.replace_all([change(file, b"short")])
    assert other.read_bytes() == b"short"
    assert other.stat().st_ino == file.stat().st_ino
    assert names(tmp_path) == ["a.py", "b.py"]


@posix
def test_the_old_text_of_a_hard_link_that_was_interrupted_is_not_overwritten(file: Path, tmp_path: Path) -> None:
    os.link(file, tmp_path / "b.py")
    (tmp_path / ".a.py.np2tf-old").write_bytes(b"precious")
    (problem,) = files.replace_all([change(file)])
    assert "earlier run was interrupted" in problem.reason
    assert (file.read_bytes(), (tmp_path / ".a.py.np2tf-old").read_bytes()) == (OLD, b"precious")


@posix
def test_a_file_whose_owner_cannot_be_kept_is_written_through(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not the owner")

    monkeypatch.setattr(files, "_copy_attributes", refuse)
    inode = file.stat().st_ino
    assert files.replace_all([change(file)]) == []
    assert (file.read_bytes(), file.stat().st_ino) == (NEW, inode)
    assert names(file.parent) == ["a.py"]


@posix
@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes of Linux")
def test_keeps_extended_attributes(file: Path) -> None:
    try:
        os.setxattr(file, "user.np2tf", b"kept")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    files.replace_all([change(file)])
    assert os.getxattr(file, "user.np2tf") == b"kept"


def test_a_file_that_was_changed_in_the_meantime_is_left_alone(file: Path) -> None:
    planned = change(file)
    file.write_bytes(b"by someone else")
    (problem,) = files.replace_all([planned])
    assert "changed by someone else" in problem.reason
    assert file.read_bytes() == b"by someone else"


def test_a_file_that_disappeared_is_a_problem(file: Path) -> None:
    planned = change(file)
    file.unlink()
    (problem,) = files.replace_all([planned])
    assert "does not exist any more" in problem.reason
    assert names(file.parent) == []


def test_if_one_file_cannot_be_replaced_none_is(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [tmp_path / "b.py", tmp_path / "c.py"]
    for other in others:
        other.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("b.py"))
    (problem,) = files.replace_all([change(file), *map(change, others)])
    assert problem.path == str(others[0])
    assert "permission denied" in problem.reason
    assert {path.read_bytes() for path in (file, *others)} == {OLD}
    assert names(tmp_path) == ["a.py", "b.py", "c.py"]


@pytest.mark.parametrize("linked", [False, True])
def test_a_failure_halfway_puts_everything_back(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    other = tmp_path / "b.py"
    other.write_bytes(OLD)
    if linked:
        os.link(file, tmp_path / "linked.py")
    planned = [change(file), change(other)]
    deny(monkeypatch, "replace", "b.py", errno.ENOSPC)
    problems = files.replace_all(planned)
    assert [problem.reason for problem in problems] == ["can't be written: no space is left on the device"]
    assert file.read_bytes() == OLD
    assert other.read_bytes() == OLD


def test_ctrl_c_puts_everything_back(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "b.py"
    other.write_bytes(OLD)
    commit = files._Renamed.commit

    def interrupted(self: files._Renamed) -> None:
        commit(self)
        if self.target.endswith("b.py"):
            raise KeyboardInterrupt

    monkeypatch.setattr(files._Renamed, "commit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.replace_all([change(file), change(other)])
    assert (file.read_bytes(), other.read_bytes()) == (OLD, OLD)
    assert names(tmp_path) == ["a.py", "b.py"]


@posix
def test_a_backup_is_kept_if_the_old_text_cannot_be_put_back(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.link(file, tmp_path / "b.py")

    def full(self: files._WrittenThrough, data: bytes) -> None:
        self.whole = False
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files._WrittenThrough, "_write", full)
    first, second = files.replace_all([change(file)])
    assert "no space" in first.reason
    assert ".a.py.np2tf-old" in second.mend
    assert (tmp_path / ".a.py.np2tf-old").read_bytes() == OLD


@posix
@unprivileged
def test_a_read_only_directory_is_a_problem(file: Path) -> None:
    planned = change(file)
    file.parent.chmod(0o555)
    try:
        (problem,) = files.replace_all([planned])
    finally:
        file.parent.chmod(0o755)
    assert "permission denied" in problem.reason
    assert file.read_bytes() == OLD


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: None, "does not exist any more"),
        (lambda p: p.mkdir(), "not a regular file"),
        (lambda p: p.symlink_to("nowhere"), "leads nowhere"),
        (lambda p: p.symlink_to(p.name), "go in a circle"),
        (lambda p: os.mkfifo(p), "not a regular file"),
    ],
    ids=["missing", "directory", "dangling", "circle", "pipe"],
)
@posix
def test_what_cannot_be_read_says_why(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "x.py"
    make(path)  # type: ignore[operator]
    with pytest.raises(FileError, match=words) as caught:
        files.read(str(path))
    assert caught.value.path == str(path)
    assert caught.value.mend.endswith(".")


def test_write_creates_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    files.write(str(path), b"1")
    files.write(str(path), b"2")
    assert path.read_bytes() == b"2"
    assert names(tmp_path) == ["report.json"]
    with pytest.raises(FileError, match=r"missing.*can't be written"):
        files.write(str(tmp_path / "missing" / "report.json"), b"")


@posix
def test_write_follows_the_umask_for_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write(str(tmp_path / "a"), b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_copy_keeps_mode_and_times(file: Path, tmp_path: Path) -> None:
    file.chmod(0o754)
    os.utime(file, ns=(10**18, 10**18))
    files.copy(str(file), str(tmp_path / "b.py"))
    copied = (tmp_path / "b.py").stat()
    assert (stat.S_IMODE(copied.st_mode), copied.st_mtime_ns) == (0o754, 10**18)
    with pytest.raises(FileError, match="can't be read"):
        files.copy(str(tmp_path / "missing"), str(tmp_path / "c"))
    with pytest.raises(FileError, match="can't be written"):
        files.copy(str(file), str(tmp_path / "missing" / "c"))


@posix
def test_write_to_what_is_no_file(tmp_path: Path) -> None:
    files.write(os.devnull, b"gone")
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)
    with pytest.raises(FileError, match="can't be written"):
        files.copy(__file__, str(tmp_path))
    assert names(tmp_path) == []


@posix
def test_link_replaces_and_says_what_is_wrong(tmp_path: Path) -> None:
    files.link("a", str(tmp_path / "l"))
    files.link("b", str(tmp_path / "l"))
    assert os.readlink(tmp_path / "l") == "b"
    with pytest.raises(FileError, match="can't be written"):
        files.link("a", str(tmp_path / "missing" / "l"))


@posix
def test_the_digest_tells_bytes_and_links_apart(file: Path, tmp_path: Path) -> None:
    assert files.digest(str(file)) == files.digest_of(OLD)
    (tmp_path / "l").symlink_to("a.py")
    assert files.digest(str(tmp_path / "l")) == files.digest_of(b"link:a.py")
    with pytest.raises(FileError, match="can't be read"):
        files.digest(str(tmp_path / "missing"))


@posix
def test_a_backup_that_cannot_be_written_leaves_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.link(file, tmp_path / "b.py")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files, "_write_all", full)
    (problem,) = files.replace_all([change(file)])
    assert "no space is left" in problem.reason
    assert names(tmp_path) == ["a.py", "b.py"]


@posix
def test_a_directory_that_takes_no_new_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    deny(monkeypatch, "open", files.TEMPORARY)
    monkeypatch.setattr(os, "access", lambda p, m: str(p).endswith(".py") and access(p, m))
    (problem,) = files.replace_all([change(file)])
    assert problem.reason == "can't be written: permission denied"


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give files away")
def test_keeps_the_owner(file: Path) -> None:
    os.chown(file, 1234, 5678)
    assert files.replace_all([change(file)]) == []
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 5678)


def test_an_error_without_a_known_number_is_told_in_the_systems_words() -> None:
    assert files.reason(OSError(errno.EBUSY, "busy")) == "busy"
    assert files.reason(OSError()) == "OSError"


KILLED = """
import sys
from np2tf import files
old, new = b"old" * 200_000, b"new!" * 200_000
print("ready", flush=True)
while True:
    files.replace_all([files.Change(p, old, new) for p in sys.argv[1:]])
    files.replace_all([files.Change(p, new, old) for p in sys.argv[1:]])
"""


@posix
def test_kill_9_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    paths = [tmp_path / "a.py", tmp_path / "b.py"]
    old, new = b"old" * 200_000, b"new!" * 200_000
    for trial in range(12):
        for path in paths:
            path.write_bytes(old)
        command = [sys.executable, "-c", KILLED, *map(str, paths)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=subprocess_environment()) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.003 * trial)
            process.send_signal(signal.SIGKILL)
        for path in paths:
            assert path.read_bytes() in (old, new)

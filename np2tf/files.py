"""Reading and writing so that nothing is lost or half written: bytes in, bytes out.

A new text is first written in full to a temporary file in the same directory, brought to the disk, given the mode,
owner and extended attributes of the old file, and only then renamed over it. So an interruption, even `kill -9`,
leaves the old or the new file. Symbolic links are resolved first and stay links.

A file with several hard links can't be renamed over without cutting it off from its other names. It is written
through, while a copy of the old text lies beside it as `.NAME.np2tf-old`; whoever finds that copy after a crash has
the old text. The same is done where the owner can't be kept.

`replace_all` treats the files of a conversion as the one program that they are: a definition and its calls may lie in
different files, so either all are replaced or none."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

TEMPORARY = ".np2tf-tmp"
BACKUP = ".np2tf-old"
_CHUNK = 1 << 20


class FileError(Exception):
    """A file that can't be read or written: its path, what is wrong, and what to do about it."""

    def __init__(self, path: str, reason: str, mend: str) -> None:
        super().__init__(f"{path}: {reason}. {mend}")
        self.path = path
        self.reason = reason
        self.mend = mend


class Change(NamedTuple):
    """A file, the bytes it was read as, and the bytes it is to hold."""

    path: str
    old: bytes
    new: bytes


_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "part of the path is not a directory",
    errno.EISDIR: "it is a directory",
    errno.ELOOP: "its symbolic links go in a circle",
    errno.ENOSPC: "no space is left on the device",
    errno.EDQUOT: "the disk quota is used up",
}


def reason(error: OSError) -> str:
    """What went wrong, in words."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


def _unreadable(path: str, error: OSError) -> FileError:
    if error.errno == errno.ENOENT:
        if os.path.islink(path):
            return FileError(
                path, "can't be read: it is a symbolic link that leads nowhere", "Mend or remove the link."
            )
        return FileError(path, "can't be read: it does not exist any more", "Run np2tf again.")
    return FileError(path, f"can't be read: {reason(error)}", "Make it readable, or leave it out with --exclude.")


def read(path: str) -> bytes:
    """The bytes of a regular file. Raises `FileError`."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileError(path, "can't be read: it is not a regular file", "Leave it out with --exclude.")
            return b"".join(_chunks(descriptor))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unwritable(path: str, error: OSError) -> FileError:
    return FileError(
        path, f"can't be written: {reason(error)}", "Make it and its directory writable, or choose another."
    )


def _write_all(descriptor: int, chunks: Iterable[bytes]) -> None:
    with open(descriptor, "wb", closefd=False) as file:
        file.writelines(chunks)
    os.fsync(descriptor)


def _sync_directory(path: str) -> None:
    """Bring a rename to the disk; some file systems can't, and then the rename still is atomic."""
    with contextlib.suppress(OSError):
        descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy_attributes(descriptor: int, path: str, like: os.stat_result) -> None:
    """Give an open file the attributes of `path`. Raises OSError where the owner can't be kept."""
    if hasattr(os, "fchown"):  # pragma: no branch (Windows)
        now = os.fstat(descriptor)
        if (now.st_uid, now.st_gid) != (like.st_uid, like.st_gid):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    if hasattr(os, "listxattr"):  # pragma: no branch (Linux only)
        with contextlib.suppress(OSError):  # not every file system has them, and some may not be copied
            for name in sorted(os.listxattr(path)):
                os.setxattr(descriptor, name, os.getxattr(path, name))
    if hasattr(os, "fchmod"):  # pragma: no branch (Windows)
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def _temporary(target: str, chunks: Iterable[bytes], like: os.stat_result | None, mode: int) -> str:
    """A complete file beside `target`, ready to be renamed over it."""
    directory, name = os.path.split(target)
    temporary = os.path.join(directory, f".{name[:100]}.{os.urandom(4).hex()}{TEMPORARY}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600 if like else mode)
    try:
        try:
            if like:
                _copy_attributes(descriptor, target, like)
            _write_all(descriptor, chunks)
        finally:
            os.close(descriptor)
    except BaseException:
        _forget(temporary)
        raise
    return temporary


def _forget(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


class _Renamed:
    """A staged change that a rename completes."""

    def __init__(self, change: Change, target: str, like: os.stat_result) -> None:
        self.change, self.target, self.like = change, target, like
        self.temporary = _temporary(target, [change.new], like, 0o600)

    def commit(self) -> None:
        os.replace(self.temporary, self.target)
        _sync_directory(self.target)

    def undo(self) -> None:
        if os.path.lexists(self.temporary):  # it never came to the rename
            return
        os.replace(_temporary(self.target, [self.change.old], self.like, 0o600), self.target)

    def discard(self) -> None:
        _forget(self.temporary)


class _WrittenThrough:
    """A staged change to a file whose identity must stay: the old text is kept beside it until the new one is
    written."""

    def __init__(self, change: Change, target: str) -> None:
        self.change, self.target = change, target
        directory, name = os.path.split(target)
        self.backup = os.path.join(directory, f".{name}{BACKUP}")
        try:
            descriptor = os.open(self.backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise FileError(
                change.path,
                f"can't be written: an earlier run was interrupted here, and left the old text in {self.backup}",
                "Compare the two, keep the right one, and remove the copy.",
            ) from None
        try:
            _write_all(descriptor, [change.old])
        except BaseException:
            _forget(self.backup)
            raise
        finally:
            os.close(descriptor)
        self.whole = True

    def _write(self, data: bytes) -> None:
        self.whole = False
        descriptor = os.open(self.target, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        try:
            _write_all(descriptor, [data])
            os.ftruncate(descriptor, len(data))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.whole = True

    def commit(self) -> None:
        self._write(self.change.new)

    def undo(self) -> None:
        self._write(self.change.old)

    def discard(self) -> None:
        if self.whole:
            _forget(self.backup)


def _stage(change: Change) -> _Renamed | _WrittenThrough:
    target = os.path.realpath(change.path)
    if read(target) != change.old:
        raise FileError(change.path, "was changed by someone else while np2tf was running", "Run np2tf again.")
    try:
        like = os.stat(target)
        # A rename would replace a read-only file without asking.
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
        if like.st_nlink > 1:
            return _WrittenThrough(change, target)
        try:
            return _Renamed(change, target, like)
        except PermissionError:
            if not os.access(os.path.dirname(target), os.W_OK):
                raise
            return _WrittenThrough(change, target)
    except OSError as error:
        raise FileError(
            change.path, f"can't be written: {reason(error)}", "Make it writable, or leave it out with --exclude."
        ) from error


def replace_all(changes: Sequence[Change]) -> list[FileError]:
    """Replace every file's old bytes by the new ones, or none of them; returns what stood in the way.

    An interruption, too, puts back what was already replaced.
    """
    staged: list[_Renamed | _WrittenThrough] = []
    done: list[_Renamed | _WrittenThrough] = []
    problems: list[FileError] = []
    try:
        for change in changes:
            try:
                staged.append(_stage(change))
            except FileError as problem:
                problems.append(FileError(change.path, problem.reason, problem.mend))
        if not problems:
            for stage in staged:
                done.append(stage)
                try:
                    stage.commit()
                except OSError as error:
                    problems.append(_unwritable(stage.change.path, error))
                    problems += _undo(done)
                    break
    except BaseException:
        _undo(done)
        raise
    finally:
        for stage in staged:
            stage.discard()
    return problems


def _undo(done: list[_Renamed | _WrittenThrough]) -> list[FileError]:
    problems = []
    while done:
        stage = done.pop()
        try:
            stage.undo()
        except OSError as error:
            where = f" from {stage.backup}" if isinstance(stage, _WrittenThrough) else ""
            mend = f"Bring the old text back{where}, or run np2tf again."
            problems.append(FileError(stage.change.path, f"was not put back: {reason(error)}", mend))
    return problems


def write(path: str, data: bytes, mode: int | None = None) -> None:
    """Create a file, or replace it whole. A new file gets `mode`, or what the umask leaves. Raises `FileError`."""
    target = os.path.realpath(path)
    try:
        like = os.stat(target) if os.path.exists(target) else None
        if like and not stat.S_ISREG(like.st_mode):  # such as /dev/stdout: nothing to rename over
            with open(target, "wb") as file:
                file.write(data)
            return
        temporary = _temporary(target, [data], like, 0o666)
        try:
            if mode is not None:
                os.chmod(temporary, mode)
            os.replace(temporary, target)
        finally:
            _forget(temporary)
        _sync_directory(target)
    except OSError as error:
        raise _unwritable(path, error) from error


def copy(source: str, target: str) -> None:
    """Copy a regular file with its mode and times; the copy appears whole or not at all. Raises `FileError`."""
    try:
        status = os.stat(source)
        descriptor = os.open(source, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unreadable(source, error) from error
    try:
        try:
            temporary = _temporary(target, _chunks(descriptor), None, 0o600)
        finally:
            os.close(descriptor)
        try:
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
            os.replace(temporary, target)
        finally:
            _forget(temporary)
    except OSError as error:
        raise _unwritable(target, error) from error


def _chunks(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, _CHUNK):
        yield chunk


def link(text: str, target: str) -> None:
    """Make `target` a symbolic link that says `text`, in one step. Raises `FileError`."""
    directory, name = os.path.split(target)
    temporary = os.path.join(directory, f".{name[:100]}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        os.symlink(text, temporary)
        os.replace(temporary, target)
    except OSError as error:
        _forget(temporary)
        raise _unwritable(target, error) from error


def digest(path: str) -> str:
    """A fingerprint of a file's bytes, or of a symbolic link's text. Raises `FileError`."""
    from hashlib import blake2b

    hasher = blake2b(digest_size=16)
    try:
        if os.path.islink(path):
            hasher.update(b"link:" + os.fsencode(os.readlink(path)))
        else:
            with open(path, "rb") as file:
                for chunk in _chunks(file.fileno()):
                    hasher.update(chunk)
    except OSError as error:
        raise _unreadable(path, error) from error
    return hasher.hexdigest()


def digest_of(data: bytes) -> str:
    """What `digest` gives for a file that holds these bytes."""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()

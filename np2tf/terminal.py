"""What is printed, and how: the commands say everything through this module."""

from __future__ import annotations

import os
import sys
from typing import Any

import click


class Failure(click.ClickException):
    """Ends the command with status 2 and a message that says what to do."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message to standard error."""
        say(f"np2tf: {self.message}", error=True)


def internal(error: BaseException, where: str = "") -> str:
    """An internal error in words."""
    return (
        f"internal error{where}: {type(error).__name__}: {error}\n"
        "This is a bug in np2tf; set NP2TF_DEBUG=1 to see where it happened, and please report it."
    )


def say(text: str, *, error: bool = False) -> None:
    """Print a text and the end of its line."""
    emit((text if text.endswith("\n") else f"{text}\n"), error=error)


def emit(text: str | bytes, *, error: bool = False) -> None:
    """Write to standard output or error. A reader that has gone away (`np2tf check | head`) doesn't change the exit
    status. Raises `Failure` where standard output takes nothing."""
    stream = sys.stderr if error else sys.stdout
    if stream is None and text and not error:
        raise Failure("can't write: standard output is closed. Open it, or redirect it to a file.")
    if stream is None:
        return
    try:
        if isinstance(text, bytes):
            stream.flush()
            stream.buffer.write(text)
        else:
            stream.write(text)
        stream.flush()
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or the interpreter would complain at its exit
        if not error and not isinstance(problem, BrokenPipeError):
            reason = (problem.strerror or str(problem)).lower()
            raise Failure(f"can't write to standard output: {reason}. Redirect it to where there is room.") from problem


def read_stdin() -> bytes:
    """All of standard input. Raises `Failure` where there is none."""
    if sys.stdin is None:
        raise Failure("can't read: standard input is closed. Name a file instead of -, or pipe one in.")
    return sys.stdin.buffer.read()


def colored(*, error: bool = False) -> bool:
    """Whether the stream is a terminal whose user wants colors."""
    stream = sys.stderr if error else sys.stdout
    if stream is None or not stream.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(page: str) -> str:
    """A page with its headings in bold, on a terminal."""
    if not colored():
        return page
    return "\n".join(click.style(line, bold=True) if line.startswith("#") else line for line in page.splitlines())

"""The command line: finds the command, and turns what it raises into a message and an exit status.

Exit status of `convert` and `check`: 0 nothing is left to do by hand; 1 error-level diagnostics remain, or `--check`
or `--diff` would change something; 2 wrong usage, an unreadable configuration or file, or an internal error.

A command is a module of `np2tf.commands`, imported when it runs: `np2tf --help` must answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import click

from np2tf import __version__
from np2tf.terminal import internal, say

COMMANDS = {
    "api": "Say what becomes of a NumPy name.",
    "check": "Say what would convert and what would not; write nothing.",
    "convert": "Rewrite NumPy code for TensorFlow.",
    "explain": "Explain a diagnostic.",
    "report": "Write a page that shows what would convert.",
    "rules": "List the rewriting rules.",
    "run": "Run a program on TensorFlow; write nothing.",
    "verify": "Run a program on NumPy and on TensorFlow, and compare.",
}


class _Commands(click.Group):
    """A group whose commands are imported when they run; the help of the group is in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from the module and by the name that it has."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"np2tf.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    _keep_closed()
    streams = [stream for stream in (sys.stdout, sys.stderr) if hasattr(stream, "reconfigure")]
    before = [stream.errors for stream in streams]
    for stream in streams:  # a name or a source line that the terminal can't show must not end the run
        stream.reconfigure(errors="backslashreplace")
    try:
        given = _with_paths(sys.argv[1:] if arguments is None else arguments)
        status = commands.main(given, "np2tf", standalone_mode=False)
    except click.ClickException as error:
        if sys.stderr is not None:
            error.show()
        return error.exit_code
    except click.Abort:
        say("np2tf: interrupted; every file is as it was before or as it was to be", error=True)
        return 130
    except Exception as error:
        if os.environ.get("NP2TF_DEBUG"):
            raise
        say(f"np2tf: {internal(error)}", error=True)
        return 2
    if callable(status):  # a user's program, which is to end as if Python had started it: nothing here may catch
        for stream, errors in zip(streams, before, strict=True):
            stream.reconfigure(errors=errors)
        status()
        return 0
    return status if isinstance(status, int) else 0


def _with_paths(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command; files whose names begin with a dash, as pre-commit hands them over, are paths."""
    if not arguments or arguments[0] not in {"check", "convert"}:
        return list(arguments)
    files = (arg[:1] == "-" and arg.endswith((".ipynb", ".py", ".pyi")) and os.path.isfile(arg) for arg in arguments)
    return [os.path.join(os.curdir, arg) if is_file else arg for arg, is_file in zip(arguments, files, strict=True)]


def _keep_closed() -> None:
    """Let no file that is opened here take the place of a standard stream that is closed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _version() -> str:
    """The version, and whether this is the compiled build: it is faster, and nothing else about it differs."""
    tree = find_spec("np2tf.tree")
    compiled = tree is not None and not str(tree.origin).endswith(".py")
    return f"{__version__} (compiled)" if compiled else __version__


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(_version(), "-V", "--version", message="np2tf %(version)s")
def commands() -> None:
    """Turn NumPy code into TensorFlow code that shows what the NumPy program shows, or say where it can't.

    \b
    Start with:
      np2tf check src/                what would convert, and what would not
      np2tf convert model.py --diff   what would change
      np2tf convert src/ -o src_tf/   a converted copy
    """

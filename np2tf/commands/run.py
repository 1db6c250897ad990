"""`np2tf run`: run a program as its conversion, writing nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from np2tf.terminal import Failure, say

if TYPE_CHECKING:
    from np2tf.running.gather import Program
    from np2tf.running.units import Unit

#: Options that end where the program begins: all that follows is the program's.
PROGRAM = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command(context_settings=PROGRAM, short_help="Run a program on TensorFlow; write nothing.")
@click.option("-m", "module", is_flag=True, help="PROGRAM is a module, as in python -m.")
@click.option("--package", "packages", metavar="NAME", multiple=True, help="Convert this package too. Repeatable.")
@click.option("--jit", is_flag=True, help="Compile the functions that can be.")
@click.option("--strict", is_flag=True, help="Don't make rewrites that rest on an assumption.")
@click.option("--profile", is_flag=True, help="Say at the end on which lines the time was spent.")
@click.option("--no-cache", is_flag=True, help="Convert anew, and keep nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Don't say what was not converted.")
@click.argument("program", metavar="PROGRAM")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARG]...")
def run(
    module: bool,
    packages: tuple[str, ...],
    jit: bool,
    strict: bool,
    profile: bool,
    no_cache: bool,
    quiet: bool,
    program: str,
    arguments: tuple[str, ...],
) -> Callable[[], None]:
    """Convert a script, a notebook, or a module with -m, in memory, and run it with the ARGs as `python` would. A
    notebook's cells run one after the other, and the values that they end with are printed.

    Converted together are the script and what it imports from its own directory; with -m MODULE, what the module
    imports from the working directory; with a tool such as `-m pytest`, all that lies below the working directory.
    Installed packages stay as they are, unless --package names them.

    Nothing is written but a cache of conversions, in NP2TF_CACHE_DIR or where the system keeps caches. The exit
    status is the program's.
    """
    check_tensorflow()
    found, units = prepare(program, module, packages, jit=jit, strict=strict, cached=not no_cache)
    if not quiet:
        warn(found, units)

    def start() -> None:
        from np2tf.running.hook import Hook
        from np2tf.running.launch import launch

        launch(found, Hook(found, units), arguments)

    def start_profiled() -> None:
        import atexit

        from np2tf.running.hook import RUNNING, Hook
        from np2tf.running.launch import launch
        from np2tf.running.profile import Profile

        measured = Profile(RUNNING)
        atexit.register(lambda: say(measured.report(), error=True))
        measured.start()
        try:
            launch(found, Hook(found, units, imported=measured.watch), arguments)
        finally:
            measured.stop()

    return start_profiled if profile else start


def check_tensorflow() -> None:
    """Refuse to begin what could not end."""
    from importlib.util import find_spec

    if "np2tf_runtime" not in sys.modules and find_spec("tensorflow") is None:
        raise Failure(
            "a converted program needs TensorFlow, which is not installed here. "
            "Install it: pip install 'np2tf[tensorflow]'"
        )


def prepare(
    name: str, module: bool, packages: Sequence[str], *, jit: bool, strict: bool, cached: bool
) -> tuple[Program, dict[str, Unit]]:
    """Find the program's files and convert them."""
    from np2tf.cache import Cache, directory
    from np2tf.config import ConfigError, load
    from np2tf.discovery import Patterns
    from np2tf.result import Options
    from np2tf.running import gather
    from np2tf.running.units import convert

    try:
        config = load(os.getcwd() if module else os.path.dirname(os.path.abspath(name)))
        excludes = Patterns((config.directory, glob) for glob in config.exclude)
        find = gather.module if module else gather.script
        program = find(name, packages, excludes)
    except (ConfigError, gather.StartError) as problem:
        raise Failure(str(problem)) from problem
    options = Options(strict=strict or config.strict, jit=jit, functions=config.functions)
    return program, convert(program.files, options, Cache(directory()) if cached else None)


def warn(program: Program, units: dict[str, Unit]) -> None:
    """Say what will not be converted when the program runs, and how to see it: with all of its files, for a part of
    them may be judged otherwise."""
    from np2tf.running.units import shown

    count = sum(unit.errors for unit in units.values() if not unit.failure)
    if count:
        places = "1 place is" if count == 1 else f"{count} places are"
        files = sorted(shown(path) for path in units)
        seen = " ".join(files) if len(files) <= 5 else shown(os.path.join(program.directory, ""))
        say(
            f"np2tf: {places} not converted, and will raise rather than go wrong; to see: np2tf check {seen or '.'}",
            error=True,
        )
    if not any(unit.converted or unit.errors for unit in units.values()):
        say("np2tf: nothing here uses NumPy, so nothing is converted; --package NAME adds a package", error=True)
